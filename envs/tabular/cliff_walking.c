// Cliff walking: from start to goal along a cliff (Sutton and Barto, Reinforcement Learning, example 6.6;
// CliffWalking-v0).
#include "cohort/env.h"

extern const CoEnvType co_cliff_walking;

enum { UP, RIGHT, DOWN, LEFT, MOVES };
enum { ROWS = 4, COLUMNS = 12, CELLS = ROWS * COLUMNS, START = CELLS - COLUMNS, GOAL = CELLS - 1 };
enum { LIMIT = 1000 }; // Gymnasium has none, and a half-taught policy may walk in a circle for ever

typedef struct State {
  int32_t cell; // row by row from the top left
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[MOVES] = {"up", "right", "down", "left"};
  static const CoKey keys[] = {
      {"up", UP, NULL}, {"right", RIGHT, NULL}, {"down", DOWN, NULL}, {"left", LEFT, NULL}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = CELLS, .obs_high = 1, .actions = MOVES, .states = CELLS};
  spec->episode_limit = LIMIT;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->cell = START;
  return true;
}

// The cell that a move leads to, and what it pays.
static int moved(int cell, int move, float *reward) {
  int row = cell / COLUMNS, column = cell % COLUMNS;
  row += move == DOWN && row < ROWS - 1;
  row -= move == UP && row > 0;
  column += move == RIGHT && column < COLUMNS - 1;
  column -= move == LEFT && column > 0;
  int next = row * COLUMNS + column;
  bool falls = next > START && next < GOAL;
  *reward = falls ? -100 : -1;
  return falls ? START : next;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  s->cell = moved(s->cell, actions->discrete[0], &outcome->rewards[0]);
  outcome->terminated = s->cell == GOAL;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  obs[((const State *)state)->cell] = 1;
  return true;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->cell;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)self, (void)worker, (void)error;
  if (capacity < 1) return -1;
  int cell = START;
  out->rewards[0] = 0;
  if (state) cell = moved(((const State *)state)->cell, actions->discrete[0], &out->rewards[0]);
  ((State *)out->state)->cell = cell;
  out->probability = 1;
  out->terminated = cell == GOAL;
  return 1;
}

static void show_cell(int cell, CoCanvas *canvas) {
  static const CoColor grass = {74, 124, 78, 255}, rock = {58, 44, 42, 255}, goal = {214, 178, 72, 255},
                       start = {98, 116, 140, 255};
  float x = (float)(cell % COLUMNS), y = (float)(cell / COLUMNS);
  bool falls = cell > START && cell < GOAL;
  co_canvas_color(canvas, falls ? rock : cell == START ? start : cell == GOAL ? goal : grass);
  co_canvas_rect(canvas, x + .03f, y + .03f, .94f, .94f);
  if (falls) { // rows count downwards: the edge is at the top
    co_canvas_color(canvas, (CoColor){110, 84, 70, 255});
    co_canvas_rect(canvas, x + .03f, y + .03f, .94f, .14f);
  }
  co_canvas_color(canvas, (CoColor){255, 255, 255, 220});
  if (cell == START || cell == GOAL) co_canvas_text(canvas, x + .5f, y + .5f, .5f, CO_CENTER, cell == GOAL ? "G" : "S");
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  int cell = ((const State *)state)->cell;
  float x = (float)(cell % COLUMNS) + .5f, y = (float)(cell / COLUMNS) + .5f;
  co_canvas_camera(canvas, -.3f, ROWS + .3f, COLUMNS + .3f, -.3f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 30, 30);
  for (int i = 0; i < CELLS; i++) show_cell(i, canvas);
  co_canvas_color(canvas, (CoColor){20, 22, 28, 255});
  co_canvas_disc(canvas, x, y, .36f);
  co_canvas_color(canvas, (CoColor){86, 172, 240, 255});
  co_canvas_disc(canvas, x, y, .3f);
  return true;
}

const CoEnvType co_cliff_walking = {
    .name = "cliff_walking",
    .summary = "from start to goal along the edge of a cliff",
    .source = "Sutton and Barto, Reinforcement Learning, example 6.6; Gymnasium, CliffWalking-v0",
    .aliases = "CliffWalking-v0",
    .settings = {"cliff_walking", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
};
