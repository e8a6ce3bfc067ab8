// One object, one block: its layout is run twice, first to measure, then to hand out memory.
#ifndef COHORT_BLOCK_H
#define COHORT_BLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "cohort/error.h"

// A zeroed block measures: co_block_take returns NULL and counts. co_block_begin then gets the memory, zeroed, and the
// same calls in the same order return the parts, each on a 64-byte boundary. Large parts cost memory when first
// touched.
typedef struct CoBlock {
  void *memory;
  size_t at;
} CoBlock;

static inline void *co_block_take(CoBlock *block, size_t count, size_t size) {
  size_t start = block->at;
  block->at += (count * size + 63) / 64 * 64;
  if (!block->memory) return NULL;
  uintptr_t base = ((uintptr_t)block->memory + 63) / 64 * 64;
  return (void *)(base + start);
}

static inline bool co_block_begin(CoBlock *block, CoError *error) {
  block->memory = calloc(block->at + 64, 1);
  if (!block->memory) {
    co_fail(error, "out of memory: %zu bytes", block->at);
    return false;
  }
  block->at = 0;
  return true;
}

static inline void co_block_free(CoBlock *block) {
  free(block->memory);
}

#endif
