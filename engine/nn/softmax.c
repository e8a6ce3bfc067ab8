// Softmax over the legal entries of each row, and layer normalisation.
#include <tgmath.h>

#include "cohort/kernels.h"
#include "op.h"

#define NEVER ((CoReal)-1e30) // the logarithm of what cannot happen

// y = x less the row's largest legal entry, NEVER where illegal.
static void shift(const CoVar *x, const uint8_t *mask, CoVar *y) {
  const size_t cols = (size_t)x->cols;
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    const CoReal *in = x->data + i * cols;
    const uint8_t *legal = mask ? mask + i * cols : NULL;
    CoReal *out = y->data + i * cols, most = (CoReal)-INFINITY;
    for (size_t j = 0; j < cols; j++)
      if ((!legal || legal[j]) && in[j] > most) most = in[j];
    for (size_t j = 0; j < cols; j++) out[j] = !legal || legal[j] ? in[j] - most : NEVER;
  }
}

CoVar *co_softmax_rows(CoTape *t, CoVar *x, const uint8_t *mask) {
  CoVar *y = CO_NODE(t, co_op_softmax, x->rows, x->cols, x);
  const size_t cols = (size_t)x->cols;
  shift(x, mask, y);
  co_exp_many(co_size(y), y->data, y->data);
  for (size_t i = 0; i < (size_t)x->rows; i++) {
    CoReal *restrict out = y->data + i * cols;
    const CoReal share = 1 / co_sum(cols, out);
    for (size_t j = 0; j < cols; j++) out[j] *= share;
  }
  return y;
}

// y (dy - sum of y dy); nothing flows where y is 0.
void co_back_softmax(CoTape *t, CoBack *b) {
  CoVar *part = co_mul(t, b->dy, b->y);
  CO_PASS(b, 0, co_sub(t, part, co_mul_col(t, b->y, co_sum_rows(t, part))));
}

CoVar *co_log_softmax_rows(CoTape *t, CoVar *x, const uint8_t *mask) {
  CoVar *y = CO_NODE(t, co_op_log_softmax, x->rows, x->cols, x);
  const size_t rows = (size_t)x->rows, cols = (size_t)x->cols;
  shift(x, mask, y);
  CoReal *weights = co_tape_memory(t, rows * cols), *sums = co_tape_memory(t, rows);
  co_exp_many(rows * cols, y->data, weights);
  for (size_t i = 0; i < rows; i++) sums[i] = co_sum(cols, weights + i * cols);
  co_log_many(rows, sums, sums);
  for (size_t i = 0; i < rows; i++) {
    CoReal *out = y->data + i * cols;
    for (size_t j = 0; j < cols; j++) out[j] = !mask || mask[i * cols + j] ? out[j] - sums[i] : NEVER;
  }
  co_note(t, y, &mask, sizeof mask);
  return y;
}

// dy - softmax times the sum of dy, over the legal entries.
void co_back_log_softmax(CoTape *t, CoBack *b) {
  const uint8_t *const *mask = b->y->extra;
  CoVar *dy = co_keep(t, b->dy, *mask);
  CO_PASS(b, 0, co_sub(t, dy, co_mul_col(t, co_exp_of(t, b->y), co_sum_rows(t, dy))));
}

CoVar *co_keep(CoTape *t, CoVar *x, const uint8_t *mask) {
  if (!mask) return x;
  CoVar *y = CO_NODE(t, co_op_keep, x->rows, x->cols, x);
  for (size_t i = 0; i < co_size(y); i++) y->data[i] = mask[i] ? x->data[i] : 0;
  co_note(t, y, &mask, sizeof mask);
  return y;
}

void co_back_keep(CoTape *t, CoBack *b) {
  const uint8_t *const *mask = b->y->extra;
  CO_PASS(b, 0, co_keep(t, b->dy, *mask));
}

// Ba, Kiros, Hinton, arXiv 1607.06450: each row less its mean, over its standard deviation.
CoVar *co_layer_norm(CoTape *t, CoVar *x, CoVar *gain, CoVar *bias, CoReal epsilon) {
  const CoReal share = 1 / (CoReal)x->cols;
  CoVar *centred = co_add_col(t, x, co_affine(t, co_sum_rows(t, x), -share, 0));
  CoVar *variance = co_affine(t, co_sum_rows(t, co_square(t, centred)), share, epsilon);
  CoVar *scale = co_div(t, co_fill(t, x->rows, 1, 1), co_sqrt_of(t, variance));
  return co_add_row(t, co_mul_row(t, co_mul_col(t, centred, scale), gain), bias);
}
