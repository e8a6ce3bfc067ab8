// The ways to minimise counterfactual regret, on Leduc poker: Plaat, chapter 7; Zinkevich et al. (NIPS 2007), Tammelin
// (2014), Lanctot et al. (NIPS 2009), Brown and Sandholm (AAAI 2019). `agents/multi/cfr.c` and `mccfr.c` show them.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int iterations, walks;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, iterations, "1000", 10, 1e9, "of the whole tree"),
    CO_INT(Settings, walks, "200000", 10, 1e9, "iterations of sampling, which see a small part of it each"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "iterations", "100"}, {"quick", "walks", "5000"}, {NULL, NULL, NULL}};

// Its exploitability in the end.
static double solve(CoExample *example, const char *curve, const char *algo, const char *how, int iterations,
                    double *value) {
  CoWorld *world = co_example_open(example, "leduc_poker", " ");
  CoLearner *solver = co_example_begin(example, world, algo, "%s steps %d", how, iterations);
  for (int t = 10; t <= iterations; t = t * 10 / 7 + 1) {
    co_example_advance(example, solver, t, NULL);
    co_example_point(example, curve, t, co_example_verdict(example, solver, "exploitability"));
  }
  co_example_advance(example, solver, 0, NULL);
  *value = co_example_verdict(example, solver, "value");
  co_example_show(example, solver);
  return co_example_verdict(example, solver, "exploitability");
}

static void claim(CoExample *example, const char *what, double low, double high, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = NAN, .low = low, .high = high, .full = true}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // of the walks: the frame's
  const Settings *set = settings;
  double value, any;
  double external = solve(example, "external sampling", "mccfr", "sampling external", set->walks, &any);
  double outcome = solve(example, "outcome sampling", "mccfr", "sampling outcome", set->walks, &any);
  double plain = solve(example, "CFR", "cfr", "variant plain", set->iterations, &any);
  double linear = solve(example, "linear CFR", "cfr", "variant linear", set->iterations, &any);
  double discounted = solve(example, "discounted CFR", "cfr", "variant discounted", set->iterations, &any);
  double plus = solve(example, "CFR+", "cfr", "variant plus", set->iterations, &value);
  co_example_claim(
      example,
      (CoClaim){
          .what = "value to the first player", .expected = -0.0856, .low = -0.0860, .high = -0.0852, .full = true},
      value);
  co_example_claim(example, (CoClaim){.what = "exploitability: CFR", .expected = NAN, .low = 0, .high = 0.1}, plain);
  claim(example, "linear CFR", 0, 0.02, linear);
  claim(example, "CFR+", 0, 0.001, plus);
  claim(example, "discounted CFR", 0, 0.001, discounted);
  claim(example, "how far CFR+ is ahead of CFR", 10, INFINITY, plain / plus);
  claim(example, "external sampling", 0, 0.1, external);
  claim(example, "outcome sampling", 0, 0.6, outcome);
}

static const CoExampleType type = {
    .name = "leduc_cfr",
    .chapter = 7,
    .idea = "What the past counts decides how fast regrets vanish: CFR+ and discounted CFR leave plain CFR behind.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"leduc_cfr", sizeof(Settings), fields, profiles},
    .envs = "leduc_poker",
    .chart_x = "iterations",
    .chart_y = "exploitability",
    .chart_log = true,
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
