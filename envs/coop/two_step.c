// The two-step game (Rashid et al., QMIX, ICML 2018): the first agent's first move chooses the second step's matrix.
#include "cohort/env.h"

extern const CoEnvType co_two_step;

typedef enum Place { START, SAFE, RISKY, OVER, PLACES } Place;

typedef struct State {
  int32_t place;
} State;

static const CoStateField state_fields[] = {
    {"place", CO_STATE_I32, offsetof(State, place), 1, sizeof(int32_t)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  *spec = (CoSpec){.agents = 2, .teams = 1, .actions = 2, .payoff = CO_PAYOFF_SHARED, .obs_high = 1};
  spec->obs_size = spec->global_size = spec->states = PLACES;
  spec->episode_limit = 2;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->place = START;
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  static const float risky[2][2] = {{0, 1}, {1, 8}};
  State *s = state;
  int first = actions->discrete[0], second = actions->discrete[1];
  if (s->place == START) {
    s->place = first == 0 ? SAFE : RISKY;
    return true;
  }
  outcome->rewards[0] = outcome->rewards[1] = s->place == SAFE ? 7 : risky[first][second];
  outcome->terminated = true;
  s->place = OVER;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  obs[((const State *)state)->place] = 1;
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)self, (void)worker, (void)team, (void)error;
  out[((const State *)state)->place] = 1;
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->place;
}

const CoEnvType co_two_step = {
    .name = "two_step",
    .summary = "a safe 7, or a matrix whose 8 needs both agents",
    .source = "Rashid et al., QMIX, ICML 2018",
    .settings = {"two_step", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .global = global,
};
