// Kuhn poker: three cards, one chip to bet; the smallest poker, whose equilibria are known in closed form (Kuhn, 1950).
#include <assert.h>

#include "cards.h"
#include "cohort/env.h"

extern const CoEnvType co_kuhn_poker;

enum { PASS, BET, ACTIONS };
enum { NONE, JACK, QUEEN, KING, CARDS = KING };
// What was done so far, numbered like a heap: after h, pass is 2 h + 1 and bet 2 h + 2.
enum { BEGIN, P, B, PP, PB, BP, BB, PBP = 9, PBB, HISTORIES };
enum { MOVES = 3, SIGHTS = CARDS + MOVES * ACTIONS };

typedef struct State {
  int8_t card[2]; // NONE until it is dealt
  int8_t history;
} State;

static const CoStateField state_fields[] = {
    {"card", CO_STATE_I8, offsetof(State, card), 2, 1},
    {"history", CO_STATE_I8, offsetof(State, history), 1, 1},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const int teams[] = {0, 1};
  static const char *const names[ACTIONS] = {"pass", "bet"}, *const players[] = {"first", "second"};
  static const CoKey keys[] = {{"p", PASS, NULL}, {"b", BET, NULL}, {0}};
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = ACTIONS, .obs_size = SIGHTS, .obs_high = 1};
  spec->states = (CARDS + 1) * HISTORIES;
  spec->perfect_recall = true;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = MOVES;
  spec->team_names = players;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)state, (void)rng, (void)error;
  return true; // the zeroed state: nature deals next
}

static int moves(const State *s) {
  return s->history == BEGIN ? 0 : s->history <= B ? 1 : s->history <= BB ? 2 : 3;
}

static int mover(const void *self, const void *state) {
  (void)self;
  const State *s = state;
  return s->card[0] == NONE || s->card[1] == NONE ? CO_CHANCE : moves(s) % 2;
}

static void deal(State *s, int card) {
  s->card[s->card[0] != NONE] = (int8_t)card;
}

// The cards left in the deck.
static int deck(const State *s, int *cards) {
  int count = 0;
  for (int card = JACK; card <= KING; card++)
    if (card != s->card[0] && card != s->card[1]) cards[count++] = card;
  return count;
}

// What agent 0 wins: the ante of one who passes after a bet, else the higher card takes it, and the bet if there is
// one.
static int payoff(const State *s) {
  if (s->history == BP) return 1;
  if (s->history == PBP) return -1;
  return (s->history == PP ? 1 : 2) * (s->card[0] > s->card[1] ? 1 : -1);
}

// True at the end.
static bool play(State *s, int action, float *rewards) {
  assert(action == PASS || action == BET);
  s->history = (int8_t)(2 * s->history + 1 + action);
  bool over = s->history != P && s->history != B && s->history != PB;
  if (over) rewards[0] = (float)payoff(s), rewards[1] = -rewards[0];
  return over;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  int turn = mover(self, s), cards[CARDS];
  if (turn == CO_CHANCE)
    deal(s, cards[co_rng_int(rng, 0, deck(s, cards) - 1)]);
  else
    outcome->terminated = play(s, actions->discrete[turn], outcome->rewards);
  return true;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const State begin = {{NONE, NONE}, BEGIN}, *from = state ? state : &begin;
  int turn = mover(self, from), cards[CARDS], count = state && turn == CO_CHANCE ? deck(from, cards) : 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    State *next = out[i].state;
    *next = *from;
    out[i].probability = 1.0 / count;
    out[i].terminated = false;
    if (state && turn == CO_CHANCE) deal(next, cards[i]);
    if (state && turn != CO_CHANCE) out[i].terminated = play(next, actions->discrete[turn], out[i].rewards);
  }
  return count;
}

// The own card, then of each move whether it was a pass or a bet.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  if (s->card[agent] != NONE) obs[s->card[agent] - 1] = 1;
  for (int history = s->history, i = moves(s) - 1; i >= 0; i--, history = (history - 1) / 2)
    obs[CARDS + i * ACTIONS + (history - 1) % 2] = 1;
  return true;
}

// The own card and what was done.
static int index_of(const void *self, const void *state, int agent) {
  (void)self;
  const State *s = state;
  return s->card[agent] * HISTORIES + s->history;
}

// A showdown turns the cards over.
static void show_hand(const State *s, int agent, float x, CoCanvas *canvas) {
  static const char *const faces[] = {"", "J", "Q", "K"};
  bool shown = s->card[agent] == NONE || co_canvas_shows_to(canvas, agent) || s->history == PP || s->history == BB ||
               s->history == PBB;
  int bet = s->history == B || s->history == BP     ? agent == 0
            : s->history == PB || s->history == PBP ? agent == 1
                                                    : s->history == BB || s->history == PBB;
  show_card(canvas, x, 3.9f, shown ? faces[s->card[agent]] : NULL, (CoColor){30, 32, 38, 255});
  show_chips(canvas, x, 2.4f, 1 + bet, co_color_team(agent));
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  static const char *const told[HISTORIES] = {
      [P] = "pass",       [B] = "bet",       [PP] = "pass, pass",       [PB] = "pass, bet",
      [BP] = "bet, pass", [BB] = "bet, bet", [PBP] = "pass, bet, pass", [PBB] = "pass, bet, bet"};
  const State *s = state;
  show_table(canvas);
  show_hand(s, 0, 2.2f, canvas);
  show_hand(s, 1, 5.8f, canvas);
  if (told[s->history]) show_line(canvas, 1.1f, told[s->history]);
  return true;
}

const CoEnvType co_kuhn_poker = {
    .name = "kuhn_poker",
    .summary = "three cards, one bet: poker with a known equilibrium",
    .source = "Kuhn, A simplified two-person poker, 1950; Plaat, Deep Reinforcement Learning, section 7.2",
    .settings = {"kuhn_poker", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .mover = mover,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
};
