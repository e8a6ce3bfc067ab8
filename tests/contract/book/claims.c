// An example whose numbers are known beforehand: what its table must say is in ../book.sh.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double number;
  int updates;
} Settings;

static const CoField fields[] = {
    CO_ALIASED(Settings, number, "letter", CO_FIELD_NUMBER, "1", -100, 100, "what every seed gets"),
    CO_INT(Settings, updates, "3", 0, 100, "how many are traced"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "updates", "1"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  double number = set->number, unknown = NAN;
  CoWorld *world = co_example_open(example, "frozen_lake", "slippery %s", "false");
  float *q = co_example_memory(example, 16 * 4, sizeof *q);
  co_example_claim(example, (CoClaim){.what = "one", .expected = 1, .low = 1, .high = 1}, number);
  co_example_claim(example, (CoClaim){.what = "most", .expected = unknown, .low = 2, .high = INFINITY, .share = 0.5},
                   number + (double)seed);
  co_example_claim(example, (CoClaim){.what = "mean", .expected = 2, .low = 1.5, .high = 2.5, .mean = true},
                   number * (double)seed);
  co_example_claim(example, (CoClaim){.what = "whole", .expected = 9, .low = -INFINITY, .high = 9, .full = true},
                   set->updates > 1 ? number : 10);
  co_example_point(example, "line", 0, number);
  co_example_point(example, "line", 10, number * (double)seed);
  for (int i = 0; i < set->updates; i++)
    co_example_trace(example, &(CoUpdate){.state = i, .action = 2, .reward = 1, .target = 2, .after = 0.5});
  co_example_say(example, "seed %llu says so\n", (unsigned long long)seed);
  co_example_show(example, co_example_greedy(example, world, q));
}

static const CoExampleType type = {.name = "claims",
                                   .chapter = 1,
                                   .idea = "Numbers are what they are.",
                                   .cost = CO_COST_LONGER,
                                   .seeds = 3,
                                   .settings = {"claims", sizeof(Settings), fields, profiles},
                                   .envs = "frozen_lake",
                                   .algos = "q_learning",
                                   .chart_x = "x",
                                   .chart_y = "y",
                                   .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
