// Functions for the room's own Lua: mathematics, names, lines, files, printing, bits.
#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/value.h"
#include "env.h"

#define PRINT_STEPS 10000

void co_host_add(lua_State *lua, const CoHostFunction *functions) {
  for (; functions->name; functions++) {
    lua_pushcfunction(lua, functions->function);
    lua_setfield(lua, -2, functions->name);
  }
}

#define UNARY(name, f)                                                                                                 \
  static int name(lua_State *lua) {                                                                                    \
    lua_pushnumber(lua, f(luaL_checknumber(lua, 1)));                                                                  \
    return 1;                                                                                                          \
  }
UNARY(sine, co_sin)
UNARY(cosine, co_cos)
UNARY(exponential, co_exp)
UNARY(logarithm, co_log)
UNARY(hyperbolic, co_tanh)

static int arc(lua_State *lua) {
  lua_pushnumber(lua, co_atan2(luaL_checknumber(lua, 1), luaL_checknumber(lua, 2)));
  return 1;
}

// A number as both Luas shall write it.
static int text_of(lua_State *lua) {
  double number = lua_tonumber(lua, 1);
  char text[40];
  if (isnan(number))
    snprintf(text, sizeof text, "nan");
  else
    snprintf(text, sizeof text, "%.14g", number);
  lua_pushstring(lua, text);
  return 1;
}

// (name, list of names) to the nearest, or nil.
static int nearest(lua_State *lua) {
  const char *known[256];
  int count = 0;
  for (int i = 1; count < 255; i++) {
    lua_rawgeti(lua, 2, i);
    if (lua_isnil(lua, -1)) break;
    if (lua_type(lua, -1) == LUA_TSTRING) known[count++] = lua_tostring(lua, -1); // the list keeps it
    lua_pop(lua, 1);
  }
  known[count] = NULL;
  lua_pushstring(lua, co_nearest(lua_tostring(lua, 1), known));
  return 1;
}

// The line of the table that a list of keys leads to, or of as much of it as is written out; nil without any.
static int line_of(lua_State *lua) {
  const CoLines *lines = &co_worker_of(lua)->env->lines;
  const CoLine *line = lines->count > 0 ? &lines->items[0] : NULL;
  for (int i = 1; line; i++) {
    lua_rawgeti(lua, 1, i);
    bool named = lua_type(lua, -1) == LUA_TSTRING;
    if (lua_isnil(lua, -1)) break;
    const CoLine *child = co_lines_find(lines, line->id, named ? lua_tostring(lua, -1) : NULL, lua_tonumber(lua, -1));
    lua_pop(lua, 1);
    if (!child) break;
    line = child;
  }
  if (!line) return 0;
  lua_pushinteger(lua, line->line);
  return 1;
}

static const CoLine *member(const CoLines *lines, const CoLine *parent, const char *key) {
  return parent ? co_lines_find(lines, parent->id, key, 0) : NULL;
}

// ({ key }, names in alphabetical order): the names in the order in which the file writes them; those that it does not
// write out come last.
static int order(lua_State *lua) {
  const CoLines *lines = &co_worker_of(lua)->env->lines;
  lua_rawgeti(lua, 1, 1);
  const CoLine *table = member(lines, lines->count > 0 ? &lines->items[0] : NULL, lua_tostring(lua, -1));
  lua_newtable(lua);
  int result = lua_gettop(lua), count = 0;
  for (int past = -1; lines->count > 0;) { // the next smallest id
    const CoLine *next = NULL;
    for (int i = 1;; i++) {
      lua_rawgeti(lua, 2, i);
      if (lua_isnil(lua, -1)) break;
      const CoLine *line = lua_type(lua, -1) == LUA_TSTRING ? member(lines, table, lua_tostring(lua, -1)) : NULL;
      if (line && line->id > past && (!next || line->id < next->id)) next = line;
      lua_pop(lua, 1);
    }
    lua_settop(lua, result);
    if (!next) break;
    lua_pushlstring(lua, next->key, next->bytes);
    lua_rawseti(lua, result, ++count);
    past = next->id;
  }
  for (int i = 1;; i++) {
    lua_rawgeti(lua, 2, i);
    if (lua_isnil(lua, -1)) break;
    if (lua_type(lua, -1) == LUA_TSTRING && member(lines, table, lua_tostring(lua, -1)))
      lua_pop(lua, 1);
    else
      lua_rawseti(lua, result, ++count);
  }
  lua_settop(lua, result);
  return 1;
}

