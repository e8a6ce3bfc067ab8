// The hooks of every script's type: the state goes to the worker's shadow, where Lua reads and writes it.
#include <assert.h>
#include <string.h>

#include "env.h"

static const uint8_t running = 1;

static CoMoment *moment_of(const CoWorker *worker) {
  return (CoMoment *)(void *)worker->shadow;
}

static unsigned char *block_of(const CoWorker *worker) {
  return worker->shadow + sizeof(CoMoment);
}

// The call is about the shadow alone.
void co_worker_aim(CoWorker *worker) {
  worker->call.moments = worker->shadow;
  worker->call.running = &running;
  worker->call.count = 1;
  worker->call.stride = (int32_t)(sizeof(CoMoment) + (size_t)worker->world->block.bytes);
}

static CoCall *aim(CoWorker *worker) {
  co_worker_aim(worker);
  return &worker->call;
}

static void slot(const CoWorker *worker, int place) {
  lua_pushvalue(worker->sandbox.lua, place);
}

static bool call_with(CoWorker *worker, int place, const char *hook, int number, CoError *error) {
  slot(worker, place);
  lua_pushinteger(worker->sandbox.lua, number);
  return co_worker_call(worker, hook, 1, 0, error);
}

static bool call(CoWorker *worker, int place, const char *hook, CoError *error) {
  slot(worker, place);
  return co_worker_call(worker, hook, 0, 0, error);
}

// self holds the state; nothing is done where it does already.
bool co_worker_load(CoWorker *worker, const void *state, CoError *error) {
  size_t bytes = (size_t)worker->world->block.bytes;
  if (worker->fresh && memcmp(block_of(worker), state, bytes) == 0) return true;
  aim(worker);
  memcpy(block_of(worker), state, bytes);
  worker->fresh = call(worker, CO_SLOT_LOAD, "load", error);
  return worker->fresh;
}

bool co_worker_store(CoWorker *worker, unsigned char *block, CoError *error) {
  aim(worker);
  if (!call(worker, CO_SLOT_DEFAULTS, "state", error)) return false;
  memcpy(block, block_of(worker), (size_t)worker->world->block.bytes);
  return true;
}

static void *worker_open(const void *self, CoError *error) {
  const CoScriptWorld *world = self;
  return co_worker_open(world->env, world, world->config, error);
}

static void worker_close(void *worker) {
  co_worker_close(worker);
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  const CoScriptWorld *world = self;
  CoWorker *own = worker;
  size_t bytes = (size_t)world->block.bytes;
  own->fresh = false;
  memcpy(block_of(own), world->defaults, bytes);
  moment_of(own)->rng = aim(own)->rng = *rng;
  if (!call(own, CO_SLOT_RESET, "reset", error)) return false;
  *rng = own->call.rng;
  memcpy(state, block_of(own), bytes);
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  const CoScriptWorld *world = self;
  CoWorker *own = worker;
  size_t bytes = (size_t)world->block.bytes;
  uint8_t terminated = 0;
  own->fresh = false;
  memcpy(block_of(own), state, bytes);
  moment_of(own)->rng = *rng;
  CoCall *made = aim(own);
  made->discrete = actions->discrete;
  made->continuous = actions->continuous;
  made->rewards = outcome->rewards;
  made->info = outcome->info;
  made->terminated = &terminated;
  if (!call(own, CO_SLOT_STEP, "step", error)) return false;
  *rng = moment_of(own)->rng;
  memcpy(state, block_of(own), bytes);
  outcome->terminated = terminated;
  return true;
}

static void take_many(CoWorker *worker, const CoMany *many) {
  CoCall *made = &worker->call;
  worker->fresh = false;
  assert(many->stride % 8 == 0 && many->stride < INT32_MAX);
  made->moments = many->moments;
  made->running = many->running;
  made->count = many->count;
  made->stride = (int32_t)many->stride;
}

static bool step_many(const void *self, void *worker, const CoMany *many, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  take_many(own, many);
  own->call.discrete = many->actions.discrete;
  own->call.continuous = many->actions.continuous;
  own->call.rewards = many->rewards;
  own->call.info = many->info;
  own->call.terminated = many->terminated;
  return call(own, CO_SLOT_STEP, "step", error);
}

