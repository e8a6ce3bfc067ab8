// Opening an environment by its name and settings: a registered one, or a script; its data files; its world.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/file.h"
#include "cohort/hash.h"
#include "foreign.h"

#define FIELDS_MOST 256

static bool load_script(Stage *stage, bool strict, CoError *error) {
  const CoScriptLimits limits = {.strict = strict};
  if (!(stage->script = co_script_env_load(stage->script_path, &limits, error))) return false;
  stage->type = co_script_env_type(stage->script);
  return true;
}

// A name means an environment in C, else a script: a path, or a file in the folder of scripts.
static bool find_type(Stage *stage, const CoForeignSetup *setup, const char **variant, CoError *error) {
  CoRegistry registry;
  CoError no_script = {""};
  char folder[2048];
  co_registry_init(&registry);
  if ((stage->type = co_find_env(&registry, stage->name, variant, error))) return true;
  *variant = "";
  snprintf(folder, sizeof folder, "%s/envs", setup->data);
  if (!co_script_locate(folder, stage->name, stage->script_path, sizeof stage->script_path, &no_script))
    return co_fail_within(error, "%s", no_script.text);
  return load_script(stage, setup->strict, error);
}

static bool unknown(const CoSettings *settings, const char *name, CoError *error) {
  const char *known[FIELDS_MOST + 1] = {0}, *near;
  for (int i = 0; i < FIELDS_MOST && settings->fields[i].name; i++) known[i] = settings->fields[i].name;
  if ((near = co_nearest(name, known)))
    return co_fail(error, "%s has no setting '%s' (did you mean '%s'?)", settings->title, name, near);
  return co_fail(error, "%s has no setting '%s'", settings->title, name);
}

// pairs: name, value ... NULL; or NULL.
static bool set_pairs(Stage *stage, const char *const *pairs, CoError *error) {
  const CoSettings *settings = &stage->type->settings;
  for (; pairs && pairs[0]; pairs += 2) {
    if (!pairs[1]) return co_fail(error, "the setting %s has no value", pairs[0]);
    if (!co_settings_find(settings, pairs[0])) return unknown(settings, pairs[0], error);
    if (!co_settings_set(settings, stage->config, pairs[0], pairs[1], error)) return false;
  }
  return true;
}

static bool set_all(Stage *stage, const CoForeignSetup *setup, const char *variant, CoError *error) {
  const CoSettings *settings = &stage->type->settings;
  const char *profile = setup->profile ? setup->profile : "cohort";
  if (!(stage->config = calloc(1, settings->bytes + 1))) return co_fail(error, "no memory for settings");
  co_settings_defaults(settings, stage->config);
  if (!co_settings_has_profile(settings, profile) && strcmp(profile, "pymarl") != 0)
    return co_fail(error, "unknown profile '%s': there are cohort and pymarl", profile);
  if (!co_settings_profile(settings, stage->config, profile, error)) return false;
  if (*variant && !co_settings_set(settings, stage->config, stage->type->variant, variant, error)) return false;
  return set_pairs(stage, setup->settings, error);
}

static uint64_t identify(const Stage *stage) {
  int count = 0;
  uint64_t hash = co_hash_text(co_settings_hash(&stage->type->settings, stage->config), stage->type->name);
  const CoScriptFile *files = stage->script ? co_script_env_files(stage->script, &count) : NULL;
  for (int i = 0; i < count; i++) hash = co_hash(hash, files[i].text, files[i].bytes);
  return co_script_sources_hash(&stage->sources, hash);
}

bool co_stage_open(Stage *stage, const CoForeignSetup *setup, CoError *error) {
  const char *variant = "";
  if (strlen(setup->env) >= sizeof stage->name) return co_fail(error, "the environment's name is too long");
  snprintf(stage->name, sizeof stage->name, "%s", setup->env);
  if (!find_type(stage, setup, &variant, error) || !set_all(stage, setup, variant, error)) return false;
  for (const CoField *field = stage->type->settings.fields; field->name; field++)
    if (field->type == CO_FIELD_SOURCE &&
        !co_script_source_load(&stage->sources, setup->data, field, stage->config, NULL, error))
      return false;
  stage->identity = identify(stage);
  return (stage->world = co_world_open(stage->type, stage->config, error)) != NULL;
}

void co_stage_close(Stage *stage) {
  if (stage->world) co_world_close(stage->world);
  if (stage->script) co_script_env_destroy(stage->script);
  co_script_sources_free(&stage->sources);
  free(stage->config);
}
