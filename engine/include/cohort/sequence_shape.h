// The shape of packed sequences: shared by the episode store, which makes them, and the tape, which runs over them.
#ifndef COHORT_SEQUENCE_SHAPE_H
#define COHORT_SEQUENCE_SHAPE_H

// Sequences of different lengths without padding, longest first, tick by tick: at tick t the first count[t] sequences
// are still there, their rows are start[t] .. start[t] + count[t] - 1, and start[steps] is the number of rows.
typedef struct CoPacked {
  int steps;        // the longest length
  const int *count; // [steps], not ascending
  const int *start; // [steps + 1]
} CoPacked;

#endif
