// Environment steps a second of any world: random legal actions, all observations, states and masks written.
#include <stdlib.h>

#include "bench.h"

#define STRETCH 64 // steps of every copy between two looks at the clock

typedef struct Rate {
  CoVecEnv *vec;
  CoPlayer *players[PLAN_TEAMS];
  int *discrete;
  float *continuous;
  int64_t steps;
} Rate;

static bool step(Rate *rate, CoError *error) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(rate->vec));
  const CoActions all = {spec->actions ? rate->discrete : NULL, spec->actions ? NULL : rate->continuous};
  if (!co_vecenv_restart(rate->vec, error)) return false;
  for (int team = 0; team < spec->teams; team++)
    if (!co_player_act(rate->players[team], rate->vec, 0, rate->discrete, rate->continuous, error)) return false;
  rate->steps += co_vecenv_running(rate->vec);
  return co_vecenv_step(rate->vec, &all, error);
}

static bool prepare(Rate *rate, const CoWorld *world, int copies, CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  size_t rows = (size_t)copies * (size_t)spec->agents;
  if (spec->teams > PLAN_TEAMS) return co_fail(error, "%d teams, the command knows %d", spec->teams, PLAN_TEAMS);
  if (!(rate->vec = co_vecenv_create(world, copies, CO_VIEW_OBS | CO_VIEW_GLOBAL, NULL, 1, "bench", error)))
    return false;
  for (int team = 0; team < spec->teams; team++) {
    const CoPlayerSetup setup = {.world = world, .team = team, .num_envs = copies, .seed = 1, .purpose = "bench"};
    if (!(rate->players[team] = co_player_create(&setup, error))) return false;
  }
  rate->discrete = calloc(rows, sizeof *rate->discrete);
  rate->continuous = calloc(rows * (size_t)(spec->action_size + 1), sizeof *rate->continuous);
  return (rate->discrete && rate->continuous) || co_fail(error, "no memory for actions");
}

bool bench_rate(const CoWorld *world, int copies, double seconds, double *out, CoError *error) {
  Rate rate = {.vec = NULL};
  bool ok = prepare(&rate, world, copies, error);
  for (int i = 0; ok && i < STRETCH; i++) ok = step(&rate, error); // warm: a JIT has compiled what runs
  rate.steps = 0;
  double began = bench_seconds(), passed = 0;
  while (ok && passed < seconds) {
    for (int i = 0; ok && i < STRETCH; i++) ok = step(&rate, error);
    passed = bench_seconds() - began;
  }
  *out = passed > 0 ? (double)rate.steps / passed : 0;
  for (int team = 0; team < PLAN_TEAMS; team++) co_player_destroy(rate.players[team]);
  co_vecenv_destroy(rate.vec);
  free(rate.discrete);
  free(rate.continuous);
  return ok;
}
