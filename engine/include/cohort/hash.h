// A 64-bit hash of bytes, for state hashes, checksums and names. Not cryptographic.
#ifndef COHORT_HASH_H
#define COHORT_HASH_H

#include <stddef.h>
#include <stdint.h>

// Chains: hash of (a then b) = co_hash(co_hash(seed, a), b). The same on every machine.
uint64_t co_hash(uint64_t seed, const void *data, size_t bytes);
uint64_t co_hash_text(uint64_t seed, const char *text);

#endif
