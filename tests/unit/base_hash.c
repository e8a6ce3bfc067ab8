// The hash: fixed values, every byte counts, bits flip evenly.
#include "suite.h"

#include <string.h>

#include "cohort/hash.h"

START_TEST(values_never_change) {
  ck_assert_uint_eq(co_hash(0, "", 0), UINT64_C(0x3FD50DF16F8C3B91));
  ck_assert_uint_eq(co_hash(0, "cohort", 6), UINT64_C(0x0340589CFE87BF3D));
  ck_assert_uint_eq(co_hash(1, "cohort", 6), UINT64_C(0xE53DD94636B4B4D6));
  unsigned char bytes[256];
  for (int i = 0; i < 256; i++) bytes[i] = (unsigned char)i;
  ck_assert_uint_eq(co_hash(0, bytes, sizeof bytes), UINT64_C(0x65246D32BFA07C13));
}
END_TEST

START_TEST(text_is_its_bytes) {
  ck_assert_uint_eq(co_hash_text(9, "3m"), co_hash(9, "3m", 2));
  unsigned char shifted[40] = {0};
  memcpy(shifted + 1, "an odd address changes nothing", 30);
  ck_assert_uint_eq(co_hash(3, shifted + 1, 30), co_hash(3, "an odd address changes nothing", 30));
}
END_TEST

START_TEST(length_counts) {
  const unsigned char zeros[40] = {0};
  uint64_t seen[41];
  for (size_t i = 0; i <= 40; i++) {
    seen[i] = co_hash(0, zeros, i);
    for (size_t j = 0; j < i; j++) ck_assert_uint_ne(seen[i], seen[j]);
  }
}
END_TEST

// Each input bit flips each output bit in about half of the cases, for every length up to 40 bytes.
START_TEST(every_bit_flips_half) {
  unsigned char bytes[40];
  for (size_t length = 1; length <= 40; length++) {
    for (size_t bit = 0; bit < length * 8; bit++) {
      int flips = 0;
      for (int trial = 0; trial < 8; trial++) {
        for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)(i * 37 + (size_t)trial * 101);
        uint64_t before = co_hash(0, bytes, length);
        bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        flips += __builtin_popcountll(before ^ co_hash(0, bytes, length));
      }
      ck_assert_int_le(abs(flips - 8 * 32), 68); // 6 deviations of 512 fair bits
    }
  }
}
END_TEST

START_TEST(order_counts) {
  uint64_t ab[2] = {1, 2}, ba[2] = {2, 1}, wide[4] = {1, 2, 3, 4}, swapped[4] = {3, 2, 1, 4};
  ck_assert_uint_ne(co_hash(0, ab, 16), co_hash(0, ba, 16));
  ck_assert_uint_ne(co_hash(0, wide, 32), co_hash(0, swapped, 32));
  ck_assert_uint_ne(co_hash_text(co_hash_text(0, "a"), "b"), co_hash_text(co_hash_text(0, "b"), "a"));
}
END_TEST

CO_TESTS(values_never_change, text_is_its_bytes, length_counts, every_bit_flips_half, order_counts)
