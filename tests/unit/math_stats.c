// Statistics on samples worked out by hand.
#include "cohort/stats.h"

#include <math.h>

#include "suite.h"

static const double sample[] = {7, 1, 3, 5, 9}; // sorted 1 3 5 7 9, mean 5, squares 4 16 4 0 16

START_TEST(moments_are_right) {
  ck_assert_double_eq(co_mean(sample, 5), 5);
  ck_assert_double_eq(co_variance(sample, 5), 10);
  ck_assert_double_eq_tol(co_standard_error(sample, 5), 1.4142135623730951, 1e-15);
  ck_assert_double_eq(co_variance(sample, 1), 0);
  ck_assert_double_eq(co_standard_error(sample, 1), 0);
  const double far[] = {1e9 + 1, 1e9 + 2, 1e9 + 3};
  ck_assert_double_eq(co_variance(far, 3), 1);
}
END_TEST

START_TEST(quantiles_interpolate) {
  double scratch[5];
  ck_assert_double_eq(co_quantile(sample, 5, 0, scratch), 1);
  ck_assert_double_eq(co_quantile(sample, 5, 1, scratch), 9);
  ck_assert_double_eq(co_quantile(sample, 5, 0.5, scratch), 5);
  ck_assert_double_eq(co_quantile(sample, 5, 0.125, scratch), 2); // place 0.5
  ck_assert_double_eq(co_quantile(sample, 4, 0.5, scratch), 4);   // 1 3 5 7
  ck_assert_double_eq(co_quantile(sample, 4, 0.25, scratch), 2.5);
  ck_assert_double_eq(co_quantile(sample, 1, 0.3, scratch), 7);
  ck_assert_double_eq(sample[0], 7);
}
END_TEST

START_TEST(a_summary_holds_its_parts) {
  double scratch[5];
  CoSummary summary = co_summary(sample, 5, scratch);
  ck_assert_int_eq(summary.count, 5);
  ck_assert_double_eq(summary.mean, 5);
  ck_assert_double_eq(summary.standard_error, co_standard_error(sample, 5));
  ck_assert_double_eq(summary.low, 1);
  ck_assert_double_eq(summary.quartile1, 3);
  ck_assert_double_eq(summary.median, 5);
  ck_assert_double_eq(summary.quartile3, 7);
  ck_assert_double_eq(summary.high, 9);
}
END_TEST

enum { DRAWS = 2000 };

START_TEST(interquartile_means_trim_fractions) {
  double scratch[2 * 5 + DRAWS];
  CoRng rng = co_rng(1, "test", 0);
  // Of five, 1.25 fall away on each side: (0.75 * 3 + 5 + 0.75 * 7) / 2.5.
  ck_assert_double_eq_tol(co_interquartile_mean(sample, 5, 1, &rng, scratch).centre, 5, 1e-15);
  const double skew[] = {0, 4, 8, 16, 1000}; // (0.75 * 4 + 8 + 0.75 * 16) / 2.5
  ck_assert_double_eq_tol(co_interquartile_mean(skew, 5, 1, &rng, scratch).centre, 9.2, 1e-14);
  ck_assert_double_eq_tol(co_interquartile_mean(skew, 4, 1, &rng, scratch).centre, 6, 1e-15); // of four, one each
  ck_assert_double_eq(co_interquartile_mean(skew + 2, 1, 1, &rng, scratch).centre, 8);
}
END_TEST

// Two values: a resample is 00, 01, 10 or 11, its middle half the mean of what it holds.
START_TEST(a_bootstrap_interval_spans_resamples) {
  double scratch[2 * 5 + DRAWS];
  CoRng rng = co_rng(2, "test", 0);
  const double two[] = {3, 1};
  CoInterval interval = co_interquartile_mean(two, 2, DRAWS, &rng, scratch);
  ck_assert_double_eq(interval.centre, 2);
  ck_assert_double_eq(interval.low, 1);
  ck_assert_double_eq(interval.high, 3);
  const double constant[] = {4, 4, 4, 4, 4};
  interval = co_interquartile_mean(constant, 5, DRAWS, &rng, scratch);
  ck_assert_double_eq_tol(interval.low, 4, 1e-15);
  ck_assert_double_eq_tol(interval.high, 4, 1e-15);
}
END_TEST

