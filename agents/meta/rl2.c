// RL^2 (Duan et al., 2016; Wang et al., 2016): the weights learn slowly to be an algorithm that learns fast. A
// recurrent policy sees what it did and got; an episode is a trial with one task, of which only its own past tells. The
// slow learner is PPO over whole trials.
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/distributions.h"
#include "cohort/metrics.h"
#include "cohort/optim.h"

extern const CoAlgoType co_rl2;

#define TAPE_BYTES ((size_t)4 << 30) // of address space

typedef struct Config {
  int hidden, shards, update_epochs, lr_anneal_time;
  double gamma, gae_lambda, lr, clip_coef, ent_coef, vf_coef, max_grad_norm;
} Config;

// A shard's trials, and what is known of them before the update.
typedef struct Part {
  const CoBatch *batch;
  int *decision, count;                  // [count] rows in which something was done
  CoReal *log_prob, *advantage, *target; // [count]
} Part;

typedef struct Learner {
  Config config;
  int obs_size, actions, num_envs;
  CoParams params;
  CoRecurrent memory;
  CoDense policy, value;
  CoOptim *optim;
  CoSharded *sharded;
  CoTape *tape; // for acting, and for what a round keeps; `bound` at its beginning
  CoVar **bound;
  CoTapeMark mark;
  float *shown;  // [num_envs][actions] what act saw last
  Part *parts;   // [shards]
  int decisions; // in all of them
} Learner;

enum { POLICY, VALUE, ENTROPY, STATS }; // stats

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->agents != 1) return co_fail(error, "needs one agent, this environment has %d", spec->agents);
  if (!spec->obs_size) return co_fail(error, "needs observations, this environment has none");
  return spec->actions || co_fail(error, "needs discrete actions, these are continuous");
}

static void wants(const void *user, const CoSpec *spec, CoWants *out) {
  (void)spec;
  const Config *config = user;
  *out = (CoWants){.experience = CO_EXPERIENCE_EPISODES,
                   .capacity = 1,
                   .gamma = config->gamma,
                   .views = CO_VIEW_OBS,
                   .memory = config->hidden * (int)sizeof(float)};
}

// --- acting ---

static int running(const CoFrame *frame, int *at) {
  int rows = 0;
  for (int env = 0; env < frame->num_envs; env++)
    if (frame->running[env]) at[rows++] = env;
  return rows;
}

// The memory of every running copy moves on by what it sees: [rows][hidden].
static CoVar *recall(const Learner *self, const CoFrame *frame, void *memory, const int *at, int rows) {
  CoTape *tape = self->tape;
  const size_t size = (size_t)self->obs_size, hidden = (size_t)self->config.hidden;
  float *kept = memory;
  CoReal *x = co_tape_memory(tape, (size_t)rows * size), *h = co_tape_memory(tape, (size_t)rows * hidden);
  for (int i = 0; i < rows; i++) {
    memcpy(x + (size_t)i * size, frame->obs + (size_t)at[i] * size, size * sizeof *x);
    memcpy(h + (size_t)i * hidden, kept + (size_t)at[i] * hidden, hidden * sizeof *h);
  }
  const CoCell cell = co_recurrent_cell(self->bound, self->memory);
  CoVar *next = co_gru_cell(tape, &cell, co_constant(tape, rows, self->obs_size, x),
                            co_constant(tape, rows, self->config.hidden, h));
  for (int i = 0; i < rows; i++)
    memcpy(kept + (size_t)at[i] * hidden, next->data + (size_t)i * hidden, hidden * sizeof *kept);
  return next;
}

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  Learner *self = user;
  assert(frame->num_envs <= self->num_envs);
  co_tape_rewind(self->tape, self->mark);
  int *at = co_tape_bytes(self->tape, (size_t)frame->num_envs * sizeof *at);
  const int rows = running(frame, at);
  if (!rows) return true;
  CoVar *logits = co_dense(self->tape, self->bound, self->policy, recall(self, frame, how->memory, at, rows));
  for (int i = 0; i < rows; i++) {
    const size_t row = (size_t)at[i] * (size_t)self->actions;
    float *pi = self->shown + row;
    co_softmax(self->actions, logits->data + i * self->actions, frame->mask + row, 1, pi);
    discrete[at[i]] = how->explore ? co_categorical_sample(self->actions, pi, &how->rngs[at[i]])
                                   : co_argmax(self->actions, pi, frame->mask + row);
  }
  return true;
}

