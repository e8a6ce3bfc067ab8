// The cross-entropy method: drawing a population and fitting Gaussians to its best (Rubinstein, 1999).
#include "cohort/cross_entropy.h"

#include <math.h>
#include <stddef.h>

void co_cross_entropy_draw(int size, const double *mean, const double *deviation, CoRng *rng, int population,
                           double *points) {
  for (int k = 0; k < population; k++)
    for (int i = 0; i < size; i++) *points++ = mean[i] + deviation[i] * co_rng_normal(rng);
}

void co_cross_entropy_fit(int size, const double *points, const int *rank, int elite, double noise, double *mean,
                          double *deviation) {
  for (int i = 0; i < size; i++) {
    double sum = 0, square = 0;
    for (int k = 0; k < elite; k++) sum += points[(size_t)rank[k] * (size_t)size + (size_t)i];
    mean[i] = sum / elite;
    for (int k = 0; k < elite; k++) {
      double off = points[(size_t)rank[k] * (size_t)size + (size_t)i] - mean[i];
      square += off * off;
    }
    deviation[i] = sqrt(square / elite + noise);
  }
}
