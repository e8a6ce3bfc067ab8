// A script's own tests, one by one.
#include <assert.h>
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "env.h"

// (seed)
static int reseed(lua_State *lua) {
  CoWorker *worker = co_worker_of(lua);
  CoMoment *moment = (CoMoment *)(void *)worker->shadow;
  memcpy(moment + 1, worker->world->defaults, (size_t)worker->world->block.bytes);
  moment->rng = worker->call.rng = co_rng((uint64_t)luaL_checknumber(lua, 1), "test", 0);
  return 0;
}

// (place) of what obs:put has written.
static int seen(lua_State *lua) {
  lua_pushnumber(lua, (double)co_worker_of(lua)->call.obs[lua_tointeger(lua, 1) - 1]);
  return 1;
}

void co_host_equip_trial(lua_State *lua) {
  static const CoHostFunction functions[] = {{"reseed", reseed}, {"seen", seen}, {NULL, NULL}};
  co_host_add(lua, functions);
}

// The test at `place`, from 1: its name, copied; false without one.
static bool test_name(CoWorker *worker, int place, char *name, size_t capacity, CoError *error) {
  lua_State *lua = worker->sandbox.lua;
  lua_pushvalue(lua, CO_SLOT_TRIAL);
  lua_pushinteger(lua, place);
  *name = '\0';
  if (!co_worker_call(worker, NULL, 1, 1, error)) return false;
  if (lua_isstring(lua, -1)) snprintf(name, capacity, "%s", lua_tostring(lua, -1));
  lua_pop(lua, 1);
  return true;
}

static bool run_tests(CoWorker *worker, CoScriptReport *report, void *user, CoError *error) {
  char name[256];
  for (int place = 1;; place++) {
    if (!test_name(worker, place, name, sizeof name, error)) return false;
    if (!*name) return true;
    CoError failure = {""};
    lua_pushvalue(worker->sandbox.lua, CO_SLOT_TRIAL);
    lua_pushinteger(worker->sandbox.lua, place);
    lua_pushboolean(worker->sandbox.lua, true);
    co_worker_call(worker, NULL, 2, 0, &failure);
    report(user, name, failure.text);
  }
}

bool co_script_env_tests(const CoScriptEnv *env, const CoWorld *world, CoScriptReport *report, void *user,
                         CoError *error) {
  const CoScriptWorld *self = co_world_self(world);
  assert(self->env == env);
  CoWorker *worker = co_worker_open(env, self, self->config, error);
  if (!worker) return false;
  float *obs = calloc((size_t)self->spec.obs_size, sizeof *obs);
  bool done = obs != NULL || co_fail(error, "%s: out of memory", env->files[0].name);
  co_worker_aim(worker);
  worker->call.obs = obs;
  done = done && run_tests(worker, report, user, error);
  free(obs);
  co_worker_close(worker);
  return done;
}
