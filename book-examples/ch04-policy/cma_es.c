// CMA-ES on the weights of a small policy: Plaat, chapters 4 and 7; Hansen (2016). The method is
// agents/policy/cma_es.c, its mathematics engine/math/cma_es.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "100000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner = co_example_train(example, world, "cma_es", "cma_es", "num_envs 8 steps %d", set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = 40, .high = 500}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "cma_es",
    .chapter = 4,
    .idea = "No gradient at all: a population learns in which directions of the weights the returns grow.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"cma_es", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "cma_es",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
