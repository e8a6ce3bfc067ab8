// What a deep Q-network loses without its memory and without its target network: Plaat, chapter 3; Mnih et al. (2015).
// The method is agents/value/dqn.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, tests;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "50000", 100, 1e9, "environment steps to learn from"),
    CO_INT(Settings, tests, "25", 1, 100, "how often play is tested on the way, with 10 episodes each"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "4000"}, {"quick", "tests", "4"}, {NULL, NULL, NULL}};

// Nothing is remembered: a step is learnt from when it comes, once.
#define NO_REPLAY "buffer_size 1 batch_size 1 train_interval 1 "
// The target is the network itself.
#define NO_TARGET "target_update_interval 1 "

static const struct Variant {
  const char *name, *settings;
} variants[] = {{"both", " "}, {"no target", NO_TARGET}, {"no replay", NO_REPLAY}, {"neither", NO_REPLAY NO_TARGET}};

// The area under the curve of greedy play, over its length: the mean return of all tests.
static double area(CoExample *example, const Settings *set, const CoWorld *world, const struct Variant *variant) {
  CoLearner *learner = co_example_begin(example, world, "dqn", "steps %d lr_anneal_time %d double_q false %s",
                                        set->steps, set->steps, variant->settings);
  double sum = 0;
  for (int test = 1; test <= set->tests; test++) {
    const int64_t steps = (int64_t)set->steps * test / set->tests;
    co_example_advance(example, learner, steps, NULL);
    const double got = co_example_evaluate(example, learner, 10).return_mean;
    co_example_point(example, variant->name, (double)steps, got);
    sum += got / set->tests;
  }
  co_example_say(example, "%-10s %6.1f\n", variant->name, sum);
  if (variant == variants) co_example_show(example, learner);
  return sum;
}

static void claim(CoExample *example, const char *what, double low, bool full, double got) {
  co_example_claim(
      example, (CoClaim){.what = what, .expected = NAN, .low = low, .high = INFINITY, .mean = true, .full = full}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  double areas[4];
  (void)seed;
  for (int i = 0; i < 4; i++) areas[i] = area(example, set, world, &variants[i]);
  claim(example, "both: area", 100, true, areas[0]);
  claim(example, "both, less no target", 0, true, areas[0] - areas[1]);
  claim(example, "both, less no replay", 0, false, areas[0] - areas[2]);
  claim(example, "both, less neither", 0, false, areas[0] - areas[3]);
}

static const CoExampleType type = {
    .name = "dqn_ablation",
    .chapter = 3,
    .idea = "A deep Q-network without its memory, or without a target that stays, learns worse or not at all.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"dqn_ablation", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "dqn",
    .chart_x = "environment steps",
    .chart_y = "return of greedy play",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
