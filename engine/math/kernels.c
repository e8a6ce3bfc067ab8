// exp, log, tanh and sigmoid without a branch, so that compilers turn their loops into vectors of any width.
//
// exp: x = n log 2 + r with |r| <= log(2) / 2, and e^x = 2^n (1 + q), q = e^r - 1. Adding a number as large as `magic`
// rounds n to an integer that then stands in the sum's lowest bits, where a shift makes 2^n of it.
// tanh and sigmoid are quotients of the same q, arranged so that nothing cancels:
// tanh x = E / (E + 2) with E = e^2x - 1 = 2^n q + (2^n - 1), and sigmoid x = 1 / (1 + e^-x).
// log: x = 2^n (1 + f) with 1 + f within sqrt(2) of 1, and s = f / (2 + f) gives
// log(1 + f) = 2 artanh s = 2 s + s R = f - s (f - R), R = 2 s^2 (1/3 + s^2/5 + s^4/7 ...).
// A NaN compares false, so every clamp below lets it through, and it ends as a NaN.
#include "cohort/kernels.h"

#include <math.h>

#include "bits.h"

#ifdef CO_REAL_IS_DOUBLE
#define OF_REAL(name) name##64
#else
#define OF_REAL(name) name##32
#endif

// Float. log 2 in two parts: n times the first is exact.
#define LOG2_HIGH_32 0.693359375f
#define LOG2_LOW_32 (-2.12194440e-4f)
#define LOG2E_32 1.44269504f
#define MAGIC_32 12583039.0f // 1.5 * 2^23 + 127: the integer in the lowest bits is an exponent with its bias

// e^r - 1: r + r^2 P(r), P a minimax fit, relative error 1.5e-8.
static inline float expm1_32(float r) {
  float r2 = r * r;
  float low = 0.5000000059f + r * 0.1666654501f;
  float high = 0.041666289f + r * 0.008366407187f;
  return r + r2 * (low + r2 * (high + r2 * 0.001394610848f));
}

// What is left of x, and n with its exponent's bias in the lowest bits of *biased.
static inline float reduce32(float x, float *biased) {
  *biased = x * LOG2E_32 + MAGIC_32;
  float n = *biased - MAGIC_32;
  return (x - n * LOG2_HIGH_32) - n * LOG2_LOW_32;
}

static inline float exp32(float x) {
  x = x > 90.0f ? 90.0f : x;
  x = x < -105.0f ? -105.0f : x;
  float biased, r = reduce32(x, &biased);
  uint32_t n = bits32(biased) - (bits32(MAGIC_32) - 256); // n + 256, above 0
  uint32_t half = n >> 1;                                 // two factors reach infinity and the denormals
  float first = from32((half - 1) << 23), second = from32((n - half - 1) << 23); // 2^(half - 128), 2^(n - half - 128)
  return (first + first * expm1_32(r)) * second;
}

static inline float tanh32(float x) {
  uint32_t sign = bits32(x) & 0x80000000u;
  float size = from32(bits32(x) ^ sign);
  size = size > 9.25f ? 9.25f : size; // 1 from 9.02 on
  float biased, r = reduce32(size + size, &biased);
  float power = from32(bits32(biased) << 23);
  float e = power * expm1_32(r) + (power - 1.0f);
  return from32(bits32(e / (e + 2.0f)) | sign);
}

static inline float sigmoid32(float x) {
  float y = -x;
  y = y > 88.0f ? 88.0f : y;
  y = y < -87.0f ? -87.0f : y;
  float biased, r = reduce32(y, &biased);
  float power = from32(bits32(biased) << 23);
  return 1.0f / (1.0f + (power + power * expm1_32(r)));
}

