// Counts calls to the allocator in a test's executable: include it in one file. Sanitizers have allocators of their own
// and see no calls counted.
#ifndef COHORT_TESTS_ALLOCATIONS_H
#define COHORT_TESTS_ALLOCATIONS_H

#include <stdatomic.h>
#include <stdlib.h>

#include "sanitized.h"

static atomic_long co_allocations; // calls so far, of every thread

#if !CO_SANITIZED
#include <errno.h>

// NOLINTBEGIN(bugprone-reserved-identifier): glibc's own
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t boundary, size_t bytes);
// NOLINTEND(bugprone-reserved-identifier)

void *malloc(size_t bytes) {
  co_allocations++;
  return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
  co_allocations++;
  return __libc_calloc(count, bytes);
}

void *realloc(void *old, size_t bytes) {
  co_allocations++;
  return __libc_realloc(old, bytes);
}

void *aligned_alloc(size_t boundary, size_t bytes) {
  co_allocations++;
  return __libc_memalign(boundary, bytes);
}

int posix_memalign(void **out, size_t boundary, size_t bytes) {
  co_allocations++;
  *out = __libc_memalign(boundary, bytes);
  return *out ? 0 : ENOMEM;
}
#endif

#endif
