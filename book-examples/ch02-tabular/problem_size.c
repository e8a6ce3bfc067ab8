// How cost grows with the number of states: Plaat, chapter 2, on why tables end somewhere.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { SIZES = 4 };

typedef struct Settings {
  double alpha, gamma, epsilon;
  int largest;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "1", 0, 1, "step size; nothing is random in these worlds"),
    CO_NUMBER(Settings, gamma, "0.95", 0.5, 0.999, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
    CO_INT(Settings, largest, "24", 8, 32, "rows of the largest grid; the others have a half, a quarter, an eighth"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "largest", "16"}, {NULL, NULL, NULL}};

// Q-learning's updates until greedy play earns the optimum within `limit` steps, looked at every `often` episodes.
static double learn(CoExample *example, const CoWorld *world, const CoModel *model, const Settings *set, double optimum,
                    int limit, int often, CoRng *rng) {
  int actions = model->actions;
  float *Q = co_example_memory(example, (size_t)(model->states * actions), sizeof *Q);
  CoEnv *env = co_example_env(example, world);
  double updates = 0;
  for (int episode = 1; episode <= 10000000; episode++) {
    co_env_reset(env, NULL);
    for (; co_env_ending(env) == CO_PLAYING; updates++) {
      float *row = Q + co_env_index(env, 0) * actions;
      const uint8_t *legal = model->legal + (row - Q);
      bool explore = co_rng_unit(rng) < set->epsilon;
      int a = explore ? co_rng_choose(rng, legal, actions) : co_argmax_random(actions, row, legal, rng);
      co_env_step(env, &(CoActions){.discrete = &a}, NULL);
      const float *next = Q + co_env_index(env, 0) * actions;
      double best = co_env_ending(env) == CO_TERMINATED ? 0 : (double)next[co_argmax(actions, next, NULL)];
      row[a] += (float)(set->alpha * ((double)co_env_rewards(env)[0] + set->gamma * best - (double)row[a]));
    }
    if (episode % often == 0 && co_example_exact(example, model, Q, 0, limit).return_mean > optimum - 1e-6) break;
  }
  return updates;
}

// The slope of log y against log x, by least squares.
static double slope(const double *x, const double *y) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (int i = 0; i < SIZES; i++) {
    double a = log(x[i]), b = log(y[i]);
    sx += a, sy += b, sxx += a * a, sxy += a * b;
  }
  return (SIZES * sxy - sx * sy) / (SIZES * sxx - sx * sx);
}

static void claim(CoExample *example, const char *what, double expected, double low, double high, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = expected, .low = low, .high = high}, got);
}

// Both methods on one family of worlds: solved[i], learnt[i] against states[i].
static void grow(CoExample *example, const Settings *set, bool taxi, const int *sides, double *solved, double *learnt,
                 double *states, CoRng *rng) {
  for (int i = 0; i < SIZES; i++) {
    const char *name = taxi ? "taxi" : "grid";
    CoWorld *world = co_example_open(example, taxi ? "taxi" : "maze", taxi ? "side %d" : "map open side %d", sides[i]);
    CoModel *model = co_example_model(example, world);
    CoLearner *solver =
        co_example_train(example, world, "value_iteration", NULL, "steps 1000000000 gamma %g", set->gamma);
    int limit = taxi ? 6 * sides[i] : 2 * sides[i] - 2; // the fewest steps; enough of them
    char curve[64];
    const float *Q = co_example_table(example, solver, model->actions);
    double optimum = co_example_exact(example, model, Q, 0, limit).return_mean;
    solved[i] = (double)co_train_view(solver->train).steps,
    states[i] = model->states; // a backup of every state a sweep
    learnt[i] = learn(example, world, model, set, optimum, limit, taxi ? 100 : 1, rng);
    co_example_say(example, "%s of %d: %d states, %.0f backups, %.0f updates\n", name, sides[i], model->states,
                   solved[i], learnt[i]);
    snprintf(curve, sizeof curve, "value iteration, %s", name);
    co_example_point(example, curve, log10(states[i]), log10(solved[i]));
    snprintf(curve, sizeof curve, "Q-learning, %s", name);
    co_example_point(example, curve, log10(states[i]), log10(learnt[i]));
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const int grids[SIZES] = {set->largest / 8, set->largest / 4, set->largest / 2, set->largest},
            taxis[SIZES] = {5, 6, 8, 10};
  double solved[SIZES], learnt[SIZES], states[SIZES];
  CoRng rng = co_rng(seed, "problem_size", 0);
  grow(example, set, false, grids, solved, learnt, states, &rng);
  claim(example, "slope of value iteration, grids", 1.5, 1.4, 1.7, slope(states, solved));
  claim(example, "slope of Q-learning, grids", NAN, 1, INFINITY, slope(states, learnt));
  grow(example, set, true, taxis, solved, learnt, states, &rng);
  claim(example, "slope of value iteration, taxis", 1.5, 1, 1.7, slope(states, solved));
  claim(example, "slope of Q-learning, taxis", NAN, 1, INFINITY, slope(states, learnt));
}

static const CoExampleType type = {
    .name = "problem_size",
    .chapter = 2,
    .idea = "Twice as many states cost more than twice as much: the slopes of cost against states.",
    .seeds = 5,
    .settings = {"problem_size", sizeof(Settings), fields, profiles},
    .chart_x = "log10 of the number of states",
    .chart_y = "log10 of backups, or updates",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
