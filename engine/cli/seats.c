// Who plays: --algo qmix, --algo heuristic, --algo 0=qmix,1=runs/other. Algorithms, the environment's scripts, random
// legal play, and trained runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"
#include "plan.h"

// The team that "1" or, where they have names, "prey" means. -1 with a sentence.
static int find_team(Plan *plan, const char *text, size_t bytes, CoError *error) {
  char *end;
  long number = strtol(text, &end, 10);
  if (bytes && end == text + bytes && number >= 0 && number < PLAN_TEAMS) return (int)number;
  if (!plan_open(plan, error)) return -1;
  const CoSpec *spec = co_world_spec(plan->world);
  for (int i = 0; spec->team_names && i < spec->teams && i < PLAN_TEAMS; i++)
    if (strlen(spec->team_names[i]) == bytes && !strncmp(spec->team_names[i], text, bytes)) return i;
  if (!spec->team_names) {
    co_fail(error, "algo is '%s', must be NAME, or 0=NAME,1=NAME with the teams' numbers", plan->train.algo);
    return -1;
  }
  char name[256];
  const char *known[PLAN_TEAMS + 1] = {NULL};
  for (int i = 0; i < spec->teams && i < PLAN_TEAMS; i++) known[i] = spec->team_names[i];
  snprintf(name, sizeof name, "%.*s", (int)bytes, text);
  const char *near = co_nearest(name, known);
  co_fail(error, "algo is '%s': no team is called '%s' (%s '%s'%s)", plan->train.algo, name,
          near ? "did you mean" : "the first is", near ? near : known[0], near ? "?" : "");
  return -1;
}

static bool part(Plan *plan, const char *text, size_t bytes, bool divided, CoError *error) {
  int team = 0;
  if (divided) {
    size_t key = strcspn(text, "=,");
    if (text[key] != '=') return co_fail(error, "algo is '%s', must be NAME, or TEAM=NAME,TEAM=NAME", plan->train.algo);
    if ((team = find_team(plan, text, key, error)) < 0) return false;
    bytes -= key + 1;
    text += key + 1;
  }
  if (bytes == 0 || bytes >= sizeof plan->parts[team].name)
    return co_fail(error, "algo is '%s', must be NAME, or 0=NAME,1=NAME", plan->train.algo);
  memcpy(plan->parts[team].name, text, bytes);
  plan->parts[team].name[bytes] = '\0';
  plan->parts[team].given = true;
  return true;
}

static bool divide(Plan *plan, CoError *error) {
  const char *text = plan->train.algo;
  bool divided = strchr(text, '=') != NULL;
  while (*text) {
    size_t bytes = divided ? strcspn(text, ",") : strlen(text);
    if (!part(plan, text, bytes, divided, error)) return false;
    text += bytes;
    if (*text) text++;
  }
  return true;
}

static const CoScriptType *find_script(const CoEnvType *env, const char *name) {
  for (const CoScriptType *script = env->scripts; script && script->name; script++)
    if (!strcmp(script->name, name)) return script;
  return NULL;
}

static bool is_run(const char *name) {
  char path[2048];
  snprintf(path, sizeof path, "%s/config.lua", name);
  return co_file_exists(path);
}

static bool nobody(const Plan *plan, const char *name, CoError *error) {
  const char *names[CO_REGISTRY_MOST + 64];
  int count = 0;
  for (int i = 0; plan->registry.algos[i]; i++) names[count++] = plan->registry.algos[i]->name;
  for (const CoScriptType *script = plan->env->scripts; script && script->name && count < CO_REGISTRY_MOST + 60;
       script++)
    names[count++] = script->name;
  names[count++] = "random";
  names[count] = NULL;
  const char *near = co_nearest(name, names);
  return near ? co_fail(error, "no algorithm, script or run '%s' (did you mean '%s'?)", name, near)
              : co_fail(error, "no algorithm, script or run '%s': cohort list algos shows them", name);
}

static bool settings_of(Plan *plan, const CoAlgoType *type, Entries *entries, void **config, CoError *error) {
  if (!(*config = calloc(1, type->settings.bytes + 1))) return co_fail(error, "no memory for settings");
  co_settings_defaults(&type->settings, *config);
  return co_settings_profile(&type->settings, *config, plan->train.profile, error) &&
         entries_apply(entries, TAKER_ALGO, &type->settings, *config, error);
}

static const PlanAlgo *known(const Plan *plan, const char *name) {
  for (int i = 0; i < plan->algo_count; i++)
    if (!strcmp(plan->algos[i].type->name, name)) return &plan->algos[i];
  return NULL;
}

