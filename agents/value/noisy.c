// Noisy layers: y = (mu_w + sigma_w * f(e_in) f(e_out)') x + mu_b + sigma_b * f(e_out), f(e) = sign(e) sqrt(|e|).
#include "noisy.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static int add(CoParams *params, const char *name, const char *part, int rows, int cols, CoLayout layout) {
  char whole[64];
  snprintf(whole, sizeof whole, "%s.%s", name, part);
  return co_params_add(params, whole, rows, cols, layout);
}

CoNoisy co_noisy_add(CoParams *params, const char *name, int in, int out, bool noisy) {
  CoNoisy layer = {.deviation = {-1, -1}, .in = in, .out = out};
  if (!noisy) {
    layer.mean = co_dense_add(params, name, in, out);
    return layer;
  }
  layer.mean.weight = add(params, name, "weight_mu", in, out, CO_LAYOUT_TRANSPOSED);
  layer.mean.bias = add(params, name, "bias_mu", 1, out, CO_LAYOUT_VECTOR);
  layer.deviation.weight = add(params, name, "weight_sigma", in, out, CO_LAYOUT_TRANSPOSED);
  layer.deviation.bias = add(params, name, "bias_sigma", 1, out, CO_LAYOUT_VECTOR);
  return layer;
}

void co_noisy_init(CoParams *params, const CoNoisy *layer, double sigma, CoRng *rng) {
  co_dense_init(params, layer->mean, CO_INIT_TORCH, 1, rng);
  if (layer->deviation.weight < 0) return;
  co_params_init(params, layer->deviation.weight, CO_INIT_ONE, layer->in, sigma / sqrt(layer->in), rng);
  co_params_init(params, layer->deviation.bias, CO_INIT_ONE, layer->in, sigma / sqrt(layer->in), rng);
}

size_t co_noisy_numbers(const CoNoisy *layer) {
  return layer->deviation.weight < 0 ? 0 : (size_t)(layer->in + layer->out);
}

static CoReal *draw(int count, CoRng *rng, CoReal *out) {
  for (int i = 0; i < count; i++) {
    const double e = co_rng_normal(rng);
    *out++ = (CoReal)copysign(sqrt(fabs(e)), e);
  }
  return out;
}

CoReal *co_noisy_draw(const CoNoisy *layer, CoRng *const *rngs, int draws, CoReal *out) {
  if (layer->deviation.weight < 0) return out;
  for (int i = 0; i < draws; i++) out = draw(layer->in, rngs[i], out);
  for (int i = 0; i < draws; i++) out = draw(layer->out, rngs[i], out);
  return out;
}

static CoVar *multiply(CoTape *tape, CoVar *x, CoNoise *noise) {
  assert(noise->draws == 1 || noise->draws == x->rows);
  CoVar *e = co_constant(tape, noise->draws, x->cols, noise->next);
  noise->next += (size_t)noise->draws * (size_t)x->cols;
  return noise->draws == 1 ? co_mul_row(tape, x, e) : co_mul(tape, x, e);
}

CoVar *co_noisy(CoTape *tape, CoVar *const *bound, const CoNoisy *layer, CoVar *x, CoNoise *noise) {
  CoVar *mean = co_dense(tape, bound, layer->mean, x);
  if (layer->deviation.weight < 0 || !noise->next) return mean;
  // (sigma_w * f(e_in) f(e_out)') x = f(e_out) * (sigma_w (f(e_in) * x)): the matrix of noise is never formed.
  CoVar *inner = multiply(tape, x, noise);
  return co_add(tape, mean, multiply(tape, co_dense(tape, bound, layer->deviation, inner), noise));
}
