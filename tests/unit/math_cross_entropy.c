// The cross-entropy method: fits by hand, and the minimum of a parabola.
#include "cohort/cross_entropy.h"

#include <math.h>

#include "cohort/stats.h"
#include "suite.h"

// The elite are (1, 2) and (3, 6): means 2 and 4, variances 1 and 4.
START_TEST(gaussians_fit_the_elite) {
  const double points[] = {9, 9, 1, 2, 7, 7, 3, 6};
  const int rank[] = {3, 1, 0, 2};
  double mean[2], deviation[2];
  co_cross_entropy_fit(2, points, rank, 2, 0, mean, deviation);
  ck_assert_double_eq(mean[0], 2);
  ck_assert_double_eq(mean[1], 4);
  ck_assert_double_eq(deviation[0], 1);
  ck_assert_double_eq(deviation[1], 2);
  co_cross_entropy_fit(2, points, rank, 2, 5, mean, deviation);
  ck_assert_double_eq(deviation[1], 3); // sqrt(4 + 5)
}
END_TEST

START_TEST(generations_find_a_minimum) {
  enum { SIZE = 3, POPULATION = 50 };
  double mean[SIZE] = {0}, deviation[SIZE] = {1, 1, 1}, points[POPULATION * SIZE], cost[POPULATION];
  int rank[POPULATION];
  CoRng rng = co_rng(1, "test", 0);
  for (int n = 0; n < 20; n++) {
    co_cross_entropy_draw(SIZE, mean, deviation, &rng, POPULATION, points);
    for (int k = 0; k < POPULATION; k++) {
      cost[k] = 0;
      for (int i = 0; i < SIZE; i++) cost[k] += pow(points[k * SIZE + i] - (i - 1), 2);
    }
    co_rank(cost, POPULATION, rank);
    co_cross_entropy_fit(SIZE, points, rank, 10, 0, mean, deviation);
  }
  for (int i = 0; i < SIZE; i++) ck_assert_double_eq_tol(mean[i], i - 1, 1e-2);
}
END_TEST

CO_TESTS(gaussians_fit_the_elite, generations_find_a_minimum)
