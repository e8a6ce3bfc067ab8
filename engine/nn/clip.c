// Limits on gradients.
#include <tgmath.h>

#include "cohort/kernels.h"
#include "cohort/optim.h"

double co_clip_norm(size_t size, CoReal *gradient, double limit) {
  const double norm = sqrt(co_dot_double(size, gradient, gradient));
  if (norm <= limit) return norm;
  const CoReal scale = (CoReal)(limit / norm);
  for (size_t i = 0; i < size; i++) gradient[i] *= scale;
  return norm;
}

void co_clip_value(size_t size, CoReal *gradient, double limit) {
  const CoReal most = (CoReal)limit;
  for (size_t i = 0; i < size; i++) gradient[i] = gradient[i] > most ? most : gradient[i] < -most ? -most : gradient[i];
}
