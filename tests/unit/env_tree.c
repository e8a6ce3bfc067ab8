// Game trees on a game whose every position is known: two agents choose at once, nature may double what is paid.
#include <string.h>

#include "suite.h"

#include "cohort/tree.h"

// Matching pennies in which nature doubles the stake with probability 1/4, after both chose tails once more to be
// played. What may be wrong:
typedef enum Slip { SOUND, FORGETS, MASKS, SUMS } Slip;
static Slip slip;

typedef struct State {
  int32_t round, first[2], stake; // stake 0: nature's turn
} State;

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField list[] = {{"state", CO_STATE_I32, 0, 4, 4}, {0}};
  static const int teams[] = {0, 1};
  (void)self;
  *spec = (CoSpec){.agents = 2, .teams = 2, .team = teams, .actions = 2, .states = 16, .obs_size = 1};
  spec->perfect_recall = true;
  spec->payoff = CO_PAYOFF_ZERO_SUM;
  *state_bytes = sizeof(State);
  *fields = list;
}

static int mover(const void *self, const void *state) {
  (void)self;
  return ((const State *)state)->stake ? CO_EVERYONE : CO_CHANCE;
}

// The first round's own move is remembered in the second (FORGETS: it is not; MASKS: nor is the stake seen).
static int index_of(const void *self, const void *state, int agent) {
  (void)self;
  const State *s = state;
  if (slip == MASKS) return 0;
  if (!s->round || slip == FORGETS) return s->stake == 2;
  return 2 + 2 * s->first[agent] + (s->stake == 2);
}

// The second agent may not choose tails when the stake is 2.
static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  mask[0] = 1;
  mask[1] = !(agent == 1 && s->stake == 2);
  return true;
}

// Both heads pay the first agent the stake, different ones pay it to the second; both tails: once more, or 0 at last.
static void play(State *s, const int *move, CoTransition *out) {
  bool alike = move[0] == move[1];
  out->rewards[0] = (float)(alike ? (move[0] ? 0 : s->stake) : -s->stake);
  out->rewards[1] = -out->rewards[0];
  out->terminated = !(alike && move[0]) || s->round == 1;
  s->round = 1;
  memcpy(s->first, move, sizeof s->first);
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)self, (void)worker, (void)error;
  static const double chances[] = {0.75, 0.25};
  const State *from = state;
  int count = from && !from->stake ? 2 : 1;
  if (count > capacity) return -1;
  for (int i = 0; i < count; i++) {
    State *s = out[i].state;
    if (from) *s = *from;
    out[i].probability = count == 1 ? 1 : chances[i] + (slip == SUMS ? 0.1 : 0);
    out[i].terminated = false;
    if (count == 2)
      s->stake = 1 + i;
    else if (from)
      play(s, actions->discrete, &out[i]);
  }
  return count;
}

static const CoField fields[] = {CO_FIELDS_END};
static const CoEnvType pennies = {.name = "pennies",
                                  .settings = {"pennies", 0, fields, NULL},
                                  .describe = describe,
                                  .mover = mover,
                                  .index = index_of,
                                  .available = available,
                                  .outcomes = outcomes};

static CoWorld *open(Slip now) {
  slip = now;
  CoWorld *world = co_world_open(&pennies, NULL, NULL);
  ck_assert_ptr_nonnull(world);
  return world;
}

// Nature's two positions, in each the first agent's and then the second's, who does not know what the first one did.
START_TEST(positions_are_in_order) {
  CoWorld *world = open(SOUND);
  CoTree *tree = co_tree_create(world, NULL);
  ck_assert_ptr_nonnull(tree);
  ck_assert_int_eq(tree->node[0].mover, CO_CHANCE);
  ck_assert_int_eq(tree->node[0].count, 2);
  ck_assert_double_eq(tree->probability[1], 0.75);
  ck_assert_double_eq(tree->probability[2], 0.25);
  // With stake 1: 4 ends but for both tails, which goes on to 4 ends; with stake 2 the second agent has one move.
  ck_assert_int_eq(tree->leaves, 3 + 4 + 2);
  ck_assert_int_eq(tree->nodes, 1 + 2 + (2 + 4) + (2 + 4) + (2 + 2));
  ck_assert_int_eq(tree->set_first[1], 3); // the first agent: stake 1, stake 2, and stake 1 in the second round
  ck_assert_int_eq(tree->sets, 6);
  const CoTreeNode *first = &tree->node[1], *second = &tree->node[first->first];
  ck_assert_int_eq(first->mover, 0);
  ck_assert_int_eq(second[0].mover, 1);
  ck_assert_int_eq(second[0].number, second[1].number);
  const CoTreeSet *again = &tree->set[co_tree_find(tree, 1, 4)];
  ck_assert_int_eq(again->before, tree->set[second->number].first + 1);
  ck_assert_int_eq(tree->action[again->before], 1);
  ck_assert_int_eq(tree->set[co_tree_find(tree, 1, 1)].moves, 1);
  ck_assert_int_eq(co_tree_find(tree, 0, 5), -1);
  for (int s = 0; s < tree->sets; s++) ck_assert_int_lt(tree->set[s].before, tree->set[s].first);
  co_tree_destroy(tree);
  co_world_close(world);
}
END_TEST

// Uniform play. Stake 1: the first round is worth (1 - 1 - 1 + second) / 4, the second (1 - 1 - 1 + 0) / 4; stake 2:
// the second agent plays heads: (2 - 2) / 2.
START_TEST(plans_are_worth_what_they_pay) {
  CoWorld *world = open(SOUND);
  CoTree *tree = co_tree_create(world, NULL);
  double policy[32], plan[32] = {0}, zero[32] = {0}, value[32];
  for (int agent = 0; agent < 2; agent++) {
    co_tree_policy(tree, agent, zero, policy);
    co_tree_plan(tree, agent, policy, plan);
  }
  double expected = 0.75 * (-1 - 0.25) / 4;
  ck_assert_double_eq_tol(co_tree_value(tree, 0, plan), expected, 1e-15);
  ck_assert_double_eq_tol(co_tree_value(tree, 1, plan), -expected, 1e-15);
  // The first agent's best response: heads is worth 0 with stake 1 and 2 with stake 2, tails less.
  ck_assert_double_eq_tol(co_tree_best_response(tree, 0, plan, value, NULL), 0.25 * 2, 1e-15);
  // The second's: tails with stake 1, 1/2 from heads and then 1/2 of tails again; with stake 2 it has no choice.
  double best = 0.75 * (0.5 + 0.5 * 0.5);
  ck_assert_double_eq_tol(co_tree_best_response(tree, 1, plan, value, NULL), best, 1e-15);
  ck_assert_double_eq_tol(co_tree_exploitability(tree, plan, value), (0.5 + best) / 2, 1e-15);
  co_tree_destroy(tree);
  co_world_close(world);
}
END_TEST

START_TEST(what_is_no_tree_is_refused) {
  static const char *const words[] = {
      [FORGETS] = "no perfect recall", [MASKS] = "different legal actions", [SUMS] = "sum to 1.2, must be 1"};
  for (Slip now = FORGETS; now <= SUMS; now++) {
    CoError error = {""};
    CoWorld *world = open(now);
    ck_assert_ptr_null(co_tree_create(world, &error));
    ck_assert_msg(strstr(error.text, words[now]), "%s", error.text);
    co_world_close(world);
  }
}
END_TEST

CO_TESTS(positions_are_in_order, plans_are_worth_what_they_pay, what_is_no_tree_is_refused)
