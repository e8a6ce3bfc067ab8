// Rollouts: what is kept, where streams are cut, and advantages by hand.
#include "toy.h"

#include "suite.h"

#include "cohort/rollout.h"

typedef struct Play {
  CoWorld *world;
  CoVecEnv *vec;
  CoRollout *rollout;
} Play;

static Play begin_with(CoWorld *world, int team, CoRolloutConfig config) {
  Play play = {.world = world};
  play.vec = co_vecenv_create(world, config.num_envs, CO_VIEW_ALL, NULL, 1, "env", NULL);
  play.rollout = co_rollout_create(world, team, &config, NULL);
  return play;
}

static Play begin(CoWorld *world, int team, int steps, int num_envs, int notes) {
  return begin_with(world, team, (CoRolloutConfig){steps, num_envs, CO_VIEW_ALL, notes, false});
}

static void end(Play *play) {
  co_rollout_destroy(play->rollout);
  co_vecenv_destroy(play->vec);
  co_world_close(play->world);
}

static void step(Play *play, const CoActions *actions, const float *notes, bool restart) {
  if (restart) ck_assert(co_vecenv_restart(play->vec, NULL));
  co_rollout_before(play->rollout, play->vec, actions, notes);
  ck_assert(co_vecenv_step(play->vec, actions, NULL));
  co_rollout_after(play->rollout, play->vec);
}

START_TEST(joint_steps_are_kept) {
  Play play = begin(toy_world((ToyConfig){.length = 3, .death = 2}), 0, 4, 2, 1);
  for (int t = 0; t < 4; t++) {
    int actions[6] = {t % 3, 1, 2, 2, t % 3, 0};
    float notes[4] = {(float)t, (float)t + 10, (float)t + 20, (float)t + 30};
    ck_assert(!co_rollout_full(play.rollout));
    step(&play, &(CoActions){actions, NULL}, notes, true);
  }
  const CoRollout *r = play.rollout;
  ck_assert(co_rollout_full(r));
  ck_assert_int_eq(r->rewards, 1);
  for (int t = 0; t < 4; t++) {
    for (int i = 0; i < 2; i++) {
      int row = 2 * t + i, clock = t % 3;
      ck_assert_float_eq(r->obs[6 * row], (float)clock);
      ck_assert_float_eq(r->global[2 * row], (float)clock);
      ck_assert_int_eq(r->index[2 * row + 1], 3 * clock + 1);
      ck_assert_int_eq(r->alive[2 * row + 1], clock < 2);
      ck_assert_int_eq(r->acting[2 * row + 1], clock < 2);
      ck_assert_int_eq(r->action[2 * row], i ? 2 : t % 3);
      ck_assert_int_eq(r->action[2 * row + 1], i ? t % 3 : 1);
      ck_assert_float_eq(r->notes[2 * row + 1], (float)t + (i ? 30 : 10));
      ck_assert_float_eq(r->reward[row], (float)(clock + 1));
      ck_assert_float_eq(r->discount[row], t == 2 ? 0 : 1);
      ck_assert_int_eq(r->cut[row], t == 2 ? i : t == 3 ? 2 + i : -1);
      ck_assert_int_eq(r->mask[6 * row], 1);
    }
  }
  ck_assert_int_eq(r->cuts, 4);
  ck_assert_float_eq(r->last_obs[0], 3);     // the end itself
  ck_assert_float_eq(r->last_obs[3], 0);     // of agent 1, dead
  ck_assert_float_eq(r->last_obs[2 * 6], 1); // where play goes on
  ck_assert_float_eq(r->last_global[1 * 2], 3);
  ck_assert_int_eq(r->last_index[2 * 2 + 1], 4);
  ck_assert_int_eq(r->last_alive[1], 0);
  ck_assert_int_eq(r->last_mask[0], 1);
  co_rollout_clear(play.rollout);
  ck_assert(!co_rollout_full(r));
  end(&play);
}
END_TEST

START_TEST(copies_that_ended_take_no_part) {
  Play play = begin(toy_world((ToyConfig){.length = 1}), 1, 2, 1, 0);
  int actions[3] = {0};
  step(&play, &(CoActions){actions, NULL}, NULL, true);
  step(&play, &(CoActions){actions, NULL}, NULL, false);
  ck_assert_int_eq(play.rollout->cut[0], 0);
  ck_assert_int_eq(play.rollout->cut[1], -1);
  ck_assert_int_eq(play.rollout->acting[1], 0);
  ck_assert_float_eq(play.rollout->reward[0], -1);
  ck_assert_float_eq(play.rollout->reward[1], 0);
  end(&play);
}
END_TEST

