// Operations that only move numbers: rows and columns by index, blocks side by side, other shapes.
#include "op.h"

#define NARROW 8

static void copy(CoReal *to, const CoReal *from, size_t count) {
  memcpy(to, from, count * sizeof(CoReal));
}

static CoReal *row(const CoVar *x, int number) {
  return x->data + (size_t)number * (size_t)x->cols;
}

// Copies rows x[count][cols], `from` numbers apart, to others `to` apart; narrow ones a column at a time, since a call
// for every few numbers would cost more than they do.
static void copy_rows(CoReal *restrict y, size_t to, const CoReal *restrict x, size_t from, size_t count, size_t cols) {
  if (cols >= NARROW)
    for (size_t i = 0; i < count; i++) copy(y + i * to, x + i * from, cols);
  else
    for (size_t j = 0; j < cols; j++)
      for (size_t i = 0; i < count; i++) y[i * to + j] = x[i * from + j];
}

// Copies x as a block into y at (top, left).
static void blit(const CoVar *x, CoVar *y, int top, int left) {
  size_t cols = (size_t)x->cols;
  copy_rows(row(y, top) + left, (size_t)y->cols, x->data, cols, (size_t)x->rows, cols);
}

CoVar *co_gather(CoTape *t, CoVar *table, const int *rows_of, int rows) {
  CoVar *y = CO_NODE(t, co_op_gather, rows, table->cols, table);
  for (int i = 0; i < rows; i++) {
    assert(rows_of[i] >= 0 && rows_of[i] < table->rows);
    copy(row(y, i), row(table, rows_of[i]), (size_t)y->cols);
  }
  co_note(t, y, &rows_of, sizeof rows_of);
  return y;
}

void co_back_gather(CoTape *t, CoBack *b) {
  const int *const *rows_of = b->y->extra;
  CO_PASS(b, 0, co_scatter(t, b->dy, *rows_of, b->y->inputs[0]->rows));
}

CoVar *co_scatter(CoTape *t, CoVar *x, const int *rows_of, int rows) {
  CoVar *y = CO_NODE(t, co_op_scatter, rows, x->cols, x);
  memset(y->data, 0, co_size(y) * sizeof(CoReal));
  for (int i = 0; i < x->rows; i++) {
    assert(rows_of[i] >= 0 && rows_of[i] < rows);
    const CoReal *restrict from = row(x, i);
    CoReal *restrict to = row(y, rows_of[i]);
    for (int j = 0; j < x->cols; j++) to[j] += from[j];
  }
  co_note(t, y, &rows_of, sizeof rows_of);
  return y;
}

void co_back_scatter(CoTape *t, CoBack *b) {
  const int *const *rows_of = b->y->extra;
  CO_PASS(b, 0, co_gather(t, b->dy, *rows_of, b->y->inputs[0]->rows));
}

CoVar *co_pick(CoTape *t, CoVar *x, const int *col) {
  CoVar *y = CO_NODE(t, co_op_pick, x->rows, 1, x);
  for (int i = 0; i < x->rows; i++) {
    assert(col[i] >= 0 && col[i] < x->cols);
    y->data[i] = row(x, i)[col[i]];
  }
  co_note(t, y, &col, sizeof col);
  return y;
}

void co_back_pick(CoTape *t, CoBack *b) {
  const int *const *col = b->y->extra;
  CO_PASS(b, 0, co_unpick(t, b->dy, *col, b->y->inputs[0]->cols));
}

CoVar *co_unpick(CoTape *t, CoVar *d, const int *col, int cols) {
  CoVar *y = CO_NODE(t, co_op_unpick, d->rows, cols, d);
  memset(y->data, 0, co_size(y) * sizeof(CoReal));
  for (int i = 0; i < d->rows; i++) row(y, i)[col[i]] = d->data[i];
  co_note(t, y, &col, sizeof col);
  return y;
}

void co_back_unpick(CoTape *t, CoBack *b) {
  const int *const *col = b->y->extra;
  CO_PASS(b, 0, co_pick(t, b->dy, *col));
}

CoVar *co_max_rows(CoTape *t, CoVar *x, const uint8_t *mask) {
  int *best = co_arena_alloc(t->arena, (size_t)x->rows * sizeof *best);
  for (int i = 0; i < x->rows; i++) {
    const uint8_t *legal = mask ? mask + (size_t)i * (size_t)x->cols : NULL;
    best[i] = -1;
    for (int j = 0; j < x->cols; j++)
      if ((!legal || legal[j]) && (best[i] < 0 || row(x, i)[j] > row(x, i)[best[i]])) best[i] = j;
  }
  return co_pick(t, x, best);
}

