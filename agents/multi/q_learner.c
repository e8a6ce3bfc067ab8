// Q-learning for teams over whole episodes: PyMARL's QLearner (Samvelyan et al., 2019), without its padding.
#include "q_learner.h"

#include <math.h>
#include <stdlib.h>

#include "cohort/distributions.h"
#include "cohort/metrics.h"
#include "policy.h"

typedef struct Learner {
  CoAgents team; // its params hold the mixer's too
  CoQLearnerConfig config;
  const CoMixer *mixer;
  void *layers; // the mixer's
  int global_size;
  CoParams target;
  int64_t copied; // episode at which the target was copied
  // The update under way.
  const CoBatch *batches; // [shards]
  int64_t steps;          // of all shards
} Learner;

enum { TD_ERROR, TAKEN, TARGET }; // stats

// The best action of each successor, over the legal ones: best[n], values[n][actions].
static const int *greedy(const CoAgents *team, CoTape *tape, const CoVar *values, const uint8_t *mask) {
  int *best = co_tape_bytes(tape, (size_t)values->rows * sizeof *best);
  for (int i = 0; i < values->rows; i++) {
    size_t row = (size_t)i * (size_t)team->actions;
    best[i] = co_argmax(team->actions, values->data + row, mask + row);
    if (best[i] < 0) best[i] = 0;
  }
  return best;
}

CoVar *co_q_learner_mix(const void *self, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global) {
  const Learner *learner = self;
  return learner->mixer->mix(learner->layers, tape, bound, q, global);
}

static CoVar *global_state(const Learner *self, CoTape *tape, const CoBatch *batch) {
  return batch->global ? co_constant(tape, batch->rows, self->global_size, batch->global) : NULL;
}

// What the target networks make of the successors: mixed [steps][1] or [steps][agents].
static CoVar *successors(const Learner *self, CoTape *tape, const CoBatch *batch, CoVar *inputs, const CoVar *online) {
  const CoAgents *team = &self->team;
  int steps = co_agents_steps(batch), first = batch->episodes * team->agents, count = steps * team->agents;
  CoVar **bound = co_params_bind(tape, &self->target);
  CoVar *all = co_agents_values(team, tape, bound, &batch->agent_entries, inputs);
  CoVar *values = co_rows(tape, all, first, count);
  CoVar choosing = self->config.double_q ? *online : *all;
  choosing.data += (size_t)first * (size_t)team->actions;
  choosing.rows = count;
  const int *best = greedy(team, tape, &choosing, batch->mask + (size_t)first * (size_t)team->actions);
  CoVar *q = co_reshape(tape, co_pick(tape, values, best), steps, team->agents);
  CoVar *global = global_state(self, tape, batch);
  return co_q_learner_mix(self, tape, bound, q, global ? co_rows(tape, global, batch->episodes, steps) : NULL);
}

// y = r + gamma discount Q'(successor), a constant.
static CoVar *targets(const Learner *self, CoTape *tape, const CoBatch *batch, CoVar *inputs, const CoVar *online) {
  bool recorded = co_tape_record(tape, false);
  CoVar *next = successors(self, tape, batch, inputs, online);
  const int *rows = co_agents_rows(tape, batch);
  CoReal gamma = (CoReal)self->team.config.gamma;
  CoReal *y = co_tape_memory(tape, (size_t)next->rows * (size_t)next->cols);
  for (int k = 0, at = 0; k < next->rows; k++)
    for (int i = 0; i < next->cols; i++, at++) {
      const float *reward = batch->reward + (size_t)rows[k] * (size_t)batch->rewards;
      y[at] = reward[batch->rewards > 1 ? i : 0] + gamma * batch->discount[rows[k]] * next->data[at];
    }
  co_tape_record(tape, recorded);
  return co_constant(tape, next->rows, next->cols, y);
}

static void note(const CoVar *taken, const CoVar *y, double *stats) {
  for (int i = 0; i < y->rows * y->cols; i++) {
    stats[TD_ERROR] += fabs((double)taken->data[i] - (double)y->data[i]);
    stats[TAKEN] += (double)taken->data[i];
    stats[TARGET] += (double)y->data[i];
  }
}

// One shard's part of mean over steps (and agents, where each has a value of its own) of (Q(s, a) - y)^2.
static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  const CoBatch *batch = &self->batches[shard];
  int steps = co_agents_steps(batch);
  if (!steps) return NULL;
  CoVar *inputs = co_agents_inputs(&self->team, tape, batch);
  CoVar *values = co_agents_values(&self->team, tape, bound, &batch->agent_entries, inputs);
  CoVar *global = global_state(self, tape, batch);
  if (global) global = co_gather(tape, global, co_agents_rows(tape, batch), steps);
  CoVar *taken = co_q_learner_mix(self, tape, bound, co_agents_taken(&self->team, tape, batch, values), global);
  CoVar *y = targets(self, tape, batch, inputs, values);
  note(taken, y, stats);
  double elements = (double)self->steps * taken->cols;
  return co_affine(tape, co_sum_all(tape, co_squared(tape, taken, y)), (CoReal)(1 / elements), 0);
}

