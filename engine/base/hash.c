// The 64-bit hash: per word an exclusive or, an odd multiplication and a shift (each invertible), then co_mix.
#include "cohort/hash.h"

#include <string.h>

#include "mix.h"

static uint64_t absorb(uint64_t lane, uint64_t word) {
  lane = (lane ^ word) * UINT64_C(0xD6E8FEB86659FD93); // odd; ones and zeros in balance
  return lane ^ (lane >> 32);
}

static uint64_t word_at(const unsigned char *data, size_t bytes) {
  uint64_t word = 0;
  memcpy(&word, data, bytes);
  return word;
}

// Two lanes, so that two multiplications are under way at a time.
uint64_t co_hash(uint64_t seed, const void *data, size_t bytes) {
  const unsigned char *at = data;
  uint64_t first = co_mix(seed + CO_GOLDEN) ^ bytes, second = first + CO_GOLDEN; // the length tells "a" from "a\0"
  size_t left = bytes;
  for (; left >= 16; left -= 16, at += 16) {
    first = absorb(first, word_at(at, 8));
    second = absorb(second, word_at(at + 8, 8));
  }
  if (left >= 8) {
    first = absorb(first, word_at(at, 8));
    left -= 8, at += 8;
  }
  if (left > 0) second = absorb(second, word_at(at, left));
  return co_mix(co_mix(first) + second);
}

uint64_t co_hash_text(uint64_t seed, const char *text) {
  return co_hash(seed, text, strlen(text));
}
