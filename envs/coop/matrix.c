// Matrix games: two agents choose a row and a column and share the payoff found there, once or several times.
#include <stdio.h>
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
  static const char *const names[ACTIONS] = {"first", "second", "third"};
  static const CoKey keys[] = {{"1", 0, NULL}, {"2", 1, NULL}, {"3", 2, NULL}, {0}};
  const Config *config = self;
  *spec = (CoSpec){.agents = 2, .teams = 1, .actions = ACTIONS, .payoff = CO_PAYOFF_SHARED, .obs_high = 1};
  spec->obs_size = spec->global_size = 1 + config->steps;
  spec->states = 1 + config->steps;
  spec->episode_limit = config->steps;
  spec->action_names = names;
  spec->keys = keys;
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

// The payoffs, from the worst in red to the best in green, and how many of an episode's games have been played.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  static const CoColor bad = {150, 52, 58, 255}, good = {58, 146, 88, 255}, ink = {236, 238, 244, 255};
  const Config *config = self;
  float low = payoff(config, 0, 0), high = low;
  for (int i = 0; i < ACTIONS * ACTIONS; i++) {
    float paid = payoff(config, i / ACTIONS, i % ACTIONS);
    low = paid < low ? paid : low;
    high = paid > high ? paid : high;
  }
  char text[32];
  co_canvas_camera(canvas, -.8f, 3.7f, 3.5f, -.7f); // rows count downwards
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  for (int i = 0; i < ACTIONS * ACTIONS; i++) {
    float x = (float)(i % ACTIONS), y = (float)(i / ACTIONS), paid = payoff(config, i / ACTIONS, i % ACTIONS);
    co_canvas_color(canvas, co_color_mix(bad, good, (paid - low) / (high - low)));
    co_canvas_rect(canvas, x + .03f, y + .03f, .94f, .94f);
    co_canvas_color(canvas, ink);
    snprintf(text, sizeof text, "%g", (double)paid);
    co_canvas_text(canvas, x + .5f, y + .5f, .32f, CO_CENTER, text);
  }
  co_canvas_color(canvas, co_color_team(0));
  for (int i = 0; i < ACTIONS; i++) {
    snprintf(text, sizeof text, "%d", i + 1);
    co_canvas_text(canvas, -.3f, (float)i + .5f, .26f, CO_CENTER, text);
    co_canvas_text(canvas, (float)i + .5f, -.3f, .26f, CO_CENTER, text);
  }
  snprintf(text, sizeof text, "%d of %d played", (int)((const State *)state)->step, config->steps);
  co_canvas_text(canvas, 1.5f, 3.35f, .22f, CO_CENTER, text);
  return true;
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
    .draw = draw,
};
