// Returns and advantages on vectors computed by hand; gamma, lambda and all numbers are exact in binary.
#include "cohort/returns.h"

#include <math.h>
#include <stddef.h>

#include "suite.h"

#define CHECK(out, ...)                                                                                                \
  do {                                                                                                                 \
    const float right[] = {__VA_ARGS__};                                                                               \
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)                                                        \
      ck_assert_msg((out)[i] == right[i], "%zu: %.9g for %.9g", i, (double)(out)[i], (double)right[i]);                \
  } while (0)

// Five steps: a truncation after step 1 (its successor is worth 8), a true end after step 3, and step 4 of a third
// episode, which goes on (its successor is worth 2). What stands behind a cut or an end must not leak over it.
static const float reward[] = {1, 2, 3, 4, 5};
static const float discount[] = {0.5f, 0.5f, 0.5f, 0, 0.5f};
static const float keep[] = {1, 0, 1, 0, 1};
static const float value[] = {4, 6, 10, 12, 20};
static const float next_value[] = {6, 8, 12, 1000, 2};
static const CoTrajectory mixed = {5, reward, discount, keep, value, next_value};

// One episode without a cut, next_value being value + 1.
static const float run_value[] = {4, 6, 10, 12};
static const float run_discount[] = {0.5f, 0.5f, 0.5f};
static const CoTrajectory run = {3, reward, run_discount, NULL, run_value, run_value + 1};

START_TEST(returns_are_discounted_sums) {
  float out[5];
  co_returns(3, reward, run_discount, 16, out); // 3 + 8, 2 + 5.5, 1 + 3.75
  CHECK(out, 4.75f, 7.5f, 11);
  co_returns(5, reward, discount, 2, out); // step 3 ends: 4; 3 + 2, 2 + 2.5, 1 + 2.25
  CHECK(out, 3.25f, 4.5f, 5, 4, 6);
}
END_TEST

START_TEST(n_step_returns_stop_at_cuts) {
  float out[5];
  co_returns_n_step(&mixed, 1, out); // 1 + 3, 2 + 4, 3 + 6, 4, 5 + 1
  CHECK(out, 4, 6, 9, 4, 6);
  co_returns_n_step(&mixed, 2, out); // 1 + (2 + 4) / 2, cut, 3 + 4 / 2, end, the last step
  CHECK(out, 4, 6, 5, 4, 6);
  co_returns_n_step(&mixed, 100, out);
  CHECK(out, 4, 6, 5, 4, 6);
  co_returns_n_step(&run, 1, out); // 1 + 3, 2 + 5, 3 + 6
  CHECK(out, 4, 7, 9);
  co_returns_n_step(&run, 2, out); // 1 + 7 / 2, 2 + 9 / 2
  CHECK(out, 4.5f, 6.5f, 9);
  co_returns_n_step(&run, 3, out); // 1 + 6.5 / 2
  CHECK(out, 4.25f, 6.5f, 9);
}
END_TEST

START_TEST(lambda_returns_mix_all_n) {
  float out[5];
  co_returns_lambda(&run, 0.5f, out); // 3 + 6; 2 + (10 + 9) / 4; 1 + (6 + 6.75) / 4
  CHECK(out, 4.1875f, 6.75f, 9);
  co_returns_lambda(&mixed, 0.5f, out); // cut: 2 + 4; 1 + (6 + 6) / 4; end: 4; 3 + (12 + 4) / 4
  CHECK(out, 4, 6, 7, 4, 6);
}
END_TEST

START_TEST(lambda_0_and_1_are_one_step_and_full_returns) {
  float out[5], right[5];
  co_returns_lambda(&mixed, 0, out);
  co_returns_n_step(&mixed, 1, right);
  for (int t = 0; t < 5; t++) ck_assert_float_eq(out[t], right[t]);
  co_returns_lambda(&mixed, 1, out);
  co_returns_n_step(&mixed, 5, right);
  for (int t = 0; t < 5; t++) ck_assert_float_eq(out[t], right[t]);
}
END_TEST

