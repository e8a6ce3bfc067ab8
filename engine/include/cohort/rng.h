// Random numbers as a value: SplitMix64 with a stream constant (Steele, Lea, Flood, OOPSLA 2014).
#ifndef COHORT_RNG_H
#define COHORT_RNG_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "cohort/hash.h"

// A stream: 16 bytes, copied and saved as they are. Equal bytes give equal draws on every machine.
typedef struct CoRng {
  uint64_t state;
  uint64_t gamma; // odd: the stream's increment
} CoRng;

// The stream (seed, purpose, index): different purposes or indices give unrelated streams.
CoRng co_rng(uint64_t seed, const char *purpose, uint64_t index);
CoRng co_rng_split(CoRng *rng); // a new unrelated stream; moves `rng` on

static inline uint64_t co_rng_next(CoRng *rng) { // 64 random bits
  return co_mix(rng->state += rng->gamma);
}

static inline double co_rng_unit_of(uint64_t bits) { // of a draw of co_rng_next: in [0, 1), 53 bits
  return (double)(bits >> 11) * 0x1p-53;
}

static inline double co_rng_unit(CoRng *rng) {
  return co_rng_unit_of(co_rng_next(rng));
}

static inline double co_rng_uniform(CoRng *rng, double low, double high) {
  return low + (high - low) * co_rng_unit(rng);
}

// low <= draw <= high, unbiased: Lemire, Fast random integer generation in an interval (2019), the high half of a
// product, rejecting the few low halves that would favour some draws.
static inline int co_rng_int(CoRng *rng, int low, int high) {
  assert(low <= high);
  uint64_t range = (uint64_t)((int64_t)high - low) + 1; // at most 2^32
  uint64_t product = (co_rng_next(rng) >> 32) * range;
  if ((uint32_t)product < range) {
    uint64_t refused = ((UINT64_C(1) << 32) - range) % range;
    while ((uint32_t)product < refused) product = (co_rng_next(rng) >> 32) * range;
  }
  return (int)(low + (int64_t)(product >> 32));
}

void co_rng_ints(CoRng *rngs, int count, int low, int high, int *draws); // co_rng_int of each of many streams
double co_rng_normal(CoRng *rng); // mean 0, variance 1; one draw a call, nothing kept
// What co_rng_normal makes of draws of co_rng_next: bits[count], normals[count] apart from them.
void co_rng_normals(int count, const uint64_t *bits, double *normals);
void co_rng_shuffle(CoRng *rng, int *items, int count); // Fisher-Yates, in place

// A uniform draw among the true entries of mask[count]; -1 when there is none.
int co_rng_choose(CoRng *rng, const uint8_t *mask, int count);

// A draw in proportion to weights[count], none negative, not all zero.
int co_rng_weighted(CoRng *rng, const double *weights, int count);

#endif
