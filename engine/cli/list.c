// cohort list: environments with their scripts, algorithms, settings.
#include <stdio.h>
#include <string.h>

#include "cli.h"

static void list_envs(const CoRegistry *registry) {
  for (int i = 0; registry->envs[i]; i++) {
    const CoEnvType *env = registry->envs[i];
    printf("%-20s %s\n", env->name, env->summary);
    for (const CoScriptType *script = env->scripts; script && script->name; script++)
      printf("  script %-16s %s\n", script->name, script->summary);
  }
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

static void list_settings(const CoRegistry *registry) {
  print_table(&co_train_settings, "the trainer");
  for (int i = 0; registry->envs[i]; i++) print_table(&registry->envs[i]->settings, registry->envs[i]->summary);
  for (int i = 0; registry->algos[i]; i++) print_table(&registry->algos[i]->settings, registry->algos[i]->summary);
}

int command_list(Line *line) {
  static const char *const topics[] = {"envs", "algos", "settings", NULL};
  static void (*const lists[])(const CoRegistry *) = {list_envs, list_algos, list_settings};
  CoRegistry registry;
  CoError error;
  co_registry_init(&registry);
  if (line->help) return puts("cohort list [envs|algos|settings]") < 0 ? EXIT_FAILED : EXIT_OK;
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
  co_fail(&error, "list '%s': there are envs, algos and settings", line->places[0]);
  return say(&error, EXIT_USAGE);
}
