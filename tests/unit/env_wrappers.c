// Wrappers: limits, scaled rewards, stacked frames, nesting, and the normalisation of observations.
#include <math.h>

#include "toy.h"

#include "suite.h"

#include "cohort/model.h"
#include "cohort/vecenv.h"
#include "cohort/wrappers.h"

static const CoActions ones = {(const int[]){1, 1, 1}, NULL};

static CoEnv *begin(const CoWorld *world) {
  CoEnv *env = co_env_create(world, 2, NULL);
  ck_assert(co_env_reset(env, NULL));
  return env;
}

START_TEST(a_limit_truncates) {
  CoWorld *world = co_world_limit(toy_world((ToyConfig){.limit = 9}), 2);
  ck_assert_int_eq(co_world_team(world, 1)->episode_limit, 2);
  CoEnv *env = begin(world);
  ck_assert(co_env_step(env, &ones, NULL));
  ck_assert_int_eq(co_env_ending(env), CO_PLAYING);
  ck_assert(co_env_step(env, &ones, NULL));
  ck_assert_int_eq(co_env_ending(env), CO_TRUNCATED);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(rewards_are_scaled) {
  CoWorld *world = co_world_scale_reward(toy_world((ToyConfig){.limit = 9, .death = 1}), 0.5, NULL);
  CoEnv *env = begin(world);
  ck_assert(co_env_step(env, &ones, NULL) && co_env_step(env, &ones, NULL));
  ck_assert_float_eq(co_env_rewards(env)[0], 1);
  ck_assert_float_eq(co_env_rewards(env)[2], -1);
  ck_assert(!co_env_alive(env, 1));
  ck_assert_int_eq(co_env_index(env, 1), 7);
  ck_assert_str_eq(co_world_type(world)->name, "toy");
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

static void assert_frames(const float *obs, float oldest, float older, float newest) {
  ck_assert_float_eq(obs[0], oldest);
  ck_assert_float_eq(obs[3], older);
  ck_assert_float_eq(obs[6], newest);
}

START_TEST(frames_are_stacked) {
  CoWorld *world = co_world_stack(toy_world((ToyConfig){.limit = 9, .death = 2}), 3, NULL);
  ck_assert_int_eq(co_world_spec(world)->obs_size, 9);
  CoEnv *env = begin(world);
  float obs[9];
  ck_assert(co_env_observe(env, 0, obs, NULL));
  for (int i = 0; i < 6; i++) ck_assert_float_eq(obs[i], 0);
  ck_assert(co_env_step(env, &ones, NULL) && co_env_observe(env, 2, obs, NULL));
  assert_frames(obs, 0, 0, 1); // clocks
  ck_assert(co_env_step(env, &ones, NULL) && co_env_step(env, &ones, NULL) && co_env_observe(env, 0, obs, NULL));
  assert_frames(obs, 1, 2, 3);
  assert_frames(obs + 1, 1, 2, 3); // sums of actions
  ck_assert(co_env_observe(env, 1, obs, NULL));
  for (int i = 0; i < 9; i++) ck_assert_float_eq(obs[i], 0); // dead
  ck_assert(co_env_reset(env, NULL) && co_env_observe(env, 0, obs, NULL));
  for (int i = 0; i < 6; i++) ck_assert_float_eq(obs[i], 0);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(the_history_is_state) {
  CoWorld *world = co_world_stack(toy_world((ToyConfig){.limit = 90, .nature = 1}), 2, NULL);
  CoVecEnv *a = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, 1, "env", NULL);
  CoVecEnv *b = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, 2, "env", NULL);
  CoWriter writer = {0};
  ck_assert(co_vecenv_restart(a, NULL));
  for (int i = 0; i < 4; i++) ck_assert(co_vecenv_step(a, &ones, NULL));
  ck_assert_float_eq(co_vecenv_frame(a, 0)->obs[0], 3); // nature's moves leave no frames
  ck_assert_float_eq(co_vecenv_frame(a, 0)->obs[3], 4);
  co_vecenv_save(a, &writer);
  CoReader reader = co_reader(writer.data, writer.size, NULL);
  ck_assert(co_vecenv_load(b, &reader));
  ck_assert_mem_eq(co_vecenv_frame(a, 0)->obs, co_vecenv_frame(b, 0)->obs, 12 * sizeof(float));
  int same = 0;
  for (const CoStateField *field = co_world_fields(world); field->name; field++) same += !strcmp(field->name, "frames");
  ck_assert_int_eq(same, 1);
  co_writer_free(&writer);
  co_vecenv_destroy(a), co_vecenv_destroy(b);
  co_world_close(world);
}
END_TEST

START_TEST(wrappers_nest) {
  CoWorld *inner = toy_world((ToyConfig){.limit = 9});
  CoWorld *world = co_world_limit(co_world_stack(co_world_scale_reward(inner, 3, NULL), 2, NULL), 4);
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, 1, "env", NULL);
  CoRng rng = {1, 1};
  int actions[3] = {0};
  ck_assert(co_vecenv_restart(vec, NULL) && co_vecenv_step(vec, &ones, NULL));
  ck_assert_float_eq(co_vecenv_rewards(vec)[0], 3);
  ck_assert_int_eq(co_world_spec(world)->episode_limit, 4);
  ck_assert(co_vecenv_script(vec, &toy_scripts[0], 0, &rng, actions, NULL)); // a script of the innermost
  ck_assert_int_eq(actions[0], 2);
  ck_assert_ptr_null(co_world_limit(co_world_stack(NULL, 2, NULL), 4));
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(observations_become_standard) {
  CoNormaliser *normaliser = co_normaliser_create(2, 3, NULL), *loaded = co_normaliser_create(2, 3, NULL);
  const float obs[8] = {1, 5, 3, 5, 5, 5, 7, 5}; // means 4 and 5, deviations sqrt(5) and 0
  float out[8], again[8];
  co_normaliser_update(normaliser, obs, 3);
  co_normaliser_update(normaliser, obs + 6, 1);
  co_normaliser_apply(normaliser, obs, 4, out);
  for (int i = 0; i < 4; i++) {
    ck_assert_float_eq_tol(out[2 * i], (obs[2 * i] - 4) / sqrtf(5), 1e-6f);
    ck_assert_float_eq(out[2 * i + 1], 0);
  }
  co_normaliser_apply(normaliser, (const float[]){1000, -1000}, 1, out);
  ck_assert_float_eq(out[0], 3);
  ck_assert_float_eq(out[1], -3);
  CoWriter writer = {0};
  co_normaliser_save(normaliser, &writer);
  CoReader reader = co_reader(writer.data, writer.size, NULL);
  ck_assert(co_normaliser_load(loaded, &reader));
  co_normaliser_apply(normaliser, obs, 4, out), co_normaliser_apply(loaded, obs, 4, again);
  ck_assert_mem_eq(out, again, sizeof out);
  CoNormaliser *other = co_normaliser_create(3, 3, NULL);
  reader = co_reader(writer.data, writer.size, NULL);
  ck_assert(!co_normaliser_load(other, &reader));
  co_writer_free(&writer);
  co_normaliser_destroy(normaliser), co_normaliser_destroy(loaded), co_normaliser_destroy(other);
}
END_TEST

CO_TESTS(a_limit_truncates, rewards_are_scaled, frames_are_stacked, the_history_is_state, wrappers_nest,
         observations_become_standard)