static bool observe_many(const void *self, void *worker, const CoMany *many, int team, float *obs, CoError *error) {
  const CoScriptWorld *world = self;
  CoWorker *own = worker;
  int first = 0, agents = 0;
  while (world->spec.team[first] != team) first++;
  while (first + agents < world->spec.agents && world->spec.team[first + agents] == team) agents++;
  take_many(own, many);
  own->call.obs = obs;
  own->call.first = first + 1;
  return call_with(own, CO_SLOT_OBSERVE, "observe", agents, error);
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  if (!co_worker_load(own, state, error)) return false;
  own->call.obs = obs;
  return call_with(own, CO_SLOT_LOOK, "observe", agent + 1, error);
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  if (!co_worker_load(own, state, error)) return false;
  own->call.obs = out;
  return call_with(own, CO_SLOT_GLOBAL, "global", team + 1, error);
}

static bool privileged(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  if (!co_worker_load(own, state, error)) return false;
  own->call.obs = obs;
  return call_with(own, CO_SLOT_PRIVILEGED, "privileged", agent + 1, error);
}

static bool alive(const void *self, const void *state, int agent) {
  const CoScriptWorld *world = self;
  return ((const unsigned char *)state)[world->block.alive + agent];
}

static int mover(const void *self, const void *state) {
  const CoScriptWorld *world = self;
  int32_t found;
  memcpy(&found, (const unsigned char *)state + world->block.mover, sizeof found);
  return found;
}

static int index_of(const void *self, const void *state, int agent) {
  const CoScriptWorld *world = self;
  int32_t found;
  memcpy(&found, (const unsigned char *)state + world->block.index + sizeof found * (size_t)agent, sizeof found);
  return found;
}

// The dead, and everybody after the end, do the first action.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  const CoScriptWorld *world = self;
  CoWorker *own = worker;
  bool over = ((const unsigned char *)state)[world->block.over];
  mask[0] = 1;
  if (over || (world->env->type.alive && !alive(self, state, agent))) return true;
  if (!co_worker_load(own, state, error)) return false;
  own->mask = mask;
  return call_with(own, CO_SLOT_AVAILABLE, "available", agent + 1, error);
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  if (!co_worker_load(own, state, error)) return false;
  own->canvas = canvas;
  bool done = call(own, CO_SLOT_DRAW, "draw", error);
  own->canvas = NULL;
  own->fresh = false;
  if (!done || !call(own, CO_SLOT_DEFAULTS, "draw", error)) return false;
  return memcmp(block_of(own), state, (size_t)own->world->block.bytes) == 0 ||
         co_fail(error, "%s: draw changes the state: only reset and step may", own->env->files[0].name);
}

// One way through the tree of draws each time; the first call begins it. *more: there are others.
static bool next_outcome(CoWorker *worker, const void *state, bool first, CoTransition *out, bool *more,
                         CoError *error) {
  const CoScriptWorld *world = worker->world;
  lua_State *lua = worker->sandbox.lua;
  size_t bytes = (size_t)world->block.bytes;
  uint8_t terminated = 0;
  memcpy(block_of(worker), state ? state : world->defaults, bytes);
  CoCall *made = aim(worker);
  made->rewards = out->rewards;
  made->info = worker->info;
  made->terminated = &terminated;
  slot(worker, CO_SLOT_OUTCOME);
  lua_pushboolean(lua, state != NULL);
  lua_pushboolean(lua, first);
  if (!co_worker_call(worker, state ? "step" : "reset", 2, 2, error)) return false;
  out->probability = lua_tonumber(lua, -2);
  *more = lua_toboolean(lua, -1);
  lua_pop(lua, 2);
  out->terminated = terminated;
  memcpy(out->state, block_of(worker), bytes);
  return true;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)self;
  CoWorker *own = worker;
  own->fresh = false;
  if (actions) own->call.discrete = actions->discrete;
  bool more = true;
  int count = 0;
  for (; more; count++) {
    if (count == capacity) return -1;
    if (!next_outcome(own, state, count == 0, &out[count], &more, error)) return CO_OUTCOMES_FAILED;
  }
  return count;
}

const CoEnvType co_script_hooks = {
    .open = co_script_open,
    .close = co_script_close,
    .describe = co_script_describe,
    .worker_open = worker_open,
    .worker_close = worker_close,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .alive = alive,
    .mover = mover,
    .index = index_of,
    .global = global,
    .privileged = privileged,
    .outcomes = outcomes,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};