// The names that calls of out:info spell out, in the order of the text.
static int infos(lua_State *lua) {
  const CoScriptEnv *env = co_worker_of(lua)->env;
  lua_newtable(lua);
  for (int i = 0; i < env->infos_count; i++) {
    lua_pushstring(lua, env->infos[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

// A file of the script as a function; nil and a sentence where it cannot be. nil is the script itself.
static int compile(lua_State *lua) {
  const CoScriptEnv *env = co_worker_of(lua)->env;
  const char *module = lua_tostring(lua, 1);
  const CoScriptFile *file = module ? co_script_file(env, module) : &env->files[0];
  if (!file) {
    lua_pushnil(lua);
    lua_pushfstring(lua, "require: there is no '%s' (a plain string names a file beside the script)", module);
    return 2;
  }
  lua_pushfstring(lua, "=%s", file->name);
  if (luaL_loadbufferx(lua, file->text, file->bytes, lua_tostring(lua, -1), "t") != 0) return lua_error(lua);
  return 1;
}

static int print(lua_State *lua) {
  const CoScriptLimits *limits = &co_worker_of(lua)->env->limits;
  co_sandbox_charge(lua, PRINT_STEPS);
  if (limits->print) limits->print(limits->user, lua_tostring(lua, 1));
  return 0;
}

// (steps): for what C does at a stroke.
static int charge(lua_State *lua) {
  co_sandbox_charge(lua, lua_tonumber(lua, 1));
  return 0;
}

static int next_item(lua_State *lua) {
  lua_Integer i = lua_tointeger(lua, 2) + 1;
  lua_pushinteger(lua, i);
  lua_rawgeti(lua, 1, (int)i);
  return lua_isnil(lua, -1) ? 1 : 2;
}

static int each_item(lua_State *lua) {
  luaL_checktype(lua, 1, LUA_TTABLE);
  lua_pushcfunction(lua, next_item);
  lua_pushvalue(lua, 1);
  lua_pushinteger(lua, 0);
  return 3;
}

static int bit_op(lua_State *lua, int kind) {
  int32_t result = (int32_t)(int64_t)luaL_checknumber(lua, 1);
  if (kind == 3) result = ~result;
  for (int i = 2; kind < 3 && i <= lua_gettop(lua); i++) {
    int32_t other = (int32_t)(int64_t)luaL_checknumber(lua, i);
    result = kind == 0 ? result & other : kind == 1 ? result | other : result ^ other;
  }
  if (kind > 3) {
    unsigned shift = (unsigned)(int64_t)luaL_checknumber(lua, 2) & 31;
    uint32_t bits = (uint32_t)result;
    result = kind == 4 ? (int32_t)(bits << shift) : kind == 5 ? (int32_t)(bits >> shift) : result >> shift;
  }
  lua_pushinteger(lua, result);
  return 1;
}

#define BIT(name, kind)                                                                                                \
  static int name(lua_State *lua) {                                                                                    \
    return bit_op(lua, kind);                                                                                          \
  }
BIT(band, 0)
BIT(bor, 1)
BIT(bxor, 2)
BIT(bnot, 3)
BIT(lshift, 4)
BIT(rshift, 5)
BIT(arshift, 6)

static void add_pointers(lua_State *lua) {
  static const struct {
    const char *name;
    void (*function)(void);
  } functions[] = {{"sin", (void (*)(void))co_sin},           {"cos", (void (*)(void))co_cos},
                   {"exp", (void (*)(void))co_exp},           {"log", (void (*)(void))co_log},
                   {"tanh", (void (*)(void))co_tanh},         {"atan2", (void (*)(void))co_atan2},
                   {"int", (void (*)(void))co_rng_int},       {"unit", (void (*)(void))co_rng_unit},
                   {"normal", (void (*)(void))co_rng_normal}, {NULL, NULL}};
  lua_newtable(lua);
  for (int i = 0; functions[i].name; i++) {
    lua_pushlightuserdata(lua, (void *)(uintptr_t)functions[i].function);
    lua_setfield(lua, -2, functions[i].name);
  }
  lua_setfield(lua, -2, "functions");
}

void co_host_equip(lua_State *lua) {
  static const CoHostFunction functions[] = {
      {"sin", sine},      {"cos", cosine},      {"exp", exponential}, {"log", logarithm},    {"tanh", hyperbolic},
      {"atan2", arc},     {"text", text_of},    {"nearest", nearest}, {"line", line_of},     {"order", order},
      {"infos", infos},   {"compile", compile}, {"print", print},     {"ipairs", each_item}, {"rep", co_sandbox_repeat},
      {"charge", charge}, {NULL, NULL}};
  static const CoHostFunction bits[] = {{"band", band},     {"bor", bor},       {"bxor", bxor},       {"bnot", bnot},
                                        {"lshift", lshift}, {"rshift", rshift}, {"arshift", arshift}, {NULL, NULL}};
  co_host_add(lua, functions);
  if (LUA_VERSION_NUM > 501) co_host_add(lua, bits);
  if (co_worker_of(lua)->fast) add_pointers(lua);
}
