// Gradients: a mark forward from what is differentiated for, a sweep backward over what it touched.
#include "cohort/kernels.h"
#include "op.h"

static CoSlot *slot(const CoBack *b, const CoVar *var) {
  return var->tracked && var->number >= b->low ? &b->slots[var->number - b->low] : NULL;
}

bool co_needs(const CoBack *b, int input) {
  const CoSlot *to = slot(b, b->y->inputs[input]);
  return to && to->wanted;
}

// The first gradient to arrive is adopted as it is: it may be shared. The second makes a sum of our own, to which
// further ones are added in place.
void co_accumulate(CoBack *b, int input, CoVar *gradient) {
  assert(co_same_shape(gradient, b->y->inputs[input]));
  CoSlot *to = slot(b, b->y->inputs[input]);
  if (to->own) {
    co_axpy(co_size(gradient), 1, gradient->data, to->gradient->data);
    return;
  }
  to->own = to->gradient && !b->twice;
  to->gradient = to->gradient ? co_add(b->tape, to->gradient, gradient) : gradient;
}

static void own(CoBack *b, CoSlot *to, const CoVar *shape) {
  if (to->own) return;
  CoVar *sum = co_empty(b->tape, shape->rows, shape->cols);
  if (to->gradient)
    memcpy(sum->data, to->gradient->data, co_size(sum) * sizeof(CoReal));
  else
    memset(sum->data, 0, co_size(sum) * sizeof(CoReal));
  to->gradient = sum;
  to->own = true;
}

void co_accumulate_block(CoBack *b, int input, int row, int col) {
  if (!co_needs(b, input)) return;
  CoVar *x = b->y->inputs[input], *dy = b->dy;
  if (b->twice) {
    co_accumulate(b, input, co_place(b->tape, dy, row, col, x->rows, x->cols));
    return;
  }
  CoSlot *to = slot(b, x);
  own(b, to, x);
  for (int i = 0; i < dy->rows; i++) {
    CoReal *at = to->gradient->data + (size_t)(row + i) * (size_t)x->cols + col;
    co_axpy((size_t)dy->cols, 1, dy->data + (size_t)i * (size_t)dy->cols, at);
  }
}

// The lowest number that is differentiated for; past the end when none is on the tape.
static int lowest(const CoTape *tape, CoVar *const *wrt, int count) {
  int low = tape->count;
  for (int i = 0; i < count; i++)
    if (wrt[i]->tracked && wrt[i]->number < low) low = wrt[i]->number;
  return low;
}

static void mark(CoBack *b, int high, CoVar *const *wrt, int count) {
  assert(b->slots);
  assert(b->slots);
  for (int i = 0; i < count; i++) {
    CoSlot *to = slot(b, wrt[i]);
    if (to && wrt[i]->number <= high) to->wanted = true;
  }
  for (int number = b->low; number <= high; number++) {
    CoSlot *at = &b->slots[number - b->low];
    b->y = b->tape->vars[number];
    for (int i = 0; i < b->y->inputs_count && !at->passes; i++) at->passes = co_needs(b, i);
    at->wanted = at->wanted || at->passes;
  }
}

static bool sweep(CoBack *b, int high, CoError *error) {
  for (int number = high; number >= b->low; number--) {
    const CoSlot *at = &b->slots[number - b->low];
    if (!at->passes || !at->gradient) continue;
    b->y = b->tape->vars[number];
    b->dy = at->gradient;
    if (b->twice && !b->y->op->twice)
      return co_fail(error, "the operation %s can be differentiated only once", b->y->op->name);
    b->y->op->backward(b->tape, b);
  }
  return true;
}

static CoVar *result(const CoBack *b, int high, const CoVar *var) {
  const CoSlot *at = var->number <= high ? slot(b, var) : NULL;
  return at && at->gradient ? at->gradient : co_fill(b->tape, var->rows, var->cols, 0);
}

bool co_grad_seeded(CoTape *tape, CoVar *of, CoVar *seed, CoVar *const *wrt, int count, bool twice, CoVar **grads,
                    CoError *error) {
  assert(co_same_shape(of, seed));
  const int low = lowest(tape, wrt, count), high = of->tracked ? of->number : -1;
  CoBack b = {.tape = tape, .low = low, .twice = twice};
  const bool recording = co_tape_record(tape, twice);
  bool fine = true;
  if (low <= high) {
    b.slots = co_arena_zeros(tape->arena, (size_t)(high - low + 1) * sizeof *b.slots);
    mark(&b, high, wrt, count);
    b.slots[high - low].gradient = b.slots[high - low].wanted ? seed : NULL;
    fine = sweep(&b, high, error);
  }
  for (int i = 0; i < count && fine; i++) grads[i] = result(&b, high, wrt[i]);
  co_tape_record(tape, recording);
  return fine;
}

bool co_grad(CoTape *tape, CoVar *of, CoVar *const *wrt, int count, bool twice, CoVar **grads, CoError *error) {
  return co_grad_seeded(tape, of, co_fill(tape, of->rows, of->cols, 1), wrt, count, twice, grads, error);
}
