// Elementwise kernels: their accuracy, special values, the equality of array and scalar forms, and pinned bits.
#include "cohort/kernels.h"

#include <math.h>
#include <string.h>

#include "cohort/hash.h"
#include "suite.h"

static float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static long double sigmoid(long double x) {
  return 1 / (1 + expl(-x));
}

// The largest relative error over floats from low to high, every 4001st of them (of both signs).
static double float_error(float (*kernel)(float), long double (*exact)(long double), float low, float high) {
  double worst = 0;
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 4001) {
    float x = float_of((uint32_t)bits);
    if (!(x >= low && x <= high)) continue;
    long double right = exact((long double)x), size = fmaxl(fabsl(right), 0x1p-126L);
    double error = (double)(fabsl((long double)kernel(x) - right) / size);
    if (!(error <= worst)) worst = error; // a NaN stays
  }
  return worst;
}

// The same over `count` doubles, evenly spaced.
static double double_error(double (*kernel)(double), long double (*exact)(long double), double low, double high) {
  const int count = 200000;
  double worst = 0;
  for (int i = 0; i <= count; i++) {
    double x = low + (high - low) * i / count;
    long double right = exact((long double)x), size = fmaxl(fabsl(right), 0x1p-1022L);
    double error = (double)(fabsl((long double)kernel(x) - right) / size);
    if (!(error <= worst)) worst = error;
  }
  return worst;
}

START_TEST(float_functions_are_accurate) {
  ck_assert_double_lt(float_error(co_expf, expl, -87.33f, 88.72f), 1e-7);
  ck_assert_double_lt(float_error(co_logf, logl, 1e-45f, 3.4e38f), 1e-7);
  ck_assert_double_lt(float_error(co_tanhf, tanhl, -3.4e38f, 3.4e38f), 2e-7);
  ck_assert_double_lt(float_error(co_sigmoidf, sigmoid, -87.3f, 3.4e38f), 2e-7);
  ck_assert_double_lt(float_error(co_sinf, sinl, -1e4f, 1e4f), 7e-8);
  ck_assert_double_lt(float_error(co_cosf, cosl, -1e4f, 1e4f), 7e-8);
}
END_TEST

START_TEST(double_functions_are_accurate) {
  ck_assert_double_lt(double_error(co_exp, expl, -708, 709.7), 1e-15);
  ck_assert_double_lt(double_error(co_exp, expl, -1, 1), 1e-15);
  ck_assert_double_lt(double_error(co_log, logl, 1e-3, 4), 1e-15);
  ck_assert_double_lt(double_error(co_log, logl, 0.999, 1.001), 1e-15);
  ck_assert_double_lt(double_error(co_log, logl, 1e-300, 1e300), 1e-15);
  ck_assert_double_lt(double_error(co_tanh, tanhl, -21, 21), 1e-15);
  ck_assert_double_lt(double_error(co_tanh, tanhl, -1e-3, 1e-3), 1e-15);
  ck_assert_double_lt(double_error(co_sigmoid, sigmoid, -708, 60), 1e-15);
}
END_TEST

START_TEST(sine_and_cosine_are_accurate_far_from_zero) {
  double worst = 0;
  for (int i = -200000; i <= 200000; i++) {
    double x = i * 4.9999;
    worst = fmax(worst, fabs(co_sin(x) - (double)sinl((long double)x)));
    worst = fmax(worst, fabs(co_cos(x) - (double)cosl((long double)x)));
  }
  ck_assert_double_lt(worst, 3e-16);
}
END_TEST

START_TEST(sines_and_cosines_of_many_are_those_of_each) {
  double x[77], sines[77], cosines[77], right[2][77];
  for (int round = 0; round < 100; round++) {
    for (int i = 0; i < 77; i++) {
      x[i] = (i - 38) * 0.217 * (round + 1);
      right[0][i] = co_sin(x[i]);
      right[1][i] = co_cos(x[i]);
    }
    co_sin_cos_many(77, x, sines, cosines);
    ck_assert_mem_eq(sines, right[0], sizeof sines);
    ck_assert_mem_eq(cosines, right[1], sizeof cosines);
  }
}
END_TEST

