// Hex on a rhombus of any size: who first joins the own two edges wins, and one of the two always does (Hein 1942,
// Nash).
#include <assert.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_hex;

enum { MOST = 19, NUMBERED = 1 << 22, WAYS = 6, KEYS = 25 }; // the longest edge; the most states that are numbered

typedef struct Config {
  int size;
} Config;

static const CoField fields[] = {
    CO_INT(Config, size, "11", 2, MOST, "cells along an edge"),
    CO_FIELDS_END,
};

// The first agent joins the first row to the last, the second one the first column to the last.
typedef struct State {
  int8_t turn;
  int8_t cell[MOST * MOST]; // [size][size] 0 empty, else the agent plus 1
} State;

static const CoKey keys[KEYS] = {{"1", 0, NULL},  {"2", 1, NULL},  {"3", 2, NULL},  {"4", 3, NULL},  {"5", 4, NULL},
                                 {"6", 5, NULL},  {"7", 6, NULL},  {"8", 7, NULL},  {"9", 8, NULL},  {"a", 9, NULL},
                                 {"b", 10, NULL}, {"c", 11, NULL}, {"d", 12, NULL}, {"e", 13, NULL}, {"f", 14, NULL},
                                 {"g", 15, NULL}, {"h", 16, NULL}, {"i", 17, NULL}, {"j", 18, NULL}, {"k", 19, NULL},
                                 {"l", 20, NULL}, {"m", 21, NULL}, {"n", 22, NULL}, {"o", 23, NULL}, {"p", 24, NULL}};

typedef struct Board {
  int size, cells, states;
  CoStateField fields[3];
  CoKey keys[KEYS + 1]; // of the cells; none where there are more of them
} Board;

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  Board *board = calloc(1, sizeof *board);
  if (!board) {
    co_fail(error, "hex: out of memory");
    return NULL;
  }
  board->size = ((const Config *)config)->size;
  board->cells = board->size * board->size;
  board->fields[0] = (CoStateField){"turn", CO_STATE_I8, offsetof(State, turn), 1, 1};
  board->fields[1] = (CoStateField){"cell", CO_STATE_I8, offsetof(State, cell), board->cells, 1};
  for (int i = 0; i < board->cells && board->cells <= KEYS; i++) board->keys[i] = keys[i];
  board->states = 1;
  for (int i = 0; i < board->cells && board->states; i++)
    board->states = board->states * 3 <= NUMBERED ? board->states * 3 : 0;
  return board;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const Board *board = self;
  static const int teams[] = {0, 1};
  static const char *const sides[] = {"down", "across"};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = board->cells, .states = board->states};
  spec->obs_size = 3 * board->cells;
  spec->obs_shape[0] = 3, spec->obs_shape[1] = spec->obs_shape[2] = board->size;
  spec->obs_high = 1;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = board->cells;
  spec->team_names = sides;
  spec->keys = board->keys[0].key ? board->keys : NULL;
  *state_bytes = offsetof(State, cell) + (size_t)board->cells;
  *described = board->fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state: an empty board, agent 0 to move
}

// The cells around one, of those that are on the board.
static int around(const Board *board, int cell, int out[WAYS]) {
  static const int down[WAYS] = {-1, -1, 0, 0, 1, 1}, across[WAYS] = {0, 1, -1, 1, -1, 0};
  int row = cell / board->size, column = cell % board->size, count = 0;
  for (int i = 0; i < WAYS; i++) {
    int r = row + down[i], c = column + across[i];
    if (r >= 0 && r < board->size && c >= 0 && c < board->size) out[count++] = r * board->size + c;
  }
  return count;
}

// Marks the stones that are joined to the one in `cell`; true when both edges of their agent are among them.
static bool joined(const Board *board, const State *s, int cell, uint8_t *mark) {
  int todo[MOST * MOST], count = 0, agent = s->cell[cell] - 1, size = board->size;
  bool first = false, last = false;
  todo[count++] = cell, mark[cell] = 1;
  while (count) {
    int at = todo[--count], next[WAYS], place = agent ? at % size : at / size;
    first |= place == 0, last |= place == size - 1;
    for (int i = around(board, at, next) - 1; i >= 0; i--)
      if (s->cell[next[i]] == s->cell[cell] && !mark[next[i]]) mark[todo[count++] = next[i]] = 1;
  }
  return first && last;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Board *board = self;
  State *s = state;
  uint8_t mark[MOST * MOST] = {0};
  int agent = s->turn, cell = actions->discrete[agent];
  assert(cell >= 0 && cell < board->cells && !s->cell[cell]);
  s->cell[cell] = (int8_t)(agent + 1);
  s->turn = (int8_t)(1 - agent);
  outcome->terminated = joined(board, s, cell, mark);
  if (outcome->terminated) outcome->rewards[agent] = 1, outcome->rewards[1 - agent] = -1;
  return true;
}

