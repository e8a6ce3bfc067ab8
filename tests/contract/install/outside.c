// A program outside the project: uses the installed library, opens one of its environments and adds one of its own.
#include <cohort/cohort.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A corridor of five cells: right ends it with reward 1.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  *(int32_t *)state = 0;
  return true;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  int32_t *cell = state;
  *cell += actions->discrete[0] ? 1 : -(*cell > 0);
  outcome->terminated = *cell == 4;
  outcome->rewards[0] = outcome->terminated ? 1 : 0;
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  obs[0] = (float)*(const int32_t *)state;
  return true;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  static const CoStateField cell[] = {{"cell", CO_STATE_I32, 0, 1, 4}, {NULL, CO_STATE_I32, 0, 0, 0}};
  (void)self;
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 1, .obs_high = 4, .actions = 2, .episode_limit = 50};
  *state_bytes = sizeof(int32_t);
  *fields = cell;
}

static const CoField none[] = {CO_FIELDS_END};
static const CoEnvType corridor = {
    .name = "corridor",
    .summary = "five cells in a row",
    .source = "this file",
    .settings = {.title = "corridor", .fields = none},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
};

static void stop(const CoError *error) {
  fprintf(stderr, "%s\n", error->text);
  exit(1);
}

// Plays one episode with the first action that is not masked, the last one in the corridor.
static void play(const CoRegistry *registry, const char *name) {
  CoError error = {0};
  const char *variant;
  const CoEnvType *type = co_find_env(registry, name, &variant, &error);
  if (!type) stop(&error);
  void *config = calloc(1, type->settings.bytes + 1);
  if (!config) exit(1);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  CoEnv *env = world ? co_env_create(world, 1, &error) : NULL;
  if (!env || !co_env_reset(env, &error)) stop(&error);
  float total = 0;
  while (co_env_ending(env) == CO_PLAYING) {
    int chosen[64] = {0};
    uint8_t mask[256];
    int mover = co_env_mover(env), agent = mover < 0 ? 0 : mover;
    if (!co_env_available(env, agent, mask, &error)) stop(&error);
    for (int action = 0; action < co_world_spec(world)->actions; action++)
      if (mask[action]) chosen[agent] = action;
    if (!co_env_step(env, &(CoActions){.discrete = chosen}, &error)) stop(&error);
    total += co_env_rewards(env)[0];
  }
  printf("%s: %d steps, %g\n", name, (int)co_env_clock(env), (double)total);
  co_env_destroy(env);
  co_world_close(world);
  free(config);
}

int main(void) {
  static CoRegistry registry;
  CoError error = {0};
  co_registry_init(&registry);
  if (!co_register_env(&registry, &corridor, &error)) stop(&error);
  play(&registry, "corridor");
  play(&registry, "frozen_lake");
  return 0;
}
