// Exact answers on small cooperative games: IQL's and VDN's least-squares fits, QMIX's 8 against VDN's 7 on the
// two-step game (Rashid et al., 2018), QPD's additive credits. Data are uniform: every joint action equally often.
#include <math.h>

#include "lab.h"

static CoWorld *open_world(const char *name) {
  CoRegistry registry;
  CoError error = {{0}};
  const char *variant;
  unsigned char config[1024];
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, name, &variant, &error);
  check(type && type->settings.bytes <= sizeof config, &error);
  co_settings_defaults(&type->settings, config);
  if (*variant) check(co_settings_set(&type->settings, config, type->variant, variant, &error), &error);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  return world;
}

// Each agent's values are its row's (or column's) means.
static void check_iql(const char *game, const float *expected) {
  Lab lab = prepare("iql", open_world(game), 1, NULL);
  float q[6];
  train(&lab, 4000);
  play(&lab, q);
  for (int i = 0; i < 6; i++) ck_assert_float_eq_tol(q[i], expected[i], 0.05f);
  destroy(&lab);
}

START_TEST(iql_fits_means) {
  check_iql("matrix/qtran", (float[]){-16.f / 3, -4, -4, -16.f / 3, -4, -4});
  check_iql("matrix/qplex1", (float[]){6.8f, 20.f / 3, 10, 6.8f, 20.f / 3, 10});
  check_iql("matrix/climbing", (float[]){-19.f / 3, -17.f / 3, 5.f / 3, -19.f / 3, -23.f / 3, 11.f / 3});
}
END_TEST

// Q_1(a) + Q_2(b) is the additive least-squares fit: row mean + column mean - mean.
static void check_vdn(const char *game, float payoff) {
  Lab lab = prepare("vdn", open_world(game), 2, NULL);
  float q[6], row[3] = {0}, column[3] = {0}, mean = 0;
  train(&lab, 4000);
  float played = play(&lab, q);
  for (int i = 0; i < 9; i++)
    row[i / 3] += lab.payoff[i] / 3, column[i % 3] += lab.payoff[i] / 3, mean += lab.payoff[i] / 9;
  for (int i = 0; i < 9; i++) ck_assert_float_eq_tol(q[i / 3] + q[3 + i % 3], row[i / 3] + column[i % 3] - mean, 0.2f);
  ck_assert_float_eq(played, payoff);
  destroy(&lab);
}

START_TEST(vdn_fits_least_squares) {
  check_vdn("matrix/qtran", 0); // the optimum 8 is missed
  check_vdn("matrix/qplex1", 10);
  check_vdn("matrix/climbing", 5);
}
END_TEST

// Additive: at the table of 0, 1, 1, 8 the best joint action is worth 6.5 only, less than the 7s.
START_TEST(vdn_gets_seven_on_two_steps) {
  Lab lab = prepare("vdn", open_world("two_step"), 3, NULL);
  float q[8];
  train(&lab, 4000);
  ck_assert_float_eq(play(&lab, q), 7);
  ck_assert_float_eq_tol(fmaxf(q[0], q[1]) + q[2], 0.99f * 7, 0.4f);
  destroy(&lab);
}
END_TEST

START_TEST(qmix_gets_eight_on_two_steps) {
  for (uint64_t seed = 1; seed <= 3; seed++) {
    Lab lab = prepare("qmix", open_world("two_step"), seed, NULL);
    float q[8];
    train(&lab, 4000);
    ck_assert_float_eq(play(&lab, q), 8);
    destroy(&lab);
  }
}
END_TEST

// With an additive critic the credits are its own fit's, so the agents' values differ as the row means do, and greedy
// play is that of VDN, not the optimum.
static void check_qpd(const char *game, float payoff, const float *differences) {
  const char *const settings[] = {"critic_lr", "0.002", "path_points", "20", "obs_agent_id", "true", NULL};
  Lab lab = prepare("qpd", open_world(game), 4, settings);
  float q[6];
  train(&lab, 3000);
  ck_assert_float_eq(play(&lab, q), payoff);
  for (int i = 0; i < 6; i++) ck_assert_float_eq_tol(q[i] - q[i / 3 * 3], differences[i], 0.2f);
  destroy(&lab);
}

START_TEST(qpd_learns_the_additive_credits) {
  check_qpd("matrix/qtran", 0, (float[]){0, 4.f / 3, 4.f / 3, 0, 4.f / 3, 4.f / 3});
  check_qpd("matrix/climbing", 5, (float[]){0, 2.f / 3, 8, 0, -4.f / 3, 10});
}
END_TEST

CO_TESTS(iql_fits_means, vdn_fits_least_squares, vdn_gets_seven_on_two_steps, qmix_gets_eight_on_two_steps,
         qpd_learns_the_additive_credits)
