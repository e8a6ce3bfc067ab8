// Sums of fixed association: element i falls to lane i mod 32, and the lanes are added as a tree. Compilers make
// vectors of the lanes, and every width gives the same bits.
#include "cohort/kernels.h"

#define LANES 32

static inline CoReal tree(CoReal *lane) {
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int l = 0; l < width; l++) lane[l] += lane[l + width];
  }
  return lane[0];
}

// The same bits without the lanes that would stay 0.
static CoReal sum_few(size_t n, const CoReal *x) {
  CoReal lane[LANES] = {0};
  size_t width = 1;
  while (width < n) width *= 2;
  for (size_t l = 0; l < n; l++) lane[l] += x[l];
  for (width /= 2; width > 0; width /= 2)
    for (size_t l = 0; l < width; l++) lane[l] += lane[l + width];
  return lane[0];
}

CoReal co_sum(size_t n, const CoReal *x) {
  if (n == 2) return (0 + x[0]) + (0 + x[1]);
  if (n <= LANES / 4) return sum_few(n, x);
  CoReal lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    for (int l = 0; l < LANES; l++) lane[l] += x[i + (size_t)l];
  }
  for (size_t l = 0; i + l < n; l++) lane[l] += x[i + l];
  return tree(lane);
}

CoReal co_dot(size_t n, const CoReal *x, const CoReal *y) {
  CoReal lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) {
    for (int l = 0; l < LANES; l++) lane[l] += x[i + (size_t)l] * y[i + (size_t)l];
  }
  for (size_t l = 0; i + l < n; l++) lane[l] += x[i + l] * y[i + l];
  return tree(lane);
}

double co_dot_double(size_t n, const CoReal *x, const CoReal *y) {
  enum { WIDE = 16 };
  double lane[WIDE] = {0}, sum = 0;
  size_t i = 0;
  for (; i + WIDE <= n; i += WIDE)
    for (size_t l = 0; l < WIDE; l++) lane[l] += (double)x[i + l] * (double)y[i + l];
  for (size_t l = 0; l < WIDE; l++) sum += lane[l];
  for (; i < n; i++) sum += (double)x[i] * (double)y[i];
  return sum;
}

void co_axpy(size_t n, CoReal a, const CoReal *x, CoReal *y) {
  for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}
