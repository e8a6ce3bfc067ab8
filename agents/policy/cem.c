// The cross-entropy method on a policy's weights (Rubinstein, 1999; Szita and Lorincz, 2006, with noise that falls to
// 0): the best of a generation are what the next one is drawn around.
#include <math.h>
#include <stdlib.h>

#include "cohort/cross_entropy.h"
#include "cohort/metrics.h"
#include "cohort/stats.h"
#include "evolution.h"

extern const CoAlgoType co_cem;

typedef struct Config {
  CoEvolutionConfig evolution; // first
  double elite_frac, noise;
  int noise_generations;
} Config;

typedef struct Learner {
  CoEvolution evolution; // first
  Config config;
  int generation;
  double *deviation; // [size]
  int *rank;         // [population]
} Learner;

static void draw(Learner *self) {
  CoEvolution *evolution = &self->evolution;
  co_cross_entropy_draw(evolution->size, evolution->mean, self->deviation, &evolution->actor.rng, evolution->population,
                        evolution->points);
}

static void breed(CoEvolution *evolution) {
  Learner *self = (Learner *)evolution;
  const Config *config = &self->config;
  int elite = (int)fmax(1, floor(config->elite_frac * evolution->population));
  self->generation++;
  co_rank(evolution->cost, evolution->population, self->rank);
  double noise = config->noise * fmax(0, 1 - (double)self->generation / config->noise_generations);
  co_cross_entropy_fit(evolution->size, evolution->points, self->rank, elite, noise, evolution->mean, self->deviation);
  draw(self);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  int64_t before = learning->updates;
  if (!co_evolution_learn(&self->evolution, learning, breed, error)) return false;
  if (learning->updates > before)
    co_metric(learning->metrics, "deviation", co_mean(self->deviation, self->evolution.size));
  return true;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->deviation);
  free(self->rank);
  co_evolution_destroy(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_evolution_create(sizeof *self, &config->evolution, setup, error);
  if (!self) return NULL;
  self->config = *config;
  self->deviation = calloc((size_t)self->evolution.size, sizeof *self->deviation);
  self->rank = calloc((size_t)self->evolution.population, sizeof *self->rank);
  if (!self->deviation || !self->rank) {
    co_fail(error, "no memory for the deviations of %d weights", self->evolution.size);
    destroy(self);
    return NULL;
  }
  for (int i = 0; i < self->evolution.size; i++) self->deviation[i] = config->evolution.sigma;
  draw(self);
  co_evolution_settle(&self->evolution);
  return self;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_evolution_save(&self->evolution, writer);
  co_write_u32(writer, (uint32_t)self->generation);
  co_write(writer, self->deviation, (size_t)self->evolution.size * sizeof *self->deviation);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  if (!co_evolution_load(&self->evolution, reader)) return false;
  self->generation = (int)co_read_u32(reader, "generations");
  return co_read(reader, self->deviation, (size_t)self->evolution.size * sizeof *self->deviation, "the deviations");
}

static const char *const metrics[] = {CO_EVOLUTION_METRICS, "deviation", NULL};

static const CoField fields[] = {
    CO_EVOLUTION_FIELDS("40", "1"),
    CO_NUMBER(Config, elite_frac, "0.2", 1e-3, 1, "share of a generation that the next one is drawn around"),
    CO_NUMBER(Config, noise, "0", 0, 1e6, "added to the variances at first, so that they do not close too soon"),
    CO_INT(Config, noise_generations, "20", 1, 1000000, "in which the noise falls to 0, in a straight line"),
    CO_FIELDS_END,
};

const CoAlgoType co_cem = {.name = "cem",
                           .summary = "cross-entropy method: the best policies of a generation shape the next",
                           .source = "Rubinstein, 1999; Szita and Lorincz, 2006",
                           .settings = {"cem", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .create = create,
                           .destroy = destroy,
                           .learn = learn,
                           .save = save,
                           .load = load,
                           CO_EVOLUTION_HOOKS};
