// Matrix products by OpenBLAS: the one file that knows it. The three functions of its own are resolved weakly, so that
// a program that was linked with another BLAS starts, and hears from co_blas_check what is wrong. (A weak name draws
// nothing from an archive: a program linked with libopenblas.a needs -Wl,-u, before each of the three.)
#include "cohort/blas.h"

#include <assert.h>
#include <cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#pragma weak openblas_set_num_threads
#pragma weak openblas_get_config
#pragma weak openblas_get_corename

// Written once, before the first product: OpenBLAS builds its own answers in a static buffer, anew at every question.
static struct {
  pthread_once_t once;
  char name[64], core[64];
} library = {.once = PTHREAD_ONCE_INIT, .name = "a BLAS that is not OpenBLAS", .core = "unknown"};

static void prepare(void) {
  if (!openblas_set_num_threads || !openblas_get_config || !openblas_get_corename) return;
  openblas_set_num_threads(1);
  const char *config = openblas_get_config(); // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
  size_t word = strcspn(config, " ");
  size_t version = config[word] ? strcspn(config + word + 1, " ") : 0;
  snprintf(library.name, sizeof library.name, "%.*s", (int)(word + 1 + version), config);
  snprintf(library.core, sizeof library.core, "%s", openblas_get_corename());
}

static void gemm(bool ta, bool tb, int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b,
                 int ldb, CoReal beta, CoReal *c, int ldc) {
  CBLAS_TRANSPOSE turn_a = ta ? CblasTrans : CblasNoTrans, turn_b = tb ? CblasTrans : CblasNoTrans;
#ifdef CO_REAL_IS_DOUBLE
  cblas_dgemm(CblasRowMajor, turn_a, turn_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
#else
  cblas_sgemm(CblasRowMajor, turn_a, turn_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
#endif
}

// The kernels that OpenBLAS 0.3 has for small products on AVX-512 call malloc where neither matrix is transposed, k is
// 32 or more, and 1 to 8 columns of 16 are left over. Those few columns are turned here, since warm loops allocate
// nothing.
enum { LEFT_OVER = 8, TURNED = 512 };

static int left_over(int n, int k) {
  int rest = n % 16;
  return k >= 32 && rest <= LEFT_OVER ? rest : 0;
}

static void gemm_left_over(int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
                           CoReal beta, CoReal *c, int ldc) {
  CoReal turned[LEFT_OVER * TURNED]; // [n][part]
  for (int from = 0; from < k; from += TURNED) {
    int part = k - from < TURNED ? k - from : TURNED;
    for (int i = 0; i < part; i++)
      for (int j = 0; j < n; j++) turned[j * part + i] = b[(size_t)(from + i) * (size_t)ldb + (size_t)j];
    gemm(false, true, m, n, part, alpha, a + from, lda, turned, part, from ? 1 : beta, c, ldc);
  }
}

void co_gemm(bool ta, bool tb, int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
             CoReal beta, CoReal *c, int ldc) {
  assert(m >= 0 && n >= 0 && k >= 0);
  assert(lda >= (ta ? m : k) && ldb >= (tb ? k : n) && ldc >= n && lda > 0 && ldb > 0 && ldc > 0);
  pthread_once(&library.once, prepare);
  int rest = ta || tb ? 0 : left_over(n, k), whole = n - rest;
  if (whole) gemm(ta, tb, m, whole, k, alpha, a, lda, b, ldb, beta, c, ldc);
  if (rest) gemm_left_over(m, rest, k, alpha, a, lda, b + whole, ldb, beta, c + whole, ldc);
}

const char *co_blas_library(void) {
  pthread_once(&library.once, prepare);
  return library.name;
}

const char *co_blas_core(void) {
  pthread_once(&library.once, prepare);
  return library.core;
}

bool co_blas_check(CoError *error) {
  if (openblas_set_num_threads && openblas_get_config && openblas_get_corename) return true;
  return co_fail(error, "matrix products are answered by a BLAS that is not OpenBLAS, many times slower: "
                        "apt-get install libopenblas0-pthread, or link with -lopenblas");
}
