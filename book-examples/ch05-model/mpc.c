// Model-predictive control of the pendulum: plans in the true model, in one network and in an ensemble of five. Plaat,
// chapter 5; Chua et al. (2018). The methods are agents/model/mpc.c and pets.c.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, episodes;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "3000", 1, 1e9, "environment steps to learn from"),
    CO_INT(Settings, episodes, "100", 1, 1e9, "that play is judged by"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "250"}, {"quick", "episodes", "1"}, {NULL, NULL, NULL}};

// A near-optimal policy earns about -140, random torques -1200.
static void claim(CoExample *example, const char *what, double least, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = -140, .low = least, .high = 0, .full = true}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "pendulum", " ");
  CoLearner *planner = co_example_begin(example, world, "mpc", "num_envs 1 steps 200"), *learner = NULL;
  double got = co_example_evaluate(example, planner, set->episodes).return_mean;
  claim(example, "true model", -200, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = -700, .high = 0}, got);
  for (int networks = 1; networks <= 5; networks += 4) {
    char name[32];
    snprintf(name, sizeof name, networks == 1 ? "one network" : "five networks");
    learner = co_example_train(example, world, "pets", name, "num_envs 1 members %d steps %d log_interval 200",
                               networks, set->steps);
    got = co_example_evaluate(example, learner, set->episodes).return_mean;
    claim(example, name, networks == 1 ? -250 : -170, got);
  }
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "mpc",
    .chapter = 5,
    .idea =
        "Whoever can imagine what follows can plan: with the rules of the world, or with networks that learned them.",
    .cost = CO_COST_LONGER,
    .seeds = 3,
    .settings = {"mpc", sizeof(Settings), fields, profiles},
    .envs = "pendulum",
    .algos = "pets",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
