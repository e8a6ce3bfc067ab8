// The car in the valley with three moves and with a force: where nothing is ever reached nothing is learnt, and what
// explores decides: Plaat, chapter 4. The noises are agents/policy/off_policy_acting.c's.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
  double noise_theta;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "50000", 1, 1e9, "environment steps to learn from"),
    CO_NUMBER(Settings, noise_theta, "0.05", 1e-6, 1, "share of the correlated noise that a step forgets"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "3000"}, {NULL, NULL, NULL}};

static double learn(CoExample *example, const char *env, const char *algo, const char *name, const char *words,
                    int steps) {
  const CoWorld *world = co_example_open(example, env, " ");
  CoLearner *learner = co_example_train(example, world, algo, name, "%s steps %d", words, steps);
  co_example_show(example, learner);
  return co_example_evaluate(example, learner, 100).return_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const char sac[] = "num_envs 1 hidden 64 batch_size 100 updates_per_step 0.5";
  const Settings *set = settings;
  char correlated[256];
  (void)seed;
  snprintf(correlated, sizeof correlated, "%s noise ou noise_theta %g", sac, set->noise_theta);
  double moves = learn(example, "mountain_car", "reinforce", "REINFORCE, moves", "num_envs 4", set->steps);
  double force = learn(example, "mountain_car_continuous", "reinforce", "REINFORCE, force", "num_envs 4", set->steps);
  double plain = learn(example, "mountain_car_continuous", "sac", "SAC, force", sac, set->steps / 2);
  double got = learn(example, "mountain_car_continuous", "sac", "SAC, force, correlated", correlated, set->steps);
  // Who never arrives pays 1 for each of 200 moves, but nothing for a force of 0.
  co_example_claim(example, (CoClaim){.what = "REINFORCE, moves", .expected = -200, .low = -200, .high = -200}, moves);
  co_example_claim(example, (CoClaim){.what = "REINFORCE, force", .expected = 0, .low = -5, .high = 5}, force);
  co_example_claim(example, (CoClaim){.what = "SAC, force", .expected = 0, .low = -5, .high = 5, .full = true}, plain);
  co_example_claim(
      example, (CoClaim){.what = "SAC, correlated noise", .expected = NAN, .low = 90, .high = 100, .full = true}, got);
}

static const CoExampleType type = {
    .name = "discrete_vs_continuous",
    .chapter = 4,
    .idea =
        "A force instead of three moves: standing still costs nothing, and only noise with a memory climbs the hill.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"discrete_vs_continuous", sizeof(Settings), fields, profiles},
    .envs = "mountain_car mountain_car_continuous",
    .algos = "reinforce sac",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
