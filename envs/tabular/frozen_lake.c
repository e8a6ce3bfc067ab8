// Frozen lake: cross the ice to the goal without falling into a hole (Gymnasium's FrozenLake-v1, its maps and rules).
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_frozen_lake;

enum { LEFT, DOWN, RIGHT, UP, MOVES };

typedef struct Config {
  int map;
  bool slippery;
} Config;

typedef struct Lake {
  const char *cells; // [size][size] S F H G
  int size;
  bool slippery;
} Lake;

static const Lake maps[] = {
    {"SFFF"
     "FHFH"
     "FFFH"
     "HFFG",
     4, true},
    {"SFFFFFFF"
     "FFFFFFFF"
     "FFFHFFFF"
     "FFFFFHFF"
     "FFFHFFFF"
     "FHHFFFHF"
     "FHFFHFHF"
     "FFFHFFFG",
     8, true},
};

static const CoField fields[] = {
    CO_CHOICE(Config, map, "4x4", "4x4 8x8", "map"),
    CO_BOOL(Config, slippery, "true", "a move goes astray to either side, a third of the time each"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t cell;
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I32, offsetof(State, cell), 1, sizeof(int32_t)},
    {0},
};

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  const Config *c = config;
  Lake *lake = malloc(sizeof *lake);
  if (!lake) {
    co_fail(error, "out of memory");
    return NULL;
  }
  *lake = maps[c->map];
  lake->slippery = c->slippery;
  return lake;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const Lake *lake = self;
  int cells = lake->size * lake->size;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = cells, .obs_high = 1, .actions = MOVES, .states = cells};
  spec->episode_limit = lake->size == 4 ? 100 : 200;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static int moved(const Lake *lake, int cell, int move) {
  int row = cell / lake->size, column = cell % lake->size, last = lake->size - 1;
  if (move == LEFT && column > 0) return cell - 1;
  if (move == RIGHT && column < last) return cell + 1;
  if (move == UP && row > 0) return cell - lake->size;
  if (move == DOWN && row < last) return cell + lake->size;
  return cell;
}

static bool over(const Lake *lake, int cell) {
  return lake->cells[cell] == 'H' || lake->cells[cell] == 'G';
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->cell = 0;
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)error;
  const Lake *lake = self;
  State *s = state;
  int astray = lake->slippery ? co_rng_int(rng, -1, 1) : 0;
  s->cell = moved(lake, s->cell, (actions->discrete[0] + astray + MOVES) % MOVES);
  outcome->rewards[0] = lake->cells[s->cell] == 'G';
  outcome->terminated = over(lake, s->cell);
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
  (void)worker, (void)error;
  const Lake *lake = self;
  int reach = lake->slippery && state ? 1 : 0, count = 2 * reach + 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    int cell = 0;
    if (state) cell = moved(lake, ((const State *)state)->cell, (actions->discrete[0] + i - reach + MOVES) % MOVES);
    out[i].probability = 1.0 / count;
    ((State *)out[i].state)->cell = cell;
    out[i].rewards[0] = lake->cells[cell] == 'G';
    out[i].terminated = over(lake, cell);
  }
  return count;
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
};
