// How far apart two names are, for "did you mean".
#ifndef COHORT_BASE_NEAREST_H
#define COHORT_BASE_NEAREST_H

#include <stddef.h>

// The search for the nearest of many names: start with {.wanted = name}, offer each, then read `name` and `bytes`.
typedef struct CoNearest {
  const char *wanted;
  const char *name; // the best offer that is near enough, NULL for none; not ended by a zero byte
  size_t bytes;
  size_t distance;
} CoNearest;

void co_nearest_offer(CoNearest *search, const char *name, size_t bytes);

#endif
