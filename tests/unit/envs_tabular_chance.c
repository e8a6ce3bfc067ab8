// Chains, stakes and arms against exact values: random walk, short corridor, gambler, counterexample, bandit.
#include "planning.h"

extern const CoEnvType co_random_walk, co_short_corridor, co_gambler, co_counterexample, co_bandit;

START_TEST(walks_end_right_in_proportion) {
  Plan five = plan_solve(&co_random_walk, "states=5", 1), nineteen = plan_solve(&co_random_walk, "states=19", 1);
  for (int i = 1; i <= 5; i++) ck_assert_double_eq_tol(five.value[i], i / 6.0, 1e-9);
  for (int i = 1; i <= 19; i++) ck_assert_double_eq_tol(nineteen.value[i], (i - 10) / 10.0, 1e-9);
  ck_assert_double_eq(five.model->start[3], 1);
  ck_assert_double_eq(nineteen.model->start[10], 1);
  plan_free(&five);
  plan_free(&nineteen);
}
END_TEST

// Who goes right with probability p everywhere: J = (2 p - 4) / (p (1 - p)), best at 2 - sqrt 2.
static double corridor(double p) {
  CoError error;
  CoWorld *world = plan_world(&co_short_corridor, "", NULL, &error);
  CoModel *model = co_model_create(world, &error);
  double value[4] = {0};
  for (double change = 1; change > 1e-14;) {
    change = 0;
    for (int s = 0; s < 3; s++) {
      double next = (1 - p) * plan_backup(model, value, s, 0, 1) + p * plan_backup(model, value, s, 1, 1);
      change = fmax(change, fabs(next - value[s]));
      value[s] = next;
    }
  }
  co_model_destroy(model);
  co_world_close(world);
  return value[0];
}

START_TEST(the_corridors_best_policy_is_random) {
  double best = 2 - sqrt(2);
  ck_assert_double_eq_tol(corridor(best), -11.656854249492381, 1e-9);
  ck_assert_double_eq_tol(corridor(0.05), (2 * 0.05 - 4) / (0.05 * 0.95), 1e-9);
  ck_assert(corridor(best - 0.01) < corridor(best) && corridor(best + 0.01) < corridor(best));
}
END_TEST

START_TEST(places_in_the_corridor_look_alike) {
  CoError error;
  CoWorld *world = plan_world(&co_short_corridor, "", NULL, &error);
  for (int place = 0; place < 4; place++) {
    float obs = 0;
    ck_assert(co_world_observe(world, NULL, &place, 0, &obs, &error));
    ck_assert_float_eq(obs, 1);
    ck_assert_int_eq(co_short_corridor.index(NULL, &place, 0), place);
  }
  co_world_close(world);
}
END_TEST

// Bold play is optimal for a coin that favours the bank: V(c / 100) is that of the coin's distribution function.
static double bold(double share, double heads, int depth) {
  if (share >= 1 || depth == 0) return share >= 1;
  if (share <= 0.5) return heads * bold(2 * share, heads, depth - 1);
  return heads + (1 - heads) * bold(2 * share - 1, heads, depth - 1);
}

START_TEST(gamblers_win_as_often_as_bold_play) {
  Plan plan = plan_solve(&co_gambler, "heads=0.4", 1);
  ck_assert_double_eq_tol(plan.value[50], 0.4, 1e-10);
  ck_assert_double_eq_tol(plan.value[25], 0.16, 1e-10);
  ck_assert_double_eq_tol(plan.value[75], 0.64, 1e-10);
  for (int c = 1; c < 100; c++) ck_assert_double_eq_tol(plan.value[c], bold(c / 100.0, 0.4, 40), 1e-9);
  plan_free(&plan);
  ck_assert_double_eq_tol(plan_optimum(&co_gambler, "heads=0.5 capital=37", 1), 0.37, 1e-9);
}
END_TEST

START_TEST(stakes_are_what_one_has_and_needs) {
  CoError error;
  CoWorld *world = plan_world(&co_gambler, "", NULL, &error);
  for (int capital = 0; capital <= 100; capital++) {
    uint8_t mask[51];
    ck_assert(co_world_available(world, NULL, &capital, 0, mask, &error));
    int most = capital < 100 - capital ? capital : 100 - capital;
    for (int stake = 0; stake <= 50; stake++)
      ck_assert_int_eq(mask[stake], most ? stake > 0 && stake <= most : stake == 0);
  }
  co_world_close(world);
}
END_TEST

