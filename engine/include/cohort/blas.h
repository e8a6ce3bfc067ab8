// Matrix products. One file of the engine knows OpenBLAS; every call runs on the calling thread alone.
#ifndef COHORT_BLAS_H
#define COHORT_BLAS_H

#include <stdbool.h>

#include "cohort/error.h"
#include "cohort/real.h"

// C[m][n] = alpha op(A)[m][k] op(B)[k][n] + beta C, row-major; lda, ldb, ldc are row strides in elements. With `ta` the
// array A holds [k][m], with `tb` the array B holds [n][k]. With beta 0, C need not be initialised.
void co_gemm(bool ta, bool tb, int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
             CoReal beta, CoReal *c, int ldc);

// The library that answers, and the kernels it chose: "OpenBLAS 0.3.21", "SkylakeX". Checkpoints record the core.
const char *co_blas_library(void);
const char *co_blas_core(void);
// False with a sentence when what answers is not OpenBLAS (Debian's reference BLAS is 16 times slower).
bool co_blas_check(CoError *error);

#endif
