// Every registered environment in each of its variants, and random legal play: for sweeps over all of them.
#ifndef COHORT_TESTS_WORLDS_H
#define COHORT_TESTS_WORLDS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/script.h"

typedef void Visit(const char *name, const CoWorld *world, void *user);

static inline void worlds_fail(const char *name, const CoError *error) {
  fprintf(stderr, "%s: %s\n", name, error->text);
  abort();
}

// Opens one variant (NULL: the defaults) and shows it.
static inline void worlds_open(const CoEnvType *type, const char *variant, const CoValue *source, Visit *visit,
                               void *user) {
  CoError error;
  char name[512];
  snprintf(name, sizeof name, "%s%s%s", type->name, variant ? "/" : "", variant ? variant : "");
  void *config = calloc(1, type->settings.bytes + 1);
  if (!config) abort();
  co_settings_defaults(&type->settings, config);
  if (variant && !co_settings_set(&type->settings, config, type->variant, variant, &error)) worlds_fail(name, &error);
  const CoField *field = source ? co_settings_find(&type->settings, type->variant) : NULL;
  if (field) ((CoSource *)(void *)((char *)config + field->offset))->value = source;
  CoWorld *world = co_world_open(type, config, &error);
  if (!world) worlds_fail(name, &error);
  visit(name, world, user);
  co_world_close(world);
  free(config);
}

static inline void worlds_choices(const CoEnvType *type, const CoField *field, Visit *visit, void *user) {
  char words[1024], *rest = words;
  snprintf(words, sizeof words, "%s", field->choices);
  for (char *word; (word = strtok_r(rest, " ", &rest));) worlds_open(type, word, NULL, visit, user);
}

static inline int worlds_is_script(const struct dirent *entry) {
  const char *end = strrchr(entry->d_name, '.');
  return end && strcmp(end, ".lua") == 0;
}

static inline void worlds_files(const CoEnvType *type, const CoField *field, Visit *visit, void *user) {
  struct dirent **files;
  char folder[512], path[1024];
  CoError error;
  snprintf(folder, sizeof folder, "%s/scripts/%s", COHORT_SOURCE, field->choices);
  int count = scandir(folder, &files, worlds_is_script, alphasort);
  if (count < 1) abort();
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
    CoValue *source = co_script_load(path, &error);
    if (!source) worlds_fail(path, &error);
    *strrchr(files[i]->d_name, '.') = '\0';
    worlds_open(type, files[i]->d_name, source, visit, user);
    co_value_destroy(source);
    free(files[i]);
  }
  free(files);
}

static inline void worlds_each(Visit *visit, void *user) {
  for (int i = 0; co_env_list[i]; i++) {
    const CoEnvType *type = co_env_list[i];
    const CoField *field = type->variant ? co_settings_find(&type->settings, type->variant) : NULL;
    if (field && field->type == CO_FIELD_CHOICE) {
      worlds_choices(type, field, visit, user);
    } else if (field && field->type == CO_FIELD_SOURCE) {
      worlds_files(type, field, visit, user);
    } else {
      worlds_open(type, NULL, NULL, visit, user);
    }
  }
}

// Random legal play: each copy has a stream of its own, so that what it does does not depend on the others.
typedef struct Random {
  CoVecEnv *vec;
  CoRng *rngs;    // [num_envs]
  int *discrete;  // [num_envs][agents]
  float *control; // [num_envs][agents][action_size]
} Random;

static inline Random random_begin(const CoWorld *world, int num_envs, CoPool *pool) {
  const CoSpec *spec = co_world_spec(world);
  CoError error;
  Random play = {.vec = co_vecenv_create(world, num_envs, CO_VIEW_ALL, pool, 1, "env", &error)};
  if (!play.vec) worlds_fail(co_world_type(world)->name, &error);
  size_t rows = (size_t)(num_envs * spec->agents);
  play.rngs = calloc((size_t)num_envs, sizeof *play.rngs);
  play.discrete = calloc(rows, sizeof *play.discrete);
  play.control = calloc(rows * (size_t)(spec->action_size + 1), sizeof *play.control);
  for (int i = 0; i < num_envs; i++) play.rngs[i] = co_rng(1, "actions", (uint64_t)i);
  return play;
}

static inline void random_end(Random *play) {
  co_vecenv_destroy(play->vec);
  free(play->rngs);
  free(play->discrete);
  free(play->control);
}

static inline void random_choose(Random *play, int team) {
  const CoWorld *world = co_vecenv_world(play->vec);
  const CoSpec *spec = co_world_spec(world);
  const CoFrame *frame = co_vecenv_frame(play->vec, team);
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    int env = row / frame->agents, seat = env * spec->agents + co_world_first(world, team) + row % frame->agents;
    if (!frame->running[env]) continue;
    if (spec->actions)
      play->discrete[seat] = co_rng_choose(&play->rngs[env], frame->mask + row * spec->actions, spec->actions);
    for (int k = 0; k < spec->action_size; k++)
      play->control[seat * spec->action_size + k] =
          (float)co_rng_uniform(&play->rngs[env], (double)spec->low[k], (double)spec->high[k]);
  }
}

static inline CoActions random_actions(Random *play) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(play->vec));
  for (int team = 0; team < spec->teams; team++) random_choose(play, team);
  return (CoActions){spec->actions ? play->discrete : NULL, spec->action_size ? play->control : NULL};
}

// One step of every copy, ended ones begun anew first.
static inline bool random_step(Random *play, CoError *error) {
  if (!co_vecenv_restart(play->vec, error)) return false;
  CoActions actions = random_actions(play);
  return co_vecenv_step(play->vec, &actions, error);
}

#endif
