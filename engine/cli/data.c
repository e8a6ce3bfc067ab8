// Data files: the folder where they lie, and reading those that settings name.
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/script.h"
#include "plan.h"

#define TEXT_MOST ((size_t)4 << 20) // bytes of a data file

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

static bool read_source(PlanSource *source, const char *path, CoSource *member, CoError *error) {
  if (!(source->text = co_file_read(path, TEXT_MOST, &source->bytes, error))) return false;
  if (!(source->value = co_script_parse(path, source->text, source->bytes, error))) return false;
  member->value = source->value;
  return true;
}

// The run's own copy where the name is the one that the run was made with.
static bool copied(const Plan *plan, const CoField *field, const CoSource *member, char *path, size_t capacity) {
  if (!plan->run[0] || !plan->file) return false;
  const CoValue *table = co_value_find(plan->file, plan->env->settings.title);
  const CoValue *name = table ? co_value_find(table, field->name) : NULL;
  if (!name || !name->string || strcmp(name->string, member->name)) return false;
  snprintf(path, capacity, "%s/sources/%s.%s.lua", plan->run, plan->env->settings.title, field->name);
  return co_file_exists(path);
}

static bool load_source(Plan *plan, const CoField *field, CoError *error) {
  CoSource *member = (CoSource *)(void *)((char *)plan->env_config + field->offset);
  if (!member->name[0]) return true;
  if (plan->source_count == PLAN_SOURCES) return co_fail(error, "more than %d data files", PLAN_SOURCES);
  PlanSource *source = &plan->sources[plan->source_count++];
  source->field = field;
  char folder[2048], path[4096];
  snprintf(folder, sizeof folder, "%s/%s", plan->data, field->choices);
  if (copied(plan, field, member, path, sizeof path)) return read_source(source, path, member, error);
  return co_script_locate(folder, member->name, path, sizeof path, error) && read_source(source, path, member, error);
}

bool plan_load_sources(Plan *plan, CoError *error) {
  for (const CoField *field = plan->env->settings.fields; field->name; field++)
    if (field->type == CO_FIELD_SOURCE && !load_source(plan, field, error)) return false;
  return true;
}