// Own stones, the other's, and 1s for the agent that plays down: the two do not want the same of a board.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  for (int i = 0; i < board->cells; i++) {
    obs[i] = s->cell[i] == agent + 1;
    obs[board->cells + i] = s->cell[i] == 2 - agent;
    obs[2 * board->cells + i] = agent == 0;
  }
  return true;
}

// The empty cells: a board is never full before somebody has won, but may be then.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)agent, (void)error;
  const Board *board = self;
  const State *s = state;
  bool any = false;
  for (int i = 0; i < board->cells; i++) any |= mask[i] = !s->cell[i];
  mask[0] |= !any;
  return true;
}

static int mover(const void *self, const void *state) {
  (void)self;
  return ((const State *)state)->turn;
}

// The board in base 3, which tells whose turn it is; 0 empty, 1 the first agent's, 2 the second's.
static int index_of(const void *self, const void *state, int agent) {
  (void)agent;
  const Board *board = self;
  const State *s = state;
  int index = 0;
  for (int i = 0; i < board->cells; i++) index = 3 * index + s->cell[i];
  return index;
}

// Half a turn: it swaps an agent's two edges.
static bool symmetry(const void *self, int number, int *obs_from, int *action_from) {
  const int cells = ((const Board *)self)->cells;
  for (int i = 0; i < cells; i++) action_from[i] = cells - 1 - i;
  for (int i = 0; i < 3 * cells; i++) obs_from[i] = i / cells * cells + action_from[i % cells];
  return number < 1;
}

static void draw_cell(const Board *board, int cell, CoColor color, float size, CoCanvas *canvas) {
  static const float corner[WAYS][2] = {{0, 1}, {.866f, .5f}, {.866f, -.5f}, {0, -1}, {-.866f, -.5f}, {-.866f, .5f}};
  int row = cell / board->size, column = cell % board->size;
  float x = 1.732f * ((float)column + .5f * (float)row), y = 1.5f * (float)row, points[2 * WAYS];
  for (int i = 0; i < WAYS; i++) points[2 * i] = x + size * corner[i][0], points[2 * i + 1] = y + size * corner[i][1];
  co_canvas_color(canvas, color);
  co_canvas_polygon(canvas, points, WAYS);
}

// The key that takes a cell.
static void draw_key(const Board *board, int cell, CoCanvas *canvas) {
  int row = cell / board->size, column = cell % board->size;
  co_canvas_color(canvas, (CoColor){255, 255, 255, 50});
  co_canvas_text(canvas, 1.732f * ((float)column + .5f * (float)row), 1.5f * (float)row, .6f, CO_CENTER,
                 board->keys[cell].key);
}

// The edges have their agents' colours; so has the chain that wins, all other stones are paler.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  const CoColor ground = {24, 27, 34, 255};
  const float size = (float)board->size, right = 1.732f * 1.5f * (size - 1), bottom = 1.5f * (size - 1);
  uint8_t chain[MOST * MOST] = {0};
  for (int i = 0; i < board->cells; i++) {
    uint8_t mark[MOST * MOST] = {0};
    if (s->cell[i] && joined(board, s, i, mark))
      for (int k = 0; k < board->cells; k++) chain[k] |= mark[k];
  }
  co_canvas_camera(canvas, -1.7f, bottom + 1.9f, right + 1.7f, -1.9f); // rows count downwards
  co_canvas_color(canvas, ground);
  co_canvas_rect(canvas, -2 * right - 9, -2 * bottom - 9, 5 * right + 18, 5 * bottom + 18);
  co_canvas_width(canvas, .35f);
  for (int agent = 0; agent < 2; agent++) { // the line along an edge, and the one along the opposite edge
    float lean = .866f * (size - 1), far = 1.732f * (size - 1);
    co_canvas_color(canvas, co_color_team(agent));
    if (agent == 0) {
      co_canvas_line(canvas, 0, -1.3f, far, -1.3f);
      co_canvas_line(canvas, lean, bottom + 1.3f, lean + far, bottom + 1.3f);
    } else {
      co_canvas_line(canvas, -1.3f, .2f, lean - 1.3f, bottom + .2f);
      co_canvas_line(canvas, far + 1.3f, -.2f, lean + far + 1.3f, bottom - .2f);
    }
  }
  for (int i = 0; i < board->cells; i++) {
    CoColor color = s->cell[i] ? co_color_team(s->cell[i] - 1) : (CoColor){43, 48, 56, 255};
    if (s->cell[i] && !chain[i]) color = co_color_mix(color, ground, .3f);
    draw_cell(board, i, color, .93f, canvas);
    if (!s->cell[i] && board->keys[0].key) draw_key(board, i, canvas);
  }
  return true;
}

const CoEnvType co_hex = {
    .name = "hex",
    .summary = "two players join opposite edges of a board of hexagons",
    .source = "Hein, 1942; Nash, 1948; Plaat, Deep Reinforcement Learning, chapter 6",
    .variant = "size",
    .settings = {"hex", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .mover = mover,
    .index = index_of,
    .symmetry = symmetry,
    .draw = draw,
};
