// Data files into values: run the text in a sandbox, then copy the table that it returns.
#include <lauxlib.h>
#include <lua.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"
#include "lines.h"
#include "sandbox.h"

#if LUA_VERSION_NUM == 501
#define lua_rawlen lua_objlen
#endif

#define FILE_BYTES ((size_t)1 << 20)
#define DEEPEST 32
#define MOST_VALUES 200000
#define CHUNK "f" // what Lua calls the text; it would shorten a long path

// The copying of one file, which runs inside Lua's protection.
typedef struct Copy {
  const char *name, *text;
  size_t bytes;
  CoError *error;
  CoLines lines;
  CoValue *root;                 // NULL until there is a table, and after a failure
  const void *open[DEEPEST + 1]; // the tables that the current one lies in, by depth
  int values;
  bool done;
} Copy;

static bool copy_table(Copy *copy, lua_State *lua, CoValue *value, const CoLine *line, int depth);

static bool no_memory(const Copy *copy) {
  return co_fail(copy->error, "%s: no memory for its values", copy->name);
}

// One sentence about a value that is none: "maps/3m.lua:4: units[2] is a function, must be ...".
static bool refuse(const Copy *copy, const CoValue *value, const char *problem) {
  return co_fail(copy->error, "%s:%d: %s %s", copy->name, value->line, *value->path ? value->path : "the whole",
                 problem);
}

static bool copy_number(const Copy *copy, double number, CoValue *value) {
  value->type = CO_VALUE_NUMBER;
  value->number = number;
  return isfinite(number) || refuse(copy, value, "is not a finite number");
}

static bool copy_string(const Copy *copy, lua_State *lua, CoValue *value) {
  size_t bytes;
  const char *text = lua_tolstring(lua, -1, &bytes);
  value->type = CO_VALUE_STRING;
  if (strlen(text) != bytes) return refuse(copy, value, "holds a zero byte");
  return co_value_set_string(copy->root, value, text) || no_memory(copy);
}

// The value on top of the stack.
static bool copy_value(Copy *copy, lua_State *lua, CoValue *value, const CoLine *line, int depth) {
  if (++copy->values > MOST_VALUES) return co_fail(copy->error, "%s: more than %d values", copy->name, MOST_VALUES);
  switch (lua_type(lua, -1)) {
  case LUA_TBOOLEAN:
    value->boolean = lua_toboolean(lua, -1);
    return true;
  case LUA_TNUMBER:
    return copy_number(copy, lua_tonumber(lua, -1), value);
  case LUA_TSTRING:
    return copy_string(copy, lua, value);
  case LUA_TTABLE:
    return copy_table(copy, lua, value, line, depth);
  default:
    return co_fail(copy->error, "%s:%d: %s is a %s, must be a boolean, a number, a string or a table", copy->name,
                   value->line, value->path, luaL_typename(lua, -1));
  }
}

// A child for the value on top of the stack, which is popped.
static bool copy_child(Copy *copy, lua_State *lua, CoValue *parent, const CoLine *parent_line, const char *key,
                       int depth) {
  const CoLine *line = parent_line ? co_lines_find(&copy->lines, parent_line->id, key, parent->count + 1) : NULL;
  CoValue *child = co_value_append(copy->root, parent, key, CO_VALUE_BOOL, line ? line->line : parent->line);
  if (!child) return no_memory(copy);
  if (!copy_value(copy, lua, child, line, depth)) return false;
  lua_pop(lua, 1);
  return true;
}

static bool copy_list(Copy *copy, lua_State *lua, CoValue *value, const CoLine *line, int depth) {
  value->type = CO_VALUE_LIST;
  int count = (int)lua_rawlen(lua, -1);
  for (int i = 1; i <= count; i++) {
    lua_rawgeti(lua, -1, i);
    if (!copy_child(copy, lua, value, line, NULL, depth)) return false;
  }
  return true;
}

static bool copy_fields(Copy *copy, lua_State *lua, CoValue *value, const CoLine *line, int depth) {
  value->type = CO_VALUE_TABLE;
  lua_pushnil(lua);
  while (lua_next(lua, -2)) {
    size_t bytes;
    const char *key = lua_tolstring(lua, -2, &bytes);
    if (strlen(key) != bytes) return refuse(copy, value, "has a name with a zero byte");
    if (!copy_child(copy, lua, value, line, key, depth)) return false;
  }
  return true;
}

// How many keys the table on top of the stack has, and how many of them are strings, or places from 1 to its length.
static int count_keys(lua_State *lua, int *names, int *places) {
  int count = *names = *places = 0;
  double length = (double)lua_rawlen(lua, -1);
  lua_pushnil(lua);
  for (; lua_next(lua, -2); count++) {
    lua_pop(lua, 1);
    double key = lua_type(lua, -1) == LUA_TNUMBER ? lua_tonumber(lua, -1) : 0;
    *names += lua_type(lua, -1) == LUA_TSTRING;
    *places += key >= 1 && key <= length && key == floor(key);
  }
  return count;
}

