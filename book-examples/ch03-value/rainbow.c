// What came after the deep Q-network, part by part and all at once: Plaat, chapter 3; Hessel et al. (2018), Rainbow.
// The method is agents/value/dqn.c; each part is a setting of it.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, episodes;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "60000", 100, 1e9, "environment steps to learn from, with each part"),
    CO_INT(Settings, episodes, "1000", 1, 1e6, "greedy episodes that judge each: one in a hundred may hang still"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "2400"}, {"quick", "episodes", "100"}, {NULL, NULL, NULL}};

// An update every step, and few random moves in the end: a policy that is judged by its best moves must have met where
// they hang still.
#define SHARED "train_interval 1 batch_size 32 epsilon_finish 0.01 "
#define C51 "distribution c51 v_min -100 v_max 0 "

static const struct Part {
  const char *name, *settings;
} parts[] = {
    {"plain", "double_q false"},
    {"double", "double_q true"}, // on in all below, too
    {"prioritised", "prioritised true"},
    {"duelling", "dueling true"},
    {"noisy", "noisy true"},
    {"3 steps", "n_step 3"},
    {"c51", C51},
    {"quantiles", "distribution quantile atoms 21"},
    {"all", "prioritised true dueling true noisy true n_step 3 " C51},
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "acrobot", " ");
  double best = INFINITY;
  (void)seed;
  for (int i = 0; i < PARTS; i++) {
    CoLearner *learner =
        co_example_train(example, world, "dqn", parts[i].name,
                         SHARED "steps %d lr_anneal_time %d epsilon_anneal_time %d per_beta_anneal_time %d %s",
                         set->steps, set->steps, set->steps / 6, set->steps, parts[i].settings);
    double length = co_example_evaluate(example, learner, set->episodes).length_mean;
    co_example_say(example, "%-12s %6.1f steps\n", parts[i].name, length);
    co_example_claim(example, (CoClaim){.what = parts[i].name, .expected = 80, .low = 0, .high = 90, .full = true},
                     length);
    best = fmin(best, length);
    if (i == PARTS - 1) co_example_show(example, learner);
  }
  co_example_claim(example, (CoClaim){.what = "the best of them", .expected = 80, .low = 0, .high = 400}, best);
}

static const CoExampleType type = {
    .name = "rainbow",
    .chapter = 3,
    .idea = "Six remedies for six faults of deep Q-networks, one by one and together, swing Acrobot up.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"rainbow", sizeof(Settings), fields, profiles},
    .envs = "acrobot",
    .algos = "dqn",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
