// The fused recurrent layers against their cells, which are made of single operations, on sequences of many lengths.
#include <math.h>

#include "cohort/rng.h"
#include "cohort/sequence.h"
#include "suite.h"

enum { IN = 7, HIDDEN = 19, STEPS = 9, SEQUENCES = 6 };

static const int counts[STEPS] = {6, 6, 5, 5, 5, 3, 1, 1, 1};
static int starts[STEPS + 1];

static CoPacked packed(void) {
  for (int i = 0; i < STEPS; i++) starts[i + 1] = starts[i] + counts[i];
  return (CoPacked){.steps = STEPS, .count = counts, .start = starts};
}

static CoVar *leaf(CoTape *tape, CoRng *rng, int rows, int cols, double size) {
  CoReal *data = co_tape_memory(tape, (size_t)(rows * cols));
  for (int i = 0; i < rows * cols; i++) data[i] = (CoReal)(size * co_rng_normal(rng));
  return co_leaf(tape, rows, cols, data);
}

typedef struct Setting {
  CoVar *in[6]; // x, w_ih, w_hh, b_ih, b_hh, state
  CoCell cell;
  int gates;
} Setting;

static Setting setting(CoTape *tape, int gates, bool hard) {
  CoRng rng = co_rng(3, "sequence", (uint64_t)gates);
  const int wide = gates * HIDDEN;
  Setting s = {.gates = gates};
  s.in[0] = leaf(tape, &rng, packed().start[STEPS], IN, 1);
  s.in[1] = leaf(tape, &rng, IN, wide, 0.5);
  s.in[2] = leaf(tape, &rng, HIDDEN, wide, 0.3);
  s.in[3] = leaf(tape, &rng, 1, wide, 0.3);
  s.in[4] = leaf(tape, &rng, 1, wide, 0.3);
  s.in[5] = leaf(tape, &rng, SEQUENCES, gates == 4 ? 2 * HIDDEN : HIDDEN, 1);
  s.cell = (CoCell){s.in[1], s.in[2], s.in[3], s.in[4], hard};
  return s;
}

// Tick by tick through the cell, the outputs stacked as the packed form has them.
static CoVar *ticks(CoTape *tape, const Setting *s, CoVar *state) {
  CoVar *outputs[STEPS];
  for (int i = 0; i < STEPS; i++) {
    CoVar *x = co_rows(tape, s->in[0], starts[i], counts[i]), *before = co_rows(tape, state, 0, counts[i]);
    state = (s->gates == 4 ? co_lstm_cell : co_gru_cell)(tape, &s->cell, x, before);
    outputs[i] = s->gates == 4 ? co_slice(tape, state, 0, HIDDEN) : state;
  }
  return co_stack(tape, outputs, STEPS);
}

static void compare(const CoVar *a, const CoVar *b, double limit) {
  ck_assert(a->rows == b->rows && a->cols == b->cols);
  for (int i = 0; i < a->rows * a->cols; i++) {
    const double left = (double)a->data[i], right = (double)b->data[i];
    ck_assert_msg(fabs(left - right) <= limit * fmax(1, fabs(right)), "number %d is %g, not %g", i, left, right);
  }
}

static void check(int gates, bool hard, bool first) {
  CoTape *tape = co_tape_create((size_t)1 << 26, NULL);
  Setting s = setting(tape, gates, hard);
  const CoPacked p = packed();
  CoVar *zeros = co_fill(tape, SEQUENCES, s.in[5]->cols, 0), *fused[6], *single[6];
  CoVar *a = (gates == 4 ? co_lstm : co_gru)(tape, &s.cell, &p, s.in[0], first ? s.in[5] : NULL);
  CoVar *b = ticks(tape, &s, first ? s.in[5] : zeros);
  compare(a, b, 2e-6);
  const int wrt = first ? 6 : 5;
  ck_assert(co_grad(tape, co_square(tape, a), s.in, wrt, false, fused, NULL));
  ck_assert(co_grad(tape, co_square(tape, b), s.in, wrt, false, single, NULL));
  for (int i = 0; i < wrt; i++) compare(fused[i], single[i], 2e-5);
  // Gradients one by one are the same bits as together, and the numbers kept for them serve again.
  for (int i = 0; i < wrt; i++) {
    CoVar *alone;
    ck_assert(co_grad(tape, co_square(tape, a), &s.in[i], 1, false, &alone, NULL));
    compare(alone, fused[i], 0);
  }
  co_tape_destroy(tape);
}

START_TEST(gru) {
  check(3, false, true);
  check(3, false, false);
}
END_TEST

START_TEST(lstm) {
  check(4, false, true);
  check(4, true, true);
  check(4, false, false);
}
END_TEST

// Acting (nothing recorded) and learning go different ways to the same numbers.
START_TEST(cells_with_and_without_recording) {
  CoTape *tape = co_tape_create((size_t)1 << 26, NULL);
  for (int gates = 3; gates <= 4; gates++) {
    Setting s = setting(tape, gates, gates == 4);
    CoVar *x = co_rows(tape, s.in[0], 0, SEQUENCES);
    CoVar *(*const cell)(CoTape *, const CoCell *, CoVar *, CoVar *) = gates == 4 ? co_lstm_cell : co_gru_cell;
    CoVar *recorded = cell(tape, &s.cell, x, s.in[5]);
    co_tape_record(tape, false);
    compare(cell(tape, &s.cell, x, s.in[5]), recorded, 2e-6);
    co_tape_record(tape, true);
  }
  co_tape_destroy(tape);
}
END_TEST

// One unit, all weights 0 but for the biases: r = z = 1/2, n = tanh(1 + 1/2 * 2), h = n / 2 + h / 2.
START_TEST(gru_by_hand) {
  CoTape *tape = co_tape_create((size_t)1 << 20, NULL);
  const CoReal zeros[3] = {0}, b_ih[] = {0, 0, 1}, b_hh[] = {0, 0, 2}, h0 = 4;
  const CoCell cell = {co_constant(tape, 1, 3, zeros), co_constant(tape, 1, 3, zeros), co_constant(tape, 1, 3, b_ih),
                       co_constant(tape, 1, 3, b_hh), false};
  const int count[] = {1, 1}, start[] = {0, 1, 2};
  const CoPacked p = {2, count, start};
  const CoVar *h = co_gru(tape, &cell, &p, co_fill(tape, 2, 1, 0), co_constant(tape, 1, 1, &h0));
  const double n = tanh(2);
  ck_assert_double_eq_tol((double)h->data[0], n / 2 + 2, 1e-6);
  ck_assert_double_eq_tol((double)h->data[1], n / 2 + n / 4 + 1, 1e-6);
  co_tape_destroy(tape);
}
END_TEST

CO_TESTS(gru, lstm, cells_with_and_without_recording, gru_by_hand)
