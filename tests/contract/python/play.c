// Plays environments in C, by the library's own runtime, as same.py does over the foreign interface: prints, for every
// step, the state's hash, the rewards' sum and the end. play DATA NAME SEED STEPS.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/script.h"
#include "cohort/script_env.h"
#include "cohort/vecenv.h"

enum { MOST = 4096 };

typedef struct Opened {
  CoScriptEnv *script;
  CoValue *source;
  void *config;
  CoWorld *world;
} Opened;

static void stop(const CoError *error) {
  fprintf(stderr, "%s\n", error->text);
  exit(1);
}

static const CoEnvType *find(Opened *opened, const char *name, const char **variant, CoError *error) {
  static CoRegistry registry;
  *variant = "";
  co_registry_init(&registry);
  if (!strstr(name, ".lua")) return co_find_env(&registry, name, variant, error);
  opened->script = co_script_env_load(name, &(CoScriptLimits){.strict = false}, error);
  return opened->script ? co_script_env_type(opened->script) : NULL;
}

// The variant, and the map that it names, as the command would have it.
static void configure(Opened *opened, const CoEnvType *type, const char *data, const char *variant) {
  CoError error;
  char path[4096];
  if (!(opened->config = calloc(1, type->settings.bytes + 1))) exit(1);
  co_settings_defaults(&type->settings, opened->config);
  if (*variant && !co_settings_set(&type->settings, opened->config, type->variant, variant, &error)) stop(&error);
  for (const CoField *field = type->settings.fields; field->name; field++) {
    CoSource *member = (CoSource *)(void *)((char *)opened->config + field->offset);
    if (field->type != CO_FIELD_SOURCE || !member->name[0]) continue;
    snprintf(path, sizeof path, "%s/%s/%s.lua", data, field->choices, member->name);
    if (!(opened->source = co_script_load(path, &error))) stop(&error);
    member->value = opened->source;
  }
}

// Agent a at step t does the legal action number (7 t + 3 a) modulo their count; numbers likewise, between the bounds.
static void choose(const CoVecEnv *vec, int t, int *discrete, float *continuous) {
  const CoWorld *world = co_vecenv_world(vec);
  const CoSpec *spec = co_world_spec(world);
  for (int a = 0; a < spec->agents; a++) {
    int team = spec->team ? spec->team[a] : 0, legal = 0, first = co_world_first(world, team);
    const uint8_t *mask = spec->actions ? co_vecenv_frame(vec, team)->mask + (a - first) * spec->actions : NULL;
    for (int i = 0; i < spec->actions; i++) legal += mask[i];
    for (int i = 0, left = legal ? (7 * t + 3 * a) % legal : 0; i < spec->actions; i++)
      if (mask[i] && left-- == 0) discrete[a] = i;
    for (int k = 0; k < spec->action_size && !spec->actions; k++)
      continuous[a * spec->action_size + k] =
          spec->low[k] + (spec->high[k] - spec->low[k]) * ((float)((7 * t + 3 * a + k) % 9) / 8);
  }
}

static double sum(const float *rewards, int agents) {
  double total = 0;
  for (int i = 0; i < agents; i++) total += (double)rewards[i];
  return total;
}

static void play(const CoWorld *world, uint64_t seed, int steps) {
  static int discrete[MOST];
  static float continuous[MOST];
  CoError error = {""};
  const CoActions actions = {co_world_spec(world)->actions ? discrete : NULL,
                             co_world_spec(world)->actions ? NULL : continuous};
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, seed, "recording", &error);
  if (!vec || !co_vecenv_restart(vec, &error)) stop(&error);
  printf("%016llx\n", (unsigned long long)co_state_hash(world, co_vecenv_state(vec, 0)));
  for (int t = 0; t < steps && co_vecenv_running(vec); t++) {
    choose(vec, t, discrete, continuous);
    if (!co_vecenv_step(vec, &actions, &error)) stop(&error);
    printf("%016llx %.9g %d\n", (unsigned long long)co_state_hash(world, co_vecenv_state(vec, 0)),
           sum(co_vecenv_rewards(vec), co_world_spec(world)->agents), co_vecenv_ending(vec)[0]);
  }
  co_vecenv_destroy(vec);
}

int main(int count, char **words) {
  Opened opened = {.script = NULL};
  CoError error = {""};
  const char *variant;
  if (count != 5) return 2;
  const CoEnvType *type = find(&opened, words[2], &variant, &error);
  if (!type) stop(&error);
  configure(&opened, type, words[1], variant);
  if (!(opened.world = co_world_open(type, opened.config, &error))) stop(&error);
  play(opened.world, strtoull(words[3], NULL, 10), atoi(words[4]));
  co_world_close(opened.world);
  if (opened.script) co_script_env_destroy(opened.script);
  co_value_destroy(opened.source);
  free(opened.config);
  return 0;
}
