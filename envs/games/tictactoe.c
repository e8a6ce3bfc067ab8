// Tic-tac-toe: two teams of one, in turns, zero sum; the smallest game where a waiting player must be credited rightly.
#include <assert.h>

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
  static const char *const names[CELLS] = {"top left", "top",         "top right", "left",        "centre",
                                           "right",    "bottom left", "bottom",    "bottom right"};
  static const char *const sides[] = {"crosses", "noughts"};
  static const CoKey keys[] = {{"1", 0, NULL}, {"2", 1, NULL}, {"3", 2, NULL}, {"4", 3, NULL}, {"5", 4, NULL},
                               {"6", 5, NULL}, {"7", 6, NULL}, {"8", 7, NULL}, {"9", 8, NULL}, {0}};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = CELLS, .states = BOARDS};
  spec->obs_size = 2 * CELLS;
  spec->obs_high = 1;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = CELLS;
  spec->team_names = sides;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state: an empty board, agent 0 to move
}

// Three of one kind in a row, or NULL.
static const int *won(const State *s) {
  static const int lines[8][3] = {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6},
                                  {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}};
  for (int i = 0; i < 8; i++) {
    int first = s->cell[lines[i][0]];
    if (first && first == s->cell[lines[i][1]] && first == s->cell[lines[i][2]]) return lines[i];
  }
  return NULL;
}

static bool full(const State *s) {
  bool room = false;
  for (int i = 0; i < CELLS; i++) room |= !s->cell[i];
  return !room;
}

static int alike(const State *s, int first, int apart) {
  return !((s->cell[first] ^ s->cell[first + apart]) | (s->cell[first] ^ s->cell[first + 2 * apart]));
}

// Three in a row through a cell: play asks for no other line. Without branches, which random play would mispredict.
static bool wins(const State *s, int cell) {
  return alike(s, cell / 3 * 3, 1) | alike(s, cell % 3, 3) | ((cell % 4 == 0) & alike(s, 0, 4)) |
         ((cell % 2 == 0) & (cell % 8 != 0) & alike(s, 2, 2));
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  int mover = s->turn, action = actions->discrete[mover];
  assert(action >= 0 && action < CELLS && !s->cell[action]);
  s->cell[action] = (int8_t)(mover + 1);
  s->turn = (int8_t)(1 - mover);
  bool victory = wins(s, action);
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

// The square's: bit 0 mirrors rows, bit 1 columns, bit 2 the diagonal.
static bool symmetry(const void *self, int number, int *obs_from, int *action_from) {
  (void)self;
  const int turn = number + 1;
  for (int i = 0; i < CELLS; i++) {
    int row = turn & 1 ? 2 - i / 3 : i / 3, column = turn & 2 ? 2 - i % 3 : i % 3;
    action_from[i] = obs_from[i] = turn & 4 ? 3 * column + row : 3 * row + column;
    obs_from[CELLS + i] = CELLS + obs_from[i];
  }
  return turn < 8;
}

static void show_stone(int owner, float x, float y, CoCanvas *canvas) {
  const float arm = .27f;
  co_canvas_color(canvas, co_color_team(owner));
  co_canvas_width(canvas, .11f);
  if (owner == 1) {
    co_canvas_ring(canvas, x, y, arm);
    return;
  }
  co_canvas_line(canvas, x - arm, y - arm, x + arm, y + arm);
  co_canvas_line(canvas, x - arm, y + arm, x + arm, y - arm);
}

// The board; empty cells show the key that takes them.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  const int *line = won(s);
  co_canvas_camera(canvas, -.2f, 3.2f, 3.2f, -.2f); // rows count downwards
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -3, -3, 9, 9);
  for (int i = 0; i < CELLS; i++) {
    float x = (float)(i % 3), y = (float)(i / 3);
    bool part = line && (i == line[0] || i == line[1] || i == line[2]);
    co_canvas_color(canvas, part ? (CoColor){74, 80, 60, 255} : (CoColor){43, 48, 56, 255});
    co_canvas_rect(canvas, x + .04f, y + .04f, .92f, .92f);
    co_canvas_color(canvas, (CoColor){255, 255, 255, 50});
    if (s->cell[i])
      show_stone(s->cell[i] - 1, x + .5f, y + .5f, canvas);
    else
      co_canvas_text(canvas, x + .5f, y + .5f, .3f, CO_CENTER, (const char[]){(char)('1' + i), '\0'});
  }
  return true;
}

const CoEnvType co_tictactoe = {
    .name = "tictactoe",
    .summary = "three in a row, two players in turns",
    .source = "Plaat, Deep Reinforcement Learning, chapter 6",
    .aliases = "tic_tac_toe",
    .settings = {"tictactoe", 0, fields, NULL},
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
