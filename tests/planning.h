// Worlds opened from text and their exact models solved: for tests of environments.
#ifndef COHORT_TESTS_PLANNING_H
#define COHORT_TESTS_PLANNING_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "suite.h"

#include "cohort/model.h"

typedef struct Plan {
  CoWorld *world;
  CoModel *model;
  double *value; // [states]
} Plan;

// settings: "map=8x8 slippery=false"; board: what the setting `board` names, or NULL.
static inline CoWorld *plan_world(const CoEnvType *type, const char *settings, const CoValue *board, CoError *error) {
  char words[256], *rest = words;
  void *config = calloc(1, type->settings.bytes + 1);
  ck_assert_ptr_nonnull(config);
  co_settings_defaults(&type->settings, config);
  snprintf(words, sizeof words, "%s", settings);
  for (char *word; (word = strtok_r(rest, " ", &rest));) {
    char *equals = strchr(word, '=');
    *equals = '\0';
    if (!co_settings_set(&type->settings, config, word, equals + 1, error)) ck_abort_msg("%s", error->text);
  }
  if (board) {
    CoSource *source = (CoSource *)(void *)((char *)config + co_settings_find(&type->settings, "board")->offset);
    snprintf(source->name, sizeof source->name, "own.lua");
    source->value = board;
  }
  CoWorld *world = co_world_open(type, config, error);
  free(config);
  return world;
}

static inline double plan_backup(const CoModel *model, const double *value, int state, int action, double gamma) {
  double sum = 0;
  int64_t pair = (int64_t)state * model->actions + action;
  for (int64_t k = model->first[pair]; k < model->first[pair + 1]; k++)
    sum += model->probability[k] * (model->reward[k] + (model->terminated[k] ? 0 : gamma * value[model->next[k]]));
  return sum;
}

static inline double plan_best(const CoModel *model, const double *value, int state, double gamma) {
  double best = -INFINITY;
  for (int a = 0; a < model->actions; a++)
    if (model->legal[(size_t)state * (size_t)model->actions + (size_t)a])
      best = fmax(best, plan_backup(model, value, state, a, gamma));
  return best > -INFINITY ? best : 0; // play does not go on there
}

// Value iteration until nothing moves by 1e-13, or for so many sweeps, from one number everywhere: a low one where play
// may never end.
static inline Plan plan_sweep(const CoEnvType *type, const char *settings, double gamma, double from, int sweeps) {
  CoError error;
  Plan plan = {.world = plan_world(type, settings, NULL, &error)};
  plan.model = plan.world ? co_model_create(plan.world, &error) : NULL;
  if (!plan.model) ck_abort_msg("%s", error.text);
  plan.value = calloc((size_t)plan.model->states, sizeof *plan.value);
  for (int s = 0; s < plan.model->states; s++) plan.value[s] = from;
  double change = 1;
  for (int k = 0; k < sweeps && change > 1e-13; k++) {
    change = 0;
    for (int s = 0; s < plan.model->states; s++) {
      double best = plan_best(plan.model, plan.value, s, gamma);
      change = fmax(change, fabs(best - plan.value[s]));
      plan.value[s] = best;
    }
  }
  return plan;
}

static inline Plan plan_solve(const CoEnvType *type, const char *settings, double gamma) {
  return plan_sweep(type, settings, gamma, 0, 100000);
}

static inline double plan_start(const Plan *plan) {
  double sum = 0;
  for (int s = 0; s < plan->model->states; s++) sum += plan->model->start[s] * plan->value[s];
  return sum;
}

static inline void plan_free(Plan *plan) {
  free(plan->value);
  co_model_destroy(plan->model);
  co_world_close(plan->world);
}

// The value of the starts under the best policy.
static inline double plan_optimum(const CoEnvType *type, const char *settings, double gamma) {
  Plan plan = plan_solve(type, settings, gamma);
  double sum = plan_start(&plan);
  plan_free(&plan);
  return sum;
}

#endif
