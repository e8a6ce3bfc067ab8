// The squashed Gaussian (Haarnoja et al., 2018, appendix C): a = tanh(u), u = m + s z, z ~ N(0, 1).
//
// The density of a is that of u over |da/du| = 1 - tanh(u)^2 = 4 e^-2u / (1 + e^-2u)^2, whose logarithm
//   log(1 - tanh(u)^2) = 2 (log 2 - u - softplus(-2u))
// is exact also where tanh(u) rounds to 1.
#include "squashed.h"

#define HALF_LOG_2PI 0.91893853320467274
#define TWO_LOG_2 1.3862943611198906

CoSquashed co_squashed_draw(CoTape *tape, CoVar *mean, CoVar *log_std, CoVar *noise) {
  CoVar *u = co_add(tape, mean, co_mul(tape, co_exp_of(tape, log_std), noise));
  // log N(u; m, s) = -z^2 / 2 - log s - log(2 pi) / 2
  CoVar *normal = co_sub(tape, co_affine(tape, co_square(tape, noise), (CoReal)-0.5, (CoReal)-HALF_LOG_2PI), log_std);
  CoVar *tail = co_affine(tape, co_softplus(tape, co_affine(tape, u, -2, 0)), 2, (CoReal)-TWO_LOG_2);
  CoVar *stretch = co_add(tape, co_affine(tape, u, 2, 0), tail); // -log(1 - tanh(u)^2)
  return (CoSquashed){co_tanh_of(tape, u), co_sum_rows(tape, co_add(tape, normal, stretch))};
}
