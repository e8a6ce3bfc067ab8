// The squashed Gaussian: its density against the closed form, numerical integration and differences, far into tanh's
// tails.
#include <math.h>

#include "policy/squashed.h"
#include "suite.h"

typedef struct Point {
  double action, log_prob, by_mean, by_log_std; // and the logarithm's gradients
} Point;

static Point draw(double m, double log_std, double z) {
  CoTape *tape = co_tape_create(1 << 20, NULL);
  const CoReal numbers[] = {(CoReal)m, (CoReal)log_std, (CoReal)z};
  CoVar *wrt[] = {co_leaf(tape, 1, 1, numbers), co_leaf(tape, 1, 1, numbers + 1)}, *grads[2];
  CoSquashed drawn = co_squashed_draw(tape, wrt[0], wrt[1], co_constant(tape, 1, 1, numbers + 2));
  ck_assert(co_grad(tape, drawn.log_prob, wrt, 2, false, grads, NULL));
  Point point = {(double)co_item(drawn.action), (double)co_item(drawn.log_prob), (double)co_item(grads[0]),
                 (double)co_item(grads[1])};
  co_tape_destroy(tape);
  return point;
}

static double normal(double x, double m, double s) {
  return exp(-0.5 * (x - m) / s * (x - m) / s) / (s * sqrt(2 * 3.141592653589793));
}

// The density of a is that of atanh(a) over 1 - a^2.
START_TEST(density_as_in_closed_form) {
  for (double z = -2; z <= 2; z += 0.5) {
    double m = 0.3, s = 0.7, u = m + s * z, a = tanh(u);
    Point p = draw(m, log(s), z);
    ck_assert_double_eq_tol(p.action, a, 1e-6);
    ck_assert_double_eq_tol(p.log_prob, log(normal(u, m, s) / (1 - a * a)), 1e-5);
  }
}
END_TEST

// The sum over cells of a in (-1, 1) of density times width.
static double mass(double m, double s, double from, double to) {
  const int cells = 4000;
  double sum = 0, width = (to - from) / cells;
  for (int i = 0; i < cells; i++)
    sum += width * exp(draw(m, log(s), (atanh(from + (i + 0.5) * width) - m) / s).log_prob);
  return sum;
}

START_TEST(density_integrates_to_the_probability) {
  ck_assert_double_eq_tol(mass(0.3, 0.7, -1, 1), 1, 1e-4);
  ck_assert_double_eq_tol(mass(-1, 0.4, -1, 1), 1, 1e-4);
  double below = 0.5 * erfc(-(atanh(0.5) - 0.3) / 0.7 / sqrt(2));
  ck_assert_double_eq_tol(mass(0.3, 0.7, -1, 0.5), below, 1e-4);
}
END_TEST

// tanh(u) is 1 in floats from 9 on; the logarithm of 1 - tanh(u)^2 is 2 log 2 - 2 |u| nevertheless.
START_TEST(tails_are_exact) {
  for (double u = -60; u <= 60; u += 40) {
    Point p = draw(u, 0, 0);
    ck_assert_double_eq_tol(p.log_prob, log(normal(0, 0, 1)) - 2 * log(2) + 2 * fabs(u), 1e-4);
    ck_assert_double_eq_tol(p.by_mean, u < 0 ? -2 : 2, 1e-6);
    ck_assert(fabs(p.action) <= 1);
  }
}
END_TEST

// Along u = m + s z: d/dm is 2 tanh(u), d/d(log s) is 2 tanh(u) s z - 1.
START_TEST(gradients_follow_the_draw) {
  for (double z = -3; z <= 3; z += 1.5) {
    double m = -0.4, s = 1.3, t = tanh(m + s * z);
    Point p = draw(m, log(s), z);
    ck_assert_double_eq_tol(p.by_mean, 2 * t, 1e-5);
    ck_assert_double_eq_tol(p.by_log_std, 2 * t * s * z - 1, 1e-5);
  }
}
END_TEST

START_TEST(numbers_of_an_action_are_independent) {
  CoTape *tape = co_tape_create(1 << 20, NULL);
  const CoReal m[] = {0.1f, -0.5f, 1, 0}, log_std[] = {0, -1, 0.5f, -0.2f}, z[] = {1, -1, 0.5f, 2};
  CoSquashed drawn =
      co_squashed_draw(tape, co_constant(tape, 2, 2, m), co_constant(tape, 2, 2, log_std), co_constant(tape, 2, 2, z));
  for (int i = 0; i < 2; i++) {
    double sum = 0;
    for (int j = 2 * i; j < 2 * i + 2; j++) sum += draw((double)m[j], (double)log_std[j], (double)z[j]).log_prob;
    ck_assert_double_eq_tol((double)drawn.log_prob->data[i], sum, 1e-5);
  }
  co_tape_destroy(tape);
}
END_TEST

CO_TESTS(density_as_in_closed_form, density_integrates_to_the_probability, tails_are_exact, gradients_follow_the_draw,
         numbers_of_an_action_are_independent)
