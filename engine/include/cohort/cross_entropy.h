// The cross-entropy method: a population drawn from independent Gaussians, which are then fitted to its best
// (Rubinstein, 1999).
#ifndef COHORT_CROSS_ENTROPY_H
#define COHORT_CROSS_ENTROPY_H

#include "cohort/rng.h"

// points[population][size], each number from N(mean, deviation^2) of its own.
void co_cross_entropy_draw(int size, const double *mean, const double *deviation, CoRng *rng, int population,
                           double *points);
// mean[size] and deviation[size] of the elite: the points rank[0 .. elite - 1] (co_rank of their costs). `noise` is
// added to the variances.
void co_cross_entropy_fit(int size, const double *points, const int *rank, int elite, double noise, double *mean,
                          double *deviation);

#endif
