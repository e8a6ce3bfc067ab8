// The GRU as PyTorch defines it (Cho and others, arXiv 1406.1078, with the reset gate after the product), unrolled.
#include "cohort/blas.h"
#include "cohort/kernels.h"
#include "recurrent.h"

// gates [4 hidden] of one row: r, z, n and q, the part of n's argument that r scales. Before the call r, z and n hold
// x W_ih. product [3 hidden] is h W_hh, bias [4 hidden] the biases of r, z, n from x and q.
static void step(size_t hidden, const CoReal *bias, const CoReal *product, const CoReal *before, CoReal *gates,
                 CoReal *h) {
  CoReal *restrict r = gates, *restrict z = gates + hidden, *restrict n = z + hidden, *restrict q = n + hidden;
  for (size_t j = 0; j < 2 * hidden; j++) gates[j] += product[j] + bias[j];
  co_sigmoid_many(2 * hidden, gates, gates);
  for (size_t j = 0; j < hidden; j++) {
    q[j] = product[2 * hidden + j] + bias[3 * hidden + j];
    n[j] += bias[2 * hidden + j] + r[j] * q[j];
  }
  co_tanh_many(hidden, n, n);
  for (size_t j = 0; j < hidden; j++) h[j] = n[j] + z[j] * (before[j] - n[j]);
}

// d [4 hidden]: the gradients of n's argument, r's, z's and q, in this order: then r, z, q and n, r, z lie together.
// carry [hidden] holds what comes from the next tick, and afterwards what goes straight to the one before.
static void step_back(size_t hidden, const CoReal *restrict gates, const CoReal *restrict before,
                      const CoReal *restrict dy, CoReal *restrict carry, CoReal *restrict d) {
  for (size_t j = 0; j < hidden; j++) {
    const CoReal r = gates[j], z = gates[hidden + j], n = gates[2 * hidden + j], q = gates[3 * hidden + j];
    const CoReal dh = dy[j] + carry[j], dn = dh * (1 - z) * (1 - n * n);
    d[j] = dn;
    d[hidden + j] = dn * q * r * (1 - r);
    d[2 * hidden + j] = dh * (before[j] - n) * z * (1 - z);
    d[3 * hidden + j] = dn * r;
    carry[j] = dh * z;
  }
}

static CoReal *biases(CoTape *t, const CoCell *cell, size_t hidden) {
  CoReal *bias = co_tape_memory(t, 4 * hidden);
  const CoReal *ih = cell->b_ih->data, *hh = cell->b_hh->data;
  for (size_t j = 0; j < 2 * hidden; j++) bias[j] = ih[j] + hh[j];
  memcpy(bias + 2 * hidden, ih + 2 * hidden, hidden * sizeof(CoReal));
  memcpy(bias + 3 * hidden, hh + 2 * hidden, hidden * sizeof(CoReal));
  return bias;
}

// Fills gates [rows][4 hidden] and h [rows][hidden].
static void run(CoTape *t, const CoUnrolled *u, const CoCell *cell, CoReal *gates, CoReal *h) {
  const size_t hidden = (size_t)u->hidden;
  const CoReal *bias = biases(t, cell, hidden), *before = u->h0;
  CoReal *products = co_tape_memory(t, (size_t)u->packed.count[0] * 3 * hidden);
  for (int tick = 0; tick < u->packed.steps; tick++) {
    const size_t start = (size_t)u->packed.start[tick];
    const int count = u->packed.count[tick];
    co_gemm(false, false, count, 3 * u->hidden, u->hidden, 1, before, u->hidden, cell->w_hh->data, 3 * u->hidden, 0,
            products, 3 * u->hidden);
    for (size_t i = 0; i < (size_t)count; i++)
      step(hidden, bias, products + i * 3 * hidden, before + i * hidden, gates + (start + i) * 4 * hidden,
           h + (start + i) * hidden);
    before = h + start * hidden;
  }
}

CoVar *co_gru(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x, CoVar *h0) {
  const int hidden = cell->w_hh->rows, rows = packed->start[packed->steps], wide = 3 * hidden;
  assert(x->rows == rows && cell->w_ih->rows == x->cols && cell->w_ih->cols == wide && cell->w_hh->cols == wide);
  assert(cell->b_ih->cols == wide && cell->b_hh->cols == wide);
  assert(!h0 || (h0->rows == packed->count[0] && h0->cols == hidden));
  CoVar *inputs[] = {x, cell->w_ih, cell->w_hh, cell->b_ih, cell->b_hh, h0};
  CoVar *y = co_node_of(t, co_op_gru, rows, hidden, inputs, h0 ? 6 : 5);
  CoReal *gates = co_tape_memory(t, (size_t)rows * 4 * (size_t)hidden);
  co_gemm(false, false, rows, wide, x->cols, 1, x->data, x->cols, cell->w_ih->data, wide, 0, gates, 4 * hidden);
  const CoUnrolled u = {.packed = *packed,
                        .hidden = hidden,
                        .in = x->cols,
                        .rows = rows,
                        .gates = gates,
                        .h0 = h0 ? h0->data : co_tape_zeros(t, (size_t)packed->count[0] * (size_t)hidden)};
  run(t, &u, cell, gates, y->data);
  co_note(t, y, &u, sizeof u);
  return y;
}

