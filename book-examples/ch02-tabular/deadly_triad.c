// Baird's counterexample: off-policy, bootstrapping, approximate: all three and it diverges: Sutton and Barto,
// chapter 11.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { STATES = 7, WEIGHTS = 8, LOWER = 6 };

typedef struct Settings {
  double alpha, gamma;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.01", 0, 1, "step size"),
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_INT(Settings, steps, "1000", 1, 1e7, "of behaviour that goes up six times in seven"),
    CO_FIELDS_END,
};

static double dot(const float *x, const double *w) {
  double sum = 0;
  for (int i = 0; i < WEIGHTS; i++) sum += (double)x[i] * w[i];
  return sum;
}

static double largest(const double *w) {
  double most = 0;
  for (int i = 0; i < WEIGHTS; i++) most = fmax(most, fabs(w[i]));
  return most;
}

// w <- w + alpha rho (r + gamma w.x(s') - w.x(s)) x(s): rho = 7 for "solid", which is all the target policy does, else
// 0. On policy rho is 1, and only "solid" is done. With a table, x(s) has a 1 at s and nothing else.
static double learn(CoExample *example, const Settings *set, const char *name, bool off_policy, bool table, CoEnv *env,
                    CoRng *rng) {
  double w[WEIGHTS] = {1, 1, 1, 1, 1, 1, 10, 1};
  float x[WEIGHTS], next[WEIGHTS];
  co_env_reset(env, NULL);
  for (int t = 0; t < set->steps; t++) {
    if (co_env_ending(env) != CO_PLAYING) co_env_reset(env, NULL);
    int s = co_env_index(env, 0), solid = off_policy ? co_rng_unit(rng) < 1. / STATES : 1;
    co_env_observe(env, 0, x, NULL);
    co_env_step(env, &(CoActions){.discrete = &solid}, NULL);
    co_env_observe(env, 0, next, NULL);
    for (int i = 0; table && i < WEIGHTS; i++) x[i] = i == s, next[i] = i == co_env_index(env, 0);
    double rho = off_policy ? (solid ? STATES : 0) : 1,
           target = (double)co_env_rewards(env)[0] + set->gamma * dot(next, w);
    double wrong = target - dot(x, w), before = dot(x, w);
    for (int i = 0; i < WEIGHTS; i++) w[i] += set->alpha * rho * wrong * (double)x[i];
    co_example_trace(example, &(CoUpdate){0, s, solid, 0, target, before, dot(x, w)});
    if (t % 10 == 9) co_example_point(example, name, t + 1, log10(largest(w)));
  }
  return largest(w);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  CoWorld *world = co_example_open(example, "counterexample", " ");
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "deadly_triad", 0);
  double begin = largest((const double[]){1, 1, 1, 1, 1, 1, 10, 1});
  double triad = learn(example, settings, "off-policy, linear", true, false, env, &rng);
  double on = learn(example, settings, "on-policy, linear", false, false, env, &rng);
  double table = learn(example, settings, "off-policy, table", true, true, env, &rng);
  co_example_claim(example,
                   (CoClaim){.what = "all three: largest weight, times", .expected = NAN, .low = 5, .high = INFINITY},
                   triad / begin);
  co_example_claim(example, (CoClaim){.what = "on-policy: times", .expected = NAN, .low = 0, .high = 1}, on / begin);
  co_example_claim(example, (CoClaim){.what = "with a table: times", .expected = NAN, .low = 0, .high = 1},
                   table / begin);
  co_example_show(example, co_example_greedy(example, world, co_example_memory(example, STATES * 2, sizeof(float))));
}

static const CoExampleType type = {
    .name = "deadly_triad",
    .chapter = 2,
    .idea =
        "Off-policy, bootstrapped and approximate: any two are fine, all three diverge although nothing is ever paid.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"deadly_triad", sizeof(Settings), fields, NULL},
    .chart_x = "steps",
    .chart_y = "log10 of the largest weight",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
