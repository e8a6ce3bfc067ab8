// Othello on a small board: a stone turns the other's stones that it encloses; who has more in the end wins.
#include <assert.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_othello;

enum { MOST = 10, WAYS = 8, KEYS = 36 }; // the longest edge

typedef struct Config {
  int half;
} Config;

static const CoField fields[] = {
    {"size", NULL, CO_FIELD_CHOICE, offsetof(Config, half), sizeof(int), "6", 0, 0, "4 6 8 10", "cells along an edge"},
    CO_FIELDS_END,
};

// The action after those of the cells passes: legal only where no stone can be put.
typedef struct State {
  int8_t turn;
  int8_t cell[MOST * MOST]; // [size][size] 0 empty, else the agent plus 1
} State;

typedef struct Board {
  int size, cells;
  CoStateField fields[3];
  CoKey keys[KEYS + 1];           // none where the board has more cells than there are keys
  const char *label[MOST * MOST]; // of a cell: its key; NULL: none
} Board;

// The cells in their order, but for the four in the middle, which are never free; 0 passes.
static void name_keys(Board *board) {
  static const char *const names[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c",
                                      "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o",
                                      "p", "r", "s", "t", "u", "v", "w", "x", "y", "z"};
  const int most = (int)(sizeof names / sizeof names[0]), half = board->size / 2;
  int count = 0;
  for (int i = 0; i < board->cells && board->cells - 4 <= most; i++) {
    int row = i / board->size, column = i % board->size;
    if ((row == half || row == half - 1) && (column == half || column == half - 1)) continue;
    board->label[i] = names[count];
    board->keys[count] = (CoKey){names[count], i, NULL};
    count++;
  }
  if (count) board->keys[count] = (CoKey){"0", board->cells, NULL};
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  Board *board = calloc(1, sizeof *board);
  if (!board) {
    co_fail(error, "othello: out of memory");
    return NULL;
  }
  board->size = 4 + 2 * ((const Config *)config)->half;
  board->cells = board->size * board->size;
  board->fields[0] = (CoStateField){"turn", CO_STATE_I8, offsetof(State, turn), 1, 1};
  board->fields[1] = (CoStateField){"cell", CO_STATE_I8, offsetof(State, cell), board->cells, 1};
  name_keys(board);
  return board;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const Board *board = self;
  static const int teams[] = {0, 1};
  static const char *const sides[] = {"black", "white"};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = board->cells + 1};
  spec->obs_size = 2 * board->cells;
  spec->obs_shape[0] = 2, spec->obs_shape[1] = spec->obs_shape[2] = board->size;
  spec->obs_high = 1;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = 2 * board->cells; // a pass is never followed by a pass
  spec->team_names = sides;
  spec->keys = board->keys[0].key ? board->keys : NULL;
  *state_bytes = offsetof(State, cell) + (size_t)board->cells;
  *described = board->fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Board *board = self;
  State *s = state;
  int middle = (board->size / 2 - 1) * board->size + board->size / 2 - 1;
  s->cell[middle] = s->cell[middle + board->size + 1] = 2;
  s->cell[middle + 1] = s->cell[middle + board->size] = 1;
  return true;
}

// How many of the other's stones lie enclosed between `cell` and an own one, going one way.
static int enclosed(const Board *board, const State *s, int agent, int cell, int way) {
  static const int down[WAYS] = {-1, -1, -1, 0, 0, 1, 1, 1}, across[WAYS] = {-1, 0, 1, -1, 1, -1, 0, 1};
  int row = cell / board->size + down[way], column = cell % board->size + across[way], count = 0;
  for (; row >= 0 && row < board->size && column >= 0 && column < board->size;
       row += down[way], column += across[way], count++) {
    int owner = s->cell[row * board->size + column];
    if (owner == agent + 1) return count;
    if (!owner) return 0;
  }
  return 0;
}

static bool may_put(const Board *board, const State *s, int agent, int cell) {
  if (s->cell[cell]) return false;
  for (int way = 0; way < WAYS; way++)
    if (enclosed(board, s, agent, cell, way)) return true;
  return false;
}

static bool may_move(const Board *board, const State *s, int agent) {
  for (int cell = 0; cell < board->cells; cell++)
    if (may_put(board, s, agent, cell)) return true;
  return false;
}