START_TEST(arc_tangent_knows_every_direction) {
  double worst = 0;
  for (int i = -100000; i <= 100000; i++) {
    double size = co_exp(i * 2e-3), x = size * co_cos(i * 0.7071), y = co_sin(i * 0.7071) / size;
    double right = (double)atan2l((long double)y, (long double)x);
    worst = fmax(worst, fabs(co_atan2(y, x) - right) / (i ? fabs(right) : 1));
  }
  ck_assert_double_lt(worst, 1e-15);
  const double zero[] = {0.0, -0.0, 1.0, -1.0};
  for (int i = 0; i < 16; i++) {
    double right = atan2(zero[i / 4], zero[i % 4]), got = co_atan2(zero[i / 4], zero[i % 4]);
    ck_assert_double_eq(got, right);
    ck_assert_int_eq(signbit(got) != 0, signbit(right) != 0);
  }
}
END_TEST

START_TEST(special_values_are_right) {
  ck_assert_float_eq(co_expf(0), 1);
  ck_assert_float_eq(co_expf(INFINITY), INFINITY);
  ck_assert_float_eq(co_expf(88.73f), INFINITY);
  ck_assert_float_eq(co_expf(-104), 0);
  ck_assert_float_eq(co_expf(-103.2f), 0x1p-149f);
  ck_assert_float_eq(co_logf(1), 0);
  ck_assert_float_eq(co_logf(INFINITY), INFINITY);
  ck_assert_float_eq(co_logf(0), -INFINITY);
  ck_assert_float_eq(co_logf(-0.0f), -INFINITY);
  ck_assert_float_eq(co_tanhf(INFINITY), 1);
  ck_assert_float_eq(co_tanhf(-9.3f), -1);
  ck_assert(signbit(co_tanhf(-0.0f)));
  ck_assert_float_eq(co_sigmoidf(0), 0.5f);
  ck_assert_float_eq(co_sigmoidf(INFINITY), 1);
  ck_assert_float_gt(co_sigmoidf(-INFINITY), 0);
  ck_assert_double_eq(co_exp((double)INFINITY), (double)INFINITY);
  ck_assert_double_eq(co_exp(-746), 0);
  ck_assert_double_eq(co_exp(-745), 0x1p-1074);
  ck_assert_double_eq(co_log(0), -(double)INFINITY);
  ck_assert_double_eq(co_log((double)INFINITY), (double)INFINITY);
  ck_assert_double_eq(co_log(0x1p-1074), -0x1.74385446d71c3p+9);
  ck_assert_double_eq(co_tanh(-30), -1);
  ck_assert_double_gt(co_sigmoid(-(double)INFINITY), 0);
}
END_TEST

START_TEST(a_nan_gives_a_nan) {
  float (*const of_float[])(float) = {co_expf, co_logf, co_tanhf, co_sigmoidf, co_sinf, co_cosf};
  double (*const of_double[])(double) = {co_exp, co_log, co_tanh, co_sigmoid, co_sin, co_cos};
  for (int i = 0; i < 6; i++) {
    ck_assert_float_nan(of_float[i](NAN));
    ck_assert_float_nan(of_float[i](-NAN));
    ck_assert_double_nan(of_double[i]((double)NAN));
  }
  ck_assert_float_nan(co_logf(-1));
  ck_assert_double_nan(co_log(-1));
  ck_assert_double_nan(co_atan2((double)NAN, 1));
  ck_assert_double_nan(co_atan2(1, (double)NAN));
}
END_TEST

#ifdef CO_REAL_IS_DOUBLE
#define SCALAR(name) name
#else
#define SCALAR(name) name##f
#endif

static const struct {
  void (*many)(size_t n, const CoReal *x, CoReal *y);
  CoReal (*scalar)(CoReal x);
} kernels[] = {{co_exp_many, SCALAR(co_exp)},
               {co_log_many, SCALAR(co_log)},
               {co_tanh_many, SCALAR(co_tanh)},
               {co_sigmoid_many, SCALAR(co_sigmoid)}};
enum { KERNELS = sizeof kernels / sizeof kernels[0], LONGEST = 70 };

