// Trust region policy optimisation: no update moves the policy further than a bound: Plaat, chapter 4; Schulman et
// al. (2015). The update rule is agents/policy/trpo.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "100000", 1, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "8192"}, {NULL, NULL, NULL}};

// Every round is one update: how far its policy is from the one that acted, in nats.
static double train(CoExample *example, CoLearner *learner, const Settings *set) {
  double most = 0;
  for (int64_t steps = 0; steps < set->steps; steps = co_train_view(learner->train).steps) {
    co_example_advance(example, learner, steps + 1, NULL);
    double kl = co_example_metric(example, learner, "kl");
    co_example_point(example, "divergence", (double)steps, kl);
    if (kl > most) most = kl;
  }
  return most;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner =
      co_example_begin(example, world, "trpo", "num_envs 4 max_kl 0.01 log_interval 1 steps %d", set->steps);
  double most = train(example, learner, set), got = co_example_evaluate(example, learner, 100).return_mean;
  co_example_claim(example, (CoClaim){.what = "largest divergence", .expected = 0.01, .low = 1e-4, .high = 0.01}, most);
  co_example_claim(
      example, (CoClaim){.what = "mean of 100 episodes", .expected = 500, .low = 475, .high = 500, .full = true}, got);
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "trpo",
    .chapter = 4,
    .idea = "A natural gradient and a line search: every update stays within 0.01 nats of the policy that acted.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"trpo", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "trpo",
    .chart_x = "environment steps",
    .chart_y = "divergence of an update (nats)",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
