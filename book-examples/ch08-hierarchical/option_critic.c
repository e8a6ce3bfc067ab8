// The option-critic and a goal that moves: Plaat, chapter 8; Bacon, Harb and Precup (2017).
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int episodes, options, goal;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, episodes, "1000", 100, 1e6, "before the goal moves, and after"),
    CO_INT(Settings, options, "4", 1, 64, "of the option-critic"),
    CO_INT(Settings, goal, "84", 0, 103, "where the goal moves to, from cell 62"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "200"}, {NULL, NULL, NULL}};

enum { BLOCK = 20 };

// Episodes of at most 1,000 steps from `from` on; returns their mean length, of the last `tail` alone.
static double learn(CoExample *example, CoLearner *learner, const char *curve, int from, int episodes, int tail) {
  CoTrainView view = co_train_view(learner->train);
  int64_t before = 0, marked = 0;
  for (int64_t block = BLOCK; block <= episodes; block += BLOCK, before = view.steps) {
    for (; view.episodes < block; view = co_train_view(learner->train))
      co_example_advance(example, learner, view.steps + 1, NULL);
    co_example_point(example, curve, (double)(from + block), (double)(view.steps - before) / BLOCK);
    if (block == episodes - tail) marked = view.steps;
  }
  return (double)(view.steps - marked) / tail;
}

static double shortest(CoExample *example, const CoWorld *world) {
  CoLearner *planner = co_example_train(example, world, "value_iteration", NULL, "gamma 0.99 steps 1000000");
  const float *Q = co_example_table(example, planner, CO_GRID_ACTIONS);
  return co_example_exact(example, co_example_model(example, world), Q, 0, 1000).length_mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const char *const names[] = {"option-critic", "actor-critic", "Q-learning"}; // one option is an actor-critic
  const Settings *set = settings;
  (void)seed;
  CoWorld *first = co_example_open(example, "four_rooms", "slip 0.33333333333333331");
  CoWorld *second = co_example_open(example, "four_rooms", "slip 0.33333333333333331 goal %d", set->goal);
  double before[3], after[3];
  for (int i = 0; i < 3; i++) {
    char words[128];
    const char *method = i == 2 ? "q_learning" : "option_critic";
    snprintf(words, sizeof words, i == 2 ? "alpha 0.5 gamma 0.99" : "options %d", i ? 1 : set->options);
    CoLearner *old = co_example_begin(example, first, method, "num_envs 1 steps 100000000 %s", words);
    CoLearner *new = co_example_begin(example, second, method, "num_envs 1 steps 100000000 %s", words);
    before[i] = learn(example, old, names[i], 0, set->episodes, 100);
    co_example_adopt(example, new, old);
    after[i] = learn(example, new, names[i], set->episodes, set->episodes, set->episodes);
    co_example_say(example, "%s: %.1f steps before the goal moved, %.1f in the %d episodes after\n", names[i],
                   before[i], after[i], set->episodes);
    if (!i) co_example_show(example, new);
  }
  co_example_claim(example,
                   (CoClaim){.what = "steps before, to the fewest", .expected = 1, .low = 1, .high = 1.5, .full = true},
                   before[0] / shortest(example, first));
  co_example_claim(example,
                   (CoClaim){.what = "after: actor-critic's steps to its", .expected = NAN, .low = 2, .high = INFINITY},
                   after[1] / after[0]);
}

static const CoExampleType type = {
    .name = "option_critic",
    .chapter = 8,
    .idea = "Options that are learnt with their ends find a goal that has moved, where one policy alone is lost.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"option_critic", sizeof(Settings), fields, profiles},
    .algos = "option_critic",
    .chart_x = "episodes",
    .chart_y = "steps an episode",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
