// What the unrolled GRU and LSTM share. Private to nn.
#ifndef COHORT_NN_RECURRENT_H
#define COHORT_NN_RECURRENT_H

#include "cohort/sequence.h"
#include "op.h"

typedef struct CoUnrolled {
  CoPacked packed; // its arrays are borrowed
  int hidden, in, rows;
  const CoReal *gates;   // [rows][4 hidden]
  const CoReal *cells;   // LSTM: [rows][2 hidden]: c, tanh(c)
  const CoReal *h0, *c0; // [count[0]][hidden]
  bool hard;             // LSTM: Keras's hard sigmoid
} CoUnrolled;

// The input of the layer at each row: the rows of `values` [rows][hidden] a tick earlier, `first` at the first tick.
CoReal *co_before(CoTape *t, const CoUnrolled *u, const CoReal *values, const CoReal *first);

// A cell as an unrolled layer of one tick over `rows` sequences, in the tape's memory.
CoPacked co_one_tick(CoTape *t, int rows);

// The LSTM's numbers, with the cells [rows][2 hidden] that its output leaves out.
CoVar *co_lstm_run(CoTape *t, const CoCell *cell, const CoPacked *packed, CoVar *x, CoVar *state0, CoReal **cells);

#endif
