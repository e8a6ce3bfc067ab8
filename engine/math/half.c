// IEEE half precision: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. Written with shifts and masks, so that
// any machine gives the same bits, and without branches, so that compilers make vectors of the loops.
#include "bits.h"
#include "cohort/kernels.h"

static inline uint16_t pack(float x) {
  uint32_t sign = (bits32(x) >> 16) & 0x8000u, size = bits32(x) & 0x7fffffffu;
  // Rounded to even in the 13 bits that fall away, then moved from bias 127 to bias 15.
  uint32_t normal = (size + 0xfffu + ((size >> 13) & 1u) - (112u << 23)) >> 13;
  // Beside 0.5 the float's last bit is worth 2^-24, the half's smallest number: the addition rounds.
  uint32_t denormal = bits32(from32(size) + 0.5f) - bits32(0.5f);
  uint32_t half = size < 0x38800000u ? denormal : normal; // 2^-14
  half = size >= 0x477ff000u ? 0x7c00u : half;            // 65520 and above round to infinity
  half = size > 0x7f800000u ? 0x7e00u : half;             // NaN
  return (uint16_t)(sign | half);
}

static inline float unpack(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, size = half & 0x7fffu;
  uint32_t normal = (size << 13) + (112u << 23);
  uint32_t denormal = bits32((float)(int32_t)size * 0x1p-24f);
  uint32_t bits = size < 0x400u ? denormal : normal;
  bits += size >= 0x7c00u ? 112u << 23 : 0u; // infinity and NaN have every exponent bit
  return from32(sign | bits);
}

void co_half_pack(size_t n, const float *x, uint16_t *half) {
  for (size_t i = 0; i < n; i++) half[i] = pack(x[i]);
}

void co_half_unpack(size_t n, const uint16_t *half, float *x) {
  for (size_t i = 0; i < n; i++) x[i] = unpack(half[i]);
}
