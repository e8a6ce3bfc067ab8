// Taxi: the transition table against Gymnasium's map read as text, and the value of the best policy.
#include "planning.h"

extern const CoEnvType co_taxi;

enum { SOUTH, NORTH, EAST, WEST, PICK_UP, DROP_OFF, ACTIONS, STATES = 500 };
static const char *const town[] = {"|R: | : :G|", "| : | : : |", "| : : : : |", "| | : | : |", "|Y| : |B: |"};
static const int stands[4][2] = {{0, 0}, {0, 4}, {4, 0}, {4, 3}};

static int encode(int row, int column, int passenger, int destination) {
  return ((row * 5 + column) * 5 + passenger) * 4 + destination;
}

static bool at(int stand, int row, int column) {
  return stands[stand][0] == row && stands[stand][1] == column;
}

// Taxi-v3's rules, read off the map's text.
static int rule(int state, int action, float *reward, bool *done) {
  int destination = state % 4, passenger = state / 4 % 5, column = state / 20 % 5, row = state / 100;
  *reward = -1;
  *done = false;
  if (action == SOUTH && row < 4) row++;
  if (action == NORTH && row > 0) row--;
  if (action == EAST && town[row][2 * column + 2] == ':') column++;
  if (action == WEST && town[row][2 * column] == ':') column--;
  if (action == PICK_UP) {
    bool there = passenger < 4 && at(passenger, row, column);
    if (there) passenger = 4;
    if (!there) *reward = -10;
  }
  if (action == DROP_OFF) {
    int here = -1;
    for (int i = 0; i < 4; i++)
      if (at(i, row, column)) here = i;
    if (passenger < 4 || here < 0) *reward = -10;
    *done = passenger == 4 && here == destination;
    if (*done) *reward = 20;
    if (passenger == 4 && here >= 0) passenger = here;
  }
  return encode(row, column, passenger, destination);
}

START_TEST(every_transition_is_gymnasiums) {
  CoError error;
  CoWorld *world = plan_world(&co_taxi, "", NULL, &error);
  for (int s = 0; s < STATES; s++)
    for (int a = 0; a < ACTIONS; a++) {
      int next = -1;
      float reward, expected;
      bool done;
      int after = rule(s, a, &expected, &done);
      CoTransition out = {0, &next, &reward, false};
      const CoActions actions = {&a, NULL};
      ck_assert_int_eq(co_taxi.outcomes(co_world_self(world), NULL, &s, &actions, &out, 1, NULL), 1);
      ck_assert_int_eq(next, after);
      ck_assert_float_eq(reward, expected);
      ck_assert_int_eq(out.terminated, done);
      ck_assert_int_eq(co_taxi.index(co_world_self(world), &s, 0), s);
    }
  co_world_close(world);
}
END_TEST

START_TEST(three_hundred_starts_and_404_states) {
  CoError error;
  CoWorld *world = plan_world(&co_taxi, "", NULL, &error);
  CoModel *model = co_model_create(world, &error);
  int starts = 0, reached = 0;
  for (int s = 0; s < STATES; s++) {
    reached += model->reached[s];
    if (model->start[s] == 0) continue;
    starts++;
    ck_assert_double_eq_tol(model->start[s], 1.0 / 300, 1e-15);
    ck_assert(s / 4 % 5 < 4 && s / 4 % 5 != s % 4);
  }
  ck_assert_int_eq(starts, 300);
  ck_assert_int_eq(reached, 404);
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

// The mean return is 7.93, so a fare takes 13.07 steps: 12.07 that cost 1 and the one that pays 20.
START_TEST(the_best_policy_earns_7_93) {
  ck_assert_double_eq_tol(plan_optimum(&co_taxi, "", 1), 7.93, 1e-10);
  ck_assert_double_eq_tol(plan_optimum(&co_taxi, "masked=true", 1), 7.93, 1e-10);
}
END_TEST

START_TEST(the_mask_leaves_what_changes_the_state) {
  CoError error;
  CoWorld *world = plan_world(&co_taxi, "masked=true", NULL, &error), *all = plan_world(&co_taxi, "", NULL, &error);
  for (int s = 0; s < STATES; s++) {
    uint8_t mask[ACTIONS], free[ACTIONS];
    ck_assert(co_world_available(world, NULL, &s, 0, mask, &error));
    ck_assert(co_world_available(all, NULL, &s, 0, free, &error));
    for (int a = 0; a < ACTIONS; a++) {
      float reward;
      bool done;
      ck_assert_int_eq(mask[a], rule(s, a, &reward, &done) != s);
      ck_assert_int_eq(free[a], 1);
    }
  }
  co_world_close(world);
  co_world_close(all);
}
END_TEST

// Four parts, each one of a kind: they tell all states apart.
START_TEST(what_is_seen_is_the_state) {
  CoError error;
  CoWorld *world = plan_world(&co_taxi, "", NULL, &error);
  for (int s = 0; s < STATES; s++) {
    float obs[19], expected[19] = {0};
    expected[s / 100] = expected[5 + s / 20 % 5] = expected[10 + s / 4 % 5] = expected[15 + s % 4] = 1;
    ck_assert(co_world_observe(world, NULL, &s, 0, obs, &error));
    ck_assert_mem_eq(obs, expected, sizeof obs);
  }
  co_world_close(world);
}
END_TEST

START_TEST(larger_towns_cost_more) {
  Plan plan = plan_solve(&co_taxi, "side=8", 1);
  ck_assert_int_eq(plan.model->states, 8 * 8 * 20);
  double value = plan_start(&plan);
  ck_assert(value < 7.93 && value > -20);
  plan_free(&plan);
}
END_TEST

CO_TESTS(every_transition_is_gymnasiums, three_hundred_starts_and_404_states, the_best_policy_earns_7_93,
         the_mask_leaves_what_changes_the_state, what_is_seen_is_the_state, larger_towns_cost_more)
