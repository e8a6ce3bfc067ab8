// cohort list: environments with their scripts, algorithms, settings.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "plan.h"

// The data folder's environments: `name` is what the command calls it; type NULL: it cannot be loaded, `error` says
// why.
typedef void Visit(const char *name, const CoEnvType *type, const CoError *error);
static void visit_scripts(const CoRegistry *registry, Visit *visit) {
  char data[1024], path[2048], *names[CO_REGISTRY_MOST];
  int count = script_names(data_folder("", data, sizeof data), names, CO_REGISTRY_MOST);
  for (int i = 0; i < count; i++) {
    CoError error = {""};
    bool twin = false; // the bare name is an environment's in C
    if (!names[i]) continue;
    snprintf(path, sizeof path, "%s/envs/%s.lua", data, names[i]);
    CoScriptEnv *script = co_script_env_load(path, &(CoScriptLimits){.strict = false}, &error);
    for (int j = 0; registry->envs[j]; j++) twin = twin || !strcmp(registry->envs[j]->name, names[i]);
    snprintf(path, sizeof path, "%s%s", names[i], twin ? ".lua" : "");
    visit(path, script ? co_script_env_type(script) : NULL, &error);
    if (script) co_script_env_destroy(script);
    free(names[i]);
  }
}

static void list_script(const char *name, const CoEnvType *type, const CoError *error) {
  printf("%-20s %s (Lua)\n", name, type ? type->summary : error->text);
}

static void list_envs(const CoRegistry *registry) {
  for (int i = 0; registry->envs[i]; i++) {
    const CoEnvType *env = registry->envs[i];
    printf("%-20s %s\n", env->name, env->summary);
    for (const CoScriptType *script = env->scripts; script && script->name; script++)
      printf("  script %-16s %s\n", script->name, script->summary);
  }
  visit_scripts(registry, list_script);
}

static void list_algos(const CoRegistry *registry) {
  for (int i = 0; registry->algos[i]; i++)
    printf("%-20s %s (%s)\n", registry->algos[i]->name, registry->algos[i]->summary, registry->algos[i]->source);
  printf("%-20s %s\n", "random", "random legal actions, in any environment");
}

static void print_table(const CoSettings *settings, const char *summary) {
  CoWriter text = {0};
  co_write_format(&text, "%s: %s\n", settings->title, summary);
  co_settings_help(settings, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  putchar('\n');
  co_writer_free(&text);
}

static void print_script(const char *name, const CoEnvType *type, const CoError *error) {
  (void)name, (void)error;
  if (type) print_table(&type->settings, type->summary);
}

static void list_settings(const CoRegistry *registry) {
  print_table(&co_train_settings, "the trainer");
  for (int i = 0; registry->envs[i]; i++) print_table(&registry->envs[i]->settings, registry->envs[i]->summary);
  visit_scripts(registry, print_script);
  for (int i = 0; registry->algos[i]; i++) print_table(&registry->algos[i]->settings, registry->algos[i]->summary);
}

static void list_api(const CoRegistry *registry) {
  (void)registry;
  CoWriter text = {0};
  api_page(&text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

int command_list(Line *line) {
  static const char *const topics[] = {"envs", "algos", "settings", "api", NULL};
  static void (*const lists[])(const CoRegistry *) = {list_envs, list_algos, list_settings, list_api};
  CoRegistry registry;
  CoError error;
  co_registry_init(&registry);
  if (line->help) return puts("cohort list [envs|algos|settings|api]") < 0 ? EXIT_FAILED : EXIT_OK;
  if (line->options.count) {
    co_fail(&error, "list takes no options");
    return say(&error, EXIT_USAGE);
  }
  for (int i = 0; topics[i]; i++)
    if (!line->place_count || !strcmp(line->places[0], topics[i])) {
      if (i == 2 && !line->place_count) break;
      lists[i](&registry);
      if (line->place_count) return EXIT_OK;
      if (i == 0) putchar('\n');
    }
  if (!line->place_count) return EXIT_OK;
  co_fail(&error, "list '%s': there are envs, algos, settings and api", line->places[0]);
  return say(&error, EXIT_USAGE);
}
