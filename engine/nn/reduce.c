// Sums over a matrix, its rows or its columns, and their opposite.
#include "cohort/kernels.h"
#include "op.h"

CoVar *co_sum_all(CoTape *t, CoVar *x) {
  CoVar *y = CO_NODE(t, co_op_sum_all, 1, 1, x);
  y->data[0] = co_sum(co_size(x), x->data);
  return y;
}

CoVar *co_sum_rows(CoTape *t, CoVar *x) {
  CoVar *y = CO_NODE(t, co_op_sum_rows, x->rows, 1, x);
  const size_t cols = (size_t)x->cols;
  for (size_t i = 0; i < (size_t)x->rows; i++) y->data[i] = co_sum(cols, x->data + i * cols);
  return y;
}

// Four rows at a time, so that the sums are read and written a quarter as often.
void co_column_sums(size_t rows, size_t cols, const CoReal *restrict x, CoReal *restrict sums) {
  size_t i = 0;
  memset(sums, 0, cols * sizeof(CoReal));
  for (; i + 4 <= rows; i += 4, x += 4 * cols)
    for (size_t j = 0; j < cols; j++) sums[j] += (x[j] + x[cols + j]) + (x[2 * cols + j] + x[3 * cols + j]);
  for (; i < rows; i++, x += cols)
    for (size_t j = 0; j < cols; j++) sums[j] += x[j];
}

CoVar *co_sum_cols(CoTape *t, CoVar *x) {
  CoVar *y = CO_NODE(t, co_op_sum_cols, 1, x->cols, x);
  if (x->cols == 1)
    y->data[0] = co_sum((size_t)x->rows, x->data);
  else
    co_column_sums((size_t)x->rows, (size_t)x->cols, x->data, y->data);
  return y;
}

static void spread(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_broadcast(t, b->dy, b->y->inputs[0]->rows, b->y->inputs[0]->cols));
}

void co_back_sum_all(CoTape *t, CoBack *b) {
  spread(t, b);
}
void co_back_sum_rows(CoTape *t, CoBack *b) {
  spread(t, b);
}
void co_back_sum_cols(CoTape *t, CoBack *b) {
  spread(t, b);
}

CoVar *co_broadcast(CoTape *t, CoVar *x, int rows, int cols) {
  assert((x->rows == 1 || x->rows == rows) && (x->cols == 1 || x->cols == cols));
  CoVar *y = CO_NODE(t, co_op_broadcast, rows, cols, x);
  if (co_size(x) == 1) {
    for (size_t i = 0; i < co_size(y); i++) y->data[i] = x->data[0];
    return y;
  }
  for (int i = 0; i < rows; i++) {
    const CoReal *from = x->data + (x->rows == 1 ? 0 : i * x->cols);
    CoReal *to = y->data + (size_t)i * (size_t)cols;
    for (int j = 0; j < cols; j++) to[j] = from[x->cols == 1 ? 0 : j];
  }
  return y;
}

void co_back_broadcast(CoTape *t, CoBack *b) {
  const CoVar *x = b->y->inputs[0];
  if (co_same_shape(x, b->y))
    CO_PASS(b, 0, b->dy);
  else if (x->rows == 1 && x->cols == 1)
    CO_PASS(b, 0, co_sum_all(t, b->dy));
  else if (x->rows == 1)
    CO_PASS(b, 0, co_sum_cols(t, b->dy));
  else
    CO_PASS(b, 0, co_sum_rows(t, b->dy));
}

CoVar *co_mean_all(CoTape *t, CoVar *x) {
  return co_affine(t, co_sum_all(t, x), 1 / (CoReal)co_size(x), 0);
}

CoVar *co_weighted_sum(CoTape *t, CoVar *x, const CoReal *weight) {
  return co_sum_all(t, co_mul(t, x, co_constant(t, x->rows, x->cols, weight)));
}
