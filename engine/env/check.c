// The list of rules, and random legal play.
#include "rules.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const CoCheck co_checks[] = {
    {"the spec is sound", co_check_spec},
    {"the state's fields lie in the state", co_check_fields},
    {"play is sound", co_check_play},
    {"number of copies and threads changes nothing", co_check_copies},
    {"copied states go on alike", co_check_memcpy},
    {"a reset depends on its stream alone", co_check_reset},
    {"a reset keeps its task", co_check_tasks},
    {"many copies at once do what each does alone", co_check_many},
    {"scripts play by the rules", co_check_scripts},
    {"steps agree with the exact model", co_check_outcomes},
    {"information sets tell what an agent knows", co_check_recall},
    {"symmetries map games to games", co_check_symmetry},
    {"drawing leaves the state alone", co_check_draw},
    {NULL, NULL},
};

bool co_random_begin(CoRandomPlay *play, const CoWorld *world, int num_envs, CoPool *pool, uint64_t seed,
                     CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  size_t rows = (size_t)num_envs * (size_t)spec->agents;
  *play = (CoRandomPlay){.vec = co_vecenv_create(world, num_envs, CO_VIEW_ALL, pool, seed, "env", error)};
  if (!play->vec) return false;
  play->rngs = calloc((size_t)num_envs, sizeof *play->rngs);
  play->discrete = calloc(rows, sizeof *play->discrete);
  play->control = calloc(rows * (size_t)(spec->action_size + 1), sizeof *play->control);
  if (!play->rngs || !play->discrete || !play->control) return co_fail(error, "no memory for random play");
  for (int i = 0; i < num_envs; i++) play->rngs[i] = co_rng(seed, "actions", (uint64_t)i);
  return true;
}

void co_random_end(CoRandomPlay *play) {
  co_vecenv_destroy(play->vec);
  free(play->rngs);
  free(play->discrete);
  free(play->control);
}

static void choose(CoRandomPlay *play, int team) {
  const CoWorld *world = co_vecenv_world(play->vec);
  const CoSpec *spec = co_world_spec(world);
  const CoFrame *frame = co_vecenv_frame(play->vec, team);
  for (int row = 0; row < frame->num_envs * frame->agents; row++) {
    int env = row / frame->agents, seat = env * spec->agents + co_world_first(world, team) + row % frame->agents;
    if (!frame->running[env]) continue;
    if (spec->actions) {
      int action = co_rng_choose(&play->rngs[env], frame->mask + row * spec->actions, spec->actions);
      play->discrete[seat] = action < 0 ? 0 : action;
    }
    for (int k = 0; k < spec->action_size; k++)
      play->control[seat * spec->action_size + k] =
          (float)co_rng_uniform(&play->rngs[env], (double)spec->low[k], (double)spec->high[k]);
  }
}

CoActions co_random_actions(CoRandomPlay *play) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(play->vec));
  for (int team = 0; team < spec->teams; team++) choose(play, team);
  return (CoActions){spec->actions ? play->discrete : NULL, spec->action_size ? play->control : NULL};
}

bool co_random_step(CoRandomPlay *play, CoError *error) {
  if (!co_vecenv_restart(play->vec, error)) return false;
  CoActions actions = co_random_actions(play);
  return co_vecenv_step(play->vec, &actions, error);
}
