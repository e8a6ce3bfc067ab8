// Functions for the room's own Lua: draws from the environment's stream.
#include <limits.h>
#include <math.h>

#include "env.h"

static int draw_int(lua_State *lua) {
  int low = (int)lua_tonumber(lua, 1), high = (int)lua_tonumber(lua, 2);
  lua_pushinteger(lua, co_rng_int(&co_worker_of(lua)->call.rng, low, high));
  return 1;
}

static int draw_unit(lua_State *lua) {
  lua_pushnumber(lua, co_rng_unit(&co_worker_of(lua)->call.rng));
  return 1;
}

static int draw_normal(lua_State *lua) {
  lua_pushnumber(lua, co_rng_normal(&co_worker_of(lua)->call.rng));
  return 1;
}

// Usual draws in one call: each a closure over the Lua function that takes all others.
static int draw_slowly(lua_State *lua) {
  lua_pushvalue(lua, lua_upvalueindex(1));
  lua_insert(lua, 1);
  lua_call(lua, lua_gettop(lua) - 1, 1);
  return 1;
}

static int quick_unit(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  if (!worker->drawing) return draw_slowly(lua);
  lua_pushnumber(lua, co_rng_unit(&worker->call.rng));
  return 1;
}

static int quick_uniform(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  if (!worker->drawing || lua_type(lua, 2) != LUA_TNUMBER || lua_type(lua, 3) != LUA_TNUMBER) return draw_slowly(lua);
  lua_pushnumber(lua, co_rng_uniform(&worker->call.rng, lua_tonumber(lua, 2), lua_tonumber(lua, 3)));
  return 1;
}

static int quick_int(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  bool both = lua_gettop(lua) > 2;
  double low = both ? lua_tonumber(lua, 2) : 1, high = lua_tonumber(lua, both ? 3 : 2);
  if (!worker->drawing || !(low >= INT_MIN && low <= high && high <= INT_MAX) || low != floor(low) ||
      high != floor(high))
    return draw_slowly(lua);
  lua_pushinteger(lua, co_rng_int(&worker->call.rng, (int)low, (int)high));
  return 1;
}

#define QUICK(name, function)                                                                                          \
  static int name(lua_State *lua) {                                                                                    \
    lua_pushcclosure(lua, function, 1);                                                                                \
    return 1;                                                                                                          \
  }
QUICK(make_unit, quick_unit)
QUICK(make_uniform, quick_uniform)
QUICK(make_int, quick_int)

static int drawing(lua_State *lua) {
  co_worker_of(lua)->drawing = lua_toboolean(lua, 1);
  return 0;
}

void co_host_equip_random(lua_State *lua) {
  static const CoHostFunction functions[] = {
      {"int", draw_int}, {"unit", draw_unit}, {"normal", draw_normal}, {"drawing", drawing}, {NULL, NULL}};
  static const CoHostFunction quick[] = {
      {"int", make_int}, {"unit", make_unit}, {"uniform", make_uniform}, {NULL, NULL}};
  co_host_add(lua, functions);
  lua_newtable(lua);
  co_host_add(lua, quick);
  lua_setfield(lua, -2, "quick_draws");
}
