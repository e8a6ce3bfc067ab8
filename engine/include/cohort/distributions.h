// Distributions of actions: sampling, log-probabilities, entropy and divergence, in plain numbers (losses use the
// tape).
#ifndef COHORT_DISTRIBUTIONS_H
#define COHORT_DISTRIBUTIONS_H

#include <stdint.h>

#include "cohort/rng.h"

// Softmax of logits[n] over the legal actions (mask[n], or NULL for all): probabilities of illegal ones are 0.
void co_softmax(int n, const float *logits, const uint8_t *mask, float temperature, float *probability);
int co_categorical_sample(int n, const float *probability, CoRng *rng);
float co_categorical_entropy(int n, const float *probability);                // nats
float co_categorical_divergence(int n, const float *p, const float *q);       // KL(p || q), nats
int co_argmax(int n, const float *x, const uint8_t *mask);                    // first of the best; -1 when none
int co_argmax_random(int n, const float *x, const uint8_t *mask, CoRng *rng); // ties broken at random

float co_gaussian_log_density(int n, const float *x, const float *mean, const float *log_deviation); // diagonal
void co_gaussian_sample(int n, const float *mean, const float *log_deviation, CoRng *rng, float *x);
float co_gaussian_entropy(int n, const float *log_deviation);
float co_gaussian_divergence(int n, const float *mean_p, const float *log_p, const float *mean_q, const float *log_q);

#endif
