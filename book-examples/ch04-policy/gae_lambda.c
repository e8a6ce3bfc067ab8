// Generalised advantage estimation: how far to trust the value and how far the rewards: Plaat, chapter 4; Schulman et
// al. (2016). The sums are co_gae's, engine/math/returns.c.
#include <math.h>

#include "cohort/cohort.h"

enum { LAMBDAS = 4, POINTS = 25 };
static const char *const lambdas[LAMBDAS] = {"0", "0.5", "0.95", "1"};

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "50000", 1000, 1e9, "environment steps to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "10000"}, {NULL, NULL, NULL}};

// The mean return over the whole of learning: the area under its curve.
static double area(CoExample *example, const Settings *set, const char *lambda) {
  const CoWorld *world = co_example_open(example, "cartpole", " ");
  CoLearner *learner =
      co_example_begin(example, world, "ppo", "num_envs 4 lr 0.001 gae_lambda %s steps %d", lambda, set->steps);
  double sum = 0;
  for (int i = 1; i <= POINTS; i++) {
    co_example_advance(example, learner, (int64_t)set->steps * i / POINTS, NULL);
    double now = co_train_view(learner->train).return_mean;
    co_example_point(example, lambda, (double)co_train_view(learner->train).steps, now);
    sum += now;
  }
  co_example_show(example, learner);
  return sum / POINTS;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  double got[LAMBDAS];
  for (int i = 0; i < LAMBDAS; i++) got[i] = area(example, settings, lambdas[i]);
  for (int i = 0; i < LAMBDAS; i++) co_example_say(example, "lambda %-5s mean return %.1f\n", lambdas[i], got[i]);
  co_example_claim(
      example,
      (CoClaim){.what = "0.95 above 0", .expected = NAN, .low = 0, .high = INFINITY, .mean = true, .full = true},
      got[2] - got[0]);
  co_example_claim(example, (CoClaim){.what = "0.95, above chance", .expected = NAN, .low = 23, .high = 500}, got[2]);
}

static const CoExampleType type = {
    .name = "gae_lambda",
    .chapter = 4,
    .idea = "One step and then the value is biased, all the rewards vary: what lies between learns well.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"gae_lambda", sizeof(Settings), fields, profiles},
    .envs = "cartpole",
    .algos = "ppo",
    .chart_x = "environment steps",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
