// Proximal policy optimisation swings a pendulum up: continuous actions, a Gaussian policy: Plaat, chapter 4.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "307200", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "150000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "pendulum", " ");
  CoLearner *learner =
      co_example_train(example, world, "ppo", "ppo",
                       "num_envs 4 num_steps 1024 gamma 0.9 lr 0.001 update_epochs 2 num_minibatches 16 ent_coef 0 "
                       "clip_vloss false max_grad_norm 1e9 norm_obs true norm_reward true activation relu steps %d",
                       set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = -137, .low = -200, .high = 0, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = -900, .high = 0}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "ppo_pendulum",
    .chapter = 4,
    .idea =
        "The same objective with a Gaussian over torques: a policy of continuous actions needs no maximum over them.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"ppo_pendulum", sizeof(Settings), fields, profiles},
    .envs = "pendulum",
    .algos = "ppo",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
