// Thompson sampling on a bandit: every arm's value drawn from what is believed of it, the highest pulled (Thompson,
// 1933; Russo et al., A Tutorial on Thompson Sampling, 2018).
#include <math.h>

#include "arms.h"
#include "cohort/distributions.h"
#include "cohort/kernels.h"

enum { NORMAL, BETA };

typedef struct Config {
  CoArmsConfig arms;
  int belief;
} Config;

typedef struct Learner {
  CoArms arms;
  int belief;
} Learner;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_arms_create(sizeof *self, config, setup, error);
  if (self) self->belief = ((const Config *)config)->belief;
  return self;
}

// Gamma(shape, 1) for shape >= 1: Marsaglia and Tsang, A simple method for generating gamma variables (2000).
static double draw_gamma(double shape, CoRng *rng) {
  double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
  for (;;) {
    double x = co_rng_normal(rng), root = 1 + c * x, v = root * root * root;
    if (v > 0 && co_log(1 - co_rng_unit(rng)) < 0.5 * x * x + d - d * v + d * co_log(v)) return d * v;
  }
}

// Rewards with deviation 1 about a value believed to be normal, with mean 0 and variance 1 beforehand; or wins by a
// probability that was uniform beforehand.
static double draw(int belief, const CoArm *arm, CoRng *rng) {
  double pulls = (double)arm->count, paid = (double)arm->paid;
  if (belief == NORMAL) return (paid + co_rng_normal(rng) * sqrt(pulls + 1)) / (pulls + 1);
  double wins = fmin(fmax(paid, 0), pulls);
  double won = draw_gamma(1 + wins, rng), lost = draw_gamma(1 + pulls - wins, rng);
  return won / (won + lost);
}

static int choose(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng) {
  int belief = ((const Learner *)arms)->belief;
  for (int a = 0; a < arms->actions; a++) arms->scores[a] = mask[a] ? (float)draw(belief, &row[a], rng) : 0;
  return co_argmax_random(arms->actions, arms->scores, mask, rng);
}

static bool act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  co_arms_act(self, frame, how, choose, discrete);
  return true;
}

static const CoField fields[] = {
    CO_ARMS_ANEW, CO_CHOICE(Config, belief, "normal", "normal beta", "beta: rewards are 0 or 1"), CO_FIELDS_END};

const CoAlgoType co_thompson = {.name = "thompson",
                                .summary = "pulls the arm of a bandit that is the best by a draw from its beliefs",
                                .source = "Thompson 1933; Russo et al. 2018",
                                .settings = {"thompson", sizeof(Config), fields, NULL},
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
