// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
#include "cohort/rng.h"

#include <assert.h>
#include <immintrin.h>
#include <string.h>

#include "cohort/hash.h"

// Section 5 of the paper: an increment must be odd, and have enough places where neighbouring bits differ.
static uint64_t odd_gamma(uint64_t bits) {
  bits |= 1;
  return __builtin_popcountll(bits ^ (bits >> 1)) < 24 ? bits ^ UINT64_C(0xAAAAAAAAAAAAAAAA) : bits;
}

CoRng co_rng(uint64_t seed, const char *purpose, uint64_t index) {
  const uint64_t name[2] = {co_hash_text(seed, purpose), index};
  return (CoRng){.state = co_hash(1, name, sizeof name), .gamma = odd_gamma(co_hash(2, name, sizeof name))};
}

CoRng co_rng_split(CoRng *rng) {
  uint64_t state = co_rng_next(rng);
  return (CoRng){.state = state, .gamma = odd_gamma(co_rng_next(rng))};
}

// Draws that co_rng_int would refuse are made again, one by one: about one in 2^32 / range.
void co_rng_ints(CoRng *rngs, int count, int low, int high, int *draws) {
  assert(low <= high);
  uint64_t range = (uint64_t)((int64_t)high - low) + 1;
  int refused = 0;
  for (int i = 0; i < count; i++) {
    uint64_t product = (co_rng_next(&rngs[i]) >> 32) * range;
    draws[i] = (int)(low + (int64_t)(product >> 32));
    refused |= (uint32_t)product < range;
  }
  for (int i = 0; refused && i < count; i++) {
    if ((uint32_t)((co_mix(rngs[i].state) >> 32) * range) >= range) continue;
    rngs[i].state -= rngs[i].gamma;
    draws[i] = co_rng_int(&rngs[i], low, high);
  }
}

