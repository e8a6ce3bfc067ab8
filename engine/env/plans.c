// Plans on a game tree in sequence form: a strategy is a vector of numbers, its worth a product with the leaves (von
// Stengel, Efficient computation of behavior strategies, 1996).
#include <string.h>

#include "cohort/tree.h"

// x(before a) = x(before) policy(a): sets come after those that lead to them.
void co_tree_plan(const CoTree *tree, int agent, const double *policy, double *plan) {
  plan[tree->sequence_first[agent]] = 1;
  for (int i = tree->set_first[agent]; i < tree->set_first[agent + 1]; i++) {
    const CoTreeSet *set = &tree->set[i];
    for (int s = set->first; s < set->first + set->moves; s++) plan[s] = plan[set->before] * policy[s];
  }
}

void co_tree_policy(const CoTree *tree, int agent, const double *plan, double *policy) {
  for (int i = tree->set_first[agent]; i < tree->set_first[agent + 1]; i++) {
    const CoTreeSet *set = &tree->set[i];
    double sum = 0;
    for (int s = set->first; s < set->first + set->moves; s++) sum += plan[s];
    for (int s = set->first; s < set->first + set->moves; s++) policy[s] = sum > 0 ? plan[s] / sum : 1.0 / set->moves;
  }
}

void co_tree_worth(const CoTree *tree, int agent, const double *plan, double *value) {
  int first = tree->sequence_first[agent], other = 1 - agent;
  memset(value + first, 0, (size_t)(tree->sequence_first[agent + 1] - first) * sizeof *value);
  for (int i = 0; i < tree->leaves; i++) {
    const CoTreeLeaf *leaf = &tree->leaf[i];
    value[leaf->last[agent]] += leaf->worth[agent] * plan[leaf->last[other]];
  }
}

// From the last set back: the best move's value is what the sequence before it gains.
double co_tree_best_response(const CoTree *tree, int agent, const double *plan, double *value, double *response) {
  co_tree_worth(tree, agent, plan, value);
  for (int i = tree->set_first[agent + 1] - 1; i >= tree->set_first[agent]; i--) {
    const CoTreeSet *set = &tree->set[i];
    int best = set->first;
    for (int s = set->first + 1; s < set->first + set->moves; s++)
      if (value[s] > value[best]) best = s;
    value[set->before] += value[best];
    for (int s = set->first; response && s < set->first + set->moves; s++) response[s] = s == best;
  }
  return value[tree->sequence_first[agent]];
}

double co_tree_value(const CoTree *tree, int agent, const double *plan) {
  double sum = 0;
  for (int i = 0; i < tree->leaves; i++) {
    const CoTreeLeaf *leaf = &tree->leaf[i];
    sum += leaf->worth[agent] * plan[leaf->last[0]] * plan[leaf->last[1]];
  }
  return sum;
}

double co_tree_exploitability(const CoTree *tree, const double *plan, double *value) {
  return (co_tree_best_response(tree, 0, plan, value, NULL) + co_tree_best_response(tree, 1, plan, value, NULL)) / 2;
}
