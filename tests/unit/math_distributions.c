// Distributions of actions: exact sums, masks and ties, and the frequencies of draws.
#include "cohort/distributions.h"

#include <math.h>
#include <stddef.h>

#include "suite.h"

START_TEST(softmax_gives_known_shares) {
  float p[4];
  const float logits[] = {0, logf(2), logf(5), 0};
  co_softmax(3, logits, NULL, 1, p);
  ck_assert_float_eq_tol(p[0], 0.125f, 1e-7f);
  ck_assert_float_eq_tol(p[1], 0.25f, 1e-7f);
  ck_assert_float_eq_tol(p[2], 0.625f, 1e-7f);
  co_softmax(3, logits, NULL, 0.5f, p); // squares: 1, 4, 25
  ck_assert_float_eq_tol(p[0], 1 / 30.0f, 1e-7f);
  ck_assert_float_eq_tol(p[2], 25 / 30.0f, 1e-7f);
  const float huge[] = {1000, 1000, -1000, 999};
  co_softmax(4, huge, NULL, 1, p);
  ck_assert_float_eq(p[0], p[1]);
  ck_assert_float_eq(p[2], 0);
  ck_assert_float_eq_tol(p[0] + p[1] + p[3], 1, 1e-6f);
}
END_TEST

START_TEST(softmax_leaves_illegal_actions_out) {
  float p[3];
  const float logits[] = {0, 50, logf(3)};
  const uint8_t mask[] = {1, 0, 1}, last[] = {0, 0, 1};
  co_softmax(3, logits, mask, 1, p);
  ck_assert_float_eq_tol(p[0], 0.25f, 1e-7f);
  ck_assert_float_eq(p[1], 0);
  ck_assert_float_eq_tol(p[2], 0.75f, 1e-7f);
  co_softmax(3, logits, last, 1, p);
  ck_assert_float_eq(p[2], 1);
  ck_assert_float_eq(p[0] + p[1], 0);
}
END_TEST

START_TEST(draws_have_their_frequencies) {
  enum { DRAWS = 100000 };
  const float p[] = {0, 0.125f, 0, 0.625f, 0.25f, 0};
  int count[6] = {0};
  CoRng rng = co_rng(5, "test", 0);
  for (int i = 0; i < DRAWS; i++) count[co_categorical_sample(6, p, &rng)]++;
  for (int i = 0; i < 6; i++) {
    double deviation = sqrt(DRAWS * (double)p[i] * (1 - (double)p[i]));
    ck_assert_double_le(fabs(count[i] - DRAWS * (double)p[i]), 4 * deviation); // 0 where p is 0
  }
}
END_TEST

START_TEST(entropies_and_divergences_are_right) {
  const float even[] = {0.25f, 0.25f, 0.25f, 0.25f}, sure[] = {0, 1, 0, 0}, half[] = {0.5f, 0.5f, 0, 0};
  ck_assert_float_eq_tol(co_categorical_entropy(4, even), 1.38629436f, 1e-7f); // log 4
  ck_assert_float_eq(co_categorical_entropy(4, sure), 0);
  ck_assert_float_eq(co_categorical_divergence(4, even, even), 0);
  ck_assert_float_eq(co_categorical_divergence(4, half, half), 0);
  ck_assert_float_eq_tol(co_categorical_divergence(4, half, even), 0.693147181f, 1e-7f); // log 2
  ck_assert_float_eq(co_categorical_divergence(4, even, half), INFINITY);
}
END_TEST

START_TEST(argmax_takes_the_first_legal_best) {
  const float x[] = {3, 9, 1, 9, 20};
  const uint8_t mask[] = {1, 1, 1, 1, 0}, none[5] = {0}, low[] = {1, 0, 1, 0, 0};
  ck_assert_int_eq(co_argmax(5, x, NULL), 4);
  ck_assert_int_eq(co_argmax(5, x, mask), 1);
  ck_assert_int_eq(co_argmax(5, x, low), 0);
  ck_assert_int_eq(co_argmax(5, x, none), -1);
  const float worst[] = {-INFINITY, -INFINITY};
  ck_assert_int_eq(co_argmax(2, worst, NULL), 0);
}
END_TEST

