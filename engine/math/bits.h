// Numbers as their bits and back, for branch-free kernels.
#ifndef COHORT_MATH_BITS_H
#define COHORT_MATH_BITS_H

#include <stdint.h>
#include <string.h>

// Before a loop whose rounds are independent although its arrays may be one and the same.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" // builds with sanitizers make no vectors, and need not say so
#define CO_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define CO_INDEPENDENT _Pragma("GCC ivdep")
#endif

static inline uint32_t bits32(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline uint64_t bits64(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float from32(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static inline double from64(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#endif