// Fills d [rows][4 hidden] and, when asked for, leaves the gradient of h0 in carry [count[0]][hidden] (zeros before).
static void run_back(const CoUnrolled *u, const CoVar *w_hh, const CoReal *before, const CoReal *dy, bool first,
                     CoReal *carry, CoReal *d) {
  const size_t hidden = (size_t)u->hidden;
  for (int tick = u->packed.steps - 1; tick >= 0; tick--) {
    const size_t start = (size_t)u->packed.start[tick];
    const int count = u->packed.count[tick];
    for (size_t i = 0; i < (size_t)count; i++) {
      const size_t row = start + i;
      step_back(hidden, u->gates + row * 4 * hidden, before + row * hidden, dy + row * hidden, carry + i * hidden,
                d + row * 4 * hidden);
    }
    if (tick > 0 || first)
      co_gemm(false, true, count, u->hidden, 3 * u->hidden, 1, d + (start * 4 + 1) * hidden, 4 * u->hidden, w_hh->data,
              3 * u->hidden, 1, carry, u->hidden);
  }
}

// dx = (dr, dz) W_rz' + dn W_n'
static CoVar *inputs_back(CoTape *t, const CoUnrolled *u, const CoVar *w_ih, const CoReal *d) {
  CoVar *dx = co_empty(t, u->rows, u->in);
  const int hidden = u->hidden;
  co_gemm(false, true, u->rows, u->in, 2 * hidden, 1, d + hidden, 4 * hidden, w_ih->data, 3 * hidden, 0, dx->data,
          u->in);
  co_gemm(false, true, u->rows, u->in, hidden, 1, d, 4 * hidden, w_ih->data + 2 * hidden, 3 * hidden, 1, dx->data,
          u->in);
  return dx;
}

static CoVar *w_ih_back(CoTape *t, const CoUnrolled *u, const CoVar *x, const CoReal *d) {
  CoVar *dw = co_empty(t, u->in, 3 * u->hidden);
  const int hidden = u->hidden;
  co_gemm(true, false, u->in, 2 * hidden, u->rows, 1, x->data, u->in, d + hidden, 4 * hidden, 0, dw->data, 3 * hidden);
  co_gemm(true, false, u->in, hidden, u->rows, 1, x->data, u->in, d, 4 * hidden, 0, dw->data + 2 * hidden, 3 * hidden);
  return dw;
}

static CoVar *w_hh_back(CoTape *t, const CoUnrolled *u, const CoReal *before, const CoReal *d) {
  CoVar *dw = co_empty(t, u->hidden, 3 * u->hidden);
  const int hidden = u->hidden;
  co_gemm(true, false, hidden, 3 * hidden, u->rows, 1, before, hidden, d + hidden, 4 * hidden, 0, dw->data, 3 * hidden);
  return dw;
}

static void biases_back(CoTape *t, CoBack *b, const CoUnrolled *u, const CoReal *d) {
  const size_t hidden = (size_t)u->hidden;
  CoReal *sums = co_tape_memory(t, 5 * hidden); // n, r, z, q, n
  co_column_sums((size_t)u->rows, 4 * hidden, d, sums);
  CoVar *ih = co_empty(t, 1, 3 * u->hidden);
  memcpy(ih->data, sums + hidden, 2 * hidden * sizeof(CoReal));
  memcpy(ih->data + 2 * hidden, sums, hidden * sizeof(CoReal));
  CO_PASS(b, 3, ih);
  CO_PASS(b, 4, co_constant(t, 1, 3 * u->hidden, sums + hidden));
}

void co_back_gru(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  const CoUnrolled *u = b->y->extra;
  const bool first = b->y->inputs_count == 6 && co_needs(b, 5);
  const CoReal *before = co_before(t, u, b->y->data, u->h0);
  CoVar *carry = co_empty(t, u->packed.count[0], u->hidden);
  memset(carry->data, 0, co_size(carry) * sizeof(CoReal));
  CoReal *d = co_tape_memory(t, (size_t)u->rows * 4 * (size_t)u->hidden);
  run_back(u, in[2], before, b->dy->data, first, carry->data, d);
  CO_PASS(b, 0, inputs_back(t, u, in[1], d));
  CO_PASS(b, 1, w_ih_back(t, u, in[0], d));
  CO_PASS(b, 2, w_hh_back(t, u, before, d));
  if (co_needs(b, 3) || co_needs(b, 4)) biases_back(t, b, u, d);
  if (first) co_accumulate(b, 5, carry);
}

CoVar *co_gru_cell(CoTape *t, const CoCell *cell, CoVar *x, CoVar *h) {
  if (!t->recording) {
    const CoPacked packed = co_one_tick(t, x->rows);
    return co_gru(t, cell, &packed, x, h);
  }
  const int hidden = cell->w_hh->rows;
  CoVar *a = co_linear(t, x, cell->w_ih, cell->b_ih), *c = co_linear(t, h, cell->w_hh, cell->b_hh);
  CoVar *rz = co_sigmoid_of(t, co_add(t, co_slice(t, a, 0, 2 * hidden), co_slice(t, c, 0, 2 * hidden)));
  CoVar *r = co_slice(t, rz, 0, hidden), *z = co_slice(t, rz, hidden, hidden);
  CoVar *q = co_mul(t, r, co_slice(t, c, 2 * hidden, hidden));
  CoVar *n = co_tanh_of(t, co_add(t, co_slice(t, a, 2 * hidden, hidden), q));
  return co_add(t, n, co_mul(t, z, co_sub(t, h, n)));
}
