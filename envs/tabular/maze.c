// Mazes: from start to goal round walls; the Dyna maze and those that change (Sutton and Barto, Reinforcement Learning,
// examples 8.1 to 8.3).
#include <stdlib.h>
#include <string.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_maze;

enum { LIMIT = 5000 }; // the book has none; a first walk by chance takes about 2,000 steps

typedef struct Config {
  int map, side;
  CoSource board;
} Config;

static const CoGrid maps[] = {
    {6, 9,
     ".......#G"
     "..#....#."
     "S.#....#."
     "..#......"
     ".....#..."
     "........."},
    {6, 9,
     "........G"
     "........."
     "........."
     "########."
     "........."
     "...S....."},
    {6, 9,
     "........G"
     "........."
     "........."
     ".########"
     "........."
     "...S....."},
    {6, 9,
     "........G"
     "........."
     "........."
     ".#######."
     "........."
     "...S....."},
};
enum { OPEN = sizeof maps / sizeof maps[0] };

static const CoField fields[] = {
    CO_CHOICE(Config, map, "dyna", "dyna blocking detour shortcut open",
              "detour: blocking after its way is blocked, and shortcut before its short way opens"),
    CO_INT(Config, side, "10", 2, CO_GRID_MOST, "map=open: rows and columns, corner to corner, no walls"),
    CO_SOURCE(Config, board, "", "grids", "a map of your own: rows of S start, G goal, # wall, . free"),
    CO_FIELDS_END,
};

typedef struct Maze {
  CoGrid grid;
  int start;
} Maze;

typedef struct State {
  int32_t cell;
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static void clear(CoGrid *grid, int side) {
  *grid = (CoGrid){.rows = side, .columns = side};
  memset(grid->cells, '.', (size_t)(side * side));
  grid->cells[0] = 'S';
  grid->cells[side * side - 1] = 'G';
}

static bool survey(Maze *maze, const Config *c, CoError *error) {
  if (c->map == OPEN)
    clear(&maze->grid, c->side);
  else
    maze->grid = maps[c->map];
  if (c->board.name[0] && !co_grid_read(&maze->grid, &c->board, "SG#.", error)) return false;
  maze->start = co_grid_find(&maze->grid, 'S');
  return (co_grid_count(&maze->grid, 'S') == 1 && co_grid_count(&maze->grid, 'G') > 0) ||
         co_fail(error, "%s: a map has one S, and a G", c->board.name);
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Maze *maze = malloc(sizeof *maze);
  if (!maze) co_fail(error, "%s: out of memory", type->name);
  if (maze && survey(maze, config, error)) return maze;
  free(maze);
  return NULL;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const CoGrid *grid = &((const Maze *)self)->grid;
  int cells = co_grid_cells(grid);
  *spec =
      (CoSpec){.agents = 1, .teams = 1, .obs_size = cells, .obs_high = 1, .actions = CO_GRID_ACTIONS, .states = cells};
  spec->episode_limit = LIMIT;
  spec->action_names = co_grid_names;
  spec->keys = co_grid_keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)rng, (void)error;
  ((State *)state)->cell = ((const Maze *)self)->start;
  return true;
}

static int moved(const CoGrid *grid, int cell, int move) {
  int next = co_grid_go(grid, cell, move);
  return grid->cells[next] == '#' ? cell : next;
}

static inline bool walk(const Maze *maze, State *s, int action, CoRng *rng, float *reward) {
  (void)rng;
  s->cell = moved(&maze->grid, s->cell, action);
  *reward = maze->grid.cells[s->cell] == 'G';
  return *reward > 0;
}

CO_SOLO_STEP(step, walk, discrete)

static inline void look(const Maze *maze, const State *s, float *obs) {
  (void)maze;
  obs[s->cell] = 1;
}

CO_SOLO_OBSERVE(observe, look, co_grid_cells(&((const Maze *)self)->grid))

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->cell;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  if (capacity < 1) return -1;
  const Maze *maze = self;
  int cell = state ? moved(&maze->grid, ((const State *)state)->cell, actions->discrete[0]) : maze->start;
  out->probability = 1;
  ((State *)out->state)->cell = cell;
  out->terminated = maze->grid.cells[cell] == 'G';
  out->rewards[0] = out->terminated;
  return 1;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const CoGrid *grid = &((const Maze *)self)->grid;
  co_grid_begin(canvas, grid->rows, grid->columns);
  for (int i = 0; i < co_grid_cells(grid); i++) {
    char kind = grid->cells[i];
    co_grid_tile(canvas, grid->columns, i,
                 kind == '#'   ? (CoColor){48, 52, 62, 255}
                 : kind == 'S' ? (CoColor){98, 116, 140, 255}
                 : kind == 'G' ? (CoColor){214, 178, 72, 255}
                               : (CoColor){196, 200, 206, 255});
    if (kind == 'S' || kind == 'G') co_grid_label(canvas, grid->columns, i, (const char[]){kind, '\0'});
  }
  co_grid_disc(canvas, grid->columns, ((const State *)state)->cell, .28f, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_maze = {
    .name = "maze",
    .summary = "from start to goal round walls",
    .source = "Sutton and Barto, Reinforcement Learning, examples 8.1 to 8.3",
    .variant = "map",
    .settings = {"maze", sizeof(Config), fields, NULL},
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
