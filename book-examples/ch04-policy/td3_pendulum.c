// Twin delayed deep deterministic policy gradient swings the pendulum up: Plaat, chapter 4; Fujimoto et al. (2018). The
// update rule is agents/policy/td3.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "20000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "6000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "pendulum", " ");
  CoLearner *learner =
      co_example_train(example, world, "td3", "td3", "num_envs 1 hidden 64 batch_size 100 steps %d", set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = -137, .low = -180, .high = 0, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = -900, .high = 0}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "td3_pendulum",
    .chapter = 4,
    .idea = "Two critics, of which the lower counts, and an actor that waits: less is promised than DDPG believes.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"td3_pendulum", sizeof(Settings), fields, profiles},
    .envs = "pendulum",
    .algos = "td3",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
