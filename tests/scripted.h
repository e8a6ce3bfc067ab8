// For tests of environments in Lua: scripts given as text, worlds and environments opened of them.
#ifndef COHORT_TESTS_SCRIPTED_H
#define COHORT_TESTS_SCRIPTED_H

#include <string.h>

#include "cohort/script_env.h"
#include "suite.h"

typedef struct Scripted {
  CoScriptEnv *script;
  void *config;
  CoWorld *world;
  CoEnv *env;
} Scripted;

static inline CoScriptEnv *scripted_load(const char *text, const CoScriptLimits *limits, CoError *error) {
  const CoScriptFile file = {"my_env.lua", text, strlen(text)};
  return co_script_env_parse(&file, 1, limits, error);
}

// With settings as "name value name value ..." pairs, NULL-terminated, or NULL for the defaults.
static inline Scripted scripted_open_with(const char *text, const CoScriptLimits *limits, const char *const *pairs) {
  CoError error = {""};
  Scripted made = {.script = scripted_load(text, limits, &error)};
  ck_assert_msg(made.script != NULL, "%s", error.text);
  const CoEnvType *type = co_script_env_type(made.script);
  made.config = calloc(1, type->settings.bytes);
  co_settings_defaults(&type->settings, made.config);
  for (; pairs && pairs[0]; pairs += 2)
    ck_assert_msg(co_settings_set(&type->settings, made.config, pairs[0], pairs[1], &error), "%s", error.text);
  made.world = co_world_open(type, made.config, &error);
  ck_assert_msg(made.world != NULL, "%s", error.text);
  made.env = co_env_create(made.world, 1, &error);
  ck_assert_msg(made.env != NULL, "%s", error.text);
  return made;
}

static inline Scripted scripted_open(const char *text) {
  return scripted_open_with(text, NULL, NULL);
}

static inline void scripted_close(Scripted *made) {
  co_env_destroy(made->env);
  co_world_close(made->world);
  co_script_env_destroy(made->script);
  free(made->config);
}

static inline void scripted_reset(Scripted *made) {
  CoError error = {""};
  ck_assert_msg(co_env_reset(made->env, &error), "%s", error.text);
}

static inline void scripted_step(Scripted *made, const int *actions) {
  CoError error = {""};
  ck_assert_msg(co_env_step(made->env, &(CoActions){actions, NULL}, &error), "%s", error.text);
}

// The first bytes of a state's field: numbers are doubles, booleans bytes.
static inline const void *scripted_field(const Scripted *made, const char *name) {
  for (const CoStateField *field = co_world_fields(made->world); field->name; field++)
    if (strcmp(field->name, name) == 0) return (const unsigned char *)co_env_state(made->env) + field->offset;
  ck_abort_msg("no field %s", name);
}

static inline double scripted_number(const Scripted *made, const char *name, int place) {
  double number;
  memcpy(&number, (const unsigned char *)scripted_field(made, name) + sizeof number * (size_t)place, sizeof number);
  return number;
}

// Random legal play: a hash over every state, observation and reward on the way.
static inline uint64_t scripted_play(Scripted *made, uint64_t seed, int steps) {
  const CoSpec *spec = co_world_spec(made->world);
  CoError error = {""};
  CoRng rng = co_rng(seed, "players", 0);
  uint64_t hash = 0;
  uint8_t mask[64];
  float obs[256], values[64];
  int actions[16];
  scripted_reset(made);
  for (int i = 0; i < steps; i++) {
    for (int a = 0; a < spec->agents; a++) {
      ck_assert_msg(co_env_observe(made->env, a, obs, &error), "%s", error.text);
      for (int k = 0; k < spec->obs_size; k++) hash = hash * 31 + (uint64_t)(int64_t)(obs[k] * 1024);
      if (spec->actions) {
        ck_assert_msg(co_env_available(made->env, a, mask, &error), "%s", error.text);
        actions[a] = co_rng_choose(&rng, mask, spec->actions);
      }
      for (int k = 0; k < spec->action_size; k++)
        values[a * spec->action_size + k] = (float)co_rng_uniform(&rng, (double)spec->low[k], (double)spec->high[k]);
    }
    const CoActions chosen = {spec->actions ? actions : NULL, spec->actions ? NULL : values};
    ck_assert_msg(co_env_step(made->env, &chosen, &error), "%s", error.text);
    for (int a = 0; a < spec->agents; a++) hash = hash * 31 + (uint64_t)(int64_t)(co_env_rewards(made->env)[a] * 1024);
    hash = hash * 31 + co_state_hash(made->world, co_env_state(made->env));
    if (co_env_ending(made->env) != CO_PLAYING) scripted_reset(made);
  }
  return hash;
}

#endif
