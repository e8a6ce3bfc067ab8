// UCB on a bandit: the arm that may be the best, by an upper bound of its value (Auer et al., 2002; Sutton and Barto,
// section 2.7).
#include <math.h>

#include "arms.h"
#include "cohort/distributions.h"
#include "cohort/kernels.h"

typedef struct Config {
  CoArmsConfig arms;
  double c;
} Config;

typedef struct Learner {
  CoArms arms;
  double c;
} Learner;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_arms_create(sizeof *self, config, setup, error);
  if (self) self->c = ((const Config *)config)->c;
  return self;
}

// argmax_a Q(a) + c sqrt(ln t / N(a)); arms never pulled come first.
static int choose(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng) {
  double t = 1, c = ((const Learner *)arms)->c;
  for (int a = 0; a < arms->actions; a++) t += (double)row[a].count;
  double log_t = co_log(t);
  for (int a = 0; a < arms->actions; a++) {
    double pulls = (double)row[a].count;
    arms->scores[a] = pulls > 0 ? (float)((double)row[a].value + c * sqrt(log_t / pulls)) : INFINITY;
  }
  return co_argmax_random(arms->actions, arms->scores, mask, rng);
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  co_arms_act(self, frame, how, choose, discrete);
  return true;
}

static const CoField fields[] = {CO_ARMS_ANEW, CO_ARMS_LR, CO_ARMS_INITIAL,
                                 CO_NUMBER(Config, c, "2", 0, 1e6, "weight of what is not known yet"), CO_FIELDS_END};

const CoAlgoType co_ucb = {.name = "ucb",
                           .summary = "the arm of a bandit with the highest upper confidence bound",
                           .source = "Auer et al. 2002; Sutton and Barto, section 2.7",
                           .settings = {"ucb", sizeof(Config), fields, NULL},
                           .metrics = co_arms_metrics,
                           .accepts = co_arms_accepts,
                           .wants = co_arms_wants,
                           .create = create,
                           .destroy = co_arms_destroy,
                           .act = act,
                           .learn = co_arms_learn_averages,
                           .save = co_arms_save,
                           .load = co_arms_load,
                           .inspect = co_arms_inspect};
