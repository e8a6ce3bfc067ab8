// Matrix products against three loops, and what is said of the library.
#include "cohort/blas.h"

#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "sanitized.h"
#include "suite.h"

enum { LARGEST = 600 * 100 };

typedef struct Product {
  bool ta, tb;
  int m, n, k, pad;
  CoReal alpha, beta;
} Product;

static CoReal fill(int i, int j, int salt) {
  return (CoReal)((i * 7 + j * 13 + salt) % 19 - 9);
} // small: sums are exact

// Every entry, with the strides' padding filled with 77 that may neither be read nor written.
static void check(const Product *p) {
  static CoReal a[LARGEST], b[LARGEST], c[LARGEST];
  int lda = (p->ta ? p->m : p->k) + p->pad, ldb = (p->tb ? p->k : p->n) + p->pad, ldc = p->n + p->pad;
  for (int i = 0; i < LARGEST; i++) {
    a[i] = fill(i / lda, i % lda, 3);
    b[i] = fill(i / ldb, i % ldb, 5);
    c[i] = p->beta == 0 ? NAN : fill(i / ldc, i % ldc, 1);
  }
  co_gemm(p->ta, p->tb, p->m, p->n, p->k, p->alpha, a, lda, b, ldb, p->beta, c, ldc);
  for (int i = 0; i < p->m; i++) {
    for (int j = 0; j < p->n; j++) {
      CoReal sum = 0;
      for (int l = 0; l < p->k; l++)
        sum += (p->ta ? a[l * lda + i] : a[i * lda + l]) * (p->tb ? b[j * ldb + l] : b[l * ldb + j]);
      CoReal right = p->alpha * sum + (p->beta == 0 ? 0 : p->beta * fill(i, j, 1));
      ck_assert_msg(c[i * ldc + j] == right, "%d%d %dx%dx%d at %d, %d: %g for %g", p->ta, p->tb, p->m, p->n, p->k, i, j,
                    (double)c[i * ldc + j], (double)right);
    }
    for (int j = p->n; j < ldc; j++) ck_assert(p->beta == 0 ? isnan(c[i * ldc + j]) : c[i * ldc + j] == fill(i, j, 1));
  }
}

START_TEST(products_equal_three_loops) {
  static const int sizes[][3] = {{1, 1, 1},    {1, 17, 5},  {3, 1, 9},   {5, 7, 1},  {16, 16, 16},
                                 {17, 31, 23}, {33, 9, 37}, {2, 37, 33}, {37, 2, 19}};
  static const CoReal scales[][2] = {{1, 0}, {1, 1}, {2, (CoReal)0.5}, {-1, 0}, {0, 2}};
  for (int i = 0; i < 9 * 5 * 8; i++) {
    const int *size = sizes[i / 40];
    const CoReal *scale = scales[i / 8 % 5];
    Product product = {i & 1, i & 2, size[0], size[1], size[2], i & 4 ? 3 : 0, scale[0], scale[1]};
    check(&product);
  }
}
END_TEST

// Those that are cut into smaller ones: sums of up to 500 products of small whole numbers are exact.
START_TEST(large_products_equal_three_loops) {
  static const int sizes[][3] = {{500, 64, 64}, {300, 70, 90},  {97, 130, 65},
                                 {64, 70, 500}, {520, 66, 100}, {100, 130, 3}};
  static const CoReal scales[][2] = {{1, 0}, {2, (CoReal)0.5}};
  for (int i = 0; i < 6 * 2 * 8; i++) {
    const int *size = sizes[i / 16];
    const CoReal *scale = scales[i / 8 % 2];
    Product product = {i & 1, i & 2, size[0], size[1], size[2], i & 4 ? 3 : 0, scale[0], scale[1]};
    check(&product);
  }
}
END_TEST

START_TEST(empty_products_leave_beta_c) {
  CoReal c[] = {2, 4}, a[2] = {0};
  co_gemm(false, false, 1, 2, 0, 1, a, 1, a, 2, (CoReal)0.5, c, 2);
  ck_assert(c[0] == 1 && c[1] == 2);
  co_gemm(false, false, 0, 2, 1, 1, a, 1, a, 2, 0, c, 2);
  ck_assert(c[0] == 1 && c[1] == 2);
}
END_TEST

enum { SIDE = 96 };

static void *multiply(void *result) {
  CoReal a[SIDE * SIDE], b[SIDE * SIDE];
  for (int i = 0; i < SIDE * SIDE; i++) a[i] = (CoReal)sin(i), b[i] = (CoReal)cos(i);
  co_gemm(false, true, SIDE, SIDE, SIDE, 1, a, SIDE, b, SIDE, 0, result, SIDE);
  return NULL;
}

// Also the first product of the process, which sets the library up.
START_TEST(threads_get_the_same_bits) {
  static CoReal results[4][SIDE * SIDE];
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, multiply, results[i]), 0);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  for (int i = 1; i < 4; i++) ck_assert_mem_eq(results[0], results[i], sizeof results[0]);
}
END_TEST

START_TEST(the_library_names_itself) {
  CoError error;
  ck_assert_msg(co_blas_check(&error), "%s", error.text);
  ck_assert(strncmp(co_blas_library(), "OpenBLAS ", 9) == 0 && strchr(co_blas_library() + 9, '.'));
  ck_assert_ptr_null(strchr(co_blas_library() + 9, ' '));
  ck_assert(strlen(co_blas_core()) > 2 && strcmp(co_blas_core(), "unknown") != 0);
}
END_TEST

static int threads_here(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *entry; tasks && (entry = readdir(tasks));) count += entry->d_name[0] != '.';
  if (tasks) closedir(tasks);
  return count;
}

static int at_first; // counted by main: Check runs a test in a fork, where no other thread comes along

// The library's own turn in a loop for a while when they begin. (The thread sanitizer has one, too.)
START_TEST(no_thread_comes_with_the_library) {
  ck_assert(at_first == 1 || (CO_SANITIZED && at_first == 2));
  int before = threads_here();
  (void)co_blas_core();
  check(&(Product){.m = 300, .n = 200, .k = 100, .alpha = 1});
  ck_assert_int_eq(threads_here(), before);
}
END_TEST

int main(void) {
  const TTest *tests[] = {products_equal_three_loops,  large_products_equal_three_loops,
                          empty_products_leave_beta_c, threads_get_the_same_bits,
                          the_library_names_itself,    no_thread_comes_with_the_library};
  at_first = threads_here();
  return co_run_tests(__FILE__, tests, sizeof tests / sizeof tests[0]);
}
