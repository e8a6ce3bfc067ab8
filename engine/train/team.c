// A team in training: what the engine keeps of its steps, by what the algorithm wants.
#include "team.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "cohort/file.h"

static bool declare(CoTeam *team, const CoTrainSetup *setup, const char *prefix, CoError *error) {
  static const char *const own[] = {"updates", "epsilon", "return_mean", "ep_length_mean", NULL};
  static const char *const tests[] = {"test_return_mean", "test_ep_length_mean", NULL};
  const CoSpec *spec = co_world_spec(setup->world);
  char name[96];
  if (!(team->metrics = co_metrics_create(prefix, error))) return false;
  bool ok = true;
  for (int i = 0; own[i]; i++)
    if (strcmp(own[i], "epsilon") || team->algo->epsilon) ok = ok && co_metrics_declare(team->metrics, own[i], error);
  for (int i = 0; spec->infos && spec->infos[i]; i++) {
    snprintf(name, sizeof name, "%s_mean", spec->infos[i]);
    ok = ok && co_metrics_declare(team->metrics, name, error);
  }
  for (int i = 0; team->algo->metrics && team->algo->metrics[i]; i++)
    ok = ok && co_metrics_declare(team->metrics, team->algo->metrics[i], error);
  for (int i = 0; setup->config->test_interval && tests[i]; i++)
    ok = ok && co_metrics_declare(team->metrics, tests[i], error);
  for (int i = 0; setup->config->test_interval && spec->infos && spec->infos[i]; i++) {
    snprintf(name, sizeof name, "test_%s_mean", spec->infos[i]);
    ok = ok && co_metrics_declare(team->metrics, name, error);
  }
  return ok;
}

int co_team_shares(const CoSeat *seats, int number) {
  for (int i = 0; i < number; i++)
    if (seats[i].algo && !seats[i].self && seats[i].algo == seats[number].algo && seats[i].algo->all_teams) return i;
  return -1;
}

static int learners(const CoTrainSetup *setup) {
  int count = 0;
  for (int i = 0; i < co_world_spec(setup->world)->teams; i++)
    count += setup->seats[i].algo && !setup->seats[i].self && co_team_shares(setup->seats, i) < 0;
  return count;
}

static bool create(CoTeam *team, const CoTrainSetup *setup, CoPool *pool, CoError *error) {
  const CoTrainConfig *config = setup->config;
  const CoSpec *spec = co_world_team(setup->world, team->number);
  const void *settings = setup->seats[team->number].config;
  int copies = config->num_envs > config->test_nepisode ? config->num_envs : config->test_nepisode;
  const CoAlgoSetup algo = {.spec = spec,
                            .world = setup->world,
                            .team = team->number,
                            .num_envs = copies,
                            .seed = config->seed,
                            .pool = pool};
  if (!co_settings_check(&team->algo->settings, settings, error) || !team->algo->accepts(settings, spec, error))
    return co_fail_within(error, "%s", team->algo->name);
  char prefix[16] = "";
  if (learners(setup) > 1) snprintf(prefix, sizeof prefix, "team%d_", team->number);
  team->self = team->algo->create(settings, &algo, error);
  return team->self && declare(team, setup, prefix, error);
}

