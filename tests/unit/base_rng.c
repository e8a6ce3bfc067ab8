// Random numbers: fixed first draws, moments, the normal's exact inverse, unbiased integers, streams apart.
#include "suite.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/rng.h"

#define DRAWS 200000

START_TEST(first_draws_never_change) {
  CoRng rng = {.state = 0, .gamma = UINT64_C(0x9E3779B97F4A7C15)}; // java.util.SplittableRandom's and Vigna's sequence
  ck_assert_uint_eq(co_rng_next(&rng), UINT64_C(0xE220A8397B1DCDAF));
  ck_assert_uint_eq(co_rng_next(&rng), UINT64_C(0x6E789E6AA1B965F4));
  ck_assert_uint_eq(co_rng_next(&rng), UINT64_C(0x06C45D188009454F));
  CoRng named = co_rng(7, "collect", 3);
  ck_assert_uint_eq(named.state, UINT64_C(0x3A6E3B1680146BCD));
  ck_assert_uint_eq(named.gamma, UINT64_C(0x8C427DAFBA7EEE09));
  ck_assert_uint_eq(co_rng_next(&named), UINT64_C(0xAC9DEF8E5861DD19));
  double normal = co_rng_normal(&named);
  uint64_t bits;
  memcpy(&bits, &normal, sizeof bits);
  ck_assert_uint_eq(bits, UINT64_C(0x4006CD0C04E81B46));
}
END_TEST

START_TEST(gammas_are_odd_and_mixed) {
  bool odd = true, mixed = true;
  for (uint64_t i = 0; i < 10000; i++) {
    CoRng rng = co_rng(i, "x", i % 7), child = co_rng_split(&rng);
    odd = odd && (rng.gamma & child.gamma & 1);
    mixed = mixed && __builtin_popcountll(rng.gamma ^ (rng.gamma >> 1)) >= 24 &&
            __builtin_popcountll(child.gamma ^ (child.gamma >> 1)) >= 24;
  }
  ck_assert(odd && mixed);
}
END_TEST

START_TEST(unit_has_the_moments_of_a_uniform) {
  CoRng rng = co_rng(1, "unit", 0);
  double sum = 0, squares = 0, least = 1, most = 0;
  for (int i = 0; i < DRAWS; i++) {
    double x = co_rng_unit(&rng);
    sum += x, squares += x * x;
    least = fmin(least, x), most = fmax(most, x);
  }
  ck_assert_double_eq_tol(sum / DRAWS, 0.5, 4 * sqrt(1.0 / 12 / DRAWS));
  ck_assert_double_eq_tol(squares / DRAWS, 1.0 / 3, 4 * sqrt(4.0 / 45 / DRAWS));
  ck_assert(least >= 0 && least < 1e-4 && most < 1 && most > 1 - 1e-4);
  double x = co_rng_uniform(&rng, -3, -2);
  ck_assert(x >= -3 && x < -2);
}
END_TEST

START_TEST(normal_is_the_inverse_distribution) {
  CoRng rng = co_rng(2, "normal", 0);
  double sums[4] = {0}, worst = 0;
  bool one_draw = true, right_sign = true;
  for (int i = 0; i < DRAWS; i++) {
    CoRng before = rng;
    double p = ((double)(co_rng_next(&before) >> 12) + 0.5) * 0x1p-52, x = co_rng_normal(&rng);
    one_draw = one_draw && before.state == rng.state;
    right_sign = right_sign && (x < 0) == (p < 0.5);
    worst = fmax(worst, fabs(erfc(fabs(x) / sqrt(2)) / 2 / fmin(p, 1 - p) - 1));
    double power = x;
    for (int k = 0; k < 4; k++, power *= x) sums[k] += power / DRAWS;
  }
  ck_assert(one_draw && right_sign);
  ck_assert_double_lt(worst, 1e-13);
  ck_assert_double_eq_tol(sums[0], 0, 4 / sqrt(DRAWS));
  ck_assert_double_eq_tol(sums[1], 1, 4 * sqrt(2.0 / DRAWS));
  ck_assert_double_eq_tol(sums[2], 0, 4 * sqrt(15.0 / DRAWS));
  ck_assert_double_eq_tol(sums[3], 3, 4 * sqrt(96.0 / DRAWS));
}
END_TEST

