// Trust region policy optimisation (Schulman et al., 2015): the natural gradient by conjugate gradients on exact
// Fisher-vector products, and a line search that keeps every update within a divergence from the policy that acted. The
// value has a regression of its own.
#include <math.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/linear.h"
#include "cohort/metrics.h"
#include "fisher.h"

extern const CoAlgoType co_trpo;

typedef struct Config {
  CoActorConfig actor; // first
  double max_kl, cg_damping, backtrack_coeff;
  int cg_iterations, backtracks, num_minibatches, value_epochs;
} Config;

typedef struct Learner {
  CoActor actor; // first
  Config config;
  // The update under way.
  CoMoves moves;
  CoReference old;  // the policy that acted
  const int *batch; // [count] decisions of the value's minibatch
  int count;
  CoError *error;
} Learner;

enum { GAIN, KL, ENTROPY, STATS }; // stats of the policy
enum { VALUE };                    // of the value

// One shard's sum of pi(a|s) / pi_old(a|s) A, and what the line search asks.
static CoVar *surrogate(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  const CoMoves *moves = &self->moves;
  int first, count = co_actor_part(&self->actor, shard, moves->count, &first);
  const int *row = moves->decision + first;
  if (!count) return NULL;
  CoJudged now = co_actor_judge_policy(&self->actor, tape, bound, moves, row, count);
  CoVar *log_ratio = co_sub(tape, now.log_prob, co_actor_column(tape, moves->log_prob, row, count));
  CoVar *advantage = co_actor_column(tape, moves->advantage, row, count);
  CoVar *gain = co_sum_all(tape, co_mul(tape, co_exp_of(tape, log_ratio), advantage));
  stats[GAIN] += (double)co_item(gain);
  stats[KL] += (double)co_item(co_reference_divergence(&self->old, tape, bound, &now, first, count));
  stats[ENTROPY] += (double)co_item(co_sum_all(tape, now.entropy));
  return co_affine(tape, gain, 1 / (CoReal)moves->count, 0);
}

// The numbers alone: there is nothing to differentiate.
static CoVar *look(void *self, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  bool recording = co_tape_record(tape, false);
  surrogate(self, shard, tape, bound, stats);
  co_tape_record(tape, recording);
  return NULL;
}

// stats become means over the decisions.
static bool measure(Learner *self, CoShardLoss what, CoReal **gradient, double *stats, CoError *error) {
  double value;
  CoActor *actor = &self->actor;
  if (!co_sharded_gradient(actor->sharded, &actor->params, what, self, gradient, &value, stats, error)) return false;
  for (int i = 0; i < STATS; i++) stats[i] /= self->moves.count;
  return true;
}

// (F + damping) v
static bool product(void *user, const CoReal *v, CoReal *out) {
  Learner *self = user;
  if (!co_fisher_product(&self->old, v, out, self->error)) return false;
  co_axpy(self->actor.params.size, (CoReal)self->config.cg_damping, v, out);
  return true;
}

// direction = x, the solution of (F + damping) x = g, times the root of 2 max_kl / x' (F + damping) x: its length is
// where the quadratic model of the divergence reaches max_kl. Zero where g is.
static bool natural(Learner *self, const CoReal *g, CoReal *direction, CoError *error) {
  size_t size = self->actor.params.size;
  CoReal *scratch = co_tape_memory(self->actor.tape, 3 * size), *ax = scratch;
  const CoSymmetric fisher = {size, product, self};
  double norm = sqrt(co_dot_double(size, g, g));
  if (!isfinite(norm)) return co_fail(error, "the gradient's norm is %g", norm);
  self->error = error;
  if (!co_conjugate_gradients(&fisher, g, self->config.cg_iterations, 1e-5, direction, scratch)) return false;
  if (!product(self, direction, ax)) return false;
  double curvature = co_dot_double(size, direction, ax);
  CoReal scale = (CoReal)(curvature > 0 ? sqrt(2 * self->config.max_kl / curvature) : 0);
  for (size_t i = 0; i < size; i++) direction[i] *= scale;
  return true;
}

// The first of w + c^k direction, k = 0, 1 ... that gains within the bound; w itself where none does. *tried is k.
static bool search(Learner *self, const CoReal *direction, double gained, double *now, int *tried, CoError *error) {
  CoParams *params = &self->actor.params;
  CoReal *none, scale = 1, *old = co_tape_memory(self->actor.tape, params->size);
  memcpy(old, params->values, params->size * sizeof *old);
  for (*tried = 0; *tried < self->config.backtracks; ++*tried, scale *= (CoReal)self->config.backtrack_coeff) {
    memcpy(params->values, old, params->size * sizeof *old);
    co_axpy(params->size, scale, direction, params->values);
    if (!measure(self, look, &none, now, error)) return false;
    if (now[GAIN] > gained && now[KL] <= self->config.max_kl) return true;
  }
  memcpy(params->values, old, params->size * sizeof *old);
  return measure(self, look, &none, now, error);
}