const char *const co_q_learner_metrics[] = {"loss", "grad_norm", "td_error_abs", "q_taken_mean", "target_mean", NULL};

// PyMARL's means: td_error_abs over steps, the two values over steps and agents.
static void report(const Learner *self, const CoDescent *descent, struct CoMetrics *metrics) {
  double steps = (double)self->steps, agents = self->team.agents;
  co_metric(metrics, "loss", descent->loss);
  co_metric(metrics, "grad_norm", descent->grad_norm);
  co_metric(metrics, "td_error_abs", descent->stats[TD_ERROR] / steps);
  co_metric(metrics, "q_taken_mean", descent->stats[TAKEN] / (steps * agents));
  co_metric(metrics, "target_mean", descent->stats[TARGET] / (steps * agents));
}

static bool update(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoAgents *team = &self->team;
  const CoAgentsConfig *config = &team->config;
  if (!co_episodes_sample(learning->store, config->batch_size, config->shards, &team->rng,
                          co_sharded_pool(team->sharded), &self->batches, &self->steps, error))
    return false;
  CoDescent descent;
  if (!co_sharded_descend(team->sharded, &team->params, team->optim, config->grad_norm_clip, loss, self, &descent,
                          error))
    return false;
  if (learning->episodes - self->copied >= config->target_update_interval) {
    co_params_copy(&self->target, &team->params);
    self->copied = learning->episodes;
  }
  report(self, &descent, learning->metrics);
  return true;
}

bool co_q_learner_learn(void *self, CoLearning *learning, CoError *error) {
  Learner *learner = self;
  return co_agents_learn(&learner->team, learning, update, learner, error);
}

static CoOptimConfig optimiser(const CoQLearnerConfig *config) {
  CoOptimConfig optim = co_optim_defaults((CoOptimKind)config->optimizer);
  optim.lr = config->team.lr;
  if (optim.kind == CO_RMSPROP || optim.kind == CO_RMSPROP_TF) {
    optim.decay = config->optim_alpha;
    optim.epsilon = config->optim_eps;
  }
  return optim;
}

static bool build(Learner *self, const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoAgents *team = &self->team;
  co_agents_declare(team, &self->config.team, setup);
  if (self->mixer->bytes) {
    self->layers = calloc(1, self->mixer->bytes);
    if (!self->layers) return co_fail(error, "no memory for a mixer of %zu bytes", self->mixer->bytes);
    self->mixer->declare(self->layers, config, setup->spec, &team->params);
  }
  CoOptimConfig optim = optimiser(&self->config);
  if (!co_agents_build(team, &optim, setup, error)) return false;
  if (self->mixer->init) {
    CoRng rng = co_rng(setup->seed, "mixer", (uint64_t)setup->team);
    self->mixer->init(self->layers, &team->params, &rng);
  }
  return co_params_clone(&self->target, &team->params, error);
}

void *co_q_learner_create(const CoMixer *mixer, const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  self->config = *(const CoQLearnerConfig *)config;
  self->mixer = mixer;
  self->global_size = setup->spec->global_size;
  if (build(self, config, setup, error)) return self;
  co_q_learner_destroy(self);
  return NULL;
}

void co_q_learner_destroy(void *self) {
  Learner *learner = self;
  if (!learner) return;
  co_params_free(&learner->target);
  co_agents_free(&learner->team);
  free(learner->layers);
  free(learner);
}

void co_q_learner_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  co_agents_wants(&((const CoQLearnerConfig *)config)->team, spec, wants);
}

bool co_q_learner_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                      CoError *error) {
  (void)continuous, (void)error;
  co_agents_act(&((Learner *)self)->team, frame, how, discrete);
  return true;
}

double co_q_learner_epsilon(const void *self, int64_t steps) {
  return co_agents_epsilon(&((const Learner *)self)->team, steps);
}

void co_q_learner_save(const void *self, CoWriter *writer) {
  const Learner *learner = self;
  co_agents_save(&learner->team, writer);
  co_params_save(&learner->target, writer);
  co_write_u64(writer, (uint64_t)learner->copied);
}

bool co_q_learner_load(void *self, CoReader *reader) {
  Learner *learner = self;
  if (!co_agents_load(&learner->team, reader) || !co_params_load(&learner->target, reader)) return false;
  learner->copied = (int64_t)co_read_u64(reader, "episode of the target's copy");
  return !reader->failed;
}

bool co_q_learner_weights(const void *self, const char *folder, CoError *error) {
  const CoAgents *team = &((const Learner *)self)->team;
  int first = team->agent_params, rest = team->params.count - first;
  return co_agents_export(&team->params, 0, first, folder, "agent", error) &&
         (!rest || co_agents_export(&team->params, first, rest, folder, "mixer", error));
}

bool co_q_learner_policy(const void *self, CoWriter *lua, CoError *error) {
  return co_agents_policy(&((const Learner *)self)->team, lua, error);
}

bool co_q_learner_inspect(void *self, int i, CoInspection *out) {
  return co_agents_inspect(&((Learner *)self)->team, i, out);
}
