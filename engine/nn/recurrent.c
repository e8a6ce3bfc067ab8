// What the unrolled GRU and LSTM share.
#include "recurrent.h"

CoReal *co_before(CoTape *t, const CoUnrolled *u, const CoReal *values, const CoReal *first) {
  const size_t hidden = (size_t)u->hidden;
  CoReal *before = co_tape_memory(t, (size_t)u->rows * hidden);
  for (int tick = 0; tick < u->packed.steps; tick++) {
    const CoReal *from = tick ? values + (size_t)u->packed.start[tick - 1] * hidden : first;
    const size_t count = (size_t)u->packed.count[tick] * hidden;
    memcpy(before + (size_t)u->packed.start[tick] * hidden, from, count * sizeof(CoReal));
  }
  return before;
}

CoPacked co_one_tick(CoTape *t, int rows) {
  int *numbers = co_arena_alloc(t->arena, 3 * sizeof *numbers);
  numbers[0] = rows;
  numbers[1] = 0;
  numbers[2] = rows;
  return (CoPacked){.steps = 1, .count = numbers, .start = numbers + 1};
}
