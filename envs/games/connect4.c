// Connect four on a board of any size: stones drop into columns by turns, four in a row win. Boards of bits (Tromp).
#include <assert.h>
#include <stdlib.h>

#include "cohort/env.h"

extern const CoEnvType co_connect4;

enum { KEYS = 9, NUMBERED = 1 << 22 }; // columns that a key reaches; the most states that are numbered

typedef struct Config {
  int rows, columns, connect;
} Config;

static const CoField fields[] = {
    CO_INT(Config, rows, "6", 2, 15, "height of the board"),
    CO_INT(Config, columns, "7", 2, 32, "width of the board; columns times rows + 1 is at most 64"),
    CO_INT(Config, connect, "4", 2, 15, "stones in a row that win"),
    CO_FIELDS_END,
};

// Bit column * (rows + 1) + row, rows counted from the bottom; the row above the board stays empty, so that no line
// runs from one column into the next.
typedef struct State {
  int64_t stones[2]; // of each agent
  int32_t moves;     // stones on the board: whose turn it is
  int32_t last;      // the bit that was set last; -1: none
} State;

static const CoStateField state_fields[] = {
    {"stones", CO_STATE_I64, offsetof(State, stones), 2, sizeof(int64_t)},
    {"moves", CO_STATE_I32, offsetof(State, moves), 1, sizeof(int32_t)},
    {"last", CO_STATE_I32, offsetof(State, last), 1, sizeof(int32_t)},
    {0},
};

static const CoKey keys[KEYS] = {{"1", 0, NULL}, {"2", 1, NULL}, {"3", 2, NULL}, {"4", 3, NULL}, {"5", 4, NULL},
                                 {"6", 5, NULL}, {"7", 6, NULL}, {"8", 7, NULL}, {"9", 8, NULL}};

typedef struct Board {
  Config config;
  int height;     // bits of a column
  int cells;      // of the board
  int way[4];     // from one bit to its neighbour: up, right, and the slopes
  uint64_t stack; // a column full of stones
  int states;
  CoKey keys[KEYS + 1]; // of the columns that there are
} Board;

// What a column may hold: as many stones as there are, each of either agent. 0 when there are too many to number.
static int states_of(const Config *c) {
  int64_t states = 1, column = (INT64_C(2) << c->rows) - 1;
  for (int i = 0; i < c->columns && states; i++) states = states * column <= NUMBERED ? states * column : 0;
  return (int)states;
}

static bool sound(const Config *c, CoError *error) {
  if (c->columns * (c->rows + 1) > 64)
    return co_fail(error, "connect4: %d columns of %d rows, columns times rows + 1 must be at most 64", c->columns,
                   c->rows);
  if (c->connect > c->rows && c->connect > c->columns)
    return co_fail(error, "connect4: connect is %d, must be at most the rows or the columns", c->connect);
  return true;
}

static void *open(const CoEnvType *type, const void *from, CoError *error) {
  (void)type;
  const Config *c = from;
  if (!sound(c, error)) return NULL;
  Board *board = malloc(sizeof *board);
  if (!board) {
    co_fail(error, "connect4: out of memory");
    return NULL;
  }
  *board = (Board){.config = *c, .height = c->rows + 1, .cells = c->rows * c->columns, .states = states_of(c)};
  board->way[0] = 1, board->way[1] = c->rows + 1, board->way[2] = c->rows + 2, board->way[3] = c->rows;
  board->stack = (UINT64_C(1) << c->rows) - 1;
  for (int i = 0; i < KEYS && i < c->columns; i++) board->keys[i] = keys[i];
  return board;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const Board *board = self;
  static const int teams[] = {0, 1};
  static const char *const sides[] = {"yellow", "red"};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = board->config.columns, .states = board->states};
  spec->obs_size = 2 * board->cells;
  spec->obs_shape[0] = 2, spec->obs_shape[1] = board->config.columns, spec->obs_shape[2] = board->config.rows;
  spec->obs_high = 1;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = board->cells;
  spec->team_names = sides;
  spec->keys = board->keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  ((State *)state)->last = -1;
  return true;
}

static int mover(const void *self, const void *state) {
  (void)self;
  return ((const State *)state)->moves & 1;
}

// The lowest stones of all the rows of `connect` along one way. Each step leaves those that have one more behind them.
static uint64_t rows(const Board *board, uint64_t stones, int way) {
  for (int i = 1; i < board->config.connect; i++) stones &= stones >> board->way[way];
  return stones;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)rng, (void)error;
  const Board *board = self;
  State *s = state;
  int agent = s->moves & 1, base = actions->discrete[agent] * board->height;
  assert(base >= 0 && base < board->config.columns * board->height);
  // Adding at a column's bottom carries to its first empty cell.
  uint64_t taken = (uint64_t)(s->stones[0] | s->stones[1]);
  uint64_t bit = (taken + (UINT64_C(1) << base)) & (board->stack << base);
  assert(bit);
  uint64_t own = (uint64_t)s->stones[agent] | bit;
  s->stones[agent] = (int64_t)own;
  s->last = __builtin_ctzll(bit);
  s->moves++;
  bool won = rows(board, own, 0) | rows(board, own, 1) | rows(board, own, 2) | rows(board, own, 3);
  if (won) outcome->rewards[agent] = 1, outcome->rewards[1 - agent] = -1;
  outcome->terminated = won || s->moves == board->cells;
  return true;
}