static inline float log32(float x) {
  float small = x < 1.17549435e-38f ? 8388608.0f : 1.0f; // denormals become normal
  uint32_t above = bits32(x * small) - 0x3f3504f3u;      // sqrt(1/2)
  float n = (float)((int32_t)above >> 23) - (small > 1.0f ? 23.0f : 0.0f);
  float f = from32((above & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
  float s = f / (2.0f + f), z = s * s;
  float rest = z * (2.0f / 3 + z * (2.0f / 5 + z * (2.0f / 7 + z * (2.0f / 9))));
  float y = n * LOG2_HIGH_32 + (f - (s * (f - rest) - n * LOG2_LOW_32));
  y = x < INFINITY ? y : x;
  return x > 0.0f ? y : (x == 0.0f ? -INFINITY : NAN);
}

// Double: the same with Taylor's series, which is enough.
#define LOG2_HIGH_64 0x1.62e42fee00000p-1 // 32 bits
#define LOG2_LOW_64 0x1.a39ef35793c76p-33
#define LOG2E_64 0x1.71547652b82fep0
#define MAGIC_64 (0x1.8p52 + 1023)

static inline double expm1_64(double r) {
  double p = 1.0 / 6227020800;
  p = 1.0 / 479001600 + r * p;
  p = 1.0 / 39916800 + r * p;
  p = 1.0 / 3628800 + r * p;
  p = 1.0 / 362880 + r * p;
  p = 1.0 / 40320 + r * p;
  p = 1.0 / 5040 + r * p;
  p = 1.0 / 720 + r * p;
  p = 1.0 / 120 + r * p;
  p = 1.0 / 24 + r * p;
  p = 1.0 / 6 + r * p;
  p = 1.0 / 2 + r * p;
  return r + r * r * p;
}

static inline double reduce64(double x, double *biased) {
  *biased = x * LOG2E_64 + MAGIC_64;
  double n = *biased - MAGIC_64;
  return (x - n * LOG2_HIGH_64) - n * LOG2_LOW_64;
}

static inline double exp64(double x) {
  x = x > 711.0 ? 711.0 : x;
  x = x < -747.0 ? -747.0 : x;
  double biased, r = reduce64(x, &biased);
  uint64_t n = bits64(biased) - (bits64(MAGIC_64) - 2048);
  uint64_t half = n >> 1;
  double first = from64((half - 1) << 52), second = from64((n - half - 1) << 52);
  return (first + first * expm1_64(r)) * second;
}

static inline double tanh64(double x) {
  uint64_t sign = bits64(x) & 0x8000000000000000u;
  double size = from64(bits64(x) ^ sign);
  size = size > 20.0 ? 20.0 : size;
  double biased, r = reduce64(size + size, &biased);
  double power = from64(bits64(biased) << 52);
  double e = power * expm1_64(r) + (power - 1.0);
  return from64(bits64(e / (e + 2.0)) | sign);
}

static inline double sigmoid64(double x) {
  double y = -x;
  y = y > 709.0 ? 709.0 : y;
  y = y < -708.0 ? -708.0 : y;
  double biased, r = reduce64(y, &biased);
  double power = from64(bits64(biased) << 52);
  return 1.0 / (1.0 + (power + power * expm1_64(r)));
}

static inline double log64(double x) {
  double small = x < 0x1p-1022 ? 0x1p52 : 1.0;
  uint64_t above = bits64(x * small) - 0x3fe6a09e667f3bcdu; // sqrt(1/2)
  double n = (double)((int64_t)above >> 52) - (small > 1.0 ? 52.0 : 0.0);
  double f = from64((above & 0xfffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  double s = f / (2.0 + f), z = s * s;
  double p = 2.0 / 21;
  p = 2.0 / 19 + z * p;
  p = 2.0 / 17 + z * p;
  p = 2.0 / 15 + z * p;
  p = 2.0 / 13 + z * p;
  p = 2.0 / 11 + z * p;
  p = 2.0 / 9 + z * p;
  p = 2.0 / 7 + z * p;
  p = 2.0 / 5 + z * p;
  p = 2.0 / 3 + z * p;
  double y = n * LOG2_HIGH_64 + (f - (s * (f - z * p) - n * LOG2_LOW_64));
  y = x < (double)INFINITY ? y : x;
  return x > 0.0 ? y : (x == 0.0 ? -(double)INFINITY : (double)NAN);
}

float co_expf(float x) {
  return exp32(x);
}
float co_logf(float x) {
  return log32(x);
}
float co_tanhf(float x) {
  return tanh32(x);
}
float co_sigmoidf(float x) {
  return sigmoid32(x);
}
double co_exp(double x) {
  return exp64(x);
}
double co_log(double x) {
  return log64(x);
}
double co_tanh(double x) {
  return tanh64(x);
}
double co_sigmoid(double x) {
  return sigmoid64(x);
}

void co_exp_many(size_t n, const CoReal *x, CoReal *y) {
  CO_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = OF_REAL(exp)(x[i]);
}

void co_log_many(size_t n, const CoReal *x, CoReal *y) {
  CO_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = OF_REAL(log)(x[i]);
}

void co_tanh_many(size_t n, const CoReal *x, CoReal *y) {
  CO_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = OF_REAL(tanh)(x[i]);
}

void co_sigmoid_many(size_t n, const CoReal *x, CoReal *y) {
  CO_INDEPENDENT
  for (size_t i = 0; i < n; i++) y[i] = OF_REAL(sigmoid)(x[i]);
}