static bool keep(CoTeam *team, const CoTrainSetup *setup, CoError *error) {
  const CoTrainConfig *config = setup->config;
  const CoWants *wants = &team->wants;
  const CoEpisodesConfig episodes = {.capacity =
                                         wants->capacity > config->num_envs ? wants->capacity : config->num_envs,
                                     .form = config->store,
                                     .views = wants->views,
                                     .num_envs = config->num_envs,
                                     .notes = wants->notes,
                                     .timeout_terminal = config->timeout_terminal};
  const CoRolloutConfig rollout = {wants->rollout, config->num_envs, wants->views, wants->notes,
                                   config->timeout_terminal};
  const CoReplayConfig replay = {wants->capacity, wants->prioritised, wants->alpha};
  const CoDecisionsConfig decisions = {config->num_envs, wants->n_step > 1 ? wants->n_step : 1, wants->gamma,
                                       config->timeout_terminal, wants->notes};
  const CoHindsightConfig hindsight = {config->num_envs, wants->hindsight, wants->final_goals, wants->gamma,
                                       config->seed};
  const CoSpec *spec = co_world_team(setup->world, team->number);
  CoExperience experience = wants->experience;
  if (experience == CO_EXPERIENCE_EPISODES)
    return (team->store = co_episodes_create(setup->world, team->number, &episodes, error));
  if (experience == CO_EXPERIENCE_ROLLOUT)
    return (team->rollout = co_rollout_create(setup->world, team->number, &rollout, error));
  if (experience == CO_EXPERIENCE_REPLAY && !(team->replay = co_replay_create(spec, &replay, error))) return false;
  if (experience == CO_EXPERIENCE_REPLAY && wants->hindsight &&
      !(team->hindsight = co_hindsight_create(setup->world, team->number, &hindsight, error)))
    return false;
  if (experience == CO_EXPERIENCE_REPLAY || experience == CO_EXPERIENCE_DECISIONS)
    team->decisions = co_decisions_create(setup->world, team->number, &decisions, error);
  return experience == CO_EXPERIENCE_NONE || team->decisions;
}

bool co_team_init(CoTeam *team, const CoTrainSetup *setup, int number, void *shared, CoPool *pool, CoError *error) {
  const CoSeat *seat = &setup->seats[number];
  void *self = seat->self ? seat->self : shared;
  *team = (CoTeam){.algo = seat->algo, .self = self, .learns = seat->algo && !self, .number = number, .oldest = -1};
  if (team->learns && !create(team, setup, pool, error)) return false;
  if (team->algo) team->algo->wants(seat->config, co_world_team(setup->world, number), &team->wants);
  if (team->learns && !keep(team, setup, error)) return false;
  if (team->algo && team->learns && team->algo->advance) return true;
  const CoPlayerSetup player = {.world = setup->world,
                                .team = number,
                                .num_envs = setup->config->num_envs,
                                .seed = setup->config->seed,
                                .purpose = "train",
                                .algo = team->algo,
                                .self = team->self,
                                .wants = team->wants,
                                .explore = team->learns,
                                .script = seat->script};
  return (team->player = co_player_create(&player, error));
}

void co_team_free(CoTeam *team) {
  co_player_destroy(team->player);
  if (team->store) co_episodes_destroy(team->store);
  if (team->replay) co_replay_destroy(team->replay);
  if (team->rollout) co_rollout_destroy(team->rollout);
  if (team->decisions) co_decisions_destroy(team->decisions);
  co_hindsight_destroy(team->hindsight);
  co_metrics_destroy(team->metrics);
  if (team->learns && team->self) team->algo->destroy(team->self);
}

bool co_team_before(CoTeam *team, const CoVecEnv *vec, const CoActions *actions, CoError *error) {
  const float *notes = co_player_notes(team->player);
  if (team->store) return co_episodes_before(team->store, vec, actions, notes, error);
  if (team->rollout) co_rollout_before(team->rollout, vec, actions, notes);
  if (team->decisions) co_decisions_before(team->decisions, vec, actions, notes);
  return true;
}

bool co_team_after(CoTeam *team, const CoVecEnv *vec, CoError *error) {
  if (team->store) return co_episodes_after(team->store, vec, error);
  if (team->rollout) co_rollout_after(team->rollout, vec);
  if (!team->decisions) return true;
  co_decisions_after(team->decisions, vec);
  int count;
  const CoDecision *rows = co_decisions_rows(team->decisions, &count);
  if (team->hindsight) return co_hindsight_add(team->hindsight, rows, count, team->replay, error);
  if (team->replay) co_replay_add(team->replay, rows, count);
  return true;
}

