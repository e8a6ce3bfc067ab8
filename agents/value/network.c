// The network of action values: duelling streams (Wang et al., ICML 2016), noisy layers, distributions of returns.
#include <stdio.h>
#include <string.h>

#include "dqn.h"

static void declare_stream(CoDqn *dqn, CoNoisy stream[2], const char *name, int first, int outputs) {
  const CoDqnConfig *config = &dqn->config;
  const int width = dqn->network.body.width, hidden = config->body.hidden;
  char whole[64];
  snprintf(whole, sizeof whole, "%s.%d", name, first);
  stream[0] = co_noisy_add(&dqn->params, whole, width, hidden, config->noisy);
  snprintf(whole, sizeof whole, "%s.%d", name, first + 2); // PyTorch counts the activation too
  stream[1] = co_noisy_add(&dqn->params, whole, hidden, outputs, config->noisy);
}

void co_dqn_declare(CoDqn *dqn, const CoSpec *spec) {
  const CoDqnConfig *config = &dqn->config;
  CoDqnNetwork *network = &dqn->network;
  CoBodyConfig body = config->body;
  body.layers--; // the last hidden layer is the streams'
  network->actions = spec->actions;
  network->atoms = config->distribution == CO_DQN_EXPECTED ? 1 : config->atoms;
  network->support = (CoSupport){network->atoms, config->v_min, config->v_max};
  network->duels = config->dueling;
  network->body = co_body_add(&dqn->params, "network", &body, spec->obs_shape, dqn->inputs);
  const int outputs = network->actions * network->atoms;
  if (network->duels) {
    declare_stream(dqn, network->value, "value_head", 0, network->atoms);
    declare_stream(dqn, network->advantage, "advantage_head", 0, outputs);
  } else {
    declare_stream(dqn, network->advantage, "network", co_body_next(&network->body), outputs);
  }
}

void co_dqn_init(CoDqn *dqn, CoRng *rng) {
  const CoDqnNetwork *network = &dqn->network;
  co_body_init(&dqn->params, &network->body, CO_INIT_TORCH, 1, rng);
  for (int i = 0; i < 2 && network->duels; i++)
    co_noisy_init(&dqn->params, &network->value[i], dqn->config.noisy_sigma, rng);
  for (int i = 0; i < 2; i++) co_noisy_init(&dqn->params, &network->advantage[i], dqn->config.noisy_sigma, rng);
}

CoVar *co_dqn_inputs(const CoDqn *dqn, CoTape *tape, const float *obs, const int *at, const int *agent, int n) {
  const size_t size = (size_t)dqn->obs_size, inputs = (size_t)dqn->inputs;
  if (!at && size == inputs) return co_constant(tape, n, dqn->inputs, obs);
  CoReal *x = co_tape_memory(tape, (size_t)n * inputs);
  for (int i = 0; i < n; i++) {
    CoReal *out = x + (size_t)i * inputs;
    memcpy(out, obs + (size_t)(at ? at[i] : i) * size, size * sizeof *out);
    if (size == inputs) continue;
    memset(out + size, 0, (inputs - size) * sizeof *out);
    out[size + (size_t)agent[i]] = 1;
  }
  return co_constant(tape, n, dqn->inputs, x);
}

static CoVar *stream(const CoDqnNetwork *network, CoTape *tape, CoVar *const *bound, const CoNoisy layers[2], CoVar *x,
                     CoNoise *noise) {
  CoVar *hidden = co_activation(tape, network->body.config.activation, co_noisy(tape, bound, &layers[0], x, noise));
  return co_noisy(tape, bound, &layers[1], hidden, noise);
}

// Q(s, a) = V(s) + A(s, a) - mean of A(s, .) over the legal actions; value [n][atoms], advantage [n * actions][atoms].
static CoVar *duel(const CoDqnNetwork *network, CoTape *tape, CoVar *value, CoVar *advantage, const uint8_t *mask) {
  const int rows = value->rows, actions = network->actions, all = rows * actions;
  int *row = co_tape_bytes(tape, (size_t)all * sizeof *row), *legal = co_tape_bytes(tape, (size_t)rows * sizeof *legal);
  CoReal *share = co_tape_memory(tape, (size_t)all);
  memset(legal, 0, (size_t)rows * sizeof *legal);
  for (int i = 0; i < all; i++) legal[row[i] = i / actions] += mask[i];
  for (int i = 0; i < all; i++) share[i] = mask[i] ? (CoReal)1 / (CoReal)legal[row[i]] : 0;
  CoVar *part = co_mul_col(tape, advantage, co_constant(tape, all, 1, share));
  CoVar *common = co_sub(tape, value, co_scatter(tape, part, row, rows));
  return co_add(tape, advantage, co_gather(tape, common, row, all));
}

CoVar *co_dqn_outputs(const CoDqnNetwork *network, CoTape *tape, CoVar *const *bound, CoVar *x, const uint8_t *mask,
                      CoNoise noise) {
  CoVar *h = co_body(tape, bound, &network->body, x);
  CoVar *value = network->duels ? stream(network, tape, bound, network->value, h, &noise) : NULL;
  CoVar *each = stream(network, tape, bound, network->advantage, h, &noise);
  each = co_reshape(tape, each, x->rows * network->actions, network->atoms);
  return value ? duel(network, tape, value, each, mask) : each;
}

// sum of p z for C51; the mean of the quantiles.
CoVar *co_dqn_values(const CoDqn *dqn, CoTape *tape, CoVar *outputs) {
  const CoDqnNetwork *network = &dqn->network;
  const bool c51 = dqn->config.distribution == CO_DQN_C51;
  CoVar *q = outputs;
  if (network->atoms > 1) {
    CoReal *z = co_tape_memory(tape, (size_t)network->atoms);
    for (int i = 0; i < network->atoms; i++)
      z[i] = c51 ? (CoReal)co_support_at(&network->support, i) : (CoReal)1 / (CoReal)network->atoms;
    if (c51) q = co_softmax_rows(tape, q, NULL);
    q = co_matmul(tape, q, co_constant(tape, network->atoms, 1, z));
  }
  return co_reshape(tape, q, outputs->rows / network->actions, network->actions);
}

CoNoise co_dqn_noise(const CoDqnNetwork *network, CoTape *tape, CoRng *const *rngs, int draws) {
  const CoNoisy *layers[] = {&network->value[0], &network->value[1], &network->advantage[0], &network->advantage[1]};
  size_t numbers = 0;
  for (int i = network->duels ? 0 : 2; i < 4; i++) numbers += co_noisy_numbers(layers[i]);
  if (!numbers) return (CoNoise){0};
  CoReal *noise = co_tape_memory(tape, (size_t)draws * numbers), *at = noise;
  for (int i = network->duels ? 0 : 2; i < 4; i++) at = co_noisy_draw(layers[i], rngs, draws, at);
  return (CoNoise){noise, draws};
}
