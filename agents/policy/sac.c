// Soft actor-critic (Haarnoja et al., "Soft actor-critic algorithms and applications", 2018): reward and entropy are
// both worth having, at a price alpha of the entropy that adjusts itself.
#include "cohort/kernels.h"
#include "cohort/metrics.h"
#include "off_policy.h"
#include "squashed.h"

extern const CoAlgoType co_sac;

typedef struct Config {
  CoOffPolicyConfig base; // first
  double alpha, alpha_lr, target_entropy;
  bool autotune;
} Config;

typedef struct Learner {
  CoOffPolicy base; // first
  Config config;
  CoReal log_alpha;
  CoOptim *alpha_optim;
} Learner;

static CoReal alpha(const Learner *self) {
  return co_expf(self->log_alpha);
}

// a = tanh(m(s) + s(s) z) and log pi(a|s)
static CoSquashed draw(const Learner *self, const CoPart *part, CoVar *const *actor, CoVar *obs) {
  int size = self->base.action_size;
  CoVar *out = co_off_policy_actor(&self->base, part->tape, actor, obs);
  CoVar *log_std =
      co_clip(part->tape, co_slice(part->tape, out, size, size), (CoReal)CO_LOG_STD_LEAST, (CoReal)CO_LOG_STD_MOST);
  return co_squashed_draw(part->tape, co_slice(part->tape, out, 0, size), log_std,
                          co_off_policy_noise(&self->base, part));
}

// V(s') = min_j Q'_j(s', a') - alpha log pi(a'|s'), a' ~ pi(.|s')
static CoVar *next_value(const void *user, const CoPart *part) {
  const Learner *self = user;
  CoTape *tape = part->tape;
  CoVar *const *slow = co_params_bind(tape, &self->base.slow_critic);
  CoSquashed next = draw(self, part, co_params_bind(tape, &self->base.actor), part->next_obs);
  CoVar *q = co_off_policy_least_q(&self->base, tape, slow, part->next_obs, next.action);
  return co_sub(tape, q, co_affine(tape, next.log_prob, alpha(self), 0));
}

enum { LOG_PROB }; // stats

// alpha log pi(a|s) - min_j Q_j(s, a), a ~ pi(.|s)
static CoVar *loss(const void *user, const CoPart *part, CoVar *const *actor, CoVar *const *critic, double *stats) {
  const Learner *self = user;
  CoTape *tape = part->tape;
  CoSquashed now = draw(self, part, actor, part->obs);
  CoVar *q = co_off_policy_least_q(&self->base, tape, critic, part->obs, now.action);
  CoVar *log_prob = co_sum_all(tape, now.log_prob);
  stats[LOG_PROB] += (double)co_item(log_prob);
  return co_sub(tape, co_affine(tape, log_prob, alpha(self), 0), co_sum_all(tape, q));
}

// J = -alpha (log pi + H), H the entropy to keep: dJ / d(log alpha) = J.
static void temper(Learner *self, double log_prob) {
  double target = self->config.target_entropy * self->base.action_size;
  CoReal gradient = (CoReal)((double)-alpha(self) * (log_prob + target));
  if (self->config.autotune) co_optim_step(self->alpha_optim, &self->log_alpha, &gradient);
}

static bool update(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  double stats[CO_SHARD_STATS];
  co_off_policy_draw_noise(&self->base);
  if (!co_off_policy_step_critics(self, next_value, learning->metrics, error)) return false;
  co_off_policy_draw_noise(&self->base);
  if (!co_off_policy_step_actor(self, loss, stats, learning->metrics, error)) return false;
  co_metric(learning->metrics, "alpha", (double)alpha(self));
  co_metric(learning->metrics, "entropy", -stats[LOG_PROB]);
  temper(self, stats[LOG_PROB]);
  co_off_policy_follow(&self->base);
  return true;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  return co_off_policy_learn(self, update, learning, error);
}

static void destroy(void *self) {
  if (self) co_optim_destroy(((Learner *)self)->alpha_optim);
  co_off_policy_destroy(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  const CoOffPolicyForm form = {.critics = 2, .gaussian = true};
  CoOptimConfig adam = co_optim_defaults(CO_ADAM);
  Learner *self = co_off_policy_create(sizeof *self, &config->base, &form, setup, error);
  if (!self) return NULL;
  self->config = *config;
  self->log_alpha = (CoReal)co_log(config->alpha);
  adam.lr = config->alpha_lr;
  self->alpha_optim = co_optim_create(&adam, 1, error);
  if (self->alpha_optim) return self;
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_off_policy_save(self, writer);
  co_write(writer, &self->log_alpha, sizeof self->log_alpha);
  co_optim_save(self->alpha_optim, writer);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_off_policy_load(self, reader) &&
         co_read(reader, &self->log_alpha, sizeof self->log_alpha, "the temperature") &&
         co_optim_load(self->alpha_optim, reader);
}

static const char *const metrics[] = {"critic_loss", "q_mean", "actor_loss", "alpha", "entropy", NULL};

static const CoField fields[] = {
    CO_OFF_POLICY_FIELDS,
    CO_OFF_POLICY_ACTOR_LR("0.0003"),
    CO_ALIASED(Config, alpha, "ent_coef", CO_FIELD_NUMBER, "0.2", 1e-9, 1e6,
               "temperature, what a nat of entropy is worth; with autotune at the beginning"),
    CO_BOOL(Config, autotune, "true", "the temperature keeps the entropy near target_entropy"),
    CO_NUMBER(Config, alpha_lr, "0.001", 1e-6, 1, "learning rate of the temperature's logarithm"),
    CO_NUMBER(Config, target_entropy, "-1", -100, 100, "nats for each number of an action in [-1, 1]"),
    CO_FIELDS_END,
};

const CoAlgoType co_sac = {.name = "sac",
                           .summary = "soft actor-critic: maximum entropy, two critics, automatic temperature",
                           .source = "Haarnoja et al., 2018, arXiv 1812.05905",
                           .settings = {"sac", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .create = create,
                           .destroy = destroy,
                           .learn = learn,
                           .save = save,
                           .load = load,
                           CO_OFF_POLICY_HOOKS};
