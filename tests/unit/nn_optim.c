// Optimisers, step by step against their formulas worked out by hand, and the limits on gradients.
#include <math.h>
#include <string.h>

#include "cohort/optim.h"
#include "suite.h"

enum { SIZE = 37 }; // vector body and tail

static void check(CoOptimConfig config, double x0, const double *gradients, const double *expected, int steps) {
  CoOptim *optim = co_optim_create(&config, SIZE, NULL);
  ck_assert_ptr_nonnull(optim);
  CoReal values[SIZE], gradient[SIZE];
  for (int i = 0; i < SIZE; i++) values[i] = (CoReal)x0;
  for (int step = 0; step < steps; step++) {
    for (int i = 0; i < SIZE; i++) gradient[i] = (CoReal)gradients[step];
    co_optim_step(optim, values, gradient);
    for (int i = 0; i < SIZE; i++) ck_assert_double_eq_tol((double)values[i], expected[step], 1e-6);
  }
  co_optim_destroy(optim);
}

// lr 0.1, momentum 0.5, decay 0.1; g = 1, 1 from x = 1.
START_TEST(sgd) {
  const CoOptimConfig c = {.kind = CO_SGD, .lr = 0.1, .momentum = 0.5, .weight_decay = 0.1};
  // g = 1 + 0.1 = 1.1, m = 1.1, x = 0.89; g = 1 + 0.089 = 1.089, m = 0.55 + 1.089 = 1.639, x = 0.7261
  check(c, 1, (double[]){1, 1}, (double[]){0.89, 0.7261}, 2);
}
END_TEST

START_TEST(rmsprop) {
  const CoOptimConfig c = {.kind = CO_RMSPROP, .lr = 0.1, .decay = 0.75, .epsilon = 0.5};
  // v = 4 / 4 = 1, x = 1 - 0.1 * 2 / 1.5; v = 0.75 + 0.25 * 4 = 1.75, x -= 0.1 * 2 / (sqrt(1.75) + 0.5)
  const double first = 1 - 0.2 / 1.5;
  check(c, 1, (double[]){2, 2}, (double[]){first, first - 0.2 / (sqrt(1.75) + 0.5)}, 2);
  CoOptimConfig heavy = c;
  heavy.momentum = 0.5; // m = 2 / 1.5; m = 0.5 m + 2 / (sqrt(1.75) + 0.5)
  const double m = 2 / 1.5, n = 0.5 * m + 2 / (sqrt(1.75) + 0.5);
  check(heavy, 1, (double[]){2, 2}, (double[]){1 - 0.1 * m, 1 - 0.1 * m - 0.1 * n}, 2);
}
END_TEST

// v starts at 1 and epsilon stands under the root.
START_TEST(rmsprop_tf) {
  const CoOptimConfig c = {.kind = CO_RMSPROP_TF, .lr = 0.1, .decay = 0.75, .epsilon = 0.5};
  const double first = 1 - 0.2 / sqrt(1.75 + 0.5), second = first - 0.2 / sqrt(0.75 * 1.75 + 1 + 0.5);
  check(c, 1, (double[]){2, 2}, (double[]){first, second}, 2);
}
END_TEST

// Corrected for the start, a constant gradient moves by lr each step, whatever its size.
START_TEST(adam) {
  CoOptimConfig c = co_optim_defaults(CO_ADAM);
  c.lr = 0.1;
  check(c, 1, (double[]){3, 3, 3}, (double[]){0.9, 0.8, 0.7}, 3);
  // g = 1, then -2: m = 0.1, -0.11; v = 0.001, 0.004999; corrected -0.11 / 0.19 and 0.004999 / 0.001999.
  check(c, 1, (double[]){1, -2}, (double[]){0.9, 0.9 + 0.1 * (0.11 / 0.19) / sqrt(0.004999 / 0.001999)}, 2);
  c.weight_decay = 1; // g = 0 + x: a step of lr
  check(c, 1, (double[]){0}, (double[]){0.9}, 1);
}
END_TEST

START_TEST(adamw) {
  CoOptimConfig c = co_optim_defaults(CO_ADAMW);
  ck_assert_double_eq(c.weight_decay, 0.01);
  c.lr = 0.1;
  c.weight_decay = 0.5; // x = 0.95 x, then Adam's step
  check(c, 1, (double[]){3, 3}, (double[]){0.85, 0.7075}, 2);
  check(c, 1, (double[]){0}, (double[]){0.95}, 1);
}
END_TEST

START_TEST(settings_are_checked) {
  CoError error;
  CoOptimConfig c = co_optim_defaults(CO_ADAM);
  c.lr = -1;
  ck_assert_ptr_null(co_optim_create(&c, 4, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "lr is -1"));
  c = co_optim_defaults(CO_ADAM);
  c.decay = 1;
  ck_assert_ptr_null(co_optim_create(&c, 4, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "decay is 1"));
  c = co_optim_defaults(CO_SGD);
  c.epsilon = NAN;
  ck_assert_ptr_null(co_optim_create(&c, 4, &error));
}
END_TEST

// Saved in the middle and loaded elsewhere, every kind goes on with the same bits.
START_TEST(saved_states_go_on) {
  for (CoOptimKind kind = CO_SGD; kind <= CO_ADAMW; kind++) {
    CoOptimConfig c = co_optim_defaults(kind);
    c.momentum = 0.9;
    CoOptim *optim = co_optim_create(&c, SIZE, NULL), *other = co_optim_create(&c, SIZE, NULL);
    CoReal values[SIZE], copy[SIZE], gradient[SIZE];
    for (int i = 0; i < SIZE; i++) values[i] = (CoReal)i, gradient[i] = (CoReal)(i - 10) / 7;
    for (int i = 0; i < 3; i++) co_optim_step(optim, values, gradient);
    co_optim_rate(optim, 0.3);
    CoWriter writer = {0};
    co_optim_save(optim, &writer);
    CoReader reader = co_reader(writer.data, writer.size, NULL);
    ck_assert(co_optim_load(other, &reader) && reader.at == writer.size);
    memcpy(copy, values, sizeof copy);
    co_optim_step(optim, values, gradient);
    co_optim_step(other, copy, gradient);
    ck_assert_mem_eq(values, copy, sizeof copy);
    reader = co_reader(writer.data, writer.size - 1, NULL);
    ck_assert(!co_optim_load(other, &reader));
    co_optim_destroy(other);
    other = co_optim_create(&c, SIZE - 1, NULL);
    reader = co_reader(writer.data, writer.size, NULL);
    ck_assert(!co_optim_load(other, &reader));
    co_writer_free(&writer);
    co_optim_destroy(optim);
    co_optim_destroy(other);
  }
}
END_TEST

START_TEST(limits) {
  CoReal g[] = {3, -4, 0};
  ck_assert_double_eq(co_clip_norm(3, g, 10), 5);
  ck_assert(g[0] == 3);
  ck_assert_double_eq(co_clip_norm(3, g, 1), 5);
  ck_assert_double_eq_tol((double)g[0], 0.6, 1e-7);
  ck_assert_double_eq_tol((double)g[1], -0.8, 1e-7);
  co_clip_value(3, g, 0.7);
  ck_assert(g[1] == -0.7f && g[0] == 0.6f && g[2] == 0);
}
END_TEST

CO_TESTS(sgd, rmsprop, rmsprop_tf, adam, adamw, settings_are_checked, saved_states_go_on, limits)