static bool inspect(void *user, int i, CoInspection *out) {
  const Learner *self = user;
  *out = (CoInspection){"pi", self->shown, self->num_envs, self->actions};
  return i == 0;
}

// --- learning ---

// What is remembered at every entry of whole trials: [rows][hidden].
static CoVar *remember(const Learner *self, CoTape *tape, CoVar *const *bound, const CoBatch *batch) {
  const CoCell cell = co_recurrent_cell(bound, self->memory);
  return co_gru(tape, &cell, &batch->entries, co_constant(tape, batch->rows, self->obs_size, batch->obs), NULL);
}

// log pi(.|past) at the part's decisions, out of what is remembered there: [count][actions].
static CoVar *log_policy(const Learner *self, CoTape *tape, CoVar *const *bound, const Part *part, CoVar *h) {
  const size_t actions = (size_t)self->actions;
  uint8_t *mask = co_tape_bytes(tape, (size_t)part->count * actions);
  for (int i = 0; i < part->count; i++)
    memcpy(mask + (size_t)i * actions, part->batch->mask + (size_t)part->decision[i] * actions, actions);
  return co_log_softmax_rows(tape, co_dense(tape, bound, self->policy, h), mask);
}

static CoVar *taken(CoTape *tape, const Part *part, CoVar *log_pi) {
  int *action = co_tape_bytes(tape, (size_t)part->count * sizeof *action);
  for (int i = 0; i < part->count; i++) action[i] = part->batch->action[part->decision[i]];
  return co_pick(tape, log_pi, action);
}

// GAE(gamma, lambda) over the rows, later ones first; V of a trial's last entry counts where it was merely cut short.
static void judge(const Learner *self, Part *part, const CoReal *value) {
  const CoBatch *batch = part->batch;
  const double lambda = self->config.gae_lambda;
  CoReal *advantage = co_tape_memory(self->tape, (size_t)batch->rows);
  for (int row = batch->rows - 1; row >= 0; row--) {
    const int next = batch->next[row];
    advantage[row] = 0;
    if (next < 0) continue;
    const double discount = self->config.gamma * (double)batch->discount[row];
    const double delta = (double)batch->reward[row] + discount * (double)value[next] - (double)value[row];
    advantage[row] = (CoReal)(delta + discount * lambda * (double)advantage[next]);
  }
  for (int i = 0; i < part->count; i++) {
    part->advantage[i] = advantage[part->decision[i]];
    part->target[i] = part->advantage[i] + value[part->decision[i]];
  }
}

static void prepare(Learner *self, Part *part, const CoBatch *batch) {
  CoTape *tape = self->tape;
  const size_t rows = (size_t)batch->rows;
  *part = (Part){
      batch, co_tape_bytes(tape, rows * sizeof(int)), 0, NULL, co_tape_memory(tape, rows), co_tape_memory(tape, rows)};
  for (int row = 0; row < batch->rows; row++)
    if (batch->next[row] >= 0) part->decision[part->count++] = row;
  if (!part->count) return;
  CoVar *h = remember(self, tape, self->bound, batch);
  judge(self, part, co_dense(tape, self->bound, self->value, h)->data);
  CoVar *seen = co_gather(tape, h, part->decision, part->count);
  part->log_prob = taken(tape, part, log_policy(self, tape, self->bound, part, seen))->data;
}

// Over all parts: mean 0 and deviation 1.
static void standardise(Part *parts, int shards, int count) {
  double sum = 0, squares = 0;
  for (int k = 0; k < shards; k++)
    for (int i = 0; i < parts[k].count; i++) sum += (double)parts[k].advantage[i];
  const double mean = sum / count;
  for (int k = 0; k < shards; k++)
    for (int i = 0; i < parts[k].count; i++) squares += pow((double)parts[k].advantage[i] - mean, 2);
  const double deviation = sqrt(squares / count) + 1e-8;
  for (int k = 0; k < shards; k++)
    for (int i = 0; i < parts[k].count; i++)
      parts[k].advantage[i] = (CoReal)(((double)parts[k].advantage[i] - mean) / deviation);
}