static bool copy_table(Copy *copy, lua_State *lua, CoValue *value, const CoLine *line, int depth) {
  const void *self = lua_topointer(lua, -1);
  for (int i = 0; i < depth; i++)
    if (copy->open[i] == self) return refuse(copy, value, "contains itself");
  if (depth > DEEPEST || !lua_checkstack(lua, 4)) return refuse(copy, value, "is nested too deeply (32 levels)");
  copy->open[depth] = self;
  int names, places, keys = count_keys(lua, &names, &places);
  if (keys == places) return copy_list(copy, lua, value, line, depth + 1);
  if (keys == names) return copy_fields(copy, lua, value, line, depth + 1);
  if (names > 0) return refuse(copy, value, "mixes list items and named fields");
  return refuse(copy, value, "has keys that are neither names nor the places 1, 2, 3 ... of a list without holes");
}

static bool check_twice(const Copy *copy) {
  const CoLine *first = NULL, *twice = co_lines_twice(&copy->lines, &first);
  if (!twice) return true;
  if (!twice->key)
    return co_fail(copy->error, "%s:%d: item %.0f is given twice, first on line %d", copy->name, twice->line,
                   twice->index, first->line);
  return co_fail(copy->error, "%s:%d: '%.*s' is given twice, first on line %d", copy->name, twice->line,
                 (int)twice->bytes, twice->key, first->line);
}

static bool copy_root(Copy *copy, lua_State *lua) {
  copy->lines = co_lines_read(copy->text, copy->bytes);
  copy->root = co_value_create(copy->name);
  if (!copy->root || copy->lines.failed) return no_memory(copy);
  if (!check_twice(copy)) return false;
  const CoLine *line = copy->lines.count > 0 ? &copy->lines.items[0] : NULL; // its parent, -1, sorts before all
  if (line) copy->root->line = line->line;
  if (!copy_value(copy, lua, copy->root, line, 0)) return false;
  co_value_sort(copy->root);
  return true;
}

// Lua's entry: runs the text and copies its table. Only Lua's own errors leave it early.
static int run(lua_State *lua) {
  Copy *copy = lua_touserdata(lua, 1);
  if (luaL_loadbuffer(lua, copy->text, copy->bytes, "=" CHUNK) != 0) return lua_error(lua);
  lua_call(lua, 0, LUA_MULTRET);
  int results = lua_gettop(lua) - 1;
  if (results != 1 || !lua_istable(lua, -1))
    co_fail(copy->error, "%s: must return one table, returns %s", copy->name,
            results == 0   ? "nothing"
            : results == 1 ? luaL_typename(lua, -1)
                           : "several values");
  else
    copy->done = copy_root(copy, lua);
  return 0;
}

// Lua says "f:3: sentence"; a person reads "maps/3m.lua:3: sentence".
static void report(const Copy *copy, const CoSandbox *sandbox) {
  lua_State *lua = sandbox->lua;
  const char *text = lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "stopped with an error of no text";
  if (sandbox->full && strstr(text, "not enough memory"))
    co_fail(copy->error, "%s: needs too much memory (the limit is %zu MiB, %zu MiB for one string or list)", copy->name,
            CO_SANDBOX_MEMORY >> 20, CO_SANDBOX_BLOCK >> 20);
  else if (co_sandbox_is_spent(sandbox) && strstr(text, "not enough memory")) // refused for want of steps
    co_fail(copy->error, "%s: stopped: %s", copy->name, sandbox->verdict);
  else if (strncmp(text, CHUNK ":", strlen(CHUNK ":")) == 0)
    co_fail(copy->error, "%s%s", copy->name, text + strlen(CHUNK));
  else
    co_fail(copy->error, "%s: %s", copy->name, text);
}

CoValue *co_script_parse(const char *name, const char *text, size_t bytes, CoError *error) {
  if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, bytes -= 3; // the mark some editors put first
  if (bytes > 0 && text[0] == LUA_SIGNATURE[0]) {
    co_fail(error, "%s: is compiled Lua, must be text", name);
    return NULL;
  }
  CoSandbox sandbox;
  if (!co_sandbox_open(&sandbox)) {
    co_fail(error, "%s: no memory for Lua", name);
    return NULL;
  }
  Copy copy = {.name = name, .text = text, .bytes = bytes, .error = error};
  lua_pushcfunction(sandbox.lua, run);
  lua_pushlightuserdata(sandbox.lua, &copy);
  if (lua_pcall(sandbox.lua, 1, 0, 0) != 0) report(&copy, &sandbox);
  co_sandbox_close(&sandbox);
  co_lines_free(&copy.lines);
  if (copy.done) return copy.root;
  co_value_destroy(copy.root);
  return NULL;
}

CoValue *co_script_load(const char *path, CoError *error) {
  size_t bytes;
  char *text = co_file_read(path, FILE_BYTES, &bytes, error);
  if (!text) return NULL;
  CoValue *value = co_script_parse(path, text, bytes, error);
  free(text);
  return value;
}
