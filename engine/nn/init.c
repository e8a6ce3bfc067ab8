// Initial values of parameters (Glorot 2010, He 2015, Saxe 2013, and PyTorch's default).
#include <assert.h>
#include <math.h>
#include <string.h>

#include "cohort/params.h"

static void uniform(size_t n, CoReal *values, double limit, CoRng *rng) {
  for (size_t i = 0; i < n; i++) values[i] = (CoReal)co_rng_uniform(rng, -limit, limit);
}

static void normal(size_t n, CoReal *values, double deviation, CoRng *rng) {
  for (size_t i = 0; i < n; i++) values[i] = (CoReal)(deviation * co_rng_normal(rng));
}

// Vectors lying in a matrix: vector v's element i is at [v * next + i * stride].
typedef struct Vectors {
  CoReal *values;
  size_t count, length, next, stride;
} Vectors;

static CoReal *element(const Vectors *set, size_t v, size_t i) {
  return set->values + v * set->next + i * set->stride;
}

static double product(const Vectors *set, size_t a, size_t b) {
  double sum = 0;
  for (size_t i = 0; i < set->length; i++) sum += (double)*element(set, a, i) * (double)*element(set, b, i);
  return sum;
}

// Gram-Schmidt, each projection taken twice so that rounding does not add up.
static void orthonormalise(const Vectors *set) {
  for (size_t v = 0; v < set->count; v++) {
    for (int pass = 0; pass < 2; pass++)
      for (size_t u = 0; u < v; u++) {
        const double share = product(set, u, v);
        for (size_t i = 0; i < set->length; i++)
          *element(set, v, i) = (CoReal)((double)*element(set, v, i) - share * (double)*element(set, u, i));
      }
    const double norm = sqrt(product(set, v, v));
    for (size_t i = 0; i < set->length; i++) *element(set, v, i) = (CoReal)((double)*element(set, v, i) / norm);
  }
}

// The shorter side's vectors become orthonormal.
static void orthogonal(size_t rows, size_t cols, CoReal *values, double gain, CoRng *rng) {
  const Vectors by_row = {values, rows, cols, cols, 1}, by_col = {values, cols, rows, 1, cols};
  normal(rows * cols, values, 1, rng);
  orthonormalise(rows <= cols ? &by_row : &by_col);
  for (size_t i = 0; i < rows * cols; i++) values[i] *= (CoReal)gain;
}

void co_params_init(CoParams *params, int number, CoInit init, int fan_in, double gain, CoRng *rng) {
  const CoParam *item = &params->items[number];
  CoReal *values = co_params_at(params, number);
  const size_t rows = (size_t)item->rows, cols = (size_t)item->cols, n = rows * cols;
  const double in = fan_in ? fan_in : item->rows;
  const double out = item->layout == CO_LAYOUT_CONV ? item->cols * item->kernel * item->kernel : item->cols;
  switch (init) {
  case CO_INIT_ZERO:
    memset(values, 0, n * sizeof *values);
    break;
  case CO_INIT_ONE:
    for (size_t i = 0; i < n; i++) values[i] = (CoReal)gain;
    break;
  case CO_INIT_TORCH:
    uniform(n, values, gain / sqrt(in), rng);
    break;
  case CO_INIT_XAVIER:
    uniform(n, values, gain * sqrt(6 / (in + out)), rng);
    break;
  case CO_INIT_KAIMING:
    normal(n, values, gain * sqrt(2 / in), rng);
    break;
  case CO_INIT_ORTHOGONAL:
    orthogonal(rows, cols, values, gain, rng);
    break;
  }
}
