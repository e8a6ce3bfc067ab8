// Leduc poker: six cards, two rounds of bets, one card for all to see (Southey et al., Bayes' bluff, UAI 2005).
#include <assert.h>
#include <stdlib.h>

#include "cards.h"
#include "cohort/env.h"

extern const CoEnvType co_leduc_poker;

enum { FOLD, CALL, RAISE, ACTIONS };
enum { DECK = 6, PUBLIC = 2, DEALT, NONE = 0 }; // cards 1 .. 6: jacks, queens, kings; the two agents', the public one
enum { ROUNDS = 2, RAISES = 2, ANTE = 1, LONGEST = 8, MOST = 13 }; // chips of one agent: 1 + 2 * 2 + 2 * 4
enum { BETS = 2 * (RAISES + 1) };                                  // what a round of bets has come to, see bets()
static const int sizes[ROUNDS] = {2, 4};

typedef struct Config {
  bool suits;
} Config;

static const CoField fields[] = {
    CO_BOOL(Config, suits, "true", "the two cards of a rank are told apart: 936 information sets, else 288"),
    CO_FIELDS_END,
};

typedef struct State {
  int8_t card[DEALT];     // NONE until it is dealt
  int8_t chips[2];        // put into the pot
  int8_t round;           // 0, 1
  int8_t checked[ROUNDS]; // the first agent's first move was a call
  int8_t raises[ROUNDS];
  int8_t folded; // the agent plus 1
  int8_t over;
} State;

static const CoStateField state_fields[] = {
    {"card", CO_STATE_I8, offsetof(State, card), DEALT, 1},
    {"chips", CO_STATE_I8, offsetof(State, chips), 2, 1},
    {"round", CO_STATE_I8, offsetof(State, round), 1, 1},
    {"checked", CO_STATE_I8, offsetof(State, checked), ROUNDS, 1},
    {"raises", CO_STATE_I8, offsetof(State, raises), ROUNDS, 1},
    {"folded", CO_STATE_I8, offsetof(State, folded), 1, 1},
    {"over", CO_STATE_I8, offsetof(State, over), 1, 1},
    {0},
};

// How many cards an agent tells apart, and which one it sees: 0 is none.
static int kinds(const Config *config) {
  return config->suits ? DECK : DECK / 2;
}

static int rank(int card) {
  return (card + 1) / 2;
}

static int seen(const Config *config, int card) {
  return config->suits ? card : rank(card);
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  static const int teams[] = {0, 1};
  static const char *const names[ACTIONS] = {"fold", "call", "raise"}, *const players[] = {"first", "second"};
  static const CoKey keys[] = {{"f", FOLD, NULL}, {"c", CALL, NULL}, {"r", RAISE, NULL}, {0}};
  int cards = kinds(self);
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = ACTIONS, .obs_high = 1};
  spec->obs_size = 2 * cards + ROUNDS * (1 + RAISES) + 2;
  spec->states = (cards + 1) * (cards + 1) * BETS * BETS;
  spec->perfect_recall = true;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  spec->episode_limit = LONGEST;
  spec->team_names = players;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static State begin(void) {
  return (State){.chips = {ANTE, ANTE}};
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  *(State *)state = begin();
  return true;
}

// The next card to be dealt; DEALT when none is.
static int next_card(const State *s) {
  int due = s->round ? DEALT : PUBLIC, i = 0;
  while (i < due && s->card[i] != NONE) i++;
  return i < due ? i : DEALT;
}

// Calls and raises before the call that ends a round tell whose turn it is: the first agent begins both rounds.
static int mover(const void *self, const void *state) {
  (void)self;
  const State *s = state;
  return next_card(s) < DEALT ? CO_CHANCE : (s->checked[s->round] + s->raises[s->round]) % 2;
}

static int deck(const State *s, int *cards) {
  int count = 0;
  for (int card = 1; card <= DECK; card++)
    if (card != s->card[0] && card != s->card[1] && card != s->card[PUBLIC]) cards[count++] = card;
  return count;
}

static void deal(State *s, int card) {
  s->card[next_card(s)] = (int8_t)card;
}

// A pair with the public card beats all, then the higher rank.
static int strength(const State *s, int agent) {
  return rank(s->card[agent]) + (rank(s->card[agent]) == rank(s->card[PUBLIC]) ? DECK : 0);
}

// The loser's chips; 0 where the pot is split.
static void pay(const State *s, float *rewards) {
  int lead = s->folded ? (s->folded == 2 ? 1 : -1) : strength(s, 0) - strength(s, 1);
  rewards[0] = lead > 0 ? s->chips[1] : lead < 0 ? -s->chips[0] : 0;
  rewards[1] = lead ? -rewards[0] : 0;
}

