// The LSTM as PyTorch defines it (Hochreiter and Schmidhuber 1997, with a forget gate), unrolled.
#include "cohort/blas.h"
#include "cohort/kernels.h"
#include "recurrent.h"

static const CoReal hard_slope = (CoReal)0.2, hard_shift = (CoReal)0.5;

static void squash(size_t n, CoReal *gates, bool hard) {
  if (!hard) {
    co_sigmoid_many(n, gates, gates);
    return;
  }
  for (size_t j = 0; j < n; j++) {
    const CoReal y = hard_slope * gates[j] + hard_shift;
    gates[j] = y < 0 ? 0 : y > 1 ? 1 : y;
  }
}

// gates [4 hidden] of one row: i, f, g, o; before the call x W_ih. product [4 hidden] is h W_hh. cell [2 hidden]
// becomes c and tanh(c).
static void step(size_t hidden, bool hard, const CoReal *bias, const CoReal *product, const CoReal *before,
                 CoReal *gates, CoReal *cell, CoReal *h) {
  CoReal *restrict i = gates, *restrict f = i + hidden, *restrict g = f + hidden, *restrict o = g + hidden;
  for (size_t j = 0; j < 4 * hidden; j++) gates[j] += product[j] + bias[j];
  squash(2 * hidden, gates, hard);
  co_tanh_many(hidden, g, g);
  squash(hidden, o, hard);
  for (size_t j = 0; j < hidden; j++) cell[j] = f[j] * before[j] + i[j] * g[j];
  co_tanh_many(hidden, cell, cell + hidden);
  for (size_t j = 0; j < hidden; j++) h[j] = o[j] * cell[hidden + j];
}

// The slope of a gate by its value.
static CoReal slope(CoReal y, bool hard) {
  return !hard ? y * (1 - y) : y > 0 && y < 1 ? hard_slope : 0;
}

// d [4 hidden]: the gradients of the gates' arguments. carry_h, carry_c [hidden] hold what comes from the next tick;
// afterwards carry_c holds what goes to the one before, and carry_h is zero.
static void step_back(size_t hidden, bool hard, const CoReal *restrict gates, const CoReal *restrict cell,
                      const CoReal *restrict before, const CoReal *restrict dy, CoReal *restrict carry_h,
                      CoReal *restrict carry_c, CoReal *restrict d) {
  for (size_t j = 0; j < hidden; j++) {
    const CoReal i = gates[j], f = gates[hidden + j], g = gates[2 * hidden + j], o = gates[3 * hidden + j];
    const CoReal squashed = cell[hidden + j], dh = dy[j] + carry_h[j];
    const CoReal dc = carry_c[j] + dh * o * (1 - squashed * squashed);
    d[j] = dc * g * slope(i, hard);
    d[hidden + j] = dc * before[j] * slope(f, hard);
    d[2 * hidden + j] = dc * i * (1 - g * g);
    d[3 * hidden + j] = dh * squashed * slope(o, hard);
    carry_c[j] = dc * f;
    carry_h[j] = 0;
  }
}

static void run(CoTape *t, const CoUnrolled *u, const CoCell *cell, CoReal *gates, CoReal *cells, CoReal *h) {
  const size_t hidden = (size_t)u->hidden;
  CoReal *bias = co_tape_memory(t, 4 * hidden);
  for (size_t j = 0; j < 4 * hidden; j++) bias[j] = cell->b_ih->data[j] + cell->b_hh->data[j];
  CoReal *products = co_tape_memory(t, (size_t)u->packed.count[0] * 4 * hidden);
  const CoReal *before = u->h0, *before_c = u->c0;
  size_t stride = hidden; // of before_c
  for (int tick = 0; tick < u->packed.steps; tick++) {
    const size_t start = (size_t)u->packed.start[tick];
    const int count = u->packed.count[tick];
    co_gemm(false, false, count, 4 * u->hidden, u->hidden, 1, before, u->hidden, cell->w_hh->data, 4 * u->hidden, 0,
            products, 4 * u->hidden);
    for (size_t i = 0; i < (size_t)count; i++) {
      const size_t row = start + i;
      step(hidden, u->hard, bias, products + i * 4 * hidden, before_c + i * stride, gates + row * 4 * hidden,
           cells + row * 2 * hidden, h + row * hidden);
    }
    before = h + start * hidden;
    before_c = cells + start * 2 * hidden;
    stride = 2 * hidden;
  }
}

// Column block `part` of the state [n][2 hidden], or zeros.
static CoReal *half(CoTape *t, const CoVar *state0, int part, int rows, int hidden) {
  const size_t wide = (size_t)hidden;
  CoReal *out = co_tape_zeros(t, (size_t)rows * wide);
  for (size_t i = 0; i < (size_t)rows && state0; i++)
    memcpy(out + i * wide, state0->data + (2 * i + (size_t)part) * wide, wide * sizeof(CoReal));
  return out;
}

CoVar *co_lstm_run(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x, CoVar *state0, CoReal **cells) {
  const int hidden = cell->w_hh->rows, rows = packed->start[packed->steps], wide = 4 * hidden;
  assert(x->rows == rows && cell->w_ih->rows == x->cols && cell->w_ih->cols == wide && cell->w_hh->cols == wide);
  assert(cell->b_ih->cols == wide && cell->b_hh->cols == wide);
  assert(!state0 || (state0->rows == packed->count[0] && state0->cols == 2 * hidden));
  CoVar *inputs[] = {x, cell->w_ih, cell->w_hh, cell->b_ih, cell->b_hh, state0};
  CoVar *y = co_node_of(t, co_op_lstm, rows, hidden, inputs, state0 ? 6 : 5);
  CoReal *gates = co_tape_memory(t, (size_t)rows * (size_t)wide);
  *cells = co_tape_memory(t, (size_t)rows * 2 * (size_t)hidden);
  co_gemm(false, false, rows, wide, x->cols, 1, x->data, x->cols, cell->w_ih->data, wide, 0, gates, wide);
  const CoUnrolled u = {.packed = *packed,
                        .hidden = hidden,
                        .in = x->cols,
                        .rows = rows,
                        .gates = gates,
                        .cells = *cells,
                        .hard = cell->hard,
                        .h0 = half(t, state0, 0, packed->count[0], hidden),
                        .c0 = half(t, state0, 1, packed->count[0], hidden)};
  run(t, &u, cell, gates, *cells, y->data);
  co_note(t, y, &u, sizeof u);
  return y;
}

