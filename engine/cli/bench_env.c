// Environment steps a second: random legal actions, all observations, states and masks written, one thread.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define COPIES 32
#define SCRIPTS_MOST 256

static bool measure(const char *name, bool strict, const BenchOptions *options, double *rate, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  bool ok = plan && bench_open(plan, name, "random", "cohort", strict, options, error) &&
            bench_rate(plan->world, COPIES, options->seconds, rate, error);
  if (plan && !ok) plan_quote(plan, error);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

static bool maps(const BenchOptions *options, CoError *error) {
  static const char *const names[] = {"skirmish/3m", "skirmish/2s3z", "skirmish/27m_vs_30m"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    double rate;
    if (!measure(names[i], false, options, &rate, error)) return false;
    printf("  %-24s %12.0f\n", names[i], rate);
    fflush(stdout);
  }
  return true;
}

// The same environment written in C, if there is one: alike in name and in what agents see and do.
static bool is_twin(const CoSpec *a, const CoSpec *b) {
  return a->agents == b->agents && a->obs_size == b->obs_size && a->actions == b->actions &&
         a->episode_limit == b->episode_limit;
}

static bool find_twin(const char *name, const char *path, const BenchOptions *options, bool *found, CoError *error) {
  CoRegistry registry;
  const char *variant;
  Plan *plans = calloc(2, sizeof *plans);
  co_registry_init(&registry);
  *found = false;
  if (!plans || !co_find_env(&registry, name, &variant, NULL)) {
    free(plans);
    return plans || co_fail(error, "no memory for a plan");
  }
  bool ok = bench_open(&plans[0], name, "random", "cohort", false, options, error) &&
            bench_open(&plans[1], path, "random", "cohort", false, options, error);
  if (ok) *found = is_twin(co_world_spec(plans[0].world), co_world_spec(plans[1].world));
  plan_free(&plans[0]), plan_free(&plans[1]);
  free(plans);
  return ok;
}

static bool script(const char *data, const char *name, const BenchOptions *options, CoError *error) {
  char path[2048], twin[32] = "-";
  double rate, strict;
  bool found;
  snprintf(path, sizeof path, "%s/envs/%s.lua", data, name);
  if (!find_twin(name, path, options, &found, error)) return false;
  if (found && !measure(name, false, options, &rate, error)) return false;
  if (found) snprintf(twin, sizeof twin, "%.0f", rate);
  if (!measure(path, false, options, &rate, error) || !measure(path, true, options, &strict, error)) return false;
  printf("  %-24s %12s %12.0f %12.0f\n", name, twin, rate, strict);
  fflush(stdout);
  return true;
}

static bool scripts(const BenchOptions *options, CoError *error) {
  char data[1024], *names[SCRIPTS_MOST];
  int count = script_names(data_folder(options->data, data, sizeof data), names, SCRIPTS_MOST);
  bool ok = true;
  printf("\n  %-24s %12s %12s %12s\n", "written in Lua", "its C twin", "Lua", "--strict");
  for (int i = 0; i < count; i++) {
    ok = ok && names[i] && script(data, names[i], options, error);
    free(names[i]);
  }
  return ok;
}

bool bench_env(const BenchOptions *options, CoError *error) {
  printf("\nenvironment steps/s, random legal actions, observations, states and masks written, %d copies\n", COPIES);
  return maps(options, error) && scripts(options, error);
}
