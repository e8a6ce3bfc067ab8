// Four rooms joined by hallways of one cell, with a goal (Sutton, Precup and Singh, Between MDPs and semi-MDPs, 1999).
#include <stdlib.h>
#include <string.h>

#include "cohort/grid.h"
#include "cohort/solo.h"

extern const CoEnvType co_four_rooms;

enum { SIDE = 13, CELLS = 104, HALLWAYS = 4, LIMIT = 1000 };

static const CoGrid house = {SIDE, SIDE,
                             "#############"
                             "#.....#.....#"
                             "#.....#.....#"
                             "#.....+.....#"
                             "#.....#.....#"
                             "#.....#.....#"
                             "##+####.....#"
                             "#.....###+###"
                             "#.....#.....#"
                             "#.....#.....#"
                             "#.....+.....#"
                             "#.....#.....#"
                             "#############"};

typedef struct Config {
  int goal, start;
  double slip;
} Config;

static const CoField fields[] = {
    CO_INT(Config, goal, "62", 0, CELLS - 1, "cell that ends it; the free cells are numbered row by row"),
    CO_INT(Config, start, "-1", -1, CELLS - 1, "first cell; -1: any but the goal, all alike"),
    CO_NUMBER(Config, slip, "0", 0, 1, "how often a step goes one of the other three ways instead; 1/3 in the paper"),
    CO_FIELDS_END,
};

typedef struct House {
  Config config;
  int place[CELLS];                 // on the board
  int next[CELLS][CO_GRID_ACTIONS]; // cells
  int hallways[HALLWAYS + 1];       // cells, then -1
} House;

typedef struct State {
  int32_t cell;
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static void survey(House *self) {
  int cell_at[SIDE * SIDE], cells = 0, hallways = 0;
  for (int i = 0; i < SIDE * SIDE; i++) {
    cell_at[i] = house.cells[i] == '#' ? -1 : cells;
    if (house.cells[i] == '+') self->hallways[hallways++] = cells;
    if (house.cells[i] != '#') self->place[cells++] = i;
  }
  self->hallways[hallways] = -1;
  for (int s = 0; s < CELLS; s++)
    for (int a = 0; a < CO_GRID_ACTIONS; a++) {
      int next = cell_at[co_grid_go(&house, self->place[s], a)];
      self->next[s][a] = next < 0 ? s : next;
    }
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  const Config *c = config;
  House *self = NULL;
  if (c->start == c->goal)
    co_fail(error, "%s: start is %d, must not be the goal", type->name, c->start);
  else if (!(self = malloc(sizeof *self)))
    co_fail(error, "%s: out of memory", type->name);
  if (!self) return NULL;
  self->config = *c;
  survey(self);
  return self;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  *spec = (CoSpec){.agents = 1,
                   .teams = 1,
                   .obs_size = CELLS,
                   .obs_high = 1,
                   .actions = CO_GRID_ACTIONS,
                   .states = CELLS,
                   .episode_limit = LIMIT,
                   .landmarks = ((const House *)self)->hallways,
                   .action_names = co_grid_names,
                   .keys = co_grid_keys};
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static int start_of(const Config *c, int number) { // number 0 .. CELLS - 2
  return c->start >= 0 ? c->start : number + (number >= c->goal);
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const Config *c = &((const House *)self)->config;
  ((State *)state)->cell = start_of(c, c->start >= 0 ? 0 : co_rng_int(rng, 0, CELLS - 2));
  return true;
}

static inline bool walk(const House *self, State *s, int action, CoRng *rng, float *reward) {
  bool slips = self->config.slip > 0 && co_rng_unit(rng) < self->config.slip;
  if (slips) action = (action + co_rng_int(rng, 1, CO_GRID_ACTIONS - 1)) % CO_GRID_ACTIONS;
  s->cell = self->next[s->cell][action];
  *reward = s->cell == self->config.goal;
  return *reward > 0;
}

CO_SOLO_STEP(step, walk, discrete)

static inline void look(const House *self, const State *s, float *obs) {
  (void)self;
  obs[s->cell] = 1;
}

CO_SOLO_OBSERVE(observe, look, CELLS)

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return ((const State *)state)->cell;
}

static void offer(const House *self, CoTransition *out, int cell, double probability, bool stepped) {
  ((State *)out->state)->cell = cell;
  out->probability = probability;
  out->terminated = stepped && cell == self->config.goal;
  out->rewards[0] = out->terminated;
}

static int outcomes(const void *from, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const House *self = from;
  double slip = self->config.slip;
  int count = state ? CO_GRID_ACTIONS : self->config.start >= 0 ? 1 : CELLS - 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    if (!state)
      offer(self, &out[i], start_of(&self->config, i), 1.0 / count, false);
    else
      offer(self, &out[i], self->next[((const State *)state)->cell][i],
            i == actions->discrete[0] ? 1 - slip : slip / (CO_GRID_ACTIONS - 1), true);
  }
  return count;
}

static bool draw(const void *from, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const House *self = from;
  co_grid_begin(canvas, SIDE, SIDE);
  for (int i = 0; i < SIDE * SIDE; i++)
    co_grid_tile(canvas, SIDE, i,
                 house.cells[i] == '#'   ? (CoColor){48, 52, 62, 255}
                 : house.cells[i] == '+' ? (CoColor){158, 168, 182, 255}
                                         : (CoColor){196, 200, 206, 255});
  co_grid_tile(canvas, SIDE, self->place[self->config.goal], (CoColor){214, 178, 72, 255});
  co_grid_label(canvas, SIDE, self->place[self->config.goal], "G");
  co_grid_disc(canvas, SIDE, self->place[((const State *)state)->cell], .28f, (CoColor){86, 172, 240, 255});
  return true;
}

const CoEnvType co_four_rooms = {
    .name = "four_rooms",
    .summary = "four rooms joined by hallways: what options are for",
    .source = "Sutton, Precup and Singh, Between MDPs and semi-MDPs (1999)",
    .settings = {"four_rooms", sizeof(Config), fields, NULL},
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
