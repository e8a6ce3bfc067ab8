// Windy gridworld: cross a field where a wind blows you upwards (Sutton and Barto, Reinforcement Learning, example 6.5,
// exercises 6.9 and 6.10).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_windy_gridworld;

enum { ROWS = 7, COLUMNS = 10, CELLS = ROWS * COLUMNS, START = 3 * COLUMNS, GOAL = 3 * COLUMNS + 7 };
enum { LIMIT = 1000 }; // the book has none, and a half-taught policy may walk in a circle for ever

static const CoGrid field = {.rows = ROWS, .columns = COLUMNS};
static const int wind[COLUMNS] = {0, 0, 0, 1, 1, 1, 2, 2, 1, 0};

typedef struct Config {
  int moves;
  bool gusts;
} Config;

static const CoField fields[] = {
    CO_CHOICE(Config, moves, "four", "four king stay", "king: diagonals too; stay: and to stay, but for the wind"),
    CO_BOOL(Config, gusts, "false", "where wind blows it is one less or one more, a third of the time each"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t cell;
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[] = {"up",         "right",     "down",    "left", "up right",
                                      "down right", "down left", "up left", "stay"};
  static const CoKey king[] = {{"w", 0, NULL}, {"d", 1, NULL}, {"x", 2, NULL},
                               {"a", 3, NULL}, {"e", 4, NULL}, {"c", 5, NULL},
                               {"z", 6, NULL}, {"q", 7, NULL}, {0}};
  int moves = ((const Config *)self)->moves;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = CELLS, .obs_high = 1, .states = CELLS};
  spec->actions = moves == 0 ? 4 : 7 + moves;
  spec->episode_limit = LIMIT;
  spec->action_names = names;
  spec->keys = moves == 0 ? co_grid_keys : king;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->cell = START;
  return true;
}

// The wind is that of the column one leaves; gust: -1, 0 or 1.
static int moved(int cell, int move, int gust) {
  static const int right[] = {0, 1, 0, -1, 1, 1, -1, -1, 0}, down[] = {-1, 0, 1, 0, -1, 1, 1, -1, 0};
  return co_grid_move(&field, cell, right[move], down[move] - wind[cell % COLUMNS] - gust);
}

static bool gusty(const Config *c, int cell) {
  return c->gusts && wind[cell % COLUMNS];
}

static inline bool walk(const Config *c, State *s, int action, CoRng *rng, float *reward) {
  s->cell = moved(s->cell, action, gusty(c, s->cell) ? co_rng_int(rng, -1, 1) : 0);
  *reward = -1;
  return s->cell == GOAL;
}

CO_SOLO_STEP(step, walk, discrete)

static inline void look(const Config *c, const State *s, float *obs) {
  (void)c;
  obs[s->cell] = 1;
}

CO_SOLO_OBSERVE(observe, look, CELLS)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->cell;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  int from = state ? ((const State *)state)->cell : START, reach = state && gusty(self, from), count = 2 * reach + 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    int cell = state ? moved(from, actions->discrete[0], i - reach) : START;
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->cell = cell;
    out[i].rewards[0] = state ? -1 : 0;
    out[i].terminated = cell == GOAL;
  }
  return count;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  co_grid_begin(canvas, ROWS, COLUMNS);
  for (int i = 0; i < CELLS; i++) {
    int strength = wind[i % COLUMNS];
    float x = (float)(i % COLUMNS) + .5f, y = (float)(i / COLUMNS) + .5f, size = .14f * (float)strength;
    co_grid_tile(canvas, COLUMNS, i, (CoColor){74, 124, 78, 255});
    co_canvas_color(canvas, (CoColor){176, 214, 236, 130});
    const float arrow[] = {x - .18f, y + size / 2, x + .18f, y + size / 2, x, y - size};
    if (strength) co_canvas_polygon(canvas, arrow, 3);
  }
  co_grid_tile(canvas, COLUMNS, START, (CoColor){98, 116, 140, 255});
  co_grid_tile(canvas, COLUMNS, GOAL, (CoColor){214, 178, 72, 255});
  co_grid_label(canvas, COLUMNS, START, "S");
  co_grid_label(canvas, COLUMNS, GOAL, "G");
  co_grid_disc(canvas, COLUMNS, ((const State *)state)->cell, .28f, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_windy_gridworld = {
    .name = "windy_gridworld",
    .summary = "cross a field where a wind blows you upwards",
    .source = "Sutton and Barto, Reinforcement Learning, example 6.5, exercises 6.9 and 6.10",
    .variant = "moves",
    .aliases = "windy_gridenvironment",
    .settings = {"windy_gridworld", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};
