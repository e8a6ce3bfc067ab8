// SARSA in the wind, and the shortest ways by value iteration: Sutton and Barto, example 6.5 and exercise 6.9.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double alpha, epsilon;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.1", 0.001, 1, "step size"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions at first; it shrinks to nothing"),
    CO_INT(Settings, steps, "400000", 100, 1e9, "SARSA: steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "50000"}, {NULL, NULL, NULL}};

static double length(CoExample *example, const CoWorld *world, const CoLearner *learner) {
  const float *Q = co_example_table(example, learner, co_world_spec(world)->actions);
  return co_example_exact(example, co_example_model(example, world), Q, 0, 100).length_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const struct {
    const char *moves, *method;
    double shortest;
  } cases[] = {
      {"four", "value iteration", 15}, {"king", "value iteration", 7}, {"four", "SARSA", 15}, {"king", "SARSA", 7}};
  const Settings *set = settings;
  (void)seed;
  for (int i = 0; i < 4; i++) {
    char name[64];
    bool learns = i > 1;
    CoWorld *world = co_example_open(example, "windy_gridworld", "moves %s", cases[i].moves);
    CoLearner *learner =
        learns ? co_example_train(
                     example, world, "sarsa", cases[i].moves,
                     "num_envs 1 gamma 1 alpha %g epsilon_start %g epsilon_finish 0 epsilon_anneal_time %d steps %d",
                     set->alpha, set->epsilon, set->steps, set->steps)
               : co_example_train(example, world, "value_iteration", NULL, "gamma 1 steps 1000000");
    snprintf(name, sizeof name, "%s, %s moves", cases[i].method, cases[i].moves);
    double most = cases[i].shortest + 1e-6;
    co_example_claim(
        example,
        (CoClaim){.what = name, .expected = cases[i].shortest, .low = most - 2e-6, .high = most, .full = learns},
        length(example, world, learner));
    co_example_show(example, learner);
  }
}

static const CoExampleType type = {
    .name = "windy",
    .chapter = 2,
    .idea = "SARSA learns to sail with a wind that pushes up: the shortest way has 15 steps, 7 with king's moves.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"windy", sizeof(Settings), fields, profiles},
    .envs = "windy_gridworld",
    .chart_x = "steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
