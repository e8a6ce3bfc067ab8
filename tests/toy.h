// A small environment for tests: three agents in two teams, with a death, an end, chance and turns as asked for.
#ifndef COHORT_TESTS_TOY_H
#define COHORT_TESTS_TOY_H

#include <stdlib.h>
#include <string.h>

#include "cohort/env.h"

typedef struct ToyConfig {
  int length; // steps to the true end; 0: none
  int quota;  // the true end comes when agent 0's actions sum to this; 0: never
  int limit;  // steps to truncation; 0: none
  int death;  // step after which agent 1 is dead; 0: never
  int turns;  // 1: agents move in turn, 0, 1, 2, 0 ...
  int nature; // 1: nature moves after every step
  int fail;   // step that fails; 0: none
  int actions;
} ToyConfig;

typedef struct ToyState {
  int32_t clock, chance; // steps; nature's turn
  int32_t noise;         // the last draw
  int32_t sum[3];        // of each agent's actions
} ToyState;

static const CoStateField toy_state_fields[] = {
    {"clock", CO_STATE_I32, offsetof(ToyState, clock), 1, 4},
    {"chance", CO_STATE_I32, offsetof(ToyState, chance), 1, 4},
    {"noise", CO_STATE_I32, offsetof(ToyState, noise), 1, 4},
    {"sum", CO_STATE_I32, offsetof(ToyState, sum), 3, 4},
    {0},
};

static const CoField toy_fields[] = {
    CO_INT(ToyConfig, length, "0", 0, 1000, "steps to the true end"),
    CO_INT(ToyConfig, quota, "0", 0, 1000, "sum of agent 0's actions at the true end"),
    CO_INT(ToyConfig, limit, "0", 0, 1000, "steps to truncation"),
    CO_INT(ToyConfig, death, "0", 0, 1000, "step after which agent 1 is dead"),
    CO_INT(ToyConfig, turns, "0", 0, 1, "agents move in turn"),
    CO_INT(ToyConfig, nature, "0", 0, 1, "nature moves after every step"),
    CO_INT(ToyConfig, fail, "0", 0, 1000, "step that fails"),
    CO_INT(ToyConfig, actions, "3", 1, 1000, "actions"),
    CO_FIELDS_END,
};

static void *toy_open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  (void)error;
  ToyConfig *self = malloc(sizeof *self);
  if (self) *self = *(const ToyConfig *)config;
  return self;
}

static void toy_describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const int team[] = {0, 0, 1}, kind[] = {5, 6, 7};
  static const char *const infos[] = {"steps", "noise", NULL};
  const ToyConfig *config = self;
  *spec = (CoSpec){.agents = 3, .teams = 2, .team = team, .kind = kind, .obs_size = 3, .actions = config->actions};
  spec->obs_low = 0, spec->obs_high = 1000;
  spec->global_size = 2, spec->privileged_size = 1;
  spec->states = 1000;
  spec->episode_limit = config->limit;
  spec->payoff = CO_PAYOFF_SHARED;
  spec->infos = infos;
  *state_bytes = sizeof(ToyState);
  *fields = toy_state_fields;
}

static bool toy_reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  ((ToyState *)state)->noise = co_rng_int(rng, 0, 99);
  return true;
}

// Team 0 is paid the number of the step, team 1 minus that; nature pays 1 and -1 more.
static bool toy_step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng,
                     CoOutcome *outcome, CoError *error) {
  (void)worker;
  const ToyConfig *config = self;
  ToyState *s = state;
  if (s->chance) {
    s->chance = 0;
    outcome->rewards[0] = outcome->rewards[1] = 1;
    outcome->rewards[2] = -1;
    return true;
  }
  s->clock++;
  if (config->fail && s->clock == config->fail) return co_fail(error, "step %d fails", config->fail);
  s->noise = co_rng_int(rng, 0, 99);
  for (int i = 0; i < 3; i++) s->sum[i] += actions->discrete[i];
  outcome->rewards[0] = outcome->rewards[1] = (float)s->clock;
  outcome->rewards[2] = (float)-s->clock;
  outcome->info[0] = 1;
  outcome->info[1] = (float)s->noise;
  outcome->terminated = (config->length && s->clock == config->length) || (config->quota && s->sum[0] >= config->quota);
  s->chance = config->nature && !outcome->terminated;
  return true;
}

