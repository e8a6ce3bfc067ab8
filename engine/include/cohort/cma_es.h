// CMA-ES: minimisation by a population drawn from a Gaussian that adapts its covariance (Hansen, arXiv 1604.00772).
#ifndef COHORT_CMA_ES_H
#define COHORT_CMA_ES_H

#include "cohort/bytes.h"
#include "cohort/rng.h"

typedef struct CoCmaEsConfig {
  int size;       // of a point
  int population; // points a generation, at least 4; 0: 4 + 3 log(size)
  double sigma;   // deviation at the beginning, in every direction
} CoCmaEsConfig;

// Memory grows with size^2, the time of a generation with size^2 population and, now and then, with size^3.
typedef struct CoCmaEs CoCmaEs;
CoCmaEs *co_cma_es_create(const CoCmaEsConfig *config, const double *mean, CoError *error); // mean[size]
void co_cma_es_destroy(CoCmaEs *cma);

int co_cma_es_population(const CoCmaEs *cma);
const double *co_cma_es_mean(const CoCmaEs *cma); // [size], the best guess
double co_cma_es_sigma(const CoCmaEs *cma);

// A generation: points[population][size] are drawn, and told with their costs. What is no number counts as the worst.
void co_cma_es_ask(const CoCmaEs *cma, CoRng *rng, double *points);
void co_cma_es_tell(CoCmaEs *cma, const double *points, const double *cost);

void co_cma_es_save(const CoCmaEs *cma, CoWriter *writer);
bool co_cma_es_load(CoCmaEs *cma, CoReader *reader);

#endif
