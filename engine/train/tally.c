// Returns of running episodes: a team's is the mean of its agents' (the same number for all where they share it).
#include "tally.h"

#include <stdlib.h>
#include <string.h>

bool co_tally_init(CoTally *tally, const CoWorld *world, int num_envs, CoError *error) {
  int teams = co_world_spec(world)->teams;
  *tally = (CoTally){.world = world, .num_envs = num_envs, .teams = teams};
  tally->returns = calloc((size_t)num_envs * (size_t)teams, sizeof *tally->returns);
  tally->running = calloc((size_t)num_envs, sizeof *tally->running);
  return (tally->returns && tally->running) || co_fail(error, "no memory for %d returns", num_envs);
}

void co_tally_free(CoTally *tally) {
  free(tally->returns);
  free(tally->running);
}

static void clear(CoTally *tally, int env) {
  memset(tally->returns + (size_t)env * (size_t)tally->teams, 0, (size_t)tally->teams * sizeof *tally->returns);
}

void co_tally_before(CoTally *tally, const CoVecEnv *vec) {
  for (int env = 0; env < tally->num_envs; env++) {
    tally->running[env] = co_vecenv_ending(vec)[env] == CO_PLAYING;
    if (tally->running[env] && co_vecenv_clock(vec)[env] == 0) clear(tally, env);
  }
}

static double share(const CoTally *tally, int team, const float *rewards) {
  int first = co_world_first(tally->world, team), agents = co_world_team(tally->world, team)->agents;
  double sum = 0;
  for (int agent = first; agent < first + agents; agent++) sum += (double)rewards[agent];
  return sum / agents;
}

void co_tally_after(CoTally *tally, const CoVecEnv *vec) {
  int agents = co_world_spec(tally->world)->agents;
  for (int env = 0; env < tally->num_envs; env++)
    for (int team = 0; tally->running[env] && team < tally->teams; team++)
      tally->returns[env * tally->teams + team] += share(tally, team, co_vecenv_rewards(vec) + env * agents);
}

bool co_tally_ended(const CoTally *tally, const CoVecEnv *vec, int env) {
  return tally->running[env] && co_vecenv_ending(vec)[env] != CO_PLAYING;
}

double co_tally_return(const CoTally *tally, int env, int team) {
  return tally->returns[env * tally->teams + team];
}

void co_tally_save(const CoTally *tally, CoWriter *writer) {
  co_write(writer, tally->returns, (size_t)tally->num_envs * (size_t)tally->teams * sizeof *tally->returns);
}

bool co_tally_load(CoTally *tally, CoReader *reader) {
  size_t bytes = (size_t)tally->num_envs * (size_t)tally->teams * sizeof *tally->returns;
  return co_read(reader, tally->returns, bytes, "the running episodes' returns");
}