// Features times weights: 2 w[i] + w[7], and w[6] + 2 w[7]; one solution makes every value 0.
START_TEST(the_counterexamples_features) {
  CoError error;
  CoWorld *world = plan_world(&co_counterexample, "", NULL, &error);
  for (int place = 0; place < 7; place++) {
    float obs[8], expected[8] = {0};
    ck_assert(co_world_observe(world, NULL, &place, 0, obs, &error));
    expected[place] = place < 6 ? 2 : 1;
    expected[7] = place < 6 ? 1 : 2;
    ck_assert_mem_eq(obs, expected, sizeof obs);
  }
  CoModel *model = co_model_create(world, &error);
  for (int s = 0; s < 7; s++) {
    ck_assert_int_eq(model->first[2 * s + 1] - model->first[2 * s], 6);
    ck_assert_int_eq(model->first[2 * s + 2] - model->first[2 * s + 1], 1);
    ck_assert_int_eq(model->next[model->first[2 * s + 1]], 6);
    ck_assert_double_eq_tol(model->start[s], 1.0 / 7, 1e-15);
  }
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

enum { PULLS = 20000, ARMS = 10 };

// Pulls arm 3 again and again: mean and variance of what it pays, and how often that was the best.
static void pull(const char *settings, double *value, double *mean, double *variance, double *optimal) {
  CoError error;
  CoWorld *world = plan_world(&co_bandit, settings, NULL, &error);
  CoEnv *env = co_env_create(world, 1, &error);
  ck_assert(co_env_reset(env, &error));
  const int arm = 3;
  double sum = 0, squares = 0;
  for (int i = 0; i < PULLS; i++) {
    ck_assert(co_env_step(env, &(CoActions){&arm, NULL}, &error));
    double reward = (double)co_env_rewards(env)[0];
    sum += reward;
    squares += reward * reward;
  }
  ck_assert_str_eq(co_world_fields(world)->name, "value");
  memcpy(value, (const char *)co_env_state(env) + co_world_fields(world)->offset, ARMS * sizeof *value);
  *mean = sum / PULLS;
  *variance = squares / PULLS - *mean * *mean;
  *optimal = (double)co_env_info(env)[0] / PULLS;
  co_env_destroy(env);
  co_world_close(world);
}

static bool is_best(const double *value, int arm) {
  for (int i = 0; i < ARMS; i++)
    if (value[i] > value[arm]) return false;
  return true;
}

START_TEST(arms_pay_their_values) {
  double value[ARMS], mean, variance, optimal;
  pull("pulls=1000000", value, &mean, &variance, &optimal);
  ck_assert_double_eq_tol(mean, value[3], 4 / sqrt(PULLS));
  ck_assert_double_eq_tol(variance, 1, 4 * sqrt(2.0 / PULLS));
  ck_assert_double_eq(optimal, is_best(value, 3));
  pull("pulls=1000000 kind=bernoulli", value, &mean, &variance, &optimal);
  ck_assert_double_eq_tol(mean, value[3], 4 * 0.5 / sqrt(PULLS));
  ck_assert_double_eq_tol(variance, mean * (1 - mean), 1e-9);
  ck_assert_double_eq(optimal, is_best(value, 3));
}
END_TEST

START_TEST(values_drift) {
  double value[ARMS], mean, variance, optimal, spread = 0;
  pull("pulls=1000000 spread=0 level=4 drift=0.01", value, &mean, &variance, &optimal);
  for (int i = 0; i < ARMS; i++) spread += (value[i] - 4) * (value[i] - 4) / ARMS;
  double expected = 0.01 * 0.01 * PULLS; // 2; ten draws of a squared normal
  ck_assert(spread > 0.2 * expected && spread < 2.6 * expected);
  pull("pulls=1000000 spread=0 level=4", value, &mean, &variance, &optimal);
  for (int i = 0; i < ARMS; i++) ck_assert_double_eq(value[i], 4);
  ck_assert_double_eq(optimal, 1);
}
END_TEST

CO_TESTS(walks_end_right_in_proportion, the_corridors_best_policy_is_random, places_in_the_corridor_look_alike,
         gamblers_win_as_often_as_bold_play, stakes_are_what_one_has_and_needs, the_counterexamples_features,
         arms_pay_their_values, values_drift)
