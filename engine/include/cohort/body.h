// The hidden part of a network over an observation: convolutions where it is an image, then dense layers.
#ifndef COHORT_BODY_H
#define COHORT_BODY_H

#include "cohort/params.h"
#include "cohort/settings.h"

#define CO_BODY_LAYERS 4 // the most dense ones
#define CO_BODY_CONVS 3  // the most convolutions
typedef enum CoActivation { CO_ACTIVATION_TANH, CO_ACTIVATION_RELU } CoActivation;

// The first member of an algorithm's config, so that the rows below, with offsets into it, serve them all.
typedef struct CoBodyConfig {
  int hidden, layers, activation; // CoActivation
  int conv_layers, conv_channels, conv_kernel, conv_stride;
} CoBodyConfig;

#define CO_BODY_FIELDS(width, bend) CO_BODY_FIELDS_OF("2", width, bend)
#define CO_BODY_FIELDS_OF(depth, width, bend)                                                                          \
  CO_INT(CoBodyConfig, hidden, width, 1, 4096, "width of the hidden layers"),                                          \
      CO_INT(CoBodyConfig, layers, depth, 1, CO_BODY_LAYERS, "hidden layers of each network"),                         \
      CO_CHOICE(CoBodyConfig, activation, bend, "tanh relu", "what follows a hidden layer"),                           \
      CO_INT(CoBodyConfig, conv_layers, "1", 0, CO_BODY_CONVS,                                                         \
             "images: convolutions before the hidden layers; 0: the image is a list of numbers"),                      \
      CO_INT(CoBodyConfig, conv_channels, "16", 1, 1024, "images: channels that a convolution gives"),                 \
      CO_INT(CoBodyConfig, conv_kernel, "3", 1, 64, "images: height and width of a convolution's kernel"),             \
      CO_INT(CoBodyConfig, conv_stride, "1", 1, 64, "images: cells from one place of the kernel to the next")

typedef struct CoBody {
  CoBodyConfig config;
  int inputs, width;            // numbers in and out
  int image;                    // how many of the inputs, the first ones, are an image; 0: none
  CoConv shape[CO_BODY_CONVS];  // [convs]
  CoDense convs[CO_BODY_CONVS]; // [config.conv_layers], where there is an image
  CoDense dense[CO_BODY_LAYERS];
} CoBody;

// Whether the convolutions fit in images of obs_shape (channels, height, width; 0s: none): false with the reason.
bool co_body_fits(const CoBodyConfig *config, const int obs_shape[3], CoError *error);

// Declares a body for `inputs` numbers, of which the first are an image of obs_shape (0s: none); what follows the image
// (an action, an agent's number) joins before the dense layers. Names are PyTorch's for a Sequential of convolutions,
// Flatten and dense layers, activations counted: NAME.0.weight, NAME.0.bias, NAME.2.weight ...
CoBody co_body_add(CoParams *params, const char *name, const CoBodyConfig *config, const int obs_shape[3], int inputs);
int co_body_next(const CoBody *body); // the number that the Sequential's next layer has
// The dense layer that ends the Sequential.
CoDense co_body_head_add(CoParams *params, const char *name, const CoBody *body, int outputs);
void co_body_init(CoParams *params, const CoBody *body, CoInit init, double gain, CoRng *rng);

CoVar *co_body(CoTape *tape, CoVar *const *bound, const CoBody *body, CoVar *x); // [n][inputs] -> [n][width]
CoVar *co_activation(CoTape *tape, int activation, CoVar *x);

#endif
