// The exact model by enumeration, on a corridor whose every entry is known.
#include <string.h>

#include "suite.h"

#include "cohort/model.h"
#include "cohort/wrappers.h"

// Cells 0 .. 3; the walk begins in 1 or 2. Action 0 goes left or stays by halves, action 1 goes right; cell 0 and cell
// 3 end it, 3 pays 2. Cell 1 has a twin successor (the same cell twice). With `wide` action 0 has 40 equal successors.
typedef struct Hall {
  int wide, cheat;
} Hall;

static Hall hall;

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField list[] = {{"cell", CO_STATE_I32, 0, 1, 4}, {0}};
  (void)self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .actions = 2, .states = 6};
  *state_bytes = sizeof(int32_t);
  *fields = list;
}

static void put(CoTransition *out, double probability, int cell, bool from_somewhere) {
  out->probability = probability;
  *(int32_t *)out->state = cell;
  out->terminated = cell == 0 || cell == 3;
  out->rewards[0] = from_somewhere && cell == 3 ? 2 : 0;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  (void)worker, (void)error;
  (void)self;
  int count = hall.wide && state ? 40 : 2;
  if (count > capacity) return -1;
  int cell = state ? *(const int32_t *)state : 0;
  for (int i = 0; i < count; i++) {
    double share = 1.0 / count;
    if (hall.cheat && state && i == 0) share += 0.25;
    if (!state) {
      put(&out[i], share, 1 + i, false);
    } else if (actions->discrete[0] == 1) {
      put(&out[i], share, cell + 1, true);
    } else {
      put(&out[i], share, i % 2 ? cell : cell - 1, true);
    }
  }
  return count;
}

static int index_of(const void *self, const void *state, int agent) {
  (void)self, (void)agent;
  return *(const int32_t *)state;
}

static const CoField fields[] = {CO_FIELDS_END};
static const CoEnvType corridor = {
    .name = "corridor",
    .settings = {"corridor", 0, fields, NULL},
    .describe = describe,
    .index = index_of,
    .outcomes = outcomes,
};

static void assert_entry(const CoModel *model, int64_t at, double probability, int next, double reward,
                         int terminated) {
  ck_assert_double_eq_tol(model->probability[at], probability, 1e-12);
  ck_assert_int_eq(model->next[at], next);
  ck_assert_double_eq(model->reward[at], reward);
  ck_assert_int_eq(model->terminated[at], terminated);
}

static void assert_corridor(const CoModel *model, double factor) {
  const int64_t first[] = {0, 0, 0, 2, 3, 5, 6, 6, 6, 6, 6, 6, 6};
  ck_assert_mem_eq(model->first, first, sizeof first);
  assert_entry(model, 0, 0.5, 0, 0, 1);
  assert_entry(model, 1, 0.5, 1, 0, 0);
  assert_entry(model, 2, 1, 2, 0, 0); // the twins are one
  assert_entry(model, 5, 1, 3, 2 * factor, 1);
  ck_assert_double_eq(model->start[1], 0.5);
  ck_assert_double_eq(model->start[2], 0.5);
  ck_assert_int_eq(*(const int32_t *)co_model_state(model, 2), 2);
  ck_assert(model->reached[3] && !model->reached[4]);
  ck_assert_ptr_null(co_model_state(model, 4));
  ck_assert(model->legal[2] && model->legal[3] && !model->legal[0] && !model->legal[6]);
}

START_TEST(every_entry_is_right) {
  for (hall.wide = 0; hall.wide < 2; hall.wide++) {
    CoWorld *world = co_world_open(&corridor, NULL, NULL);
    CoModel *model = co_model_create(world, NULL);
    assert_corridor(model, 1);
    co_model_destroy(model);
    co_world_close(world);
  }
}
END_TEST

START_TEST(scaled_rewards_are_in_the_model) {
  CoWorld *world = co_world_scale_reward(co_world_open(&corridor, NULL, NULL), 0.5, NULL);
  CoModel *model = co_model_create(world, NULL);
  assert_corridor(model, 0.5);
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

START_TEST(what_cannot_be_enumerated_is_refused) {
  CoError error;
  hall.cheat = 1;
  CoWorld *world = co_world_open(&corridor, NULL, NULL);
  ck_assert_ptr_null(co_model_create(world, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "sum to 1.25"));
  co_world_close(world);
  CoEnvType type = corridor;
  type.outcomes = NULL;
  world = co_world_open(&type, NULL, NULL);
  ck_assert_ptr_null(co_model_create(world, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "exact model"));
  co_world_close(world);
}
END_TEST

// Cell 1 knows no better action, cell 2 goes right: by hand, two steps from (0.5, 0.5).
START_TEST(a_policy_is_played_exactly) {
  hall = (Hall){0, 0};
  CoWorld *world = co_world_open(&corridor, NULL, NULL);
  CoModel *model = co_model_create(world, NULL);
  const float q[12] = {0, 0, 3, 3, 1, 2};
  double policy[12], scratch[12];
  co_model_greedy(model, q, 0, policy);
  const double greedy[12] = {0, 0, 0.5, 0.5, 0, 1};
  for (int i = 0; i < 12; i++) ck_assert_double_eq(policy[i], greedy[i]);
  CoModelScore score = co_model_play(model, policy, 2, scratch);
  ck_assert_double_eq_tol(score.return_mean, 1 + 0.5, 1e-12);   // from cell 2 at once; from cell 1 by a step to it
  ck_assert_double_eq_tol(score.length_mean, 1 + 0.375, 1e-12); // 0.125 have stayed in cell 1, 0.25 gone to 2
  co_model_greedy(model, q, 0.2, policy);
  ck_assert_double_eq_tol(policy[4], 0.1, 1e-12);
  ck_assert_double_eq_tol(policy[5], 0.9, 1e-12);
  score = co_model_play(model, policy, 1, scratch);
  ck_assert_double_eq_tol(score.return_mean, 0.9, 1e-12);
  ck_assert_double_eq_tol(score.length_mean, 1, 1e-12);
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

CO_TESTS(a_policy_is_played_exactly, every_entry_is_right, scaled_rewards_are_in_the_model,
         what_cannot_be_enumerated_is_refused)