// Own stones, then the other's: column by column, each from the bottom.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  for (int side = 0; side < 2; side++)
    for (int column = 0; column < board->config.columns; column++) {
      uint64_t stones = (uint64_t)s->stones[side ? 1 - agent : agent] >> (column * board->height);
      for (int row = 0; row < board->config.rows; row++) *obs++ = (float)(stones >> row & 1);
    }
  return true;
}

// Columns with room; all of them on a full board, where nobody moves.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)agent, (void)error;
  const Board *board = self;
  const State *s = state;
  uint64_t tops = ~(uint64_t)(s->stones[0] | s->stones[1]) >> (board->config.rows - 1);
  if (s->moves == board->cells) tops = ~UINT64_C(0);
  for (int i = 0; i < board->config.columns; i++) mask[i] = tops >> (i * board->height) & 1;
  return true;
}

// A column's number: the own stones' bits with a 1 above the topmost stone, less the 1 of the empty column.
static int index_of(const void *self, const void *state, int agent) {
  const Board *board = self;
  const State *s = state;
  int index = 0, base = (2 << board->config.rows) - 1;
  for (int column = 0; column < board->config.columns; column++) {
    int shift = column * board->height;
    uint64_t own = (uint64_t)s->stones[agent] >> shift & board->stack;
    uint64_t taken = (uint64_t)(s->stones[0] | s->stones[1]) >> shift & board->stack;
    index = index * base + (int)(own + taken);
  }
  return index;
}

// Left and right.
static bool symmetry(const void *self, int number, int *obs_from, int *action_from) {
  const Config *c = &((const Board *)self)->config;
  if (number > 0) return false;
  for (int i = 0; i < c->columns; i++) action_from[i] = c->columns - 1 - i;
  for (int i = 0; i < 2 * c->columns; i++) // [side][column][row]
    for (int row = 0; row < c->rows; row++)
      obs_from[i * c->rows + row] = (i / c->columns * c->columns + action_from[i % c->columns]) * c->rows + row;
  return true;
}

static bool holds(int64_t stones, int bit) {
  return (uint64_t)stones >> bit & 1;
}

static void draw_stone(const Board *board, const State *s, int column, int row, CoCanvas *canvas) {
  static const CoColor colors[] = {{27, 39, 64, 255}, {255, 207, 64, 255}, {226, 72, 61, 255}};
  int bit = column * board->height + row;
  float x = (float)column + .5f, y = (float)row + .5f;
  co_canvas_color(canvas, colors[holds(s->stones[0], bit) ? 1 : holds(s->stones[1], bit) ? 2 : 0]);
  co_canvas_disc(canvas, x, y, .4f);
  if (bit != s->last) return;
  co_canvas_color(canvas, (CoColor){255, 255, 255, 255});
  co_canvas_width(canvas, .05f);
  co_canvas_ring(canvas, x, y, .32f);
}

// A line through every row that wins.
static void draw_rows(const Board *board, int64_t stones, CoCanvas *canvas) {
  static const int right[] = {0, 1, 1, 1}, up[] = {1, 0, 1, -1};
  co_canvas_color(canvas, (CoColor){255, 255, 255, 255});
  co_canvas_width(canvas, .12f);
  for (int way = 0; way < 4; way++) {
    uint64_t lowest = rows(board, (uint64_t)stones, way);
    for (; lowest; lowest &= lowest - 1) {
      int bit = __builtin_ctzll(lowest), length = board->config.connect - 1;
      float x = (float)(bit / board->height) + .5f, y = (float)(bit % board->height) + .5f;
      co_canvas_line(canvas, x, y, x + (float)(right[way] * length), y + (float)(up[way] * length));
    }
  }
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const Board *board = self;
  const State *s = state;
  float width = (float)board->config.columns, height = (float)board->config.rows;
  co_canvas_camera(canvas, -.3f, -.9f, width + .3f, height + .3f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -2 * width, -2 * height, 5 * width, 5 * height);
  co_canvas_color(canvas, (CoColor){42, 79, 158, 255});
  co_canvas_rect(canvas, -.15f, -.15f, width + .3f, height + .3f);
  for (int column = 0; column < board->config.columns; column++) {
    for (int row = 0; row < board->config.rows; row++) draw_stone(board, s, column, row, canvas);
    if (column >= KEYS) continue;
    co_canvas_color(canvas, (CoColor){150, 156, 168, 255});
    co_canvas_text(canvas, (float)column + .5f, -.5f, .4f, CO_CENTER, keys[column].key);
  }
  for (int agent = 0; agent < 2; agent++) draw_rows(board, s->stones[agent], canvas);
  return true;
}

const CoEnvType co_connect4 = {
    .name = "connect4",
    .summary = "four in a row, two players drop stones by turns",
    .source = "Plaat, Deep Reinforcement Learning, chapter 6; bits as in Tromp's Fhourstones",
    .settings = {"connect4", sizeof(Config), fields, NULL},
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
