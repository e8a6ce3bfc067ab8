// Random numbers as a value: SplitMix64 with a stream constant (Steele, Lea, Flood, OOPSLA 2014).
#ifndef COHORT_RNG_H
#define COHORT_RNG_H

#include <stdbool.h>
#include <stdint.h>

// A stream: 16 bytes, copied and saved as they are. Equal bytes give equal draws on every machine.
typedef struct CoRng {
  uint64_t state;
  uint64_t gamma; // odd: the stream's increment
} CoRng;

// The stream (seed, purpose, index): different purposes or indices give unrelated streams.
CoRng co_rng(uint64_t seed, const char *purpose, uint64_t index);
CoRng co_rng_split(CoRng *rng); // a new unrelated stream; moves `rng` on

uint64_t co_rng_next(CoRng *rng); // 64 random bits
double co_rng_unit(CoRng *rng);   // in [0, 1), 53 bits
double co_rng_uniform(CoRng *rng, double low, double high);
int co_rng_int(CoRng *rng, int low, int high);          // low <= draw <= high, unbiased
double co_rng_normal(CoRng *rng);                       // mean 0, variance 1; one draw a call, nothing kept
void co_rng_shuffle(CoRng *rng, int *items, int count); // Fisher-Yates, in place

// A uniform draw among the true entries of mask[count]; -1 when there is none.
int co_rng_choose(CoRng *rng, const uint8_t *mask, int count);

// A draw in proportion to weights[count], none negative, not all zero.
int co_rng_weighted(CoRng *rng, const double *weights, int count);

#endif
