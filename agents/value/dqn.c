// Deep Q-networks (Mnih et al., 2015) and what Rainbow (Hessel et al., AAAI 2018) adds to them, each a setting: double,
// duelling, prioritised replay, noisy layers, n steps, distributions of returns.
#include "dqn.h"

#include <math.h>

#include "cohort/distributions.h"
#include "cohort/kernels.h"
#include "cohort/metrics.h"

extern const CoAlgoType co_dqn;

// y of one row. next[atoms]: what follows. Values and quantiles: y = r + discount next, the discount being gamma^n or,
// at a true end, 0; of a distribution over atoms, the probabilities of r + discount Z.
static void target(const CoDqn *dqn, double reward, double discount, const CoReal *next, CoReal *y) {
  if (dqn->config.distribution == CO_DQN_C51) {
    co_support_project(&dqn->network.support, reward, discount, next, y);
    return;
  }
  for (int i = 0; i < dqn->network.atoms; i++) y[i] = (CoReal)(reward + discount * (double)next[i]);
}

static CoVar *look(CoDqn *dqn, CoVar *const *bound, CoVar *x) {
  const CoNoise noise = co_dqn_noise(&dqn->network, dqn->tape, (CoRng *[]){&dqn->rng}, 1);
  return co_dqn_outputs(&dqn->network, dqn->tape, bound, x, dqn->rows->next_mask, noise);
}

// The target network says what follows, of the action that is best among the legal ones: by itself, or by the online
// network (van Hasselt et al., AAAI 2016). [count][atoms]
static const CoVar *successors(CoDqn *dqn) {
  const CoRows *rows = dqn->rows;
  const int actions = dqn->network.actions;
  CoTape *tape = dqn->tape;
  CoVar *x = co_dqn_inputs(dqn, tape, rows->next_obs, NULL, rows->agent, rows->count);
  CoVar *next = look(dqn, dqn->target_bound, x);
  const CoVar *q = co_dqn_values(dqn, tape, dqn->config.double_q ? look(dqn, dqn->bound, x) : next);
  int *best = co_tape_bytes(tape, (size_t)rows->count * sizeof *best);
  for (int i = 0; i < rows->count; i++) {
    const size_t first = (size_t)i * (size_t)actions;
    const int action = co_argmax(actions, q->data + first, rows->next_mask + first);
    best[i] = (int)first + (action < 0 ? 0 : action);
  }
  next = co_gather(tape, next, best, rows->count);
  return dqn->config.distribution == CO_DQN_C51 ? co_softmax_rows(tape, next, NULL) : next;
}

static void prepare(CoDqn *dqn, const CoRows *rows) {
  const size_t atoms = (size_t)dqn->network.atoms;
  co_tape_rewind(dqn->tape, dqn->mark);
  dqn->rows = rows;
  CoReal *y = co_tape_memory(dqn->tape, (size_t)rows->count * atoms);
  const CoVar *next = successors(dqn);
  for (int i = 0; i < rows->count; i++)
    target(dqn, (double)rows->reward[i], (double)rows->discount[i], next->data + (size_t)i * atoms,
           y + (size_t)i * atoms);
  dqn->y = y;
  dqn->noise = co_dqn_noise(&dqn->network, dqn->tape, (CoRng *[]){&dqn->rng}, 1);
}

// KL(y || p) = sum of y log y - y log p, [n][1]
static CoVar *divergence(CoTape *tape, CoVar *log_p, CoVar *y) {
  CoReal *entropy = co_tape_memory(tape, (size_t)y->rows);
  for (int i = 0; i < y->rows; i++) {
    double sum = 0;
    for (int j = 0; j < y->cols; j++) {
      const double p = (double)y->data[(size_t)i * (size_t)y->cols + (size_t)j];
      if (p > 0) sum += p * co_log(p);
    }
    entropy[i] = (CoReal)sum;
  }
  CoVar *cross = co_sum_rows(tape, co_mul(tape, log_p, y));
  return co_sub(tape, co_constant(tape, y->rows, 1, entropy), cross);
}

