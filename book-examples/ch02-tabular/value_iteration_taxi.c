// Value iteration on the taxi's exact model, for several discounts: Plaat, chapter 2; Bellman (1957).
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double gamma, tolerance;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "0", 0, 1, "discount of a step; 0: six of them, one after the other"),
    CO_NUMBER(Settings, tolerance, "1e-9", 0, 1, "sweeps end when none changes a value by more"),
    CO_FIELDS_END,
};

// Q(s, a) = sum over what may follow of p (r + gamma V(s')); nothing follows an end.
static double backup(const CoModel *model, const double *V, int s, int a, double gamma) {
  double sum = 0;
  int pair = s * model->actions + a;
  for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++)
    sum += model->probability[i] * (model->reward[i] + (model->terminated[i] ? 0 : gamma * V[model->next[i]]));
  return sum;
}

// V(s) <- max_a Q(s, a), for every state in turn; the largest change.
static double sweep(const CoModel *model, double *V, double gamma) {
  double change = 0;
  for (int s = 0; s < model->states; s++) {
    double best = model->reached[s] ? backup(model, V, s, 0, gamma) : 0;
    for (int a = 1; a < model->actions; a++) best = fmax(best, backup(model, V, s, a, gamma));
    if (!model->legal[s * model->actions]) best = 0; // play does not go on from here
    change = fmax(change, fabs(best - V[s]));
    V[s] = best;
  }
  return change;
}

static void solve(CoExample *example, const CoWorld *world, const CoModel *model, double gamma, double tolerance) {
  char curve[32], name[64];
  double *V = co_example_memory(example, (size_t)model->states, sizeof *V), change = 1;
  float *Q = co_example_memory(example, (size_t)(model->states * model->actions), sizeof *Q);
  snprintf(curve, sizeof curve, "gamma %g", gamma);
  int sweeps = 0;
  for (; change > tolerance && sweeps < 1000; sweeps++) {
    change = sweep(model, V, gamma);
    co_example_point(example, curve, sweeps + 1, change);
  }
  for (int s = 0; s < model->states; s++)
    for (int a = 0; a < model->actions; a++) Q[s * model->actions + a] = (float)backup(model, V, s, a, gamma);
  CoModelScore got = co_example_exact(example, model, Q, 0, 200);
  co_example_say(example, "gamma %g: %d sweeps\n", gamma, sweeps);
  snprintf(name, sizeof name, "greedy return, gamma %g", gamma);
  co_example_claim(example, (CoClaim){.what = name, .expected = 7.93, .low = 7.93 - 1e-6, .high = 7.93 + 1e-6},
                   got.return_mean);
  snprintf(name, sizeof name, "length, gamma %g", gamma);
  co_example_claim(example, (CoClaim){.what = name, .expected = 13.07, .low = 13.07 - 1e-6, .high = 13.07 + 1e-6},
                   got.length_mean);
  co_example_show(example, co_example_greedy(example, world, Q));
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const double gammas[] = {0.7, 0.8, 0.9, 0.95, 0.99, 1};
  const Settings *set = settings;
  (void)seed;
  CoWorld *world = co_example_open(example, "taxi", " ");
  CoModel *model = co_example_model(example, world);
  if (set->gamma > 0) {
    solve(example, world, model, set->gamma, set->tolerance);
    return;
  }
  for (int i = 0; i < 6; i++) solve(example, world, model, gammas[i], set->tolerance);
}

static const CoExampleType type = {
    .name = "value_iteration_taxi",
    .chapter = 2,
    .idea = "With the exact model no taxi has to be driven: sweeps of backups find the best play, for any discount.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"value_iteration_taxi", sizeof(Settings), fields, NULL},
    .envs = "taxi",
    .chart_x = "sweeps",
    .chart_y = "largest change of a value",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
