// Functions of one number, applied to every element.
#include <tgmath.h>

#include "cohort/kernels.h"
#include "op.h"

static CoVar *like(CoTape *t, CoOpId op, CoVar *x) {
  return CO_NODE(t, op, x->rows, x->cols, x);
}

// out[i] = expression in the element p.
#define EACH(x, y, expression)                                                                                         \
  do {                                                                                                                 \
    const CoReal *restrict in_ = (x)->data;                                                                            \
    CoReal *restrict out_ = (y)->data;                                                                                 \
    for (size_t i_ = 0; i_ < co_size(y); i_++) {                                                                       \
      const CoReal p = in_[i_];                                                                                        \
      out_[i_] = (expression);                                                                                         \
    }                                                                                                                  \
  } while (0)

typedef struct Affine {
  CoReal scale, shift;
} Affine;

CoVar *co_affine(CoTape *t, CoVar *x, CoReal scale, CoReal shift) {
  CoVar *y = like(t, co_op_affine, x);
  EACH(x, y, scale * p + shift);
  co_note(t, y, &(Affine){scale, shift}, sizeof(Affine));
  return y;
}

void co_back_affine(CoTape *t, CoBack *b) {
  const Affine *notes = b->y->extra;
  CO_PASS(b, 0, co_affine(t, b->dy, notes->scale, 0));
}

// Functions made of straight pieces note their slopes; the gradient is a gate, whose own gradient is the same gate.
CoVar *co_gate(CoTape *t, CoVar *dy, CoVar *x, CoGate gate) {
  assert(co_same_shape(dy, x));
  CoVar *y = CO_NODE(t, co_op_gate, x->rows, x->cols, dy, x);
  const CoReal *restrict in = dy->data, *restrict at = x->data;
  CoReal *restrict out = y->data;
  for (size_t i = 0; i < co_size(y); i++)
    out[i] = in[i] * (at[i] < gate.low ? gate.below : at[i] > gate.high ? gate.above : gate.inside);
  co_note(t, y, &gate, sizeof gate);
  return y;
}

void co_back_gate(CoTape *t, CoBack *b) {
  const CoGate *gate = b->y->extra;
  CO_PASS(b, 0, co_gate(t, b->dy, b->y->inputs[1], *gate));
}

static void straight(CoTape *t, CoBack *b) {
  const CoGate *gate = b->y->extra;
  CO_PASS(b, 0, co_gate(t, b->dy, b->y->inputs[0], *gate));
}

void co_back_relu(CoTape *t, CoBack *b) {
  straight(t, b);
}
void co_back_leaky_relu(CoTape *t, CoBack *b) {
  straight(t, b);
}
void co_back_abs(CoTape *t, CoBack *b) {
  straight(t, b);
}
void co_back_clip(CoTape *t, CoBack *b) {
  straight(t, b);
}
void co_back_hard_sigmoid(CoTape *t, CoBack *b) {
  straight(t, b);
}

CoVar *co_relu(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_relu, x);
  EACH(x, y, p > 0 ? p : 0);
  co_note(t, y, &(CoGate){.above = 1}, sizeof(CoGate));
  return y;
}

CoVar *co_leaky_relu(CoTape *t, CoVar *x, CoReal slope) {
  CoVar *y = like(t, co_op_leaky_relu, x);
  EACH(x, y, p > 0 ? p : slope * p);
  co_note(t, y, &(CoGate){.below = slope, .inside = slope, .above = 1}, sizeof(CoGate));
  return y;
}

CoVar *co_abs_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_abs, x);
  EACH(x, y, fabs(p));
  co_note(t, y, &(CoGate){.below = -1, .above = 1}, sizeof(CoGate));
  return y;
}

CoVar *co_clip(CoTape *t, CoVar *x, CoReal low, CoReal high) {
  CoVar *y = like(t, co_op_clip, x);
  EACH(x, y, p < low ? low : p > high ? high : p);
  co_note(t, y, &(CoGate){.low = low, .high = high, .inside = 1}, sizeof(CoGate));
  return y;
}

CoVar *co_hard_sigmoid(CoTape *t, CoVar *x) {
  const CoReal slope = (CoReal)0.2, half = (CoReal)0.5;
  CoVar *y = like(t, co_op_hard_sigmoid, x);
  EACH(x, y, p < (CoReal)-2.5 ? 0 : p > (CoReal)2.5 ? 1 : slope * p + half);
  co_note(t, y, &(CoGate){.low = (CoReal)-2.5, .high = (CoReal)2.5, .inside = slope}, sizeof(CoGate));
  return y;
}

