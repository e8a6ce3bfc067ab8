// A skirmish for tests: opened by name or from a map's text, its units placed by hand.
#ifndef COHORT_TESTS_UNIT_SKIRMISH_H
#define COHORT_TESTS_UNIT_SKIRMISH_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/script.h"
#include "skirmish/skirmish.h"
#include "suite.h"

extern const CoEnvType co_skirmish;

typedef struct Arena {
  CoValue *map;
  CoWorld *world;
  CoEnv *env;
  CoRng rng;
  unsigned char *bytes; // [co_env_size] for edit
  int actions[UNITS];
} Arena;

// "reward=smac spawn_jitter=0" into the config.
static inline bool arena_set(Config *config, const char *settings, CoError *error) {
  char text[400];
  snprintf(text, sizeof text, "%s", settings);
  for (char *rest = text, *word; (word = strtok_r(rest, " ", &rest));) {
    char *value = strchr(word, '=');
    *value++ = '\0';
    if (!co_settings_set(&co_skirmish.settings, config, word, value, error)) return false;
  }
  return true;
}

// map: a name from scripts/maps, or the text of a map. False leaves the sentence.
static inline bool arena_try(Arena *arena, const char *map, const char *settings, CoError *error) {
  char path[400];
  Config config;
  memset(arena, 0, sizeof *arena);
  co_settings_defaults(&co_skirmish.settings, &config);
  snprintf(path, sizeof path, COHORT_SOURCE "/scripts/maps/%s.lua", map);
  bool inlined = strchr(map, '{') != NULL;
  arena->map = inlined ? co_script_parse("test.lua", map, strlen(map), error) : co_script_load(path, error);
  if (!arena->map || !arena_set(&config, settings, error)) return false;
  snprintf(config.map.name, sizeof config.map.name, "%s", inlined ? "test" : map);
  config.map.value = arena->map;
  arena->world = co_world_open(&co_skirmish, &config, error);
  if (!arena->world) return false;
  arena->env = co_env_create(arena->world, 1, error);
  arena->bytes = malloc(co_env_size(arena->world));
  arena->rng = co_rng(1, "arena", 0);
  return co_env_reset(arena->env, error);
}

static inline Arena arena_open(const char *map, const char *settings) {
  Arena arena;
  CoError error = {""};
  bool done = arena_try(&arena, map, settings, &error);
  ck_assert_msg(done, "%s", error.text);
  return arena;
}

static inline void arena_close(Arena *arena) {
  co_env_destroy(arena->env);
  co_world_close(arena->world);
  co_value_destroy(arena->map);
  free(arena->bytes);
}

static inline const World *arena_world(const Arena *arena) {
  return co_world_self(arena->world);
}

static inline const State *arena_state(const Arena *arena) {
  return co_env_state(arena->env);
}

static inline const Unit *arena_unit(const Arena *arena, int i) {
  return &arena_state(arena)->unit[i];
}

// The state for writing; arena_commit makes it the environment's.
static inline State *arena_edit(Arena *arena) {
  memcpy(arena->bytes, co_env_bytes(arena->env), co_env_size(arena->world));
  return (State *)(void *)(arena->bytes + sizeof(CoMoment));
}

static inline void arena_commit(Arena *arena) {
  co_env_restore(arena->env, arena->bytes);
}

static inline void arena_step(Arena *arena) {
  CoError error = {""};
  CoActions actions = {.discrete = arena->actions};
  if (!co_env_step(arena->env, &actions, &error)) ck_abort_msg("%s", error.text); // ck_assert is slow: a file grows
}

// The agent's action (NOBODY: none), and "stop" (or nothing, for the dead) for all others.
static inline void arena_act(Arena *arena, int agent, int action) {
  for (int i = 0; i < co_world_spec(arena->world)->agents; i++)
    arena->actions[i] = i == agent ? action : arena_unit(arena, i)->hp > 0 ? ACT_STOP : ACT_NONE;
  arena_step(arena);
}

static inline const CoScriptType *arena_script(const char *name) {
  const CoScriptType *script = co_skirmish.scripts;
  while (script->name && strcmp(script->name, name) != 0) script++;
  ck_assert_ptr_nonnull(script->name);
  return script;
}

// One step in which every agent plays the script.
static inline void arena_play(Arena *arena, const CoScriptType *script) {
  CoError error;
  for (int i = 0; i < co_world_spec(arena->world)->agents; i++)
    if (!script->act(co_world_self(arena->world), NULL, arena_state(arena), i, &arena->rng, &arena->actions[i], &error))
      ck_abort_msg("%s", script->name);
  arena_step(arena);
}

// A whole episode; the return of agent 0.
static inline double arena_episode(Arena *arena, const char *name) {
  const CoScriptType *script = arena_script(name);
  double total = 0;
  ck_assert(co_env_reset(arena->env, NULL));
  while (co_env_ending(arena->env) == CO_PLAYING) {
    arena_play(arena, script);
    total += (double)co_env_rewards(arena->env)[0];
  }
  return total;
}

// One ally and one enemy that stands, 16 cells apart on open ground.
#define DUEL(ally, enemy) ARMIES(ally, 1, enemy, 1, "{kind = 'stand'}")
#define ARMIES(ally, n, enemy, m, order)                                                                               \
  "return {limit = 100, terrain = 'open', order = " order ", allies = {{type = '" ally "', count = " #n                \
  ", x = 8, y = 16}}, enemies = {{type = '" enemy "', count = " #m ", x = 24, y = 16}}}"

#endif
