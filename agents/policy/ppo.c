// Proximal policy optimisation (Schulman et al., 2017), with the details that CleanRL found to matter: advantages of a
// rollout of many copies, then several epochs of minibatches under a clipped objective.
#include <math.h>

#include "actor.h"
#include "cohort/metrics.h"

extern const CoAlgoType co_ppo;

typedef struct Config {
  CoActorConfig actor; // first
  int num_minibatches, update_epochs;
  double clip_coef, target_kl;
  bool norm_adv, clip_vloss;
} Config;

typedef struct Learner {
  CoActor actor; // first
  Config config;
  // The update under way.
  CoMoves moves;
  CoReal *advantage; // [rows] as the minibatch weighs them
  const int *batch;  // [count] decisions of the minibatch
  int count;
} Learner;

enum { POLICY, VALUE, ENTROPY, KL, CLIPPED, STATS }; // stats

// min(ratio A, clip(ratio, 1 - epsilon, 1 + epsilon) A)
static CoVar *surrogate(const Learner *self, CoTape *tape, CoVar *ratio, CoVar *advantage) {
  CoReal epsilon = (CoReal)self->config.clip_coef;
  CoVar *clipped = co_clip(tape, ratio, 1 - epsilon, 1 + epsilon);
  return co_minimum(tape, co_mul(tape, ratio, advantage), co_mul(tape, clipped, advantage));
}

// (V - target)^2; with clip_vloss the value may not gain by leaving the neighbourhood of what it was.
static CoVar *value_error(const Learner *self, CoTape *tape, CoVar *value, const int *row, int count) {
  CoReal epsilon = (CoReal)self->config.clip_coef;
  CoVar *target = co_actor_column(tape, self->moves.target, row, count), *error = co_squared(tape, value, target);
  if (!self->config.clip_vloss) return error;
  CoVar *old = co_actor_column(tape, self->moves.value, row, count);
  CoVar *near = co_add(tape, old, co_clip(tape, co_sub(tape, value, old), -epsilon, epsilon));
  return co_maximum(tape, error, co_squared(tape, near, target));
}

static void note(const Learner *self, const CoVar *log_ratio, const CoVar *ratio, double *stats) {
  for (int i = 0; i < ratio->rows; i++) {
    double r = (double)ratio->data[i];
    stats[KL] += r - 1 - (double)log_ratio->data[i]; // Schulman's estimate without bias, never negative
    stats[CLIPPED] += fabs(r - 1) > self->config.clip_coef;
  }
}

// One shard's part of the mean of -surrogate + vf_coef error / 2 - ent_coef entropy.
static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Learner *self = user;
  int first, count = co_actor_part(&self->actor, shard, self->count, &first);
  const int *row = self->batch + first;
  if (!count) return NULL;
  CoJudged now = co_actor_judge(&self->actor, tape, bound, &self->moves, row, count);
  CoVar *log_ratio = co_sub(tape, now.log_prob, co_actor_column(tape, self->moves.log_prob, row, count));
  CoVar *ratio = co_exp_of(tape, log_ratio), *advantage = co_actor_column(tape, self->advantage, row, count);
  CoVar *gain = co_sum_all(tape, surrogate(self, tape, ratio, advantage));
  CoVar *error = co_sum_all(tape, value_error(self, tape, now.value, row, count));
  CoVar *entropy = co_sum_all(tape, now.entropy);
  note(self, log_ratio, ratio, stats);
  stats[POLICY] -= (double)co_item(gain);
  stats[VALUE] += 0.5 * (double)co_item(error);
  stats[ENTROPY] += (double)co_item(entropy);
  return co_actor_loss(&self->actor, tape, gain, error, entropy, self->count);
}

static const char *const metrics[] = {"policy_loss",   "value_loss",         "entropy",
                                      "approx_kl",     "clip_fraction",      "grad_norm",
                                      "learning_rate", "explained_variance", NULL};

// One pass over all decisions in random order; *kl is what the last minibatch estimated.
static bool epoch(Learner *self, CoLearning *learning, double *kl, CoError *error) {
  CoMoves *moves = &self->moves;
  int64_t parts = self->config.num_minibatches;
  co_rng_shuffle(&self->actor.rng, moves->decision, moves->count);
  for (int64_t i = 0; i < parts; i++) {
    CoDescent descent;
    int64_t first = moves->count * i / parts;
    self->batch = moves->decision + first;
    self->count = (int)(moves->count * (i + 1) / parts - first);
    if (!self->count) continue;
    if (self->config.norm_adv) co_actor_standardise(moves->advantage, self->batch, self->count, self->advantage);
    if (!co_actor_descend(&self->actor, loss, self, learning, &descent, error)) return false;
    co_actor_report(descent.stats, metrics, STATS, self->count, learning->metrics);
    *kl = descent.stats[KL] / self->count;
  }
  return true;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  double kl = 0, most = self->config.target_kl;
  self->moves = co_actor_rollout(&self->actor, learning->rollout);
  if (!self->moves.count) return true;
  CoReal *own = self->config.norm_adv ? co_tape_memory(self->actor.tape, (size_t)self->moves.rows) : NULL;
  self->advantage = own ? own : self->moves.advantage;
  co_metric(learning->metrics, "explained_variance", co_actor_explained(&self->moves));
  for (int i = 0; i < self->config.update_epochs && (most == 0 || kl <= most); i++)
    if (!epoch(self, learning, &kl, error)) return false;
  co_actor_observed(&self->actor, &self->moves);
  return true;
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_actor_create(sizeof *self, &config->actor, setup, error);
  if (self) self->config = *config;
  return self;
}

static const CoField fields[] = {
    CO_ACTOR_FIELDS,
    CO_ACTOR_ROLLOUT_FIELDS("128", "0.95"),
    CO_ACTOR_DESCENT_FIELDS("0.00025", "0.5", "adam", "0.01"),
    CO_INT(Config, num_minibatches, "4", 1, 1000000, "parts that every epoch cuts a rollout into"),
    CO_INT(Config, update_epochs, "4", 1, 10000, "times that a rollout is learnt from"),
    CO_ALIASED(Config, clip_coef, "clip_range", CO_FIELD_NUMBER, "0.2", 1e-6, 1e9,
               "how far from 1 the ratio of new to old probability may still gain"),
    CO_NUMBER(Config, target_kl, "0", 0, 1e9, "no further epoch beyond this divergence from the old policy; 0: none"),
    CO_BOOL(Config, norm_adv, "true", "advantages of every minibatch have mean 0 and deviation 1"),
    CO_BOOL(Config, clip_vloss, "true", "values are clipped as the ratios are"),
    CO_FIELDS_END,
};

const CoAlgoType co_ppo = {.name = "ppo",
                           .summary = "proximal policy optimisation: many copies, GAE, clipped objective",
                           .source = "Schulman et al., 2017; CleanRL (Huang et al., 2022)",
                           .settings = {"ppo", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .accepts = co_actor_accepts,
                           .wants = co_actor_wants_rollout,
                           .create = create,
                           .destroy = co_actor_destroy,
                           .learn = learn,
                           CO_ACTOR_HOOKS};
