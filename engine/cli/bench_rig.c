// What updates are measured with: an environment of any sizes, and a learner before a filled store.
#include <stdlib.h>
#include <string.h>

#include "bench.h"

typedef struct Shaped {
  BenchShape shape;
} Shaped;

typedef struct State {
  int32_t clock, length;
} State;

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  Shaped *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for an environment");
    return NULL;
  }
  self->shape = *(const BenchShape *)config;
  return self;
}

static void close(void *self) {
  free(self);
}

static void describe(const void *from, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField all[] = {{"clock", CO_STATE_I32, offsetof(State, clock), 1, sizeof(int32_t)},
                                     {"length", CO_STATE_I32, offsetof(State, length), 1, sizeof(int32_t)},
                                     {NULL, CO_STATE_I32, 0, 0, 0}};
  const Shaped *self = from;
  const BenchShape *shape = &self->shape;
  *spec = (CoSpec){.agents = shape->agents,
                   .teams = 1,
                   .kind = shape->kind,
                   .obs_size = shape->obs_size,
                   .obs_low = -1,
                   .obs_high = 1,
                   .actions = shape->actions,
                   .global_size = shape->global_size,
                   .privileged_size = shape->privileged_size,
                   .episode_limit = shape->longest,
                   .payoff = CO_PAYOFF_SHARED};
  *state_bytes = sizeof(State);
  *fields = all;
}

static bool reset(const void *from, void *worker, void *to, CoRng *rng, CoError *error) {
  (void)worker;
  (void)error;
  const Shaped *self = from;
  *(State *)to = (State){0, co_rng_int(rng, self->shape.shortest, self->shape.longest)};
  return true;
}

static bool step(const void *from, void *worker, void *at, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker;
  (void)actions;
  (void)rng;
  (void)error;
  const Shaped *self = from;
  State *state = at;
  for (int i = 0; i < self->shape.agents; i++) outcome->rewards[i] = 0.1f;
  outcome->terminated = ++state->clock >= state->length;
  return true;
}

static void fill(const State *state, int salt, float *out, int size) {
  CoRng rng = co_rng((uint64_t)state->clock, "bench", (uint64_t)salt);
  for (int i = 0; i < size; i++) out[i] = (float)(2 * co_rng_unit(&rng) - 1);
}

static bool observe(const void *from, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker;
  (void)error;
  fill(state, agent, obs, ((const Shaped *)from)->shape.obs_size);
  return true;
}

static bool privileged(const void *from, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker;
  (void)error;
  fill(state, 100 + agent, obs, ((const Shaped *)from)->shape.privileged_size);
  return true;
}

static bool global(const void *from, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker;
  (void)error;
  fill(state, 200 + team, out, ((const Shaped *)from)->shape.global_size);
  return true;
}

CoWorld *bench_shape_open(const BenchShape *shape, CoError *error) {
  static const CoField none[] = {CO_FIELDS_END};
  static const CoEnvType type = {.name = "shape",
                                 .summary = "an environment of given sizes",
                                 .source = "",
                                 .settings = {"shape", sizeof(BenchShape), none, NULL},
                                 .open = open,
                                 .close = close,
                                 .describe = describe,
                                 .reset = reset,
                                 .step = step,
                                 .observe = observe,
                                 .global = global,
                                 .privileged = privileged};
  return co_world_open(&type, shape, error);
}

#define COPIES 8

typedef struct Filling {
  CoVecEnv *vec;
  CoPlayer *player;
  int *actions; // [copies][agents]
  float *notes; // [copies][agents][notes], zeros: random play notes nothing
} Filling;

static bool fill_store(Rig *rig, const Filling *f, int episodes, CoError *error) {
  const CoActions all = {f->actions, NULL};
  while (co_episodes_total(rig->store) < episodes) {
    if (!co_vecenv_restart(f->vec, error)) return false;
    while (co_vecenv_running(f->vec) > 0) {
      if (!co_player_act(f->player, f->vec, 0, f->actions, NULL, error)) return false;
      rig->steps += co_vecenv_running(f->vec);
      if (!co_episodes_before(rig->store, f->vec, &all, rig->wants.notes ? f->notes : NULL, error)) return false;
      if (!co_vecenv_step(f->vec, &all, error) || !co_episodes_after(rig->store, f->vec, error)) return false;
    }
  }
  return true;
}

static bool play(Rig *rig, int episodes, CoError *error) {
  const CoSpec *spec = co_world_spec(rig->world);
  size_t columns = COPIES * (size_t)spec->agents;
  const CoPlayerSetup setup = {.world = rig->world, .num_envs = COPIES, .seed = 1, .purpose = "bench"};
  Filling f = {.vec = co_vecenv_create(rig->world, COPIES, rig->wants.views, NULL, 1, "bench", error),
               .actions = calloc(columns, sizeof(int)),
               .notes = calloc(columns * (size_t)rig->wants.notes + 1, sizeof(float))};
  f.player = f.vec ? co_player_create(&setup, error) : NULL;
  bool ok = f.player && f.actions && f.notes && fill_store(rig, &f, episodes, error);
  co_player_destroy(f.player);
  if (f.vec) co_vecenv_destroy(f.vec);
  free(f.actions);
  free(f.notes);
  return ok;
}

static bool declare(Rig *rig, CoError *error) {
  if (!(rig->metrics = co_metrics_create("", error))) return false;
  for (int i = 0; rig->algo->metrics && rig->algo->metrics[i]; i++)
    if (!co_metrics_declare(rig->metrics, rig->algo->metrics[i], error)) return false;
  return true;
}

bool rig_fill(Rig *rig, int episodes, CoForm form, CoError *error) {
  const CoSpec *spec = co_world_team(rig->world, 0);
  const CoAlgoSetup setup = {.spec = spec, .world = rig->world, .num_envs = COPIES, .seed = 1};
  rig->algo->wants(rig->config, spec, &rig->wants);
  const CoEpisodesConfig store = {.capacity = rig->wants.capacity,
                                  .form = form,
                                  .views = rig->wants.views,
                                  .num_envs = COPIES,
                                  .notes = rig->wants.notes};
  if (!declare(rig, error) || !rig->algo->accepts(rig->config, spec, error)) return false;
  if (!(rig->self = rig->algo->create(rig->config, &setup, error))) return false;
  if (!(rig->store = co_episodes_create(rig->world, 0, &store, error))) return false;
  return play(rig, episodes, error);
}

bool rig_learn(Rig *rig, CoError *error) {
  CoLearning learning = {.steps = rig->steps,
                         .episodes = co_episodes_total(rig->store) + rig->updates,
                         .new_steps = 1,
                         .new_episodes = 1,
                         .store = rig->store,
                         .updates = rig->updates,
                         .metrics = rig->metrics};
  bool ok = rig->algo->learn(rig->self, &learning, error);
  rig->updates = learning.updates;
  return ok;
}

void rig_free(Rig *rig) {
  if (rig->self) rig->algo->destroy(rig->self);
  if (rig->store) co_episodes_destroy(rig->store);
  co_metrics_destroy(rig->metrics);
}
