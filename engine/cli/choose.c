// An algorithm where nobody named one: the first in a sensible order that accepts what the team is and sees.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static bool tabular(const CoSpec *spec) {
  return spec->agents == 1 && spec->states > 0;
}

static bool alone(const CoSpec *spec) {
  return spec->agents == 1;
}

static bool together(const CoSpec *spec) {
  return spec->agents > 1 && spec->payoff == CO_PAYOFF_SHARED;
}

static bool overseen(const CoSpec *spec) {
  return together(spec) && spec->global_size > 0;
}

static bool any(const CoSpec *spec) {
  return spec->agents > 0;
}

static const struct Choice {
  const char *name, *why;
  bool (*fits)(const CoSpec *spec);
} choices[] = {
    {"q_learning", "one agent in numbered states", tabular},
    {"ppo", "one agent", alone},
    {"qmix", "agents that share a reward, and a global state", overseen},
    {"vdn", "agents that share a reward", together},
    {"iql", "every agent learns for itself", any},
};
#define CHOICES (sizeof choices / sizeof choices[0])

static void *settings_of(const CoAlgoType *type, const char *profile, CoError *error) {
  void *config = calloc(1, type->settings.bytes + 1);
  if (!config) {
    co_fail(error, "no memory for settings");
    return NULL;
  }
  co_settings_defaults(&type->settings, config);
  if (co_settings_profile(&type->settings, config, profile, error)) return config;
  free(config);
  return NULL;
}

bool algo_accepts(const CoAlgoType *type, const char *profile, const CoSpec *spec, CoError *error) {
  void *config = settings_of(type, profile, error);
  bool ok = config && type->accepts(config, spec, error);
  free(config);
  return ok;
}

static int kind_of(const CoAlgoType *type, const char *profile, const CoSpec *spec) {
  CoWants wants = {.experience = CO_EXPERIENCE_NONE};
  void *config = settings_of(type, profile, NULL);
  if (config && type->wants) type->wants(config, spec, &wants);
  free(config);
  return (int)wants.experience;
}

// What the team would learn with; NULL with the reasons of all. `kind`: of experience, -1 for any: teams that train
// side by side need the same.
static const CoAlgoType *choose(const Plan *plan, const CoSpec *spec, int kind, const char **why, CoError *error) {
  const char *profile = plan->train.profile;
  for (size_t i = 0; i < CHOICES; i++) {
    const CoAlgoType *type = choices[i].fits(spec) ? co_find_algo(&plan->registry, choices[i].name, NULL) : NULL;
    *why = choices[i].why;
    if (type && algo_accepts(type, profile, spec, NULL) && (kind < 0 || kind_of(type, profile, spec) == kind))
      return type;
  }
  error->text[0] = '\0';
  for (int i = 0; plan->registry.algos[i]; i++) {
    const CoAlgoType *type = plan->registry.algos[i];
    CoError reason = {""};
    *why = "it accepts the environment";
    bool accepts = algo_accepts(type, profile, spec, &reason);
    if (accepts && (kind < 0 || kind_of(type, profile, spec) == kind)) return type;
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, "%s%s %s", i ? "; " : "", type->name,
             accepts ? "learns in other rounds than the other team" : reason.text);
  }
  co_fail_within(error, "no algorithm accepts %s", plan->train.env);
  return NULL;
}

static void append(char *out, size_t capacity, const char *before, const char *name, const char *sign,
                   const char *text) {
  size_t used = strlen(out);
  snprintf(out + used, capacity - used, "%s%s%s%s", used ? before : "", name, sign, text);
}

typedef struct Chosen {
  const CoAlgoType *types[PLAN_TEAMS];
  const char *whys[PLAN_TEAMS];
} Chosen;

// For all of these teams; kinds that differ give way to `kind`.
static bool choose_all(const Plan *plan, int teams, int kind, Chosen *chosen, CoError *error) {
  for (int i = 0; i < teams; i++)
    if (!(chosen->types[i] = choose(plan, co_world_team(plan->world, i), kind, &chosen->whys[i], error))) return false;
  return true;
}

static int kind_chosen(const Plan *plan, int team, const Chosen *chosen) {
  return kind_of(chosen->types[team], plan->train.profile, co_world_team(plan->world, team));
}

static bool alike(const Plan *plan, int teams, const Chosen *chosen) {
  for (int i = 1; i < teams; i++)
    if (kind_chosen(plan, i - 1, chosen) != kind_chosen(plan, i, chosen)) return false;
  return true;
}

bool plan_choose(Plan *plan, CoError *error) {
  const CoSpec *spec = co_world_spec(plan->world);
  int teams = plan->env->scripts || spec->teams > PLAN_TEAMS ? 1 : spec->teams; // scripts play the others
  Chosen chosen = {.types = {NULL}};
  if (!choose_all(plan, teams, -1, &chosen, error)) return false;
  if (!alike(plan, teams, &chosen) && !choose_all(plan, teams, CO_EXPERIENCE_EPISODES, &chosen, error)) return false;
  for (int team = 0; team < teams; team++) {
    const char *name = "", *sign = "";
    char number[16];
    snprintf(number, sizeof number, "%d", team);
    if (teams > 1) name = spec->team_names ? spec->team_names[team] : number, sign = "=";
    append(plan->train.algo, sizeof plan->train.algo, ",", name, sign, chosen.types[team]->name);
    append(plan->chosen, sizeof plan->chosen, "; ", name, teams > 1 ? ": " : "", chosen.whys[team]);
  }
  return true;
}