static void check_many(int kernel, size_t n) {
  CoReal x[LONGEST + 1], y[LONGEST + 1], right[LONGEST + 1];
  for (size_t i = 0; i <= LONGEST; i++) x[i] = (CoReal)((double)((i * 37 + n * 11) % 101) * 0.37 - 18);
  if (n > 5) x[n / 2] = INFINITY;
  memcpy(y, x, sizeof y);
  memcpy(right, x, sizeof right);
  for (size_t i = 0; i < n; i++) right[i] = kernels[kernel].scalar(x[i]);
  kernels[kernel].many(n, x, y);
  for (size_t i = 0; i <= LONGEST; i++) {
    if (isnan(right[i])) y[i] = right[i] = 0; // of a NaN the bits do not count
  }
  ck_assert_mem_eq(y, right, sizeof y);
  kernels[kernel].many(n, x, x);
  for (size_t i = 0; i <= LONGEST; i++) x[i] = isnan(x[i]) ? 0 : x[i];
  ck_assert_mem_eq(x, right, sizeof x);
}

START_TEST(arrays_equal_scalars_bit_for_bit) {
  for (int kernel = 0; kernel < KERNELS; kernel++) {
    for (size_t n = 0; n <= LONGEST; n++) check_many(kernel, n);
  }
}
END_TEST

START_TEST(sums_have_their_association) {
  CoReal x[LONGEST], y[LONGEST];
  for (int i = 0; i < LONGEST; i++) x[i] = (CoReal)sin(i * 1.3), y[i] = (CoReal)cos(i * 0.7);
  for (size_t n = 0; n <= LONGEST; n++) {
    CoReal sum[32] = {0}, dot[32] = {0};
    for (size_t i = 0; i < n; i++) sum[i % 32] += x[i], dot[i % 32] += x[i] * y[i];
    for (size_t width = 16; width > 0; width /= 2) {
      for (size_t l = 0; l < width; l++) sum[l] += sum[l + width], dot[l] += dot[l + width];
    }
    ck_assert(co_sum(n, x) == sum[0]);
    ck_assert(co_dot(n, x, y) == dot[0]);
  }
}
END_TEST

START_TEST(axpy_adds_a_multiple) {
  for (size_t n = 0; n <= LONGEST; n++) {
    CoReal x[LONGEST + 1], y[LONGEST + 1];
    for (size_t i = 0; i <= LONGEST; i++) x[i] = (CoReal)i, y[i] = 100;
    co_axpy(n, (CoReal)-0.5, x, y);
    for (size_t i = 0; i <= LONGEST; i++) ck_assert(y[i] == (i < n ? 100 - (CoReal)i / 2 : 100));
  }
}
END_TEST

// The bits of every kernel on a sample of all floats (NaN as zero): one number for all compilers, levels and machines.
START_TEST(bits_are_pinned) {
  uint64_t hash = 0;
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 99991) {
    float x = float_of((uint32_t)bits);
    double d = (double)x, small = fabs(d) < 1e6 ? d : 0, smaller = fabs(d) < 1e4 ? d : 0;
    double y[] = {(double)co_expf(x),
                  (double)co_logf(x),
                  (double)co_tanhf(x),
                  (double)co_sigmoidf(x),
                  (double)co_sinf((float)smaller),
                  (double)co_cosf((float)smaller),
                  co_exp(d),
                  co_log(d),
                  co_tanh(d),
                  co_sigmoid(d),
                  co_sin(small),
                  co_cos(small),
                  co_atan2(small, 1.1)};
    for (size_t i = 0; i < sizeof y / sizeof y[0]; i++) y[i] = isnan(y[i]) ? 0 : y[i];
    hash = co_hash(hash, y, sizeof y);
  }
  ck_assert_msg(hash == 0xaf272adb3d24d48f, "0x%llx", (unsigned long long)hash);
}
END_TEST

CO_TESTS(float_functions_are_accurate, double_functions_are_accurate, sine_and_cosine_are_accurate_far_from_zero,
         sines_and_cosines_of_many_are_those_of_each, arc_tangent_knows_every_direction, special_values_are_right,
         a_nan_gives_a_nan, arrays_equal_scalars_bit_for_bit, sums_have_their_association, axpy_adds_a_multiple,
         bits_are_pinned)
