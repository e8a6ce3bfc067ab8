// Environments in Lua: finding them (a path, a bare name, a run's own copy), keeping their texts with a run, and
// showing the line of a script's error.
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "plan.h"

#define NAMES_MOST 512
#define TEXT_MOST ((size_t)4 << 20) // bytes of a script

bool is_script_path(const char *name) {
  size_t bytes = strlen(name);
  return bytes > 4 && !strcmp(name + bytes - 4, ".lua");
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

// Where a name may mean: as it stands, beside the experiment, among the environments that come with the program.
static bool locate(const char *name, const char *beside, const char *data, char *path, size_t capacity) {
  bool lua = is_script_path(name);
  snprintf(path, capacity, "%s", name);
  if (lua && co_file_exists(path)) return true;
  snprintf(path, capacity, "%s/%s", beside, name);
  if (lua && *beside && *name != '/' && co_file_exists(path)) return true;
  snprintf(path, capacity, "%s/envs/%s%s", data, name, lua ? "" : ".lua");
  return !strchr(name, '/') && co_file_exists(path);
}

bool plan_is_file(const char *word) {
  CoRegistry registry;
  const char *variant;
  char data[1024], path[2048];
  co_registry_init(&registry);
  if (!is_script_path(word) || co_find_env(&registry, word, &variant, NULL)) return false;
  data_folder("", data, sizeof data);
  return !locate(word, "", data, path, sizeof path) || !co_script_is_env(path);
}

static bool is_run(const char *place) {
  char path[2048];
  snprintf(path, sizeof path, "%s/config.lua", place);
  return co_file_exists(path);
}

void plan_wish(PlanWishes *wishes, const char *place) {
  if (place && is_run(place))
    wishes->run = place;
  else if (place && plan_is_file(place))
    wishes->file = place;
  else
    wishes->place = place;
}

int script_names(const char *data, char **names, int most) {
  char folder[1100];
  int count = 0;
  snprintf(folder, sizeof folder, "%s/envs", data);
  struct dirent **entries = NULL;
  int found = scandir(folder, &entries, NULL, alphasort);
  for (int i = 0; i < found; i++) {
    const char *name = entries[i]->d_name;
    if (is_script_path(name) && count < most) names[count++] = strndup(name, strlen(name) - 4);
    free(entries[i]);
  }
  free(entries);
  return count;
}

static bool unknown(const Plan *plan, CoError *error) {
  const char *known[CO_REGISTRY_MOST + NAMES_MOST + 1];
  char *names[NAMES_MOST], wanted[256];
  int count = 0, scripts = script_names(plan->data, names, NAMES_MOST);
  snprintf(wanted, sizeof wanted, "%.*s", (int)strcspn(plan->train.env, "/"), plan->train.env);
  for (int i = 0; plan->registry.envs[i]; i++) known[count++] = plan->registry.envs[i]->name;
  for (int i = 0; i < scripts; i++)
    if (names[i]) known[count++] = names[i];
  known[count] = NULL;
  const char *near = co_nearest(wanted, known);
  if (is_script_path(plan->train.env))
    co_fail(error, "%s: there is no such file", plan->train.env);
  else if (near)
    co_fail(error, "there is no environment named %s; did you mean %s?", wanted, near);
  else
    co_fail(error, "there is no environment named %s: cohort list envs shows them", wanted);
  for (int i = 0; i < scripts; i++) free(names[i]);
  return false;
}

static void print(void *user, const char *line) {
  fprintf(stderr, "%s: %s\n", (const char *)user, line);
}

bool script_allowed(const CoEnvType *type, CoError *error) {
  const char *title = type->settings.title;
  bool taken = !strcmp(title, co_train_settings.title) || !strcmp(title, "command");
  for (int i = 0; co_algo_list[i]; i++) taken = taken || !strcmp(title, co_algo_list[i]->settings.title);
  return !taken || co_fail(error, "an environment must not be named %s: other settings are called so", title);
}

static bool load(Plan *plan, CoError *error) {
  const CoScriptLimits limits = {.strict = plan->strict, .print = print, .user = plan->script_path};
  if (!(plan->guard = guard_begin(plan->script_path, plan->patience, error))) return false;
  guard_stage(plan->guard, "reading it");
  plan->script = co_script_env_load(plan->script_path, &limits, error);
  guard_stage(plan->guard, NULL);
  if (!plan->script) return false;
  guard_env(plan->guard, plan->script);
  plan->env = co_script_env_type(plan->script);
  return script_allowed(plan->env, error) || co_fail_within(error, "%s", plan->script_path);
}

// A run or a sweep keeps its script among its sources: that one counts, whatever has become of the author's.
static bool kept(Plan *plan) {
  const char *name = base_of(plan->train.env);
  if (!plan->origin[0]) return false;
  snprintf(plan->script_path, sizeof plan->script_path, "%s/sources/%s%s", plan->origin, name,
           is_script_path(name) ? "" : ".lua");
  if (co_file_exists(plan->script_path)) return true;
  plan->script_path[0] = '\0';
  return false;
}

bool plan_find_env(Plan *plan, bool saved, const char **variant, CoError *error) {
  *variant = "";
  if ((saved || plan->run[0]) && kept(plan)) return load(plan, error);
  if ((plan->env = co_find_env(&plan->registry, plan->train.env, variant, error))) return true;
  *variant = "";
  if (locate(plan->train.env, plan->origin, plan->data, plan->script_path, sizeof plan->script_path))
    return load(plan, error);
  plan->script_path[0] = '\0';
  size_t bytes = strcspn(plan->train.env, "/");
  for (int i = 0; plan->registry.envs[i]; i++)
    if (strlen(plan->registry.envs[i]->name) == bytes && !strncmp(plan->registry.envs[i]->name, plan->train.env, bytes))
      return false; // it has no variants
  return unknown(plan, error);
}

const CoScriptFile *plan_script_files(const Plan *plan, int *count) {
  *count = 0;
  return plan->script ? co_script_env_files(plan->script, count) : NULL;
}

uint64_t plan_script_hash(const Plan *plan, uint64_t hash) {
  int count;
  const CoScriptFile *files = plan_script_files(plan, &count);
  for (int i = 0; i < count; i++) hash = co_hash(hash, files[i].text, files[i].bytes);
  return hash;
}

bool plan_write_script(const Plan *plan, const char *folder, CoError *error) {
  int count;
  char path[2048];
  const CoScriptFile *files = plan_script_files(plan, &count);
  snprintf(path, sizeof path, "%s/sources", folder);
  if (count && !co_folder_create(path, error)) return false;
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, "%s/sources/%s", folder, files[i].name);
    if (!co_file_write(path, files[i].text, files[i].bytes, error)) return false;
  }
  return true;
}

