// Families of tasks: the same task for the same stream, another one else; what who walks to a goal earns, by hand; what
// is seen of a bandit's last pull.
#include <string.h>

#include "cohort/vecenv.h"
#include "suite.h"

extern const CoEnvType co_navigation, co_bandit;

static CoWorld *open(const CoEnvType *type, const char *settings, const char *value) {
  CoError error;
  unsigned char config[256];
  ck_assert_uint_le(type->settings.bytes, sizeof config);
  co_settings_defaults(&type->settings, config);
  ck_assert(!settings || co_settings_set(&type->settings, config, settings, value, &error));
  CoWorld *world = co_world_open(type, config, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static void goal_of(const CoVecEnv *vec, int env, float goal[2]) {
  memcpy(goal, co_vecenv_state(vec, env), 2 * sizeof *goal);
}

// Copies 0 and 1 have the same stream; episodes of their own begin with tasks of their own.
START_TEST(a_stream_is_a_task) {
  CoError error;
  CoWorld *world = open(&co_navigation, NULL, NULL);
  CoVecEnv *vec = co_vecenv_create(world, 3, CO_VIEW_OBS, NULL, 1, "env", &error);
  const CoRng tasks[] = {co_rng(1, "task", 0), co_rng(1, "task", 0), co_rng(1, "task", 1)};
  float goal[3][2], again[2];
  ck_assert(co_vecenv_reset_tasks(vec, NULL, tasks, &error));
  for (int i = 0; i < 3; i++) goal_of(vec, i, goal[i]);
  ck_assert_mem_eq(goal[0], goal[1], sizeof again);
  ck_assert_mem_ne(goal[0], goal[2], sizeof again);
  ck_assert(co_vecenv_reset(vec, NULL, NULL, &error));
  goal_of(vec, 0, again);
  ck_assert_mem_ne(again, goal[0], sizeof again);
  ck_assert(co_vecenv_reset_tasks(vec, NULL, tasks, &error));
  goal_of(vec, 0, again);
  ck_assert_mem_eq(again, goal[0], sizeof again);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

// From (0, 0) towards (0.3, -0.4): full speed goes to (0.1, -0.1), and 0.2^2 + 0.3^2 = 0.13 is left.
START_TEST(a_walk_to_a_goal) {
  CoError error;
  CoWorld *world = open(&co_navigation, NULL, NULL);
  float state[4] = {0.3f, -0.4f, 0, 0}, reward;
  const float far[] = {5, -5}, rest[] = {0.1f, -0.1f}, last[] = {0.095f, -0.1f};
  CoOutcome out = {&reward, NULL, false};
  ck_assert(co_navigation.step(co_world_self(world), NULL, state, &(CoActions){NULL, far}, NULL, &out, &error));
  ck_assert_float_eq_tol(reward, -0.36055513f, 1e-6f);
  ck_assert(!out.terminated);
  ck_assert(co_navigation.step(co_world_self(world), NULL, state, &(CoActions){NULL, rest}, NULL, &out, &error));
  ck_assert_float_eq_tol(reward, -0.22360680f, 1e-6f); // 0.1, 0.2
  state[3] = -0.3f;
  ck_assert(co_navigation.step(co_world_self(world), NULL, state, &(CoActions){NULL, last}, NULL, &out, &error));
  ck_assert_float_eq_tol(reward, -0.005f, 1e-6f);
  ck_assert(out.terminated); // within 0.01
  co_world_close(world);
}
END_TEST

START_TEST(a_bandit_tells_of_the_last_pull) {
  CoError error;
  CoWorld *world = open(&co_bandit, "recall", "true");
  CoEnv *env = co_env_create(world, 1, &error);
  float obs[12];
  const int arm = 3;
  ck_assert_int_eq(co_world_spec(world)->obs_size, 12);
  ck_assert(co_env_reset(env, &error) && co_env_observe(env, 0, obs, &error));
  for (int i = 0; i < 12; i++) ck_assert_float_eq(obs[i], i == 11);
  ck_assert(co_env_step(env, &(CoActions){&arm, NULL}, &error) && co_env_observe(env, 0, obs, &error));
  for (int i = 0; i < 12; i++) ck_assert_float_eq(obs[i], i == 10 ? co_env_rewards(env)[0] : i == arm);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

CO_TESTS(a_stream_is_a_task, a_walk_to_a_goal, a_bandit_tells_of_the_last_pull)
