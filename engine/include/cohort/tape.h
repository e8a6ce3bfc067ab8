// Reverse-mode differentiation: operations on matrices are noted on a tape, gradients are read off it backwards.
#ifndef COHORT_TAPE_H
#define COHORT_TAPE_H

#include <stddef.h>

#include "cohort/error.h"
#include "cohort/real.h"

// A matrix on a tape. Everything is a matrix: a batch of images is [batch][channels * height * width], a sequence is
// packed rows (sequence.h). It lives until the tape is rewound before it.
typedef struct CoVar CoVar;
struct CoVar {
  int rows, cols;
  CoReal *data;          // [rows][cols], row-major; read only for the user
  const struct CoOp *op; // how it came about; NULL for leaves and constants, and for what was not recorded
  CoVar **inputs;        // [inputs_count]
  int inputs_count;
  int number;   // position among the tracked ones on the tape, ascending; -1 when not tracked
  bool tracked; // gradients may flow to or through it
  void *extra;  // the operation's own notes
};

// One tape belongs to one thread at a time. Warm, it allocates nothing: its arena is rewound, not freed.
typedef struct CoTape CoTape;

// `capacity` bytes of address space are reserved (a shard of a large update uses some hundreds of megabytes of it).
CoTape *co_tape_create(size_t capacity, CoError *error);
void co_tape_destroy(CoTape *tape);

typedef struct CoTapeMark {
  size_t arena;
  int vars;
} CoTapeMark;
CoTapeMark co_tape_mark(const CoTape *tape);
void co_tape_rewind(CoTape *tape, CoTapeMark mark); // variables made after the mark are gone
void co_tape_clear(CoTape *tape);                   // all are gone
// With recording off, operations only compute: acting and target networks. Returns what it was.
bool co_tape_record(CoTape *tape, bool on);
CoReal *co_tape_memory(CoTape *tape, size_t count); // scratch numbers that live as long as a variable
void *co_tape_bytes(CoTape *tape, size_t bytes);    // the same for anything: indices, masks, lists of variables
size_t co_tape_peak(const CoTape *tape);            // bytes

// A constant borrows `data` [rows][cols] and has no gradient; a leaf borrows it and may be differentiated.
CoVar *co_constant(CoTape *tape, int rows, int cols, const CoReal *data);
CoVar *co_leaf(CoTape *tape, int rows, int cols, const CoReal *data);
CoVar *co_fill(CoTape *tape, int rows, int cols, CoReal value); // a constant of its own
CoReal co_item(const CoVar *var);                               // the number in a 1 x 1 matrix

// Gradients of the sum of `of`'s elements with respect to wrt[count]: grads[i] has the shape of wrt[i] (zeros where
// `of` does not depend on it). Only what lies between is computed: gradients with respect to inputs never form those of
// the weights. With `twice` the gradients are themselves on the tape and can be differentiated again; an operation
// on the way that does not allow it makes the call fail with a sentence that names it.
bool co_grad(CoTape *tape, CoVar *of, CoVar *const *wrt, int count, bool twice, CoVar **grads, CoError *error);

// The same with the output's own gradient given: seed has the shape of `of`.
bool co_grad_seeded(CoTape *tape, CoVar *of, CoVar *seed, CoVar *const *wrt, int count, bool twice, CoVar **grads,
                    CoError *error);

#endif
