// Distributions of returns: the projection of C51 (Bellemare et al., ICML 2017) and the loss of quantile regression
// (Dabney et al., AAAI 2018).
#ifndef COHORT_AGENTS_VALUE_DISTRIBUTION_H
#define COHORT_AGENTS_VALUE_DISTRIBUTION_H

#include "cohort/ops.h"

// `atoms` values from low to high, evenly spaced.
typedef struct CoSupport {
  int atoms;
  double low, high;
} CoSupport;
double co_support_at(const CoSupport *support, int atom);

// The distribution of reward + discount Z, Z with probabilities p[atoms], as probabilities out[atoms] of the support:
// what falls between two atoms is shared by its distance from them, what falls outside goes to the last one.
void co_support_project(const CoSupport *support, double reward, double discount, const CoReal *p, CoReal *out);

// [n][1]: the quantile Huber loss (kappa 1) of quantiles [n][atoms], tau_i = (i + 1/2) / atoms, against as many samples
// y[n][atoms]: the sum over quantiles of the mean over samples of |tau - (y < quantile)| huber(y - quantile).
CoVar *co_quantile_huber(CoTape *tape, CoVar *quantiles, const CoReal *y);

#endif
