// CMA-ES as in Hansen's tutorial (arXiv 1604.00772, figure 6), with positive weights: step-size control by cumulation,
// rank-one and rank-mu updates of the covariance.
#include "cohort/cma_es.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/linear.h"
#include "cohort/stats.h"

// What is saved is one row of numbers: `numbers`, of which the others are parts.
struct CoCmaEs {
  int n, lambda, mu; // size, population, parents
  double mueff, cs, ds, cc, c1, cmu, chi;
  double *weight;            // [mu], their sum is 1
  int *rank;                 // [lambda]
  double *y, *before, *step; // [n] each: of a tell
  double *numbers;
  size_t count;
  double *sigma, *forgotten, *stale; // (1 - cs)^generations; generations since the axes were found
  double *mean, *ps, *pc;            // [n]: the paths of evolution
  double *axis, *length;             // [n][n] rows of length 1, [n] their deviations: C = sum of length^2 axis axis'
  double *c;                         // [n][n]
};

// The tutorial's table 1.
static void choose(CoCmaEs *cma) {
  double sum = 0, square = 0, n = cma->n;
  for (int i = 0; i < cma->mu; i++) sum += cma->weight[i] = co_log((cma->lambda + 1) / 2.0) - co_log(i + 1);
  for (int i = 0; i < cma->mu; i++) cma->weight[i] /= sum, square += cma->weight[i] * cma->weight[i];
  double mueff = cma->mueff = 1 / square;
  cma->cs = (mueff + 2) / (n + mueff + 5);
  cma->ds = 1 + 2 * fmax(0, sqrt((mueff - 1) / (n + 1)) - 1) + cma->cs;
  cma->cc = (4 + mueff / n) / (n + 4 + 2 * mueff / n);
  cma->c1 = 2 / ((n + 1.3) * (n + 1.3) + mueff);
  cma->cmu = fmin(1 - cma->c1, 2 * (mueff - 2 + 1 / mueff) / ((n + 2) * (n + 2) + mueff));
  cma->chi = sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)); // the mean length of a standard normal vector
}

static bool allocate(CoCmaEs *cma, CoError *error) {
  size_t n = (size_t)cma->n;
  cma->count = 3 + 4 * n + 2 * n * n;
  cma->weight = calloc((size_t)cma->mu, sizeof *cma->weight);
  cma->rank = calloc((size_t)cma->lambda, sizeof *cma->rank);
  cma->y = calloc(3 * n, sizeof *cma->y);
  double *at = cma->numbers = calloc(cma->count, sizeof *cma->numbers);
  if (!cma->weight || !cma->rank || !cma->y || !at)
    return co_fail(error, "no memory for the covariance of %d numbers", cma->n);
  cma->before = cma->y + n, cma->step = cma->before + n;
  cma->sigma = at++, cma->forgotten = at++, cma->stale = at++;
  cma->mean = at, cma->ps = at += n, cma->pc = at += n, cma->length = at += n;
  cma->axis = at + n, cma->c = cma->axis + n * n;
  return true;
}

CoCmaEs *co_cma_es_create(const CoCmaEsConfig *config, const double *mean, CoError *error) {
  assert(config->size > 0 && config->sigma > 0);
  CoCmaEs *cma = calloc(1, sizeof *cma);
  if (!cma) {
    co_fail(error, "no memory for CMA-ES");
    return NULL;
  }
  cma->n = config->size;
  cma->lambda = config->population ? config->population : 4 + (int)(3 * co_log(config->size));
  cma->mu = cma->lambda / 2;
  assert(cma->lambda >= 4);
  if (!allocate(cma, error)) {
    co_cma_es_destroy(cma);
    return NULL;
  }
  choose(cma);
  *cma->sigma = config->sigma, *cma->forgotten = 1;
  memcpy(cma->mean, mean, (size_t)cma->n * sizeof *mean);
  for (int i = 0; i < cma->n; i++) cma->length[i] = cma->axis[i * cma->n + i] = cma->c[i * cma->n + i] = 1;
  return cma;
}

void co_cma_es_destroy(CoCmaEs *cma) {
  if (!cma) return;
  free(cma->weight);
  free(cma->rank);
  free(cma->y);
  free(cma->numbers);
  free(cma);
}

int co_cma_es_population(const CoCmaEs *cma) {
  return cma->lambda;
}

const double *co_cma_es_mean(const CoCmaEs *cma) {
  return cma->mean;
}

double co_cma_es_sigma(const CoCmaEs *cma) {
  return *cma->sigma;
}

static void add(int n, double a, const double *restrict x, double *restrict y) {
  for (int i = 0; i < n; i++) y[i] += a * x[i];
}

