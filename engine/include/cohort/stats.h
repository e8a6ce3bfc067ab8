// Statistics of samples: what tables of results are made of.
#ifndef COHORT_STATS_H
#define COHORT_STATS_H

#include "cohort/rng.h"

double co_mean(const double *x, int n);           // n >= 1
double co_variance(const double *x, int n);       // unbiased; 0 when n is 1
double co_standard_error(const double *x, int n); // of the mean
// Quantile by linear interpolation between order statistics (type 7, numpy's default). scratch[n] is overwritten.
double co_quantile(const double *x, int n, double q, double *scratch);

// Where the numbers of x[n] lie in ascending order: x[rank[0]] is the lowest. Equals keep their order, NaN comes last.
void co_rank(const double *x, int n, int *rank);

typedef struct CoSummary {
  int count;
  double mean, standard_error, low, quartile1, median, quartile3, high;
} CoSummary;
CoSummary co_summary(const double *x, int n, double *scratch); // scratch[n]

typedef struct CoInterval {
  double centre, low, high;
} CoInterval;
// Interquartile mean (the middle half, trimmed with fractional weights) and its 95 % percentile bootstrap interval
// (Agarwal et al., NeurIPS 2021). scratch[2 n + draws]; draws >= 1.
CoInterval co_interquartile_mean(const double *x, int n, int draws, CoRng *rng, double *scratch);

// Wilson's 95 % interval of a share: `wins` of n, n >= 1; centre is the share itself.
CoInterval co_share_interval(int wins, int n);

// Running mean and variance of a vector (Welford, combined as Chan et al.): normalising observations.
typedef struct CoRunning {
  double count;
  double *mean, *m2; // [size], the caller's memory, zeros at first; m2 is the sum of squared deviations
  int size;
} CoRunning;
void co_running_add(CoRunning *running, const float *x);             // x[size]
void co_running_combine(CoRunning *running, const CoRunning *other); // as if `running` had seen other's vectors too
double co_running_deviation(const CoRunning *running, int i);        // of the population; 1 before the second vector

#endif
