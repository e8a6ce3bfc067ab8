// Matrix games: two agents choose a row and a column and share the payoff found there, once or several times.
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_matrix;

enum { ACTIONS = 3 };
enum { CLIMBING, PENALTY, QTRAN, QPLEX1, QPLEX3, GAMES };
#define GAME_WORDS "climbing penalty qtran qplex1 qplex3"

// Climbing and penalty: Claus and Boutilier (AAAI 1998); QTRAN: Son et al. (ICML 2019); QPLEX: Wang et al. (ICLR 2021).
static const float payoffs[GAMES][ACTIONS][ACTIONS] = {
    [CLIMBING] = {{11, -30, 0}, {-30, 7, 6}, {0, 0, 5}},
    [PENALTY] = {{0, 0, 10}, {0, 2, 0}, {10, 0, 0}}, // and k where the first and the last row meet their own column
    [QTRAN] = {{8, -12, -12}, {-12, 0, 0}, {-12, 0, 0}},
    [QPLEX1] = {{10.4f, 0, 10}, {0, 10, 10}, {10, 10, 10}},
    [QPLEX3] = {{8, -12, -12}, {-12, 6, 0}, {-12, 0, 6}},
};

typedef struct Config {
  int game, steps;
  double k;
} Config;

static const CoField fields[] = {
    CO_CHOICE(Config, game, "climbing", GAME_WORDS, "payoff matrix"),
    CO_INT(Config, steps, "1", 1, 1000, "times that an episode plays it"),
    CO_NUMBER(Config, k, "0", -1000, 0, "game penalty: payoff of its two traps"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t step;
} State;

static const CoStateField state_fields[] = {
    {"step", CO_STATE_I32, offsetof(State, step), 1, sizeof(int32_t)},
    {0},
};

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  Config *self = malloc(sizeof *self);
  if (!self) {
    co_fail(error, "out of memory");
    return NULL;
  }
  *self = *(const Config *)config;
  return self;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const Config *config = self;
  *spec = (CoSpec){.agents = 2, .teams = 1, .actions = ACTIONS, .payoff = CO_PAYOFF_SHARED, .obs_high = 1};
  spec->obs_size = spec->global_size = 1 + config->steps;
  spec->states = 1 + config->steps;
  spec->episode_limit = config->steps;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state
}

static float payoff(const Config *config, int row, int column) {
  bool trap = row == column && row != 1;
  return config->game == PENALTY && trap ? (float)config->k : payoffs[config->game][row][column];
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *config = self;
  State *s = state;
  outcome->rewards[0] = outcome->rewards[1] = payoff(config, actions->discrete[0], actions->discrete[1]);
  outcome->terminated = ++s->step == config->steps;
  return true;
}

// 1, then which step it is (none of them at the end).
static void show(const Config *config, const State *state, float *out) {
  out[0] = 1;
  if (state->step < config->steps) out[1 + state->step] = 1;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)agent, (void)error;
  show(self, state, obs);
  return true;
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker, (void)team, (void)error;
  show(self, state, out);
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->step;
}

const CoEnvType co_matrix = {
    .name = "matrix",
    .summary = "two agents choose a row and a column of a payoff matrix",
    .source = "Claus and Boutilier, AAAI 1998; Son et al., ICML 2019; Wang et al., ICLR 2021",
    .variant = "game",
    .settings = {"matrix", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .global = global,
};
