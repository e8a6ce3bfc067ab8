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
  const int32_t *ending = co_vecenv_ending(vec);
  const int64_t *clock = co_vecenv_clock(vec);
  for (int env = 0; env < tally->num_envs; env++) {
    tally->running[env] = ending[env] == CO_PLAYING;
    if (tally->running[env] && clock[env] == 0) clear(tally, env);
  }
}

static double mean(const float *rewards, int agents) {
  double sum = 0;
  for (int agent = 0; agent < agents; agent++) sum += (double)rewards[agent];
  return sum / agents;
}

void co_tally_after(CoTally *tally, const CoVecEnv *vec) {
  int all = co_world_spec(tally->world)->agents;
  for (int team = 0; team < tally->teams; team++) {
    int agents = co_world_team(tally->world, team)->agents;
    const float *rewards = co_vecenv_rewards(vec) + co_world_first(tally->world, team);
    for (int env = 0; env < tally->num_envs; env++)
      if (tally->running[env]) tally->returns[env * tally->teams + team] += mean(rewards + env * all, agents);
  }
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
