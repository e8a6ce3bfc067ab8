// Elementwise operations on two matrices of equal shape, and on a matrix with a row or a column.
#include "op.h"

// A function of two matrices; p and q are the elements.
#define PAIRWISE(function, id, expression)                                                                             \
  CoVar *function(CoTape *t, CoVar *a, CoVar *b) {                                                                     \
    assert(co_same_shape(a, b));                                                                                       \
    CoVar *y = CO_NODE(t, id, a->rows, a->cols, a, b);                                                                 \
    const CoReal *restrict left = a->data, *restrict right = b->data;                                                  \
    CoReal *restrict out = y->data;                                                                                    \
    for (size_t i = 0; i < co_size(y); i++) {                                                                          \
      const CoReal p = left[i], q = right[i];                                                                          \
      out[i] = (expression);                                                                                           \
    }                                                                                                                  \
    return y;                                                                                                          \
  }

PAIRWISE(co_add, co_op_add, p + q)
PAIRWISE(co_sub, co_op_sub, p - q)
PAIRWISE(co_mul, co_op_mul, p *q)
PAIRWISE(co_div, co_op_div, p / q)
PAIRWISE(co_minimum, co_op_minimum, p <= q ? p : q)
PAIRWISE(co_maximum, co_op_maximum, p >= q ? p : q)
PAIRWISE(co_tanh_slope, co_op_tanh_slope, p *(1 - q * q))
PAIRWISE(co_sigmoid_slope, co_op_sigmoid_slope, p *q *(1 - q))

void co_back_add(CoTape *t, CoBack *b) {
  (void)t;
  CO_PASS(b, 0, b->dy);
  CO_PASS(b, 1, b->dy);
}

void co_back_sub(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, b->dy);
  CO_PASS(b, 1, co_affine(t, b->dy, -1, 0));
}

void co_back_mul(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_mul(t, b->dy, in[1]));
  CO_PASS(b, 1, co_mul(t, b->dy, in[0]));
}

void co_back_div(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_div(t, b->dy, in[1]));
  CO_PASS(b, 1, co_affine(t, co_div(t, co_mul(t, b->dy, b->y), in[1]), -1, 0));
}

// Where `larger` - `smaller` is not negative, ties included, the gradient goes to input 0, elsewhere to input 1.
static void choose(CoTape *t, CoBack *b, CoVar *larger, CoVar *smaller) {
  CoVar *difference = co_sub(t, larger, smaller);
  CO_PASS(b, 0, co_gate(t, b->dy, difference, (CoGate){.inside = 1, .above = 1}));
  CO_PASS(b, 1, co_gate(t, b->dy, difference, (CoGate){.below = 1}));
}

void co_back_minimum(CoTape *t, CoBack *b) {
  choose(t, b, b->y->inputs[1], b->y->inputs[0]);
}
void co_back_maximum(CoTape *t, CoBack *b) {
  choose(t, b, b->y->inputs[0], b->y->inputs[1]);
}

void co_back_tanh_slope(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_tanh_slope(t, b->dy, in[1]));
  CO_PASS(b, 1, co_affine(t, co_mul(t, co_mul(t, b->dy, in[0]), in[1]), -2, 0));
}

void co_back_sigmoid_slope(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_sigmoid_slope(t, b->dy, in[1]));
  CO_PASS(b, 1, co_mul(t, co_mul(t, b->dy, in[0]), co_affine(t, in[1], -2, 1)));
}

// A function of a matrix and a row [1][cols] or a column [rows][1]; p and q are the elements.
#define ROWWISE(function, id, expression)                                                                              \
  CoVar *function(CoTape *t, CoVar *x, CoVar *row) {                                                                   \
    assert(row->rows == 1 && row->cols == x->cols);                                                                    \
    CoVar *y = CO_NODE(t, id, x->rows, x->cols, x, row);                                                               \
    const size_t cols = (size_t)x->cols;                                                                               \
    const CoReal *restrict right = row->data;                                                                          \
    for (size_t i = 0; i < (size_t)x->rows; i++) {                                                                     \
      const CoReal *restrict left = x->data + i * cols;                                                                \
      CoReal *restrict out = y->data + i * cols;                                                                       \
      for (size_t j = 0; j < cols; j++) {                                                                              \
        const CoReal p = left[j], q = right[j];                                                                        \
        out[j] = (expression);                                                                                         \
      }                                                                                                                \
    }                                                                                                                  \
    return y;                                                                                                          \
  }
#define COLWISE(function, id, expression)                                                                              \
  CoVar *function(CoTape *t, CoVar *x, CoVar *col) {                                                                   \
    assert(col->cols == 1 && col->rows == x->rows);                                                                    \
    CoVar *y = CO_NODE(t, id, x->rows, x->cols, x, col);                                                               \
    const size_t cols = (size_t)x->cols;                                                                               \
    for (size_t i = 0; i < (size_t)x->rows; i++) {                                                                     \
      const CoReal q = col->data[i];                                                                                   \
      const CoReal *restrict left = x->data + i * cols;                                                                \
      CoReal *restrict out = y->data + i * cols;                                                                       \
      for (size_t j = 0; j < cols; j++) {                                                                              \
        const CoReal p = left[j];                                                                                      \
        out[j] = (expression);                                                                                         \
      }                                                                                                                \
    }                                                                                                                  \
    return y;                                                                                                          \
  }

ROWWISE(co_add_row, co_op_add_row, p + q)
ROWWISE(co_mul_row, co_op_mul_row, p *q)
COLWISE(co_add_col, co_op_add_col, p + q)
COLWISE(co_mul_col, co_op_mul_col, p *q)

void co_back_add_row(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, b->dy);
  CO_PASS(b, 1, co_sum_cols(t, b->dy));
}

void co_back_add_col(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, b->dy);
  CO_PASS(b, 1, co_sum_rows(t, b->dy));
}

void co_back_mul_row(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_mul_row(t, b->dy, b->y->inputs[1]));
  CO_PASS(b, 1, co_sum_cols(t, co_mul(t, b->dy, b->y->inputs[0])));
}

void co_back_mul_col(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_mul_col(t, b->dy, b->y->inputs[1]));
  CO_PASS(b, 1, co_sum_rows(t, co_mul(t, b->dy, b->y->inputs[0])));
}
