// Gradient bandit: preferences that climb the expected reward, against the average reward as a baseline (Sutton and
// Barto, section 2.8).
#include <math.h>

#include "arms.h"
#include "cohort/distributions.h"

typedef struct Config {
  CoArmsConfig arms;
  bool baseline;
} Config;

// An arm's value is its preference H(a).
typedef struct Learner {
  CoArms arms;
  bool baseline;
} Learner;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_arms_create(sizeof *self, config, setup, error);
  if (self) self->baseline = ((const Config *)config)->baseline;
  return self;
}

// pi(a) = exp H(a) / sum_b exp H(b) among the legal arms, into scores.
static const float *policy(CoArms *arms, const CoArm *row, const uint8_t *mask) {
  for (int a = 0; a < arms->actions; a++) arms->scores[a] = row[a].value;
  co_softmax(arms->actions, arms->scores, mask, 1, arms->scores);
  return arms->scores;
}

static int choose(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng) {
  return co_categorical_sample(arms->actions, policy(arms, row, mask), rng);
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  co_arms_act(self, frame, how, choose, discrete);
  return true;
}

// The average reward so far; at the first pull, what it paid.
static float baseline(const Learner *self, const CoArm *row, float reward) {
  float paid = 0, pulls = 0;
  if (!self->baseline) return 0;
  for (int a = 0; a < self->arms.actions; a++) paid += row[a].paid, pulls += row[a].count;
  return pulls > 0 ? paid / pulls : reward;
}

// H(a) += alpha (r - baseline) (1 - pi(a)) for the arm that was pulled, H(b) -= alpha (r - baseline) pi(b) for others.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoArm *row = co_arms_row(&self->arms, d->env, d->agent);
    const float *pi = policy(&self->arms, row, d->mask);
    float advantage = d->reward - baseline(self, row, d->reward);
    for (int a = 0; a < self->arms.actions; a++)
      row[a].value += (float)self->arms.config.lr * advantage * ((float)(a == d->action) - pi[a]);
    row[d->action].count++;
    row[d->action].paid += d->reward;
    co_metric(learning->metrics, "error_abs", fabs((double)advantage));
    co_arms_close(&self->arms, d);
  }
  learning->updates += learning->decision_count;
  return true;
}

static const CoField fields[] = {
    CO_ARMS_ANEW, CO_ALIASED(CoArmsConfig, lr, "alpha", CO_FIELD_NUMBER, "0.1", 1e-6, 1e6, "step size"),
    CO_BOOL(Config, baseline, "true", "rewards count by how far they are above the average"), CO_FIELDS_END};

const CoAlgoType co_gradient_bandit = {.name = "gradient_bandit",
                                       .summary = "preferences of a bandit's arms by gradient ascent",
                                       .source = "Sutton and Barto, section 2.8",
                                       .settings = {"gradient_bandit", sizeof(Config), fields, NULL},
                                       .metrics = co_arms_metrics,
                                       .accepts = co_arms_accepts,
                                       .wants = co_arms_wants,
                                       .create = create,
                                       .destroy = co_arms_destroy,
                                       .act = act,
                                       .learn = learn,
                                       .save = co_arms_save,
                                       .load = co_arms_load,
                                       .inspect = co_arms_inspect};
