// Memory that lives as long as its owner: small pieces, freed together.
#ifndef COHORT_SCRIPT_KEEP_H
#define COHORT_SCRIPT_KEEP_H

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct CoKept {
  alignas(max_align_t) struct CoKept *next;
} CoKept;

typedef struct CoKeep {
  CoKept *first;
} CoKeep;

// `count` zeroed elements; NULL when memory runs out.
static inline void *co_keep(CoKeep *keep, size_t count, size_t size) {
  CoKept *kept = calloc(1, sizeof *kept + count * size);
  if (!kept) return NULL;
  kept->next = keep->first;
  keep->first = kept;
  return kept + 1;
}

static inline char *co_keep_text(CoKeep *keep, const char *text) {
  size_t bytes = strlen(text) + 1;
  char *copy = co_keep(keep, bytes, 1);
  return copy ? memcpy(copy, text, bytes) : NULL;
}

static inline void co_keep_free(CoKeep *keep) {
  for (CoKept *kept = keep->first, *next; kept; kept = next) {
    next = kept->next;
    free(kept);
  }
}

#endif