START_TEST(gae_cuts_and_bootstraps) {
  float out[5];
  // delta: 1 + 3 - 4 = 0, 2 + 4 - 6 = 0, 3 + 6 - 10 = -1, 4 - 12 = -8, 5 + 1 - 20 = -14
  co_gae(&mixed, 0, out);
  CHECK(out, 0, 0, -1, -8, -14);
  co_gae(&mixed, 0.5f, out); // -1 - 8 / 4
  CHECK(out, 0, 0, -3, -8, -14);
  // delta: 0, 2 + 5 - 6 = 1, 3 + 6 - 10 = -1; 1 - 1 / 4; 0 + 0.75 / 4
  co_gae(&run, 0.5f, out);
  CHECK(out, 0.1875f, 0.75f, -1);
}
END_TEST

START_TEST(gae_is_the_lambda_return_less_the_value) {
  float advantage[5], out[5];
  co_gae(&mixed, 0.75f, advantage);
  co_returns_lambda(&mixed, 0.75f, out);
  for (int t = 0; t < 5; t++) ck_assert_float_eq_tol(advantage[t], out[t] - value[t], 1e-5f);
}
END_TEST

START_TEST(vtrace_clips_each_ratio) {
  float target[5], advantage[5];
  const float ratio[] = {0.5f, 4, 1, 2, 0.25f};
  // rho_bar 2, c_bar 1. Deltas without rho: 0, 0, -1, -8, -14 (as above); rho: 0.5, 2, 1, 2, 0.25.
  // target: 4: 20 - 3.5; 3: 12 - 16; 2: 10 - 1 + 0.5 * 1 * (-4 - 12); 1: 6 (cut); 0: 4 + 0.
  // advantage: 4: -14 / 4; 3: 2 (4 - 12); 2: 3 - 2 - 10; 1: 2 (2 + 4 - 6); 0: 0.5 (1 + 3 - 4).
  co_vtrace(&mixed, 2, 1, ratio, target, advantage);
  CHECK(target, 4, 6, 1, -4, 16.5f);
  CHECK(advantage, 0, 0, -9, -16, -3.5f);
  // Without cuts, rho_bar 1, c_bar 0.5; deltas 0, 1, -1; rho: 0.5, 1, 1; c: 0.5 throughout.
  // target: 2: 9; 1: 6 + 1 - 1 / 4; 0: 4 + 0.75 / 4. advantage: -1; 2 + 4.5 - 6; 0.5 (1 + 3.375 - 4).
  co_vtrace(&run, 1, 0.5f, ratio, target, advantage);
  CHECK(target, 4.1875f, 6.75f, 9);
  CHECK(advantage, 0.1875f, 0.5f, -1);
}
END_TEST

START_TEST(vtrace_on_policy_is_the_full_return) {
  float target[5], advantage[5], right[5];
  const float ratio[] = {1, 1, 1, 1, 1};
  co_vtrace(&mixed, 1, 1, ratio, target, advantage);
  co_returns_n_step(&mixed, 5, right);
  for (int t = 0; t < 5; t++) {
    ck_assert_float_eq(target[t], right[t]);
    ck_assert_float_eq(advantage[t], right[t] - value[t]);
  }
}
END_TEST

START_TEST(no_steps_are_no_work) {
  float untouched = 7;
  CoTrajectory empty = mixed;
  empty.length = 0;
  co_returns(0, reward, discount, 1, &untouched);
  co_returns_n_step(&empty, 3, &untouched);
  co_returns_lambda(&empty, 0.5f, &untouched);
  co_gae(&empty, 0.5f, &untouched);
  co_vtrace(&empty, 1, 1, reward, &untouched, &untouched);
  ck_assert_float_eq(untouched, 7);
}
END_TEST

CO_TESTS(returns_are_discounted_sums, n_step_returns_stop_at_cuts, lambda_returns_mix_all_n,
         lambda_0_and_1_are_one_step_and_full_returns, gae_cuts_and_bootstraps, gae_is_the_lambda_return_less_the_value,
         vtrace_clips_each_ratio, vtrace_on_policy_is_the_full_return, no_steps_are_no_work)
