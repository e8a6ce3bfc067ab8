// Errors of scripts as sentences: "my_env.lua:41: step: state has no field 'hpp' (did you mean 'hp'?)".
#include <ctype.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"

#define MOST_CALLERS 3
#define MOST_LEVELS 200 // looked at: to find one takes time in proportion to its depth

static bool is_script(const CoWorker *worker, const char *file, size_t bytes) {
  for (int i = 0; i < worker->env->count; i++) {
    const char *name = worker->env->files[i].name;
    if (strlen(name) == bytes && memcmp(name, file, bytes) == 0) return true;
  }
  return false;
}

// What stands before ":LINE: " at the start of `text`: its bytes, and where the sentence begins; false without one.
static bool split(const char *text, size_t *file, int *line, const char **sentence) {
  const char *colon = strchr(text, ':');
  if (!colon || !isdigit((unsigned char)colon[1])) return false;
  char *end;
  *line = (int)strtol(colon + 1, &end, 10);
  if (end[0] != ':' || end[1] != ' ') return false;
  *file = (size_t)(colon - text);
  *sentence = end + 2;
  return true;
}

// The next function of the script's on the stack, from `level` on; -1 when there is none.
static int script_level(lua_State *lua, const CoWorker *worker, int level, lua_Debug *at) {
  for (; level < MOST_LEVELS && lua_getstack(lua, level, at); level++) {
    lua_getinfo(lua, "Sl", at);
    if (at->currentline > 0 && is_script(worker, at->short_src, strlen(at->short_src))) return level;
  }
  return -1;
}

// " (called from my_env.lua:7, my_env.lua:9)", on the stack; "" without any.
static const char *callers_of(lua_State *lua, const CoWorker *worker, int level) {
  lua_Debug at;
  lua_pushliteral(lua, "");
  for (int i = 0; i < MOST_CALLERS && (level = script_level(lua, worker, level + 1, &at)) >= 0; i++)
    lua_pushfstring(lua, "%s%s%s:%d", lua_tostring(lua, -1), i ? ", " : " (called from ", at.short_src, at.currentline);
  if (*lua_tostring(lua, -1)) lua_pushfstring(lua, "%s)", lua_tostring(lua, -1));
  return lua_tostring(lua, -1);
}

#define HOOKS "cohort.hooks" // in the registry: the script's hooks by name
#define BLAME "cohort.blame" // and the function that finds out why the state cannot be stored

// (hooks, blame)
static int remember(lua_State *lua) {
  lua_settop(lua, 2);
  lua_setfield(lua, LUA_REGISTRYINDEX, BLAME);
  lua_setfield(lua, LUA_REGISTRYINDEX, HOOKS);
  return 0;
}

void co_host_equip_error(lua_State *lua) {
  static const CoHostFunction functions[] = {{"remember", remember}, {NULL, NULL}};
  co_host_add(lua, functions);
}

static const char *blame(lua_State *lua) {
  lua_getfield(lua, LUA_REGISTRYINDEX, BLAME);
  return lua_pcall(lua, 0, 0, 0) != 0 && lua_isstring(lua, -1) ? lua_tostring(lua, -1) : CO_UNSTORABLE;
}

// Where the hook begins, for errors that come when it has returned.
static bool hook_place(lua_State *lua, const char *hook, lua_Debug *at) {
  lua_getfield(lua, LUA_REGISTRYINDEX, HOOKS);
  if (!lua_istable(lua, -1)) return false;
  lua_getfield(lua, -1, hook);
  if (!lua_isfunction(lua, -1)) return false;
  lua_getinfo(lua, ">S", at);
  at->currentline = at->linedefined;
  return true;
}

int co_worker_explain(lua_State *lua) {
  const CoWorker *worker = co_worker_of(lua);
  const char *text = lua_isstring(lua, 1) ? lua_tostring(lua, 1) : NULL;
  if (!text) text = lua_pushfstring(lua, "stopped with an error that is a %s", luaL_typename(lua, 1));
  const char *sentence = text, *hook = worker->hook ? worker->hook : "";
  size_t file = 0;
  int line = 0;
  bool placed = split(text, &file, &line, &sentence);
  bool stopped = placed && strncmp(sentence, "stopped: ", 9) == 0;
  if (placed && !stopped && (strncmp(text, "[state]", file) == 0 || strcmp(sentence, CO_UNSTORABLE) == 0))
    sentence = blame(lua);
  lua_Debug at;
  int level = script_level(lua, worker, 0, &at);
  const char *more = level >= 0 ? callers_of(lua, worker, level) : "", *colon = *hook ? ": " : "";
  bool own = placed && is_script(worker, text, file); // Lua says where
  if (own) {
    lua_pushlstring(lua, text, file);
    lua_pushfstring(lua, "%s:%d: %s%s%s%s", lua_tostring(lua, -1), line, hook, colon, sentence, more);
  } else if (level >= 0 || (*hook && hook_place(lua, hook, &at))) {
    lua_pushfstring(lua, "%s:%d: %s%s%s%s", at.short_src, at.currentline, hook, colon, sentence, more);
  } else if (*hook || placed) {
    lua_pushfstring(lua, "%s: %s%s%s", worker->env->files[0].name, hook, colon, sentence);
  } else {
    lua_pushstring(lua, text);
  }
  return 1;
}