// -min(r A, clip(r, 1 - c, 1 + c) A) + vf_coef (V - target)^2 / 2 - ent_coef H, r = pi / pi_old
static CoVar *loss(void *user, int shard, CoTape *t, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  const Config *c = &self->config;
  const Part *part = &self->parts[shard];
  const int n = part->count;
  if (!n) return NULL;
  CoVar *h = co_gather(t, remember(self, t, bound, part->batch), part->decision, n);
  CoVar *log_pi = log_policy(self, t, bound, part, h), *advantage = co_constant(t, n, 1, part->advantage);
  CoVar *old = co_constant(t, n, 1, part->log_prob), *ratio = co_exp_of(t, co_sub(t, taken(t, part, log_pi), old));
  CoVar *clipped = co_clip(t, ratio, (CoReal)(1 - c->clip_coef), (CoReal)(1 + c->clip_coef));
  CoVar *gain = co_sum_all(t, co_minimum(t, co_mul(t, ratio, advantage), co_mul(t, clipped, advantage)));
  CoVar *error = co_squared(t, co_dense(t, bound, self->value, h), co_constant(t, n, 1, part->target));
  CoVar *half = co_affine(t, co_sum_all(t, error), (CoReal)0.5, 0);
  CoVar *entropy = co_affine(t, co_sum_all(t, co_mul(t, co_exp_of(t, log_pi), log_pi)), -1, 0);
  stats[POLICY] -= (double)co_item(gain);
  stats[VALUE] += (double)co_item(half);
  stats[ENTROPY] += (double)co_item(entropy);
  const double each = 1.0 / self->decisions;
  CoVar *sum = co_sub(t, co_affine(t, half, (CoReal)(each * c->vf_coef), 0), co_affine(t, gain, (CoReal)each, 0));
  return co_sub(t, sum, co_affine(t, entropy, (CoReal)(each * c->ent_coef), 0));
}

static const char *const metrics[] = {"policy_loss", "value_loss", "entropy", "grad_norm", NULL};

static bool epoch(Learner *self, CoLearning *learning, CoError *error) {
  CoDescent descent;
  if (!co_sharded_descend(self->sharded, &self->params, self->optim, self->config.max_grad_norm, loss, self, &descent,
                          error))
    return false;
  learning->updates++;
  for (int i = 0; i < STATS; i++) co_metric(learning->metrics, metrics[i], descent.stats[i] / self->decisions);
  co_metric(learning->metrics, "grad_norm", descent.grad_norm);
  return true;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  const Config *config = &self->config;
  const CoBatch *batches;
  int64_t steps;
  if (!co_episodes_newest(learning->store, learning->new_episodes, config->shards, co_sharded_pool(self->sharded),
                          &batches, &steps, error))
    return false;
  co_tape_rewind(self->tape, self->mark);
  self->decisions = 0;
  for (int i = 0; i < config->shards; i++) {
    prepare(self, &self->parts[i], &batches[i]);
    self->decisions += self->parts[i].count;
  }
  if (!self->decisions) return true;
  standardise(self->parts, config->shards, self->decisions);
  if (config->lr_anneal_time)
    co_optim_rate(self->optim, config->lr * fmax(0, 1 - (double)learning->steps / config->lr_anneal_time));
  for (int i = 0; i < config->update_epochs; i++)
    if (!epoch(self, learning, error)) return false;
  return true;
}

// --- making, keeping ---

static void init(Learner *self, CoRng rng) {
  co_recurrent_init(&self->params, self->memory, &rng);
  co_dense_init(&self->params, self->policy, CO_INIT_ORTHOGONAL, 0.01, &rng);
  co_dense_init(&self->params, self->value, CO_INIT_ORTHOGONAL, 1, &rng);
}

