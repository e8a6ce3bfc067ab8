// Memory: QMIX on 3m with a full store, and what a full store of every map may take.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static const char *const forms[] = {"float", "half", "state"};
#define FORMS 3
#define EPISODES 5000 // of a full store

// Resident memory of this process in bytes, from the system; 0 where it does not say.
static double resident(void) {
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file) return 0;
  if (fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
  fclose(file);
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static bool fill(const Plan *plan, CoForm form, const char *name, CoError *error) {
  Rig rig = {.world = plan->world, .algo = plan->seats[0].algo, .config = plan->seats[0].config};
  bool ok = rig_fill(&rig, EPISODES, form, error);
  for (int i = 0; i < 10 && ok; i++) ok = rig_learn(&rig, error);
  if (ok)
    printf("  %-6s %6.1f bytes a step, %6.1f MB for %d episodes of %.1f steps; the whole process %6.1f MB\n", name,
           (double)co_episodes_bytes(rig.store) / (double)rig.steps, (double)co_episodes_bytes(rig.store) / 1e6,
           co_episodes_count(rig.store), (double)rig.steps / (double)co_episodes_total(rig.store), resident() / 1e6);
  rig_free(&rig);
  return ok;
}

static bool small_map(const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  printf("\nmemory of QMIX on skirmish/3m with a full store of %d episodes of random play, by the store's form\n",
         EPISODES);
  bool ok = plan && bench_open(plan, "skirmish/3m", "qmix", "pymarl", false, options, error);
  for (int form = FORMS - 1; form >= 0 && ok; form--) ok = fill(plan, (CoForm)form, forms[form], error);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

static bool bytes_a_step(const Plan *plan, CoForm form, double *bytes, CoError *error) {
  Rig rig = {.world = plan->world, .algo = plan->seats[0].algo, .config = plan->seats[0].config};
  bool ok = rig_fill(&rig, 32, form, error);
  if (ok) *bytes = (double)co_episodes_bytes(rig.store) / (double)rig.steps;
  rig_free(&rig);
  return ok;
}

// The most that a store can take: every episode runs into the limit.
static bool one_map(const char *name, const BenchOptions *options, CoError *error) {
  char env[300];
  double bytes[FORMS];
  Plan *plan = calloc(1, sizeof *plan);
  snprintf(env, sizeof env, "skirmish/%s", name);
  bool ok = plan && bench_open(plan, env, "qmix", "pymarl", false, options, error);
  for (int form = 0; form < FORMS && ok; form++) ok = bytes_a_step(plan, (CoForm)form, &bytes[form], error);
  if (ok) {
    double steps = (double)EPISODES * co_world_spec(plan->world)->episode_limit;
    printf("  %-18s", name);
    for (int form = 0; form < FORMS; form++) printf("  %7.0f %6.2f", bytes[form], bytes[form] * steps / 1e9);
    printf("\n");
  }
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

static int is_map(const struct dirent *entry) {
  const char *end = strrchr(entry->d_name, '.');
  return end && !strcmp(end, ".lua");
}

static bool all_maps(const BenchOptions *options, CoError *error) {
  char data[1024], folder[1100];
  struct dirent **entries;
  snprintf(folder, sizeof folder, "%s/maps", data_folder(options->data, data, sizeof data));
  int count = scandir(folder, &entries, is_map, alphasort);
  if (count < 0) return co_fail(error, "%s: cannot be read", folder);
  printf("\nbytes a step, and GB of %d episodes that all run into the limit: float, half, state\n", EPISODES);
  bool ok = true;
  for (int i = 0; i < count; i++) {
    *strrchr(entries[i]->d_name, '.') = '\0';
    ok = ok && one_map(entries[i]->d_name, options, error);
    free(entries[i]);
  }
  free(entries);
  return ok;
}

bool bench_memory(const BenchOptions *options, CoError *error) {
  return small_map(options, error) && all_maps(options, error);
}
