// What operations are made of: the table of them all, and the tools that their files share. Private to nn.
#ifndef COHORT_NN_OP_H
#define COHORT_NN_OP_H

#include <assert.h>
#include <string.h>

#include "cohort/arena.h"
#include "cohort/ops.h"

// One row an operation: its name, and whether it can be differentiated twice. The function that passes its gradient on
// is co_back_NAME. Twice: that function uses operations of the tape only, so the gradient has a graph of its own
// whenever recording is on. Once: it computes numbers.
#define CO_OPS(X)                                                                                                      \
  X(matmul, true)                                                                                                      \
  X(matmul_nt, true)                                                                                                   \
  X(matmul_tn, true)                                                                                                   \
  X(linear, true)                                                                                                      \
  X(linear_relu, true)                                                                                                 \
  X(linear_tanh, true)                                                                                                 \
  X(matmul_rows, true)                                                                                                 \
  X(matmul_rows_t, true)                                                                                               \
  X(outer_rows, true)                                                                                                  \
  X(batch_matmul, true)                                                                                                \
  X(batch_matmul_nt, true)                                                                                             \
  X(batch_matmul_tn, true)                                                                                             \
  X(add, true)                                                                                                         \
  X(sub, true)                                                                                                         \
  X(mul, true)                                                                                                         \
  X(div, true)                                                                                                         \
  X(minimum, true)                                                                                                     \
  X(maximum, true)                                                                                                     \
  X(add_row, true)                                                                                                     \
  X(mul_row, true)                                                                                                     \
  X(add_col, true)                                                                                                     \
  X(mul_col, true)                                                                                                     \
  X(affine, true)                                                                                                      \
  X(gate, true)                                                                                                        \
  X(relu, true)                                                                                                        \
  X(leaky_relu, true)                                                                                                  \
  X(abs, true)                                                                                                         \
  X(clip, true)                                                                                                        \
  X(hard_sigmoid, true)                                                                                                \
  X(elu, true)                                                                                                         \
  X(tanh, true)                                                                                                        \
  X(tanh_slope, true)                                                                                                  \
  X(sigmoid, true)                                                                                                     \
  X(sigmoid_slope, true)                                                                                               \
  X(softplus, true)                                                                                                    \
  X(exp, true)                                                                                                         \
  X(log, true)                                                                                                         \
  X(square, true)                                                                                                      \
  X(sqrt, true)                                                                                                        \
  X(huber, true)                                                                                                       \
  X(softmax, true)                                                                                                     \
  X(log_softmax, true)                                                                                                 \
  X(keep, true)                                                                                                        \
  X(gather, true)                                                                                                      \
  X(scatter, true)                                                                                                     \
  X(pick, true)                                                                                                        \
  X(unpick, true)                                                                                                      \
  X(concat, true)                                                                                                      \
  X(stack, true)                                                                                                       \
  X(slice, true)                                                                                                       \
  X(rows, true)                                                                                                        \
  X(place, true)                                                                                                       \
  X(reshape, true)                                                                                                     \
  X(transpose, true)                                                                                                   \
  X(sum_all, true)                                                                                                     \
  X(sum_rows, true)                                                                                                    \
  X(sum_cols, true)                                                                                                    \
  X(broadcast, true)                                                                                                   \
  X(conv, false)                                                                                                       \
  X(attention, false)                                                                                                  \
  X(gru, false)                                                                                                        \
  X(lstm, false)

typedef struct CoBack CoBack;

typedef struct CoOp {
  const char *name;
  bool twice;
  void (*backward)(CoTape *t, CoBack *b);
} CoOp;

#define X(name, twice) co_op_##name,
typedef enum CoOpId { CO_OPS(X) CO_OPS_COUNT } CoOpId;
#undef X

#define X(name, twice) void co_back_##name(CoTape *t, CoBack *b);
CO_OPS(X)
#undef X

extern const CoOp co_ops[CO_OPS_COUNT];

