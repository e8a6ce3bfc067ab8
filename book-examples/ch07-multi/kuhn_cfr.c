// Counterfactual regret minimisation solves Kuhn poker: Plaat, chapter 7; Zinkevich et al. (NIPS 2007). The loop is
// here, from end to end.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int iterations;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, iterations, "300", 1, 1e9, "each improves both players' strategies"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "iterations", "100"}, {NULL, NULL, NULL}};

// Numbers of every sequence, that is of each player's moves on the way somewhere, by the last one (cohort/tree.h).
typedef struct Solver {
  const CoTree *tree;
  double *policy;  // how likely the last move is where it is made
  double *plan;    // how likely the player makes all of them
  double *regret;  // what the last move would have gained so far
  double *average; // the sum of all plans
  double *value;
} Solver;

// sigma(a) in proportion to the regrets above 0, all moves alike where there are none.
static void match(const Solver *self, const CoTreeSet *set) {
  double sum = 0;
  for (int s = set->first; s < set->first + set->moves; s++) sum += fmax(self->regret[s], 0);
  for (int s = set->first; s < set->first + set->moves; s++)
    self->policy[s] = sum > 0 ? fmax(self->regret[s], 0) / sum : 1.0 / set->moves;
}

static void iterate(const Solver *self, int player) {
  const CoTree *tree = self->tree;
  // What each last move is worth where the game ends behind it, times how likely chance and the other player make it.
  co_tree_worth(tree, player, self->plan, self->value);
  for (int i = tree->set_first[player + 1] - 1; i >= tree->set_first[player]; i--) {
    const CoTreeSet *set = &tree->set[i];
    double mean = 0; // v(I) = sum_a sigma(a) v(I, a)
    for (int s = set->first; s < set->first + set->moves; s++) mean += self->policy[s] * self->value[s];
    self->value[set->before] += mean;
    // R(I, a) <- R(I, a) + v(I, a) - v(I)
    for (int s = set->first; s < set->first + set->moves; s++) self->regret[s] += self->value[s] - mean;
    match(self, set);
  }
  // It is the average of all plans that comes to an equilibrium, not the last one.
  for (int s = tree->sequence_first[player]; s < tree->sequence_first[player + 1]; s++)
    self->average[s] += self->plan[s];
  co_tree_plan(tree, player, self->policy, self->plan);
}

// The average strategies, in place of the present ones.
static void settle(const Solver *self) {
  for (int player = 0; player < 2; player++) {
    co_tree_policy(self->tree, player, self->average, self->policy);
    co_tree_plan(self->tree, player, self->policy, self->plan);
  }
}

static double measure(Solver self, double *policy, double *plan) {
  self.policy = policy, self.plan = plan;
  settle(&self);
  return co_tree_exploitability(self.tree, plan, self.value);
}

// The probability of betting with a card; history: 0 at first, 1 after a pass, 2 after a bet.
static double bets(const Solver *self, int player, int card, int history) {
  return self->policy[self->tree->set[co_tree_find(self->tree, player, card * 11 + history)].first + 1];
}

static void claim(CoExample *example, const char *what, double expected, double slack, double got) {
  const CoClaim claim = {
      .what = what, .expected = expected, .low = expected - slack, .high = expected + slack, .full = true};
  co_example_claim(example, claim, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // nothing is random
  enum { JACK = 1, QUEEN, KING };
  const int iterations = ((const Settings *)settings)->iterations;
  CoTree *tree = co_example_tree(example, co_example_open(example, "kuhn_poker", " "));
  size_t n = (size_t)tree->sequences;
  double *x = co_example_memory(example, 7 * n, sizeof *x);
  const Solver self = {tree, x, x + n, x + 2 * n, x + 3 * n, x + 4 * n};
  for (int i = 0; i < tree->sets; i++) match(&self, &tree->set[i]);
  for (int player = 0; player < 2; player++) co_tree_plan(tree, player, self.policy, self.plan);
  for (int t = 1; t <= iterations; t++) {
    for (int player = 0; player < 2; player++) iterate(&self, player);
    co_example_point(example, "exploitability", t, measure(self, x + 5 * n, x + 6 * n));
  }
  settle(&self);
  double bluff = bets(&self, 0, JACK, 0);
  claim(example, "value of the game", -1.0 / 18, 1e-3, co_tree_value(tree, 0, self.plan));
  co_example_claim(example, (CoClaim){.what = "exploitability", .expected = 0, .low = 0, .high = 0.02},
                   co_tree_exploitability(tree, self.plan, self.value));
  claim(example, "the first: bluffs with a jack", 1.0 / 6, 1.0 / 6 + 0.02, bluff); // anything up to 1/3 is right
  claim(example, "bets a king so much more often", 3, 0.3, bets(&self, 0, KING, 0) / bluff);
  claim(example, "the second: bluffs with a jack", 1.0 / 3, 0.03, bets(&self, 1, JACK, 1));
  claim(example, "calls with a queen", 1.0 / 3, 0.03, bets(&self, 1, QUEEN, 2));
}

static const CoExampleType type = {
    .name = "kuhn_cfr",
    .chapter = 7,
    .idea = "Two players who each regret what they did not do come to an equilibrium of poker: on average, they bluff.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"kuhn_cfr", sizeof(Settings), fields, profiles},
    .envs = "kuhn_poker",
    .chart_x = "iterations",
    .chart_y = "exploitability",
    .chart_log = true,
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
