// A point in four rooms, by hand: steps, walls, hallways, the goal; and nothing ever stands in a wall.
#include "planning.h"

#include "cohort/vecenv.h"

extern const CoEnvType co_point_rooms;

typedef struct Walk {
  float at[2];
  float reward, success;
  bool over;
} Walk;

static Walk go(float x, float y, float dx, float dy, float goal_x, float goal_y) {
  CoError error;
  CoWorld *world = plan_world(&co_point_rooms, "pace=0.5 near=0.5", NULL, &error);
  float state[] = {x, y, goal_x, goal_y};
  const float push[] = {dx, dy};
  Walk walk = {.reward = 9};
  CoOutcome out = {&walk.reward, &walk.success, false};
  ck_assert(co_point_rooms.step(co_world_self(world), NULL, state, &(CoActions){NULL, push}, NULL, &out, &error));
  walk.over = out.terminated, walk.at[0] = state[0], walk.at[1] = state[1];
  co_world_close(world);
  return walk;
}

static void lands(Walk walk, float x, float y) {
  ck_assert_float_eq_tol(walk.at[0], x, 2e-3f);
  ck_assert_float_eq_tol(walk.at[1], y, 2e-3f);
}

START_TEST(steps_and_walls) {
  lands(go(2.5f, 2.5f, 1, -.5f, 9, 9), 3, 2.25f);
  lands(go(2.5f, 2.5f, 7, 0, 9, 9), 3, 2.5f);       // no faster than the pace
  lands(go(1.2f, 1.3f, -1, -1, 9, 9), 1, 1);        // the corner of the house
  lands(go(5.8f, 2.5f, 1, .5f, 9, 9), 6, 2.75f);    // along the wall between the rooms
  lands(go(5.8f, 3.5f, 1, 0, 9, 9), 6.3f, 3.5f);    // through the hallway
  lands(go(6.5f, 3.8f, 0, 1, 9, 9), 6.5f, 4);       // no further aside in it
  lands(go(2.5f, 5.8f, 0, 1, 9, 9), 2.5f, 6.3f);    // the western one
  lands(go(9.5f, 7.2f, .2f, -1, 2, 2), 9.6f, 6.7f); // the eastern one, one lower
}
END_TEST

START_TEST(the_goal_is_reached_near_by) {
  Walk near = go(2.5f, 2.5f, 1, 0, 3.4f, 2.5f), far = go(2.5f, 2.5f, 1, 0, 3.6f, 2.5f);
  ck_assert(near.over && near.reward == 0 && near.success == 1);
  ck_assert(!far.over && far.reward == -1 && far.success == 0);
}
END_TEST

START_TEST(nothing_stands_in_a_wall) {
  CoError error;
  CoWorld *world = plan_world(&co_point_rooms, "pace=0.9", NULL, &error);
  CoVecEnv *vec = co_vecenv_create(world, 16, CO_VIEW_OBS, NULL, 1, "test", &error);
  CoRng rng = co_rng(1, "test", 0);
  float push[32];
  int rooms = 0;
  for (int t = 0; t < 2000; t++) {
    ck_assert(co_vecenv_restart(vec, &error));
    for (int i = 0; i < 32; i++) push[i] = (float)co_rng_uniform(&rng, -1, 1);
    ck_assert(co_vecenv_step(vec, &(CoActions){NULL, push}, &error));
    for (int i = 0; i < 16; i++) {
      const float *at = co_vecenv_state(vec, i);
      bool beside = (int)at[0] == 6, below = (int)at[1] == 6 && at[0] < 6, lower = (int)at[1] == 7 && at[0] > 6;
      ck_assert(at[0] >= 1 && at[0] < 12 && at[1] >= 1 && at[1] < 12);
      if (beside) ck_assert((int)at[1] == 3 || (int)at[1] == 10);
      if (below) ck_assert_int_eq((int)at[0], 2);
      if (lower) ck_assert_int_eq((int)at[0], 9);
      rooms |= 1 << ((at[0] > 6) + 2 * (at[1] > 7));
    }
  }
  ck_assert_int_eq(rooms, 15);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

CO_TESTS(steps_and_walls, the_goal_is_reached_near_by, nothing_stands_in_a_wall)