struct CoTape {
  CoArena *arena;
  CoArena *index;
  CoVar **vars; // [count]: the tracked variables by number, in `index`
  int count;
  bool recording;
};

// Variables. What comes of untracked inputs, or while nothing is recorded, is a constant without inputs.
CoVar *co_node_at(CoTape *t, CoOpId op, int rows, int cols, CoReal *data, CoVar *const *inputs, int count);
CoVar *co_node_of(CoTape *t, CoOpId op, int rows, int cols, CoVar *const *inputs, int count);
#define CO_NODE(t, op, rows, cols, ...)                                                                                \
  co_node_of(t, op, rows, cols, (CoVar *[]){__VA_ARGS__}, (int)(sizeof((CoVar *[]){__VA_ARGS__}) / sizeof(CoVar *)))
void co_note(CoTape *t, CoVar *y, const void *notes, size_t bytes); // kept in y->extra when y is tracked
CoReal *co_tape_zeros(CoTape *t, size_t count);
CoVar *co_empty(CoTape *t, int rows, int cols); // a constant with numbers yet to be written

void co_column_sums(size_t rows, size_t cols, const CoReal *x, CoReal *sums); // x [rows][cols], sums [cols]

static inline size_t co_size(const CoVar *x) {
  return (size_t)x->rows * (size_t)x->cols;
}
static inline bool co_same_shape(const CoVar *a, const CoVar *b) {
  return a->rows == b->rows && a->cols == b->cols;
}

// Backwards through one variable: y is it and dy the gradient that reached it.
typedef struct CoSlot {
  CoVar *gradient; // NULL until something arrives
  bool wanted;     // lies on the way to what is differentiated for
  bool passes;     // and has inputs that do
  bool own;        // the gradient's numbers belong to this slot: they may be added to
} CoSlot;

struct CoBack {
  CoVar *y, *dy;
  CoTape *tape;
  CoSlot *slots; // of the variables from number `low` on
  int low;
  bool twice;
};

bool co_needs(const CoBack *b, int input);
void co_accumulate(CoBack *b, int input, CoVar *gradient);
// Adds dy as a block at (row, col) of the input's gradient, without a matrix of zeros around it where that can be.
void co_accumulate_block(CoBack *b, int input, int row, int col);
// Forms the gradient of an input and adds it, when it is needed.
#define CO_PASS(b, input, gradient)                                                                                    \
  do {                                                                                                                 \
    if (co_needs(b, input)) co_accumulate(b, input, gradient);                                                         \
  } while (0)

// Operations that only gradients need.
typedef struct CoGate {
  CoReal low, high, below, inside, above; // the slope below `low`, above `high`, and from one to the other
} CoGate;
CoVar *co_gate(CoTape *t, CoVar *dy, CoVar *x, CoGate gate);     // dy times the slope at x
CoVar *co_tanh_slope(CoTape *t, CoVar *dy, CoVar *y);            // dy (1 - y^2)
CoVar *co_sigmoid_slope(CoTape *t, CoVar *dy, CoVar *y);         // dy y (1 - y)
CoVar *co_keep(CoTape *t, CoVar *x, const uint8_t *mask);        // x where mask[rows][cols] is 1, else 0; NULL: x
CoVar *co_matmul_rows_t(CoTape *t, CoVar *d, CoVar *w);          // d[r][m], w[r][n * m] -> [r][n]
CoVar *co_outer_rows(CoTape *t, CoVar *x, CoVar *d);             // x[r][n], d[r][m] -> [r][n * m]
CoVar *co_unpick(CoTape *t, CoVar *d, const int *col, int cols); // [rows][1] -> [rows][cols], zero elsewhere
CoVar *co_broadcast(CoTape *t, CoVar *x, int rows, int cols);    // [1][1], [rows][1] or [1][cols] -> [rows][cols]
CoVar *co_place(CoTape *t, CoVar *x, int row, int col, int rows, int cols); // a block in zeros

#endif
