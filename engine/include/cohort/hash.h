// A 64-bit hash of bytes, for state hashes, checksums and names. Not cryptographic.
#ifndef COHORT_HASH_H
#define COHORT_HASH_H

#include <stddef.h>
#include <stdint.h>

// Chains: hash of (a then b) = co_hash(co_hash(seed, a), b). The same on every machine.
uint64_t co_hash(uint64_t seed, const void *data, size_t bytes);
uint64_t co_hash_text(uint64_t seed, const char *text);

// A bijection that scatters 64 bits: Stafford's variant 13 of MurmurHash3's finaliser, as SplitMix64 uses it.
static inline uint64_t co_mix(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

#endif
