// The squashed Gaussian on a tape: a normal draw put through tanh, and the logarithm of its density.
#ifndef COHORT_AGENTS_POLICY_SQUASHED_H
#define COHORT_AGENTS_POLICY_SQUASHED_H

#include "cohort/ops.h"

typedef struct CoSquashed {
  CoVar *action;   // [rows][n] in (-1, 1)
  CoVar *log_prob; // [rows][1] of the action's density
} CoSquashed;

// mean, log_std [rows][n]; noise [rows][n] standard normal draws, which gradients pass by.
CoSquashed co_squashed_draw(CoTape *tape, CoVar *mean, CoVar *log_std, CoVar *noise);

#endif
