// Epsilon-greedy on a bandit, with averages of the rewards, or optimistic ones (Sutton and Barto, sections 2.2 to 2.6).
#include "arms.h"

typedef struct Config {
  CoArmsConfig arms;
  double epsilon;
} Config;

typedef struct Learner {
  CoArms arms;
  double epsilon;
} Learner;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_arms_create(sizeof *self, config, setup, error);
  if (self) self->epsilon = ((const Config *)config)->epsilon;
  return self;
}

static int choose(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng) {
  double epsilon = ((const Learner *)arms)->epsilon;
  if (epsilon > 0 && co_rng_unit(rng) < epsilon) return co_rng_choose(rng, mask, arms->actions);
  return co_arms_best(arms, row, mask, rng);
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  co_arms_act(self, frame, how, choose, discrete);
  return true;
}

static double epsilon_of(const void *self, int64_t steps) {
  (void)steps;
  return ((const Learner *)self)->epsilon;
}

static const CoField fields[] = {CO_ARMS_ANEW, CO_ARMS_LR, CO_ARMS_INITIAL,
                                 CO_NUMBER(Config, epsilon, "0.1", 0, 1, "share of random pulls"), CO_FIELDS_END};

const CoAlgoType co_bandit_greedy = {.name = "bandit_greedy",
                                     .summary = "epsilon-greedy on a bandit: the best arm so far, now and then any",
                                     .source = "Sutton and Barto, sections 2.2 to 2.6",
                                     .settings = {"bandit_greedy", sizeof(Config), fields, NULL},
                                     .metrics = co_arms_metrics,
                                     .accepts = co_arms_accepts,
                                     .wants = co_arms_wants,
                                     .create = create,
                                     .destroy = co_arms_destroy,
                                     .act = act,
                                     .learn = co_arms_learn_averages,
                                     .epsilon = epsilon_of,
                                     .save = co_arms_save,
                                     .load = co_arms_load,
                                     .inspect = co_arms_inspect};
