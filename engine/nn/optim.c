// Optimisers: each update rule is one loop over the block.
#include "cohort/optim.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>

struct CoOptim {
  CoOptimConfig config;
  size_t size;
  double power1, power2;  // momentum^t and decay^t after t steps, for Adam's corrections
  CoReal *first, *second; // [size] each: momentum; mean square
};

CoOptimConfig co_optim_defaults(CoOptimKind kind) {
  CoOptimConfig config = {.kind = kind, .lr = 1e-3, .decay = 0.99, .epsilon = 1e-8};
  if (kind == CO_RMSPROP_TF) config = (CoOptimConfig){.kind = kind, .lr = 1e-3, .decay = 0.9, .epsilon = 1e-10};
  if (kind == CO_ADAM || kind == CO_ADAMW) {
    config.decay = 0.999;
    config.momentum = 0.9;
  }
  if (kind == CO_ADAMW) config.weight_decay = 0.01;
  return config;
}

static bool check(const CoOptimConfig *c, CoError *error) {
  const struct {
    const char *name;
    double value, low, high;
  } rows[] = {{"lr", c->lr, 0, 1e6},
              {"decay", c->decay, 0, 1},
              {"momentum", c->momentum, 0, 1},
              {"epsilon", c->epsilon, 0, 1e6},
              {"weight_decay", c->weight_decay, 0, 1e6}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (!(rows[i].value >= rows[i].low && rows[i].value < rows[i].high))
      return co_fail(error, "%s is %g, must lie in [%g, %g)", rows[i].name, rows[i].value, rows[i].low, rows[i].high);
  return true;
}

CoOptim *co_optim_create(const CoOptimConfig *config, size_t size, CoError *error) {
  if (!check(config, error)) return NULL;
  const size_t bytes = (2 * size * sizeof(CoReal) + 63) / 64 * 64, head = (sizeof(CoOptim) + 63) / 64 * 64;
  CoOptim *optim = aligned_alloc(64, head + bytes);
  if (!optim) {
    co_fail(error, "no memory for an optimiser of %zu parameters", size);
    return NULL;
  }
  CoReal *state = (CoReal *)(void *)((char *)optim + head);
  memset(state, 0, bytes);
  *optim = (CoOptim){.config = *config, .size = size, .power1 = 1, .power2 = 1, .first = state, .second = state + size};
  for (size_t i = 0; i < size && config->kind == CO_RMSPROP_TF; i++) optim->second[i] = 1;
  return optim;
}

void co_optim_destroy(CoOptim *optim) {
  free(optim);
}

void co_optim_rate(CoOptim *optim, double lr) {
  optim->config.lr = lr;
}

// The configuration in the block's precision, and the block.
typedef struct Step {
  size_t size;
  CoReal lr, momentum, decay, rest, epsilon, shrink; // rest: 1 - decay; shrink: weight decay
  CoReal *restrict first, *restrict second, *restrict values;
  const CoReal *restrict gradient;
} Step;

// PyTorch: m = momentum m + g; x -= lr m
static void sgd(const Step *s) {
  for (size_t i = 0; i < s->size; i++) {
    const CoReal g = s->gradient[i] + s->shrink * s->values[i];
    const CoReal m = s->momentum * s->first[i] + g;
    s->first[i] = m;
    s->values[i] -= s->lr * m;
  }
}

// PyTorch: v = decay v + (1 - decay) g^2; m = momentum m + g / (sqrt(v) + epsilon); x -= lr m
static void rmsprop(const Step *s) {
  for (size_t i = 0; i < s->size; i++) {
    const CoReal g = s->gradient[i] + s->shrink * s->values[i];
    const CoReal v = s->decay * s->second[i] + s->rest * g * g;
    const CoReal m = s->momentum * s->first[i] + g / (sqrt(v) + s->epsilon);
    s->second[i] = v;
    s->first[i] = m;
    s->values[i] -= s->lr * m;
  }
}

// TensorFlow: v = decay v + (1 - decay) g^2; m = momentum m + lr g / sqrt(v + epsilon); x -= m
static void rmsprop_tf(const Step *s) {
  for (size_t i = 0; i < s->size; i++) {
    const CoReal g = s->gradient[i] + s->shrink * s->values[i];
    const CoReal v = s->decay * s->second[i] + s->rest * g * g;
    const CoReal m = s->momentum * s->first[i] + s->lr * g / sqrt(v + s->epsilon);
    s->second[i] = v;
    s->first[i] = m;
    s->values[i] -= m;
  }
}

// Kingma and Ba, arXiv 1412.6980, algorithm 1; AdamW: Loshchilov and Hutter, arXiv 1711.05101, algorithm 2 as PyTorch
// has it (the decay is multiplied by lr). size1, size2: 1 / (1 - momentum^t), 1 / (1 - decay^t).
static void adam(const Step *s, CoReal new, CoReal size1, CoReal size2, CoReal l2, CoReal keep) {
  for (size_t i = 0; i < s->size; i++) {
    const CoReal x = keep * s->values[i], g = s->gradient[i] + l2 * s->values[i];
    const CoReal m = s->momentum * s->first[i] + new *g, v = s->decay * s->second[i] + s->rest *g *g;
    s->first[i] = m;
    s->second[i] = v;
    s->values[i] = x - s->lr * (m * size1) / (sqrt(v * size2) + s->epsilon);
  }
}

void co_optim_step(CoOptim *optim, CoReal *values, const CoReal *gradient) {
  const CoOptimConfig *c = &optim->config;
  const Step s = {.size = optim->size,
                  .lr = (CoReal)c->lr,
                  .momentum = (CoReal)c->momentum,
                  .decay = (CoReal)c->decay,
                  .rest = (CoReal)(1 - c->decay),
                  .epsilon = (CoReal)c->epsilon,
                  .shrink = (CoReal)c->weight_decay,
                  .first = optim->first,
                  .second = optim->second,
                  .values = values,
                  .gradient = gradient};
  optim->power1 *= c->momentum;
  optim->power2 *= c->decay;
  const CoReal new = (CoReal)(1 - c->momentum), size1 = (CoReal)(1 / (1 - optim->power1)),
               size2 = (CoReal)(1 / (1 - optim->power2));
  switch (c->kind) {
  case CO_SGD:
    sgd(&s);
    break;
  case CO_RMSPROP:
    rmsprop(&s);
    break;
  case CO_RMSPROP_TF:
    rmsprop_tf(&s);
    break;
  case CO_ADAM:
    adam(&s, new, size1, size2, s.shrink, 1);
    break;
  case CO_ADAMW:
    adam(&s, new, size1, size2, 0, (CoReal)(1 - c->lr * c->weight_decay));
    break;
  }
}

static const char section[] = "optimiser";

void co_optim_save(const CoOptim *optim, CoWriter *writer) {
  const double numbers[] = {optim->config.lr, optim->power1, optim->power2};
  co_write_u32(writer, (uint32_t)optim->config.kind);
  co_write_u64(writer, optim->size);
  co_write(writer, numbers, sizeof numbers);
  co_write(writer, optim->first, 2 * optim->size * sizeof(CoReal));
}

bool co_optim_load(CoOptim *optim, CoReader *reader) {
  double numbers[3];
  const uint32_t kind = co_read_u32(reader, section);
  const uint64_t size = co_read_u64(reader, section);
  if (!co_read(reader, numbers, sizeof numbers, section)) return false;
  if (kind != (uint32_t)optim->config.kind || size != optim->size) {
    reader->failed = true;
    return co_fail(reader->error, "holds the state of another optimiser or of another number of parameters");
  }
  optim->config.lr = numbers[0];
  optim->power1 = numbers[1];
  optim->power2 = numbers[2];
  return co_read(reader, optim->first, 2 * optim->size * sizeof(CoReal), section);
}