bool plan_find_algos(Plan *plan, CoError *error) {
  if (!divide(plan, error)) return false;
  for (int i = 0; i < PLAN_TEAMS; i++) {
    const char *name = plan->parts[i].name;
    if (!plan->parts[i].given || known(plan, name)) continue;
    const CoAlgoType *type = co_find_algo(&plan->registry, name, NULL);
    if (type) {
      PlanAlgo *algo = &plan->algos[plan->algo_count++];
      algo->type = type;
      if (!settings_of(plan, type, &plan->entries, &algo->config, error)) return false;
    } else if (!strcmp(name, "human")) {
      if (!plan->people) return co_fail(error, "a person plays with cohort play");
      plan->human[i] = true;
    } else if (!find_script(plan->env, name) && strcmp(name, "random") && !is_run(name)) {
      return nobody(plan, name, error);
    }
  }
  return true;
}

// A trained run's algorithm for a team, from its checkpoint.
static bool revive(Plan *plan, int team, const CoAlgoType *type, const void *config, const char *folder, int origin,
                   CoError *error) {
  int copies = plan->train.num_envs > 32 ? plan->train.num_envs : 32;
  const CoSpec *spec = co_world_team(plan->world, team);
  const CoAlgoSetup setup = {
      .spec = spec, .world = plan->world, .team = team, .num_envs = copies, .seed = plan->train.seed};
  CoCheckpoint checkpoint;
  CoReader reader;
  CoSeat *seat = &plan->seats[team];
  if (!type->accepts(config, spec, error)) return false;
  CoFound found = co_checkpoint_read(folder, &checkpoint, error);
  if (found == CO_FOUND_NONE) co_fail(error, "there is no checkpoint yet");
  if (found != CO_FOUND_ONE) return false;
  void *self = type->create(config, &setup, error);
  bool ok = self && co_checkpoint_algo(&checkpoint, origin, &reader, error) && type->load(self, &reader);
  co_checkpoint_free(&checkpoint);
  *seat = (CoSeat){.algo = type, .config = config, .self = self};
  plan->revived[team] = self != NULL;
  return ok;
}

bool plan_revive(Plan *plan, const char *folder, CoError *error) {
  int teams = co_world_spec(plan->world)->teams;
  for (int i = 0; i < teams; i++) {
    const CoSeat *seat = &plan->seats[i];
    if (seat->algo && !seat->self && !revive(plan, i, seat->algo, seat->config, folder, i, error))
      return co_fail_within(error, "%s", folder);
  }
  return true;
}

// --algo 1=RUN: the run's algorithm for that team, or for its first that has one.
static int trained_team(const Plan *past, int team) {
  if (team < PLAN_TEAMS && known(past, past->parts[team].name)) return team;
  for (team = 0; team < PLAN_TEAMS - 1; team++)
    if (known(past, past->parts[team].name)) break;
  return team;
}

static bool seat_run(Plan *plan, int team, const char *folder, CoError *error) {
  Plan past;
  const Line none = {.command = "eval"};
  bool ok = plan_names(&past, &none, &(PlanWishes){.run = folder, .players = true}, error);
  int origin = ok ? trained_team(&past, team) : 0;
  const PlanAlgo *algo = ok ? known(&past, past.parts[origin].name) : NULL;
  if (ok && !algo) ok = co_fail(error, "no algorithm was trained in it");
  const CoAlgoType *type = ok ? algo->type : NULL;
  ok = ok && settings_of(&past, type, &past.entries, &plan->past[team], error);
  plan_free(&past);
  return (ok && revive(plan, team, type, plan->past[team], folder, origin, error)) ||
         co_fail_within(error, "%s", folder);
}

static bool seat_one(Plan *plan, int team, CoError *error) {
  const char *name = plan->parts[team].name;
  const PlanAlgo *algo = known(plan, name);
  CoSeat *seat = &plan->seats[team];
  bool left = !plan->parts[team].given && team > 0;
  if (left || (plan->human[team] && !algo))
    seat->script = plan->env->scripts; // its first, for a team that nobody named and for a person's partners
  else if (algo)
    *seat = (CoSeat){.algo = algo->type, .config = algo->config};
  else if ((seat->script = find_script(plan->env, name)) || !strcmp(name, "random"))
    return true;
  else
    return seat_run(plan, team, name, error);
  return true;
}

// A learner for all teams sits wherever nobody is named.
static void spread(Plan *plan, int teams) {
  for (int i = 0; i < teams; i++)
    for (int j = 0; j < teams && !plan->parts[i].given; j++)
      if (plan->parts[j].given && plan->seats[j].algo && plan->seats[j].algo->all_teams)
        plan->seats[i] = plan->seats[j];
}

bool plan_seat(Plan *plan, CoError *error) {
  int teams = co_world_spec(plan->world)->teams;
  if (teams > PLAN_TEAMS) return co_fail(error, "%d teams, the command knows %d", teams, PLAN_TEAMS);
  if (!plan->train.algo[0]) return co_fail(error, "nobody plays: --algo names who; cohort list algos shows them");
  for (int i = teams; i < PLAN_TEAMS; i++)
    if (plan->parts[i].given) return co_fail(error, "algo names team %d, %s has %d", i, plan->train.env, teams);
  for (int i = 0; i < teams; i++)
    if (!seat_one(plan, i, error)) return false;
  spread(plan, teams);
  return true;
}
