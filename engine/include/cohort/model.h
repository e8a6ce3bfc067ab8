// The exact model of a numbered single-agent environment, by enumeration: what dynamic programming works on.
#ifndef COHORT_MODEL_H
#define COHORT_MODEL_H

#include "cohort/env.h"

// Everything that can be reached from the starting states through the `outcomes` hook, rows named by the `index` hook.
// Successors of (s, a) are entries first[s * actions + a] to first[s * actions + a + 1]; states never reached and ends
// have none. Successors of equal number, reward and end are merged.
typedef struct CoModel {
  int states, actions;
  const int64_t *first;       // [states * actions + 1]
  const double *probability;  // [entries] of one (s, a) sum to 1
  const int *next;            // [entries]
  const double *reward;       // [entries]
  const uint8_t *terminated;  // [entries] 1: play ends there, its value is 0
  const double *start;        // [states] probability of beginning there
  const uint8_t *legal;       // [states][actions] 0s where play does not go on
  const uint8_t *reached;     // [states]
  const unsigned char *bytes; // [states][stride] one state of each number that was reached
  size_t stride;              // state_bytes, rounded up to 16
} CoModel;

// NULL with a sentence: the environment has several agents, no numbered states or no `outcomes`, probabilities that do
// not sum to 1, or memory runs out. The environment's time limit is no part of the model.
CoModel *co_model_create(const CoWorld *world, CoError *error);
void co_model_destroy(CoModel *model);
const void *co_model_state(const CoModel *model, int state); // NULL when never reached

// A policy gives the probability of each action, policy[states][actions]. Epsilon-greedy by q[states][actions] among
// the legal actions, ties shared evenly.
void co_model_greedy(const CoModel *model, const float *q, double epsilon, double *policy);

// What an episode of at most `limit` steps earns and lasts, exactly: the expectation over starts, policy and model.
typedef struct CoModelScore {
  double return_mean, length_mean; // undiscounted; steps
} CoModelScore;
CoModelScore co_model_play(const CoModel *model, const double *policy, int limit,
                           double *scratch); // scratch[2][states]

#endif
