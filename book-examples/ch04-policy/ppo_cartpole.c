// Proximal policy optimisation balances the pole: Plaat, chapter 4; Schulman et al. (2017). The update rule is
// agents/policy/ppo.c.
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
  CoLearner *learner = co_example_train(
      example, world, "ppo", "ppo", "num_envs 4 lr 0.001 lr_anneal_time 100000 update_epochs 8 steps %d", set->steps);
  double got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_claim(example, (CoClaim){.what = "above chance", .expected = NAN, .low = 40, .high = 500}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "ppo_cartpole",
    .chapter = 4,
    .idea =
        "A clipped objective lets one rollout be learnt from several times without the policy leaving what it knows.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"ppo_cartpole", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "ppo",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
