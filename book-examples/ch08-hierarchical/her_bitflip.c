// Hindsight experience replay: Plaat, chapter 8; Andrychowicz et al. (2017). What was achieved instead is a goal too.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int bits, steps, goals;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, bits, "15", 1, 30, "to be turned into the goal"),
    CO_INT(Settings, steps, "150000", 1000, 1e9, "to learn from"),
    CO_INT(Settings, goals, "4", 1, 64, "goals in hindsight for each step"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "bits", "5"}, {"quick", "steps", "6000"}, {NULL, NULL, NULL}};

// The same deep Q-network, with and without; an episode that arrives adds 1 to `success`.
static double learn(CoExample *example, const CoWorld *world, const char *curve, const Settings *set, int goals) {
  CoLearner *learner =
      co_example_begin(example, world, "dqn",
                       "num_envs 8 steps %d hindsight %d hidden 128 lr 0.001 gamma 0.98 batch_size 64 "
                       "buffer_size 300000 train_interval 4 target_update_interval 500 epsilon_start 0.2 "
                       "epsilon_finish 0.02 epsilon_anneal_time %d",
                       set->steps, goals, set->steps / 2);
  for (int64_t at = set->steps / 50; at <= set->steps; at += set->steps / 50) {
    co_example_advance(example, learner, at, NULL);
    co_example_point(example, curve, (double)at, co_example_metric(example, learner, "success_mean"));
  }
  if (goals) co_example_show(example, learner);
  return co_example_evaluate(example, learner, 1000).info_mean[0];
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  CoWorld *world = co_example_open(example, "bit_flip", "bits %d", set->bits);
  double with = learn(example, world, "with hindsight", set, set->goals);
  double without = learn(example, world, "without", set, 0);
  co_example_claim(example, (CoClaim){.what = "success with hindsight", .expected = 1, .low = .99, .high = 1}, with);
  co_example_claim(example, (CoClaim){.what = "success without", .expected = 0, .low = 0, .high = .01, .full = true},
                   without);
}

static const CoExampleType type = {
    .name = "her_bitflip",
    .chapter = 8,
    .idea =
        "An episode that failed shows how to reach what it did reach; replayed so, even a goal never met is learnt.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"her_bitflip", sizeof(Settings), fields, profiles},
    .envs = "bit_flip",
    .algos = "dqn",
    .chart_x = "steps",
    .chart_y = "success while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
