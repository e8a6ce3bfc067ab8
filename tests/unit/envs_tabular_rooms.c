// The four rooms against the paper's numbers and by hand.
#include "planning.h"

extern const CoEnvType co_four_rooms;

// Dijkstra with steps of 1, by sweeps: the least number of steps from a state to an end.
static double mean_path(const CoModel *model) {
  double steps[104], sum = 0;
  for (int s = 0; s < 104; s++) steps[s] = 1000;
  for (int sweep = 0; sweep < 104; sweep++)
    for (int s = 0; s < 104; s++)
      for (int64_t i = model->first[s * 4]; i < model->first[s * 4 + 4]; i++)
        if (model->probability[i] > 0)
          steps[s] = fmin(steps[s], 1 + (model->terminated[i] ? 0 : steps[model->next[i]]));
  for (int s = 0; s < 104; s++) sum += model->start[s] * steps[s];
  return sum;
}

START_TEST(the_shortest_paths_are_the_known_ones) {
  Plan plan = plan_solve(&co_four_rooms, "goal=62", 0.9);
  ck_assert_int_eq(plan.model->states, 104);
  ck_assert_double_eq_tol(mean_path(plan.model), 782.0 / 103, 1e-9);
  plan_free(&plan);
}
END_TEST

// From cell 0, a corner: up and left stay, right goes to 1, down to the next row's 10.
START_TEST(a_step_that_slips_goes_one_of_the_other_ways) {
  CoError error;
  CoWorld *world = plan_world(&co_four_rooms, "slip=0.3 start=0", NULL, &error);
  int32_t from = 0, to[4];
  const int right = 1;
  float rewards[4];
  CoTransition out[4];
  for (int i = 0; i < 4; i++) out[i] = (CoTransition){.state = &to[i], .rewards = &rewards[i]};
  const CoActions actions = {&right, NULL};
  ck_assert_int_eq(co_four_rooms.outcomes(co_world_self(world), NULL, &from, &actions, out, 4, NULL), 4);
  const int expected[4] = {0, 1, 10, 0};
  for (int i = 0; i < 4; i++) {
    ck_assert_int_eq(to[i], expected[i]);
    ck_assert_double_eq_tol(out[i].probability, i == 1 ? 0.7 : 0.1, 1e-12);
  }
  ck_assert_int_eq(co_four_rooms.outcomes(co_world_self(world), NULL, NULL, NULL, out, 4, NULL), 1);
  ck_assert_int_eq(to[0], 0);
  co_world_close(world);
}
END_TEST

START_TEST(hallways_are_landmarks) {
  CoError error;
  CoWorld *world = plan_world(&co_four_rooms, "", NULL, &error);
  const int *landmarks = co_world_spec(world)->landmarks, expected[] = {25, 51, 62, 88, -1};
  for (int i = 0; i < 5; i++) ck_assert_int_eq(landmarks[i], expected[i]);
  co_world_close(world);
}
END_TEST

START_TEST(the_start_is_not_the_goal) {
  CoError error;
  ck_assert(!plan_world(&co_four_rooms, "start=7 goal=7", NULL, &error));
  ck_assert_str_eq(error.text, "four_rooms: start is 7, must not be the goal");
}
END_TEST

CO_TESTS(the_shortest_paths_are_the_known_ones, a_step_that_slips_goes_one_of_the_other_ways, hallways_are_landmarks,
         the_start_is_not_the_goal)
