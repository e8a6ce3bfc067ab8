// QPD's central critic (Yang et al., ICML 2020): channels of shared weights, merged into one value.
#include "critic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents.h"

static int kind_of(const CoSpec *spec, int agent) {
  return spec->kind ? spec->kind[agent] : 0;
}

// Agents of one kind, in ascending order of the kinds' first agents.
static void group_by_kind(CoCritic *critic, const CoSpec *spec) {
  int placed = 0;
  for (int lead = 0; lead < spec->agents; lead++) {
    bool seen = false;
    for (int i = 0; i < lead; i++) seen |= kind_of(spec, i) == kind_of(spec, lead);
    if (seen) continue;
    critic->first[critic->channels++] = placed;
    for (int i = lead; i < spec->agents; i++)
      if (kind_of(spec, i) == kind_of(spec, lead)) critic->order[placed++] = i;
  }
  critic->first[critic->channels] = placed;
}

static void group_alone(CoCritic *critic, const CoSpec *spec) {
  critic->channels = spec->agents;
  for (int i = 0; i <= spec->agents; i++) critic->first[i] = i;
  for (int i = 0; i < spec->agents; i++) critic->order[i] = i;
}

static CoDense declare(CoCritic *critic, const char *stem, int number, int layer, int in, int out) {
  char name[48];
  snprintf(name, sizeof name, "%s.%d.%d", stem, number, layer);
  return co_dense_add(&critic->params, name, in, out);
}

// Named as PyTorch would name sequences of layers: channel.K.0 and channel.K.2, post.K.0; and out.
static void declare_layers(CoCritic *critic) {
  bool single = critic->config.form == CO_CRITIC_SINGLE;
  int hidden = critic->config.hidden, channels = single ? 1 : critic->channels;
  int in = single ? critic->agents * critic->inputs : critic->inputs;
  for (int c = 0; c < channels; c++) {
    critic->layer1[c] = declare(critic, "channel", c, 0, in, hidden);
    critic->layer2[c] = declare(critic, "channel", c, 2, hidden, hidden);
  }
  int merged = single || critic->config.merge == CO_CRITIC_ADD ? hidden : critic->agents * hidden;
  for (int i = 0; i < critic->config.post_layers; i++) {
    critic->after[i] = declare(critic, "post", i, 0, merged, hidden);
    merged = hidden;
  }
  critic->after[critic->config.post_layers] = co_dense_add(&critic->params, "out", merged, 1);
}

static void init_layers(CoCritic *critic, CoRng *rng) {
  int channels = critic->config.form == CO_CRITIC_SINGLE ? 1 : critic->channels;
  for (int c = 0; c < channels; c++) {
    co_dense_init(&critic->params, critic->layer1[c], CO_INIT_XAVIER, 1, rng);
    co_dense_init(&critic->params, critic->layer2[c], CO_INIT_XAVIER, 1, rng);
  }
  for (int i = 0; i <= critic->config.post_layers; i++)
    co_dense_init(&critic->params, critic->after[i], CO_INIT_XAVIER, 1, rng);
}

bool co_critic_create(CoCritic *critic, const CoCriticConfig *config, const CoSpec *spec, CoRng *rng, CoError *error) {
  size_t agents = (size_t)spec->agents;
  *critic = (CoCritic){.config = *config, .agents = spec->agents, .actions = spec->actions};
  critic->view = config->privileged ? spec->privileged_size : spec->obs_size;
  critic->inputs = critic->view + spec->actions;
  critic->first = calloc(agents + 1, sizeof *critic->first);
  critic->order = calloc(agents, sizeof *critic->order);
  critic->layer1 = calloc(agents, sizeof *critic->layer1);
  critic->layer2 = calloc(agents, sizeof *critic->layer2);
  critic->after = calloc((size_t)config->post_layers + 1, sizeof *critic->after);
  if (!critic->first || !critic->order || !critic->layer1 || !critic->layer2 || !critic->after)
    return co_fail(error, "no memory for a critic of %d agents", spec->agents);
  if (config->form == CO_CRITIC_SINGLE) {
    group_alone(critic, spec);
  } else {
    group_by_kind(critic, spec);
  }
  declare_layers(critic);
  if (!co_params_allocate(&critic->params, error)) return false;
  init_layers(critic, rng);
  return co_params_clone(&critic->target, &critic->params, error);
}

void co_critic_free(CoCritic *critic) {
  co_params_free(&critic->params);
  co_params_free(&critic->target);
  free(critic->first);
  free(critic->order);
  free(critic->layer1);
  free(critic->layer2);
  free(critic->after);
}

static int members(const CoCritic *critic, int channel) {
  return critic->first[channel + 1] - critic->first[channel];
}

static CoVar **array(const CoCritic *critic, CoTape *tape) {
  return co_tape_bytes(tape, (size_t)critic->channels * sizeof(CoVar *));
}

