// Distributions of actions in plain numbers: categorical, and the diagonal Gaussian. Sums run in double, in order.
#include "cohort/distributions.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "cohort/kernels.h"

#define HALF_LOG_2PI 0.91893853320467274
#define HALF_LOG_2PI_E 1.4189385332046727

static inline int legal(const uint8_t *mask, int i) {
  return !mask || mask[i];
}

int co_argmax(int n, const float *x, const uint8_t *mask) {
  float most = -INFINITY;
  int best = -1, any = -1;
  for (int i = 0; i < n; i++) { // two passes without branches: which is the best cannot be foretold
    float value = legal(mask, i) ? x[i] : -INFINITY;
    most = value > most ? value : most;
  }
  for (int i = n - 1; i >= 0; i--) {
    any = legal(mask, i) ? i : any;
    best = legal(mask, i) && x[i] == most ? i : best;
  }
  return best < 0 ? any : best; // none compares equal where all are NaN
}

int co_argmax_random(int n, const float *x, const uint8_t *mask, CoRng *rng) {
  int best = co_argmax(n, x, mask), ties = 0;
  if (best < 0) return -1;
  for (int i = best; i < n; i++) ties += legal(mask, i) && x[i] == x[best];
  if (ties < 2) return best;
  int skip = co_rng_int(rng, 0, ties - 1), i = best;
  while (skip > 0) {
    i++;
    skip -= legal(mask, i) && x[i] == x[best];
  }
  return i;
}

void co_softmax(int n, const float *logits, const uint8_t *mask, float temperature, float *probability) {
  int best = co_argmax(n, logits, mask);
  assert(best >= 0 && temperature > 0);
  float highest = logits[best];
  double sum = 0;
  for (int i = 0; i < n; i++) {
    probability[i] = legal(mask, i) ? co_expf((logits[i] - highest) / temperature) : 0;
    sum += (double)probability[i];
  }
  for (int i = 0; i < n; i++) probability[i] = (float)((double)probability[i] / sum);
}

int co_categorical_sample(int n, const float *probability, CoRng *rng) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += (double)probability[i];
  assert(sum > 0);
  double left = co_rng_unit(rng) * sum;
  int drawn = -1;
  for (int i = 0; i < n && left >= 0; i++) {
    if (probability[i] <= 0) continue; // also where rounding leaves a rest, the last possible action is drawn
    drawn = i;
    left -= (double)probability[i];
  }
  return drawn;
}

float co_categorical_entropy(int n, const float *probability) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    double p = (double)probability[i];
    if (p > 0) sum -= p * co_log(p);
  }
  return (float)sum;
}

float co_categorical_divergence(int n, const float *p, const float *q) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    if (p[i] > 0) sum += (double)p[i] * (co_log((double)p[i]) - co_log((double)q[i]));
  }
  return (float)sum;
}

float co_gaussian_log_density(int n, const float *x, const float *mean, const float *log_deviation) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    double z = ((double)x[i] - (double)mean[i]) * co_exp(-(double)log_deviation[i]);
    sum -= 0.5 * z * z + (double)log_deviation[i] + HALF_LOG_2PI;
  }
  return (float)sum;
}

void co_gaussian_sample(int n, const float *mean, const float *log_deviation, CoRng *rng, float *x) {
  for (int i = 0; i < n; i++) {
    x[i] = (float)((double)mean[i] + co_exp((double)log_deviation[i]) * co_rng_normal(rng));
  }
}

float co_gaussian_entropy(int n, const float *log_deviation) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += (double)log_deviation[i] + HALF_LOG_2PI_E;
  return (float)sum;
}

// Per dimension: log(s_q / s_p) + (s_p^2 + (m_p - m_q)^2) / (2 s_q^2) - 1/2.
float co_gaussian_divergence(int n, const float *mean_p, const float *log_p, const float *mean_q, const float *log_q) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    double ratio = (double)log_p[i] - (double)log_q[i];
    double apart = ((double)mean_p[i] - (double)mean_q[i]) * co_exp(-(double)log_q[i]);
    sum += 0.5 * (co_exp(2 * ratio) + apart * apart - 1) - ratio;
  }
  return (float)sum;
}