CoVar *co_max_channels(CoTape *t, CoVar *x, int channels) {
  int cells = x->cols / channels, count = x->rows * cells;
  int *best = co_arena_alloc(t->arena, (size_t)count * sizeof *best);
  assert(x->cols == channels * cells);
  for (int i = 0; i < count; i++) {
    int at = i / cells * x->cols + i % cells; // of the first channel
    best[i] = at;
    for (int c = 1; c < channels; c++)
      if (x->data[at + c * cells] > x->data[best[i]]) best[i] = at + c * cells;
  }
  return co_reshape(t, co_gather(t, co_reshape(t, x, x->rows * x->cols, 1), best, count), x->rows, cells);
}

CoVar *co_concat(CoTape *t, CoVar *const *parts, int count) {
  int cols = 0;
  for (int i = 0; i < count; i++) cols += parts[i]->cols;
  CoVar *y = co_node_of(t, co_op_concat, parts[0]->rows, cols, parts, count);
  for (int i = 0, left = 0; i < count; left += parts[i++]->cols) {
    assert(parts[i]->rows == y->rows);
    blit(parts[i], y, 0, left);
  }
  return y;
}

void co_back_concat(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  for (int i = 0, left = 0; i < b->y->inputs_count; left += in[i++]->cols)
    CO_PASS(b, i, co_slice(t, b->dy, left, in[i]->cols));
}

CoVar *co_stack(CoTape *t, CoVar *const *parts, int count) {
  int rows = 0;
  for (int i = 0; i < count; i++) rows += parts[i]->rows;
  CoVar *y = co_node_of(t, co_op_stack, rows, parts[0]->cols, parts, count);
  for (int i = 0, top = 0; i < count; top += parts[i++]->rows) {
    assert(parts[i]->cols == y->cols);
    copy(row(y, top), parts[i]->data, co_size(parts[i]));
  }
  return y;
}

void co_back_stack(CoTape *t, CoBack *b) {
  CoVar **in = b->y->inputs;
  for (int i = 0, top = 0; i < b->y->inputs_count; top += in[i++]->rows)
    CO_PASS(b, i, co_rows(t, b->dy, top, in[i]->rows));
}

CoVar *co_slice(CoTape *t, CoVar *x, int col, int cols) {
  assert(col >= 0 && col + cols <= x->cols);
  CoVar *y = CO_NODE(t, co_op_slice, x->rows, cols, x);
  copy_rows(y->data, (size_t)cols, x->data + col, (size_t)x->cols, (size_t)x->rows, (size_t)cols);
  co_note(t, y, &col, sizeof col);
  return y;
}

void co_back_slice(CoTape *t, CoBack *b) {
  (void)t;
  const int *col = b->y->extra;
  co_accumulate_block(b, 0, 0, *col);
}

CoVar *co_rows(CoTape *t, CoVar *x, int first, int rows) {
  assert(first >= 0 && first + rows <= x->rows);
  CoVar *y = co_node_at(t, co_op_rows, rows, x->cols, row(x, first), &x, 1);
  co_note(t, y, &first, sizeof first);
  return y;
}

void co_back_rows(CoTape *t, CoBack *b) {
  (void)t;
  const int *first = b->y->extra;
  co_accumulate_block(b, 0, *first, 0);
}

typedef struct Place {
  int row, col;
} Place;

CoVar *co_place(CoTape *t, CoVar *x, int top, int left, int rows, int cols) {
  CoVar *y = CO_NODE(t, co_op_place, rows, cols, x);
  memset(y->data, 0, co_size(y) * sizeof(CoReal));
  blit(x, y, top, left);
  co_note(t, y, &(Place){top, left}, sizeof(Place));
  return y;
}

void co_back_place(CoTape *t, CoBack *b) {
  const Place *at = b->y->extra;
  const CoVar *x = b->y->inputs[0];
  CO_PASS(b, 0, co_slice(t, co_rows(t, b->dy, at->row, x->rows), at->col, x->cols));
}

CoVar *co_reshape(CoTape *t, CoVar *x, int rows, int cols) {
  assert((size_t)rows * (size_t)cols == co_size(x));
  return co_node_at(t, co_op_reshape, rows, cols, x->data, &x, 1);
}

void co_back_reshape(CoTape *t, CoBack *b) {
  const CoVar *x = b->y->inputs[0];
  CO_PASS(b, 0, co_reshape(t, b->dy, x->rows, x->cols));
}

// In squares that fit the first cache.
#define SIDE 16
CoVar *co_transpose(CoTape *t, CoVar *x) {
  CoVar *y = CO_NODE(t, co_op_transpose, x->cols, x->rows, x);
  for (int top = 0; top < x->rows; top += SIDE)
    for (int left = 0; left < x->cols; left += SIDE)
      for (int i = top; i < top + SIDE && i < x->rows; i++)
        for (int j = left; j < left + SIDE && j < x->cols; j++) row(y, j)[i] = row(x, i)[j];
  return y;
}

void co_back_transpose(CoTape *t, CoBack *b) {
  CO_PASS(b, 0, co_transpose(t, b->dy));
}
