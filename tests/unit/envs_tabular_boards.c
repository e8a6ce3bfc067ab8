// Boards against exact numbers: frozen lake, windy gridworld, mazes, sokoban; and maps of one's own.
#include "planning.h"

#include "cohort/script.h"

extern const CoEnvType co_frozen_lake, co_windy_gridworld, co_maze, co_sokoban;

static CoValue *rows(const char *text) {
  CoError error;
  char lua[512];
  int length = snprintf(lua, sizeof lua, "return {rows = {%s}}", text);
  CoValue *value = co_script_parse("own.lua", lua, (size_t)length, &error);
  if (!value) ck_abort_msg("%s", error.text);
  return value;
}

START_TEST(the_lake_is_crossed_14_times_in_17) {
  ck_assert_double_eq_tol(plan_optimum(&co_frozen_lake, "map=4x4", 1), 14.0 / 17, 1e-10);
  ck_assert_double_eq_tol(plan_optimum(&co_frozen_lake, "map=4x4 slippery=false", 0.9), pow(0.9, 5), 1e-12);
  ck_assert_double_eq_tol(plan_optimum(&co_frozen_lake, "map=8x8 slippery=false", 0.9), pow(0.9, 13), 1e-12);
}
END_TEST

// The policy for gamma .99, run for 100 steps: what a reader sees as its rate of success.
START_TEST(the_lake_within_its_time_limit) {
  Plan plan = plan_solve(&co_frozen_lake, "map=4x4", 0.99);
  double share[16] = {1}, arrived = 0;
  for (int t = 0; t < 100; t++) {
    double next[16] = {0};
    for (int s = 0; s < 16; s++) {
      int best = 0;
      for (int a = 1; share[s] > 0 && a < 4; a++)
        if (plan_backup(plan.model, plan.value, s, a, 0.99) > plan_backup(plan.model, plan.value, s, best, 0.99) + 1e-9)
          best = a;
      for (int64_t k = plan.model->first[4 * s + best]; k < plan.model->first[4 * s + best + 1]; k++) {
        arrived += share[s] * plan.model->probability[k] * plan.model->reward[k];
        if (!plan.model->terminated[k]) next[plan.model->next[k]] += share[s] * plan.model->probability[k];
      }
    }
    memcpy(share, next, sizeof share);
  }
  ck_assert_double_eq_tol(arrived, 0.740165, 1e-6);
  plan_free(&plan);
}
END_TEST

// Holes and the goal are in the table too: they lead to themselves.
START_TEST(ends_of_the_lake_lead_to_themselves) {
  CoError error;
  CoWorld *world = plan_world(&co_frozen_lake, "", NULL, &error);
  for (int cell = 5; cell <= 15; cell += 10)
    for (int action = 0; action < 4; action++) {
      int next = -1;
      float reward = -1;
      CoTransition out = {0, &next, &reward, false};
      const CoActions actions = {&action, NULL};
      ck_assert_int_eq(co_frozen_lake.outcomes(co_world_self(world), NULL, &cell, &actions, &out, 1, NULL), 1);
      ck_assert(next == cell && reward == 0 && out.terminated && out.probability == 1);
    }
  co_world_close(world);
}
END_TEST

START_TEST(shortest_windy_ways) {
  ck_assert_double_eq_tol(plan_optimum(&co_windy_gridworld, "moves=four", 1), -15, 1e-12);
  ck_assert_double_eq_tol(plan_optimum(&co_windy_gridworld, "moves=king", 1), -7, 1e-12);
  ck_assert_double_eq_tol(plan_optimum(&co_windy_gridworld, "moves=stay", 1), -7, 1e-12);
}
END_TEST

// Column 6 blows by 1, 2 or 3, a third of the time each: from row 6 to the right one comes to row 5, 4 or 3.
START_TEST(gusts_are_one_less_or_one_more) {
  CoError error;
  CoWorld *world = plan_world(&co_windy_gridworld, "gusts=true", NULL, &error);
  const int from = 66, right = 1;
  int cells[3];
  float rewards[3];
  CoTransition out[3] = {
      {0, &cells[0], &rewards[0], 0}, {0, &cells[1], &rewards[1], 0}, {0, &cells[2], &rewards[2], 0}};
  const CoActions actions = {&right, NULL};
  ck_assert_int_eq(co_windy_gridworld.outcomes(co_world_self(world), NULL, &from, &actions, out, 3, NULL), 3);
  for (int i = 0; i < 3; i++) {
    ck_assert_double_eq_tol(out[i].probability, 1.0 / 3, 1e-15);
    ck_assert_int_eq(cells[i], 57 - 10 * i);
    ck_assert_int_eq(out[i].terminated, cells[i] == 37);
  }
  co_world_close(world);
}
END_TEST

