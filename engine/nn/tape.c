// The tape: variables in an arena, in the order they were made.
#include <stdlib.h>

#include "op.h"

// Pointers are added so many at a time: what fills whole boundaries lies side by side in an arena, as one array.
#define GROW (CO_ARENA_ALIGN / sizeof(CoVar *))

CoTape *co_tape_create(size_t capacity, CoError *error) {
  CoTape *tape = calloc(1, sizeof *tape);
  if (!tape) {
    co_fail(error, "no memory for a tape");
    return NULL;
  }
  // A variable takes at least one boundary of the arena, so this many pointers are always enough.
  const size_t index = (capacity / CO_ARENA_ALIGN + 2 * GROW) * sizeof(CoVar *);
  tape->arena = co_arena_create(capacity, error);
  tape->index = tape->arena ? co_arena_create(index, error) : NULL;
  if (!tape->index) {
    co_tape_destroy(tape);
    return NULL;
  }
  tape->vars = co_arena_alloc(tape->index, GROW * sizeof(CoVar *));
  tape->recording = true;
  return tape;
}

void co_tape_destroy(CoTape *tape) {
  if (!tape) return;
  co_arena_destroy(tape->arena);
  co_arena_destroy(tape->index);
  free(tape);
}

CoTapeMark co_tape_mark(const CoTape *tape) {
  return (CoTapeMark){.arena = co_arena_mark(tape->arena), .vars = tape->count};
}

void co_tape_rewind(CoTape *tape, CoTapeMark mark) {
  assert(mark.vars <= tape->count);
  co_arena_rewind(tape->arena, mark.arena);
  co_arena_rewind(tape->index, ((size_t)mark.vars / GROW + 1) * CO_ARENA_ALIGN);
  tape->count = mark.vars;
}

void co_tape_clear(CoTape *tape) {
  co_tape_rewind(tape, (CoTapeMark){0});
}

bool co_tape_record(CoTape *tape, bool on) {
  const bool before = tape->recording;
  tape->recording = on;
  return before;
}

CoReal *co_tape_memory(CoTape *tape, size_t count) {
  return co_arena_alloc(tape->arena, count * sizeof(CoReal));
}

void *co_tape_bytes(CoTape *tape, size_t bytes) {
  return co_arena_alloc(tape->arena, bytes);
}

CoReal *co_tape_zeros(CoTape *t, size_t count) {
  return co_arena_zeros(t->arena, count * sizeof(CoReal));
}

size_t co_tape_peak(const CoTape *tape) {
  return co_arena_peak(tape->arena);
}

static CoVar *make(CoTape *t, int rows, int cols, CoReal *data, int inputs) {
  assert(rows > 0 && cols > 0);
  CoVar *var = co_arena_alloc(t->arena, sizeof *var + (size_t)inputs * sizeof(CoVar *));
  *var = (CoVar){.rows = rows, .cols = cols, .data = data, .number = -1, .inputs_count = inputs};
  if (inputs) var->inputs = (CoVar **)(var + 1);
  return var;
}

static void track(CoTape *t, CoVar *var) {
  var->tracked = true;
  var->number = t->count;
  t->vars[t->count++] = var;
  if ((size_t)t->count % GROW == 0) co_arena_alloc(t->index, GROW * sizeof(CoVar *));
}

// Constants and leaves only ever read what they borrow.
static CoReal *borrow(const CoReal *data) {
  union {
    const CoReal *read;
    CoReal *write;
  } pointer = {data};
  return pointer.write;
}

CoVar *co_constant(CoTape *tape, int rows, int cols, const CoReal *data) {
  return make(tape, rows, cols, borrow(data), 0);
}

CoVar *co_leaf(CoTape *tape, int rows, int cols, const CoReal *data) {
  CoVar *var = make(tape, rows, cols, borrow(data), 0);
  track(tape, var);
  return var;
}

CoVar *co_empty(CoTape *t, int rows, int cols) {
  return make(t, rows, cols, co_tape_memory(t, (size_t)rows * (size_t)cols), 0);
}

CoVar *co_fill(CoTape *tape, int rows, int cols, CoReal value) {
  CoVar *var = co_empty(tape, rows, cols);
  for (size_t i = 0; i < co_size(var); i++) var->data[i] = value;
  return var;
}

CoReal co_item(const CoVar *var) {
  assert(var->rows == 1 && var->cols == 1);
  return var->data[0];
}

CoVar *co_node_at(CoTape *t, CoOpId op, int rows, int cols, CoReal *data, CoVar *const *inputs, int count) {
  bool tracked = false;
  for (int i = 0; i < count && t->recording; i++) tracked = tracked || inputs[i]->tracked;
  CoVar *var = make(t, rows, cols, data, tracked ? count : 0);
  if (tracked) {
    var->op = &co_ops[op];
    memcpy(var->inputs, inputs, (size_t)count * sizeof(CoVar *));
    track(t, var);
  }
  return var;
}

CoVar *co_node_of(CoTape *t, CoOpId op, int rows, int cols, CoVar *const *inputs, int count) {
  CoReal *data = co_tape_memory(t, (size_t)rows * (size_t)cols);
  return co_node_at(t, op, rows, cols, data, inputs, count);
}

void co_note(CoTape *t, CoVar *y, const void *notes, size_t bytes) {
  if (y->tracked) y->extra = memcpy(co_arena_alloc(t->arena, bytes), notes, bytes);
}
