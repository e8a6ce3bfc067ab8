// Gradients against central differences, to first and to second order; for the build in double precision.
#ifndef COHORT_TESTS_GRADCHECK_H
#define COHORT_TESTS_GRADCHECK_H

#include <math.h>
#include <string.h>

#include "cohort/ops.h"
#include "cohort/rng.h"
#include "suite.h"

// A case builds its result from leaves and random numbers that it draws from the check. It is built again and again,
// with the same draws, and with one number of one leaf moved a little.
#define CO_CHECK_LEAVES 12
#define CO_CHECK_MOST 4096 // numbers in all leaves together

typedef struct CoCheck {
  CoTape *tape;
  CoRng rng;
  bool drawn; // the leaves have their values
  int count;
  CoVar *leaves[CO_CHECK_LEAVES];
  size_t size;
  double values[CO_CHECK_MOST];
} CoCheck;

typedef struct CoCheckCase {
  const char *name;
  CoVar *(*build)(CoCheck *c);
  bool twice;
} CoCheckCase;

static inline int co_check_int(CoCheck *c, int low, int high) {
  return co_rng_int(&c->rng, low, high);
}

// Numbers between -2.5 and 2.5, at least 0.02 away from every shift + k / 10: kinks are put there.
static inline CoVar *co_check_leaf(CoCheck *c, int rows, int cols, double shift) {
  const size_t n = (size_t)rows * (size_t)cols;
  double *values = c->values + c->size;
  ck_assert_int_lt(c->count, CO_CHECK_LEAVES);
  ck_assert_uint_le(c->size + n, CO_CHECK_MOST);
  for (size_t i = 0; i < n; i++) {
    const double draw = shift + 0.05 + 0.1 * co_rng_int(&c->rng, -25, 24) + co_rng_uniform(&c->rng, -0.03, 0.03);
    if (!c->drawn) values[i] = draw;
  }
  c->size += n;
  return c->leaves[c->count++] = co_leaf(c->tape, rows, cols, values);
}

static inline const CoReal *co_check_constants(CoCheck *c, size_t n) {
  CoReal *numbers = co_tape_memory(c->tape, n);
  for (size_t i = 0; i < n; i++) numbers[i] = co_rng_uniform(&c->rng, -1, 1);
  return numbers;
}

// Builds the case and a random weighted sum of y + y^2 / 2 over its result: the square lets the gradient that enters
// the case depend on the leaves, so that the second order goes through all of it.
static inline CoVar *co_check_build(CoCheck *c, const CoCheckCase *row, uint64_t seed) {
  co_tape_clear(c->tape);
  c->rng = co_rng(seed, row->name, 0);
  c->count = 0;
  c->size = 0;
  CoVar *y = row->build(c);
  c->drawn = true;
  CoVar *bent = co_add(c->tape, y, co_affine(c->tape, co_square(c->tape, y), (CoReal)0.5, 0));
  return co_weighted_sum(c->tape, bent, co_check_constants(c, (size_t)y->rows * (size_t)y->cols));
}

// A random projection of the gradient: a number whose own gradient is of second order.
static inline CoVar *co_check_project(CoCheck *c, const CoCheckCase *row, uint64_t seed, bool twice) {
  CoVar *grads[CO_CHECK_LEAVES], *sum = NULL;
  CoVar *y = co_check_build(c, row, seed);
  CoError error;
  ck_assert_msg(co_grad(c->tape, y, c->leaves, c->count, twice, grads, &error), "%s: %s", row->name, error.text);
  for (int i = 0; i < c->count; i++) {
    const size_t n = (size_t)grads[i]->rows * (size_t)grads[i]->cols;
    CoVar *part = co_weighted_sum(c->tape, grads[i], co_check_constants(c, n));
    sum = sum ? co_add(c->tape, sum, part) : part;
  }
  return sum;
}

// The value at the leaves' numbers as they are: the sum itself, or the projection of its gradient.
static inline double co_check_value(CoCheck *c, const CoCheckCase *row, uint64_t seed, bool second) {
  return co_item(second ? co_check_project(c, row, seed, false) : co_check_build(c, row, seed));
}

// Compares the gradient of `y`, which was just built, with central differences in every number of every leaf.
static inline void co_check_compare(CoCheck *c, const CoCheckCase *row, uint64_t seed, CoVar *y, bool second) {
  static double gradient[CO_CHECK_MOST];
  const double h = 1e-5, limit = 2e-7;
  CoVar *grads[CO_CHECK_LEAVES];
  CoError error;
  ck_assert_msg(co_grad(c->tape, y, c->leaves, c->count, false, grads, &error), "%s: %s", row->name, error.text);
  size_t at = 0;
  for (int i = 0; i < c->count; i++) {
    const size_t n = (size_t)grads[i]->rows * (size_t)grads[i]->cols;
    memcpy(gradient + at, grads[i]->data, n * sizeof *gradient);
    at += n;
  }
  for (size_t i = 0; i < at; i++) {
    const double kept = c->values[i];
    c->values[i] = kept + h;
    const double above = co_check_value(c, row, seed, second);
    c->values[i] = kept - h;
    const double below = co_check_value(c, row, seed, second);
    c->values[i] = kept;
    const double slope = (above - below) / (2 * h), size = fmax(1, fmax(fabs(slope), fabs(gradient[i])));
    ck_assert_msg(fabs(slope - gradient[i]) <= limit * size, "%s, seed %d, order %d, number %zu: %.10g, expected %.10g",
                  row->name, (int)seed, second ? 2 : 1, i, gradient[i], slope);
  }
}

// Calls `seen` with the tape on which the gradients lie, to second order where the case allows it.
static inline void co_check_case(CoTape *tape, const CoCheckCase *row, uint64_t seed, void (*seen)(const CoTape *)) {
  static CoCheck check;
  memset(&check, 0, sizeof check);
  check.tape = tape;
  CoVar *y = co_check_build(&check, row, seed);
  if (seen) seen(tape);
  co_check_compare(&check, row, seed, y, false);
  if (row->twice) {
    y = co_check_project(&check, row, seed, true);
    if (seen) seen(tape);
    co_check_compare(&check, row, seed, y, true);
    return;
  }
  CoVar *grads[CO_CHECK_LEAVES];
  CoError error;
  y = co_check_build(&check, row, seed);
  ck_assert_msg(!co_grad(tape, y, check.leaves, check.count, true, grads, &error), "%s: differentiated twice",
                row->name);
  ck_assert_msg(strstr(error.text, "only once"), "%s: %s", row->name, error.text);
}

#endif
