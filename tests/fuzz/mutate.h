// Fuzzing without a fuzzer: seeded mutations of valid inputs, the same on every run.
// A target file defines LLVMFuzzerTestOneInput and, unless CO_LIBFUZZER is defined, a main that calls co_fuzz. With
// clang the same file is a libFuzzer program: -fsanitize=fuzzer,address -DCO_LIBFUZZER.
#ifndef COHORT_TESTS_MUTATE_H
#define COHORT_TESTS_MUTATE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

typedef struct CoInput {
  const void *data;
  size_t bytes;
} CoInput;

#define CO_INPUT_TEXT(text)                                                                                            \
  { text, sizeof(text) - 1 }

typedef struct CoMutant {
  uint8_t *data;
  size_t bytes, capacity;
} CoMutant;

static inline size_t co_fuzz_below(CoRng *rng, size_t limit) {
  return limit ? (size_t)(co_rng_next(rng) % limit) : 0;
}

static inline void co_fuzz_remove(CoMutant *mutant, size_t at, size_t bytes) {
  memmove(mutant->data + at, mutant->data + at + bytes, mutant->bytes - at - bytes);
  mutant->bytes -= bytes;
}

// Inserts source[bytes] (not part of the mutant) at `at`, as far as there is room.
static inline void co_fuzz_insert(CoMutant *mutant, size_t at, const uint8_t *source, size_t bytes) {
  if (bytes > mutant->capacity - mutant->bytes) bytes = mutant->capacity - mutant->bytes;
  memmove(mutant->data + at + bytes, mutant->data + at, mutant->bytes - at);
  memcpy(mutant->data + at, source, bytes);
  mutant->bytes += bytes;
}

// Overwrites 1, 2, 4 or 8 bytes with a number at the edge of some range.
static inline void co_fuzz_edge(CoRng *rng, CoMutant *mutant) {
  static const uint64_t edges[] = {
      0,      1,       127,       128,        255,        256,       0x7FFF,     0x8000,
      0xFFFF, 0x10000, INT32_MAX, 0x80000000, UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_C(1) << 63};
  uint64_t edge = edges[co_fuzz_below(rng, sizeof edges / sizeof *edges)];
  size_t width = (size_t)1 << co_fuzz_below(rng, 4), at = co_fuzz_below(rng, mutant->bytes + 1);
  if (width > mutant->bytes - at) width = mutant->bytes - at;
  memcpy(mutant->data + at, &edge, width);
}

// One mutation: a bit, a byte, an edge, a cut, a hole, a repetition, a piece of another input, or random bytes.
static inline void co_fuzz_mutate(CoRng *rng, CoMutant *mutant, const CoInput *other) {
  size_t at = co_fuzz_below(rng, mutant->bytes), rest = mutant->bytes - at;
  size_t span = 1 + co_fuzz_below(rng, rest < 64 ? rest : 64);
  if (span > rest) span = rest;
  uint8_t piece[64];
  switch (co_rng_int(rng, 0, 7)) {
  case 0:
    if (rest) mutant->data[at] ^= (uint8_t)(1U << co_rng_int(rng, 0, 7));
    return;
  case 1:
    if (rest) mutant->data[at] = (uint8_t)co_rng_next(rng);
    return;
  case 2:
    co_fuzz_edge(rng, mutant);
    return;
  case 3:
    if (co_rng_int(rng, 0, 7) == 0) mutant->bytes = at; // seldom: little is left to go wrong
    return;
  case 4:
    co_fuzz_remove(mutant, at, span);
    return;
  case 5:
    memcpy(piece, mutant->data + at, span);
    co_fuzz_insert(mutant, co_fuzz_below(rng, mutant->bytes + 1), piece, span);
    return;
  case 6: {
    size_t from = co_fuzz_below(rng, other->bytes), left = other->bytes - from;
    co_fuzz_insert(mutant, at, (const uint8_t *)other->data + from, left < sizeof piece ? left : sizeof piece);
    return;
  }
  default:
    for (size_t i = 0; i < sizeof piece; i++) piece[i] = (uint8_t)co_rng_next(rng);
    co_fuzz_insert(mutant, at, piece, 1 + co_fuzz_below(rng, 8));
  }
}

// The target gets a block of exactly its size, so that the address sanitizer sees one step beyond.
static inline void co_fuzz_try(const void *data, size_t bytes) {
  uint8_t *exact = malloc(bytes ? bytes : 1);
  if (!exact) abort();
  if (bytes) memcpy(exact, data, bytes);
  LLVMFuzzerTestOneInput(exact, bytes);
  free(exact);
}

// Every input as it is, every cut of the small ones, then `rounds` mutants. Returns main's value.
static inline int co_fuzz(const CoInput *inputs, int count, int rounds, uint64_t seed) {
  size_t capacity = 4096;
  for (int i = 0; i < count; i++) {
    if (inputs[i].bytes + 4096 > capacity) capacity = inputs[i].bytes + 4096;
    for (size_t bytes = inputs[i].bytes < 1024 ? 0 : inputs[i].bytes; bytes <= inputs[i].bytes; bytes++)
      co_fuzz_try(inputs[i].data, bytes);
  }
  CoMutant mutant = {.data = malloc(capacity), .capacity = capacity};
  if (!mutant.data) return EXIT_FAILURE;
  for (int round = 0; round < rounds; round++) {
    CoRng rng = co_rng(seed, "fuzz", (uint64_t)round);
    const CoInput *input = &inputs[co_rng_int(&rng, 0, count - 1)];
    mutant.bytes = input->bytes;
    memcpy(mutant.data, input->data, input->bytes);
    for (int i = co_rng_int(&rng, 1, 5); i > 0; i--)
      co_fuzz_mutate(&rng, &mutant, &inputs[co_rng_int(&rng, 0, count - 1)]);
    co_fuzz_try(mutant.data, mutant.bytes);
  }
  free(mutant.data);
  printf("%d inputs, %d mutants: nothing broke\n", count, rounds);
  return EXIT_SUCCESS;
}

#endif