// What each row has to lose, [n][1]: taken[n][atoms] are the outputs of the actions that were done.
static CoVar *losses(const CoDqn *dqn, CoTape *tape, CoVar *taken, const CoReal *y) {
  CoVar *constant = co_constant(tape, taken->rows, taken->cols, y);
  if (dqn->config.distribution == CO_DQN_C51) return divergence(tape, co_log_softmax_rows(tape, taken, NULL), constant);
  if (dqn->config.distribution == CO_DQN_QUANTILE) return co_quantile_huber(tape, taken, y);
  return dqn->config.loss == CO_DQN_HUBER ? co_huber(tape, taken, constant, 1)
                                          : co_affine(tape, co_squared(tape, taken, constant), (CoReal)0.5, 0);
}

enum { ERROR, TAKEN }; // stats

// An error decides how often a row is drawn: |y - Q|, or the loss where a distribution is learnt.
static void note(CoDqn *dqn, const CoVar *q, const CoVar *taken, const CoVar *each, int first, double *stats) {
  const bool expected = dqn->config.distribution == CO_DQN_EXPECTED;
  for (int i = 0; i < each->rows; i++) {
    const CoReal error = expected ? taken->data[i] - dqn->y[first + i] : each->data[i];
    dqn->errors[first + i] = error;
    stats[ERROR] += fabs((double)error);
    stats[TAKEN] += (double)q->data[i * q->cols + dqn->rows->action[first + i]];
  }
}

// One shard's part of the mean of w L(Q(s, a), y).
static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  CoDqn *dqn = user;
  const CoRows *rows = dqn->rows;
  const int64_t shards = co_sharded_shards(dqn->sharded);
  const int first = (int)(rows->count * (int64_t)shard / shards), actions = dqn->network.actions;
  const int count = (int)(rows->count * (int64_t)(shard + 1) / shards) - first;
  const size_t from = (size_t)first;
  if (!count) return NULL;
  const float *obs = rows->obs + from * (size_t)dqn->obs_size;
  CoVar *x = co_dqn_inputs(dqn, tape, obs, NULL, rows->agent + first, count);
  CoVar *outputs = co_dqn_outputs(&dqn->network, tape, bound, x, rows->mask + from * (size_t)actions, dqn->noise);
  int *done = co_tape_bytes(tape, (size_t)count * sizeof *done);
  for (int i = 0; i < count; i++) done[i] = i * actions + rows->action[first + i];
  CoVar *taken = co_gather(tape, outputs, done, count);
  CoVar *each = losses(dqn, tape, taken, dqn->y + from * (size_t)dqn->network.atoms);
  note(dqn, co_dqn_values(dqn, tape, outputs), taken, each, first, stats);
  return co_affine(tape, co_weighted_sum(tape, each, rows->weight + first), (CoReal)(1.0 / rows->count), 0);
}

static const char *const metrics[] = {"loss", "grad_norm", "td_error_abs", "q_taken_mean", "learning_rate", NULL};

// A straight line from `from` to `to` in `time` steps; 0: it stays at `from`.
static double line(double from, double to, int time, int64_t steps) {
  return time ? to + (from - to) * fmax(0, 1 - (double)steps / time) : from;
}

