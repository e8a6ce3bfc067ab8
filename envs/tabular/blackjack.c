// Blackjack: draw cards towards 21 against a dealer, from an endless deck (Sutton and Barto, Reinforcement Learning,
// example 5.1; Blackjack-v1).
#include <stdio.h>
#include <stdlib.h>

#include "cohort/solo.h"

extern const CoEnvType co_blackjack;

enum { STICK, HIT, ACTIONS, SIGHTS = 4 };
enum { ACE = 1, TEN = 10, BEST = 21, MOST = 31 }; // the highest total, bust
enum { HIDDEN = 0, STANDS = 17, BUST = 22, NATURAL = 23, RESULTS };
enum { TOTALS = (MOST + 1) * (TEN + 1) * 2, STATES = TOTALS + TEN + 1 }; // naturals have rows of their own

typedef struct Config {
  bool natural, sab;
} Config;

static const CoField fields[] = {
    CO_BOOL(Config, natural, "false", "a win with 21 in two cards pays 1.5"),
    CO_BOOL(Config, sab, "false", "the book's rules: 21 in two cards wins, unless the dealer has it too"),
    CO_FIELDS_END,
};

typedef struct State {
  int32_t total, ace; // the player's; ace: one counts as 11
  int32_t natural;    // 21 in the first two cards
  int32_t shown;      // the dealer's card: 1 .. 10
  int32_t dealer;     // in the end: 17 .. 21, BUST or NATURAL
} State;

static const CoStateField state_fields[] = {
    {"total", CO_STATE_I32, offsetof(State, total), 1, sizeof(int32_t)},
    {"ace", CO_STATE_I32, offsetof(State, ace), 1, sizeof(int32_t)},
    {"natural", CO_STATE_I32, offsetof(State, natural), 1, sizeof(int32_t)},
    {"shown", CO_STATE_I32, offsetof(State, shown), 1, sizeof(int32_t)},
    {"dealer", CO_STATE_I32, offsetof(State, dealer), 1, sizeof(int32_t)},
    {0},
};

enum { RANKS = 13, HANDS = RANKS * RANKS }; // ten and the faces are worth the same; first two cards

// What an action leads to: one row for each of the thirteen cards, then one for each of the dealer's results.
enum { OUTCOMES = RANKS + RESULTS - STANDS };
typedef struct Effect {
  int8_t total, ace, natural, dealer;
  float reward;
} Effect;

// What never changes; of the dealer's results for each card that shows.
typedef struct Table {
  Config rules;
  double dealer[TEN + 1][RESULTS]; // their probabilities
  double before[TEN + 1][RESULTS]; // the sum of those before each; above 1 where it cannot be, nor what follows it
  Effect effects[2][2][BEST + 1][OUTCOMES]; // of a natural, of an ace, of a total
  State hands[HANDS];
} Table;

typedef struct Hand {
  int total, ace, cards;
} Hand;

// Without a branch, since nobody can foretell a card.
static inline Hand with(Hand hand, int card) {
  int high = (card == ACE) & (hand.total + 11 <= BEST), total = hand.total + card + 10 * high, ace = hand.ace | high;
  int lower = (total > BEST) & ace; // the ace counts as 1 again
  return (Hand){total - 10 * lower, ace - lower, hand.cards + 1};
}

static double chance(int card) {
  return (card == TEN ? 4 : 1) / 13.0;
}

static int worth(int rank) { // 1 .. 13
  return rank < TEN ? rank : TEN;
}

static int result(Hand hand) {
  return hand.total > BEST ? BUST : hand.total == BEST && hand.cards == 2 ? NATURAL : hand.total;
}

static void unfold(Hand hand, double probability, double *results) {
  if (hand.total >= STANDS) {
    results[result(hand)] += probability;
    return;
  }
  for (int card = ACE; card <= TEN; card++) unfold(with(hand, card), probability * chance(card), results);
}

