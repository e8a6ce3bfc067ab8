// Value iteration and policy iteration on frozen lakes, slippery or not: Plaat, chapter 2; Bellman (1957), Howard
// (1960).
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/cohort.h"

typedef struct Settings {
  double gamma, tolerance;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, tolerance, "1e-12", 0, 1, "sweeps end when none changes a value by more"),
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

static int best_action(const CoModel *model, const double *V, int s, double gamma) {
  int best = 0;
  for (int a = 1; a < model->actions; a++)
    if (backup(model, V, s, a, gamma) > backup(model, V, s, best, gamma) + 1e-10) best = a;
  return best;
}

// V(s) <- max_a Q(s, a), or Q(s, policy(s)) where there is one, until nothing changes; how many sweeps it took.
static int settle(const CoModel *model, double *V, const int *policy, const Settings *set, double gamma) {
  double change = 1;
  int sweeps = 0;
  for (; change > set->tolerance && sweeps < 100000; sweeps++) {
    change = 0;
    for (int s = 0; s < model->states; s++) {
      double value = backup(model, V, s, policy ? policy[s] : best_action(model, V, s, gamma), gamma);
      change = fmax(change, fabs(value - V[s]));
      V[s] = value;
    }
  }
  return sweeps;
}

// Evaluates the policy, makes it greedy, until it stays as it is.
static int iterate_policy(const CoModel *model, double *V, int *policy, const Settings *set) {
  int rounds = 0;
  for (bool stable = false; !stable; rounds++) {
    stable = true;
    settle(model, V, policy, set, set->gamma);
    for (int s = 0; s < model->states; s++) {
      int best = best_action(model, V, s, set->gamma);
      stable = stable && backup(model, V, s, best, set->gamma) <= backup(model, V, s, policy[s], set->gamma) + 1e-9;
      policy[s] = best;
    }
  }
  return rounds;
}

static void claim(CoExample *example, const char *lake, const char *what, double expected, double within, double got) {
  char name[64];
  snprintf(name, sizeof name, "%s: %s", lake, what);
  co_example_claim(
      example, (CoClaim){.what = name, .expected = expected, .low = expected - within, .high = expected + within}, got);
}

static void cross(CoExample *example, const Settings *set, const char *map, bool slippery, double sure) {
  char lake[32];
  snprintf(lake, sizeof lake, "%s%s", map, slippery ? " slippery" : "");
  CoWorld *world = co_example_open(example, "frozen_lake", "map %s slippery %s", map, slippery ? "true" : "false");
  CoModel *model = co_example_model(example, world);
  size_t states = (size_t)model->states, actions = (size_t)model->actions;
  double *V = co_example_memory(example, 3 * states, sizeof *V), *W = V + states, *U = W + states;
  int *policy = co_example_memory(example, states, sizeof *policy);
  float *Q = co_example_memory(example, states * actions, sizeof *Q);
  int sweeps = settle(model, V, NULL, set, set->gamma), rounds = iterate_policy(model, W, policy, set);
  settle(model, U, NULL, set, 1);
  co_example_say(example, "%s: %d sweeps of value iteration, %d policies of policy iteration\n", lake, sweeps, rounds);
  for (size_t s = 0; s < states; s++)
    for (size_t a = 0; a < actions; a++) Q[s * actions + a] = (float)backup(model, V, (int)s, (int)a, set->gamma);
  double apart = 0;
  for (size_t s = 0; s < states; s++) apart = fmax(apart, fabs(V[s] - W[s]));
  claim(example, lake, "V(start) at gamma 1", sure, 1e-6, U[0]);
  claim(example, lake, "the methods' values apart", 0, 1e-6, apart);
  if (slippery && !strcmp(map, "4x4"))
    claim(example, lake, "arrives within 100", .740165, 5e-7, co_example_exact(example, model, Q, 0, 100).return_mean);
  if (!slippery) claim(example, lake, "V(start)", pow(set->gamma, model->states == 16 ? 5 : 13), 1e-9, V[0]);
  co_example_show(example, co_example_greedy(example, world, Q));
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed;
  cross(example, settings, "4x4", false, 1);
  cross(example, settings, "8x8", false, 1);
  cross(example, settings, "8x8", true, 1);
  cross(example, settings, "4x4", true, 14. / 17);
}

static const CoExampleType type = {.name = "value_iteration_frozenlake",
                                   .chapter = 2,
                                   .idea = "Two ways to the same values: backups of the best action, and policies "
                                           "evaluated and improved in turn.",
                                   .seeds = 1,
                                   .settings = {"value_iteration_frozenlake", sizeof(Settings), fields, NULL},
                                   .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
