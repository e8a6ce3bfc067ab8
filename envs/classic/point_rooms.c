// Four rooms for a point that walks freely, to a goal anywhere: the house of Sutton, Precup and Singh (1999) made
// continuous, as hierarchical methods are tried in (Levy et al., ICLR 2019).
#include <math.h>
#include <stdlib.h>

#include "cohort/grid.h"

extern const CoEnvType co_point_rooms;

enum { SIDE = 13, AXES = 2 };
#define SKIN 0.001f // how near a wall it comes

static const CoGrid house = {SIDE, SIDE,
                             "#############"
                             "#.....#.....#"
                             "#.....#.....#"
                             "#...........#"
                             "#.....#.....#"
                             "#.....#.....#"
                             "##.####.....#"
                             "#.....###.###"
                             "#.....#.....#"
                             "#.....#.....#"
                             "#...........#"
                             "#.....#.....#"
                             "#############"};

typedef struct Config {
  double pace, near;
  int horizon;
} Config;

static const CoField fields[] = {
    CO_NUMBER(Config, pace, "0.5", 0.01, 0.9, "the longest step along each axis; a room is five wide"),
    CO_NUMBER(Config, near, "0.5", 0.01, 5, "this near the goal it is reached"),
    CO_INT(Config, horizon, "150", 1, 1000000, "steps of an episode, at most"),
    CO_FIELDS_END,
};

typedef struct State {
  float at[AXES], goal[AXES]; // column and row, from the top left
} State;

static const CoStateField state_fields[] = {
    {"at", CO_STATE_F32, offsetof(State, at), AXES, sizeof(float)},
    {"goal", CO_STATE_F32, offsetof(State, goal), AXES, sizeof(float)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const infos[] = {"success", NULL};
  static const float low[] = {-1, -1}, high[] = {1, 1};
  static const float still[] = {0, 0}, up[] = {0, -1}, down[] = {0, 1}, left[] = {-1, 0}, right[] = {1, 0};
  static const CoKey keys[] = {{"", 0, still},    {"left", 0, left}, {"right", 0, right},
                               {"down", 0, down}, {"up", 0, up},     {0}};
  *spec = (CoSpec){.agents = 1,
                   .teams = 1,
                   .obs_size = 2 * AXES,
                   .obs_low = -1,
                   .obs_high = 1,
                   .action_size = AXES,
                   .low = low,
                   .high = high,
                   .goal_size = AXES,
                   .episode_limit = ((const Config *)self)->horizon,
                   .infos = infos,
                   .keys = keys};
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool wall(float x, float y) {
  return house.cells[(int)y * SIDE + (int)x] == '#';
}

static void place(CoRng *rng, float at[AXES]) {
  do
    for (int i = 0; i < AXES; i++) at[i] = (float)co_rng_uniform(rng, 1, SIDE - 1);
  while (wall(at[0], at[1]));
}

// Places as observations and goals have them: from -1 to 1.
static void scale(const float at[AXES], float *out) {
  for (int i = 0; i < AXES; i++) out[i] = at[i] * (2.0f / SIDE) - 1;
}

static float goal_reward(const void *self, const float *reached, const float *desired, bool *terminated) {
  const float x = reached[0] - desired[0], y = reached[1] - desired[1];
  *terminated = (double)sqrtf(x * x + y * y) * (SIDE / 2.0) <= ((const Config *)self)->near;
  return *terminated ? 0 : -1;
}

static float judge(const void *self, const State *s, bool *there) {
  float at[AXES], goal[AXES];
  scale(s->at, at);
  scale(s->goal, goal);
  return goal_reward(self, at, goal, there);
}

// The goal is never reached already.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  bool there;
  do place(rng, s->at), place(rng, s->goal), (void)judge(self, s, &there);
  while (there);
  return true;
}

// One axis after the other, up to the wall: who walks into it at an angle slides along.
static void walk(float at[AXES], int axis, float by) {
  float before = at[axis];
  at[axis] += by;
  if (wall(at[0], at[1])) at[axis] = by > 0 ? floorf(before) + 1 - SKIN : floorf(before) + SKIN;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Config *c = self;
  State *s = state;
  for (int i = 0; i < AXES; i++) walk(s->at, i, (float)c->pace * fminf(fmaxf(actions->continuous[i], -1), 1));
  outcome->rewards[0] = judge(self, s, &outcome->terminated);
  outcome->info[0] = outcome->terminated;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  const State *s = state;
  scale(s->at, obs);
  scale(s->goal, obs + AXES);
  return true;
}

static bool achieved(const void *self, void *worker, const void *state, int agent, float *goal, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  scale(((const State *)state)->at, goal);
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const State *s = state;
  co_grid_begin(canvas, SIDE, SIDE);
  for (int i = 0; i < SIDE * SIDE; i++)
    co_grid_tile(canvas, SIDE, i, house.cells[i] == '#' ? (CoColor){48, 52, 62, 255} : (CoColor){196, 200, 206, 255});
  co_canvas_color(canvas, (CoColor){214, 178, 72, 255});
  co_canvas_width(canvas, .12f);
  co_canvas_ring(canvas, s->goal[0], s->goal[1], (float)((const Config *)self)->near);
  co_canvas_color(canvas, (CoColor){86, 172, 240, 255});
  co_canvas_disc(canvas, s->at[0], s->at[1], .28f);
  return true;
}

const CoEnvType co_point_rooms = {
    .name = "point_rooms",
    .summary = "four rooms for a point that walks freely, to a goal anywhere",
    .source = "Sutton, Precup and Singh (1999); Levy et al., ICLR 2019",
    .settings = {"point_rooms", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .achieved = achieved,
    .goal_reward = goal_reward,
    .draw = draw,
};
