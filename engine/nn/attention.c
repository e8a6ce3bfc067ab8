// Scaled dot-product attention (Vaswani and others, arXiv 1706.03762) within groups of rows.
#include <tgmath.h>

#include "cohort/blas.h"
#include "cohort/kernels.h"
#include "cohort/sequence.h"
#include "op.h"

typedef struct Notes {
  int heads, group, width, size; // size: of one head
  CoReal scale;
  const CoReal *weights; // [groups][heads][group][group]
} Notes;

// The part of one head in one group: q, k, v and the output begin at `at` in their matrices, a row every `width`.
static size_t start(const Notes *n, int group, int head) {
  return (size_t)group * (size_t)n->group * (size_t)n->width + (size_t)head * (size_t)n->size;
}

// In place: scores [group][group] become weights. A row that may look at nothing has weights zero.
static void weigh(int group, const uint8_t *legal, CoReal *scores) {
  const size_t size = (size_t)group;
  for (size_t i = 0; i < size; i++) {
    CoReal *row = scores + i * size, most = (CoReal)-1e30, sum = 0;
    const uint8_t *may = legal ? legal + i * size : NULL;
    for (size_t j = 0; j < size; j++)
      if ((!may || may[j]) && row[j] > most) most = row[j];
    for (size_t j = 0; j < size; j++) row[j] = !may || may[j] ? row[j] - most : (CoReal)-1e30;
    co_exp_many(size, row, row);
    sum = co_sum(size, row);
    for (size_t j = 0; j < size && sum > 0; j++) row[j] /= sum;
  }
}

CoVar *co_attention(CoTape *t, CoVar *q, CoVar *k, CoVar *v, int heads, int group, const uint8_t *legal) {
  assert(co_same_shape(q, k) && co_same_shape(q, v) && q->rows % group == 0 && q->cols % heads == 0);
  const int groups = q->rows / group, size = q->cols / heads, width = q->cols;
  const size_t square = (size_t)group * (size_t)group;
  CoReal *weights = co_tape_memory(t, (size_t)groups * (size_t)heads * square);
  const Notes n = {heads, group, width, size, 1 / sqrt((CoReal)size), weights};
  CoVar *y = CO_NODE(t, co_op_attention, q->rows, width, q, k, v);
  for (int g = 0; g < groups; g++)
    for (int h = 0; h < heads; h++, weights += square) {
      const size_t at = start(&n, g, h);
      co_gemm(false, true, group, group, size, n.scale, q->data + at, width, k->data + at, width, 0, weights, group);
      weigh(group, legal ? legal + (size_t)g * square : NULL, weights);
      co_gemm(false, false, group, size, group, 1, weights, group, v->data + at, width, 0, y->data + at, width);
    }
  co_note(t, y, &n, sizeof n);
  return y;
}

// In place: d, the gradient of the weights, becomes that of the scores.
static void weigh_back(int group, const CoReal *weights, CoReal *d) {
  const size_t size = (size_t)group;
  for (size_t i = 0; i < size; i++, weights += size, d += size) {
    const CoReal sum = co_dot(size, weights, d);
    for (size_t j = 0; j < size; j++) d[j] = weights[j] * (d[j] - sum);
  }
}

void co_back_attention(CoTape *t, CoBack *b) {
  const Notes *n = b->y->extra;
  const CoVar *q = b->y->inputs[0], *k = b->y->inputs[1], *v = b->y->inputs[2];
  const int group = n->group, width = n->width, size = n->size;
  CoReal *d = co_tape_memory(t, (size_t)group * (size_t)group);
  const CoReal *weights = n->weights;
  CoVar *dq = co_empty(t, q->rows, width), *dk = co_empty(t, q->rows, width), *dv = co_empty(t, q->rows, width);
  for (int g = 0; g < q->rows / group; g++)
    for (int h = 0; h < n->heads; h++, weights += group * group) {
      const size_t at = start(n, g, h);
      const CoReal *dy = b->dy->data + at;
      co_gemm(true, false, group, size, group, 1, weights, group, dy, width, 0, dv->data + at, width);
      co_gemm(false, true, group, group, size, 1, dy, width, v->data + at, width, 0, d, group);
      weigh_back(group, weights, d);
      co_gemm(false, false, group, size, group, n->scale, d, group, k->data + at, width, 0, dq->data + at, width);
      co_gemm(true, false, group, size, group, n->scale, d, group, q->data + at, width, 0, dk->data + at, width);
    }
  CO_PASS(b, 0, dq);
  CO_PASS(b, 1, dk);
  CO_PASS(b, 2, dv);
}
