// Environments that exist in C and in Lua play alike, to the last bit: fields, observations, rewards and ends.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

#include "cohort/script_env.h"

extern const CoEnvType co_cartpole, co_cliff_walking, co_connect4;

typedef struct Twins {
  CoScriptEnv *script;
  CoWorld *world[2]; // in C, in Lua
  CoEnv *env[2];
} Twins;

static Twins begin(const CoEnvType *type, const char *file, uint64_t seed) {
  Twins twins;
  CoError error = {""};
  char path[400];
  snprintf(path, sizeof path, "%s/scripts/envs/%s", COHORT_SOURCE, file);
  twins.script = co_script_env_load(path, &(CoScriptLimits){0}, &error);
  if (!twins.script) ck_abort_msg("%s", error.text);
  const CoEnvType *types[] = {type, co_script_env_type(twins.script)};
  for (int i = 0; i < 2; i++) {
    unsigned char config[64] = {0};
    ck_assert_uint_le(types[i]->settings.bytes, sizeof config);
    co_settings_defaults(&types[i]->settings, config);
    twins.world[i] = co_world_open(types[i], config, &error);
    if (!twins.world[i]) ck_abort_msg("%s: %s", file, error.text);
    twins.env[i] = co_env_create(twins.world[i], seed, &error);
    if (!twins.env[i]) ck_abort_msg("%s: %s", file, error.text);
  }
  return twins;
}

static void end(Twins *twins) {
  for (int i = 0; i < 2; i++) co_env_destroy(twins->env[i]), co_world_close(twins->world[i]);
  co_script_env_destroy(twins->script);
}

static const CoStateField *find(const CoStateField *fields, const char *name) {
  while (fields->name && strcmp(fields->name, name) != 0) fields++;
  return fields->name ? fields : NULL;
}

static double number(const CoStateField *field, const void *state, int i) {
  const unsigned char *at = (const unsigned char *)state + field->offset + (size_t)i * field->stride;
  switch (field->kind) {
  case CO_STATE_I8:
    return *(const int8_t *)at;
  case CO_STATE_U8:
    return *at;
  case CO_STATE_I16:
    return *(const int16_t *)(const void *)at;
  case CO_STATE_I32:
    return *(const int32_t *)(const void *)at;
  case CO_STATE_I64:
    return (double)*(const int64_t *)(const void *)at;
  case CO_STATE_F32:
    return (double)*(const float *)(const void *)at;
  case CO_STATE_F64:
    return *(const double *)(const void *)at;
  }
  return NAN;
}

// Every field of the one in C has its like in Lua.
static void compare_states(const Twins *twins, int64_t step) {
  for (const CoStateField *field = co_world_fields(twins->world[0]); field->name; field++) {
    const CoStateField *other = find(co_world_fields(twins->world[1]), field->name);
    if (!other || other->count != field->count) ck_abort_msg("field %s", field->name);
    for (int i = 0; i < field->count; i++) {
      double a = number(field, co_env_state(twins->env[0]), i), b = number(other, co_env_state(twins->env[1]), i);
      if (a != b) ck_abort_msg("step %lld: %s is %.17g in C, %.17g in Lua", (long long)step, field->name, a, b);
    }
  }
}

static void compare_views(const Twins *twins, int64_t step) {
  enum { MOST = 64 };
  float obs[2][MOST] = {{0}};
  int size = co_world_spec(twins->world[0])->obs_size;
  for (int i = 0; i < 2; i++) ck_assert(co_env_observe(twins->env[i], 0, obs[i], NULL));
  if (memcmp(obs[0], obs[1], (size_t)size * sizeof(float)) != 0)
    ck_abort_msg("observations of step %lld", (long long)step);
  if (co_world_type(twins->world[0])->index && co_env_index(twins->env[0], 0) != co_env_index(twins->env[1], 0))
    ck_abort_msg("rows of step %lld", (long long)step);
}

