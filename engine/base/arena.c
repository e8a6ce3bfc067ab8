// The arena: one mapping without backing, whose first bytes describe it. Address space costs nothing until touched.
#include "cohort/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define CO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CO_ASAN 1
#endif
#endif

// Under the address sanitizer, freed bytes and the gaps between allocations are traps.
#ifdef CO_ASAN
#include <sanitizer/asan_interface.h>
#define forbid(data, bytes) ASAN_POISON_MEMORY_REGION(data, bytes)
#define permit(data, bytes) ASAN_UNPOISON_MEMORY_REGION(data, bytes)
#else
#define forbid(data, bytes) ((void)(data), (void)(bytes))
#define permit(data, bytes) ((void)(data), (void)(bytes))
#endif

struct CoArena {
  _Alignas(CO_ARENA_ALIGN) size_t capacity; // bytes behind this header
  size_t used, peak;
};

static unsigned char *start(const CoArena *arena) {
  return (unsigned char *)(uintptr_t)(arena + 1);
}

static size_t rounded(size_t bytes) {
  return (bytes + CO_ARENA_ALIGN - 1) / CO_ARENA_ALIGN * CO_ARENA_ALIGN;
}

CoArena *co_arena_create(size_t capacity, CoError *error) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void *memory = MAP_FAILED;
  if (capacity <= PTRDIFF_MAX / 2)
    memory = mmap(NULL, sizeof(CoArena) + rounded(capacity), PROT_READ | PROT_WRITE, flags, -1, 0);
  if (memory == MAP_FAILED) {
    co_fail(error, "cannot reserve %zu bytes of address space", capacity);
    return NULL;
  }
  CoArena *arena = memory;
  arena->capacity = rounded(capacity);
  return arena;
}

void co_arena_destroy(CoArena *arena) {
  if (!arena) return;
  permit(start(arena), arena->peak);
  munmap(arena, sizeof *arena + arena->capacity);
}

void *co_arena_alloc(CoArena *arena, size_t bytes) {
  bool fits = bytes <= arena->capacity - arena->used;
  assert(fits && "the arena's capacity is too small");
  if (!fits) abort(); // without assert too: going on would write over other memory
  unsigned char *data = start(arena) + arena->used;
  forbid(data, rounded(bytes));
  permit(data, bytes);
  arena->used += rounded(bytes);
  if (arena->used > arena->peak) arena->peak = arena->used;
  return data;
}

void *co_arena_zeros(CoArena *arena, size_t bytes) {
  return memset(co_arena_alloc(arena, bytes), 0, bytes);
}

size_t co_arena_mark(const CoArena *arena) {
  return arena->used;
}

void co_arena_rewind(CoArena *arena, size_t mark) {
  assert(mark <= arena->used && mark % CO_ARENA_ALIGN == 0);
  forbid(start(arena) + mark, arena->used - mark);
  arena->used = mark;
}

size_t co_arena_peak(const CoArena *arena) {
  return arena->peak;
}
