// Half precision: every half, and the rounding between neighbours.
#include <math.h>
#include <string.h>

#include "cohort/kernels.h"
#include "suite.h"

static float unpack(uint16_t half) {
  float x;
  co_half_unpack(1, &half, &x);
  return x;
}

static uint16_t pack(float x) {
  uint16_t half;
  co_half_pack(1, &x, &half);
  return half;
}

// By the definition: fraction and exponent as numbers.
static float value_of(uint16_t half) {
  int exponent = half >> 10 & 31, fraction = half & 1023;
  float size = exponent ? ldexpf((float)(1024 + fraction), exponent - 25) : ldexpf((float)fraction, -24);
  if (exponent == 31) size = fraction ? NAN : INFINITY;
  return half & 0x8000 ? -size : size;
}

START_TEST(every_half_unpacks_and_packs_again) {
  for (uint32_t half = 0; half <= UINT16_MAX; half++) {
    float x = unpack((uint16_t)half), right = value_of((uint16_t)half);
    if (isnan(right)) {
      ck_assert_float_nan(x);
      ck_assert_uint_eq(pack(x), 0x7e00 | (half & 0x8000));
    } else {
      ck_assert_float_eq(x, right);
      ck_assert_int_eq(signbit(x) != 0, half >> 15);
      ck_assert_uint_eq(pack(x), half);
    }
  }
}
END_TEST

// Between two neighbours: a tie goes to the even one, anything beside it to the nearer.
START_TEST(rounding_is_to_nearest_even) {
  for (uint16_t half = 0; half < 0x7bff; half++) {
    uint16_t next = (uint16_t)(half + 1), even = half & 1 ? next : half;
    float tie = (value_of(half) + value_of(next)) / 2;
    ck_assert_uint_eq(pack(tie), even);
    ck_assert_uint_eq(pack(-tie), even | 0x8000);
    ck_assert_uint_eq(pack(nextafterf(tie, 0)), half);
    ck_assert_uint_eq(pack(nextafterf(tie, INFINITY)), next);
  }
}
END_TEST

START_TEST(the_ends_are_right) {
  ck_assert_uint_eq(pack(65504), 0x7bff);
  ck_assert_uint_eq(pack(nextafterf(65520, 0)), 0x7bff);
  ck_assert_uint_eq(pack(65520), 0x7c00);
  ck_assert_uint_eq(pack(3.4e38f), 0x7c00);
  ck_assert_uint_eq(pack(-INFINITY), 0xfc00);
  ck_assert_uint_eq(pack(0x1p-25f), 0);
  ck_assert_uint_eq(pack(nextafterf(0x1p-25f, 1)), 1);
  ck_assert_uint_eq(pack(1e-45f), 0);
  ck_assert_uint_eq(pack(-1e-45f), 0x8000);
}
END_TEST

START_TEST(arrays_equal_single_numbers) {
  float x[70], back[70];
  uint16_t half[70];
  for (int i = 0; i < 70; i++) x[i] = ldexpf(1 + (float)i / 64, i - 40);
  for (size_t n = 0; n <= 70; n++) {
    memset(half, 0, sizeof half);
    memset(back, 0, sizeof back);
    co_half_pack(n, x, half);
    co_half_unpack(n, half, back);
    for (size_t i = 0; i < 70; i++) {
      ck_assert_uint_eq(half[i], i < n ? pack(x[i]) : 0);
      ck_assert_float_eq(back[i], i < n ? unpack(half[i]) : 0);
    }
  }
}
END_TEST

CO_TESTS(every_half_unpacks_and_packs_again, rounding_is_to_nearest_even, the_ends_are_right,
         arrays_equal_single_numbers)