static void compare_specs(const Twins *twins) {
  const CoSpec *a = co_world_spec(twins->world[0]), *b = co_world_spec(twins->world[1]);
  ck_assert_int_eq(a->obs_size, b->obs_size);
  ck_assert_int_eq(a->actions, b->actions);
  ck_assert_int_eq(a->states, b->states);
  ck_assert_int_eq(a->episode_limit, b->episode_limit);
  for (int i = 0; i < a->actions; i++) ck_assert_str_eq(a->action_names[i], b->action_names[i]);
}

// Episodes from one seed with the same random actions; how many ended by the rules.
static int play(const CoEnvType *type, const char *file, uint64_t seed, int episodes) {
  Twins twins = begin(type, file, seed);
  CoRng rng = co_rng(seed, "actions", 0);
  int ends = 0;
  compare_specs(&twins);
  for (int episode = 0; episode < episodes; episode++) {
    for (int i = 0; i < 2; i++) ck_assert(co_env_reset(twins.env[i], NULL));
    compare_states(&twins, 0);
    while (co_env_ending(twins.env[0]) == CO_PLAYING) {
      int action = co_rng_int(&rng, 0, co_world_spec(twins.world[0])->actions - 1);
      CoError error = {""};
      for (int i = 0; i < 2; i++)
        if (!co_env_step(twins.env[i], &(CoActions){&action, NULL}, &error)) ck_abort_msg("%s", error.text);
      int64_t step = co_env_clock(twins.env[0]);
      compare_states(&twins, step);
      compare_views(&twins, step);
      if (co_env_rewards(twins.env[0])[0] != co_env_rewards(twins.env[1])[0] ||
          co_env_ending(twins.env[0]) != co_env_ending(twins.env[1]))
        ck_abort_msg("reward or end of step %lld", (long long)step);
    }
    ends += co_env_ending(twins.env[0]) == CO_TERMINATED;
  }
  end(&twins);
  return ends;
}

START_TEST(cartpole_is_the_same_in_lua) {
  ck_assert_int_eq(play(&co_cartpole, "cartpole.lua", 1, 2000), 2000); // random pushes never balance it
}
END_TEST

START_TEST(cliff_walking_is_the_same_in_lua) {
  ck_assert_int_gt(play(&co_cliff_walking, "cliff_walking.lua", 2, 100), 0); // some walk there by chance
}
END_TEST

// The states differ (bits in C, cells in Lua); all that can be seen of them does not.
START_TEST(connect_four_is_the_same_in_lua) {
  enum { COLUMNS = 7, NUMBERS = 84 };
  Twins twins = begin(&co_connect4, "connect_four.lua", 3);
  CoRng rng = co_rng(3, "actions", 0);
  for (int game = 0; game < 200; game++) {
    for (int i = 0; i < 2; i++) ck_assert(co_env_reset(twins.env[i], NULL));
    while (co_env_ending(twins.env[0]) == CO_PLAYING) {
      uint8_t mask[2][COLUMNS];
      float obs[2][2][NUMBERS];
      int mover = co_env_mover(twins.env[0]);
      for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(co_env_mover(twins.env[i]), mover);
        ck_assert(co_env_available(twins.env[i], mover, mask[i], NULL));
        for (int agent = 0; agent < 2; agent++) ck_assert(co_env_observe(twins.env[i], agent, obs[i][agent], NULL));
      }
      ck_assert(!memcmp(mask[0], mask[1], sizeof mask[0]) && !memcmp(obs[0], obs[1], sizeof obs[0]));
      int action = co_rng_choose(&rng, mask[0], COLUMNS);
      for (int i = 0; i < 2; i++)
        ck_assert(co_env_step(twins.env[i], &(CoActions){(int[]){action, action}, NULL}, NULL));
      for (int agent = 0; agent < 2; agent++)
        ck_assert_float_eq(co_env_rewards(twins.env[0])[agent], co_env_rewards(twins.env[1])[agent]);
      ck_assert_int_eq(co_env_ending(twins.env[0]), co_env_ending(twins.env[1]));
    }
  }
  end(&twins);
}
END_TEST

CO_TESTS(cartpole_is_the_same_in_lua, cliff_walking_is_the_same_in_lua, connect_four_is_the_same_in_lua)
