// Data files: the folder where they lie, and reading those that settings name.
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/script.h"
#include "plan.h"

const char *data_folder(const char *given, char *out, size_t capacity) {
  if (*given) {
    snprintf(out, capacity, "%s", given);
    return out;
  }
  char program[PATH_MAX];
  ssize_t bytes = readlink("/proc/self/exe", program, sizeof program - 1);
  if (bytes > 0) {
    program[bytes] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) *slash = '\0';
    snprintf(out, capacity, "%s/../share/cohort", program);
    if (co_file_exists(out)) return out;
  }
  snprintf(out, capacity, "%s", COHORT_SOURCE_DATA);
  return out;
}

// The run's own copy where the name is the one that the run was made with.
static bool copied(const Plan *plan, const CoField *field, char *path, size_t capacity) {
  const CoSource *member = (const CoSource *)(const void *)((const char *)plan->env_config + field->offset);
  if (!plan->run[0] || !plan->file) return false;
  const CoValue *table = co_value_find(plan->file, plan->env->settings.title);
  const CoValue *name = table ? co_value_find(table, field->name) : NULL;
  if (!name || !name->string || strcmp(name->string, member->name)) return false;
  snprintf(path, capacity, "%s/sources/%s.%s.lua", plan->run, plan->env->settings.title, field->name);
  return co_file_exists(path);
}

bool plan_load_sources(Plan *plan, CoError *error) {
  char path[4096];
  for (const CoField *field = plan->env->settings.fields; field->name; field++) {
    if (field->type != CO_FIELD_SOURCE) continue;
    bool kept = copied(plan, field, path, sizeof path);
    if (!co_script_source_load(&plan->sources, plan->data, field, plan->env_config, kept ? path : NULL, error))
      return false;
  }
  return true;
}
