// Making a plan: layers of settings (default, profile, file, command line), then the world, then who plays.
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"

// What a saved config says of its maker; not a setting.
static bool is_remark(const char *key) {
  return !strcmp(key, "cohort") || !strcmp(key, "commit") || !strcmp(key, "blas") || !strcmp(key, "core");
}

// A list is a sweep's: this run's item of it stands in its place.
static bool add_pick(Plan *plan, const PlanWishes *wishes, const char *owner, const CoValue *value, CoError *error) {
  for (int i = 0; i < wishes->pick_count; i++) {
    const Entry *pick = &wishes->picks[i];
    if (!strcmp(pick->name, value->key) && (owner ? pick->owner && !strcmp(owner, pick->owner) : !pick->owner))
      return entries_add(&plan->entries, *pick, error);
  }
  return co_value_fail(value, error, "must be one value: only cohort train sweeps over lists");
}

static bool add_value(Plan *plan, const PlanWishes *wishes, const char *owner, const CoValue *value, CoError *error) {
  if (value->type == CO_VALUE_LIST && value->count) return add_pick(plan, wishes, owner, value, error);
  return entries_add(&plan->entries, (Entry){.owner = owner, .name = value->key, .text = value->string, .value = value},
                     error);
}

// A file is one table: settings by name, or tables of them by owner (train, skirmish, qmix).
static bool add_file(Plan *plan, const PlanWishes *wishes, CoError *error) {
  if (plan->file->type != CO_VALUE_TABLE) return co_value_fail(plan->file, error, "must be a table of settings");
  for (int i = 0; i < plan->file->count; i++) {
    const CoValue *item = &plan->file->items[i];
    bool empty = item->type == CO_VALUE_LIST && item->count == 0; // {}: an owner without settings
    if (is_remark(item->key) || empty) continue;
    if (item->type != CO_VALUE_TABLE) {
      if (!add_value(plan, wishes, NULL, item, error)) return false;
      continue;
    }
    for (int j = 0; j < item->count; j++)
      if (!add_value(plan, wishes, item->key, &item->items[j], error)) return false;
  }
  return true;
}

static bool read_file(Plan *plan, const PlanWishes *wishes, CoError *error) {
  char path[2048];
  if (wishes->run) {
    snprintf(plan->run, sizeof plan->run, "%s", wishes->run);
    snprintf(plan->origin, sizeof plan->origin, "%s", wishes->run);
    snprintf(path, sizeof path, "%s/config.lua", wishes->run);
    if (!co_file_exists(path)) return co_fail(error, "%s holds no run: there is no config.lua in it", wishes->run);
  } else if (wishes->file) {
    const char *slash = strrchr(wishes->file, '/');
    snprintf(path, sizeof path, "%s", wishes->file);
    snprintf(plan->origin, sizeof plan->origin, "%.*s", slash ? (int)(slash - wishes->file) : 1,
             slash ? wishes->file : ".");
  } else {
    return true;
  }
  return (plan->file = co_script_load(path, error)) && add_file(plan, wishes, error);
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
  if (!plan_find_env(plan, layer == 0, &variant, error)) return false;
  if (!*variant) return true;
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
              : co_fail(error, "unknown profile '%s': there are cohort, pymarl and rainbow", profile);
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

// A sweep over algorithms may hold tables of those that do not take part in this run.
static void excuse(Plan *plan) {
  for (int i = 0; i < plan->entries.count; i++) {
    Entry *entry = &plan->entries.items[i];
    if (entry->owner && !entry->takers && co_find_algo(&plan->registry, entry->owner, NULL)) entry->takers = TAKER_ALGO;
  }
}

static bool settle(Plan *plan, const PlanWishes *wishes, CoError *error) {
  if (wishes->pick_count) excuse(plan);
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
  plan->people = wishes->people;
  plan->strict = wishes->strict;
  plan->patience = wishes->patience;
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
  if (wishes->players && wishes->choose && !plan->train.algo[0] &&
      !(plan_open(plan, error) && plan_choose(plan, error)))
    return false;
  return !wishes->players || plan_find_algos(plan, error);
}

bool plan_open(Plan *plan, CoError *error) {
  if (plan->world) return true;
  if (!plan_load_sources(plan, error)) return false;
  guard_stage(plan->guard, "opening");
  plan->world = co_world_open(plan->env, plan->env_config, error);
  guard_stage(plan->guard, NULL);
  return plan->world || (plan->script ? false : co_fail_within(error, "%s", plan->train.env));
}

bool plan_make(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error) {
  if (!plan_names(plan, line, wishes, error) || !settle(plan, wishes, error)) return false;
  if (!plan_open(plan, error)) return false;
  return !wishes->players || plan_seat(plan, error);
}

void plan_free(Plan *plan) {
  for (int i = 0; i < PLAN_TEAMS; i++)
    if (plan->revived[i]) plan->seats[i].algo->destroy(plan->seats[i].self);
  guard_end(plan->guard);
  if (plan->world) co_world_close(plan->world);
  if (plan->script) co_script_env_destroy(plan->script);
  co_script_sources_free(&plan->sources);
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
