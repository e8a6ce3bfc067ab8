// An arena: memory handed out by moving a pointer, taken back by moving it back.
#ifndef COHORT_ARENA_H
#define COHORT_ARENA_H

#include <stddef.h>

#include "cohort/error.h"

// Address space is reserved once, pages come when first touched and stay: a warm arena asks the system for nothing.
typedef struct CoArena CoArena;

#define CO_ARENA_ALIGN 64 // bytes; every allocation starts on such a boundary

// Reserves `capacity` bytes of address space (not of memory). NULL with a sentence when the system refuses.
CoArena *co_arena_create(size_t capacity, CoError *error);
void co_arena_destroy(CoArena *arena); // NULL is fine

// Uninitialised bytes, valid until a rewind before them. Passing the capacity is the caller's mistake (assert in
// every build).
void *co_arena_alloc(CoArena *arena, size_t bytes);
void *co_arena_zeros(CoArena *arena, size_t bytes);

// A mark is the number of bytes in use; rewinding to it frees whatever came later.
size_t co_arena_mark(const CoArena *arena);
void co_arena_rewind(CoArena *arena, size_t mark);

size_t co_arena_peak(const CoArena *arena); // the most bytes ever in use

#endif
