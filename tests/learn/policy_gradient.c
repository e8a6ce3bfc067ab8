// Policy gradients, and evolution of a policy, on classic control: every method reaches its threshold with its final
// weights, on fresh greedy episodes, on each seed; TRPO keeps its bound at every update.
#include <stdio.h>

#include "cohort/file.h"
#include "cohort/script_env.h"
#include "score.h"

START_TEST(ppo_balances_the_pole) {
  static const char *const settings[] = {"lr", "0.001", "lr_anneal_time", "100000", "update_epochs", "8", NULL};
  reaches("cartpole", "ppo", 4, 100000, settings, 3, 475);
}
END_TEST

START_TEST(a2c_balances_the_pole) {
  reaches("cartpole", "a2c", 8, 300000, (const char *const[]){"lr_anneal_time", "300000", NULL}, 3, 475);
}
END_TEST

START_TEST(one_step_actor_critic_balances_the_pole) {
  reaches(
      "cartpole", "a2c", 8, 300000,
      (const char *const[]){"gae_lambda", "0", "optimizer", "adam", "lr", "0.001", "lr_anneal_time", "300000", NULL}, 3,
      475);
}
END_TEST

START_TEST(reinforce_balances_the_pole) {
  reaches("cartpole", "reinforce", 8, 200000, (const char *const[]){"baseline", "false", NULL}, 3, 475);
  reaches("cartpole", "reinforce", 8, 200000, (const char *const[]){"baseline", "true", NULL}, 3, 475);
}
END_TEST

// Every row of metrics.csv is one update: its divergence from the policy that acted.
static int updates_within(const char *folder, double bound) {
  char path[256];
  size_t bytes;
  int column = 0, rows = 0;
  snprintf(path, sizeof path, "%s/metrics.csv", folder);
  char *text = co_file_read(path, (size_t)1 << 24, &bytes, NULL), *line = text, *rest;
  ck_assert_ptr_nonnull(text);
  for (char *at = text; strncmp(at, "kl,", 3) != 0; at = strchr(at, ',') + 1) column++;
  while ((line = strchr(line, '\n')) && line[1]) {
    char *at = ++line;
    for (int i = 0; i < column; i++) at = strchr(at, ',') + 1;
    double kl = strtod(at, &rest);
    ck_assert(rest > at);
    ck_assert_msg(kl <= bound, "%s, update %d: %g", folder, rows, kl);
    rows++;
  }
  free(text);
  return rows;
}

START_TEST(trpo_balances_the_pole_within_its_bound) {
  CoWorld *world = open_world("cartpole");
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(5); seed++) {
    char folder[] = "trpo-XXXXXX", command[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    double got = train(world, "trpo", seed, 4, 100000, NULL, folder);
    ck_assert_msg(got >= 475, "seed %d: %g, must reach 475", (int)seed, got);
    ck_assert_int_eq(updates_within(folder, 0.01), 98);
    snprintf(command, sizeof command, "rm -rf ./%s", folder);
    ck_assert_int_eq(system(command), 0);
  }
  co_world_close(world);
}
END_TEST

START_TEST(evolution_balances_the_pole) {
  reaches("cartpole", "cem", 8, 200000, NULL, 5, 475);
  reaches("cartpole", "cma_es", 8, 100000, NULL, 5, 475);
}
END_TEST

// Random torques earn about -1200, a near-optimal policy -137.
START_TEST(ppo_swings_the_pendulum_up) {
  static const char *const settings[] = {"num_steps",     "1024",  "gamma",           "0.9",  "lr",       "0.001",
                                         "update_epochs", "2",     "num_minibatches", "16",   "ent_coef", "0",
                                         "clip_vloss",    "false", "max_grad_norm",   "1e9",  "norm_obs", "true",
                                         "norm_reward",   "true",  "activation",      "relu", NULL};
  reaches("pendulum", "ppo", 4, 307200, settings, 3, -200);
}
END_TEST

// A script's continuous environment: a crash costs 10, a soft landing brings about 13.
START_TEST(ppo_lands_the_lander) {
  static const char *const lander[] = {"num_steps", "256",     "lr",   "0.0005", "lr_anneal_time", "400000", "ent_coef",
                                       "0",         "log_std", "-0.5", NULL};
  CoError error = {{0}};
  CoScriptEnv *script = co_script_env_load(COHORT_SOURCE "/scripts/envs/lander.lua", NULL, &error);
  check(script, &error);
  const CoEnvType *type = co_script_env_type(script);
  void *config = calloc(1, type->settings.bytes + 1);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  for (uint64_t seed = 1; seed <= 2; seed++) {
    double got = train(world, "ppo", seed, 8, 400000, lander, NULL);
    ck_assert_msg(got > 2, "seed %d: %g", (int)seed, got);
  }
  co_world_close(world);
  co_script_env_destroy(script);
  free(config);
}
END_TEST

CO_TESTS(ppo_balances_the_pole, a2c_balances_the_pole, one_step_actor_critic_balances_the_pole,
         reinforce_balances_the_pole, trpo_balances_the_pole_within_its_bound, evolution_balances_the_pole,
         ppo_swings_the_pendulum_up, ppo_lands_the_lander)