// exp(x) - 1 below zero, where the slope is exp(x).
CoVar *co_elu(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_elu, x);
  EACH(x, y, p < 0 ? p : 0);
  co_exp_many(co_size(y), y->data, y->data);
  const CoReal *restrict in = x->data;
  CoReal *restrict out = y->data;
  for (size_t i = 0; i < co_size(y); i++) out[i] = in[i] > 0 ? in[i] : out[i] - 1;
  return y;
}

void co_back_elu(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_mul(t, b->dy, co_exp_of(t, co_clip(t, b->y->inputs[0], (CoReal)-INFINITY, 0))));
}

// Hendrycks and Gimpel, arXiv 1606.08415: x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
CoVar *co_gelu(CoTape *t, CoVar *x) {
  const CoReal root = (CoReal)0.79788456080286535588;
  CoVar *inner = co_mul(t, x, co_affine(t, co_square(t, x), root * (CoReal)0.044715, root));
  return co_mul(t, x, co_affine(t, co_tanh_of(t, inner), (CoReal)0.5, (CoReal)0.5));
}

CoVar *co_tanh_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_tanh, x);
  co_tanh_many(co_size(y), x->data, y->data);
  return y;
}

void co_back_tanh(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_tanh_slope(t, b->dy, b->y));
}

CoVar *co_sigmoid_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_sigmoid, x);
  co_sigmoid_many(co_size(y), x->data, y->data);
  return y;
}

void co_back_sigmoid(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_sigmoid_slope(t, b->dy, b->y));
}

// max(x, 0) + log(1 + e) with e = exp(-|x|). The logarithm's loss for small e cancels in log(u) e / (u - 1), u = 1 + e
// (Kahan).
CoVar *co_softplus(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_softplus, x);
  const size_t n = co_size(y);
  CoReal *small = co_tape_memory(t, n);
  for (size_t i = 0; i < n; i++) small[i] = -fabs(x->data[i]);
  co_exp_many(n, small, small);
  EACH(&(CoVar){.data = small}, y, 1 + p);
  co_log_many(n, y->data, y->data);
  const CoReal *restrict in = x->data, *restrict e = small;
  CoReal *restrict out = y->data;
  for (size_t i = 0; i < n; i++) {
    const CoReal u = 1 + e[i], tail = u == 1 ? e[i] : out[i] * e[i] / (u - 1);
    out[i] = (in[i] > 0 ? in[i] : 0) + tail;
  }
  return y;
}

void co_back_softplus(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_mul(t, b->dy, co_sigmoid_of(t, b->y->inputs[0])));
}

CoVar *co_exp_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_exp, x);
  co_exp_many(co_size(y), x->data, y->data);
  return y;
}

void co_back_exp(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_mul(t, b->dy, b->y));
}

CoVar *co_log_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_log, x);
  co_log_many(co_size(y), x->data, y->data);
  return y;
}

void co_back_log(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_div(t, b->dy, b->y->inputs[0]));
}

CoVar *co_square(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_square, x);
  EACH(x, y, p * p);
  return y;
}

void co_back_square(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_affine(t, co_mul(t, b->dy, b->y->inputs[0]), 2, 0));
}

CoVar *co_sqrt_of(CoTape *t, CoVar *x) {
  CoVar *y = like(t, co_op_sqrt, x);
  EACH(x, y, sqrt(p));
  return y;
}

void co_back_sqrt(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_affine(t, co_div(t, b->dy, b->y), (CoReal)0.5, 0));
}

CoVar *co_stop(CoTape *t, CoVar *x) {
  return co_constant(t, x->rows, x->cols, x->data);
}

CoVar *co_squared(CoTape *t, CoVar *a, CoVar *b) {
  return co_square(t, co_sub(t, a, b));
}

CoVar *co_huber(CoTape *t, CoVar *a, CoVar *b, CoReal delta) {
  CoVar *x = co_sub(t, a, b), *y = like(t, co_op_huber, x);
  const CoReal half = (CoReal)0.5;
  EACH(x, y, fabs(p) <= delta ? half * p * p : delta * (fabs(p) - half * delta));
  co_note(t, y, &delta, sizeof delta);
  return y;
}

void co_back_huber(CoTape *t, CoBack *b) {
  const CoReal *delta = b->y->extra;
  CO_PASS(b, 0, co_mul(t, b->dy, co_clip(t, b->y->inputs[0], -*delta, *delta)));
}