// log(x) for 0 < x < 1 by 2 atanh((m - 1) / (m + 1)), x = m 2^e with m near 1. libm's differs between machines.
static inline double natural_log(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  double exponent = (double)((int64_t)(bits >> 52) - 1023);
  bits = (bits & UINT64_C(0x000FFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000);
  double m;
  memcpy(&m, &bits, sizeof m);
  bool above = m > 1.4142135623730951;
  m = above ? m / 2 : m;
  exponent = above ? exponent + 1 : exponent;
  double z = (m - 1) / (m + 1), square = z * z, sum = 0; // |z| < 0.172: terms beyond z^23 are below 1e-18
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return exponent * 0.6931471805599453 + 2 * z * sum;
}

static inline double ratio(const double top[8], const double bottom[8], double x) {
  double above = top[7], below = bottom[7];
  for (int i = 6; i >= 0; i--) {
    above = above * x + top[i];
    below = below * x + bottom[i];
  }
  return above / below;
}

// The inverse of the normal distribution function at 0.5 + q: Wichura, algorithm AS 241 (PPND16), relative error 1e-16.
// Near the middle, which is where 17 of 20 draws fall, it has neither a root nor a logarithm.
#define MIDDLE 0.425

static inline double inverse_in_the_middle(double q) {
  static const double centre[2][8] = {
      {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
       4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
      {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
       3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
  return q * ratio(centre[0], centre[1], 0.180625 - q * q);
}

// How far q is from the middle, as beside it and in the tail the inverse has it: rounded exactly, on every machine.
static inline double depth(double q) {
  return __builtin_sqrt(-natural_log(0.5 - (q < 0 ? -q : q)));
}

static inline double inverse_beside_it(double q) {
  static const double side[2][8] = {
      {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
       1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
      {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
       1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
  double x = ratio(side[0], side[1], depth(q) - 1.6);
  return q < 0 ? -x : x;
}

#define TAIL 1.3887943864964021e-11 // e^-25: what is left of the distribution where depth is 5

static double inverse_in_the_tail(double q) {
  static const double tail[2][8] = {
      {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
       2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
      {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
       1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
  double x = ratio(tail[0], tail[1], depth(q) - 5);
  return q < 0 ? -x : x;
}

// 52 bits, then the middle of their interval, less a half: never -0.5 nor 0.5.
static inline double centred(uint64_t bits) {
  return (double)(2 * (int64_t)(bits >> 12) + 1 - (INT64_C(1) << 52)) * 0x1p-53;
}

static inline bool is_in_the_middle(double q) {
  return q <= MIDDLE && q >= -MIDDLE;
}

static inline bool is_in_the_tail(double q) {
  return q < TAIL - 0.5 || q > 0.5 - TAIL;
}

double co_rng_normal(CoRng *rng) {
  double q = centred(co_rng_next(rng));
  return is_in_the_middle(q) ? inverse_in_the_middle(q)
         : is_in_the_tail(q) ? inverse_in_the_tail(q)
                             : inverse_beside_it(q);
}

// All of them as if they lay in the middle, then those that do not side by side, both of which compilers make vectors
// of; then what lies in the tail.
enum { LOT = 64 };
static void normals_of(int count, const uint64_t *restrict bits, double *restrict normals) {
  double q[LOT], x[LOT];
  int place[LOT], beside = 0;
  for (int i = 0; i < count; i++) normals[i] = inverse_in_the_middle(centred(bits[i]));
  for (int i = 0; i < count; i++) {
    place[beside] = i;
    q[beside] = centred(bits[i]);
    beside += !is_in_the_middle(q[beside]);
  }
  for (int i = 0; i < beside; i++) x[i] = inverse_beside_it(q[i]);
  for (int i = 0; i < beside; i++) normals[place[i]] = is_in_the_tail(q[i]) ? inverse_in_the_tail(q[i]) : x[i];
}

void co_rng_normals(int count, const uint64_t *bits, double *normals) {
  for (int first = 0; first < count; first += LOT)
    normals_of(count - first < LOT ? count - first : LOT, bits + first, normals + first);
}

void co_rng_shuffle(CoRng *rng, int *items, int count) {
  for (int i = count - 1; i > 0; i--) {
    int other = co_rng_int(rng, 0, i), item = items[i];
    items[i] = items[other];
    items[other] = item;
  }
}

enum { WORD = 64 };

// Which of up to 64 entries from `first` on are true, as bits: sixteen at a time, of which the last may overlap.
static uint64_t true_bits(const uint8_t *mask, int first, int count) {
  const __m128i zero = _mm_setzero_si128();
  const int end = count - first < WORD ? count - first : WORD;
  uint64_t bits = 0;
  mask += first;
  for (int i = 0; i < end && end < 16; i++) bits |= (uint64_t)(mask[i] != 0) << i;
  for (int i = 0; i < end && end >= 16; i += 16) {
    int from = i + 16 <= end ? i : end - 16;
    __m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)(mask + from));
    bits |= (uint64_t)(~_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, zero)) & 0xFFFF) << from;
  }
  return bits;
}

static int nth_true(uint64_t bits, int n) { // from 0
#ifdef __BMI2__
  return __builtin_ctzll(_pdep_u64(UINT64_C(1) << n, bits)); // no loop whose end cannot be foretold
#else
  for (; n > 0; n--) bits &= bits - 1;
  return __builtin_ctzll(bits);
#endif
}

int co_rng_choose(CoRng *rng, const uint8_t *mask, int count) {
  uint64_t bits = true_bits(mask, 0, count);
  int allowed = __builtin_popcountll(bits), word = 0;
  for (int i = WORD; i < count; i += WORD) allowed += __builtin_popcountll(true_bits(mask, i, count));
  if (allowed == 0) return -1;
  int left = co_rng_int(rng, 0, allowed - 1);
  if (allowed == count) return left;
  for (int here; left >= (here = __builtin_popcountll(bits)); left -= here) bits = true_bits(mask, word += WORD, count);
  return word + nth_true(bits, left);
}

int co_rng_weighted(CoRng *rng, const double *weights, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) total += weights[i];
  assert(total > 0);
  double left = co_rng_unit(rng) * total;
  int last = 0;
  for (int i = 0; i < count; i++) {
    if (weights[i] <= 0) continue;
    last = i; // rounding may leave a rest behind the last weight
    if (left < weights[i]) break;
    left -= weights[i];
  }
  return last;
}
