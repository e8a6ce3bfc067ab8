// Environment steps a second: random legal actions, all observations, states and masks written, one thread.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define COPIES 32

static bool step(CoVecEnv *vec, CoPlayer *player, int *actions, int64_t *steps, CoError *error) {
  const CoActions all = {actions, NULL};
  if (!co_vecenv_restart(vec, error) || !co_player_act(player, vec, 0, actions, NULL, error)) return false;
  *steps += co_vecenv_running(vec);
  return co_vecenv_step(vec, &all, error);
}

static bool run(CoVecEnv *vec, CoPlayer *player, double seconds, double *rate, CoError *error) {
  int agents = co_world_spec(co_vecenv_world(vec))->agents;
  int *actions = calloc((size_t)COPIES * (size_t)agents, sizeof *actions);
  if (!actions) return co_fail(error, "no memory for actions");
  int64_t steps = 0;
  double began = bench_seconds(), passed = 0;
  bool ok = true;
  while (ok && passed < seconds) {
    for (int i = 0; i < 64 && ok; i++) ok = step(vec, player, actions, &steps, error);
    passed = bench_seconds() - began;
  }
  free(actions);
  *rate = (double)steps / passed;
  return ok;
}

static bool measure(const char *name, const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  CoVecEnv *vec = NULL;
  CoPlayer *player = NULL;
  double rate = 0;
  bool ok = plan && bench_open(plan, name, "random", "cohort", options, error);
  if (ok) vec = co_vecenv_create(plan->world, COPIES, CO_VIEW_OBS | CO_VIEW_GLOBAL, NULL, 1, "bench", error);
  if (vec) {
    const CoPlayerSetup setup = {.world = plan->world, .num_envs = COPIES, .seed = 1, .purpose = "bench"};
    player = co_player_create(&setup, error);
  }
  ok = player && run(vec, player, options->seconds, &rate, error);
  if (ok) printf("  %-24s %9.0f\n", name, rate);
  co_player_destroy(player);
  if (vec) co_vecenv_destroy(vec);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

bool bench_env(const BenchOptions *options, CoError *error) {
  static const char *const maps[] = {"skirmish/3m", "skirmish/2s3z", "skirmish/27m_vs_30m"};
  printf("\nenvironment steps/s, random legal actions, observations, states and masks written, %d copies\n", COPIES);
  for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++)
    if (!measure(maps[i], options, error)) return false;
  return true;
}