// The normal that the draw of these bits gives.
static double normal_of(uint64_t wanted) {
  // Undo the mixing: each step of it is a bijection.
  uint64_t z = wanted ^ (wanted >> 31) ^ (wanted >> 62);
  z *= UINT64_C(0x319642B2D24D8EC3); // inverse of 0x94D049BB133111EB
  z ^= (z >> 27) ^ (z >> 54);
  z *= UINT64_C(0x96DE1B173F119089); // inverse of 0xBF58476D1CE4E5B9
  z ^= (z >> 30) ^ (z >> 60);
  CoRng rng = {.state = z - 1, .gamma = 1}, check = rng;
  ck_assert_uint_eq(co_rng_next(&check), wanted);
  return co_rng_normal(&rng);
}

START_TEST(normal_is_right_in_the_far_tails) {
  double lowest = normal_of(0), highest = normal_of(UINT64_MAX);
  ck_assert_double_eq(lowest, -highest);
  ck_assert_double_eq_tol(erfc(highest / sqrt(2)) / 2 / 0x1p-53, 1, 1e-12);
  ck_assert_double_eq_tol(highest, 8.2095361516013, 1e-9);
  for (int k = 1; k < 52; k++) { // around each power of two, and so through both branches of the tail
    double p = ((double)(UINT64_C(1) << (k - 1)) + 0.5) * 0x1p-52, x = normal_of(UINT64_C(1) << (k - 1 + 12));
    ck_assert_double_eq_tol(erfc(-x / sqrt(2)) / 2 / p, 1, 1e-12);
  }
}
END_TEST

START_TEST(many_normals_are_each_ones) {
  enum { MANY = 1000 };
  CoRng rng = co_rng(5, "normals", 0), same = rng;
  uint64_t bits[MANY];
  double normals[MANY];
  for (int i = 0; i < MANY; i++) bits[i] = co_rng_next(&rng);
  co_rng_normals(MANY, bits, normals);
  for (int i = 0; i < MANY; i++) ck_assert_double_eq(normals[i], co_rng_normal(&same));
}
END_TEST

START_TEST(integers_are_unbiased) {
  CoRng rng = co_rng(3, "int", 0);
  int counts[7] = {0};
  for (int i = 0; i < 70000; i++) {
    int x = co_rng_int(&rng, -3, 3);
    if (x >= -3 && x <= 3) counts[x + 3]++; // one elsewhere is missed below
  }
  ck_assert_int_eq(counts[0] + counts[1] + counts[2] + counts[3] + counts[4] + counts[5] + counts[6], 70000);
  double chi = 0;
  for (int i = 0; i < 7; i++) chi += pow(counts[i] - 10000, 2) / 10000;
  ck_assert_double_lt(chi, 22.5); // 6 degrees of freedom: 1 in 1000
  // A range of 3/4 of 2^32: without rejection one draw in three would fall on every third number.
  int thirds[3] = {0};
  for (int i = 0; i < 30000; i++)
    thirds[(uint32_t)((int64_t)co_rng_int(&rng, INT_MIN, INT_MIN + 0xBFFFFFFFLL) - INT_MIN) % 3]++;
  for (int i = 0; i < 3; i++) ck_assert_int_le(abs(thirds[i] - 10000), 350);
}
END_TEST

START_TEST(integers_reach_the_ends_of_int) {
  CoRng rng = co_rng(4, "ends", 0);
  int negative = 0;
  for (int i = 0; i < 10000; i++) negative += co_rng_int(&rng, INT_MIN, INT_MAX) < 0;
  ck_assert_int_le(abs(negative - 5000), 200);
  for (int i = 0; i < 100; i++) {
    ck_assert_int_eq(co_rng_int(&rng, INT_MAX, INT_MAX), INT_MAX);
    ck_assert_int_eq(co_rng_int(&rng, INT_MIN, INT_MIN), INT_MIN);
  }
}
END_TEST

START_TEST(many_streams_draw_as_each_would) {
  CoRng rngs[200], alone[200];
  int draws[200], refused = 0;
  for (uint64_t i = 0; i < 200; i++) rngs[i] = alone[i] = co_rng(5, "many", i);
  for (int round = 0; round < 20; round++) {
    int low = round % 2 ? -1 : INT_MIN, high = round % 2 ? 5 : 1; // 2^31 + 2 numbers: nearly half are refused
    co_rng_ints(rngs, 199, low, high, draws);
    for (int i = 0; i < 199; i++) {
      uint64_t before = alone[i].state;
      ck_assert_int_eq(draws[i], co_rng_int(&alone[i], low, high));
      refused += alone[i].state != before + alone[i].gamma;
    }
    ck_assert_mem_eq(rngs, alone, sizeof rngs);
  }
  ck_assert_int_gt(refused, 500);
}
END_TEST

