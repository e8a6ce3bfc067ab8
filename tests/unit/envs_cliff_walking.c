// Cliff walking: its exact model, solved, and walks along, over and away from the edge.
#include <math.h>

#include "suite.h"

#include "cohort/model.h"

extern const CoEnvType co_cliff_walking;

enum { UP, RIGHT, DOWN, LEFT, START = 36, GOAL = 47, CELLS = 48 };

static int cell(const CoEnv *env) {
  return *(const int *)co_env_state(env);
}

static float walk(CoEnv *env, int action) {
  ck_assert(co_env_step(env, &(CoActions){&action, NULL}, NULL));
  return co_env_rewards(env)[0];
}

START_TEST(the_way_along_the_edge_pays_minus_13) {
  CoWorld *world = co_world_open(&co_cliff_walking, NULL, NULL);
  CoEnv *env = co_env_create(world, 1, NULL);
  ck_assert(co_env_reset(env, NULL));
  float sum = walk(env, UP);
  for (int i = 0; i < 11; i++) sum += walk(env, RIGHT);
  ck_assert_int_eq(cell(env), 35);
  ck_assert_int_eq(co_env_ending(env), CO_PLAYING);
  sum += walk(env, DOWN);
  ck_assert(sum == -13);
  ck_assert_int_eq(cell(env), GOAL);
  ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(falls_cost_100_and_lead_back) {
  CoWorld *world = co_world_open(&co_cliff_walking, NULL, NULL);
  CoEnv *env = co_env_create(world, 1, NULL);
  ck_assert(co_env_reset(env, NULL));
  ck_assert(walk(env, RIGHT) == -100);
  ck_assert_int_eq(cell(env), START);
  ck_assert(walk(env, UP) == -1 && walk(env, RIGHT) == -1);
  ck_assert(walk(env, DOWN) == -100);
  ck_assert_int_eq(cell(env), START);
  ck_assert(walk(env, LEFT) == -1 && walk(env, DOWN) == -1); // walls
  ck_assert_int_eq(cell(env), START);
  ck_assert_int_eq(co_env_ending(env), CO_PLAYING);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// Value iteration: a cell is worth minus its steps to the goal, of which the cliff's row has the way around.
START_TEST(the_model_knows_the_shortest_ways) {
  CoWorld *world = co_world_open(&co_cliff_walking, NULL, NULL);
  CoModel *model = co_model_create(world, NULL);
  ck_assert_ptr_nonnull(model);
  double value[CELLS] = {0};
  for (int sweep = 0; sweep < CELLS; sweep++)
    for (int s = 0; s < CELLS; s++) {
      double best = -INFINITY;
      for (int a = 0; a < 4 && model->legal[4 * s + a]; a++) {
        int64_t k = model->first[4 * s + a];
        ck_assert_int_eq(model->first[4 * s + a + 1] - k, 1);
        ck_assert(model->probability[k] == 1);
        double worth = model->reward[k] + (model->terminated[k] ? 0 : value[model->next[k]]);
        best = worth > best ? worth : best;
      }
      if (isfinite(best)) value[s] = best;
    }
  ck_assert(model->start[START] == 1);
  for (int s = 0; s < CELLS; s++) {
    bool falls = s > START && s < GOAL;
    ck_assert_int_eq(model->reached[s], !falls);
    if (falls || s == GOAL) continue;
    int row = s / 12, column = s % 12, steps = s == START ? 13 : 3 - row + 11 - column;
    ck_assert(value[s] == -steps);
  }
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

CO_TESTS(the_way_along_the_edge_pays_minus_13, falls_cost_100_and_lead_back, the_model_knows_the_shortest_ways)
