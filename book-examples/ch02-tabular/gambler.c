// The gambler's problem by value iteration: Sutton and Barto, example 4.3. Below even odds, bold play is best.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double heads;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, heads, "0.4", 0.01, 0.5, "probability that the coin shows heads"),
    CO_FIELDS_END,
};

// Bold play stakes all it may: V(50) = p, V(25) = p V(50), V(75) = p + (1 - p) V(50).
static void run(CoExample *example, const void *settings, uint64_t seed) {
  double p = ((const Settings *)settings)->heads;
  const int capital[] = {25, 50, 75};
  const double known[] = {p * p, p, p + (1 - p) * p};
  (void)seed;
  CoWorld *world = co_example_open(example, "gambler", "heads %.17g", p);
  CoLearner *solver =
      co_example_train(example, world, "value_iteration", NULL, "gamma 1 tolerance 1e-14 steps 1000000");
  int actions = co_world_spec(world)->actions;
  const float *Q = co_example_table(example, solver, actions);
  for (int s = 1; s < 100; s++)
    co_example_point(example, "V", s, (double)Q[s * actions + co_argmax(actions, Q + s * actions, NULL)]);
  for (int i = 0; i < 3; i++) {
    char name[32];
    const float *row = Q + capital[i] * actions;
    snprintf(name, sizeof name, "V(%d)", capital[i]);
    co_example_claim(example,
                     (CoClaim){.what = name, .expected = known[i], .low = known[i] - 1e-6, .high = known[i] + 1e-6},
                     (double)row[co_argmax(actions, row, NULL)]);
  }
  co_example_show(example, solver);
}

static const CoExampleType type = {
    .name = "gambler",
    .chapter = 2,
    .idea = "With a coin that is against you, stake all: the values of bold play, exactly.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"gambler", sizeof(Settings), fields, NULL},
    .chart_x = "capital",
    .chart_y = "probability of reaching 100",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
