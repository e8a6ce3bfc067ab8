// Twin delayed DDPG (Fujimoto, van Hoof and Meger, ICML 2018): the lesser of two critics, a smoothed target, and an
// actor that waits for its critics.
#include "off_policy.h"

extern const CoAlgoType co_td3;

typedef struct Config {
  CoOffPolicyConfig base; // first
  double policy_noise, noise_clip;
  int policy_delay;
} Config;

typedef struct Learner {
  CoOffPolicy base; // first
  Config config;
} Learner;

// a' = clip(mu'(s') + clip(sigma z, -c, c), -1, 1): actions that lie close together are worth about the same.
static CoVar *smoothed(const Learner *self, const CoPart *part, CoVar *mean) {
  CoReal c = (CoReal)self->config.noise_clip;
  CoVar *noise = co_affine(part->tape, co_off_policy_noise(&self->base, part), (CoReal)self->config.policy_noise, 0);
  return co_clip(part->tape, co_add(part->tape, mean, co_clip(part->tape, noise, -c, c)), -1, 1);
}

// V(s') = min_j Q'_j(s', a'), of the slow networks.
static CoVar *next_value(const void *user, const CoPart *part) {
  const Learner *self = user;
  CoTape *tape = part->tape;
  CoVar *const *actor = co_params_bind(tape, &self->base.slow_actor);
  CoVar *const *critic = co_params_bind(tape, &self->base.slow_critic);
  CoVar *mean = co_tanh_of(tape, co_off_policy_actor(&self->base, tape, actor, part->next_obs));
  return co_off_policy_least_q(&self->base, tape, critic, part->next_obs, smoothed(self, part, mean));
}

// -Q_1(s, mu(s))
static CoVar *loss(const void *user, const CoPart *part, CoVar *const *actor, CoVar *const *critic, double *stats) {
  (void)stats;
  const Learner *self = user;
  CoTape *tape = part->tape;
  CoVar *action = co_tanh_of(tape, co_off_policy_actor(&self->base, tape, actor, part->obs));
  CoVar *q = co_off_policy_q(&self->base, tape, critic, 0, co_off_policy_pair(tape, part->obs, action));
  return co_affine(tape, co_sum_all(tape, q), -1, 0);
}

// The actor and the slow networks move with every policy_delay-th update.
static bool update(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  double stats[CO_SHARD_STATS];
  co_off_policy_draw_noise(&self->base);
  if (!co_off_policy_step_critics(self, next_value, learning->metrics, error)) return false;
  if ((learning->updates + 1) % self->config.policy_delay) return true;
  if (!co_off_policy_step_actor(self, loss, stats, learning->metrics, error)) return false;
  co_off_policy_follow(&self->base);
  return true;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  return co_off_policy_learn(self, update, learning, error);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  const CoOffPolicyForm form = {.critics = 2, .slow_actor = true};
  Learner *self = co_off_policy_create(sizeof *self, &config->base, &form, setup, error);
  if (self) self->config = *config;
  return self;
}

static const char *const metrics[] = {"critic_loss", "q_mean", "actor_loss", NULL};

static const CoField fields[] = {
    CO_OFF_POLICY_FIELDS,
    CO_OFF_POLICY_ACTOR_LR("0.001"),
    CO_OFF_POLICY_NOISE("0.1"),
    CO_ALIASED(Config, policy_noise, "target_policy_noise", CO_FIELD_NUMBER, "0.2", 0, 10,
               "deviation of the noise on the target's actions, in units of half their range"),
    CO_ALIASED(Config, noise_clip, "target_noise_clip", CO_FIELD_NUMBER, "0.5", 0, 10, "most of that noise"),
    CO_ALIASED(Config, policy_delay, "policy_frequency", CO_FIELD_INT, "2", 1, 1000,
               "updates of the critics to one of the actor and of the slow networks"),
    CO_FIELDS_END,
};

const CoAlgoType co_td3 = {.name = "td3",
                           .summary = "twin delayed DDPG: two critics, smoothed targets, a delayed actor",
                           .source = "Fujimoto, van Hoof and Meger, ICML 2018",
                           .settings = {"td3", sizeof(Config), fields, NULL},
                           .metrics = metrics,
                           .create = create,
                           .destroy = co_off_policy_destroy,
                           .learn = learn,
                           .save = co_off_policy_save,
                           .load = co_off_policy_load,
                           CO_OFF_POLICY_HOOKS};
