// Conjugate gradients against exact solutions; eigenvectors against matrices made of known ones.
#include "cohort/linear.h"

#include <math.h>
#include <string.h>

#include "cohort/rng.h"
#include "suite.h"

enum { N = 24 };

typedef struct Matrix {
  int n, products, allowed; // products asked for, and after how many it gives up
  double a[N][N];
} Matrix;

static bool times(void *user, const CoReal *x, CoReal *out) {
  Matrix *m = user;
  if (m->products++ == m->allowed) return false;
  for (int i = 0; i < m->n; i++) {
    double sum = 0;
    for (int j = 0; j < m->n; j++) sum += m->a[i][j] * (double)x[j];
    out[i] = (CoReal)sum;
  }
  return true;
}

// Rows of length 1, each orthogonal to the others (Gram and Schmidt).
static void directions(int n, double q[N][N], CoRng *rng) {
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) q[i][j] = co_rng_normal(rng);
    for (int turn = 0; turn < 2; turn++)
      for (int k = 0; k < i; k++) {
        double along = 0;
        for (int j = 0; j < n; j++) along += q[i][j] * q[k][j];
        for (int j = 0; j < n; j++) q[i][j] -= along * q[k][j];
      }
    double square = 0;
    for (int j = 0; j < n; j++) square += q[i][j] * q[i][j];
    for (int j = 0; j < n; j++) q[i][j] /= sqrt(square);
  }
}

// sum of value[k] q_k q_k'
static Matrix compose(int n, const double *value, double q[N][N]) {
  Matrix m = {.n = n, .allowed = -1};
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      for (int k = 0; k < n; k++) m.a[i][j] += value[k] * q[k][i] * q[k][j];
  return m;
}

static double away(int n, const CoReal *x, const double *expected) {
  double most = 0;
  for (int i = 0; i < n; i++) most = fmax(most, fabs((double)x[i] - expected[i]));
  return most;
}

// A = [[4, 1], [1, 3]], b = (1, 2): the first step is b times 5 / 20, the second the solution (1, 7) / 11.
START_TEST(two_unknowns_by_hand) {
  Matrix m = {.n = 2, .allowed = -1, .a = {{4, 1}, {1, 3}}};
  const CoSymmetric a = {2, times, &m};
  const CoReal b[] = {1, 2};
  CoReal x[2], scratch[6];
  ck_assert(co_conjugate_gradients(&a, b, 1, 0, x, scratch));
  ck_assert_double_lt(away(2, x, (const double[]){0.25, 0.5}), 1e-7);
  ck_assert(co_conjugate_gradients(&a, b, 2, 0, x, scratch));
  ck_assert_double_lt(away(2, x, (const double[]){1.0 / 11, 7.0 / 11}), 1e-7);
}
END_TEST

// As many iterations as there are different eigenvalues reach the solution, which is known by its making.
START_TEST(three_eigenvalues_take_three_iterations) {
  CoRng rng = co_rng(1, "linear", 0);
  double q[N][N], value[N], expected[N];
  CoReal b[N], x[N], scratch[3 * N];
  directions(N, q, &rng);
  for (int i = 0; i < N; i++) value[i] = 1 + i % 3, expected[i] = co_rng_normal(&rng);
  Matrix m = compose(N, value, q);
  const CoSymmetric a = {N, times, &m};
  for (int i = 0; i < N; i++) {
    double sum = 0;
    for (int j = 0; j < N; j++) sum += m.a[i][j] * expected[j];
    b[i] = (CoReal)sum;
  }
  ck_assert(co_conjugate_gradients(&a, b, 2, 0, x, scratch));
  ck_assert_double_gt(away(N, x, expected), 1e-3);
  m.products = 0;
  ck_assert(co_conjugate_gradients(&a, b, N, 1e-5, x, scratch));
  ck_assert_double_lt(away(N, x, expected), 2e-5);
  ck_assert_int_eq(m.products, 3);
}
END_TEST

START_TEST(a_product_may_give_up) {
  Matrix m = {.n = 2, .allowed = 1, .a = {{4, 1}, {1, 3}}};
  const CoSymmetric a = {2, times, &m};
  CoReal x[2], scratch[6];
  ck_assert(!co_conjugate_gradients(&a, (const CoReal[]){1, 2}, 2, 0, x, scratch));
  m.products = 0;
  ck_assert(co_conjugate_gradients(&a, (const CoReal[]){0, 0}, 2, 0, x, scratch)); // nothing to do
  ck_assert_int_eq(m.products, 0);
  ck_assert(x[0] == 0 && x[1] == 0);
}
END_TEST

// [[2, 1], [1, 2]]: 1 along (1, -1), 3 along (1, 1).
START_TEST(two_eigenvectors_by_hand) {
  const double a[] = {2, 1, 1, 2}, half = sqrt(0.5);
  double value[2], vector[4];
  co_symmetric_eigen(2, a, value, vector);
  ck_assert_double_eq_tol(value[0], 1, 1e-15);
  ck_assert_double_eq_tol(value[1], 3, 1e-15);
  ck_assert_double_eq_tol(fabs(vector[0]), half, 1e-15);
  ck_assert_double_eq_tol(vector[0], -vector[1], 1e-15);
  ck_assert_double_eq_tol(vector[2], vector[3], 1e-15);
}
END_TEST

// Values over seven decades, some of them equal: A v = value v, and the vectors are orthogonal.
START_TEST(eigenvectors_of_a_known_matrix) {
  CoRng rng = co_rng(2, "linear", 0);
  double q[N][N], known[N], value[N];
  static double vector[N * N];
  directions(N, q, &rng);
  for (int i = 0; i < N; i++) known[i] = pow(10, i / 3 - 3); // NOLINT(bugprone-integer-division): three of each
  Matrix m = compose(N, known, q);
  for (int i = 0; i < N; i++) memcpy(vector + (size_t)i * N, m.a[i], sizeof m.a[i]);
  co_symmetric_eigen(N, vector, value, vector);
  for (int i = 0; i < N; i++) {
    ck_assert_double_eq_tol(value[i], known[i], 1e-9);
    for (int j = 0; j < N; j++) {
      double av = 0, product = 0;
      for (int k = 0; k < N; k++) av += m.a[j][k] * vector[i * N + k], product += vector[i * N + k] * vector[j * N + k];
      ck_assert_double_eq_tol(av, value[i] * vector[i * N + j], 1e-9);
      ck_assert_double_eq_tol(product, i == j, 1e-9);
    }
  }
}
END_TEST

CO_TESTS(two_unknowns_by_hand, three_eigenvalues_take_three_iterations, a_product_may_give_up, two_eigenvectors_by_hand,
         eigenvectors_of_a_known_matrix)
