// Swinging a pole up and holding it there: plans in the true model, and in networks that learned from a few minutes of
// trying. Plaat, chapter 5; Deisenroth and Rasmussen (2011); Chua et al. (2018). The methods are agents/model/mpc.c and
// pets.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, episodes;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "8000", 1, 1e9, "environment steps to learn from, 25 to a second"),
    CO_INT(Settings, episodes, "20", 1, 1e9, "that play is judged by"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "250"}, {"quick", "episodes", "1"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "cartpole_swingup", " ");
  // 200 steps; an upright pole earns 1 each, but it takes some 30 to get there.
  CoLearner *planner = co_example_begin(example, world, "mpc", "num_envs 1 horizon 40 steps 200");
  double truly = co_example_evaluate(example, planner, set->episodes).return_mean;
  co_example_claim(example, (CoClaim){.what = "true model", .expected = NAN, .low = 100, .high = 200}, truly);
  CoLearner *learner = co_example_train(example, world, "pets", "five networks",
                                        "num_envs 1 horizon 40 steps %d log_interval 200", set->steps);
  double learnt = co_example_evaluate(example, learner, set->episodes).return_mean;
  co_example_claim(example,
                   (CoClaim){.what = "five networks", .expected = truly, .low = 0.8 * truly, .high = 200, .full = true},
                   learnt);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "mpc_cartpole_swingup",
    .chapter = 5,
    .idea = "A model learned from five minutes of trying is good enough to plan a swing that nobody showed.",
    .cost = CO_COST_LONGER,
    .seeds = 3,
    .settings = {"mpc_cartpole_swingup", sizeof(Settings), fields, profiles},
    .envs = "cartpole_swingup",
    .algos = "pets",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
