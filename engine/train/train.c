// The trainer: rounds, and what comes due after them: tests, rows of metrics, checkpoints.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static bool build_metrics(CoTrain *train, CoError *error) {
  train->metrics = calloc((size_t)train->team_count + 1, sizeof *train->metrics);
  if (!train->metrics) return co_fail(error, "no memory for metrics");
  train->common = co_metrics_create("", error);
  if (!train->common || !co_metrics_declare(train->common, "episode", error)) return false;
  train->metrics[train->metric_count++] = train->common;
  for (int i = 0; i < train->team_count; i++)
    if (train->teams[i].metrics) train->metrics[train->metric_count++] = train->teams[i].metrics;
  return true;
}

static bool build_teams(CoTrain *train, CoError *error) {
  train->teams = calloc((size_t)train->team_count, sizeof *train->teams);
  train->seats = calloc((size_t)train->team_count, sizeof *train->seats);
  train->scores = calloc((size_t)train->team_count, sizeof *train->scores);
  if (!train->teams || !train->seats || !train->scores)
    return co_fail(error, "no memory for %d teams", train->team_count);
  for (int i = 0; i < train->team_count; i++) {
    CoTeam *team = &train->teams[i];
    int earlier = co_team_shares(train->setup.seats, i);
    void *shared = earlier < 0 ? NULL : train->teams[earlier].self;
    if (!co_team_init(team, &train->setup, i, shared, train->pool, error)) return false;
    train->seats[i] = train->setup.seats[i];
    if (team->learns && !train->learner) train->learner = team;
    train->seats[i].self = team->self;
  }
  return train->learner || co_fail(error, "no team learns: name an algorithm for one of them");
}

// Teams that learn at once share rounds, so they must want the same kind.
static bool agree(const CoTrain *train, CoError *error) {
  const CoTeam *first = train->learner;
  for (int i = 0; i < train->team_count; i++) {
    const CoTeam *team = &train->teams[i];
    if (!team->learns || team == first) continue;
    if (team->algo->advance || first->algo->advance)
      return co_fail(error, "%s has a loop of its own and trains alone",
                     (first->algo->advance ? first : team)->algo->name);
    if (team->wants.experience != first->wants.experience || team->wants.rollout != first->wants.rollout)
      return co_fail(error, "%s and %s learn from different kinds of rounds", first->algo->name, team->algo->name);
  }
  return true;
}

static bool build_runtime(CoTrain *train, CoError *error) {
  const CoSpec *spec = co_world_spec(train->setup.world);
  size_t columns = (size_t)train->config.num_envs * (size_t)spec->agents;
  int views = 0;
  for (int i = 0; i < train->team_count; i++) views |= train->teams[i].wants.views;
  train->discrete = calloc(columns, sizeof *train->discrete);
  train->continuous = calloc(columns * (size_t)spec->action_size + 1, sizeof *train->continuous);
  if (!train->discrete || !train->continuous) return co_fail(error, "no memory for actions");
  train->vec = co_vecenv_create(train->setup.world, train->config.num_envs, views, train->pool, train->config.seed,
                                "train", error);
  return train->vec && co_tally_init(&train->tally, train->setup.world, train->config.num_envs, error);
}

static CoMatch *match(CoTrain *train, int episodes, const char *purpose, CoError *error) {
  int most =
      train->config.num_envs > train->config.test_nepisode ? train->config.num_envs : train->config.test_nepisode;
  if (most > 32) most = 32;
  const CoMatchSetup setup = {.world = train->setup.world,
                              .seats = train->seats,
                              .num_envs = co_match_copies(episodes, most),
                              .pool = train->pool,
                              .seed = train->config.seed,
                              .purpose = purpose};
  return co_match_create(&setup, error);
}

static bool build(CoTrain *train, CoError *error) {
  if (!co_settings_check(&co_train_settings, &train->config, error)) return false;
  if (!(train->pool = co_pool_create(train->config.threads, error))) return false;
  if (!build_teams(train, error) || !agree(train, error) || !build_metrics(train, error)) return false;
  if (!train->learner->algo->advance && !build_runtime(train, error)) return false;
  if (train->config.test_interval && !train->learner->algo->evaluate &&
      !(train->test = match(train, train->config.test_nepisode, "test", error)))
    return false;
  if (train->setup.seconds) train->began = train->row_seconds = train->setup.seconds();
  if (train->setup.folder && !co_run_resume(train, error)) return false;
  train->row_steps = train->steps;
  train->row_updates = train->learner->updates;
  return true;
}

