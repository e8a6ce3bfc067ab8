// Blackjack: Monte Carlo control against the exact solution: Sutton and Barto, examples 5.1 and 5.3.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double epsilon;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, epsilon, "0.3", 0, 1, "share of random actions at first; in the end 0.05"),
    CO_INT(Settings, steps, "4000000", 1000, 1e9, "Monte Carlo: decisions to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "200000"}, {NULL, NULL, NULL}};

static double worth(CoExample *example, const CoWorld *world, const CoLearner *learner) {
  const float *Q = co_example_table(example, learner, co_world_spec(world)->actions);
  return co_example_exact(example, co_example_model(example, world), Q, 0, 100).return_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  CoWorld *world = co_example_open(example, "blackjack", "sab true");
  CoLearner *solver = co_example_train(example, world, "value_iteration", NULL, "gamma 1 steps 100000000");
  CoLearner *learner =
      co_example_train(example, world, "mc_control", "Monte Carlo",
                       "num_envs 1 gamma 1 epsilon_start %g epsilon_finish 0.05 epsilon_anneal_time %d steps %d",
                       set->epsilon, set->steps, set->steps);
  co_example_claim(example,
                   (CoClaim){.what = "best play, exactly", .expected = -.0431, .low = -.04315, .high = -.04305},
                   worth(example, world, solver));
  co_example_claim(
      example,
      (CoClaim){.what = "what Monte Carlo found", .expected = -.0431, .low = -.05, .high = -.0430, .full = true},
      worth(example, world, learner));
  co_example_show(example, learner);
}

static const CoExampleType type = {
    .name = "blackjack",
    .chapter = 2,
    .idea = "Whole games tell which cards to take; the exact solution tells how well they did.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"blackjack", sizeof(Settings), fields, profiles},
    .envs = "blackjack",
    .chart_x = "decisions",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