static bool build(Learner *self, const CoAlgoSetup *setup, CoError *error) {
  CoOptimConfig optim = co_optim_defaults(CO_ADAM);
  optim.lr = self->config.lr;
  self->memory = co_gru_add(&self->params, "rnn", self->obs_size, self->config.hidden);
  self->policy = co_dense_add(&self->params, "actor", self->config.hidden, self->actions);
  self->value = co_dense_add(&self->params, "critic", self->config.hidden, 1);
  if (!co_params_allocate(&self->params, error)) return false;
  init(self, co_rng(setup->seed, "rl2", (uint64_t)setup->team));
  self->shown = calloc((size_t)self->num_envs * (size_t)self->actions, sizeof *self->shown);
  self->parts = calloc((size_t)self->config.shards, sizeof *self->parts);
  if (!self->shown || !self->parts) return co_fail(error, "no memory for a learner");
  if (!(self->optim = co_optim_create(&optim, self->params.size, error)) ||
      !(self->sharded = co_sharded_create(&self->params, self->config.shards, setup->pool, error)) ||
      !(self->tape = co_tape_create(TAPE_BYTES, error)))
    return false;
  co_tape_record(self->tape, false);
  self->bound = co_params_bind(self->tape, &self->params);
  self->mark = co_tape_mark(self->tape);
  return true;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  co_tape_destroy(self->tape);
  co_sharded_destroy(self->sharded);
  co_optim_destroy(self->optim);
  co_params_free(&self->params);
  free(self->shown);
  free(self->parts);
  free(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = calloc(1, sizeof *self);
  if (!self) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  self->config = *(const Config *)config;
  self->obs_size = setup->spec->obs_size;
  self->actions = setup->spec->actions;
  self->num_envs = setup->num_envs;
  if (build(self, setup, error)) return self;
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_params_save(&self->params, writer);
  co_optim_save(self->optim, writer);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_params_load(&self->params, reader) && co_optim_load(self->optim, reader);
}

static bool weights(const void *user, const char *folder, CoError *error) {
  const Learner *self = user;
  return co_safetensors_export(&self->params, folder, "agent", error);
}

static const CoField fields[] = {
    CO_INT(Config, hidden, "64", 1, 4096, "cells of the memory (GRU)"),
    CO_INT(Config, shards, "4", 1, 1024,
           "parts an update is cut into, for threads; another number gives other rounding"),
    CO_INT(Config, update_epochs, "4", 1, 10000, "times that a round of trials is learnt from"),
    CO_INT(Config, lr_anneal_time, "0", 0, 2000000000,
           "steps in which lr falls to 0 in a straight line; 0: it does not fall"),
    CO_NUMBER(Config, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Config, gae_lambda, "0.95", 0, 1, "GAE: 1 the rewards of the whole trial, 0 one step and the value"),
    CO_ALIASED(Config, lr, "learning_rate", CO_FIELD_NUMBER, "0.001", 1e-6, 1, "learning rate of Adam"),
    CO_ALIASED(Config, clip_coef, "clip_range", CO_FIELD_NUMBER, "0.2", 1e-6, 1e9,
               "how far from 1 the ratio of new to old probability may still gain"),
    CO_ALIASED(Config, ent_coef, "entropy_coef", CO_FIELD_NUMBER, "0.01", 0, 1000, "weight of the entropy"),
    CO_ALIASED(Config, vf_coef, "value_coef", CO_FIELD_NUMBER, "0.5", 0, 1000, "weight of the value's loss"),
    CO_ALIASED(Config, max_grad_norm, "grad_norm_clip", CO_FIELD_NUMBER, "0.5", 1e-6, 1e9,
               "largest norm of a gradient"),
    CO_FIELDS_END,
};

const CoAlgoType co_rl2 = {.name = "rl2",
                           .summary = "RL^2: a recurrent policy that learns within an episode, trained by PPO",
                           .source = "Duan et al., 2016; Wang et al., 2016",
                           .settings = {"rl2", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .accepts = accepts,
                           .wants = wants,
                           .create = create,
                           .destroy = destroy,
                           .act = act,
                           .learn = learn,
                           .save = save,
                           .load = load,
                           .weights = weights,
                           .inspect = inspect};
