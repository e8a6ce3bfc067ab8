// A laboratory for policy gradients: a short experience that tests write by hand, and a learner whose networks' outputs
// are their biases alone.
#ifndef COHORT_TESTS_UNIT_POLICY_H
#define COHORT_TESTS_UNIT_POLICY_H

#include <math.h>
#include <string.h>

#include "policy/network.h"
#include "suite.h"

enum { STEPS = 2, AGENTS = 2, ACTIONS = 3, NOTES = 4 };

// One copy, two steps, at most two agents.
typedef struct Lab {
  const CoAlgoType *algo;
  unsigned char config[512];
  CoSpec spec;
  CoActor *actor; // the learner
  CoRollout rollout;
  CoLearning learning;
  float obs[STEPS * AGENTS], last_obs[AGENTS], notes[STEPS * AGENTS * NOTES], reward[STEPS], discount[STEPS];
  int action[STEPS * AGENTS], cut[STEPS];
  uint8_t mask[STEPS * AGENTS * ACTIONS], acting[STEPS * AGENTS];
} Lab;

static void check(bool fine, const CoError *error) {
  ck_assert_msg(fine, "%s", error->text);
}

static void configure(Lab *lab, const char *const *pairs) {
  CoError error = {{0}};
  for (; pairs && pairs[0]; pairs += 2)
    if (co_settings_find(&lab->algo->settings, pairs[0]))
      check(co_settings_set(&lab->algo->settings, lab->config, pairs[0], pairs[1], &error), &error);
}

static float *parameter(const Lab *lab, int number) {
  return co_params_at(&lab->actor->params, number);
}

static float *policy_bias(const Lab *lab) {
  return parameter(lab, lab->actor->policy.head.bias);
}

static float *value_bias(const Lab *lab) {
  return parameter(lab, lab->actor->value.head.bias);
}

// Steepest descent of rate 0.1, gamma 0.5, no entropy; all weights 0, the value 4 everywhere.
static void prepare(Lab *lab, const CoAlgoType *algo, CoSpec spec, const char *const *pairs) {
  static const char *const plain[] = {
      "hidden",   "1",     "layers",        "1",   "optimizer",       "sgd", "lr",       "0.1",
      "gamma",    "0.5",   "max_grad_norm", "1e9", "vf_coef",         "1",   "ent_coef", "0",
      "norm_adv", "false", "update_epochs", "1",   "num_minibatches", "1",   NULL};
  CoError error = {{0}};
  *lab = (Lab){.algo = algo, .spec = spec, .reward = {1, 2}, .discount = {1, 0}, .cut = {-1, 0}};
  ck_assert(algo->settings.bytes <= sizeof lab->config);
  co_settings_defaults(&algo->settings, lab->config);
  configure(lab, plain);
  configure(lab, pairs);
  CoAlgoSetup setup = {.spec = &lab->spec, .num_envs = 4, .seed = 1};
  lab->actor = algo->create(lab->config, &setup, &error);
  check(lab->actor, &error);
  memset(lab->actor->params.values, 0, lab->actor->params.size * sizeof(CoReal));
  *value_bias(lab) = 4;
  memset(lab->mask, 1, sizeof lab->mask);
  memset(lab->acting, 1, sizeof lab->acting);
  lab->rollout = (CoRollout){.steps = STEPS, .filled = STEPS, .num_envs = 1, .agents = spec.agents, .rewards = 1};
  lab->rollout.cuts = 1;
  lab->learning = (CoLearning){.steps = 2, .new_steps = 2};
}

// The arrays are the lab's own, which must not move any more.
static void learn(Lab *lab) {
  CoError error = {{0}};
  CoRollout *r = &lab->rollout;
  bool discrete = lab->spec.actions > 0;
  r->obs = lab->obs, r->last_obs = lab->last_obs, r->notes = lab->notes, r->reward = lab->reward;
  r->discount = lab->discount, r->cut = lab->cut, r->acting = lab->acting;
  r->action = discrete ? lab->action : NULL, r->mask = discrete ? lab->mask : NULL;
  lab->learning.rollout = r;
  check(lab->algo->learn(lab->actor, &lab->learning, &error), &error);
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->actor);
}

static void near(double got, double expected) {
  ck_assert_msg(fabs(got - expected) < 1e-6 * (1 + fabs(expected)), "%.9g, not %.9g", got, expected);
}

static void check_pair(const float *got, double first, double second) {
  near((double)got[0], first);
  near((double)got[1], second);
}

static const CoSpec two = {.agents = 1, .teams = 1, .obs_size = 1, .actions = 2};

#endif
