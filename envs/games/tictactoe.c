// Tic-tac-toe: two teams of one, in turns, zero sum; the smallest game where a waiting player must be credited rightly.
#include <assert.h>
#include <string.h>

#include "cohort/env.h"

extern const CoEnvType co_tictactoe;

enum { CELLS = 9, BOARDS = 19683 };

typedef struct State {
  int8_t cell[CELLS]; // 0 empty, else the agent plus 1
  int8_t turn;        // the agent to move
} State;

static const CoStateField state_fields[] = {
    {"cell", CO_STATE_I8, offsetof(State, cell), CELLS, 1},
    {"turn", CO_STATE_I8, offsetof(State, turn), 1, 1},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const int teams[] = {0, 1};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = CELLS, .states = BOARDS};
  spec->obs_size = 2 * CELLS;
  spec->obs_high = 1;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = CELLS;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state: an empty board, agent 0 to move
}

static bool won(const State *s) {
  static const int lines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6},
                                  {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
  for (int i = 0; i < 8; i++) {
    int first = s->cell[lines[i][0]];
    if (first && first == s->cell[lines[i][1]] && first == s->cell[lines[i][2]]) return true;
  }
  return false;
}

static bool full(const State *s) {
  return !memchr(s->cell, 0, CELLS);
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  int mover = s->turn, action = actions->discrete[mover];
  assert(action >= 0 && action < CELLS && !s->cell[action]);
  s->cell[action] = (int8_t)(mover + 1);
  s->turn = (int8_t)(1 - mover);
  bool victory = won(s);
  if (victory) {
    outcome->rewards[mover] = 1;
    outcome->rewards[1 - mover] = -1;
  }
  outcome->terminated = victory || full(s);
  return true;
}

// Own stones, then the other's.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  for (int i = 0; i < CELLS; i++) {
    obs[i] = s->cell[i] == agent + 1;
    obs[CELLS + i] = s->cell[i] == 2 - agent;
  }
  return true;
}

// The empty cells; anything on a full board, where nobody moves.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  const State *s = state;
  bool any = full(s);
  for (int i = 0; i < CELLS; i++) mask[i] = any || !s->cell[i];
  return true;
}

static int mover(const void *self, const void *state) {
  (void)self;
  return ((const State *)state)->turn;
}

// The board in base 3: 0 empty, 1 own, 2 the other's.
static int index_of(const void *self, const void *state, int agent) {
  (void)self;
  const State *s = state;
  int index = 0;
  for (int i = 0; i < CELLS; i++) index = 3 * index + (!s->cell[i] ? 0 : s->cell[i] == agent + 1 ? 1 : 2);
  return index;
}

const CoEnvType co_tictactoe = {
    .name = "tictactoe",
    .summary = "three in a row, two players in turns",
    .source = "Plaat, Deep Reinforcement Learning, chapter 6",
    .settings = {"tictactoe", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .mover = mover,
    .index = index_of,
};
