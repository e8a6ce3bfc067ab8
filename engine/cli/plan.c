// Making a plan: layers of settings (default, profile, file, command line), then the world, then who plays.
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"

// What a saved config says of its maker; not a setting.
static bool is_remark(const char *key) {
  return !strcmp(key, "cohort") || !strcmp(key, "blas") || !strcmp(key, "core");
}

static bool add_value(Plan *plan, const char *owner, const CoValue *value, CoError *error) {
  return entries_add(&plan->entries, (Entry){.owner = owner, .name = value->key, .text = value->string, .value = value},
                     error);
}

// A file is one table: settings by name, or tables of them by owner (train, skirmish, qmix).
static bool add_file(Plan *plan, CoError *error) {
  if (plan->file->type != CO_VALUE_TABLE) return co_value_fail(plan->file, error, "must be a table of settings");
  for (int i = 0; i < plan->file->count; i++) {
    const CoValue *item = &plan->file->items[i];
    if (is_remark(item->key)) continue;
    if (item->type != CO_VALUE_TABLE) {
      if (!add_value(plan, NULL, item, error)) return false;
      continue;
    }
    for (int j = 0; j < item->count; j++)
      if (!add_value(plan, item->key, &item->items[j], error)) return false;
  }
  return true;
}

static bool read_file(Plan *plan, const PlanWishes *wishes, CoError *error) {
  char path[2048];
  if (wishes->run) {
    snprintf(plan->run, sizeof plan->run, "%s", wishes->run);
    snprintf(path, sizeof path, "%s/config.lua", wishes->run);
    if (!co_file_exists(path)) return co_fail(error, "%s holds no run: there is no config.lua in it", wishes->run);
  } else if (wishes->file) {
    snprintf(path, sizeof path, "%s", wishes->file);
  } else {
    return true;
  }
  return (plan->file = co_script_load(path, error)) && add_file(plan, error);
}

static bool is_named(const Entry *entry, const char *name) {
  if (entry->owner && strcmp(entry->owner, co_train_settings.title) != 0) return false;
  const CoField *field = co_settings_find(&co_train_settings, entry->name);
  return field && entry->text && !strcmp(field->name, name);
}

// The last one counts. -1 when none is given.
static int last_named(const Plan *plan, const char *name) {
  for (int i = plan->entries.count - 1; i >= 0; i--)
    if (is_named(&plan->entries.items[i], name)) return i;
  return -1;
}

// "skirmish/3m" sets skirmish's map before whatever else its layer says.
static bool add_variant(Plan *plan, int layer, CoError *error) {
  const char *variant;
  if (!(plan->env = co_find_env(&plan->registry, plan->train.env, &variant, error))) return false;
  if (!*variant) return true;
  if (!plan->env->variant) return co_fail(error, "%s has no variants: '%s'", plan->env->name, plan->train.env);
  snprintf(plan->variant, sizeof plan->variant, "%s", variant);
  const Entry entry = {.owner = plan->env->settings.title, .name = plan->env->variant, .text = plan->variant};
  if (!entries_add(&plan->entries, entry, error)) return false;
  Entry *items = plan->entries.items;
  memmove(items + layer + 1, items + layer, (size_t)(plan->entries.count - 1 - layer) * sizeof *items);
  items[layer] = entry;
  return true;
}

static bool check_profile(const char *profile, CoError *error) {
  for (int i = 0; co_profile_names[i]; i++)
    if (!strcmp(profile, co_profile_names[i])) return true;
  const char *near = co_nearest(profile, co_profile_names);
  return near ? co_fail(error, "unknown profile '%s' (did you mean '%s'?)", profile, near)
              : co_fail(error, "unknown profile '%s': there are cohort and pymarl", profile);
}

static bool set_train(Plan *plan, CoError *error) {
  co_settings_defaults(&co_train_settings, &plan->train);
  int profile = last_named(plan, "profile");
  const char *name = profile < 0 ? "cohort" : plan->entries.items[profile].text;
  return check_profile(name, error) && co_settings_profile(&co_train_settings, &plan->train, name, error) &&
         entries_apply(&plan->entries, TAKER_TRAIN, &co_train_settings, &plan->train, error);
}

static bool set_env(Plan *plan, CoError *error) {
  const CoSettings *settings = &plan->env->settings;
  if (!(plan->env_config = calloc(1, settings->bytes + 1))) return co_fail(error, "no memory for settings");
  co_settings_defaults(settings, plan->env_config);
  return co_settings_profile(settings, plan->env_config, plan->train.profile, error) &&
         entries_apply(&plan->entries, TAKER_ENV, settings, plan->env_config, error);
}

static bool settle(const Plan *plan, const PlanWishes *wishes, CoError *error) {
  const CoSettings *tables[PLAN_TEAMS + 4];
  int count = 0;
  if (wishes->command) tables[count++] = wishes->command;
  tables[count++] = &co_train_settings;
  if (plan->env) tables[count++] = &plan->env->settings;
  for (int i = 0; i < plan->algo_count; i++) tables[count++] = &plan->algos[i].type->settings;
  tables[count] = NULL;
  return entries_settled(&plan->entries, tables, error);
}

bool plan_names(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error) {
  memset(plan, 0, sizeof *plan);
  co_registry_init(&plan->registry);
  data_folder(wishes->data ? wishes->data : "", plan->data, sizeof plan->data);
  if (!read_file(plan, wishes, error)) return false;
  int cli = plan->entries.count;
  if (wishes->place &&
      !entries_add(&plan->entries, (Entry){.owner = "train", .name = "env", .text = wishes->place}, error))
    return false;
  for (int i = 0; i < line->options.count; i++)
    if (!entries_add(&plan->entries, line->options.items[i], error)) return false;
  if (!set_train(plan, error)) return false;
  if (!plan->train.env[0]) return line->help || co_fail(error, "no environment is named: cohort list envs shows them");
  if (!add_variant(plan, last_named(plan, "env") >= cli ? cli : 0, error) || !set_env(plan, error)) return false;
  return !wishes->players || plan_find_algos(plan, error);
}

bool plan_make(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error) {
  if (!plan_names(plan, line, wishes, error) || !settle(plan, wishes, error)) return false;
  if (!plan_load_sources(plan, error)) return false;
  if (!(plan->world = co_world_open(plan->env, plan->env_config, error)))
    return co_fail_within(error, "%s", plan->train.env);
  return !wishes->players || plan_seat(plan, error);
}

void plan_free(Plan *plan) {
  for (int i = 0; i < PLAN_TEAMS; i++)
    if (plan->revived[i]) plan->seats[i].algo->destroy(plan->seats[i].self);
  if (plan->world) co_world_close(plan->world);
  for (int i = 0; i < plan->source_count; i++) {
    co_value_destroy(plan->sources[i].value);
    free(plan->sources[i].text);
  }
  for (int i = 0; i < plan->algo_count; i++) free(plan->algos[i].config);
  free(plan->env_config);
  free(plan->entries.items);
  for (int i = 0; i < PLAN_TEAMS; i++) free(plan->past[i]);
  co_value_destroy(plan->file);
}

void plan_help(const Plan *plan, CoWriter *text) {
  if (plan->env) {
    co_write_format(text, "\n%s: %s\n", plan->env->settings.title, plan->env->summary);
    co_settings_help(&plan->env->settings, text);
  }
  for (int i = 0; i < plan->algo_count; i++) {
    co_write_format(text, "\n%s: %s\n", plan->algos[i].type->settings.title, plan->algos[i].type->summary);
    co_settings_help(&plan->algos[i].type->settings, text);
  }
}
