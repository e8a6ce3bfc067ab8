// sin, cos and atan2 for environments: Taylor's series near 0, after a reduction that is exact where it must be.
#include <math.h>

#include "bits.h"
#include "cohort/kernels.h"

// pi / 2 in three parts: n times each of the first two is exact for n below 2^20.
#define QUARTER_1 0x1.921fb54400000p+0
#define QUARTER_2 0x1.0b4611a600000p-34
#define QUARTER_3 0x1.3198a2e037073p-69
#define PI 0x1.921fb54442d18p+1

// |r| <= pi / 4; z = r^2.
static inline double sine(double r, double z) {
  double p = -1.0 / 1307674368000;
  p = 1.0 / 6227020800 + z * p;
  p = -1.0 / 39916800 + z * p;
  p = 1.0 / 362880 + z * p;
  p = -1.0 / 5040 + z * p;
  p = 1.0 / 120 + z * p;
  p = -1.0 / 6 + z * p;
  return r + r * (z * p);
}

static inline double cosine(double z) {
  double p = 1.0 / 20922789888000;
  p = -1.0 / 87178291200 + z * p;
  p = 1.0 / 479001600 + z * p;
  p = -1.0 / 3628800 + z * p;
  p = 1.0 / 40320 + z * p;
  p = -1.0 / 720 + z * p;
  p = 1.0 / 24 + z * p;
  p = -1.0 / 2 + z * p;
  return 1.0 + z * p;
}

// x = n pi / 2 + r; the lowest bits of *quadrant are n's.
static inline double reduce(double x, uint64_t *quadrant) {
  const double magic = 0x1.8p52;
  double rounded = x * (2.0 / PI) + magic, n = rounded - magic;
  *quadrant = bits64(rounded);
  return ((x - n * QUARTER_1) - n * QUARTER_2) - n * QUARTER_3;
}

static inline double negate_if(uint64_t bit_1, double y) {
  return from64(bits64(y) ^ (bit_1 & 2) << 62);
}

// sin(x + quarters pi / 2): n + quarters modulo 4 says which of +-sin r, +-cos r it is.
static inline double turn(double x, uint64_t quarters) {
  uint64_t quadrant;
  double r = reduce(x, &quadrant), z = r * r;
  quadrant += quarters;
  return negate_if(quadrant, quadrant & 1 ? cosine(z) : sine(r, z));
}

void co_sin_cos_many(size_t n, const double *restrict x, double *restrict sines, double *restrict cosines) {
  for (size_t i = 0; i < n; i++) {
    uint64_t quadrant;
    double r = reduce(x[i], &quadrant), z = r * r, s = sine(r, z), c = cosine(z);
    sines[i] = negate_if(quadrant, quadrant & 1 ? c : s);
    cosines[i] = negate_if(quadrant + 1, quadrant & 1 ? s : c);
  }
}

double co_sin(double x) {
  return turn(x, 0);
}
double co_cos(double x) {
  return turn(x, 1);
}
float co_sinf(float x) {
  return (float)turn((double)x, 0);
}
float co_cosf(float x) {
  return (float)turn((double)x, 1);
}

// atan(low / high), 0 <= low <= high, high > 0: with c the nearest eighth to the quotient,
// atan(low / high) = atan c + atan t, t = (low - c high) / (high + c low), |t| <= 1/16.
static double octant(double low, double high) {
  static const double known[] = {0,
                                 0x1.fd5ba9aac2f6ep-4,
                                 0x1.f5b75f92c80ddp-3,
                                 0x1.6f61941e4def1p-2,
                                 0x1.dac670561bb4fp-2,
                                 0x1.1e00babdefeb4p-1,
                                 0x1.4978fa3269ee1p-1,
                                 0x1.700a7c5784634p-1,
                                 0x1.921fb54442d18p-1}; // atan(i / 8)
  int nearest = (int)(8.0 * (low / high) + 0.5);
  double c = nearest / 8.0;
  double t = (low - c * high) / (high + c * low), z = t * t;
  double p = 1.0 / 13;
  p = -1.0 / 11 + z * p;
  p = 1.0 / 9 + z * p;
  p = -1.0 / 7 + z * p;
  p = 1.0 / 5 + z * p;
  p = -1.0 / 3 + z * p;
  return known[nearest] + (t + t * (z * p));
}

double co_atan2(double y, double x) {
  if (isnan(x) || isnan(y)) return (double)NAN;
  double height = fabs(y), width = fabs(x);
  double angle = height <= width ? (width > 0 ? octant(height, width) : 0) : PI / 2 - octant(width, height);
  if (signbit(x)) angle = PI - angle;
  return copysign(angle, y);
}
