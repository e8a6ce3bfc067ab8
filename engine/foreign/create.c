// A handle: made, destroyed, and its calls told apart.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "foreign.h"

#define COPIES_MOST 65536
#define THREADS_MOST 1024

int co_foreign_version(void) {
  return CO_FOREIGN_VERSION;
}

static bool check_range(const char *name, int value, int low, int high, CoError *error) {
  return (value >= low && value <= high) || co_fail(error, "%s is %d, must lie in [%d, %d]", name, value, low, high);
}

static bool check_setup(const CoForeignSetup *setup, CoError *error) {
  if (!setup || setup->size < sizeof *setup) return co_fail(error, "the setup is smaller than this library's");
  if (!setup->env || !setup->env[0]) return co_fail(error, "no environment is named");
  if (!setup->data) return co_fail(error, "no folder of data is named");
  return check_range("num_envs", setup->num_envs, 1, COPIES_MOST, error) &&
         check_range("threads", setup->threads, 1, THREADS_MOST, error);
}

static bool allocate(CoForeign *foreign, uint64_t seed, CoError *error) {
  size_t copies = (size_t)foreign->num_envs, rows = copies * (size_t)foreign->spec->agents;
  foreign->episodes = calloc(copies, sizeof *foreign->episodes);
  foreign->rngs = calloc(copies, sizeof *foreign->rngs);
  foreign->due = calloc(copies, 1);
  foreign->discrete = calloc(rows, sizeof *foreign->discrete);
  foreign->continuous = calloc(rows * (size_t)(foreign->spec->action_size + 1), sizeof *foreign->continuous);
  if (!foreign->episodes || !foreign->rngs || !foreign->due || !foreign->discrete || !foreign->continuous)
    return co_fail(error, "no memory for %d copies", foreign->num_envs);
  for (size_t i = 0; i < copies; i++) co_episode_seed(&foreign->episodes[i], seed + i);
  return true;
}

static bool prepare(CoForeign *foreign, const CoForeignSetup *setup, CoError *error) {
  if (!check_setup(setup, error) || !co_stage_open(&foreign->stage, setup, error)) return false;
  int views = CO_VIEW_OBS | CO_VIEW_GLOBAL | (setup->privileged ? CO_VIEW_PRIVILEGED : 0);
  foreign->spec = co_world_spec(foreign->stage.world);
  foreign->num_envs = setup->num_envs;
  foreign->recorded = setup->recorded != 0;
  foreign->privileged = setup->privileged != 0;
  if (setup->threads > 1 && !(foreign->pool = co_pool_create(setup->threads, error))) return false;
  foreign->vec = co_vecenv_create(foreign->stage.world, setup->num_envs, views, foreign->pool, setup->seed,
                                  CO_RECORDING_PURPOSE, error);
  return foreign->vec && allocate(foreign, setup->seed, error);
}

CoForeign *co_foreign_create(const CoForeignSetup *setup, char *error, size_t capacity) {
  CoError sentence = {""};
  CoForeign *foreign = calloc(1, sizeof *foreign);
  if (!foreign) co_fail(&sentence, "no memory for an environment");
  if (foreign) atomic_flag_clear(&foreign->busy);
  if (foreign && prepare(foreign, setup, &sentence)) return foreign;
  co_foreign_destroy(foreign);
  if (error && capacity) snprintf(error, capacity, "%s", sentence.text);
  return NULL;
}

void co_foreign_destroy(CoForeign *foreign) {
  if (!foreign) return;
  co_picture_close(foreign);
  co_vecenv_destroy(foreign->vec);
  if (foreign->pool) co_pool_destroy(foreign->pool);
  for (int i = 0; foreign->episodes && i < foreign->num_envs; i++) {
    free(foreign->episodes[i].discrete);
    free(foreign->episodes[i].continuous);
  }
  co_stage_close(&foreign->stage);
  free(foreign->episodes);
  free(foreign->rngs);
  free(foreign->due);
  free(foreign->discrete);
  free(foreign->continuous);
  free(foreign);
}

const char *co_foreign_error(const CoForeign *foreign) {
  return foreign->error.text;
}

bool co_call_enter(CoForeign *foreign) {
  return !atomic_flag_test_and_set(&foreign->busy);
}

int co_call_leave(CoForeign *foreign, bool ok, int result) {
  atomic_flag_clear(&foreign->busy);
  return ok ? result : CO_FOREIGN_FAILED;
}

bool co_call_names(const CoForeign *foreign, int copy, CoError *error) {
  if (copy < 0 || copy >= foreign->num_envs)
    return co_fail(error, "there is no copy %d: they count from 0 to %d", copy, foreign->num_envs - 1);
  return foreign->begun || co_fail(error, "no episode has begun: reset first");
}