// m + sigma N(0, C): along every axis its deviation times a normal draw.
void co_cma_es_ask(const CoCmaEs *cma, CoRng *rng, double *points) {
  int n = cma->n;
  for (int k = 0; k < cma->lambda; k++) {
    double *x = points + (size_t)k * (size_t)n;
    memcpy(x, cma->mean, (size_t)n * sizeof *x);
    for (int i = 0; i < n; i++)
      add(n, *cma->sigma * cma->length[i] * co_rng_normal(rng), cma->axis + (size_t)i * (size_t)n, x);
  }
}

static double dot(int n, const double *x, const double *y) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += x[i] * y[i];
  return sum;
}

// path = (1 - c) path + sqrt(c (2 - c) mueff) step
static void follow(const CoCmaEs *cma, double *path, double c, const double *step) {
  for (int i = 0; i < cma->n; i++) path[i] *= 1 - c;
  add(cma->n, sqrt(c * (2 - c) * cma->mueff), step, path);
}

// out = C^(-1/2) x
static void whiten(const CoCmaEs *cma, const double *x, double *out) {
  memset(out, 0, (size_t)cma->n * sizeof *out);
  for (int i = 0; i < cma->n; i++) {
    const double *axis = cma->axis + (size_t)i * (size_t)cma->n;
    add(cma->n, dot(cma->n, axis, x) / cma->length[i], axis, out);
  }
}

// C = (1 - c1 - cmu) C + c1 pc pc' + cmu sum of weight y y', y = (x - m) / sigma with the mean and sigma that drew x.
// `lost` is what a path that stood still has lost.
static void adapt(CoCmaEs *cma, const double *points, double lost) {
  int n = cma->n;
  size_t row = (size_t)n;
  double keep = 1 - cma->c1 - cma->cmu + lost;
  for (size_t i = 0; i < row * row; i++) cma->c[i] *= keep;
  for (size_t i = 0; i < row; i++) add(n, cma->c1 * cma->pc[i], cma->pc, cma->c + i * row);
  for (int k = 0; k < cma->mu; k++) {
    const double *x = points + (size_t)cma->rank[k] * row;
    for (int i = 0; i < n; i++) cma->y[i] = (x[i] - cma->before[i]) / *cma->sigma;
    for (size_t i = 0; i < row; i++) add(n, cma->cmu * cma->weight[k] * cma->y[i], cma->y, cma->c + i * row);
  }
}

// The axes of C, as often as it has changed much.
static void orient(CoCmaEs *cma) {
  *cma->stale += 1;
  if (*cma->stale <= 1 / (10 * cma->n * (cma->c1 + cma->cmu))) return;
  co_symmetric_eigen(cma->n, cma->c, cma->length, cma->axis);
  for (int i = 0; i < cma->n; i++) cma->length[i] = sqrt(cma->length[i]);
  *cma->stale = 0;
}

// m = sum of weight x over the best; *step* is how far that is, in sigma.
static void move(CoCmaEs *cma, const double *points) {
  int n = cma->n;
  memcpy(cma->before, cma->mean, (size_t)n * sizeof *cma->mean);
  memset(cma->mean, 0, (size_t)n * sizeof *cma->mean);
  for (int k = 0; k < cma->mu; k++) add(n, cma->weight[k], points + (size_t)cma->rank[k] * (size_t)n, cma->mean);
  for (int i = 0; i < n; i++) cma->step[i] = (cma->mean[i] - cma->before[i]) / *cma->sigma;
}

void co_cma_es_tell(CoCmaEs *cma, const double *points, const double *cost) {
  co_rank(cost, cma->lambda, cma->rank);
  move(cma, points);
  whiten(cma, cma->step, cma->y);
  follow(cma, cma->ps, cma->cs, cma->y);
  *cma->forgotten *= 1 - cma->cs;
  double length = sqrt(dot(cma->n, cma->ps, cma->ps)) / cma->chi; // 1 when steps are as without selection
  double usual = sqrt(1 - *cma->forgotten * *cma->forgotten);
  bool goes = length / usual < 1.4 + 2 / (cma->n + 1.0); // a path that races ahead would stretch C too fast
  if (goes) follow(cma, cma->pc, cma->cc, cma->step);
  for (int i = 0; i < cma->n && !goes; i++) cma->pc[i] *= 1 - cma->cc;
  adapt(cma, points, goes ? 0 : cma->c1 * cma->cc * (2 - cma->cc));
  *cma->sigma *= co_exp(fmin(1, cma->cs / cma->ds * (length - 1)));
  orient(cma);
}

void co_cma_es_save(const CoCmaEs *cma, CoWriter *writer) {
  co_write(writer, cma->numbers, cma->count * sizeof *cma->numbers);
}

bool co_cma_es_load(CoCmaEs *cma, CoReader *reader) {
  return co_read(reader, cma->numbers, cma->count * sizeof *cma->numbers, "the state of CMA-ES");
}
