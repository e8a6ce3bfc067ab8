// A hierarchical actor-critic walks through four rooms: Plaat, chapter 8; Levy et al. (2019). The rows in hindsight are
// agents/hierarchical/errands.c.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
  double pace;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "100000", 2000, 1e9, "environment steps to learn from"),
    CO_NUMBER(Settings, pace, "0.25", 0.05, 0.9, "the longest step along an axis; a room is five wide"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "5000"}, {"quick", "pace", "0.5"}, {NULL, NULL, NULL}};

// The share of fresh episodes that reach the goal.
static double learn(CoExample *example, const CoWorld *world, const char *curve, const char *algo, const char *own,
                    const Settings *set) {
  CoLearner *learner = co_example_begin(
      example, world, algo, "num_envs 8 steps %d hidden 64 batch_size 256 updates_per_step 0.5 %s", set->steps, own);
  const int part = co_example_quick(example) ? set->steps : set->steps / 10;
  for (int64_t at = part; at <= set->steps; at += part) {
    co_example_advance(example, learner, at, NULL);
    co_example_point(example, curve, (double)at, co_example_metric(example, learner, "success_mean"));
  }
  co_example_show(example, learner);
  return co_example_evaluate(example, learner, 500).info_mean[0];
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  CoWorld *world = co_example_open(example, "point_rooms", "pace %g horizon %d", set->pace, (int)(75 / set->pace));
  double one = learn(example, world, "one level: DDPG in hindsight", "ddpg", "hindsight 4 gamma 0.99", set);
  double two = learn(example, world, "two levels", "hac", "subgoal_steps 15", set);
  co_example_claim(example, (CoClaim){.what = "two levels: success", .expected = 1, .low = .8, .high = 1, .full = true},
                   two);
  co_example_claim(
      example,
      (CoClaim){.what = "... more than with one", .expected = NAN, .low = 0, .high = 1, .mean = true, .full = true},
      two - one);
  // At random one goal in eight is met with half a cell a step, fewer with less.
  co_example_claim(example, (CoClaim){.what = "... than by chance", .expected = NAN, .low = .2, .high = 1}, two);
}

static const CoExampleType type = {
    .name = "hac_rooms",
    .chapter = 8,
    .idea = "One level sets goals for the other, and each learns as if the other were already as good as it will be.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"hac_rooms", sizeof(Settings), fields, profiles},
    .envs = "point_rooms",
    .algos = "hac ddpg",
    .chart_x = "environment steps",
    .chart_y = "success while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
