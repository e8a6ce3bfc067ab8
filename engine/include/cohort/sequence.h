// Recurrent and attention layers over packed sequences of different lengths.
#ifndef COHORT_SEQUENCE_H
#define COHORT_SEQUENCE_H

#include "cohort/ops.h"
#include "cohort/sequence_shape.h"

// GRU as PyTorch defines it; gates lie r, z, n in w_ih [in][3 hidden], w_hh [hidden][3 hidden], b_ih and b_hh [1][3
// hidden]. LSTM likewise with gates i, f, g, o (4 hidden); with `hard` the gates use Keras's hard sigmoid. The unrolled
// forms are fused (1): input products as one GEMM, hidden ones tick by tick, vector gates. They borrow the arrays of
// `packed` as long as the result lives. The cells are made of operations that can be differentiated twice; while
// nothing is recorded they run as an unrolled layer of one tick.
typedef struct CoCell {
  CoVar *w_ih, *w_hh, *b_ih, *b_hh;
  bool hard;
} CoCell;

CoVar *co_gru_cell(CoTape *t, const CoCell *cell, CoVar *x, CoVar *h); // [n][in], [n][hidden] -> [n][hidden]
CoVar *co_gru(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x, CoVar *h0); // [rows][hidden]; (1)
// An LSTM's state is [n][2 hidden]: h, then c.
CoVar *co_lstm_cell(CoTape *t, const CoCell *cell, CoVar *x, CoVar *state); // -> [n][2 hidden]
CoVar *co_lstm(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x,
               CoVar *state0); // [rows][hidden] (h); (1)
// h0 and state0 may be NULL: zeros.

// Scaled dot-product attention of `heads` heads within groups of `group` consecutive rows: q, k, v [groups *
// group][width], legal[rows][group] or NULL says which keys a row may look at (a row
// that may look at none gets zeros). -> [rows][width]; (1)
CoVar *co_attention(CoTape *t, CoVar *q, CoVar *k, CoVar *v, int heads, int group, const uint8_t *legal);

#endif
