// A value iteration network finds its way in mazes that it never saw: Plaat, chapter 5; Tamar et al. (2016). The method
// is agents/model/vin.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, episodes;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "120000", 1, 1e9, "steps of the teacher, who goes the shortest way, to learn from"),
    CO_INT(Settings, episodes, "1000", 1, 1e9, "new mazes that it is judged by"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "6000"}, {"quick", "episodes", "50"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "random_maze", "side 8");
  CoLearner *learner = co_example_begin(example, world, "vin", "num_envs 8 steps %d", set->steps);
  for (int part = 1; part <= 6; part++) {
    co_example_advance(example, learner, (int64_t)set->steps * part / 6, NULL);
    // A maze pays 1 at its goal, and nothing where time runs out.
    co_example_point(example, "success in new mazes", (double)set->steps * part / 6,
                     co_example_evaluate(example, learner, set->episodes / 5).return_mean);
  }
  double success = co_example_evaluate(example, learner, set->episodes).return_mean;
  co_example_claim(example,
                   (CoClaim){.what = "success in new mazes", .expected = 0.996, .low = 0.95, .high = 1, .full = true},
                   success);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = 0.3, .high = 1}, success);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "vin",
    .chapter = 5,
    .idea = "Value iteration is a convolution and a maximum: a network that is made of it learns to plan.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"vin", sizeof(Settings), fields, profiles},
    .envs = "random_maze",
    .algos = "vin",
    .chart_x = "steps of the teacher",
    .chart_y = "success in new mazes",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
