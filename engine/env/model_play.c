// What a policy earns on the exact model, exactly: the distribution of states goes forward, step by step.
#include <assert.h>
#include <string.h>

#include "cohort/model.h"

// The actions that share the largest value, among the legal ones.
static int count_best(const CoModel *model, const float *q, const uint8_t *legal, float *most) {
  int best = 0;
  for (int a = 0; a < model->actions; a++) {
    if (!legal[a] || (best && q[a] < *most)) continue;
    best = best && q[a] == *most ? best + 1 : 1;
    *most = q[a];
  }
  return best;
}

void co_model_greedy(const CoModel *model, const float *q, double epsilon, double *policy) {
  for (int s = 0; s < model->states; s++, q += model->actions, policy += model->actions) {
    const uint8_t *legal = model->legal + (size_t)s * (size_t)model->actions;
    float most = 0;
    int best = count_best(model, q, legal, &most), all = 0;
    for (int a = 0; a < model->actions; a++) all += legal[a];
    for (int a = 0; a < model->actions; a++)
      policy[a] = legal[a] ? epsilon / all + (q[a] == most ? (1 - epsilon) / best : 0) : 0;
  }
}

// Probability `here` of being in `state`: where it goes from there, and what that earns.
static void spread(const CoModel *model, const double *policy, int state, double here, double *next,
                   CoModelScore *sum) {
  for (int a = 0; a < model->actions; a++) {
    size_t pair = (size_t)state * (size_t)model->actions + (size_t)a;
    if (policy[pair] <= 0) continue;
    for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++) {
      double p = here * policy[pair] * model->probability[i];
      sum->return_mean += p * model->reward[i];
      if (!model->terminated[i]) next[model->next[i]] += p;
    }
  }
}

CoModelScore co_model_play(const CoModel *model, const double *policy, int limit, double *scratch) {
  CoModelScore sum = {0, 0};
  size_t bytes = (size_t)model->states * sizeof(double);
  double *here = scratch, *next = scratch + model->states;
  assert(limit > 0);
  memcpy(here, model->start, bytes);
  for (int t = 0; t < limit; t++) {
    memset(next, 0, bytes);
    for (int s = 0; s < model->states; s++) {
      if (here[s] <= 0) continue;
      sum.length_mean += here[s];
      spread(model, policy, s, here[s], next, &sum);
    }
    double *spare = here;
    here = next, next = spare;
  }
  return sum;
}