static bool improve(Learner *self, CoLearning *learning, CoError *error) {
  double before[CO_SHARD_STATS], now[CO_SHARD_STATS];
  CoReal *gradient, *direction = co_tape_memory(self->actor.tape, self->actor.params.size);
  CoReal *g = co_tape_memory(self->actor.tape, self->actor.params.size);
  int tried;
  if (!measure(self, surrogate, &gradient, before, error)) return false;
  memcpy(g, gradient, self->actor.params.size * sizeof *g);
  if (!natural(self, g, direction, error)) return false;
  if (!search(self, direction, before[GAIN], now, &tried, error)) return false;
  learning->updates++;
  co_metric(learning->metrics, "improvement", now[GAIN] - before[GAIN]);
  co_metric(learning->metrics, "kl", now[KL]);
  co_metric(learning->metrics, "entropy", now[ENTROPY]);
  co_metric(learning->metrics, "backtracks", tried);
  return true;
}

static const char *const value_metrics[] = {"value_loss", NULL};

// One shard's part of the mean of (V - target)^2 / 2.
static CoVar *value_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  int first, count = co_actor_part(&self->actor, shard, self->count, &first);
  const int *row = self->batch + first;
  if (!count) return NULL;
  CoVar *value = co_actor_judge_value(&self->actor, tape, bound, &self->moves, row, count);
  CoVar *error = co_sum_all(tape, co_squared(tape, value, co_actor_column(tape, self->moves.target, row, count)));
  stats[VALUE] += 0.5 * (double)co_item(error);
  return co_affine(tape, error, (CoReal)(0.5 / self->count), 0);
}

static bool regress(Learner *self, CoLearning *learning, CoError *error) {
  CoMoves *moves = &self->moves;
  int64_t parts = self->config.num_minibatches;
  CoDescent descent;
  for (int64_t i = 0; i < parts * self->config.value_epochs; i++) {
    int64_t part = i % parts, first = moves->count * part / parts;
    if (part == 0) co_rng_shuffle(&self->actor.rng, moves->decision, moves->count);
    self->batch = moves->decision + first;
    self->count = (int)(moves->count * (part + 1) / parts - first);
    if (!self->count) continue;
    if (!co_actor_descend(&self->actor, value_loss, self, learning, &descent, error)) return false;
    co_actor_report(descent.stats, value_metrics, 1, self->count, learning->metrics);
  }
  return true;
}

static const char *const metrics[] = {"improvement", "kl",        "entropy",       "backtracks",
                                      "value_loss",  "grad_norm", "learning_rate", "explained_variance",
                                      NULL};

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoMoves *moves = &self->moves;
  *moves = co_actor_rollout(&self->actor, learning->rollout);
  if (!moves->count) return true;
  co_actor_standardise(moves->advantage, moves->decision, moves->count, moves->advantage);
  self->old = co_reference(&self->actor, moves);
  co_metric(learning->metrics, "explained_variance", co_actor_explained(moves));
  if (!improve(self, learning, error) || !regress(self, learning, error)) return false;
  co_actor_observed(&self->actor, moves);
  return true;
}

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (spec->obs_shape[0] > 0 && ((const CoActorConfig *)config)->body.conv_layers > 0)
    return co_fail(error,
                   "differentiates twice, which convolutions do not allow: with conv_layers 0 it takes the image "
                   "as a list of numbers");
  return co_actor_accepts(config, spec, error);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_actor_create(sizeof *self, &config->actor, setup, error);
  if (self) self->config = *config;
  return self;
}

static const CoField fields[] = {
    CO_ACTOR_FIELDS,
    CO_ACTOR_ROLLOUT_FIELDS("256", "0.97"),
    CO_NUMBER(Config, max_kl, "0.01", 1e-6, 10,
              "the most that an update may move the policy: mean divergence, in nats"),
    CO_INT(Config, cg_iterations, "10", 1, 10000, "of conjugate gradients: Fisher-vector products to an update"),
    CO_NUMBER(Config, cg_damping, "0.1", 0, 1000, "added to the Fisher matrix's diagonal"),
    CO_INT(Config, backtracks, "10", 1, 1000, "tries of the line search; when none will do the policy stays"),
    CO_NUMBER(Config, backtrack_coeff, "0.8", 0.01, 0.99, "what a try's length is multiplied with for the next"),
    CO_ALIASED(CoActorConfig, lr, "learning_rate", CO_FIELD_NUMBER, "0.001", 1e-6, 1, "of the value's regression"),
    CO_ALIASED(CoActorConfig, max_grad_norm, "grad_norm_clip", CO_FIELD_NUMBER, "1e9", 1e-6, 1e9,
               "largest norm of the value's gradient"),
    CO_CHOICE(CoActorConfig, optimizer, "adam", "sgd rmsprop rmsprop_tf adam",
              "what the value's regression steps with"),
    CO_INT(Config, num_minibatches, "16", 1, 1000000, "parts that every pass of the regression cuts a rollout into"),
    CO_INT(Config, value_epochs, "10", 1, 10000, "passes of the regression over a rollout"),
    CO_FIELDS_END,
};

const CoAlgoType co_trpo = {.name = "trpo",
                            .summary = "natural gradient within a bound on the divergence, by conjugate gradients",
                            .source = "Schulman et al., 2015; Kakade, 2001",
                            .settings = {"trpo", sizeof(Config), fields, NULL},
                            .metrics = metrics,
                            .accepts = accepts,
                            .wants = co_actor_wants_rollout,
                            .create = create,
                            .destroy = co_actor_destroy,
                            .learn = learn,
                            CO_ACTOR_HOOKS};