static void add_up(const double *dealer, double *before) {
  double sum = 0, left = 0;
  for (int i = STANDS; i < RESULTS; sum += dealer[i++]) before[i] = sum;
  for (int i = RESULTS - 1; i >= STANDS && left == 0; i--) {
    left += dealer[i];
    if (left == 0) before[i] = 2;
  }
}

static State hand_of(int first, int second) {
  Hand hand = with(with((Hand){0}, first), second);
  return (State){.total = hand.total, .ace = hand.ace, .natural = hand.total == BEST};
}

static float pay(const Config *rules, bool natural, int total, int result) {
  int dealer = result == BUST ? 0 : result == NATURAL ? BEST : result;
  if (natural && rules->sab && result != NATURAL) return 1;
  if (natural && rules->natural && !rules->sab && total > dealer) return 1.5f;
  return (float)((total > dealer) - (total < dealer));
}

static Effect effect_of(const Config *rules, const State *s, int outcome) {
  if (outcome < RANKS) {
    Hand hand = with((Hand){s->total, s->ace, 2}, worth(outcome + 1));
    return (Effect){(int8_t)hand.total, (int8_t)hand.ace, .reward = hand.total > BEST ? -1 : 0};
  }
  int result = STANDS + outcome - RANKS;
  return (Effect){(int8_t)s->total, (int8_t)s->ace, (int8_t)s->natural, (int8_t)result,
                  pay(rules, s->natural, s->total, result)};
}

static void tabulate(Table *table) {
  for (int card = ACE; card <= TEN; card++) {
    unfold(with((Hand){0}, card), 1, table->dealer[card]);
    add_up(table->dealer[card], table->before[card]);
  }
  for (int i = 0; i < HANDS; i++) table->hands[i] = hand_of(worth(i / RANKS + 1), worth(i % RANKS + 1));
  for (int i = 0; i < 4 * (BEST + 1); i++) {
    const State s = {.natural = i & 1, .ace = i >> 1 & 1, .total = i >> 2};
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
      table->effects[s.natural][s.ace][s.total][outcome] = effect_of(&table->rules, &s, outcome);
  }
}

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Table *table = calloc(1, sizeof *table);
  if (!table) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  table->rules = *(const Config *)config;
  tabulate(table);
  return table;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[ACTIONS] = {"stick", "hit"};
  static const CoKey keys[] = {{"s", STICK, NULL}, {"h", HIT, NULL}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = SIGHTS, .obs_high = 1, .actions = ACTIONS, .states = STATES};
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static inline void deal(const Table *table, State *s, CoRng *rng) {
  int three = co_rng_int(rng, 0, RANKS * HANDS - 1);
  *s = table->hands[three % HANDS];
  s->shown = worth(three / HANDS + 1);
}

CO_SOLO_RESET(reset, deal)

// What the dealer ends with, by a draw from [0, 1).
static inline int dealt(const Table *table, int shown, double luck) {
  int result = STANDS;
  for (int i = STANDS + 1; i < RESULTS; i++) result += luck >= table->before[shown][i];
  return result;
}

static inline bool apply(const Table *table, State *s, int outcome, float *reward) {
  const Effect *effect = &table->effects[s->natural][s->ace][s->total][outcome];
  s->total = effect->total;
  s->ace = effect->ace;
  s->natural = effect->natural;
  s->dealer = effect->dealer;
  *reward = effect->reward;
  return (effect->total > BEST) | (effect->dealer != HIDDEN);
}

// Without a branch, since nobody can foretell an action either.
static inline bool play(const Table *table, State *s, int action, double luck, float *reward) {
  int rank = (int)(luck * RANKS), result = RANKS + dealt(table, s->shown, luck) - STANDS;
  return apply(table, s, rank + (result - rank) * (action == STICK), reward);
}

CO_SOLO_LUCKY_STEP(step, play, discrete)

// Does it matter that the hand is 21 in two cards?
static inline bool special(const Table *table, const State *s) {
  return (table->rules.natural || table->rules.sab) && s->natural;
}