static void put(const Board *board, State *s, int agent, int cell) {
  const int ways[WAYS] = {-board->size - 1, -board->size, -board->size + 1, -1, 1,
                          board->size - 1,  board->size,  board->size + 1};
  for (int way = 0; way < WAYS; way++)
    for (int i = enclosed(board, s, agent, cell, way); i > 0; i--) s->cell[cell + i * ways[way]] = (int8_t)(agent + 1);
  s->cell[cell] = (int8_t)(agent + 1);
}

// Stones of the first agent beyond those of the second.
static int lead(const Board *board, const State *s) {
  int sum = 0;
  for (int i = 0; i < board->cells; i++) sum += (s->cell[i] == 1) - (s->cell[i] == 2);
  return sum;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Board *board = self;
  State *s = state;
  int agent = s->turn, cell = actions->discrete[agent];
  assert(cell == board->cells ? !may_move(board, s, agent) : may_put(board, s, agent, cell));
  if (cell < board->cells) put(board, s, agent, cell);
  s->turn = (int8_t)(1 - agent);
  outcome->terminated = !may_move(board, s, 1 - agent) && !may_move(board, s, agent);
  if (!outcome->terminated) return true;
  int ahead = lead(board, s);
  outcome->rewards[0] = (float)((ahead > 0) - (ahead < 0));
  outcome->rewards[1] = -outcome->rewards[0];
  return true;
}

// Own stones, then the other's.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  for (int i = 0; i < board->cells; i++) {
    obs[i] = s->cell[i] == agent + 1;
    obs[board->cells + i] = s->cell[i] == 2 - agent;
  }
  return true;
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  bool any = false;
  for (int i = 0; i < board->cells; i++) any |= mask[i] = may_put(board, s, agent, i);
  mask[board->cells] = !any;
  return true;
}

static int mover(const void *self, const void *state) {
  (void)self;
  return ((const State *)state)->turn;
}

// What leaves the first four stones as they are: half a turn, and the two diagonals.
static bool symmetry(const void *self, int number, int *obs_from, int *action_from) {
  const Board *board = self;
  const int cells = board->cells, size = board->size;
  for (int i = 0; i < cells; i++) {
    int across = i % size * size + i / size; // mirrored at the diagonal
    action_from[i] = number == 0 ? cells - 1 - i : number == 1 ? across : cells - 1 - across;
  }
  action_from[cells] = cells;
  for (int i = 0; i < 2 * cells; i++) obs_from[i] = i / cells * cells + action_from[i % cells];
  return number < 3;
}

// The stones, and the keys where the mover may put one: dots on a board that has more cells than keys.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  const float size = (float)board->size;
  co_canvas_camera(canvas, -.3f, size + .3f, size + .3f, -.3f); // rows count downwards
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -2 * size, -2 * size, 5 * size, 5 * size);
  for (int i = 0; i < board->cells; i++) {
    float x = (float)(i % board->size), y = (float)(i / board->size);
    co_canvas_color(canvas, (CoColor){38, 110, 72, 255});
    co_canvas_rect(canvas, x + .03f, y + .03f, .94f, .94f);
    bool open = may_put(board, s, s->turn, i);
    if (!s->cell[i] && !open) continue;
    uint8_t shade = s->cell[i] == 1 || (!s->cell[i] && s->turn == 0) ? 20 : 240;
    co_canvas_color(canvas, (CoColor){shade, shade, shade, s->cell[i] ? 255 : 190});
    if (s->cell[i] || !board->label[i])
      co_canvas_disc(canvas, x + .5f, y + .5f, s->cell[i] ? .4f : .1f);
    else
      co_canvas_text(canvas, x + .5f, y + .5f, .4f, CO_CENTER, board->label[i]);
  }
  return true;
}

const CoEnvType co_othello = {
    .name = "othello",
    .summary = "two players turn each other's stones by enclosing them",
    .source = "Mattel and Hasegawa, 1971; Plaat, Deep Reinforcement Learning, chapter 6",
    .variant = "size",
    .settings = {"othello", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .mover = mover,
    .symmetry = symmetry,
    .draw = draw,
};
