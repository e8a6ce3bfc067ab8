// Navigation: walk to a goal that is not seen (Finn, Abbeel and Levine, 2017): a family of tasks, one a goal.
#include <math.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_navigation;

#define FASTEST 0.1f // along each axis, a step

typedef struct Config {
  double side, near;
  int horizon;
} Config;

static const CoField fields[] = {
    CO_NUMBER(Config, side, "1", 0.01, 100, "goals lie in a square with this side, the start is its middle"),
    CO_NUMBER(Config, near, "0.01", 0, 100, "this near the goal it is reached"),
    CO_INT(Config, horizon, "100", 1, 1000000, "steps of an episode, at most"),
    CO_FIELDS_END,
};

typedef struct State {
  float goal[2]; // the task
  float at[2];
} State;

static const CoStateField state_fields[] = {
    {"goal", CO_STATE_F32, offsetof(State, goal), 2, sizeof(float)},
    {"at", CO_STATE_F32, offsetof(State, at), 2, sizeof(float)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const float low[] = {-FASTEST, -FASTEST}, high[] = {FASTEST, FASTEST}, still[] = {0, 0};
  static const float up[] = {0, FASTEST}, down[] = {0, -FASTEST}, left[] = {-FASTEST, 0}, right[] = {FASTEST, 0};
  static const CoKey keys[] = {{"", 0, still},    {"left", 0, left}, {"right", 0, right},
                               {"down", 0, down}, {"up", 0, up},     {0}};
  const Config *c = self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 2, .action_size = 2, .low = low, .high = high};
  spec->episode_limit = c->horizon;
  spec->obs_high = FASTEST * (float)(c->horizon + 1);
  spec->obs_low = -spec->obs_high;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool task(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  State *s = state;
  for (int i = 0; i < 2; i++) s->goal[i] = (float)co_rng_uniform(rng, -c->side / 2, c->side / 2);
  return true;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true;
}

// The reward is how far the goal is then, negative.
static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *c = self;
  State *s = state;
  for (int i = 0; i < 2; i++) s->at[i] += fminf(fmaxf(actions->continuous[i], -FASTEST), FASTEST);
  const float x = s->goal[0] - s->at[0], y = s->goal[1] - s->at[1], far = sqrtf(x * x + y * y);
  outcome->rewards[0] = -far;
  outcome->terminated = (double)far <= c->near;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  const State *s = state;
  obs[0] = s->at[0], obs[1] = s->at[1];
  return true;
}

// The square, the goal as a ring, who walks as a disc.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  const State *s = state;
  const float side = (float)c->side, half = side / 2;
  co_canvas_camera(canvas, -side, -side, side, side);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9 * side, -9 * side, 18 * side, 18 * side);
  co_canvas_color(canvas, (CoColor){43, 48, 56, 255});
  co_canvas_rect(canvas, -half, -half, side, side);
  co_canvas_color(canvas, (CoColor){250, 204, 60, 255});
  co_canvas_width(canvas, side * .015f);
  co_canvas_ring(canvas, s->goal[0], s->goal[1], side * .05f);
  co_canvas_color(canvas, (CoColor){86, 134, 190, 255});
  co_canvas_disc(canvas, s->at[0], s->at[1], side * .035f);
  return true;
}

const CoEnvType co_navigation = {
    .name = "navigation",
    .summary = "walk to a goal that is not seen: a family of tasks",
    .source = "Finn, Abbeel and Levine, 2017",
    .settings = {"navigation", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .task = task,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
};
