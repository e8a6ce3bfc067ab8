// Matches: whole episodes without learning, in waves of one episode a copy.
#include "cohort/match.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

struct CoMatch {
  CoMatchSetup setup;
  int teams;
  CoVecEnv *vec;
  CoPlayer **players; // [teams]
  int *discrete;      // [num_envs][agents]
  float *continuous;  // [num_envs][agents][action_size]
  CoTally tally;
};

// Views that a seat's algorithm acts from; random play and scripts look at no vectors.
static CoWants needs(const CoMatchSetup *setup, int team) {
  CoWants wants = {0};
  const CoSeat *seat = &setup->seats[team];
  if (seat->algo) seat->algo->wants(seat->config, co_world_team(setup->world, team), &wants);
  return wants;
}

static CoPlayer *sit(const CoMatchSetup *setup, int team, CoError *error) {
  const CoSeat *seat = &setup->seats[team];
  const CoPlayerSetup player = {.world = setup->world,
                                .team = team,
                                .num_envs = setup->num_envs,
                                .seed = setup->seed,
                                .purpose = setup->purpose,
                                .algo = seat->algo,
                                .self = seat->self,
                                .wants = needs(setup, team),
                                .explore = setup->explore,
                                .script = seat->script};
  return co_player_create(&player, error);
}

static bool populate(CoMatch *match, CoError *error) {
  const CoSpec *spec = co_world_spec(match->setup.world);
  size_t columns = (size_t)match->setup.num_envs * (size_t)spec->agents;
  int views = 0;
  for (int team = 0; team < match->teams; team++) views |= needs(&match->setup, team).views;
  match->vec = co_vecenv_create(match->setup.world, match->setup.num_envs, views, match->setup.pool, match->setup.seed,
                                match->setup.purpose, error);
  match->players = calloc((size_t)match->teams, sizeof *match->players);
  match->discrete = calloc(columns, sizeof *match->discrete);
  match->continuous = calloc(columns * (size_t)spec->action_size + 1, sizeof *match->continuous);
  if (!match->vec) return false;
  if (!match->players || !match->discrete || !match->continuous) return co_fail(error, "no memory for a match");
  for (int team = 0; team < match->teams; team++)
    if (!(match->players[team] = sit(&match->setup, team, error))) return false;
  return co_tally_init(&match->tally, match->setup.world, match->setup.num_envs, error);
}

CoMatch *co_match_create(const CoMatchSetup *setup, CoError *error) {
  CoMatch *match = calloc(1, sizeof *match);
  if (!match) {
    co_fail(error, "no memory for a match");
    return NULL;
  }
  match->setup = *setup;
  match->teams = co_world_spec(setup->world)->teams;
  if (populate(match, error)) return match;
  co_match_destroy(match);
  return NULL;
}

void co_match_destroy(CoMatch *match) {
  if (!match) return;
  for (int team = 0; match->players && team < match->teams; team++) co_player_destroy(match->players[team]);
  co_vecenv_destroy(match->vec);
  co_tally_free(&match->tally);
  free(match->players);
  free(match->discrete);
  free(match->continuous);
  free(match);
}

int co_match_copies(int episodes, int most) {
  int waves = (episodes + most - 1) / most;
  return (episodes + waves - 1) / waves;
}

static bool step(CoMatch *match, int64_t steps, CoError *error) {
  const CoSpec *spec = co_world_spec(match->setup.world);
  int *discrete = spec->actions ? match->discrete : NULL;
  float *continuous = spec->actions ? NULL : match->continuous;
  for (int team = 0; team < match->teams; team++)
    if (!co_player_act(match->players[team], match->vec, steps, discrete, continuous, error)) return false;
  const CoActions actions = {discrete, continuous};
  if (!co_vecenv_step(match->vec, &actions, error)) return false;
  if (match->setup.watch) match->setup.watch(match->setup.user, match->vec, &actions);
  return true;
}

// While episodes are counted, means hold sums, and return_error the sum of squares.
static void count(const CoMatch *match, int team, int env, CoScore *score) {
  const CoSpec *spec = co_world_spec(match->setup.world);
  double value = co_tally_return(&match->tally, env, team);
  const float *info = co_vecenv_info(match->vec) + (size_t)env * (size_t)co_world_infos(match->setup.world);
  score->episodes++;
  score->return_mean += value;
  score->return_error += value * value;
  score->length_mean += (double)co_vecenv_clock(match->vec)[env];
  for (int i = 0; i < co_world_infos(match->setup.world) && i < CO_SCORE_INFOS; i++) {
    score->info_mean[i] += (double)info[i];
    if (!strcmp(spec->infos[i], "battle_won")) score->won += info[i] > 0;
  }
}

// One episode of every copy; of the first `counted` copies it enters the scores.
static bool wave(CoMatch *match, int counted, int64_t steps, const atomic_int *stop, CoScore *scores, CoError *error) {
  if (!co_vecenv_restart(match->vec, error)) return false;
  while (co_vecenv_running(match->vec) > 0) {
    if (stop && atomic_load(stop) == CO_STOP_NOW) return co_fail(error, "stopped");
    co_tally_before(&match->tally, match->vec);
    if (!step(match, steps, error)) return false;
    co_tally_after(&match->tally, match->vec);
  }
  for (int env = 0; env < counted; env++)
    for (int team = 0; team < match->teams; team++) count(match, team, env, &scores[team]);
  return true;
}

static void average(CoScore *score) {
  double n = score->episodes;
  score->return_mean /= n;
  score->length_mean /= n;
  for (int i = 0; i < CO_SCORE_INFOS; i++) score->info_mean[i] /= n;
  double variance = n > 1 ? fmax(0, score->return_error - n * score->return_mean * score->return_mean) / (n - 1) : 0;
  score->return_error = sqrt(variance / n);
}

static bool announces(const CoSpec *spec) {
  for (int i = 0; spec->infos && spec->infos[i]; i++)
    if (!strcmp(spec->infos[i], "battle_won")) return true;
  return false;
}

bool co_match_play(CoMatch *match, int episodes, int64_t steps, const atomic_int *stop, CoScore *scores,
                   CoError *error) {
  assert(episodes > 0);
  int copies = match->setup.num_envs;
  for (int team = 0; team < match->teams; team++) scores[team] = (CoScore){.won = 0};
  for (int left = episodes; left > 0; left -= copies)
    if (!wave(match, left < copies ? left : copies, steps, stop, scores, error)) return false;
  for (int team = 0; team < match->teams; team++) {
    average(&scores[team]);
    if (!announces(co_world_spec(match->setup.world))) scores[team].won = -1;
  }
  return true;
}

void co_match_save(const CoMatch *match, CoWriter *writer) {
  co_vecenv_save(match->vec, writer);
  for (int team = 0; team < match->teams; team++) co_player_save(match->players[team], writer);
}

bool co_match_load(CoMatch *match, CoReader *reader) {
  if (!co_vecenv_load(match->vec, reader)) return false;
  for (int team = 0; team < match->teams; team++)
    if (!co_player_load(match->players[team], reader)) return false;
  return true;
}
