// Dyna-Q drives the taxi: how many episodes until it drives well, with 0, 5 and 50 updates from the model after each
// step? Plaat, chapter 5; Sutton (1990). The method is agents/model/dyna_q.c.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { PLANS = 3, STRIDE = 100 };

typedef struct Settings {
  double lr;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_ALIASED(Settings, lr, "alpha", CO_FIELD_NUMBER, "0.5", 1e-6, 1, "step size"),
    CO_INT(Settings, steps, "200000", 1, 1e9, "environment steps, at most"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

// Episodes until greedy play, judged exactly, earns more than it costs: from hardly any start does it fail.
static double learn(CoExample *example, const CoWorld *world, const CoModel *model, int n, const Settings *set) {
  char curve[32];
  CoLearner *learner = co_example_begin(example, world, "dyna_q", "num_envs 1 planning %d lr %g gamma 0.99 steps %d", n,
                                        set->lr, set->steps);
  snprintf(curve, sizeof curve, "n = %d", n);
  for (int steps = STRIDE; steps <= set->steps; steps += STRIDE) {
    co_example_advance(example, learner, steps, NULL);
    const float *Q = co_example_table(example, learner, model->actions);
    double got = co_example_exact(example, model, Q, 0, 200).return_mean;
    double episodes = (double)co_train_view(learner->train).episodes;
    co_example_point(example, curve, episodes, got);
    if (got >= 0) return episodes;
  }
  return INFINITY;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "taxi", " ");
  const CoModel *model = co_example_model(example, world);
  double none = learn(example, world, model, 0, set), five = learn(example, world, model, 5, set),
         fifty = learn(example, world, model, 50, set);
  // Six updates for each real step instead of one: hardly more than six times. 51 instead of one: ten times and more.
  co_example_claim(example,
                   (CoClaim){.what = "n = 5: times fewer episodes", .expected = NAN, .low = 3, .high = 8, .full = true},
                   none / five);
  co_example_claim(
      example, (CoClaim){.what = "n = 50: times fewer episodes", .expected = 10, .low = 8, .high = 30, .full = true},
      none / fifty);
  co_example_claim(example, (CoClaim){.what = "n = 50: episodes", .expected = NAN, .low = 0, .high = 200}, fifty);
}

static const CoExampleType type = {
    .name = "dyna_taxi",
    .chapter = 5,
    .idea = "Five imagined steps for each real one: a fourth of the episodes is enough; fifty: a tenth.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"dyna_taxi", sizeof(Settings), fields, profiles},
    .envs = "taxi",
    .algos = "dyna_q",
    .chart_x = "episodes",
    .chart_y = "greedy return",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
