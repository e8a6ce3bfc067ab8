// Linear systems and eigenvectors of symmetric matrices, as pure functions.
#ifndef COHORT_LINEAR_H
#define COHORT_LINEAR_H

#include <stdbool.h>
#include <stddef.h>

#include "cohort/real.h"

// A symmetric positive definite matrix A [size][size], known by its products alone: out[size] = A x. False gives up.
typedef struct CoSymmetric {
  size_t size;
  bool (*product)(void *user, const CoReal *x, CoReal *out);
  void *user;
} CoSymmetric;

// Conjugate gradients (Hestenes and Stiefel, 1952) from x = 0: after k iterations x is the best solution of A x = b in
// the span of b, A b ... A^(k-1) b, and A's size of them are enough. They stop early when |b - A x| <= tolerance |b|.
// False when a product gave up. scratch [3 size] is overwritten.
bool co_conjugate_gradients(const CoSymmetric *a, const CoReal *b, int iterations, double tolerance, CoReal *x,
                            CoReal *scratch);

// Eigenvalues and eigenvectors of a symmetric positive definite matrix a[n][n] by one-sided Jacobi rotations: value[n],
// ascending, and vector[n][n], of which row i belongs to value[i] and has length 1. `vector` may be `a`.
void co_symmetric_eigen(int n, const double *a, double *value, double *vector);

#endif