static bool update(CoDqn *dqn, CoLearning *learning, CoError *error) {
  const CoDqnConfig *c = &dqn->config;
  const double lr = line(c->lr, 0, c->lr_anneal_time, learning->steps - learning->new_steps);
  const double beta = line(c->per_beta, 1, c->per_beta_anneal_time, learning->steps);
  const CoRows *rows = co_replay_sample(learning->replay, c->batch_size, beta, &dqn->rng, error);
  CoDescent descent;
  if (!rows) return false;
  prepare(dqn, rows);
  co_optim_rate(dqn->optim, lr);
  if (!co_sharded_descend(dqn->sharded, &dqn->params, dqn->optim, c->max_grad_norm, loss, dqn, &descent, error))
    return false;
  co_replay_prioritise(learning->replay, dqn->errors);
  learning->updates++;
  co_metric(learning->metrics, "loss", descent.loss);
  co_metric(learning->metrics, "grad_norm", descent.grad_norm);
  co_metric(learning->metrics, "td_error_abs", descent.stats[ERROR] / rows->count);
  co_metric(learning->metrics, "q_taken_mean", descent.stats[TAKEN] / rows->count);
  co_metric(learning->metrics, "learning_rate", lr);
  return true;
}

// How often something that happens every `interval` steps happened in this round.
static int64_t due(const CoLearning *learning, int interval) {
  return learning->steps / interval - (learning->steps - learning->new_steps) / interval;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  CoDqn *dqn = self;
  const CoDqnConfig *c = &dqn->config;
  if (learning->steps < c->learning_starts || !co_replay_count(learning->replay)) return true;
  for (int64_t i = due(learning, c->train_interval) * c->gradient_steps; i > 0; i--)
    if (!update(dqn, learning, error)) return false;
  if (c->average_time) // Polyak and Juditsky, 1992
    co_params_blend(&dqn->mean, &dqn->params, fmin(1, (double)learning->new_steps / c->average_time));
  if (!due(learning, c->target_update_interval)) return true;
  if (c->tau < 1)
    co_params_blend(&dqn->target, &dqn->params, c->tau);
  else
    co_params_copy(&dqn->target, &dqn->params);
  return true;
}