// The first call of a round with nothing to call is a check; every other one ends the round.
static void call(State *s, int turn) {
  if (!s->raises[s->round] && !s->checked[s->round]) {
    s->checked[s->round] = 1;
    return;
  }
  s->chips[turn] = s->chips[1 - turn];
  if (s->round == ROUNDS - 1)
    s->over = 1;
  else
    s->round++;
}

// True at the end.
static bool play(State *s, int turn, int action, float *rewards) {
  if (action == FOLD) {
    assert(s->chips[turn] < s->chips[1 - turn]);
    s->folded = (int8_t)(turn + 1);
    s->over = 1;
  } else if (action == RAISE) {
    assert(s->raises[s->round] < RAISES);
    s->chips[turn] = (int8_t)(s->chips[1 - turn] + sizes[s->round]);
    s->raises[s->round]++;
  } else {
    call(s, turn);
  }
  if (s->over) pay(s, rewards);
  return s->over;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  int turn = mover(self, s), cards[DECK];
  if (turn == CO_CHANCE)
    deal(s, cards[co_rng_int(rng, 0, deck(s, cards) - 1)]);
  else
    outcome->terminated = play(s, turn, actions->discrete[turn], outcome->rewards);
  return true;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const State first = begin(), *from = state ? state : &first;
  int turn = mover(self, from), cards[DECK], count = state && turn == CO_CHANCE ? deck(from, cards) : 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    State *next = out[i].state;
    *next = *from;
    out[i].probability = 1.0 / count;
    out[i].terminated = false;
    if (state && turn == CO_CHANCE) deal(next, cards[i]);
    if (state && turn != CO_CHANCE) out[i].terminated = play(next, turn, actions->discrete[turn], out[i].rewards);
  }
  return count;
}

// Folding needs a bet to fold to. After the end, where nobody moves, calling is left.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  mask[CALL] = 1;
  mask[FOLD] = !s->over && s->chips[agent] < s->chips[1 - agent];
  mask[RAISE] = !s->over && s->raises[s->round] < RAISES;
  return true;
}

// Own card, public card, what was done in each round, own chips and the other's.
static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  const State *s = state;
  int cards = kinds(self), own = seen(self, s->card[agent]), public = seen(self, s->card[PUBLIC]);
  if (own) obs[own - 1] = 1;
  if (public) obs[cards + public - 1] = 1;
  obs += 2 * cards;
  for (int round = 0; round < ROUNDS; round++, obs += 1 + RAISES) {
    obs[0] = s->checked[round];
    for (int i = 0; i < s->raises[round]; i++) obs[1 + i] = 1;
  }
  obs[0] = (float)s->chips[agent] / MOST;
  obs[1] = (float)s->chips[1 - agent] / MOST;
  return true;
}

static int bets(const State *s, int round) {
  return s->checked[round] * (RAISES + 1) + s->raises[round];
}

// The own card, the public one, and what was done in each round.
static int index_of(const void *self, const void *state, int agent) {
  const State *s = state;
  int cards = kinds(self) + 1, hand = seen(self, s->card[agent]) * cards + seen(self, s->card[PUBLIC]);
  return (hand * BETS + bets(s, 0)) * BETS + bets(s, 1);
}

static void show_face(const State *s, int card, bool open, float x, float y, CoCanvas *canvas) {
  static const char *const faces[] = {"", "J", "J", "Q", "Q", "K", "K"};
  bool red = s->card[card] % 2;
  show_card(canvas, x, y, open ? faces[s->card[card]] : NULL,
            red ? (CoColor){176, 42, 48, 255} : (CoColor){30, 32, 38, 255});
}

// A showdown turns the agents' cards over.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)worker, (void)error;
  const State *s = state;
  show_table(canvas);
  for (int agent = 0; agent < 2; agent++) {
    bool open = s->card[agent] == NONE || co_canvas_shows_to(canvas, agent) || (s->over && !s->folded);
    float x = agent ? 6.3f : 1.7f;
    show_face(s, agent, open, x, 4.2f, canvas);
    show_chips(canvas, x - .4f, 2.6f, s->chips[agent], co_color_team(agent));
  }
  show_face(s, PUBLIC, true, 4, 4.2f, canvas);
  if (s->folded)
    show_line(canvas, 1.1f, s->folded == 1 ? "the first folds" : "the second folds");
  else if (s->over)
    show_line(canvas, 1.1f,
              strength(s, 0) == strength(s, 1)  ? "split"
              : strength(s, 0) > strength(s, 1) ? "the first wins"
                                                : "the second wins");
  else if (mover(self, s) != CO_CHANCE)
    show_line(canvas, 1.1f, mover(self, s) == 0 ? "the first to act" : "the second to act");
  return true;
}

const CoEnvType co_leduc_poker = {
    .name = "leduc_poker",
    .summary = "six cards, two rounds of bets, a public card",
    .source = "Southey et al., Bayes' bluff: opponent modelling in poker, UAI 2005",
    .settings = {"leduc_poker", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .available = available,
    .mover = mover,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
};