// --- showing the line of an error ---

// The first "NAME.lua:NUMBER:" in a sentence.
static bool place_of(const char *text, char *name, size_t capacity, long *line) {
  for (const char *at = text; (at = strstr(at, ".lua:")); at++) {
    char *end;
    *line = strtol(at + 5, &end, 10);
    if (!isdigit((unsigned char)at[5]) || *end != ':') continue;
    const char *from = at;
    while (from > text && !strchr(" '\"\n", from[-1])) from--;
    snprintf(name, capacity, "%.*s", (int)(at + 4 - from), from);
    return true;
  }
  return false;
}

static void quote(const char *text, long line, CoError *error) {
  for (long i = 1; i < line && (text = strchr(text, '\n')); i++) text++;
  if (!text || !*text) return;
  size_t used = strlen(error->text);
  snprintf(error->text + used, sizeof error->text - used, "\n%6ld | %.*s", line, (int)strcspn(text, "\r\n"), text);
}

static bool quote_file(const char *path, long line, CoError *error) {
  char *text = co_file_exists(path) ? co_file_read(path, TEXT_MOST, NULL, NULL) : NULL;
  if (text) quote(text, line, error);
  free(text);
  return text != NULL;
}

void script_quote(const CoScriptFile *files, int count, const char *path, CoError *error) {
  char name[1024], beside[2048];
  long line;
  if (!place_of(error->text, name, sizeof name, &line)) return;
  for (int i = 0; i < count; i++)
    if (!strcmp(files[i].name, base_of(name))) {
      quote(files[i].text, line, error);
      return;
    }
  if (quote_file(name, line, error)) return;
  snprintf(beside, sizeof beside, "%.*s%s", (int)(base_of(path) - path), path, base_of(name));
  quote_file(beside, line, error);
}

void plan_quote(const Plan *plan, CoError *error) {
  int count;
  const CoScriptFile *files = plan_script_files(plan, &count);
  script_quote(files, count, plan->script_path, error);
}
