// REINFORCE balances the pole, with a learnt baseline and without: Plaat, chapter 4; Williams (1992). The update rule
// is agents/policy/reinforce.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, num_envs;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "200000", 1, 1e9, "environment steps to learn from"),
    CO_INT(Settings, num_envs, "8", 1, 1000, "episodes to an update"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "20000"}, {NULL, NULL, NULL}};

static CoLearner *learn(CoExample *example, const Settings *set, const char *baseline, const char *name,
                        const char *chance) {
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner = co_example_train(example, world, "reinforce", name, "baseline %s steps %d num_envs %d", baseline,
                                        set->steps, set->num_envs);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(example, (CoClaim){.what = name, .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = chance, .expected = NAN, .low = 40, .high = 500}, got);
  return learner;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  learn(example, settings, "false", "without a baseline", "without, above chance");
  co_example_show(example, learn(example, settings, "true", "with a baseline", "with, above chance"));
}

static const CoExampleType type = {
    .name = "reinforce_cartpole",
    .chapter = 4,
    .idea = "Actions of episodes that went well become more probable; what a value expected anyway need not count.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"reinforce_cartpole", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "reinforce",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
