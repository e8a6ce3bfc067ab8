// Advantage actor-critic, many copies in step: Plaat, chapter 4; Mnih et al. (2016). The update rule is
// agents/policy/a2c.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "300000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

static double learn(CoExample *example, const Settings *set, int num_envs, const char *name) {
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner =
      co_example_train(example, world, "a2c", name, "num_envs %d lr_anneal_time 300000 steps %d", num_envs, set->steps);
  co_example_show(example, learner);
  return co_example_evaluate(example, learner, 100).return_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  double one = learn(example, settings, 1, "one copy"), eight = learn(example, settings, 8, "eight copies");
  co_example_claim(example, (CoClaim){.what = "one copy", .expected = NAN, .low = 20, .high = 500, .full = true}, one);
  co_example_claim(example, (CoClaim){.what = "eight copies", .expected = 500, .low = 475, .high = 500, .full = true},
                   eight);
  co_example_claim(example, (CoClaim){.what = "eight, above chance", .expected = NAN, .low = 40, .high = 500}, eight);
}

static const CoExampleType type = {
    .name = "a2c",
    .chapter = 4,
    .idea =
        "Many copies of the environment, stepped at once, make one gradient out of experience that is not of one mind.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"a2c", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "a2c",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