bool co_team_learn(CoTeam *team, CoLearning *learning, CoError *error) {
  learning->store = team->store;
  learning->replay = team->replay;
  learning->rollout = team->rollout;
  learning->metrics = team->metrics;
  learning->updates = team->updates;
  learning->decisions = team->decisions ? co_decisions_rows(team->decisions, &learning->decision_count) : NULL;
  if (!team->algo->learn(team->self, learning, error)) return co_fail_within(error, "%s", team->algo->name);
  team->updates = learning->updates;
  if (team->rollout) co_rollout_clear(team->rollout);
  return true;
}

void co_team_save_algo(const CoTeam *team, CoWriter *writer) {
  size_t handle = co_write_begin(writer, "algo");
  if (team->algo) team->algo->save(team->self, writer);
  co_write_end(writer, handle);
}

bool co_team_load_algo(CoTeam *team, CoReader *reader) {
  CoReader part;
  return co_read_section(reader, "algo", &part) && (!team->learns || team->algo->load(team->self, &part));
}

static void place(const CoTeam *team, const char *folder, char *path, size_t capacity) {
  if (team->number)
    snprintf(path, capacity, "%s/episodes-%d", folder, team->number);
  else
    snprintf(path, capacity, "%s/episodes", folder);
}

bool co_team_save(CoTeam *team, const char *folder, CoWriter *writer, CoError *error) {
  char path[2048];
  place(team, folder, path, sizeof path);
  size_t handle = co_write_begin(writer, "team");
  co_write_u64(writer, (uint64_t)team->updates);
  co_write_u64(writer, (uint64_t)team->oldest);
  if (team->player) co_player_save(team->player, writer);
  if (team->metrics) co_metrics_save(team->metrics, writer);
  if (team->replay) co_replay_save(team->replay, writer);
  if (team->decisions) co_decisions_save(team->decisions, writer);
  if (team->hindsight) co_hindsight_save(team->hindsight, writer);
  if (team->store && !(co_folder_create(path, error) && co_episodes_save(team->store, path, writer, error)))
    return false;
  co_write_end(writer, handle);
  return true;
}

static bool load(CoTeam *team, const char *path, CoReader *part, CoError *error) {
  team->updates = (int64_t)co_read_u64(part, "the number of updates");
  team->oldest = (int64_t)co_read_u64(part, "the oldest episode still needed");
  if (team->player && !co_player_load(team->player, part)) return false;
  if (team->metrics && !co_metrics_load(team->metrics, part)) return false;
  if (team->replay && !co_replay_load(team->replay, part)) return false;
  if (team->decisions && !co_decisions_load(team->decisions, part)) return false;
  if (team->hindsight && !co_hindsight_load(team->hindsight, part)) return false;
  return (!team->store || co_episodes_load(team->store, path, part, error)) && !part->failed;
}

bool co_team_load(CoTeam *team, const char *folder, CoReader *reader, CoError *error) {
  char path[2048];
  CoReader part;
  place(team, folder, path, sizeof path);
  return co_read_section(reader, "team", &part) && load(team, path, &part, error) &&
         co_team_prune(team, folder, error); // the process that wrote the checkpoint may not have come to it
}

bool co_team_prune(CoTeam *team, const char *folder, CoError *error) {
  if (!team->store) return true;
  char path[2048];
  place(team, folder, path, sizeof path);
  if (team->oldest >= 0 && !co_episodes_prune(team->store, path, team->oldest, error)) return false;
  team->oldest = co_episodes_total(team->store) - co_episodes_count(team->store);
  return true;
}

bool co_team_weights(const CoTeam *team, const char *folder, CoError *error) {
  if (!team->learns || !team->algo->weights) return true;
  char path[2048];
  if (team->number)
    snprintf(path, sizeof path, "%s/team-%d", folder, team->number);
  else
    snprintf(path, sizeof path, "%s", folder);
  return co_folder_create(path, error) && team->algo->weights(team->self, path, error);
}
