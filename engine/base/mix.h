// What hashes and the readers of bytes build on: the order of bytes, and the constant that separates lanes.
#ifndef COHORT_BASE_MIX_H
#define COHORT_BASE_MIX_H

#include <stdint.h>

// Hashes and files take words as they lie in memory.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "Cohort is written for little-endian machines");

#define CO_GOLDEN UINT64_C(0x9E3779B97F4A7C15) // 2^64 / golden ratio, odd

#endif