// Of 200 samples of the standard normal distribution, about 95 % of the intervals cover its middle, 0.
START_TEST(bootstrap_intervals_cover) {
  enum { SAMPLES = 200, SIZE = 40 };
  double x[SIZE], scratch[2 * SIZE + 400];
  CoRng rng = co_rng(3, "test", 0);
  int covered = 0;
  for (int s = 0; s < SAMPLES; s++) {
    for (int i = 0; i < SIZE; i++) x[i] = co_rng_normal(&rng);
    CoInterval interval = co_interquartile_mean(x, SIZE, 400, &rng, scratch);
    covered += interval.low < 0 && interval.high > 0;
  }
  ck_assert_int_ge(covered, 176);
  ck_assert_int_le(covered, 199);
}
END_TEST

// Wilson's interval has the shares p at which the observed one is exactly 1.96 standard errors off.
START_TEST(share_intervals_solve_their_equation) {
  for (int wins = 1; wins < 32; wins++) {
    CoInterval interval = co_share_interval(wins, 32);
    double share = wins / 32.0, ends[] = {interval.low, interval.high};
    ck_assert_double_eq(interval.centre, share);
    ck_assert(interval.low > 0 && interval.low < share && share < interval.high && interval.high < 1);
    for (int i = 0; i < 2; i++) {
      ck_assert_double_eq_tol(fabs(share - ends[i]) / sqrt(ends[i] * (1 - ends[i]) / 32), 1.959963984540054, 1e-12);
    }
  }
  ck_assert_double_eq(co_share_interval(0, 32).low, 0);
  ck_assert_double_eq_tol(co_share_interval(0, 32).high, 0.10717, 1e-5); // z^2 / (32 + z^2)
  ck_assert_double_eq(co_share_interval(32, 32).high, 1);
  ck_assert_double_eq_tol(co_share_interval(32, 32).low, 1 - 0.10717, 1e-5);
}
END_TEST

START_TEST(running_moments_are_right) {
  double mean[2] = {0}, m2[2] = {0};
  CoRunning running = {.mean = mean, .m2 = m2, .size = 2};
  ck_assert_double_eq(co_running_deviation(&running, 0), 1);
  const float x[][2] = {{7, 100}, {1, 100}, {3, 100}, {5, 100}, {9, 100}};
  co_running_add(&running, x[0]);
  ck_assert_double_eq(co_running_deviation(&running, 0), 1);
  for (int i = 1; i < 5; i++) co_running_add(&running, x[i]);
  ck_assert_double_eq_tol(mean[0], 5, 1e-15);
  ck_assert_double_eq_tol(co_running_deviation(&running, 0), sqrt(8), 1e-14);
  ck_assert_double_eq(mean[1], 100);
  ck_assert_double_eq(co_running_deviation(&running, 1), 0);
}
END_TEST

START_TEST(running_moments_combine) {
  double mean[3] = {0}, m2[3] = {0};
  CoRunning all = {.mean = mean, .m2 = m2, .size = 1}, left = {.mean = mean + 1, .m2 = m2 + 1, .size = 1},
            right = {.mean = mean + 2, .m2 = m2 + 2, .size = 1};
  co_running_combine(&left, &right);
  ck_assert_double_eq(left.count, 0);
  for (int i = 0; i < 1000; i++) {
    float x = (float)(1000 + i % 17 * (i % 5));
    co_running_add(&all, &x);
    co_running_add(i < 300 ? &left : &right, &x);
  }
  co_running_combine(&left, &right);
  ck_assert_double_eq(left.count, 1000);
  ck_assert_double_eq_tol(left.mean[0], mean[0], 1e-10);
  ck_assert_double_eq_tol(co_running_deviation(&left, 0), co_running_deviation(&all, 0), 1e-10);
}
END_TEST

START_TEST(ranks_are_stable_and_put_nan_last) {
  const double x[] = {3, NAN, 1, 3, -2, NAN};
  const int expected[] = {4, 2, 0, 3, 1, 5};
  int rank[6];
  co_rank(x, 6, rank);
  ck_assert(!memcmp(rank, expected, sizeof rank));
}
END_TEST

CO_TESTS(ranks_are_stable_and_put_nan_last, moments_are_right, quantiles_interpolate, a_summary_holds_its_parts,
         interquartile_means_trim_fractions, a_bootstrap_interval_spans_resamples, bootstrap_intervals_cover,
         share_intervals_solve_their_equation, running_moments_are_right, running_moments_combine)