CoTrain *co_train_create(const CoTrainSetup *setup, CoError *error) {
  CoTrain *train = calloc(1, sizeof *train);
  if (!train) {
    co_fail(error, "no memory for a trainer");
    return NULL;
  }
  train->setup = *setup;
  train->config = *setup->config;
  train->setup.config = &train->config;
  train->team_count = co_world_spec(setup->world)->teams;
  if (build(train, error)) return train;
  co_train_destroy(train);
  return NULL;
}

void co_train_destroy(CoTrain *train) {
  if (!train) return;
  co_record_close(train->record);
  co_match_destroy(train->test);
  for (int i = 0; train->teams && i < train->team_count; i++) co_team_free(&train->teams[i]);
  if (train->vec) co_vecenv_destroy(train->vec);
  co_tally_free(&train->tally);
  co_metrics_destroy(train->common);
  if (train->pool) co_pool_destroy(train->pool);
  free(train->metrics);
  free(train->teams);
  free(train->seats);
  free(train->scores);
  free(train->discrete);
  free(train->continuous);
  free(train);
}

// Whether a multiple of the interval was reached since: nothing to remember, so nothing to save.
static bool due(const CoTrain *train, int64_t before, int interval) {
  return interval > 0 && train->steps / interval > before / interval;
}

static void put_score(CoTrain *train, CoTeam *team, const CoScore *score) {
  const CoSpec *spec = co_world_spec(train->setup.world);
  char name[96];
  co_metric(team->metrics, "test_return_mean", score->return_mean);
  co_metric(team->metrics, "test_ep_length_mean", score->length_mean);
  for (int i = 0; spec->infos && spec->infos[i] && i < CO_SCORE_INFOS; i++) {
    snprintf(name, sizeof name, "test_%s_mean", spec->infos[i]);
    co_metric(team->metrics, name, score->info_mean[i]);
  }
}

// A solver's own verdict stands where a test's return would.
static bool judge(CoTrain *train, CoScore *score, CoError *error) {
  CoError reason = {""};
  const CoTeam *team = train->learner;
  double value = team->algo->evaluate(team->self, team->metrics, &reason);
  if (reason.text[0]) return co_fail(error, "%s", reason.text);
  *score = (CoScore){.episodes = 1, .return_mean = value, .won = -1, .verdict = team->algo->metrics[0]};
  return true;
}

static bool verdict(CoTrain *train, CoError *error) {
  CoScore *score = &train->scores[train->learner->number];
  if (!judge(train, score, error)) return false;
  co_metric(train->learner->metrics, "test_return_mean", score->return_mean);
  return true;
}

static bool test(CoTrain *train, CoError *error) {
  train->tested = true;
  if (!train->test) return verdict(train, error);
  if (!co_match_play(train->test, train->config.test_nepisode, train->steps, train->setup.stop, train->scores, error))
    return false;
  for (int i = 0; i < train->team_count; i++)
    if (train->teams[i].learns) put_score(train, &train->teams[i], &train->scores[i]);
  return true;
}

static CoRecordTiming timing(CoTrain *train) {
  double now = train->setup.seconds(), passed = fmax(now - train->row_seconds, 1e-9);
  CoRecordTiming result = {.seconds = now - train->began,
                           .steps_s = (double)(train->steps - train->row_steps) / passed,
                           .updates_s = (double)(train->learner->updates - train->row_updates) / passed};
  train->row_seconds = now;
  train->row_steps = train->steps;
  train->row_updates = train->learner->updates;
  return result;
}

static void gauges(CoTrain *train) {
  co_metric(train->common, "episode", (double)train->episodes);
  for (int i = 0; i < train->team_count; i++) {
    CoTeam *team = &train->teams[i];
    if (!team->learns) continue;
    co_metric(team->metrics, "updates", (double)team->updates);
    if (team->algo->epsilon) co_metric(team->metrics, "epsilon", team->algo->epsilon(team->self, train->steps));
  }
}

static bool running_return(const CoTrain *train, double *mean) {
  return co_metrics_find(train->learner->metrics, "return_mean", mean);
}

static bool row(CoTrain *train, CoError *error) {
  train->row = true;
  gauges(train);
  if (running_return(train, &train->last_return)) train->has_return = true;
  CoRecordTiming clock;
  if (train->setup.seconds) clock = timing(train);
  if (train->record && !co_record_row(train->record, train->steps, train->setup.seconds ? &clock : NULL, error))
    return false;
  for (int i = 0; i < train->team_count; i++)
    if (train->teams[i].metrics) co_metrics_clear(train->teams[i].metrics);
  co_metrics_clear(train->common);
  return true;
}

static bool sound(const CoTrain *train, CoError *error) {
  double value;
  for (int i = 0; i < train->metric_count; i++) {
    const char *name = co_metrics_broken(train->metrics[i], &value);
    if (name) return co_fail(error, "step %lld: %s is %g", (long long)train->steps, name, value);
  }
  return true;
}

