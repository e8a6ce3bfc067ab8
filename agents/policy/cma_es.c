// CMA-ES on a policy's weights (Hansen, arXiv 1604.00772; Heidrich-Meisner and Igel, 2009): directions of the weights
// in which the returns grow are drawn more often.
#include "cohort/cma_es.h"

#include <string.h>

#include "cohort/metrics.h"
#include "evolution.h"

extern const CoAlgoType co_cma_es;

enum { MOST = 5000 }; // weights: the covariance of so many has 200 MB

typedef struct Learner {
  CoEvolution evolution; // first
  CoCmaEs *cma;
} Learner;

static void draw(Learner *self) {
  CoEvolution *evolution = &self->evolution;
  memcpy(evolution->mean, co_cma_es_mean(self->cma), (size_t)evolution->size * sizeof *evolution->mean);
  co_cma_es_ask(self->cma, &evolution->actor.rng, evolution->points);
}

static void breed(CoEvolution *evolution) {
  Learner *self = (Learner *)evolution;
  co_cma_es_tell(self->cma, evolution->points, evolution->cost);
  draw(self);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  int64_t before = learning->updates;
  if (!co_evolution_learn(&self->evolution, learning, breed, error)) return false;
  if (learning->updates > before) co_metric(learning->metrics, "sigma", co_cma_es_sigma(self->cma));
  return true;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  co_cma_es_destroy(self->cma);
  co_evolution_destroy(self);
}

static bool build(Learner *self, const CoEvolutionConfig *config, CoError *error) {
  CoEvolution *evolution = &self->evolution;
  const CoCmaEsConfig cma = {evolution->size, evolution->population, config->sigma};
  if (evolution->size > MOST)
    return co_fail(error, "a policy has %d weights, of which the most are %d: fewer hidden layers, or narrower ones",
                   evolution->size, MOST);
  if (evolution->population < 4)
    return co_fail(error, "population is %d, must be 4 or more (0: by the number of weights)", evolution->population);
  return (self->cma = co_cma_es_create(&cma, evolution->mean, error));
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_evolution_create(sizeof *self, config, setup, error);
  if (!self) return NULL;
  if (!build(self, config, error)) {
    destroy(self);
    return NULL;
  }
  draw(self);
  co_evolution_settle(&self->evolution);
  return self;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_evolution_save(&self->evolution, writer);
  co_cma_es_save(self->cma, writer);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_evolution_load(&self->evolution, reader) && co_cma_es_load(self->cma, reader);
}

static const char *const metrics[] = {CO_EVOLUTION_METRICS, "sigma", NULL};

static const CoField fields[] = {CO_EVOLUTION_FIELDS("0", "0.5"), CO_FIELDS_END};

const CoAlgoType co_cma_es = {.name = "cma_es",
                              .summary = "evolution of a policy's weights from a Gaussian that adapts its covariance",
                              .source = "Hansen, 2016; Heidrich-Meisner and Igel, 2009",
                              .settings = {"cma_es", sizeof(CoEvolutionConfig), fields, NULL},
                              .metrics = metrics,
                              .create = create,
                              .destroy = destroy,
                              .learn = learn,
                              .save = save,
                              .load = load,
                              CO_EVOLUTION_HOOKS};
