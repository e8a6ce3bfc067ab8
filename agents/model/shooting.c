// Planning by shooting: random search, or the cross-entropy method from where the last plan ended.
#include "shooting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/cross_entropy.h"
#include "cohort/stats.h"

bool co_shooting_accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->action_size < 1) return co_fail(error, "plans continuous actions, this environment has none");
  if (spec->agents != 1) return co_fail(error, "plans for one agent, this environment has %d", spec->agents);
  for (int i = 0; i < spec->action_size; i++)
    if (!isfinite(spec->low[i]) || !isfinite(spec->high[i]) || !(spec->low[i] < spec->high[i]))
      return co_fail(error, "needs actions between bounds, number %d has [%g, %g]", i, (double)spec->low[i],
                     (double)spec->high[i]);
  return true;
}

int co_shooting_memory(const CoShootingConfig *config, const CoSpec *spec) {
  return config->horizon * spec->action_size * (int)sizeof(float);
}

void *co_shooting_create(size_t bytes, const CoShootingConfig *config, const CoAlgoSetup *setup, CoError *error) {
  CoShooting *self = calloc(1, bytes);
  if (self) {
    self->config = *config;
    self->spec = setup->spec;
    self->num_envs = setup->num_envs;
    self->action_size = setup->spec->action_size;
    self->size = config->horizon * self->action_size;
    size_t size = (size_t)self->size, population = (size_t)config->population;
    self->points = calloc(population * size + population + 3 * size, sizeof *self->points);
    self->rank = calloc(population, sizeof *self->rank);
    self->actions = calloc(population * size + size, sizeof *self->actions);
    self->shown = calloc((size_t)self->num_envs * (size_t)self->action_size, sizeof *self->shown);
  }
  if (!self || !self->points || !self->rank || !self->actions || !self->shown) {
    co_fail(error, "no memory for %d plans of %d steps", config->population, config->horizon);
    co_shooting_destroy(self);
    return NULL;
  }
  self->plan = self->actions + (size_t)config->population * (size_t)self->size;
  self->cost = self->points + (size_t)config->population * (size_t)self->size;
  self->mean = self->cost + config->population;
  self->deviation = self->mean + self->size;
  self->kept = self->deviation + self->size;
  return self;
}

void co_shooting_destroy(void *user) {
  CoShooting *self = user;
  if (!self) return;
  free(self->points);
  free(self->rank);
  free(self->actions);
  free(self->shown);
  free(self);
}

static float in_units(const CoSpec *spec, int i, double a) {
  float middle = (spec->low[i] + spec->high[i]) / 2, half = (spec->high[i] - spec->low[i]) / 2;
  return fminf(fmaxf(middle + half * (float)a, spec->low[i]), spec->high[i]);
}

// From points in [-1, 1] to actions, step by step side by side.
static void translate(CoShooting *self) {
  float *to = self->actions;
  for (int t = 0; t < self->config.horizon; t++)
    for (int k = 0; k < self->config.population; k++)
      for (int i = 0; i < self->action_size; i++)
        *to++ = in_units(self->spec, i, self->points[k * self->size + t * self->action_size + i]);
}

static void guess(CoShooting *self, CoRng *rng) {
  int count = self->config.population * self->size;
  for (int i = 0; i < count; i++) self->points[i] = co_rng_uniform(rng, -1, 1);
}

static void draw(CoShooting *self, CoRng *rng) {
  int count = self->config.population * self->size;
  co_cross_entropy_draw(self->size, self->mean, self->deviation, rng, self->config.population, self->points);
  for (int i = 0; i < count; i++) self->points[i] = fmin(fmax(self->points[i], -1), 1);
}

// Where one copy stands, for the search.
typedef struct Place {
  const CoFrame *frame;
  const CoActing *how;
  int env;
  CoImagine imagine;
} Place;

static bool judge(CoShooting *self, const Place *place, CoError *error) {
  translate(self);
  if (!place->imagine(self, place->frame, place->how, place->env, self->cost, error)) return false;
  for (int k = 0; k < self->config.population; k++) self->cost[k] = -self->cost[k];
  co_rank(self->cost, self->config.population, self->rank);
  return true;
}