START_TEST(controls_are_kept) {
  Play play = begin(toy_continuous_world((ToyConfig){.limit = 9}), 1, 1, 2, 0);
  const float controls[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  step(&play, &(CoActions){NULL, controls}, NULL, true);
  const float kept[4] = {5, 6, 11, 12};
  ck_assert_mem_eq(play.rollout->control, kept, sizeof kept);
  ck_assert_ptr_null(play.rollout->mask);
  ck_assert_ptr_null(play.rollout->action);
  end(&play);
}
END_TEST

// Rewards 1, 2, 3 of an episode that ends or is truncated after three steps, then 1 of the next.
static void advantages(ToyConfig config, double gamma, double lambda, float out[8]) {
  Play play = begin(toy_world(config), 0, 4, 1, 0);
  int actions[3] = {0};
  for (int t = 0; t < 4; t++) step(&play, &(CoActions){actions, NULL}, NULL, true);
  const float value[8] = {10, 11, 20, 21, 30, 31, 40, 41}, last[4] = {100, 101, 200, 201};
  co_rollout_advantages(play.rollout, gamma, lambda, value, last, out);
  end(&play);
}

START_TEST(advantages_bootstrap_from_the_real_successor) {
  float end_a[8], cut_a[8];
  advantages((ToyConfig){.length = 3}, 0.5, 0.5, end_a);
  advantages((ToyConfig){.limit = 3}, 0.5, 0.5, cut_a);
  ck_assert_float_eq_tol(end_a[6], 1 + 0.5f * 200 - 40, 1e-4f);
  ck_assert_float_eq_tol(end_a[4], 3 - 30, 1e-4f);
  ck_assert_float_eq_tol(end_a[2], (2 + 0.5f * 30 - 20) + 0.25f * end_a[4], 1e-4f);
  ck_assert_float_eq_tol(end_a[0], (1 + 0.5f * 20 - 10) + 0.25f * end_a[2], 1e-4f);
  ck_assert_float_eq_tol(end_a[1], (1 + 0.5f * 21 - 11) + 0.25f * end_a[3], 1e-4f);
  ck_assert_float_eq_tol(cut_a[4], 3 + 0.5f * 100 - 30, 1e-4f);
  ck_assert_float_eq_tol(cut_a[2], (2 + 0.5f * 30 - 20) + 0.25f * cut_a[4], 1e-4f);
}
END_TEST

START_TEST(running_out_of_time_is_an_end_where_asked) {
  CoWorld *world = toy_world((ToyConfig){.limit = 2});
  Play play = begin_with(world, 0, (CoRolloutConfig){4, 1, CO_VIEW_ALL, 0, true});
  int actions[3] = {0};
  for (int t = 0; t < 4; t++) step(&play, &(CoActions){actions, NULL}, NULL, true);
  const float discounts[4] = {1, 0, 1, 0};
  for (int t = 0; t < 4; t++) ck_assert_float_eq(play.rollout->discount[t], discounts[t]);
  end(&play);
}
END_TEST

START_TEST(advantages_follow_turns) {
  float a[8];
  advantages((ToyConfig){.limit = 50, .turns = 1}, 0.5, 0.5, a); // agent 0 moves at 0 and 3, agent 1 at 1
  ck_assert_float_eq_tol(a[6], 4 + 0.5f * 100 - 40, 1e-4f);
  ck_assert_float_eq_tol(a[0], (1 + 0.5f * 2 + 0.25f * 3 + 0.125f * 40 - 10) + 0.5f * 0.125f * a[6], 1e-4f);
  ck_assert_float_eq_tol(a[3], 2 + 0.5f * 3 + 0.25f * 4 + 0.125f * 101 - 21, 1e-4f);
  ck_assert_float_eq(a[1], 0);
  ck_assert_float_eq(a[2], 0);
  ck_assert_float_eq(a[7], 0);
}
END_TEST

CO_TESTS(joint_steps_are_kept, copies_that_ended_take_no_part, controls_are_kept,
         advantages_bootstrap_from_the_real_successor, running_out_of_time_is_an_end_where_asked,
         advantages_follow_turns)
