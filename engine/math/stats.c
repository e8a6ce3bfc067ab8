// Statistics of samples: moments, quantiles, bootstrap and Wilson intervals, running normalisation.
#include "cohort/stats.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NORMAL_975 1.959963984540054 // the normal distribution's 97.5 % point

static int ascending(const void *left, const void *right) {
  const double *a = left, *b = right;
  return (*a > *b) - (*a < *b);
}

double co_mean(const double *x, int n) {
  assert(n >= 1);
  double sum = 0;
  for (int i = 0; i < n; i++) sum += x[i];
  return sum / n;
}

double co_variance(const double *x, int n) {
  double mean = co_mean(x, n), sum = 0;
  for (int i = 0; i < n; i++) sum += (x[i] - mean) * (x[i] - mean);
  return n > 1 ? sum / (n - 1) : 0;
}

double co_standard_error(const double *x, int n) {
  return sqrt(co_variance(x, n) / n);
}

static void sort(const double *x, int n, double *sorted) {
  memcpy(sorted, x, (size_t)n * sizeof *x);
  qsort(sorted, (size_t)n, sizeof *sorted, ascending);
}

static double quantile(const double *sorted, int n, double q) {
  double place = q * (n - 1);
  int below = (int)place;
  return below + 1 < n ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

double co_quantile(const double *x, int n, double q, double *scratch) {
  assert(n >= 1 && q >= 0 && q <= 1);
  sort(x, n, scratch);
  return quantile(scratch, n, q);
}

static bool follows(double a, double b) {
  return a > b || (isnan(a) && !isnan(b));
}

void co_rank(const double *x, int n, int *rank) {
  for (int i = 0; i < n; i++) {
    int at = i;
    for (; at > 0 && follows(x[rank[at - 1]], x[i]); at--) rank[at] = rank[at - 1];
    rank[at] = i;
  }
}

CoSummary co_summary(const double *x, int n, double *scratch) {
  assert(n >= 1);
  sort(x, n, scratch);
  return (CoSummary){.count = n,
                     .mean = co_mean(x, n),
                     .standard_error = co_standard_error(x, n),
                     .low = scratch[0],
                     .quartile1 = quantile(scratch, n, 0.25),
                     .median = quantile(scratch, n, 0.5),
                     .quartile3 = quantile(scratch, n, 0.75),
                     .high = scratch[n - 1]};
}

// The mean of what lies between n / 4 and 3 n / 4 when sorted[n] fill [0, n], number i taking count[i] of it.
static double middle(const double *sorted, const double *count, int n) {
  double sum = 0, from = n / 4.0, to = 3 * n / 4.0, place = 0;
  for (int i = 0; i < n; i++) {
    double left = fmax(place, from), right = fmin(place + count[i], to);
    if (right > left) sum += (right - left) * sorted[i];
    place += count[i];
  }
  return sum / (to - from);
}

CoInterval co_interquartile_mean(const double *x, int n, int draws, CoRng *rng, double *scratch) {
  assert(n >= 1 && draws >= 1);
  double *sorted = scratch, *count = scratch + n, *means = scratch + 2 * n; // [n] [n] [draws]
  sort(x, n, sorted);
  for (int i = 0; i < n; i++) count[i] = 1;
  double centre = middle(sorted, count, n);
  for (int draw = 0; draw < draws; draw++) {
    for (int i = 0; i < n; i++) count[i] = 0;
    for (int i = 0; i < n; i++) count[co_rng_int(rng, 0, n - 1)] += 1;
    means[draw] = middle(sorted, count, n);
  }
  qsort(means, (size_t)draws, sizeof *means, ascending);
  return (CoInterval){centre, quantile(means, draws, 0.025), quantile(means, draws, 0.975)};
}

CoInterval co_share_interval(int wins, int n) {
  assert(n >= 1 && wins >= 0 && wins <= n);
  double share = (double)wins / n, z2 = NORMAL_975 * NORMAL_975 / n;
  double middle_of = (share + z2 / 2) / (1 + z2);
  double reach = sqrt(z2 * (share * (1 - share) + z2 / 4)) / (1 + z2);
  return (CoInterval){share, wins > 0 ? middle_of - reach : 0, wins < n ? middle_of + reach : 1};
}

void co_running_add(CoRunning *running, const float *x) {
  running->count += 1;
  for (int i = 0; i < running->size; i++) {
    double before = (double)x[i] - running->mean[i];
    running->mean[i] += before / running->count;
    running->m2[i] += before * ((double)x[i] - running->mean[i]);
  }
}

void co_running_combine(CoRunning *running, const CoRunning *other) {
  assert(running->size == other->size);
  double count = running->count + other->count;
  if (count == 0) return;
  for (int i = 0; i < running->size; i++) {
    double apart = other->mean[i] - running->mean[i];
    running->mean[i] += apart * (other->count / count);
    running->m2[i] += other->m2[i] + apart * apart * (running->count * other->count / count);
  }
  running->count = count;
}

double co_running_deviation(const CoRunning *running, int i) {
  assert(i >= 0 && i < running->size);
  return running->count < 2 ? 1 : sqrt(running->m2[i] / running->count);
}