// x_t^i: the agent's view, then its action as a one-hot vector.
static void fill(const CoCritic *critic, const CoBatch *batch, int row, int agent, CoReal *out) {
  int kept = row < 0 ? 0 : critic->view;
  memset(out + kept, 0, (size_t)(critic->inputs - kept) * sizeof *out);
  if (row < 0) return;
  size_t at = (size_t)row * (size_t)critic->agents + (size_t)agent, view = (size_t)critic->view;
  memcpy(out, (critic->config.privileged ? batch->privileged : batch->obs) + at * view, view * sizeof *out);
  out[critic->view + batch->action[at]] = 1;
}

CoVar **co_critic_inputs(const CoCritic *critic, CoTape *tape, const CoBatch *batch, const int *rows, int count) {
  CoVar **inputs = array(critic, tape);
  for (int c = 0; c < critic->channels; c++) {
    int agents = members(critic, c);
    CoReal *x = co_tape_memory(tape, (size_t)count * (size_t)agents * (size_t)critic->inputs);
    inputs[c] = co_constant(tape, count * agents, critic->inputs, x);
    for (int i = 0; i < count; i++)
      for (int j = 0; j < agents; j++, x += critic->inputs)
        fill(critic, batch, rows[i], critic->order[critic->first[c] + j], x);
  }
  return inputs;
}

CoVar **co_critic_parts(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *const *inputs) {
  CoVar **parts = array(critic, tape);
  for (int c = 0; c < critic->channels; c++) {
    if (critic->config.form == CO_CRITIC_SINGLE) {
      CoVar *w = co_rows(tape, bound[critic->layer1[0].weight], c * critic->inputs, critic->inputs);
      parts[c] = co_matmul(tape, inputs[c], w);
    } else {
      parts[c] = co_dense(tape, bound, critic->layer1[c], inputs[c]);
    }
  }
  return parts;
}

static CoVar *second(CoTape *tape, CoVar *const *bound, CoDense layer, CoVar *before) {
  return co_relu(tape, co_dense(tape, bound, layer, co_relu(tape, before)));
}

static CoVar *single_channel(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *const *parts) {
  CoVar *sum = parts[0];
  for (int c = 1; c < critic->channels; c++) sum = co_add(tape, sum, parts[c]);
  sum = co_add_row(tape, sum, bound[critic->layer1[0].bias]);
  return co_dense(tape, bound, critic->after[0], second(tape, bound, critic->layer2[0], sum));
}

// The hidden vectors of one channel, [count][agents * hidden], times their share of the next layer's weights: added up
// over the channels this is the layer of all side by side, without putting them there.
static CoVar *concat(const CoCritic *critic, CoTape *tape, CoVar *const *bound, int channel, CoVar *h) {
  CoVar *weights = bound[critic->after[0].weight];
  return co_matmul(tape, h, co_rows(tape, weights, critic->first[channel] * critic->config.hidden, h->cols));
}

// The sum of a channel's hidden vectors, likewise.
static CoVar *add(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *h) {
  int hidden = critic->config.hidden;
  CoVar *sum = co_slice(tape, h, 0, hidden);
  for (int i = hidden; i < h->cols; i += hidden) sum = co_add(tape, sum, co_slice(tape, h, i, hidden));
  return co_matmul(tape, sum, bound[critic->after[0].weight]);
}

static CoVar *multi_channel(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *const *parts) {
  CoVar *sum = NULL;
  for (int c = 0; c < critic->channels; c++) {
    int agents = members(critic, c);
    CoVar *h = second(tape, bound, critic->layer2[c], parts[c]);
    h = co_reshape(tape, h, h->rows / agents, agents * h->cols);
    CoVar *share =
        critic->config.merge == CO_CRITIC_ADD ? add(critic, tape, bound, h) : concat(critic, tape, bound, c, h);
    sum = sum ? co_add(tape, sum, share) : share;
  }
  return co_add_row(tape, sum, bound[critic->after[0].bias]);
}

CoVar *co_critic_rest(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *const *parts) {
  CoVar *y = critic->config.form == CO_CRITIC_SINGLE ? single_channel(critic, tape, bound, parts)
                                                     : multi_channel(critic, tape, bound, parts);
  for (int i = 1; i <= critic->config.post_layers; i++) y = co_dense(tape, bound, critic->after[i], co_relu(tape, y));
  return y;
}

CoVar *co_critic_value(const CoCritic *critic, CoTape *tape, CoVar *const *bound, const CoBatch *batch, const int *rows,
                       int count) {
  CoVar **inputs = co_critic_inputs(critic, tape, batch, rows, count);
  return co_critic_rest(critic, tape, bound, co_critic_parts(critic, tape, bound, inputs));
}