static const CoField fields[] = {
    CO_BODY_FIELDS("128", "relu"),
    CO_BOOL(CoDqnConfig, obs_agent_id, "true", "agents of a team of several see their number"),
    CO_ALIASED(CoDqnConfig, double_q, "double", CO_FIELD_BOOL, "true", 0, 1,
               "the online network chooses the target's action"),
    CO_BOOL(CoDqnConfig, dueling, "false", "streams of their own for the value and the actions' advantages"),
    CO_ALIASED(CoDqnConfig, prioritised, "prioritized per", CO_FIELD_BOOL, "false", 0, 1,
               "rows are drawn by the size of their errors"),
    CO_NUMBER(CoDqnConfig, per_alpha, "0.6", 0, 1, "prioritised: how far errors count"),
    CO_NUMBER(CoDqnConfig, per_beta, "0.4", 0, 1, "prioritised: how far weights make up for it, at the beginning"),
    CO_INT(CoDqnConfig, per_beta_anneal_time, "50000", 0, 2000000000, "steps in which beta rises to 1; 0: it does not"),
    CO_ALIASED(CoDqnConfig, noisy, "noisy_nets", CO_FIELD_BOOL, "false", 0, 1,
               "noise in the last two layers explores, instead of epsilon"),
    CO_NUMBER(CoDqnConfig, noisy_sigma, "0.5", 0, 100,
              "noisy: deviation at the beginning, over the root of the inputs"),
    CO_ALIASED(CoDqnConfig, n_step, "n multi_step", CO_FIELD_INT, "1", 1, 1000,
               "moves before the target's value counts"),
    CO_CHOICE(CoDqnConfig, distribution, "none", "none c51 quantile", "distribution of returns that is learnt"),
    CO_ALIASED(CoDqnConfig, atoms, "n_atoms", CO_FIELD_INT, "51", 2, CO_DQN_ATOMS,
               "values, or quantiles, of an action"),
    CO_NUMBER(CoDqnConfig, v_min, "-100", -1e9, 1e9, "c51: least return"),
    CO_NUMBER(CoDqnConfig, v_max, "100", -1e9, 1e9, "c51: largest return"),
    CO_CHOICE(CoDqnConfig, loss, "squared", "huber squared",
              "of an error, where no distribution is learnt; huber makes little of what is rare"),
    CO_NUMBER(CoDqnConfig, gamma, "0.99", 0, 1, "discount of a step"),
    CO_ALIASED(CoDqnConfig, lr, "learning_rate alpha", CO_FIELD_NUMBER, "0.001", 1e-6, 1, "learning rate"),
    CO_INT(CoDqnConfig, lr_anneal_time, "0", 0, 2000000000,
           "steps in which lr falls to 0 in a straight line; 0: it does not fall"),
    CO_INT(CoDqnConfig, average_time, "0", 0, 2000000000,
           "steps over which weights are averaged for play that does not explore; 0: the last ones play"),
    CO_CHOICE(CoDqnConfig, optimizer, "adam", CO_OPTIM_CHOICES, "what steps down the gradient"),
    CO_NUMBER(CoDqnConfig, optim_eps, "1e-8", 1e-12, 1, "epsilon of adam and rmsprop"),
    CO_ALIASED(CoDqnConfig, max_grad_norm, "grad_norm_clip", CO_FIELD_NUMBER, "10", 1e-6, 1e9,
               "largest norm of a gradient"),
    CO_INT(CoDqnConfig, batch_size, "64", 1, 100000, "rows of an update"),
    CO_ALIASED(CoDqnConfig, buffer_size, "replay_size", CO_FIELD_INT, "100000", 1, 100000000, "rows kept"),
    CO_INT(CoDqnConfig, learning_starts, "1000", 0, 1000000000, "steps before the first update"),
    CO_ALIASED(CoDqnConfig, train_interval, "train_frequency", CO_FIELD_INT, "2", 1, 1000000,
               "steps from one round of updates to the next"),
    CO_INT(CoDqnConfig, gradient_steps, "1", 1, 100000, "updates of a round"),
    CO_ALIASED(CoDqnConfig, target_update_interval, "target_network_frequency", CO_FIELD_INT, "100", 1, 1000000000,
               "steps between copies of the target"),
    CO_NUMBER(CoDqnConfig, tau, "1", 1e-6, 1, "share of the online network in each copy"),
    CO_NUMBER(CoDqnConfig, epsilon_start, "1", 0, 1, "share of random actions at the beginning"),
    CO_NUMBER(CoDqnConfig, epsilon_finish, "0.05", 0, 1, "share of random actions in the end"),
    CO_INT(CoDqnConfig, epsilon_anneal_time, "10000", 1, 2000000000, "steps until then, in a straight line"),
    CO_HINDSIGHT_FIELDS(CoDqnConfig),
    CO_INT(CoDqnConfig, shards, "1", 1, 1024,
           "parts an update is cut into, for threads; another number gives other rounding"),
    CO_FIELDS_END,
};

static const CoProfile profiles[] = {
    {"rainbow", "double_q", "true"},
    {"rainbow", "dueling", "true"},
    {"rainbow", "prioritised", "true"},
    {"rainbow", "noisy", "true"},
    {"rainbow", "n_step", "3"},
    {"rainbow", "distribution", "c51"},
    {NULL, NULL, NULL},
};

const CoAlgoType co_dqn = {
    .name = "dqn",
    .summary = "deep Q-network; double, duelling, prioritised, noisy, n-step, distributional as settings",
    .source = "Mnih et al., 2015; Hessel et al., 2018 (Rainbow)",
    .settings = {"dqn", sizeof(CoDqnConfig), fields, profiles},
    .metrics = metrics,
    .accepts = co_dqn_accepts,
    .wants = co_dqn_wants,
    .create = co_dqn_create,
    .destroy = co_dqn_destroy,
    .act = co_dqn_act,
    .learn = learn,
    .epsilon = co_dqn_epsilon,
    .save = co_dqn_save,
    .load = co_dqn_load,
    .weights = co_dqn_weights,
    .policy = co_dqn_policy,
    .inspect = co_dqn_inspect};