// A reward of 1 after n steps is worth gamma^(n - 1).
START_TEST(shortest_ways_through_mazes) {
  const struct {
    const char *settings;
    int steps;
  } cases[] = {{"map=dyna", 14},     {"map=blocking", 10},     {"map=detour", 16},
               {"map=shortcut", 10}, {"map=open side=10", 18}, {"map=open side=2", 2}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    ck_assert_double_eq_tol(plan_optimum(&co_maze, cases[i].settings, 0.95), pow(0.95, cases[i].steps - 1), 1e-12);
}
END_TEST

static double solve_level(const char *settings) { // a box in a corner: there is no end, and the value has no bound
  Plan plan = plan_sweep(&co_sokoban, settings, 1, -1000, 40);
  double value = plan_start(&plan);
  plan_free(&plan);
  return value;
}

// Searched apart from the engine: fewest moves, and fewest pushes with the moves they take.
START_TEST(levels_are_solved_in_the_fewest_moves_and_pushes) {
  const struct {
    const char *level;
    int boxes, moves, pushes;
  } cases[] = {{"one", 1, 6, 3}, {"two", 2, 16, 3}, {"three", 3, 24, 7}};
  for (int i = 0; i < 3; i++) {
    char settings[128];
    snprintf(settings, sizeof settings, "level=%s", cases[i].level);
    double expected = cases[i].boxes + 10 - 0.1 * cases[i].moves;
    ck_assert_double_eq_tol(solve_level(settings), expected, 1e-5);
    snprintf(settings, sizeof settings, "level=%s step_reward=-0.001 push_reward=-1 box_reward=0 solved_reward=0",
             cases[i].level);
    expected = -cases[i].pushes - 0.001 * cases[i].moves;
    ck_assert_double_eq_tol(solve_level(settings), expected, 1e-5);
  }
}
END_TEST

START_TEST(boxes_are_pushed_one_at_a_time) {
  CoError error;
  CoValue *board = rows("'######', '#@$$.#', '# *. #', '######'");
  CoWorld *world = plan_world(&co_sokoban, "", board, &error);
  ck_assert_ptr_nonnull(world);
  CoEnv *env = co_env_create(world, 1, &error);
  ck_assert(co_env_reset(env, &error));
  const int right = 1, down = 2;
  const int *state = co_env_state(env);
  ck_assert(co_env_step(env, &(CoActions){&right, NULL}, &error)); // two boxes in a row
  ck_assert_int_eq(state[0], 7);
  ck_assert_float_eq(co_env_rewards(env)[0], -0.1f);
  ck_assert(co_env_step(env, &(CoActions){&down, NULL}, &error));
  ck_assert(co_env_step(env, &(CoActions){&right, NULL}, &error)); // from one target to the next
  ck_assert_int_eq(state[0], 14);
  ck_assert_int_eq(state[1], 8);
  ck_assert_int_eq(state[2], 9);
  ck_assert_int_eq(state[3], 15);
  ck_assert_float_eq(co_env_rewards(env)[0], -0.1f);
  ck_assert_float_eq(co_env_info(env)[1], 1);
  ck_assert(co_env_step(env, &(CoActions){&right, NULL}, &error)); // off the target
  ck_assert_float_eq(co_env_rewards(env)[0], -1.1f);
  co_env_destroy(env);
  co_world_close(world);
  co_value_destroy(board);
}
END_TEST

START_TEST(own_maps_are_played) {
  CoError error;
  CoValue *board = rows("'FFS', 'HFF', 'FFG'");
  CoWorld *world = plan_world(&co_frozen_lake, "slippery=false", board, &error);
  CoModel *model = co_model_create(world, &error);
  ck_assert_int_eq(model->states, 9);
  ck_assert_double_eq(model->start[2], 1);
  ck_assert_int_eq(model->terminated[model->first[4 * 4 + 0]], 1); // to the left of the centre is a hole
  co_model_destroy(model);
  co_world_close(world);
  co_value_destroy(board);
}
END_TEST

static void refuse(const CoEnvType *type, const char *text, const char *sentence) {
  CoError error = {""};
  CoValue *board = rows(text);
  ck_assert_ptr_null(plan_world(type, "", board, &error));
  if (!strstr(error.text, sentence)) ck_abort_msg("'%s' does not say '%s'", error.text, sentence);
  co_value_destroy(board);
}

START_TEST(bad_maps_are_refused) {
  refuse(&co_frozen_lake, "'SF', 'FGH'", "must be 2 letters long");
  refuse(&co_frozen_lake, "'SF', 'F.'", "must be made of the letters 'SFHG'");
  refuse(&co_frozen_lake, "'FF', 'FG'", "a map has one S");
  refuse(&co_frozen_lake, "'', ''", "must be 1 to 32 letters long");
  refuse(&co_maze, "'SS', '.G'", "a map has one S");
  refuse(&co_maze, "'S.', '.#'", "and a G");
  refuse(&co_sokoban, "'@$$.'", "1 players, 2 boxes, 1 targets");
  refuse(&co_maze, "1, 2", "must be a string");
}
END_TEST

START_TEST(a_map_that_was_not_loaded_is_refused) {
  CoError error = {""};
  ck_assert_ptr_null(plan_world(&co_maze, "board=own.lua", NULL, &error));
  ck_assert_str_eq(error.text, "the data file 'own.lua' is not loaded");
}
END_TEST

CO_TESTS(the_lake_is_crossed_14_times_in_17, the_lake_within_its_time_limit, ends_of_the_lake_lead_to_themselves,
         shortest_windy_ways, gusts_are_one_less_or_one_more, shortest_ways_through_mazes,
         levels_are_solved_in_the_fewest_moves_and_pushes, boxes_are_pushed_one_at_a_time, own_maps_are_played,
         bad_maps_are_refused, a_map_that_was_not_loaded_is_refused)
