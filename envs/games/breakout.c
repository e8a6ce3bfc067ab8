// Breakout on 10 x 10 cells: keep the ball in play and break the bricks (Young and Tian, MinAtar, 2019; their rules).
#include <stdlib.h>
#include <string.h>

#include "cohort/grid.h"

extern const CoEnvType co_breakout;

enum { SIZE = 10, LAST = SIZE - 1, CELLS = SIZE * SIZE, TOP = 1, ROWS = 3 }; // the bricks' rows
enum { PADDLE, BALL, TRAIL, BRICK, CHANNELS };
enum { UP_LEFT, UP_RIGHT, DOWN_RIGHT, DOWN_LEFT }; // where the ball goes; x ^ 1, x ^ 2 and 3 - x turn it round

typedef struct Config {
  double sticky;
  bool all_actions;
  int limit;
} Config;

static const CoField fields[] = {
    CO_NUMBER(Config, sticky, "0.1", 0, 1, "probability that the last action is done again instead"),
    CO_BOOL(Config, all_actions, "false", "MinAtar's six: none, left, up, right, down, fire"),
    CO_INT(Config, limit, "5000", 0, 1000000000, "steps until an episode is cut off; 0: none"),
    CO_FIELDS_END,
};

typedef struct State {
  int8_t x, y, last_x, last_y; // of the ball, now and a step before; rows count downwards
  int8_t direction, struck;    // struck: it has just broken a brick
  int8_t paddle, action;       // action: the last
  int8_t brick[ROWS * SIZE];   // [ROWS][SIZE]
} State;

static const CoStateField state_fields[] = {
    {"ball_x", CO_STATE_I8, offsetof(State, x), 1, 1},
    {"ball_y", CO_STATE_I8, offsetof(State, y), 1, 1},
    {"last_x", CO_STATE_I8, offsetof(State, last_x), 1, 1},
    {"last_y", CO_STATE_I8, offsetof(State, last_y), 1, 1},
    {"ball_dir", CO_STATE_I8, offsetof(State, direction), 1, 1},
    {"strike", CO_STATE_I8, offsetof(State, struck), 1, 1},
    {"pos", CO_STATE_I8, offsetof(State, paddle), 1, 1},
    {"last_action", CO_STATE_I8, offsetof(State, action), 1, 1},
    {"brick_map", CO_STATE_I8, offsetof(State, brick), ROWS *SIZE, 1},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[] = {"none", "left", "right"}, *const all[] = {"none",  "left", "up",
                                                                                "right", "down", "fire"};
  static const CoKey keys[] = {{"", 0, NULL}, {"left", 1, NULL}, {"right", 2, NULL}, {0}};
  static const CoKey all_keys[] = {{"", 0, NULL}, {"left", 1, NULL}, {"right", 3, NULL}, {0}};
  const Config *c = self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = CHANNELS * CELLS, .obs_high = 1};
  memcpy(spec->obs_shape, (const int[]){CHANNELS, SIZE, SIZE}, sizeof spec->obs_shape);
  spec->actions = c->all_actions ? 6 : 3;
  spec->action_names = c->all_actions ? all : names;
  spec->keys = c->all_actions ? all_keys : keys;
  spec->episode_limit = c->limit;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  bool right = co_rng_int(rng, 0, 1);
  int8_t x = right ? LAST : 0;
  *(State *)state = (State){.x = x, .y = 3, .last_x = x, .last_y = 3, .paddle = 4};
  ((State *)state)->direction = right ? DOWN_LEFT : DOWN_RIGHT;
  memset(((State *)state)->brick, 1, ROWS * SIZE);
  return true;
}

static void steer(const Config *c, State *s, int action, CoRng *rng) {
  if (co_rng_unit(rng) >= c->sticky) s->action = (int8_t)action;
  int right = c->all_actions ? 3 : 2;
  if (s->action == 1 && s->paddle > 0) s->paddle--;
  if (s->action == right && s->paddle < LAST) s->paddle++;
}

static int8_t *brick_at(State *s, int x, int y) {
  return y >= TOP && y < TOP + ROWS && s->brick[(y - TOP) * SIZE + x] ? &s->brick[(y - TOP) * SIZE + x] : NULL;
}

// At the lowest row: off the paddle's top, off its corner, or past it (false).
static bool bounce(State *s, int x, int *y) {
  if (!memchr(s->brick, 1, ROWS * SIZE)) memset(s->brick, 1, ROWS * SIZE);
  if (s->x != s->paddle && x != s->paddle) return false;
  s->direction = (int8_t)(s->x == s->paddle ? 3 - s->direction : s->direction ^ 2);
  *y = s->y;
  return true;
}

// The ball moves; false when it is lost.
static bool fly(State *s, float *reward) {
  int x = s->x + (s->direction == UP_RIGHT || s->direction == DOWN_RIGHT ? 1 : -1);
  int y = s->y + (s->direction >= DOWN_RIGHT ? 1 : -1);
  bool kept = true, inside = false;
  if (x < 0 || x > LAST) {
    x = x < 0 ? 0 : LAST;
    s->direction ^= 1;
  }
  if (y < 0) {
    y = 0;
    s->direction = (int8_t)(3 - s->direction);
  } else if (brick_at(s, x, y)) {
    inside = true;
    if (!s->struck) {
      *reward = 1;
      *brick_at(s, x, y) = 0;
      y = s->y;
      s->direction = (int8_t)(3 - s->direction);
    }
  } else if (y == LAST) {
    kept = bounce(s, x, &y);
  }
  s->struck = inside;
  s->last_x = s->x;
  s->last_y = s->y;
  s->x = (int8_t)x;
  s->y = (int8_t)y;
  return kept;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)error;
  steer(self, state, actions->discrete[0], rng);
  outcome->terminated = !fly(state, &outcome->rewards[0]);
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  const State *s = state;
  obs[PADDLE * CELLS + LAST * SIZE + s->paddle] = 1;
  obs[BALL * CELLS + s->y * SIZE + s->x] = 1;
  obs[TRAIL * CELLS + s->last_y * SIZE + s->last_x] = 1;
  for (int i = 0; i < ROWS * SIZE; i++) obs[BRICK * CELLS + TOP * SIZE + i] = s->brick[i];
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  static const CoColor colors[ROWS] = {{214, 84, 76, 255}, {230, 150, 62, 255}, {222, 196, 84, 255}};
  const State *s = state;
  co_grid_begin(canvas, SIZE, SIZE);
  for (int i = 0; i < CELLS; i++) {
    int brick = i - TOP * SIZE;
    bool there = brick >= 0 && brick < ROWS * SIZE && s->brick[brick];
    co_grid_tile(canvas, SIZE, i, there ? colors[brick / SIZE] : (CoColor){34, 38, 48, 255});
  }
  co_grid_tile(canvas, SIZE, LAST * SIZE + s->paddle, (CoColor){86, 156, 214, 255});
  co_grid_disc(canvas, SIZE, s->last_y * SIZE + s->last_x, .16f, (CoColor){110, 116, 130, 255});
  co_grid_disc(canvas, SIZE, s->y * SIZE + s->x, .32f, (CoColor){235, 238, 245, 255});
  return true;
}

const CoEnvType co_breakout = {
    .name = "breakout",
    .summary = "keep the ball in play and break the bricks, on 10 x 10 cells with channels",
    .source = "Young and Tian, MinAtar (2019), Breakout",
    .aliases = "MinAtar/Breakout-v1",
    .settings = {"breakout", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
};
