// MAXQ on the taxi: Plaat, chapter 8; Dietterich (2000). The way to a place is learnt once, for fetching and bringing.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double alpha, epsilon;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.5", 0.001, 1, "step size"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random choices, in every task"),
    CO_INT(Settings, steps, "100000", 10000, 1e9, "to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

enum { EPISODES = 3000 };

static double learn(CoExample *example, CoLearner *learner, const char *curve, int64_t steps) {
  CoTrainView view = co_train_view(learner->train);
  co_example_advance(example, learner, steps, curve);
  return (double)(co_train_view(learner->train).episodes - view.episodes);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  CoWorld *world = co_example_open(example, "taxi", " ");
  CoLearner *driver[2];
  static const char *const methods[] = {"maxq", "q_learning"};
  double early[2];
  for (int i = 0; i < 2; i++) {
    driver[i] = co_example_begin(example, world, methods[i],
                                 "num_envs 1 gamma 0.99 alpha %g epsilon_start %g epsilon_finish %g steps %d",
                                 set->alpha, set->epsilon, set->epsilon, set->steps);
    early[i] = learn(example, driver[i], methods[i], 10000);
    learn(example, driver[i], methods[i], set->steps);
  }
  // Best play earns 2379 / 300 from all starts alike; what MAXQ earns less or more is measured on the same episodes.
  CoLearner *planner = co_example_train(example, world, "value_iteration", NULL, "steps 1000000");
  double best = co_example_evaluate(example, planner, EPISODES).return_mean;
  double maxq = co_example_evaluate(example, driver[0], EPISODES).return_mean;
  co_example_say(example, "10,000 steps: %.0f rides with tasks, %.0f without\n", early[0], early[1]);
  co_example_claim(example,
                   (CoClaim){.what = "greedy return", .expected = 7.93, .low = 7.9299, .high = 7.9301, .full = true},
                   7.93 + maxq - best);
  co_example_claim(example,
                   (CoClaim){.what = "rides in 10,000 steps, to flat Q's", .expected = NAN, .low = 2, .high = INFINITY},
                   early[0] / early[1]);
  co_example_show(example, driver[0]);
}

static const CoExampleType type = {
    .name = "maxq_taxi",
    .chapter = 8,
    .idea = "A task's value is that of what it calls and of completing it; what tasks share they learn once.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"maxq_taxi", sizeof(Settings), fields, profiles},
    .envs = "taxi",
    .algos = "maxq",
    .chart_x = "steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
