// Mazes that are different in every episode, seen from above: walls, goal and agent as an image (the grid worlds of
// Tamar et al., "Value iteration networks", NeurIPS 2016, with four moves).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_random_maze;

enum { MOST = 16, CELLS = MOST * MOST };
enum { WALLS, GOAL, AGENT, CHANNELS };

typedef struct Config {
  int side;
  double walls;
} Config;

static const CoField fields[] = {
    CO_INT(Config, side, "8", 3, MOST, "rows and columns"),
    CO_NUMBER(Config, walls, "0.3", 0, 0.6, "share of the cells that are walls"),
    CO_FIELDS_END,
};

typedef struct State {
  uint8_t wall[CELLS]; // [side][side]
  int32_t cell, goal;
} State;

static const CoStateField state_fields[] = {
    {"wall", CO_STATE_U8, offsetof(State, wall), CELLS, 1},
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {"goal", CO_STATE_I32, offsetof(State, goal), 1, sizeof(int32_t)},
    {0},
};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  int side = ((const Config *)self)->side;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = CHANNELS * side * side, .obs_high = 1};
  spec->obs_shape[0] = CHANNELS, spec->obs_shape[1] = spec->obs_shape[2] = side;
  spec->actions = CO_GRID_ACTIONS;
  spec->episode_limit = side * side;
  spec->action_names = co_grid_names;
  spec->keys = co_grid_keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static int moved(const State *s, int side, int cell, int action) {
  const CoGrid board = {.rows = side, .columns = side};
  int next = co_grid_go(&board, cell, action);
  return s->wall[next] ? cell : next;
}

// Steps to the goal from every cell that it can be reached from, -1 from the others: breadth-first search. How many
// cells these are; they stand in `queue`, nearest first.
static int measure(const State *s, int side, int steps[CELLS], int queue[CELLS]) {
  int count = 0;
  for (int i = 0; i < side * side; i++) steps[i] = -1;
  steps[queue[count++] = s->goal] = 0;
  for (int i = 0; i < count; i++)
    for (int action = 0; action < CO_GRID_ACTIONS; action++) {
      int next = moved(s, side, queue[i], action);
      if (steps[next] >= 0) continue;
      steps[next] = steps[queue[i]] + 1;
      queue[count++] = next;
    }
  return count;
}

// Walls and a goal are drawn until there is a cell from which a way leads there.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Config *c = self;
  State *s = state;
  int cells = c->side * c->side, steps[CELLS], queue[CELLS], count = 0;
  while (count < 2) {
    for (int i = 0; i < cells; i++) s->wall[i] = co_rng_unit(rng) < c->walls;
    s->goal = co_rng_int(rng, 0, cells - 1);
    s->wall[s->goal] = 0;
    count = measure(s, c->side, steps, queue);
  }
  s->cell = queue[co_rng_int(rng, 1, count - 1)];
  return true;
}

static inline bool walk(const void *self, State *s, int action, CoRng *rng, float *reward) {
  (void)rng;
  s->cell = moved(s, ((const Config *)self)->side, s->cell, action);
  *reward = s->cell == s->goal;
  return s->cell == s->goal;
}

CO_SOLO_STEP(step, walk, discrete)

static inline void look(const void *self, const State *s, float *obs) {
  int cells = ((const Config *)self)->side * ((const Config *)self)->side;
  for (int i = 0; i < cells; i++) obs[WALLS * cells + i] = s->wall[i];
  obs[GOAL * cells + s->goal] = 1;
  obs[AGENT * cells + s->cell] = 1;
}

CO_SOLO_OBSERVE(observe, look, CHANNELS *((const Config *)self)->side *((const Config *)self)->side)

// The first move that brings the goal nearer.
static bool shortest(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                     CoError *error) {
  (void)worker, (void)agent, (void)rng, (void)error;
  const State *s = state;
  int side = ((const Config *)self)->side, steps[CELLS], queue[CELLS];
  measure(s, side, steps, queue);
  *action = 0;
  while (*action < CO_GRID_ACTIONS - 1 && steps[moved(s, side, s->cell, *action)] >= steps[s->cell]) ++*action;
  return true;
}

static const CoScriptType scripts[] = {{"shortest", "the shortest way to the goal", shortest}, {NULL, NULL, NULL}};

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  int side = ((const Config *)self)->side;
  const State *s = state;
  co_grid_begin(canvas, side, side);
  for (int i = 0; i < side * side; i++)
    co_grid_tile(canvas, side, i,
                 s->wall[i]     ? (CoColor){48, 52, 62, 255}
                 : i == s->goal ? (CoColor){214, 178, 72, 255}
                                : (CoColor){196, 200, 206, 255});
  co_grid_label(canvas, side, s->goal, "G");
  co_grid_disc(canvas, side, s->cell, .28f, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_random_maze = {
    .name = "random_maze",
    .summary = "a new maze every episode, seen as an image",
    .source = "Tamar et al., Value iteration networks, NeurIPS 2016",
    .settings = {"random_maze", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .scripts = scripts,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};
