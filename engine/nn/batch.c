// Batched matrix products: groups of rows with a matrix of their own each, as networks of many tasks have them.
#include "cohort/blas.h"
#include "op.h"

// Rows of a and b in every group; what is transposed.
typedef struct Form {
  bool ta, tb;
  int a_rows, b_rows;
} Form;

static CoVar *product(CoTape *t, CoOpId op, CoVar *a, CoVar *b, int groups, Form form) {
  const int m = form.ta ? a->cols : form.a_rows, k = form.ta ? form.a_rows : a->cols;
  const int n = form.tb ? form.b_rows : b->cols;
  assert(groups > 0 && a->rows == groups * form.a_rows && b->rows == groups * form.b_rows);
  assert(k == (form.tb ? b->cols : form.b_rows));
  CoVar *y = CO_NODE(t, op, groups * m, n, a, b);
  const size_t left = co_size(a) / (size_t)groups, right = co_size(b) / (size_t)groups, out = (size_t)m * (size_t)n;
  for (size_t i = 0; i < (size_t)groups; i++)
    co_gemm(form.ta, form.tb, m, n, k, 1, a->data + i * left, a->cols, b->data + i * right, b->cols, 0,
            y->data + i * out, n);
  co_note(t, y, &groups, sizeof groups);
  return y;
}

CoVar *co_batch_matmul(CoTape *t, CoVar *a, CoVar *b, int groups) {
  return product(t, co_op_batch_matmul, a, b, groups, (Form){false, false, a->rows / groups, b->rows / groups});
}

CoVar *co_batch_matmul_nt(CoTape *t, CoVar *a, CoVar *b, int groups) {
  return product(t, co_op_batch_matmul_nt, a, b, groups, (Form){false, true, a->rows / groups, b->rows / groups});
}

CoVar *co_batch_matmul_tn(CoTape *t, CoVar *a, CoVar *b, int groups) {
  return product(t, co_op_batch_matmul_tn, a, b, groups, (Form){true, false, a->rows / groups, b->rows / groups});
}

static int groups_of(const CoBack *b) {
  const int *groups = b->y->extra;
  return *groups;
}

void co_back_batch_matmul(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_batch_matmul_nt(t, b->dy, in[1], groups_of(b)));
  CO_PASS(b, 1, co_batch_matmul_tn(t, in[0], b->dy, groups_of(b)));
}

void co_back_batch_matmul_nt(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_batch_matmul(t, b->dy, in[1], groups_of(b)));
  CO_PASS(b, 1, co_batch_matmul_tn(t, b->dy, in[0], groups_of(b)));
}

void co_back_batch_matmul_tn(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  CO_PASS(b, 0, co_batch_matmul_nt(t, in[1], b->dy, groups_of(b)));
  CO_PASS(b, 1, co_batch_matmul(t, in[0], b->dy, groups_of(b)));
}
