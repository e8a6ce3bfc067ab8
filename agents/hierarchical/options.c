// Options to landmarks: the regions between them, and the shortest ways from a region to its doors.
#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GAMMA 0.9 // of the options' own values: what is nearer is better

// Work on one model.
typedef struct Survey {
  const CoModel *model;
  const int *landmarks;
  int count, regions;
  int *region;   // [states] -1: a landmark, or never reached
  uint8_t *door; // [count][regions] whether a region's steps lead to a landmark
  double *value; // [states] of one option
} Survey;

static int landmark_at(const Survey *survey, int state) { // -1: none
  for (int i = 0; i < survey->count; i++)
    if (survey->landmarks[i] == state) return i;
  return -1;
}

static int64_t first(const Survey *survey, int state) {
  return survey->model->first[(size_t)state * (size_t)survey->model->actions];
}

// Joins the regions that a step leads between, until none does: those of the lowest numbers stay.
static void join(Survey *survey) {
  for (bool changed = true; changed;) {
    changed = false;
    for (int s = 0; s < survey->model->states; s++)
      for (int64_t i = first(survey, s); i < first(survey, s + 1); i++) {
        int *a = &survey->region[s], *b = &survey->region[survey->model->next[i]];
        if (*a < 0 || *b < 0 || *a == *b) continue;
        *a = *b = *a < *b ? *a : *b;
        changed = true;
      }
  }
}

// Regions are numbered from 0 on.
static void number(Survey *survey) {
  for (int s = 0; s < survey->model->states; s++) {
    int root = survey->region[s];
    if (root >= 0) survey->region[s] = root == s ? survey->regions++ : survey->region[root];
  }
}

static void find_doors(Survey *survey) {
  for (int s = 0; s < survey->model->states; s++)
    for (int64_t i = first(survey, s); survey->region[s] >= 0 && i < first(survey, s + 1); i++) {
      int found = landmark_at(survey, survey->model->next[i]);
      if (found >= 0) survey->door[found * survey->regions + survey->region[s]] = 1;
    }
}

static bool divide(Survey *survey, CoError *error) {
  size_t states = (size_t)survey->model->states;
  survey->region = malloc(states * sizeof *survey->region);
  survey->value = malloc(states * sizeof *survey->value);
  if (!survey->region || !survey->value) return co_fail(error, "no memory for %zu states", states);
  for (int s = 0; s < survey->model->states; s++)
    survey->region[s] = survey->model->reached[s] && landmark_at(survey, s) < 0 ? s : -1;
  join(survey);
  number(survey);
  survey->door = calloc((size_t)survey->count * (size_t)survey->regions + 1, 1);
  if (!survey->door) return co_fail(error, "no memory for %d regions", survey->regions);
  find_doors(survey);
  return true;
}

// The region and its other doors.
static bool inside(const Survey *survey, int region, int goal, int state) {
  int found = landmark_at(survey, state);
  return found < 0 ? survey->region[state] == region : found != goal && survey->door[found * survey->regions + region];
}

// sum over what follows of p: 1 at the goal, gamma V within, 0 elsewhere.
static double backup(const Survey *survey, int region, int goal, int pair) {
  const CoModel *model = survey->model;
  double sum = 0;
  for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++) {
    int next = model->next[i];
    bool within = !model->terminated[i] && inside(survey, region, goal, next);
    sum += model->probability[i] * (next == survey->landmarks[goal] ? 1 : within ? GAMMA * survey->value[next] : 0);
  }
  return sum;
}

// V(s) = max_a of the above, and the first action that has it; -1 where the goal cannot be reached.
static double improve(const Survey *survey, int region, int goal, int state, int *action) {
  const CoModel *model = survey->model;
  double most = 0;
  *action = -1;
  for (int a = 0; a < model->actions; a++) {
    int pair = state * model->actions + a;
    double value = model->legal[pair] ? backup(survey, region, goal, pair) : 0;
    if (value > most + 1e-12) most = value, *action = a;
  }
  return most;
}

static void solve(const Survey *survey, int region, int goal, int *action) {
  int states = survey->model->states;
  memset(survey->value, 0, (size_t)states * sizeof *survey->value);
  for (double change = 1; change > 1e-9;) {
    change = 0;
    for (int s = 0; s < states; s++) {
      action[s] = -1;
      if (!inside(survey, region, goal, s)) continue;
      double value = improve(survey, region, goal, s, &action[s]);
      change = fmax(change, fabs(value - survey->value[s]));
      survey->value[s] = value;
    }
  }
}

static bool solve_all(CoOptions *options, const Survey *survey, CoError *error) {
  size_t states = (size_t)survey->model->states, most = (size_t)(survey->count * survey->regions);
  options->states = survey->model->states;
  for (size_t i = 0; i < most; i++) options->count += survey->door[i];
  options->action = malloc(((size_t)options->count * states + 1) * sizeof *options->action);
  options->door = malloc(((size_t)options->count + 1) * sizeof *options->door);
  if (!options->action || !options->door) return co_fail(error, "no memory for %d options", options->count);
  int made = 0;
  for (int i = 0; i < (int)most; i++) {
    if (!survey->door[i]) continue;
    options->door[made] = survey->landmarks[i / survey->regions];
    solve(survey, i % survey->regions, i / survey->regions, options->action + (size_t)made++ * states);
  }
  return true;
}

bool co_options_find(CoOptions *options, const CoModel *model, const int *landmarks, int count, CoError *error) {
  Survey survey = {.model = model, .landmarks = landmarks, .count = count};
  *options = (CoOptions){.action = NULL};
  bool done = divide(&survey, error) && solve_all(options, &survey, error);
  free(survey.region);
  free(survey.value);
  free(survey.door);
  return done;
}

void co_options_free(CoOptions *options) {
  free(options->action);
  free(options->door);
}
