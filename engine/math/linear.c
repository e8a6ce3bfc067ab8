// Linear systems and eigenvectors of symmetric matrices: conjugate gradients, Jacobi rotations.
#include "cohort/linear.h"

#include <math.h>
#include <string.h>

#include "cohort/kernels.h"

bool co_conjugate_gradients(const CoSymmetric *a, const CoReal *b, int iterations, double tolerance, CoReal *x,
                            CoReal *scratch) {
  size_t n = a->size;
  CoReal *r = scratch, *p = r + n, *ap = p + n; // the residual b - A x, the direction, A p
  memset(x, 0, n * sizeof *x);
  memcpy(r, b, n * sizeof *r);
  memcpy(p, b, n * sizeof *p);
  double rr = co_dot_double(n, r, r), enough = tolerance * tolerance * rr;
  for (int i = 0; i < iterations && rr > enough; i++) {
    if (!a->product(a->user, p, ap)) return false;
    CoReal alpha = (CoReal)(rr / co_dot_double(n, p, ap));
    co_axpy(n, alpha, p, x);
    co_axpy(n, -alpha, ap, r);
    double before = rr;
    rr = co_dot_double(n, r, r);
    CoReal beta = (CoReal)(rr / before);
    for (size_t j = 0; j < n; j++) p[j] = r[j] + beta * p[j];
  }
  return true;
}

static double dot(int n, const double *x, const double *y) {
  enum { LANES = 8 };
  double lane[LANES] = {0}, sum = 0;
  int i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int l = 0; l < LANES; l++) lane[l] += x[i + l] * y[i + l];
  for (int l = 0; l < LANES; l++) sum += lane[l];
  for (; i < n; i++) sum += x[i] * y[i];
  return sum;
}

// Turns two rows until they are orthogonal: false when they were.
static bool rotate(int n, double *restrict x, double *restrict y) {
  double xx = dot(n, x, x), yy = dot(n, y, y), xy = dot(n, x, y);
  if (fabs(xy) <= 1e-14 * sqrt(xx * yy)) return false;
  double zeta = (yy - xx) / (2 * xy), t = copysign(1, zeta) / (fabs(zeta) + sqrt(1 + zeta * zeta));
  double c = 1 / sqrt(1 + t * t), s = c * t;
  for (int i = 0; i < n; i++) {
    double old = x[i];
    x[i] = c * old - s * y[i];
    y[i] = s * old + c * y[i];
  }
  return true;
}

static void swap(int n, double *x, double *y) {
  for (int i = 0; i < n; i++) {
    double old = x[i];
    x[i] = y[i], y[i] = old;
  }
}

// Rotations V make the rows of W = V' A orthogonal; then V' A A V is diagonal, and row i of W is value[i] times an
// eigenvector of A A, which is one of A.
void co_symmetric_eigen(int n, const double *a, double *value, double *vector) {
  enum { SWEEPS = 60 }; // about ten are needed
  size_t size = (size_t)n;
  if (vector != a) memcpy(vector, a, size * size * sizeof *vector);
  bool turned = true;
  for (int sweep = 0; sweep < SWEEPS && turned; sweep++) {
    turned = false;
    for (size_t p = 0; p < size; p++)
      for (size_t q = p + 1; q < size; q++) turned |= rotate(n, vector + p * size, vector + q * size);
  }
  for (size_t i = 0; i < size; i++) {
    double *row = vector + i * size;
    value[i] = sqrt(dot(n, row, row));
    for (int j = 0; j < n; j++) row[j] /= value[i];
  }
  for (size_t i = 1; i < size; i++) // ascending
    for (size_t j = i; j > 0 && value[j] < value[j - 1]; j--) {
      swap(1, value + j, value + j - 1);
      swap(n, vector + j * size, vector + (j - 1) * size);
    }
}
