// The cross-entropy method on the weights of a small policy: Plaat, chapters 4 and 7; Szita and Lorincz (2006). The
// method is agents/policy/cem.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "200000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner = co_example_train(example, world, "cem", "cem", "num_envs 8 steps %d", set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = 40, .high = 500}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "cem",
    .chapter = 4,
    .idea = "No gradient at all: the best fifth of many policies say where the next ones are drawn.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"cem", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "cem",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
