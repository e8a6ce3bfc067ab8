// One network chooses, another values: Plaat, chapter 3; van Hasselt, Guez and Silver (2016), double DQN.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
  double gamma;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "100000", 100, 1e9, "of random play to learn from"),
    CO_NUMBER(Settings, gamma, "0.99", 0, 0.999, "discount of a step"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "3000"}, {NULL, NULL, NULL}};

// V(s) = sum p (r + gamma V(s')): of the action that Q says is best, or, without Q, of the one that is (value
// iteration).
static void solve(const CoModel *model, double gamma, const float *Q, double *V) {
  const int actions = model->actions;
  for (int sweep = 0; sweep < 2000; sweep++)
    for (int s = 0; s < model->states; s++) {
      const int said = Q ? co_argmax(actions, Q + s * actions, NULL) : -1;
      double best = -INFINITY;
      for (int a = 0; a < actions; a++) {
        double q = 0;
        for (int64_t k = model->first[s * actions + a]; k < model->first[s * actions + a + 1]; k++)
          q += model->probability[k] * (model->reward[k] + (model->terminated[k] ? 0 : gamma * V[model->next[k]]));
        if (said < 0 || said == a) best = fmax(best, q);
      }
      V[s] = best;
    }
}

typedef struct Excess {
  double earned, best; // max_a Q(s, a) less what greedy play by Q earns from s, and less V*(s)
} Excess;

// Means over the cells from where the goal can be reached, and over the second half of the steps.
static Excess excess(CoExample *example, const Settings *set, const CoWorld *world, const CoModel *model,
                     const double *best, bool twice) {
  double *V = co_example_memory(example, (size_t)model->states, sizeof *V);
  CoLearner *learner =
      co_example_begin(example, world, "dqn",
                       "steps %d gamma %g double_q %s hidden 32 batch_size 32 epsilon_finish 1 learning_starts 500",
                       set->steps, set->gamma, twice ? "true" : "false");
  Excess mean = {0, 0};
  for (int part = 1; part <= 40; part++) {
    Excess now = {0, 0};
    int cells = 0;
    for (int s = 0; s < model->states; s++) cells += best[s] > 0;
    co_example_advance(example, learner, (int64_t)set->steps * part / 40, NULL);
    const float *Q = co_example_values(example, learner, model);
    solve(model, set->gamma, Q, V);
    for (int s = 0; s < model->states; s++) {
      const float *row = Q + s * model->actions;
      const double said = (double)row[co_argmax(model->actions, row, NULL)];
      if (best[s] > 0) now.earned += (said - V[s]) / cells, now.best += (said - best[s]) / cells;
    }
    co_example_point(example, twice ? "double" : "plain", (double)set->steps * part / 40, now.earned);
    if (part > 20) mean.earned += now.earned / 20, mean.best += now.best / 20;
  }
  if (twice) co_example_show(example, learner);
  co_example_say(example, "%-7s more than it earns by %7.4f, than V* by %7.4f\n",
                 twice ? "double:" : "plain:", mean.earned, mean.best);
  return mean;
}

static void claim(CoExample *example, const char *what, double got) {
  co_example_claim(example, (CoClaim){.what = what, .expected = NAN, .low = 0, .high = INFINITY, .full = true}, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "frozen_lake", " ");
  const CoModel *model = co_example_model(example, world);
  double *V = co_example_memory(example, (size_t)model->states, sizeof *V);
  (void)seed;
  solve(model, set->gamma, NULL, V);
  const Excess plain = excess(example, set, world, model, V, false),
               twice = excess(example, set, world, model, V, true);
  claim(example, "plain: more than it earns", plain.earned);
  claim(example, "plain - double, of what is earned", plain.earned - twice.earned);
  claim(example, "plain - double, of V*", plain.best - twice.best);
  co_example_claim(example, (CoClaim){.what = "V* of the start", .expected = 0.542, .low = 0.54, .high = 0.545}, V[0]);
}

static const CoExampleType type = {
    .name = "double_dqn",
    .chapter = 3,
    .idea = "Where one network chooses and another values, less is expected than where one does both.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"double_dqn", sizeof(Settings), fields, profiles},
    .envs = "frozen_lake",
    .algos = "dqn",
    .chart_x = "environment steps",
    .chart_y = "what is expected above what is earned",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
