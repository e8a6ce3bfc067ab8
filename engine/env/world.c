// Worlds: an environment type opened with a config, its spec as each team sees it, and its hooks made safe.
#include "world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void check(const CoEnvType *type, const CoSpec *spec) {
  assert(spec->agents >= 1 && spec->teams >= 1 && spec->teams <= spec->agents);
  assert((spec->actions > 0) != (spec->action_size > 0));
  assert(spec->actions <= 65536 && spec->obs_size >= 0 && spec->episode_limit >= 0);
  for (int i = 0; spec->team && i + 1 < spec->agents; i++)
    assert(spec->team[i] == spec->team[i + 1] || spec->team[i] + 1 == spec->team[i + 1]);
  assert(!spec->states || type->index);
  assert(!spec->global_size || type->global);
  assert(!spec->privileged_size || type->privileged);
  assert(!spec->goal_size || (type->achieved && type->goal_reward && spec->goal_size <= spec->obs_size));
  (void)type, (void)spec;
}

static void seat(CoWorld *world) {
  const CoSpec *spec = &world->spec;
  for (int i = 0; i < spec->agents; i++) world->first[(spec->team ? spec->team[i] : 0) + 1] = i + 1;
  for (int t = 0; t < spec->teams; t++) {
    int first = world->first[t], agents = world->first[t + 1] - first;
    assert(agents >= 1);
    world->teams[t] = *spec;
    world->teams[t].agents = agents;
    world->teams[t].teams = 1;
    world->teams[t].team = NULL;
    if (spec->kind) world->teams[t].kind = spec->kind + first;
  }
}

CoWorld *co_world_make(const CoEnvType *type, void *self, const CoWorld *core, CoError *error) {
  CoSpec spec = {.agents = 1, .teams = 1};
  size_t state_bytes = 0;
  const CoStateField *fields = NULL;
  type->describe(self, &spec, &state_bytes, &fields);
  check(type, &spec);
  assert(state_bytes > 0 && fields);
  size_t teams = (size_t)spec.teams;
  CoWorld *world = calloc(1, sizeof *world + teams * sizeof(CoSpec) + (teams + 1) * sizeof(int));
  if (!world) {
    if (type->close) type->close(self);
    co_fail(error, "out of memory for %s", type->name);
    return NULL;
  }
  *world = (CoWorld){.type = type, .self = self, .spec = spec, .state_bytes = state_bytes, .fields = fields};
  world->core = core ? core : world;
  world->teams = (CoSpec *)(world + 1);
  world->first = (int *)(world->teams + teams);
  world->spec.modelled = type->outcomes != NULL;
  world->spec.scripted = type->scripts != NULL;
  world->spec.turns = type->mover != NULL;
  world->spec.unmasked = spec.actions && !type->alive && (spec.unmasked || !type->available);
  while (spec.infos && spec.infos[world->infos]) world->infos++;
  seat(world);
  return world;
}

CoWorld *co_world_open(const CoEnvType *type, const void *config, CoError *error) {
  assert(type->open || !type->settings.bytes);
  if (!co_settings_check(&type->settings, config, error)) return NULL;
  void *self = type->open ? type->open(type, config, error) : NULL;
  if (type->open && !self) return NULL;
  return co_world_make(type, self, NULL, error);
}

void co_world_close(CoWorld *world) {
  if (!world) return;
  if (world->type->close) world->type->close(world->self);
  free(world);
}

const CoEnvType *co_world_type(const CoWorld *world) {
  return world->type;
}

const void *co_world_self(const CoWorld *world) {
  return world->self;
}

const CoSpec *co_world_spec(const CoWorld *world) {
  return &world->spec;
}

const CoSpec *co_world_team(const CoWorld *world, int team) {
  assert(team >= 0 && team < world->spec.teams);
  return &world->teams[team];
}

int co_world_first(const CoWorld *world, int team) {
  assert(team >= 0 && team < world->spec.teams);
  return world->first[team];
}

int co_world_infos(const CoWorld *world) {
  return world->infos;
}

size_t co_world_state_bytes(const CoWorld *world) {
  return world->state_bytes;
}

const CoStateField *co_world_fields(const CoWorld *world) {
  return world->fields;
}

bool co_world_worker_open(const CoWorld *world, void **worker, CoError *error) {
  *worker = NULL;
  if (!world->type->worker_open) return true;
  *worker = world->type->worker_open(world->self, error);
  return *worker != NULL;
}

void co_world_worker_close(const CoWorld *world, void *worker) {
  if (worker && world->type->worker_close) world->type->worker_close(worker);
}

bool co_world_alive(const CoWorld *world, const void *state, int agent) {
  return !world->type->alive || world->type->alive(world->self, state, agent);
}

int co_world_mover(const CoWorld *world, const void *state) {
  return world->type->mover ? world->type->mover(world->self, state) : CO_EVERYONE;
}

bool co_world_observe(const CoWorld *world, void *worker, const void *state, int agent, float *obs, CoError *error) {
  memset(obs, 0, (size_t)world->spec.obs_size * sizeof *obs);
  if (!co_world_alive(world, state, agent)) return true;
  return world->type->observe(world->self, worker, state, agent, obs, error);
}

bool co_world_privileged(const CoWorld *world, void *worker, const void *state, int agent, float *obs, CoError *error) {
  memset(obs, 0, (size_t)world->spec.privileged_size * sizeof *obs);
  if (!co_world_alive(world, state, agent)) return true;
  return world->type->privileged(world->self, worker, state, agent, obs, error);
}

bool co_world_available(const CoWorld *world, void *worker, const void *state, int agent, uint8_t *mask,
                        CoError *error) {
  size_t actions = (size_t)world->spec.actions;
  memset(mask, 0, actions);
  if (world->type->available && !world->spec.unmasked)
    return world->type->available(world->self, worker, state, agent, mask, error);
  memset(mask, 1, co_world_alive(world, state, agent) ? actions : 1);
  return true;
}

bool co_world_global(const CoWorld *world, void *worker, const void *state, int team, float *out, CoError *error) {
  memset(out, 0, (size_t)world->spec.global_size * sizeof *out);
  return world->type->global(world->self, worker, state, team, out, error);
}

void *co_config_copy(const CoEnvType *type, const void *config, CoError *error) {
  void *self = malloc(type->settings.bytes);
  if (!self) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  return memcpy(self, config, type->settings.bytes);
}