static bool toy_observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  const ToyState *s = state;
  obs[0] = (float)s->clock;
  obs[1] = (float)s->sum[agent];
  obs[2] = (float)s->noise;
  return true;
}

static bool toy_alive(const void *self, const void *state, int agent) {
  const ToyConfig *config = self;
  return agent != 1 || !config->death || ((const ToyState *)state)->clock < config->death;
}

// The dead have action 0; the living all but the one that the noise forbids.
static bool toy_available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)error;
  const ToyConfig *config = self;
  for (int a = 0; a < config->actions; a++)
    mask[a] = toy_alive(self, state, agent) ? a == 0 || a != ((const ToyState *)state)->noise % 7 : a == 0;
  return true;
}

static int toy_mover(const void *self, const void *state) {
  const ToyConfig *config = self;
  const ToyState *s = state;
  if (s->chance) return CO_CHANCE;
  return config->turns ? s->clock % 3 : CO_EVERYONE;
}

static int toy_index(const void *self, const void *state, int agent) {
  (void)self;
  return 3 * (((const ToyState *)state)->clock % 300) + agent;
}

static bool toy_global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)self, (void)worker, (void)error;
  out[0] = (float)((const ToyState *)state)->clock;
  out[1] = (float)team;
  return true;
}

static bool toy_privileged(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  obs[0] = (float)(10 * ((const ToyState *)state)->noise + agent);
  return true;
}

static bool toy_last(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                     CoError *error) {
  (void)worker, (void)state, (void)agent, (void)rng, (void)error;
  *action = ((const ToyConfig *)self)->actions - 1;
  return true;
}

static const CoScriptType toy_scripts[] = {{"last", "the last action", toy_last}, {0}};

static const CoEnvType toy = {
    .name = "toy",
    .summary = "for tests",
    .source = "none",
    .settings = {"toy", sizeof(ToyConfig), toy_fields, NULL},
    .open = toy_open,
    .close = free,
    .describe = toy_describe,
    .reset = toy_reset,
    .step = toy_step,
    .observe = toy_observe,
    .available = toy_available,
    .alive = toy_alive,
    .mover = toy_mover,
    .index = toy_index,
    .global = toy_global,
    .privileged = toy_privileged,
    .scripts = toy_scripts,
};

// The same with two numbers for an action, of which the sum counts.
static inline void toy_describe_continuous(const void *self, CoSpec *spec, size_t *state_bytes,
                                           const CoStateField **fields) {
  static const float low[] = {-1, -1}, high[] = {1, 1};
  toy_describe(self, spec, state_bytes, fields);
  spec->actions = 0;
  spec->action_size = 2;
  spec->low = low, spec->high = high;
}

static inline bool toy_step_continuous(const void *self, void *worker, void *state, const CoActions *actions,
                                       CoRng *rng, CoOutcome *outcome, CoError *error) {
  int sums[3];
  for (int i = 0; i < 3; i++) sums[i] = (int)(actions->continuous[2 * i] + actions->continuous[2 * i + 1]);
  return toy_step(self, worker, state, &(CoActions){sums, NULL}, rng, outcome, error);
}

static inline CoWorld *toy_continuous_world(ToyConfig config) {
  static CoEnvType type;
  type = toy;
  type.describe = toy_describe_continuous;
  type.step = toy_step_continuous;
  type.available = NULL;
  config.actions = 1;
  return co_world_open(&type, &config, NULL);
}

static inline CoWorld *toy_world(ToyConfig config) {
  if (!config.actions) config.actions = 3;
  return co_world_open(&toy, &config, NULL);
}

#endif
