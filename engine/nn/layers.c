// Layers: which parameters they declare, how these begin, what they compute.
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/params.h"

static int add(CoParams *params, const char *name, const char *part, int rows, int cols, CoLayout layout) {
  char whole[sizeof params->items->name];
  const int length = snprintf(whole, sizeof whole, "%s.%s", name, part);
  assert(length > 0 && (size_t)length < sizeof whole);
  (void)length;
  return co_params_add(params, whole, rows, cols, layout);
}

CoDense co_dense_add(CoParams *params, const char *name, int in, int out) {
  const int weight = add(params, name, "weight", in, out, CO_LAYOUT_TRANSPOSED);
  return (CoDense){.weight = weight, .bias = add(params, name, "bias", 1, out, CO_LAYOUT_VECTOR)};
}

CoDense co_conv_add(CoParams *params, const char *name, const CoConv *conv) {
  const int rows = conv->in_channels * conv->kernel * conv->kernel;
  const int weight = add(params, name, "weight", rows, conv->out_channels, CO_LAYOUT_CONV);
  if (weight >= 0) params->items[weight].kernel = conv->kernel;
  return (CoDense){.weight = weight, .bias = add(params, name, "bias", 1, conv->out_channels, CO_LAYOUT_VECTOR)};
}

void co_dense_init(CoParams *params, CoDense layer, CoInit init, double gain, CoRng *rng) {
  const int in = params->items[layer.weight].rows;
  co_params_init(params, layer.weight, init, in, gain, rng);
  co_params_init(params, layer.bias, init == CO_INIT_TORCH ? CO_INIT_TORCH : CO_INIT_ZERO, in, gain, rng);
}

CoVar *co_dense(CoTape *tape, CoVar *const *bound, CoDense layer, CoVar *x) {
  return co_linear(tape, x, bound[layer.weight], bound[layer.bias]);
}

static CoRecurrent recurrent(CoParams *params, const char *name, int in, int hidden, int gates) {
  CoRecurrent layer = {.lstm = gates == 4, .hidden = hidden};
  layer.w_ih = add(params, name, "weight_ih", in, gates * hidden, CO_LAYOUT_TRANSPOSED);
  layer.w_hh = add(params, name, "weight_hh", hidden, gates * hidden, CO_LAYOUT_TRANSPOSED);
  layer.b_ih = add(params, name, "bias_ih", 1, gates * hidden, CO_LAYOUT_VECTOR);
  layer.b_hh = add(params, name, "bias_hh", 1, gates * hidden, CO_LAYOUT_VECTOR);
  return layer;
}

CoRecurrent co_gru_add(CoParams *params, const char *name, int in, int hidden) {
  return recurrent(params, name, in, hidden, 3);
}

CoRecurrent co_lstm_add(CoParams *params, const char *name, int in, int hidden) {
  return recurrent(params, name, in, hidden, 4);
}

void co_recurrent_init(CoParams *params, CoRecurrent layer, CoRng *rng) {
  const int parts[] = {layer.w_ih, layer.w_hh, layer.b_ih, layer.b_hh};
  for (int i = 0; i < 4; i++) co_params_init(params, parts[i], CO_INIT_TORCH, layer.hidden, 1, rng);
}

CoCell co_recurrent_cell(CoVar *const *bound, CoRecurrent layer) {
  return (CoCell){.w_ih = bound[layer.w_ih],
                  .w_hh = bound[layer.w_hh],
                  .b_ih = bound[layer.b_ih],
                  .b_hh = bound[layer.b_hh],
                  .hard = layer.hard};
}
