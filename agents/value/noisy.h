// Layers whose weights are noisy (Fortunato et al., ICLR 2018), with factorised Gaussian noise.
#ifndef COHORT_AGENTS_VALUE_NOISY_H
#define COHORT_AGENTS_VALUE_NOISY_H

#include "cohort/params.h"

typedef struct CoNoisy {
  CoDense mean, deviation; // deviation: weight -1 in an ordinary layer
  int in, out;
} CoNoisy;

// NAME.weight_mu, NAME.bias_mu, NAME.weight_sigma, NAME.bias_sigma; an ordinary layer's NAME.weight, NAME.bias.
CoNoisy co_noisy_add(CoParams *params, const char *name, int in, int out, bool noisy);
void co_noisy_init(CoParams *params, const CoNoisy *layer, double sigma, CoRng *rng); // sigma / sqrt(in) at first

// Draws for the layers to come, in their order: for each layer [draws][in], then [draws][out] numbers f(epsilon).
typedef struct CoNoise {
  const CoReal *next; // NULL: none, the layers' means
  int draws;          // one for all rows, or one a row
} CoNoise;
size_t co_noisy_numbers(const CoNoisy *layer);                                           // of a draw
CoReal *co_noisy_draw(const CoNoisy *layer, CoRng *const *rngs, int draws, CoReal *out); // rngs[draws]; where it ended

// x [n][in] -> [n][out]; moves on in the noise.
CoVar *co_noisy(CoTape *tape, CoVar *const *bound, const CoNoisy *layer, CoVar *x, CoNoise *noise);

#endif
