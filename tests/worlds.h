// Every registered environment in each of its variants: for sweeps over all of them.
#ifndef COHORT_TESTS_WORLDS_H
#define COHORT_TESTS_WORLDS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/check.h"
#include "cohort/script.h"
#include "cohort/script_env.h"

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

// The environments of scripts/envs, as "lua/NAME", with the defaults of their params.
typedef void VisitScript(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user);

static inline void worlds_script(const char *file, VisitScript *visit, void *user) {
  char path[1024], name[512];
  CoError error;
  snprintf(path, sizeof path, "%s/scripts/envs/%s", COHORT_SOURCE, file);
  CoScriptEnv *script = co_script_env_load(path, &(CoScriptLimits){0}, &error);
  if (!script) worlds_fail(file, &error);
  const CoEnvType *type = co_script_env_type(script);
  void *config = calloc(1, type->settings.bytes + 1);
  if (!config) abort();
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  if (!world) worlds_fail(file, &error);
  snprintf(name, sizeof name, "lua/%.*s", (int)(strrchr(file, '.') - file), file);
  visit(name, script, world, user);
  co_world_close(world);
  free(config);
  co_script_env_destroy(script);
}

static inline void worlds_scripts(VisitScript *visit, void *user) {
  struct dirent **files;
  int count = scandir(COHORT_SOURCE "/scripts/envs", &files, worlds_is_script, alphasort);
  if (count < 1) abort();
  for (int i = 0; i < count; i++) {
    worlds_script(files[i]->d_name, visit, user);
    free(files[i]);
  }
  free(files);
}

static inline CoRandomPlay random_begin(const CoWorld *world, int num_envs, CoPool *pool) {
  CoRandomPlay play;
  CoError error;
  if (!co_random_begin(&play, world, num_envs, pool, 1, &error)) worlds_fail(co_world_type(world)->name, &error);
  return play;
}

#endif
