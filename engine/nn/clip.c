// Limits on gradients.
#include <tgmath.h>

#include "cohort/optim.h"

// In lanes, which compilers make vectors of without changing the order of any sum.
static double square_sum(size_t size, const CoReal *x) {
  enum { LANES = 16 };
  double lane[LANES] = {0}, sum = 0;
  size_t i = 0;
  for (; i + LANES <= size; i += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] += (double)x[i + l] * (double)x[i + l];
  for (size_t l = 0; l < LANES; l++) sum += lane[l];
  for (; i < size; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

double co_clip_norm(size_t size, CoReal *gradient, double limit) {
  const double norm = sqrt(square_sum(size, gradient));
  if (norm <= limit) return norm;
  const CoReal scale = (CoReal)(limit / norm);
  for (size_t i = 0; i < size; i++) gradient[i] *= scale;
  return norm;
}

void co_clip_value(size_t size, CoReal *gradient, double limit) {
  const CoReal most = (CoReal)limit;
  for (size_t i = 0; i < size; i++) gradient[i] = gradient[i] > most ? most : gradient[i] < -most ? -most : gradient[i];
}
