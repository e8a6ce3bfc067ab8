// A table and a network drive the same taxi: Plaat, chapters 2 and 3. The table has a row for each of 500 states; the
// network sees row, column, passenger and destination, and what it learns of one state changes those like it.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int budget, longer, tests;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, budget, "100000", 100, 1e6, "environment steps to learn from, for both"),
    CO_INT(Settings, longer, "4", 1, 1000, "times as many for the table afterwards"),
    CO_INT(Settings, tests, "50", 1, 1000, "how often what was learnt is tested in those steps, exactly"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "budget", "4000"}, {"quick", "tests", "2"}, {NULL, NULL, NULL}};

// Trains for the budget; what greedy play earns then, the expectation over all starts.
static double learn(CoExample *example, const Settings *set, CoLearner *learner, const CoModel *model, bool table) {
  double got = 0;
  for (int test = 1; test <= set->tests; test++) {
    const int64_t steps = (int64_t)set->budget * test / set->tests;
    co_example_advance(example, learner, steps, NULL);
    const float *Q =
        table ? co_example_table(example, learner, model->actions) : co_example_values(example, learner, model);
    got = co_example_exact(example, model, Q, 0, 200).return_mean;
    co_example_point(example, table ? "table" : "network", (double)steps, got);
  }
  return got;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "taxi", " ");
  const CoModel *model = co_example_model(example, world);
  (void)seed;
  CoLearner *table =
      co_example_begin(example, world, "q_learning", "num_envs 1 steps %d gamma 0.9", set->budget * set->longer);
  CoLearner *network =
      co_example_begin(example, world, "dqn",
                       "num_envs 1 steps %d lr_anneal_time %d epsilon_anneal_time %d gamma 0.9 epsilon_finish 0.1",
                       set->budget, set->budget, set->budget / 2);
  const double tabular = learn(example, set, table, model, true), deep = learn(example, set, network, model, false);
  co_example_advance(example, table, 0, NULL);
  const float *Q = co_example_table(example, table, model->actions);
  const double later = co_example_exact(example, model, Q, 0, 200).return_mean;
  co_example_say(example, "after %d steps: the network %.2f, the table %.2f; after %d times as many: the table %.2f\n",
                 set->budget, deep, tabular, set->longer, later);
  co_example_claim(example, (CoClaim){.what = "network - table", .expected = NAN, .low = 0, .high = INFINITY},
                   deep - tabular);
  co_example_claim(example, (CoClaim){.what = "network", .expected = 7.93, .low = 7.9, .high = 7.9301, .full = true},
                   deep);
  co_example_claim(
      example, (CoClaim){.what = "table, later", .expected = 7.93, .low = 7.9, .high = 7.9301, .full = true}, later);
  co_example_show(example, network);
}

static const CoExampleType type = {
    .name = "tabular_vs_deep_taxi",
    .chapter = 3,
    .idea = "A network carries over what it has learnt and is ahead; a table takes longer, and then knows exactly.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"tabular_vs_deep_taxi", sizeof(Settings), fields, profiles},
    .envs = "taxi",
    .algos = "q_learning dqn",
    .chart_x = "environment steps",
    .chart_y = "return of greedy play",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
