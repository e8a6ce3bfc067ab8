// The hidden part of a network: a Sequential of convolutions, Flatten and dense layers.
#include "cohort/body.h"

#include <stdio.h>
#include <string.h>

static int convs(const CoBodyConfig *config, const int obs_shape[3]) {
  return obs_shape[0] > 0 ? config->conv_layers : 0;
}

bool co_body_fits(const CoBodyConfig *config, const int obs_shape[3], CoError *error) {
  int height = obs_shape[1], width = obs_shape[2];
  for (int i = 0; i < convs(config, obs_shape); i++) {
    if (height < config->conv_kernel || width < config->conv_kernel)
      return co_fail(error, "conv_kernel is %d, but convolution %d of %d gets an image of %d x %d", config->conv_kernel,
                     i + 1, config->conv_layers, height, width);
    height = (height - config->conv_kernel) / config->conv_stride + 1;
    width = (width - config->conv_kernel) / config->conv_stride + 1;
  }
  return true;
}

// The convolutions; returns how many numbers the last gives.
static int add_convs(CoBody *body, CoParams *params, const char *name, const int obs_shape[3]) {
  const CoBodyConfig *config = &body->config;
  CoConv shape = {.out_channels = obs_shape[0], .height = obs_shape[1], .width = obs_shape[2]};
  char whole[64];
  for (int i = 0; i < config->conv_layers; i++) {
    shape.in_channels = shape.out_channels;
    shape.out_channels = config->conv_channels;
    shape.kernel = config->conv_kernel, shape.stride = config->conv_stride;
    snprintf(whole, sizeof whole, "%s.%d", name, 2 * i);
    body->shape[i] = shape;
    body->convs[i] = co_conv_add(params, whole, &shape);
    const CoConv done = shape;
    shape.height = co_conv_height(&done), shape.width = co_conv_width(&done);
  }
  return shape.out_channels * shape.height * shape.width;
}

// PyTorch's number of the i-th dense layer.
static int position(const CoBody *body, int i) {
  return 2 * i + (body->config.conv_layers ? 2 * body->config.conv_layers + 1 : 0);
}

CoBody co_body_add(CoParams *params, const char *name, const CoBodyConfig *config, const int obs_shape[3], int inputs) {
  CoBody body = {.config = *config, .inputs = inputs, .width = inputs};
  char whole[64];
  body.config.conv_layers = convs(config, obs_shape);
  if (body.config.conv_layers) {
    body.image = obs_shape[0] * obs_shape[1] * obs_shape[2];
    body.width = inputs - body.image + add_convs(&body, params, name, obs_shape);
  }
  for (int i = 0; i < config->layers; i++) {
    snprintf(whole, sizeof whole, "%s.%d", name, position(&body, i));
    body.dense[i] = co_dense_add(params, whole, body.width, config->hidden);
    body.width = config->hidden;
  }
  return body;
}

int co_body_next(const CoBody *body) {
  return position(body, body->config.layers);
}

CoDense co_body_head_add(CoParams *params, const char *name, const CoBody *body, int outputs) {
  char whole[64];
  snprintf(whole, sizeof whole, "%s.%d", name, co_body_next(body));
  return co_dense_add(params, whole, body->width, outputs);
}

void co_body_init(CoParams *params, const CoBody *body, CoInit init, double gain, CoRng *rng) {
  for (int i = 0; i < body->config.conv_layers; i++) co_dense_init(params, body->convs[i], init, gain, rng);
  for (int i = 0; i < body->config.layers; i++) co_dense_init(params, body->dense[i], init, gain, rng);
}

CoVar *co_activation(CoTape *tape, int activation, CoVar *x) {
  return activation == CO_ACTIVATION_TANH ? co_tanh_of(tape, x) : co_relu(tape, x);
}

static CoVar *dense(CoTape *tape, CoVar *const *bound, CoDense layer, int activation, CoVar *x) {
  CoVar *weight = bound[layer.weight], *bias = bound[layer.bias];
  return activation == CO_ACTIVATION_TANH ? co_linear_tanh(tape, x, weight, bias)
                                          : co_linear_relu(tape, x, weight, bias);
}

static CoVar *look(CoTape *tape, CoVar *const *bound, const CoBody *body, CoVar *x) {
  CoVar *rest = body->image < body->inputs ? co_slice(tape, x, body->image, body->inputs - body->image) : NULL;
  CoVar *image = rest ? co_slice(tape, x, 0, body->image) : x;
  for (int i = 0; i < body->config.conv_layers; i++) {
    const CoDense layer = body->convs[i];
    CoVar *z = co_conv(tape, image, bound[layer.weight], bound[layer.bias], &body->shape[i]);
    image = co_activation(tape, body->config.activation, z);
  }
  return rest ? co_concat(tape, (CoVar *[]){image, rest}, 2) : image;
}

CoVar *co_body(CoTape *tape, CoVar *const *bound, const CoBody *body, CoVar *x) {
  if (body->config.conv_layers) x = look(tape, bound, body, x);
  for (int i = 0; i < body->config.layers; i++) x = dense(tape, bound, body->dense[i], body->config.activation, x);
  return x;
}
