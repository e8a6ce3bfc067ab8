// A bijection that scatters 64 bits: Stafford's variant 13 of MurmurHash3's finaliser, as SplitMix64 uses it.
#ifndef COHORT_BASE_MIX_H
#define COHORT_BASE_MIX_H

#include <stdint.h>

// Hashes and files take words as they lie in memory.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "Cohort is written for little-endian machines");

#define CO_GOLDEN UINT64_C(0x9E3779B97F4A7C15) // 2^64 / golden ratio, odd

static inline uint64_t co_mix(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

#endif