START_TEST(ties_are_broken_evenly) {
  const float x[] = {7, 9, 9, 9, 1, 9};
  const uint8_t mask[] = {1, 1, 0, 1, 1, 1}, none[6] = {0};
  int count[6] = {0};
  CoRng rng = co_rng(6, "test", 0);
  for (int i = 0; i < 30000; i++) count[co_argmax_random(6, x, mask, &rng)]++;
  ck_assert_int_eq(count[1] + count[3] + count[5], 30000);
  for (int i = 1; i < 6; i += 2) ck_assert_int_lt(abs(count[i] - 10000), 350); // 4 deviations: 327
  ck_assert_int_eq(co_argmax_random(6, x, none, &rng), -1);
  ck_assert_int_eq(co_argmax_random(1, x, NULL, &rng), 0);
}
END_TEST

START_TEST(gaussian_densities_are_right) {
  const float mean[] = {1, -2}, log_deviation[] = {0, 0.693147181f}, x[] = {1, 2};
  // -log(2 pi) / 2 each; the second is 2 deviations of 2 off: - 2 - log 2.
  ck_assert_float_eq_tol(co_gaussian_log_density(1, x, mean, log_deviation), -0.918938533f, 1e-7f);
  ck_assert_float_eq_tol(co_gaussian_log_density(2, x, mean, log_deviation), -4.53102425f, 1e-6f);
  ck_assert_float_eq_tol(co_gaussian_entropy(2, log_deviation), 2 * 1.41893853f + 0.693147181f, 1e-6f);
}
END_TEST

START_TEST(gaussian_divergences_are_right) {
  const float zero[] = {0, 0}, mean[] = {3, 0}, log_2[] = {0, 0.693147181f};
  ck_assert_float_eq(co_gaussian_divergence(2, mean, log_2, mean, log_2), 0);
  ck_assert_float_eq_tol(co_gaussian_divergence(1, mean, zero, zero, zero), 4.5f, 1e-6f);          // 3^2 / 2
  ck_assert_float_eq_tol(co_gaussian_divergence(2, zero, log_2, zero, zero), 0.806852819f, 1e-6f); // 2 - 1/2 - log 2
  ck_assert_float_eq_tol(co_gaussian_divergence(2, zero, zero, zero, log_2), 0.318147181f, 1e-6f); // log 2 + 1/8 - 1/2
}
END_TEST

START_TEST(gaussian_draws_have_their_moments) {
  enum { DRAWS = 40000 };
  const float mean[] = {3, -1}, log_deviation[] = {0, -0.693147181f};
  double sum[2] = {0}, squares[2] = {0}, product = 0;
  CoRng rng = co_rng(7, "test", 0);
  for (int i = 0; i < DRAWS; i++) {
    float x[2];
    co_gaussian_sample(2, mean, log_deviation, &rng, x);
    double z[] = {(double)x[0] - 3, ((double)x[1] + 1) * 2}; // standard again
    for (int d = 0; d < 2; d++) sum[d] += z[d], squares[d] += z[d] * z[d];
    product += z[0] * z[1];
  }
  for (int d = 0; d < 2; d++) {
    ck_assert_double_lt(fabs(sum[d] / DRAWS), 4 / sqrt(DRAWS));
    ck_assert_double_lt(fabs(squares[d] / DRAWS - 1), 4 * sqrt(2.0 / DRAWS));
  }
  ck_assert_double_lt(fabs(product / DRAWS), 4 / sqrt(DRAWS));
}
END_TEST

CO_TESTS(softmax_gives_known_shares, softmax_leaves_illegal_actions_out, draws_have_their_frequencies,
         entropies_and_divergences_are_right, argmax_takes_the_first_legal_best, ties_are_broken_evenly,
         gaussian_densities_are_right, gaussian_divergences_are_right, gaussian_draws_have_their_moments)
