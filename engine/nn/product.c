// Matrix products, and products with a matrix of its own in every row.
#include "cohort/blas.h"
#include "cohort/kernels.h"
#include "op.h"

// x w into y.
static void product(const CoVar *x, const CoVar *w, CoVar *y) {
  co_gemm(false, false, y->rows, y->cols, x->cols, 1, x->data, x->cols, w->data, w->cols, 0, y->data, y->cols);
}

CoVar *co_matmul(CoTape *t, CoVar *a, CoVar *b) {
  assert(a->cols == b->rows);
  CoVar *y = CO_NODE(t, co_op_matmul, a->rows, b->cols, a, b);
  product(a, b, y);
  return y;
}

CoVar *co_matmul_nt(CoTape *t, CoVar *a, CoVar *b) {
  assert(a->cols == b->cols);
  CoVar *y = CO_NODE(t, co_op_matmul_nt, a->rows, b->rows, a, b);
  co_gemm(false, true, y->rows, y->cols, a->cols, 1, a->data, a->cols, b->data, b->cols, 0, y->data, y->cols);
  return y;
}

CoVar *co_matmul_tn(CoTape *t, CoVar *a, CoVar *b) {
  assert(a->rows == b->rows);
  CoVar *y = CO_NODE(t, co_op_matmul_tn, a->cols, b->cols, a, b);
  co_gemm(true, false, y->rows, y->cols, a->rows, 1, a->data, a->cols, b->data, b->cols, 0, y->data, y->cols);
  return y;
}

void co_back_matmul(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_nt(t, b->dy, in[1]));
  CO_PASS(b, 1, co_matmul_tn(t, in[0], b->dy));
}

void co_back_matmul_nt(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul(t, b->dy, in[1]));
  CO_PASS(b, 1, co_matmul_tn(t, b->dy, in[0]));
}

void co_back_matmul_tn(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_nt(t, in[1], b->dy));
  CO_PASS(b, 1, co_matmul(t, in[0], b->dy));
}

// To the product, where it lies.
static void add_bias(const CoVar *b, CoVar *y) {
  const size_t rows = (size_t)y->rows, cols = (size_t)y->cols;
  const CoReal *restrict bias = b->data;
  CoReal *restrict to = y->data;
  if (cols < 4) { // columns are the longer way
    for (size_t j = 0; j < cols; j++)
      for (size_t i = 0; i < rows; i++) to[i * cols + j] += bias[j];
    return;
  }
  for (size_t i = 0; i < rows; i++, to += cols)
    for (size_t j = 0; j < cols; j++) to[j] += bias[j];
}

static CoVar *affine_product(CoTape *t, CoOpId op, CoVar *x, CoVar *w, CoVar *b) {
  assert(x->cols == w->rows && b->rows == 1 && b->cols == w->cols);
  CoVar *y = CO_NODE(t, op, x->rows, w->cols, x, w, b);
  product(x, w, y);
  return y;
}

CoVar *co_linear(CoTape *t, CoVar *x, CoVar *w, CoVar *b) {
  if (!b) return co_matmul(t, x, w);
  CoVar *y = affine_product(t, co_op_linear, x, w, b);
  add_bias(b, y);
  return y;
}

// dz is the gradient of x w + b.
static void back_product(CoTape *t, CoBack *b, CoVar *dz) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_nt(t, dz, in[1]));
  CO_PASS(b, 1, co_matmul_tn(t, in[0], dz));
  CO_PASS(b, 2, co_sum_cols(t, dz));
}

void co_back_linear(CoTape *t, CoBack *b) {
  back_product(t, b, b->dy);
}

// The bias and the kink in one pass.
CoVar *co_linear_relu(CoTape *t, CoVar *x, CoVar *w, CoVar *b) {
  CoVar *y = affine_product(t, co_op_linear_relu, x, w, b);
  const size_t cols = (size_t)y->cols;
  const CoReal *restrict bias = b->data;
  for (size_t i = 0; i < (size_t)y->rows; i++) {
    CoReal *restrict row = y->data + i * cols;
    for (size_t j = 0; j < cols; j++) {
      const CoReal z = row[j] + bias[j];
      row[j] = z > 0 ? z : 0;
    }
  }
  return y;
}

void co_back_linear_relu(CoTape *t, CoBack *b) {
  back_product(t, b, co_gate(t, b->dy, b->y, (CoGate){.above = 1}));
}

CoVar *co_linear_tanh(CoTape *t, CoVar *x, CoVar *w, CoVar *b) {
  CoVar *y = affine_product(t, co_op_linear_tanh, x, w, b);
  add_bias(b, y);
  co_tanh_many(co_size(y), y->data, y->data);
  return y;
}

void co_back_linear_tanh(CoTape *t, CoBack *b) {
  back_product(t, b, co_tanh_slope(t, b->dy, b->y));
}

// The three below are one trilinear form, sum over i and j of x_i w_ij d_j in every row, seen from each side; so each
// one's gradients are the other two.
CoVar *co_matmul_rows(CoTape *t, CoVar *x, CoVar *w) {
  assert(x->rows == w->rows && w->cols % x->cols == 0);
  const size_t n = (size_t)x->cols, m = (size_t)w->cols / n;
  CoVar *y = CO_NODE(t, co_op_matmul_rows, x->rows, (int)m, x, w);
  memset(y->data, 0, co_size(y) * sizeof(CoReal));
  for (size_t r = 0; r < (size_t)x->rows; r++) {
    const CoReal *from = x->data + r * n, *matrix = w->data + r * n * m;
    CoReal *to = y->data + r * m;
    if (m == 1)
      *to = co_dot(n, from, matrix);
    else
      for (size_t i = 0; i < n; i++) co_axpy(m, from[i], matrix + i * m, to);
  }
  return y;
}

CoVar *co_matmul_rows_t(CoTape *t, CoVar *d, CoVar *w) {
  assert(d->rows == w->rows && w->cols % d->cols == 0);
  const size_t m = (size_t)d->cols, n = (size_t)w->cols / m;
  CoVar *y = CO_NODE(t, co_op_matmul_rows_t, d->rows, (int)n, d, w);
  for (size_t r = 0; r < (size_t)d->rows; r++)
    for (size_t i = 0; i < n; i++) y->data[r * n + i] = co_dot(m, d->data + r * m, w->data + (r * n + i) * m);
  return y;
}

CoVar *co_outer_rows(CoTape *t, CoVar *x, CoVar *d) {
  assert(x->rows == d->rows);
  const size_t n = (size_t)x->cols, m = (size_t)d->cols;
  CoVar *y = CO_NODE(t, co_op_outer_rows, x->rows, x->cols * d->cols, x, d);
  for (size_t r = 0; r < (size_t)x->rows; r++) {
    const CoReal *restrict right = d->data + r * m;
    for (size_t i = 0; i < n; i++) {
      CoReal *restrict to = y->data + (r * n + i) * m;
      const CoReal left = x->data[r * n + i];
      for (size_t j = 0; j < m; j++) to[j] = left * right[j];
    }
  }
  return y;
}

void co_back_matmul_rows(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_rows_t(t, b->dy, in[1]));
  CO_PASS(b, 1, co_outer_rows(t, in[0], b->dy));
}

void co_back_matmul_rows_t(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_rows(t, b->dy, in[1]));
  CO_PASS(b, 1, co_outer_rows(t, b->dy, in[0]));
}

void co_back_outer_rows(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_matmul_rows_t(t, in[1], b->dy));
  CO_PASS(b, 1, co_matmul_rows(t, in[0], b->dy));
}
