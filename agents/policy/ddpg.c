// Deep deterministic policy gradient (Lillicrap et al., ICLR 2016; Silver et al., ICML 2014).
#include "off_policy.h"

extern const CoAlgoType co_ddpg;

// V(s') = Q'(s', mu'(s')), of the slow networks.
static CoVar *next_value(const void *user, const CoPart *part) {
  const CoOffPolicy *self = user;
  CoTape *tape = part->tape;
  CoVar *const *actor = co_params_bind(tape, &self->slow_actor), *const *critic =
                                                                     co_params_bind(tape, &self->slow_critic);
  CoVar *action = co_tanh_of(tape, co_off_policy_actor(self, tape, actor, part->next_obs));
  return co_off_policy_least_q(self, tape, critic, part->next_obs, action);
}

// -Q(s, mu(s)), whose gradient is -dQ/da dmu/dtheta.
static CoVar *loss(const void *user, const CoPart *part, CoVar *const *actor, CoVar *const *critic, double *stats) {
  (void)stats;
  const CoOffPolicy *self = user;
  CoTape *tape = part->tape;
  CoVar *out = co_off_policy_actor(self, tape, actor, part->obs), *action = co_tanh_of(tape, out);
  CoVar *q = co_off_policy_least_q(self, tape, critic, part->obs, action);
  return co_off_policy_actor_loss(self, tape, q, out);
}

bool co_ddpg_update(void *self, CoLearning *learning, CoError *error) {
  double stats[CO_SHARD_STATS];
  if (!co_off_policy_step_critics(self, next_value, learning->metrics, error) ||
      !co_off_policy_step_actor(self, loss, stats, learning->metrics, error))
    return false;
  co_off_policy_follow(self);
  return true;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  return co_off_policy_learn(self, co_ddpg_update, learning, error);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  const CoOffPolicyForm form = {.critics = 1, .slow_actor = true};
  return co_off_policy_create(sizeof(CoOffPolicy), config, &form, setup, error);
}

static const char *const metrics[] = {"critic_loss", "q_mean", "actor_loss", NULL};

static const CoField fields[] = {CO_OFF_POLICY_FIELDS, CO_OFF_POLICY_ACTOR_LR("0.001"), CO_OFF_POLICY_NOISE("0.1"),
                                 CO_OFF_POLICY_OUTPUT_PENALTY("0"), CO_FIELDS_END};

const CoAlgoType co_ddpg = {.name = "ddpg",
                            .summary = "deep deterministic policy gradient: Q-learning for continuous actions",
                            .source = "Lillicrap et al., ICLR 2016",
                            .settings = {"ddpg", sizeof(CoOffPolicyConfig), fields, NULL},
                            .metrics = metrics,
                            .create = create,
                            .destroy = co_off_policy_destroy,
                            .learn = learn,
                            .save = co_off_policy_save,
                            .load = co_off_policy_load,
                            CO_OFF_POLICY_HOOKS};
