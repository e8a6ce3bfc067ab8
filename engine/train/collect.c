// The engine's own loop: play a round, note what every team saw and did, let the learners learn.
#include <stdio.h>

#include "run.h"

static bool stopped(const CoTrain *train) {
  return train->setup.stop && atomic_load(train->setup.stop) == CO_STOP_NOW;
}

static void report(CoTrain *train, int env) {
  const CoSpec *spec = co_world_spec(train->setup.world);
  const float *info = co_vecenv_info(train->vec) + (size_t)env * (size_t)co_world_infos(train->setup.world);
  char name[96];
  train->episodes++;
  for (int i = 0; i < train->team_count; i++) {
    CoMetrics *metrics = train->teams[i].metrics;
    if (!metrics) continue;
    co_metric(metrics, "return_mean", co_tally_return(&train->tally, env, i));
    co_metric(metrics, "ep_length_mean", (double)co_vecenv_clock(train->vec)[env]);
    for (int j = 0; spec->infos && spec->infos[j]; j++) {
      snprintf(name, sizeof name, "%s_mean", spec->infos[j]);
      co_metric(metrics, name, (double)info[j]);
    }
  }
}

static bool act(CoTrain *train, CoActions *actions, CoError *error) {
  bool discrete = co_world_spec(train->setup.world)->actions > 0;
  *actions = (CoActions){discrete ? train->discrete : NULL, discrete ? NULL : train->continuous};
  for (int i = 0; i < train->team_count; i++)
    if (!co_player_act(train->teams[i].player, train->vec, train->steps, discrete ? train->discrete : NULL,
                       discrete ? NULL : train->continuous, error))
      return false;
  return true;
}

// One joint step of all running copies.
static bool tick(CoTrain *train, CoError *error) {
  CoActions actions;
  if (stopped(train)) return co_fail(error, "stopped");
  if (!act(train, &actions, error)) return false;
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_before(&train->teams[i], train->vec, &actions, error)) return false;
  co_tally_before(&train->tally, train->vec);
  train->steps += co_vecenv_running(train->vec);
  if (!co_vecenv_step(train->vec, &actions, error)) return false;
  co_tally_after(&train->tally, train->vec);
  for (int i = 0; i < train->team_count; i++)
    if (!co_team_after(&train->teams[i], train->vec, error)) return false;
  for (int env = 0; env < train->config.num_envs; env++)
    if (co_tally_ended(&train->tally, train->vec, env)) report(train, env);
  return true;
}

static bool learn(CoTrain *train, int64_t steps, int64_t episodes, CoError *error) {
  for (int i = 0; i < train->team_count; i++) {
    CoLearning learning = {.steps = train->steps,
                           .episodes = train->episodes,
                           .new_steps = (int)(train->steps - steps),
                           .new_episodes = (int)(train->episodes - episodes),
                           .observer = train->setup.observer};
    if (train->teams[i].learns && !co_team_learn(&train->teams[i], &learning, error)) return false;
  }
  return true;
}

// One episode of every copy; those that end early wait.
static bool whole(CoTrain *train, CoError *error) {
  int64_t steps = train->steps, episodes = train->episodes;
  if (!co_vecenv_restart(train->vec, error)) return false;
  while (co_vecenv_running(train->vec) > 0)
    if (!tick(train, error)) return false;
  return learn(train, steps, episodes, error);
}

// A rollout of every copy with automatic reset; where decisions are learnt from as they come, a round is one step.
static bool stretch(CoTrain *train, CoError *error) {
  int64_t steps = train->steps, episodes = train->episodes;
  const CoWants *wants = &train->learner->wants;
  int length = wants->experience == CO_EXPERIENCE_DECISIONS || wants->rollout < 1 ? 1 : wants->rollout;
  for (int i = 0; i < length; i++)
    if (!co_vecenv_restart(train->vec, error) || !tick(train, error)) return false;
  return learn(train, steps, episodes, error);
}

static bool advance(CoTrain *train, CoError *error) {
  CoTeam *team = train->learner;
  CoRound round = {.budget = train->config.steps - train->steps, .stop = train->setup.stop, .metrics = team->metrics};
  if (!team->algo->advance(team->self, &round, error)) return co_fail_within(error, "%s", team->algo->name);
  train->steps += round.steps;
  train->episodes += round.episodes;
  team->updates += round.iterations;
  train->finished = round.finished;
  return true;
}

bool co_run_collect(CoTrain *train, CoError *error) {
  if (!train->vec) return advance(train, error);
  return train->learner->wants.experience == CO_EXPERIENCE_EPISODES ? whole(train, error) : stretch(train, error);
}
