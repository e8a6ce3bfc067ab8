// What a target is made of: the best legal action of the successor, also where time ran out, and nothing at a true end.
#include "lab.h"

// Two steps: the first pays nothing, the second -5 and its second action is illegal. Or (endless) the same place over
// and over, 1 a step, cut off after two steps.
typedef struct Config {
  bool endless;
} Config;
typedef struct State {
  int32_t step;
} State;

static void *open_game(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  (void)error;
  Config *self = malloc(sizeof *self);
  if (self) *self = *(const Config *)config;
  return self;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField state[] = {{"step", CO_STATE_I32, 0, 1, 4}, {0}};
  (void)self;
  *spec = (CoSpec){.agents = 2,
                   .teams = 1,
                   .obs_size = 3,
                   .obs_high = 1,
                   .global_size = 3,
                   .actions = 2,
                   .episode_limit = 2,
                   .payoff = CO_PAYOFF_SHARED};
  *state_bytes = sizeof(State);
  *fields = state;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->step = 0;
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error, (void)actions;
  bool endless = ((const Config *)self)->endless, last = ++((State *)state)->step == 2;
  outcome->rewards[0] = outcome->rewards[1] = endless ? 1 : last ? -5 : 0;
  outcome->terminated = !endless && last;
  return true;
}

static bool show(const void *self, const void *state, float *out) {
  for (int i = 0; i < 3; i++) out[i] = i == (((const Config *)self)->endless ? 0 : ((const State *)state)->step);
  return true;
}
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)agent, (void)error;
  return show(self, state, obs);
}
static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  (void)worker, (void)team, (void)error;
  return show(self, state, out);
}
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)agent, (void)error;
  mask[0] = 1;
  mask[1] = ((const Config *)self)->endless || ((const State *)state)->step == 0;
  return true;
}

static const CoField fields[] = {CO_BOOL(Config, endless, "false", "one place only"), CO_FIELDS_END};
static const CoEnvType type = {.name = "targets",
                               .summary = "two steps",
                               .source = "test",
                               .settings = {"targets", sizeof(Config), fields, NULL},
                               .open = open_game,
                               .close = free,
                               .describe = describe,
                               .reset = reset,
                               .step = step,
                               .observe = observe,
                               .available = available,
                               .global = global};

// The team's value of the first step: one agent's, or the sum of both.
static void check_first(const char *name, bool sum, bool endless, const char *double_q, float expected) {
  const char *const settings[] = {
      "gamma", "0.5", "double_q", double_q, "obs_last_action", "false", "target_update_interval", "20", NULL};
  Config config = {endless};
  Lab lab = prepare(name, co_world_open(&type, &config, NULL), 1, settings);
  float q[8];
  train(&lab, 1500);
  play(&lab, q);
  for (int a = 0; a < 2; a++) ck_assert_float_eq_tol(sum ? q[a] + q[2 + a] : q[a], expected, 0.15f);
  destroy(&lab);
}

// Were the illegal action counted, whose value nothing holds down, -5 would not be the best.
START_TEST(only_legal_actions_follow) {
  check_first("iql", false, false, "true", -2.5f);
  check_first("iql", false, false, "false", -2.5f);
  check_first("vdn", true, false, "true", -2.5f);
  check_first("vdn", true, false, "false", -2.5f);
}
END_TEST

// 1 + 0.5 Q = Q: a cut is no end.
START_TEST(values_follow_where_time_ran_out) {
  check_first("iql", false, true, "true", 2);
  check_first("vdn", true, true, "true", 2);
}
END_TEST

CO_TESTS(only_legal_actions_follow, values_follow_where_time_ran_out)
