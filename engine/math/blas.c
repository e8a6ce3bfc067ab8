// Matrix products by OpenBLAS: the one file that knows it. The functions of its own are resolved weakly, so that
// a program that was linked with another BLAS starts, and hears from co_blas_check what is wrong. (A weak name draws
// nothing from an archive: a program linked with libopenblas.a needs -Wl,-u, before each of the first three.)
#include "cohort/blas.h"

#include <assert.h>
#include <cblas.h>
#include <immintrin.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#pragma weak openblas_set_num_threads
#pragma weak openblas_get_config
#pragma weak openblas_get_corename
#pragma weak blas_thread_shutdown_

void blas_thread_shutdown_(void); // exported, in no header: what OpenBLAS itself calls before a fork

// Written once, before the first product: OpenBLAS builds its own answers in a static buffer, anew at every question.
static struct {
  pthread_once_t once;
  char name[64], core[64];
  bool small; // it has kernels for small products
} library = {.once = PTHREAD_ONCE_INIT, .name = "a BLAS that is not OpenBLAS", .core = "unknown"};

// One thread a call. OpenBLAS starts one for every core when it is loaded, and each turns in a loop for a tenth of a
// second before it sleeps: they are dismissed. A program that cuts products up itself gets them back by asking for
// more.
__attribute__((constructor)) static void alone(void) {
  if (openblas_set_num_threads) openblas_set_num_threads(1);
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}

static void prepare(void) {
  if (!openblas_set_num_threads || !openblas_get_config || !openblas_get_corename) return;
  const char *config = openblas_get_config(); // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
  size_t word = strcspn(config, " ");
  size_t version = config[word] ? strcspn(config + word + 1, " ") : 0;
  snprintf(library.name, sizeof library.name, "%.*s", (int)(word + 1 + version), config);
  snprintf(library.core, sizeof library.core, "%s", openblas_get_corename());
  library.small = !strcmp(library.core, "SkylakeX") || !strcmp(library.core, "Cooperlake");
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

// On AVX-512 OpenBLAS 0.3 has kernels for products of up to a million multiplications, which read the matrices where
// they lie. They run a fifth faster than those for larger products, which copy them first; so larger ones are cut.
enum { SMALL = 1000000, EIGHT = 8, DEEP = 64 };

static int part(int64_t most) { // a multiple of eight, at most `most`
  return most > INT32_MAX / EIGHT ? INT32_MAX / EIGHT * EIGHT : (int)most / EIGHT * EIGHT;
}

static int least(int a, int b) {
  return a < b ? a : b;
}

// C = A B, so many rows of A at a time that the rows of B stay close.
static void gemm_by_rows(int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
                         CoReal beta, CoReal *c, int ldc) {
  int rows = library.small ? part(SMALL / ((int64_t)n * k)) : 0;
  if (!rows) rows = m;
  for (int i = 0; i < m; i += rows)
    gemm(false, false, least(rows, m - i), n, k, alpha, a + (size_t)i * (size_t)lda, lda, b, ldb, beta,
         c + (size_t)i * (size_t)ldc, ldc);
}

// C = A^T B, so many rows of A and B at a time, which are the sum's terms.
static void gemm_by_terms(int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
                          CoReal beta, CoReal *c, int ldc) {
  int rows = library.small ? least(m, part(SMALL / ((int64_t)n * DEEP))) : 0;
  int terms = rows ? part(SMALL / ((int64_t)n * rows)) : 0;
  if (!terms) rows = m, terms = k;
  for (int i = 0; i < m; i += rows)
    for (int l = 0; l < k; l += terms)
      gemm(true, false, least(rows, m - i), n, least(terms, k - l), alpha, a + (size_t)l * (size_t)lda + i, lda,
           b + (size_t)l * (size_t)ldb, ldb, l ? 1 : beta, c + (size_t)i * (size_t)ldc, ldc);
}

// to [cols][rows] is from [rows][cols] turned: floats four by four in registers, then what is left.
static void turn(int rows, int cols, const CoReal *from, int stride, CoReal *to) {
  int tall = 0, wide = 0;
#ifndef CO_REAL_IS_DOUBLE
  tall = rows / 4 * 4, wide = cols / 4 * 4;
  for (int i = 0; i < tall; i += 4)
    for (int j = 0; j < wide; j += 4) {
      __m128 row[4];
      for (int k = 0; k < 4; k++) row[k] = _mm_loadu_ps(from + (size_t)(i + k) * (size_t)stride + j);
      _MM_TRANSPOSE4_PS(row[0], row[1], row[2], row[3]);
      for (int k = 0; k < 4; k++) _mm_storeu_ps(to + (j + k) * rows + i, row[k]);
    }
#endif
  for (int i = 0; i < rows; i++)
    for (int j = i < tall ? wide : 0; j < cols; j++) to[j * rows + i] = from[(size_t)i * (size_t)stride + (size_t)j];
}

// C = A B^T where A has many rows: B is turned, a square at a time.
enum { MANY = 96, TERMS = 16, SIDE = 64 };
static void gemm_turned(int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
                        CoReal beta, CoReal *c, int ldc) {
  CoReal turned[SIDE * SIDE]; // [deep][wide]
  for (int j = 0; j < n; j += SIDE)
    for (int l = 0; l < k; l += SIDE) {
      int wide = least(SIDE, n - j), deep = least(SIDE, k - l);
      const CoReal *from = b + (size_t)j * (size_t)ldb + l;
      turn(wide, deep, from, ldb, turned);
      gemm_by_rows(m, wide, deep, alpha, a + l, lda, turned, wide, l ? 1 : beta, c + j, ldc);
    }
}

// C = A B^T of a few terms, the gradient that a network's narrow end passes on: a library's call would cost more than
// the sum.
enum { FEW = 4 };
static void gemm_few_terms(int m, int n, int k, CoReal alpha, const CoReal *a, int lda, const CoReal *b, int ldb,
                           CoReal beta, CoReal *c, int ldc) {
  CoReal turned[FEW * SIDE]; // [k][wide], times alpha
  for (int j = 0; j < n; j += SIDE) {
    int wide = least(SIDE, n - j);
    for (int l = 0; l < k; l++)
      for (int x = 0; x < wide; x++) turned[l * SIDE + x] = alpha * b[(size_t)(j + x) * (size_t)ldb + (size_t)l];
    for (int i = 0; i < m; i++) {
      const CoReal *from = a + (size_t)i * (size_t)lda;
      CoReal *restrict to = c + (size_t)i * (size_t)ldc + j;
      for (int x = 0; x < wide; x++) to[x] = (beta == 0 ? 0 : beta * to[x]) + from[0] * turned[x];
      for (int l = 1; l < k; l++)
        for (int x = 0; x < wide; x++) to[x] += from[l] * turned[l * SIDE + x];
    }
  }
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
  if (!m || !n || !k || (ta && tb)) {
    gemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  } else if (ta) {
    gemm_by_terms(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  } else if (tb && k <= FEW) {
    gemm_few_terms(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  } else if (tb && library.small && m >= MANY && k >= TERMS) {
    gemm_turned(m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  } else if (tb) {
    gemm(false, true, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  } else {
    int rest = left_over(n, k), whole = n - rest;
    if (whole) gemm_by_rows(m, whole, k, alpha, a, lda, b, ldb, beta, c, ldc);
    if (rest) gemm_left_over(m, rest, k, alpha, a, lda, b + whole, ldb, beta, c + whole, ldc);
  }
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
