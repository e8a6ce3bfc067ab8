// The mountain car, by tile coding and SARSA: Sutton and Barto, example 10.1. A table of features for real numbers.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double alpha;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.2", 0.001, 1, "step size of all tilings together"),
    CO_INT(Settings, steps, "400000", 1000, 1e9, "to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "30000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  CoWorld *world = co_example_open(example, "mountain_car", " ");
  const Settings *set = settings;
  CoLearner *driver = co_example_train(example, world, "tile_sarsa", "tile-coded SARSA", "num_envs 1 alpha %g steps %d",
                                       set->alpha, set->steps);
  CoScore score = co_example_evaluate(example, driver, 100);
  co_example_claim(example,
                   (CoClaim){.what = "greedy return", .expected = -110, .low = -125, .high = -90, .full = true},
                   score.return_mean);
  co_example_claim(example,
                   (CoClaim){.what = "better than never arriving", .expected = -200, .low = -199.9, .high = -90},
                   score.return_mean);
  co_example_show(example, driver);
}

static const CoExampleType type = {
    .name = "mountain_car_tiles",
    .chapter = 2,
    .idea = "Overlapping tiles turn real numbers into features, and the car learns to swing up the hill.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"mountain_car_tiles", sizeof(Settings), fields, profiles},
    .envs = "mountain_car",
    .algos = "tile_sarsa",
    .chart_x = "steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
