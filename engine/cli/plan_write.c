// A plan in a run folder: config.lua, which `cohort train --file` reads back, and copies of the data files it used.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cohort/blas.h"
#include "cohort/file.h"
#include "cohort/hash.h"
#include "plan.h"

uint64_t plan_identity(const Plan *plan) {
  uint64_t hash = co_train_identity(&plan->train), parts[2];
  parts[0] = co_settings_hash(&plan->env->settings, plan->env_config);
  for (int i = 0; i < plan->algo_count; i++) {
    parts[1] = co_settings_hash(&plan->algos[i].type->settings, plan->algos[i].config);
    hash = co_hash(hash, &parts[1], sizeof parts[1]);
  }
  hash = co_script_sources_hash(&plan->sources, hash);
  return co_hash(plan_script_hash(plan, hash), &parts[0], sizeof parts[0]);
}

static void table(CoWriter *lua, const CoSettings *settings, const void *config) {
  co_write_format(lua, "  %s = {\n", settings->title);
  co_settings_write(settings, config, lua);
  co_write_format(lua, "  },\n");
}

static bool write_config(const Plan *plan, const char *folder, CoError *error) {
  char path[2048];
  CoWriter lua = {0};
  CoTrainConfig train = plan->train;
  memset(train.out, 0, sizeof train.out); // a run may be moved
  snprintf(path, sizeof path, "%s/config.lua", folder);
  co_write_format(&lua, "-- Every setting of this run: cohort train --file config.lua repeats it.\nreturn {\n");
  co_write_format(&lua, "  cohort = \"%s\", commit = \"%s\", blas = \"%s\", core = \"%s\",\n", COHORT_VERSION, commit,
                  co_blas_library(), co_blas_core());
  table(&lua, &co_train_settings, &train);
  table(&lua, &plan->env->settings, plan->env_config);
  for (int i = 0; i < plan->algo_count; i++) table(&lua, &plan->algos[i].type->settings, plan->algos[i].config);
  co_write_format(&lua, "}\n");
  bool ok = lua.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, lua.data, lua.size, error);
  co_writer_free(&lua);
  return ok;
}

static bool write_source(const Plan *plan, const CoScriptSource *source, const char *folder, CoError *error) {
  char path[2048];
  snprintf(path, sizeof path, "%s/sources", folder);
  if (!co_folder_create(path, error)) return false;
  snprintf(path, sizeof path, "%s/sources/%s.%s.lua", folder, plan->env->settings.title, source->field->name);
  return co_file_write(path, source->text, source->bytes, error);
}

// config.lua comes last: where it is, all is.
bool plan_write(const Plan *plan, const char *folder, CoError *error) {
  for (int i = 0; i < plan->sources.count; i++)
    if (!write_source(plan, &plan->sources.item[i], folder, error)) return false;
  return plan_write_script(plan, folder, error) && write_config(plan, folder, error);
}

// Letters, digits and a few signs, so that any name makes a folder.
static void tidy(const char *text, const char *keep, char *out, size_t capacity) {
  size_t bytes = 0;
  for (; *text && bytes + 1 < capacity; text++)
    out[bytes++] = isalnum((unsigned char)*text) || strchr(keep, *text) ? *text : '-';
  out[bytes] = '\0';
}

void plan_place(const Plan *plan, char *out, size_t capacity) {
  char env[256], algo[256], variant[256];
  const char *slash = strrchr(plan->variant, '/');
  tidy(plan->env->name, "_-.", env, sizeof env);
  tidy(slash ? slash + 1 : plan->variant, "_-.", variant, sizeof variant);
  tidy(plan->train.algo, "_-.,=", algo, sizeof algo);
  bool ours = !strcmp(plan->train.profile, co_profile_names[0]);
  snprintf(out, capacity, "runs/%s%s%s/%s%s%s", env, *variant ? "-" : "", variant, algo, ours ? "" : "-",
           ours ? "" : plan->train.profile);
}
