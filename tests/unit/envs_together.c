// Environments that step or look at many copies in one call: the same bits as one by one.
#include <string.h>

#include "suite.h"

#include "cohort/check.h"

enum { COPIES = 77, STEPS = 300 }; // more than a block of lanes, and a rest

static CoRandomPlay begin(const CoWorld *world) {
  CoRandomPlay play;
  CoError error;
  if (!co_random_begin(&play, world, COPIES, NULL, 1, &error)) ck_abort_msg("%s", error.text);
  return play;
}

static void same(const CoVecEnv *a, const CoVecEnv *b) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(a));
  size_t rows = COPIES * (size_t)spec->agents, bytes = co_world_state_bytes(co_vecenv_world(a));
  ck_assert_int_eq(spec->teams, 1);
  ck_assert_mem_eq(co_vecenv_frame(a, 0)->obs, co_vecenv_frame(b, 0)->obs,
                   rows * (size_t)spec->obs_size * sizeof(float));
  if (spec->states) ck_assert_mem_eq(co_vecenv_frame(a, 0)->index, co_vecenv_frame(b, 0)->index, rows * sizeof(int));
  ck_assert_mem_eq(co_vecenv_rewards(a), co_vecenv_rewards(b), rows * sizeof(float));
  ck_assert_mem_eq(co_vecenv_info(a), co_vecenv_info(b),
                   COPIES * (size_t)co_world_infos(co_vecenv_world(a)) * sizeof(float));
  ck_assert_mem_eq(co_vecenv_ending(a), co_vecenv_ending(b), COPIES * sizeof *co_vecenv_ending(a));
  for (int i = 0; i < COPIES; i++) ck_assert_mem_eq(co_vecenv_state(a, i), co_vecenv_state(b, i), bytes);
}

static void compare(const CoEnvType *type, const void *config) {
  CoError error;
  CoEnvType alone = *type;
  alone.reset_many = NULL;
  alone.step_many = NULL;
  alone.observe_many = NULL;
  alone.index_many = NULL;
  CoWorld *worlds[2] = {co_world_open(type, config, &error), co_world_open(&alone, config, &error)};
  CoRandomPlay plays[2] = {begin(worlds[0]), begin(worlds[1])};
  for (int t = 0; t < STEPS; t++) {
    for (int k = 0; k < 2; k++) ck_assert(co_random_step(&plays[k], &error));
    same(plays[0].vec, plays[1].vec);
  }
  for (int k = 0; k < 2; k++) {
    co_random_end(&plays[k]);
    co_world_close(worlds[k]);
  }
}

START_TEST(together_is_as_one_by_one) {
  int compared = 0;
  for (int i = 0; co_env_list[i]; i++) {
    const CoEnvType *type = co_env_list[i];
    if (!type->step_many && !type->observe_many) continue;
    void *config = calloc(1, type->settings.bytes + 1);
    co_settings_defaults(&type->settings, config);
    compare(type, config);
    free(config);
    compared++;
  }
  ck_assert_int_gt(compared, 10);
}
END_TEST

CO_TESTS(together_is_as_one_by_one)