static double correlation(CoRng a, CoRng b) {
  double sum = 0;
  for (int i = 0; i < 20000; i++) sum += (co_rng_unit(&a) - 0.5) * (co_rng_unit(&b) - 0.5) * 12;
  return sum / 20000;
}

START_TEST(streams_are_unrelated) {
  CoRng base = co_rng(5, "env", 0), twin = co_rng(5, "env", 0);
  ck_assert_mem_eq(&base, &twin, sizeof base);
  CoRng parent = base, child = co_rng_split(&parent), second = co_rng_split(&parent);
  const CoRng others[] = {
      co_rng(5, "env", 1), co_rng(5, "enw", 0), co_rng(6, "env", 0), co_rng(5, "", 0), parent, child, second};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    ck_assert_double_lt(fabs(correlation(base, others[i])), 0.03); // 4 deviations: 0.028
  ck_assert_double_lt(fabs(correlation(child, second)), 0.03);
}
END_TEST

START_TEST(shuffles_are_even) {
  CoRng rng = co_rng(6, "shuffle", 0);
  int counts[6] = {0};
  bool permuted = true;
  for (int i = 0; i < 60000; i++) {
    int items[3] = {0, 1, 2};
    co_rng_shuffle(&rng, items, 3);
    permuted = permuted && (1 << items[0] | 1 << items[1] | 1 << items[2]) == 7;
    counts[items[0] * 2 + (items[1] > items[2])]++;
  }
  ck_assert(permuted);
  for (int i = 0; i < 6; i++) ck_assert_int_le(abs(counts[i] - 10000), 400);
  CoRng before = rng;
  co_rng_shuffle(&rng, NULL, 0);
  ck_assert_mem_eq(&before, &rng, sizeof rng);
}
END_TEST

START_TEST(choices_follow_mask_and_weights) {
  CoRng rng = co_rng(7, "choose", 0);
  const uint8_t mask[5] = {0, 1, 0, 1, 1}, none[2] = {0, 0};
  const double weights[4] = {0, 1, 3, 0};
  int chosen[5] = {0}, weighted[4] = {0};
  for (int i = 0; i < 30000; i++) {
    chosen[co_rng_choose(&rng, mask, 5)]++;
    weighted[co_rng_weighted(&rng, weights, 4)]++;
  }
  ck_assert_int_eq(chosen[0] + chosen[2] + weighted[0] + weighted[3], 0);
  for (int i = 1; i < 5; i += i == 1 ? 2 : 1) ck_assert_int_le(abs(chosen[i] - 10000), 350);
  ck_assert_int_le(abs(weighted[1] - 7500), 320);
  ck_assert_int_eq(co_rng_choose(&rng, none, 2), -1);
}
END_TEST

// Masks of every length up to three words, and entries that are true without being 1.
START_TEST(a_choice_is_the_drawn_one_of_the_true_entries) {
  uint8_t mask[192];
  CoRng rng = co_rng(8, "mask", 0), twin = rng;
  for (int count = 1; count <= 192; count++) {
    int allowed = 0, entry = -1;
    for (int i = 0; i < count; i++)
      allowed += (mask[i] = (uint8_t)((count * 7 + i * 5) % 11 < 4 ? i % 255 + 1 : 0)) != 0;
    int chosen = co_rng_choose(&rng, mask, count), left = allowed ? co_rng_int(&twin, 0, allowed - 1) : -1;
    for (int i = 0; i < count && entry < 0; i++)
      if (mask[i] && left-- == 0) entry = i;
    ck_assert_int_eq(chosen, entry);
    ck_assert_mem_eq(&rng, &twin, sizeof rng);
  }
}
END_TEST

CO_TESTS(first_draws_never_change, gammas_are_odd_and_mixed, unit_has_the_moments_of_a_uniform,
         normal_is_the_inverse_distribution, normal_is_right_in_the_far_tails, many_normals_are_each_ones,
         integers_are_unbiased, integers_reach_the_ends_of_int, many_streams_draw_as_each_would, streams_are_unrelated,
         shuffles_are_even, choices_follow_mask_and_weights, a_choice_is_the_drawn_one_of_the_true_entries)
