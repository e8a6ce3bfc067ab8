// QPD's credits: the critic's value, divided among the agents by integrating its gradient along the episode's own path.
#ifndef COHORT_AGENTS_MULTI_PATH_H
#define COHORT_AGENTS_MULTI_PATH_H

#include "critic.h"

typedef struct CoPathConfig {
  int points;         // m: where the gradient is taken on each transition
  bool zero_baseline; // the path begins at the all-zero input and goes straight to the terminal one; else it begins
                      // there
} CoPathConfig;

// credit[rows][agents]: what each agent contributes to Q_tot from each entry on. `bound`: the critic's parameters on
// this tape. *gap, when given, is the sum over entries of |sum of credits - (Q_tot - Q_tot at the path's beginning)|:
// what m points leave open. The tape is left as it was.
void co_path_credits(const CoPathConfig *config, const CoCritic *critic, CoTape *tape, CoVar *const *bound,
                     const CoBatch *batch, float *credit, double *gap);

#endif
