// Iterations a second of the solvers of games: each one's own loop, on a tree that is laid out before the clock starts.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define BATCH 100 // iterations between two looks at the clock

static bool measure(Plan *plan, double seconds, double *rate, CoError *error) {
  const CoSeat *seat = &plan->seats[0];
  const CoSpec *spec = co_world_team(plan->world, 0);
  const CoAlgoSetup setup = {.spec = spec, .world = plan->world, .num_envs = 1, .seed = 1};
  if (!seat->algo->accepts(seat->config, spec, error)) return false;
  void *self = seat->algo->create(seat->config, &setup, error);
  double began = bench_seconds(), passed = 0;
  int64_t iterations = 0;
  bool ok = self;
  for (int i = 0; ok && passed < seconds; i++) {
    CoRound round = {.budget = INT64_MAX};
    ok = seat->algo->advance(self, &round, error);
    iterations += round.iterations;
    if (i % BATCH == 0) passed = bench_seconds() - began;
  }
  *rate = (double)iterations / passed;
  if (self) seat->algo->destroy(self);
  return ok;
}

static bool solver(const char *env, const char *algo, const char *setting, const char *value,
                   const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  double rate = 0;
  bool ok =
      plan && bench_open(plan, env, algo, "cohort", false, options, error) &&
      (!setting || co_settings_set(&plan->algos[0].type->settings, plan->algos[0].config, setting, value, error)) &&
      measure(plan, options->seconds, &rate, error);
  if (plan) plan_free(plan);
  free(plan);
  if (ok) printf("  %-14s %-16s %-10s %12.0f\n", env, algo, value ? value : "", rate);
  fflush(stdout);
  return ok;
}

bool bench_games(const BenchOptions *options, CoError *error) {
  static const char *const envs[] = {"kuhn_poker", "leduc_poker"};
  printf("\niterations/s of solvers of games, both agents' part in each\n");
  for (int i = 0; i < 2; i++)
    if (!solver(envs[i], "cfr", "variant", "plain", options, error) ||
        !solver(envs[i], "cfr", "variant", "plus", options, error) ||
        !solver(envs[i], "mccfr", "sampling", "external", options, error) ||
        !solver(envs[i], "mccfr", "sampling", "outcome", options, error) ||
        !solver(envs[i], "fictitious_play", NULL, NULL, options, error))
      return false;
  return true;
}