CoVar *co_lstm(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x, CoVar *state0) {
  CoReal *cells;
  return co_lstm_run(t, cell, packed, x, state0, &cells);
}

typedef struct Carry {
  CoReal *h, *c; // [count[0]][hidden]
} Carry;

// Fills d [rows][4 hidden]; the carries, zeros before, end as the gradients of h0 and c0.
static void run_back(const CoUnrolled *u, const CoVar *w_hh, const CoReal *before_c, const CoReal *dy, Carry carry,
                     CoReal *d) {
  const size_t hidden = (size_t)u->hidden;
  for (int tick = u->packed.steps - 1; tick >= 0; tick--) {
    const size_t start = (size_t)u->packed.start[tick];
    const int count = u->packed.count[tick];
    for (size_t i = 0; i < (size_t)count; i++) {
      const size_t row = start + i;
      step_back(hidden, u->hard, u->gates + row * 4 * hidden, u->cells + row * 2 * hidden, before_c + row * hidden,
                dy + row * hidden, carry.h + i * hidden, carry.c + i * hidden, d + row * 4 * hidden);
    }
    co_gemm(false, true, count, u->hidden, 4 * u->hidden, 1, d + start * 4 * hidden, 4 * u->hidden, w_hh->data,
            4 * u->hidden, 0, carry.h, u->hidden);
  }
}

static CoVar *state_back(CoTape *t, const CoUnrolled *u, Carry carry) {
  CoVar *h = co_constant(t, u->packed.count[0], u->hidden, carry.h);
  CoVar *c = co_constant(t, u->packed.count[0], u->hidden, carry.c);
  return co_concat(t, (CoVar *[]){h, c}, 2);
}

static CoVar *sums(CoTape *t, const CoUnrolled *u, const CoReal *d) {
  CoVar *sum = co_empty(t, 1, 4 * u->hidden);
  co_column_sums((size_t)u->rows, (size_t)sum->cols, d, sum->data);
  return sum;
}

void co_back_lstm(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  const CoUnrolled *u = b->y->extra;
  const size_t hidden = (size_t)u->hidden, states = (size_t)u->packed.count[0] * hidden;
  const int wide = 4 * u->hidden;
  CoReal *c = co_tape_memory(t, (size_t)u->rows * hidden), *d = co_tape_memory(t, (size_t)u->rows * 4 * hidden);
  for (size_t row = 0; row < (size_t)u->rows; row++)
    memcpy(c + row * hidden, u->cells + row * 2 * hidden, hidden * sizeof(CoReal));
  const Carry carry = {co_tape_zeros(t, states), co_tape_zeros(t, states)};
  run_back(u, in[2], co_before(t, u, c, u->c0), b->dy->data, carry, d);
  CoVar *gradient = co_constant(t, u->rows, wide, d);
  CO_PASS(b, 0, co_matmul_nt(t, gradient, in[1]));
  CO_PASS(b, 1, co_matmul_tn(t, in[0], gradient));
  CO_PASS(b, 2, co_matmul_tn(t, co_constant(t, u->rows, u->hidden, co_before(t, u, b->y->data, u->h0)), gradient));
  if (co_needs(b, 3) || co_needs(b, 4)) {
    CoVar *sum = sums(t, u, d);
    CO_PASS(b, 3, sum);
    CO_PASS(b, 4, sum);
  }
  if (b->y->inputs_count == 6) CO_PASS(b, 5, state_back(t, u, carry));
}

CoVar *co_lstm_cell(CoTape *t, const CoCell *cell, CoVar *x, CoVar *state) {
  const int hidden = cell->w_hh->rows;
  if (!t->recording) {
    const CoPacked packed = co_one_tick(t, x->rows);
    CoReal *cells;
    CoVar *h = co_lstm_run(t, cell, &packed, x, state, &cells);
    return co_concat(t, (CoVar *[]){h, co_slice(t, co_constant(t, x->rows, 2 * hidden, cells), 0, hidden)}, 2);
  }
  CoVar *h = co_slice(t, state, 0, hidden), *c = co_slice(t, state, hidden, hidden);
  CoVar *gates = co_add(t, co_linear(t, x, cell->w_ih, cell->b_ih), co_linear(t, h, cell->w_hh, cell->b_hh));
  CoVar *(*const act)(CoTape *, CoVar *) = cell->hard ? co_hard_sigmoid : co_sigmoid_of;
  CoVar *input = act(t, co_slice(t, gates, 0, hidden)), *forget = act(t, co_slice(t, gates, hidden, hidden));
  CoVar *new = co_tanh_of(t, co_slice(t, gates, 2 * hidden, hidden));
  CoVar *out = act(t, co_slice(t, gates, 3 * hidden, hidden));
  CoVar *after = co_add(t, co_mul(t, forget, c), co_mul(t, input, new));
  return co_concat(t, (CoVar *[]){co_mul(t, out, co_tanh_of(t, after)), after}, 2);
}