static inline void look(const Table *table, const State *s, float *obs) {
  obs[0] = (float)s->total / MOST;
  obs[1] = (float)s->shown / TEN;
  obs[2] = (float)s->ace;
  obs[3] = special(table, s);
}

CO_SOLO_OBSERVE(observe, look, SIGHTS)

static inline int row(const Table *table, const State *s) {
  return special(table, s) ? TOTALS + s->shown : (s->total * (TEN + 1) + s->shown) * 2 + s->ace;
}

CO_SOLO_INDEX(index_of, row)

static int begin(CoTransition *out, int capacity) {
  if (capacity < TEN * TEN * TEN) return -1;
  for (int i = 0; i < TEN * TEN * TEN; i++) {
    int shown = 1 + i / 100, first = 1 + i / 10 % 10, second = 1 + i % 10;
    out[i].probability = chance(shown) * chance(first) * chance(second);
    State *s = out[i].state;
    *s = hand_of(first, second);
    s->shown = shown;
    out[i].terminated = false;
  }
  return TEN * TEN * TEN;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  const Table *table = self;
  if (!state) return begin(out, capacity);
  bool hits = actions->discrete[0] == HIT;
  int first = hits ? 0 : RANKS, count = hits ? TEN : OUTCOMES - RANKS;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    State *s = out[i].state;
    *s = *(const State *)state;
    out[i].probability = hits ? chance(ACE + i) : table->dealer[s->shown][STANDS + i];
    out[i].terminated = apply(table, s, first + i, out[i].rewards);
  }
  return count;
}

static void show_card(float x, float y, const char *text, CoCanvas *canvas) {
  co_canvas_color(canvas, text ? (CoColor){244, 242, 234, 255} : (CoColor){150, 62, 62, 255});
  co_canvas_rect(canvas, x - .7f, y - 1, 1.4f, 2);
  co_canvas_color(canvas, text ? (CoColor){30, 32, 38, 255} : (CoColor){206, 150, 120, 255});
  co_canvas_width(canvas, .06f);
  co_canvas_frame(canvas, x - .6f, y - .9f, 1.2f, 1.8f);
  if (text) co_canvas_text(canvas, x, y, .9f, CO_CENTER, text);
}

// The dealer's card and, in the end, total; the player's total.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  char card[16], total[64];
  snprintf(card, sizeof card, "%d", s->shown);
  snprintf(total, sizeof total, "%d%s", s->total, s->total > BEST ? " bust" : s->ace ? " with an ace" : "");
  co_canvas_camera(canvas, 0, 0, 8, 6);
  co_canvas_color(canvas, (CoColor){28, 84, 58, 255});
  co_canvas_rect(canvas, -16, -16, 48, 48);
  show_card(3, 4.4f, s->shown == ACE ? "A" : card, canvas);
  if (s->dealer == HIDDEN) show_card(5, 4.4f, NULL, canvas);
  snprintf(card, sizeof card, "%d", s->dealer == NATURAL ? BEST : s->dealer);
  co_canvas_color(canvas, (CoColor){255, 255, 255, 255});
  if (s->dealer != HIDDEN) co_canvas_text(canvas, 5.4f, 4.4f, 1, CO_CENTER, s->dealer == BUST ? "bust" : card);
  co_canvas_text(canvas, 4, 1.4f, 1, CO_CENTER, total);
  return true;
}

const CoEnvType co_blackjack = {
    .name = "blackjack",
    .summary = "draw cards towards 21 against a dealer",
    .source = "Sutton and Barto, Reinforcement Learning, example 5.1; Gymnasium, Blackjack-v1",
    .aliases = "Blackjack-v1",
    .settings = {"blackjack", sizeof(Config), fields, NULL},
    .open = open,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .index = index_of,
    .outcomes = outcomes,
    .draw = draw,
    .reset_many = reset_many,
    .step_many = step_many,
    .observe_many = observe_many,
    .index_many = index_of_many,
    .observes_whole = true,
};
