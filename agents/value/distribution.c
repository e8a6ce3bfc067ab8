// Distributions of returns: where a return's probability goes on fixed atoms, and the loss of learnt quantiles.
#include "distribution.h"

#include <string.h>

double co_support_at(const CoSupport *support, int atom) {
  return support->low + (support->high - support->low) * atom / (support->atoms - 1);
}

void co_support_project(const CoSupport *support, double reward, double discount, const CoReal *p, CoReal *out) {
  const double step = (support->high - support->low) / (support->atoms - 1);
  memset(out, 0, (size_t)support->atoms * sizeof *out);
  for (int i = 0; i < support->atoms; i++) {
    const double z = reward + discount * co_support_at(support, i);
    const double at = (z <= support->low    ? 0
                       : z >= support->high ? support->high - support->low
                                            : z - support->low) /
                      step;
    const int last = support->atoms - 1, below = (int)at < last ? (int)at : last - 1;
    out[below] += (CoReal)((below + 1 - at) * (double)p[i]);
    out[below + 1] += (CoReal)((at - below) * (double)p[i]);
  }
}

CoVar *co_quantile_huber(CoTape *tape, CoVar *quantiles, const CoReal *y) {
  const int rows = quantiles->rows, atoms = quantiles->cols, pairs = rows * atoms;
  const size_t width = (size_t)atoms;
  CoReal *samples = co_tape_memory(tape, (size_t)pairs * width), *weight = co_tape_memory(tape, (size_t)pairs * width);
  for (int i = 0; i < pairs; i++) {
    const double tau = (i % atoms + 0.5) / atoms;
    memcpy(samples + (size_t)i * width, y + (size_t)(i / atoms) * width, width * sizeof *samples);
    for (int j = 0; j < atoms; j++) {
      const bool below = samples[(size_t)i * width + (size_t)j] < quantiles->data[i];
      weight[(size_t)i * width + (size_t)j] = (CoReal)((below ? 1 - tau : tau) / atoms);
    }
  }
  CoVar *column = co_affine(tape, co_reshape(tape, quantiles, pairs, 1), -1, 0);
  CoVar *apart = co_add_col(tape, co_constant(tape, pairs, atoms, samples), column);
  CoVar *huber = co_huber(tape, apart, co_fill(tape, pairs, atoms, 0), 1);
  CoVar *each = co_sum_rows(tape, co_mul(tape, huber, co_constant(tape, pairs, atoms, weight)));
  return co_sum_rows(tape, co_reshape(tape, each, rows, atoms));
}
