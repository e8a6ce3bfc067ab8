// Frozen lake: cross the ice to the goal without falling into a hole (Gymnasium's FrozenLake-v1, its maps and rules).
#include <stdlib.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_frozen_lake;

enum { LEFT, DOWN, RIGHT, UP, MOVES };

typedef struct Config {
  int map;
  bool slippery;
  CoSource board;
} Config;

static const CoGrid maps[] = {
    {4, 4,
     "SFFF"
     "FHFH"
     "FFFH"
     "HFFG"},
    {8, 8,
     "SFFFFFFF"
     "FFFFFFFF"
     "FFFHFFFF"
     "FFFFFHFF"
     "FFFHFFFF"
     "FHHFFFHF"
     "FHFFHFHF"
     "FFFHFFFG"},
};

static const CoField fields[] = {
    CO_CHOICE(Config, map, "4x4", "4x4 8x8", "map"),
    CO_BOOL(Config, slippery, "true", "a move goes astray to either side, a third of the time each"),
    CO_SOURCE(Config, board, "", "grids", "a map of your own: rows of S start, F ice, H hole, G goal"),
    CO_FIELDS_END,
};

typedef struct Lake {
  CoGrid grid;
  int start;
  bool slippery;
  int16_t next[CO_GRID_MOST * CO_GRID_MOST * MOVES]; // [cells][MOVES]
} Lake;

typedef struct State {
  int32_t cell;
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static bool survey(Lake *lake, const Config *c, CoError *error) {
  lake->grid = maps[c->map];
  if (c->board.name[0] && !co_grid_read(&lake->grid, &c->board, "SFHG", error)) return false;
  lake->start = co_grid_find(&lake->grid, 'S');
  lake->slippery = c->slippery;
  for (int i = 0; i < co_grid_cells(&lake->grid) * MOVES; i++) {
    int move = i % MOVES, right = (move == RIGHT) - (move == LEFT), down = (move == DOWN) - (move == UP);
    lake->next[i] = (int16_t)co_grid_move(&lake->grid, i / MOVES, right, down);
  }
  return co_grid_count(&lake->grid, 'S') == 1 || co_fail(error, "%s: a map has one S", c->board.name);
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Lake *lake = malloc(sizeof *lake);
  if (!lake) co_fail(error, "%s: out of memory", type->name);
  if (lake && survey(lake, config, error)) return lake;
  free(lake);
  return NULL;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const char *const names[MOVES] = {"left", "down", "right", "up"};
  static const CoKey keys[] = {
      {"left", LEFT, NULL}, {"down", DOWN, NULL}, {"right", RIGHT, NULL}, {"up", UP, NULL}, {0}};
  const Lake *lake = self;
  int cells = co_grid_cells(&lake->grid);
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = cells, .obs_high = 1, .actions = MOVES, .states = cells};
  spec->episode_limit = cells <= 16 ? 100 : 200;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static inline int moved(const Lake *lake, int cell, int move) { // move: -1 .. MOVES
  return lake->next[cell * MOVES + (move & (MOVES - 1))];
}

static inline bool over(const Lake *lake, int cell) {
  return lake->grid.cells[cell] == 'H' || lake->grid.cells[cell] == 'G';
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)rng, (void)error;
  ((State *)state)->cell = ((const Lake *)self)->start;
  return true;
}

// One step; true at its end.
static inline bool slide(const Lake *lake, State *s, int action, CoRng *rng, float *reward) {
  int astray = lake->slippery ? co_rng_int(rng, -1, 1) : 0;
  s->cell = moved(lake, s->cell, action + astray);
  *reward = lake->grid.cells[s->cell] == 'G';
  return over(lake, s->cell);
}

CO_SOLO_STEP(step, slide, discrete)

static inline void look(const Lake *lake, const State *s, float *obs) {
  (void)lake;
  obs[s->cell] = 1;
}

CO_SOLO_OBSERVE(observe, look, co_grid_cells(&((const Lake *)self)->grid))

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->cell;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const Lake *lake = self;
  int from = state ? ((const State *)state)->cell : lake->start;
  bool moves = state && !over(lake, from); // as in Gymnasium's table holes and goal lead to themselves, for nothing
  int reach = lake->slippery && moves ? 1 : 0, count = 2 * reach + 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    int cell = moves ? moved(lake, from, actions->discrete[0] + i - reach) : from;
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->cell = cell;
    out[i].rewards[0] = moves && lake->grid.cells[cell] == 'G';
    out[i].terminated = over(lake, cell);
  }
  return count;
}

static void show_cell(const CoGrid *grid, int cell, CoCanvas *canvas) {
  float x = (float)(cell % grid->columns), y = (float)(cell / grid->columns);
  char kind = grid->cells[cell];
  co_grid_tile(canvas, grid->columns, cell,
               kind == 'S' ? (CoColor){188, 214, 190, 255} : (CoColor){196, 222, 240, 255});
  co_canvas_color(canvas, (CoColor){255, 255, 255, 150});
  co_canvas_width(canvas, .03f);
  co_canvas_line(canvas, x + .15f, y + .4f, x + .4f, y + .15f);
  if (kind == 'H') {
    co_canvas_color(canvas, (CoColor){120, 160, 196, 255});
    co_canvas_disc(canvas, x + .5f, y + .5f, .42f);
    co_canvas_color(canvas, (CoColor){22, 44, 78, 255});
    co_canvas_disc(canvas, x + .5f, y + .53f, .37f);
  } else if (kind == 'G') {
    float flag[] = {x + .36f, y + .14f, x + .8f, y + .3f, x + .36f, y + .46f};
    co_canvas_color(canvas, (CoColor){70, 60, 56, 255});
    co_canvas_width(canvas, .06f);
    co_canvas_line(canvas, x + .36f, y + .14f, x + .36f, y + .86f);
    co_canvas_color(canvas, (CoColor){222, 76, 66, 255});
    co_canvas_polygon(canvas, flag, 3);
  }
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const CoGrid *grid = &((const Lake *)self)->grid;
  int cell = ((const State *)state)->cell;
  float radius = grid->cells[cell] == 'H' ? .18f : .28f; // sunk
  co_grid_begin(canvas, grid->rows, grid->columns);
  for (int i = 0; i < co_grid_cells(grid); i++) show_cell(grid, i, canvas);
  co_grid_disc(canvas, grid->columns, cell, radius, (CoColor){240, 140, 58, 255});
  return true;
}

const CoEnvType co_frozen_lake = {
    .name = "frozen_lake",
    .summary = "cross slippery ice to the goal, round the holes",
    .source = "Gymnasium, FrozenLake-v1",
    .variant = "map",
    .aliases = "FrozenLake-v1",
    .settings = {"frozen_lake", sizeof(Config), fields, NULL},
    .open = open,
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