// Checkpoints wait for the disk: one a second is enough, however short the interval is in steps.
static bool save_due(const CoTrain *train, int64_t before) {
  if (!train->record || !due(train, before, train->config.checkpoint_interval)) return false;
  return !train->saved || !train->setup.seconds || train->setup.seconds() - train->saved_seconds >= 1;
}

bool co_train_round(CoTrain *train, CoError *error) {
  int64_t before = train->steps;
  train->row = train->tested = false;
  if (!co_run_collect(train, error) || !sound(train, error)) return false;
  if (due(train, before, train->config.test_interval) && !test(train, error)) return false;
  if ((train->tested || due(train, before, train->config.log_interval)) && !row(train, error)) return false;
  return !save_due(train, before) || co_run_save(train, error);
}

bool co_train_done(const CoTrain *train) {
  return train->finished || train->steps >= train->config.steps;
}

bool co_train_save(CoTrain *train, CoError *error) {
  return !train->record || co_run_save(train, error);
}

CoTrainView co_train_view(const CoTrain *train) {
  CoTrainView view = {.steps = train->steps,
                      .budget = train->config.steps,
                      .episodes = train->episodes,
                      .updates = train->learner->updates,
                      .has_return = train->has_return,
                      .return_mean = train->last_return,
                      .test = &train->scores[train->learner->number],
                      .row = train->row,
                      .tested = train->tested};
  if (running_return(train, &view.return_mean)) view.has_return = true;
  return view;
}

bool co_train_metric(const CoTrain *train, const char *name, double *mean) {
  return co_metrics_last(train->learner->metrics, name, mean);
}

void *co_train_algo(const CoTrain *train, int team) {
  return train->teams[team].learns ? train->teams[team].self : NULL;
}

int64_t co_train_resumed(const CoTrain *train) {
  return train->resumed;
}
int64_t co_train_checkpointed(const CoTrain *train) {
  return train->checkpointed;
}

size_t co_train_store_bytes(const CoTrain *train, int team) {
  return train->teams[team].store ? co_episodes_bytes(train->teams[team].store) : 0;
}

int co_train_store_count(const CoTrain *train, int team) {
  return train->teams[team].store ? co_episodes_count(train->teams[team].store) : 0;
}

static bool score_final(CoTrain *train, CoScore *scores, CoError *error) {
  for (int i = 0; i < train->team_count; i++) scores[i] = (CoScore){.won = -1};
  if (train->learner->algo->evaluate) return judge(train, &scores[train->learner->number], error);
  if (!train->config.final_episodes) return true;
  CoMatch *final = match(train, train->config.final_episodes, "final", error);
  if (!final) return false;
  bool ok = co_match_play(final, train->config.final_episodes, train->steps, train->setup.stop, scores, error);
  co_match_destroy(final);
  return ok;
}

static bool pending(const CoTrain *train) {
  double mean;
  for (int i = 0; i < train->metric_count; i++)
    for (int j = 0; j < co_metrics_count(train->metrics[i]); j++)
      if (co_metrics_mean(train->metrics[i], j, &mean)) return true;
  return false;
}

bool co_train_finish(CoTrain *train, CoScore *scores, CoError *error) {
  if (pending(train) && !row(train, error)) return false;
  if (train->record && !co_run_weights(train, error)) return false;
  return score_final(train, scores, error);
}

static CoTrainEnd ended(CoTrain *train, bool saved, CoError *error) {
  CoStop stop = train->setup.stop ? (CoStop)atomic_load(train->setup.stop) : CO_STOP_NO;
  if (stop == CO_STOP_NO) return CO_TRAIN_FAILED;
  if (!saved)
    co_fail(error, "stopped at once at step %lld; the last checkpoint is of step %lld", (long long)train->steps,
            (long long)train->checkpointed);
  return saved ? CO_TRAIN_STOPPED : CO_TRAIN_DROPPED;
}

CoTrainEnd co_train_run(CoTrain *train, void (*progress)(void *user, const CoTrainView *view), void *user,
                        CoScore *scores, CoError *error) {
  const atomic_int *stop = train->setup.stop;
  while (!co_train_done(train) && !(stop && atomic_load(stop))) {
    if (!co_train_round(train, error)) return ended(train, false, error);
    if (progress) {
      CoTrainView view = co_train_view(train);
      progress(user, &view);
    }
  }
  if (train->checkpointed != train->steps && !co_train_save(train, error)) return CO_TRAIN_FAILED;
  if (!co_train_done(train)) return ended(train, true, error);
  return co_train_finish(train, scores, error) ? CO_TRAIN_DONE
                                               : ended(train, train->checkpointed == train->steps, error);
}
