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

// What never changes; of the dealer's results for each card that shows.
typedef struct Table {
  Config rules;
  double dealer[TEN + 1][RESULTS]; // their probabilities
  double before[TEN + 1][RESULTS]; // the sum of those before each; above 1 where it cannot be, nor what follows it
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

static void *open(const CoEnvType *type, const void *config, CoError *error) {
  Table *table = calloc(1, sizeof *table);
  if (!table) {
    co_fail(error, "%s: out of memory", type->name);
    return NULL;
  }
  table->rules = *(const Config *)config;
  for (int card = ACE; card <= TEN; card++) {
    unfold(with((Hand){0}, card), 1, table->dealer[card]);
    add_up(table->dealer[card], table->before[card]);
  }
  for (int i = 0; i < HANDS; i++) table->hands[i] = hand_of(worth(i / RANKS + 1), worth(i % RANKS + 1));
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

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  State *s = state;
  int three = co_rng_int(rng, 0, RANKS * HANDS - 1);
  *s = ((const Table *)self)->hands[three % HANDS];
  s->shown = worth(three / HANDS + 1);
  return true;
}

static float pay(const Config *rules, const State *s) {
  int dealer = s->dealer == BUST ? 0 : s->dealer == NATURAL ? BEST : s->dealer;
  if (s->natural && rules->sab && s->dealer != NATURAL) return 1;
  if (s->natural && rules->natural && !rules->sab && s->total > dealer) return 1.5f;
  return (float)((s->total > dealer) - (s->total < dealer));
}

static void hit(State *s, int card) {
  Hand hand = with((Hand){s->total, s->ace, 2}, card);
  s->total = hand.total;
  s->ace = hand.ace;
  s->natural = 0;
}

// What the dealer ends with.
static inline int dealt(const Table *table, int shown, CoRng *rng) {
  double draw = co_rng_unit(rng);
  int result = STANDS;
  for (int i = STANDS + 1; i < RESULTS; i++) result += draw >= table->before[shown][i];
  return result;
}

static inline bool play(const Table *table, State *s, int action, CoRng *rng, float *reward) {
  if (action == HIT) {
    hit(s, worth(co_rng_int(rng, 1, 13)));
    *reward = s->total > BEST ? -1 : 0;
    return s->total > BEST;
  }
  s->dealer = dealt(table, s->shown, rng);
  *reward = pay(&table->rules, s);
  return true;
}

CO_SOLO_STEP(step, play, discrete)

// Does it matter that the hand is 21 in two cards?
static bool special(const Table *table, const State *s) {
  return s->natural && (table->rules.natural || table->rules.sab);
}

static inline void look(const Table *table, const State *s, float *obs) {
  obs[0] = (float)s->total / MOST;
  obs[1] = (float)s->shown / TEN;
  obs[2] = (float)s->ace;
  obs[3] = special(table, s);
}

CO_SOLO_OBSERVE(observe, look, SIGHTS)

static int index_of(const void *self, const void *state, int agent) {
  (void)agent;
  const State *s = state;
  return special(self, s) ? TOTALS + s->shown : (s->total * (TEN + 1) + s->shown) * 2 + s->ace;
}

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
  int first = hits ? ACE : STANDS, end = hits ? TEN + 1 : RESULTS;
  if (end - first > capacity) return -1;
  for (int i = 0; i < end - first; i++) {
    State *s = out[i].state;
    *s = *(const State *)state;
    if (hits)
      hit(s, first + i);
    else
      s->dealer = first + i;
    out[i].probability = hits ? chance(first + i) : table->dealer[s->shown][first + i];
    out[i].terminated = !hits || s->total > BEST;
    out[i].rewards[0] = !hits ? pay(&table->rules, s) : s->total > BEST ? -1 : 0;
  }
  return end - first;
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
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};