// From self->mean to a better plan. cost: what those that it is the mean of cost.
static bool improve(CoShooting *self, const Place *place, double *cost, CoError *error) {
  const CoShootingConfig *config = &self->config;
  int elite = (int)fmax(1, floor(config->elite_frac * config->population));
  for (int i = 0; i < self->size; i++) self->deviation[i] = config->sigma;
  for (int n = 0; n < config->iterations; n++) {
    draw(self, &place->how->rngs[place->env]);
    if (!judge(self, place, error)) return false;
    co_cross_entropy_fit(self->size, self->points, self->rank, elite, 0, self->mean, self->deviation);
  }
  *cost = 0;
  for (int i = 0; i < elite; i++) *cost += self->cost[self->rank[i]];
  return true;
}

// self->mean becomes the best plan that was found.
static bool search(CoShooting *self, const Place *place, CoError *error) {
  size_t bytes = (size_t)self->size * sizeof *self->mean;
  double cost, other;
  if (self->config.search == CO_SEARCH_RANDOM) {
    guess(self, &place->how->rngs[place->env]);
    if (!judge(self, place, error)) return false;
    memcpy(self->mean, self->points + self->rank[0] * self->size, bytes);
    return true;
  }
  if (!improve(self, place, &cost, error)) return false;
  if (!self->config.restart) return true;
  memcpy(self->kept, self->mean, bytes);
  memset(self->mean, 0, bytes);
  if (!improve(self, place, &other, error)) return false;
  if (cost < other) memcpy(self->mean, self->kept, bytes);
  return true;
}

// The plan of the step before is one step on: its first action is done, and nothing is known of its last.
static void recall(CoShooting *self, const float *plan) {
  for (int i = 0; i < self->size; i++) self->mean[i] = (double)plan[i];
}

static void keep(const CoShooting *self, float *plan) {
  int rest = self->size - self->action_size;
  for (int i = 0; i < self->size; i++) plan[i] = i < rest ? (float)self->mean[i + self->action_size] : 0;
}

bool co_shooting_act(void *user, const CoFrame *frame, const CoActing *how, CoImagine imagine, float *continuous,
                     CoError *error) {
  CoShooting *self = user;
  size_t bytes = (size_t)self->action_size * sizeof *self->plan;
  for (int env = 0; env < frame->num_envs; env++) {
    float *memory = (float *)how->memory + env * self->size;
    const Place place = {frame, how, env, imagine};
    if (!frame->acting[env]) continue;
    recall(self, memory);
    if (!search(self, &place, error)) return false;
    keep(self, memory);
    for (int i = 0; i < self->size; i++) self->plan[i] = in_units(self->spec, i % self->action_size, self->mean[i]);
    memcpy(self->shown + env * self->action_size, self->plan, bytes);
    memcpy(continuous + env * self->action_size, self->plan, bytes);
  }
  return true;
}

void co_shooting_guess(CoShooting *self, const CoFrame *frame, const CoActing *how, double hold, float *continuous) {
  for (int env = 0; env < frame->num_envs; env++) {
    float *last = (float *)how->memory + env * self->size;
    CoRng *rng = &how->rngs[env];
    bool again = frame->acting[env] && hold > 0 && co_rng_unit(rng) < hold;
    for (int i = 0; i < self->action_size && frame->acting[env]; i++) {
      int at = env * self->action_size + i;
      double a = again ? (double)last[i] : co_rng_uniform(rng, -1, 1);
      if (hold > 0) last[i] = (float)a;
      continuous[at] = self->shown[at] = in_units(self->spec, i, a);
    }
  }
}

bool co_shooting_inspect(void *user, int i, CoInspection *out) {
  CoShooting *self = user;
  if (i == 0) *out = (CoInspection){"action", self->shown, self->num_envs, self->action_size};
  if (i == 1) *out = (CoInspection){"plan", self->plan, self->config.horizon, self->action_size};
  return i < 2;
}
