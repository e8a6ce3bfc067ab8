// One network chooses, another values: Plaat, chapter 3; van Hasselt, Guez and Silver (2016), double DQN.
#include <math.h>

#include "cohort/cohort.h"

enum { ACTIONS = 4 };

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

// Value iteration: V*(s) = max_a sum p (r + gamma V*(s')).
static void solve(const CoModel *model, double gamma, double *V) {
  for (int sweep = 0; sweep < 10000; sweep++)
    for (int s = 0; s < model->states; s++) {
      double best = -INFINITY;
      for (int a = 0; a < ACTIONS; a++) {
        double q = 0;
        for (int64_t k = model->first[s * ACTIONS + a]; k < model->first[s * ACTIONS + a + 1]; k++)
          q += model->probability[k] * (model->reward[k] + (model->terminated[k] ? 0 : gamma * V[model->next[k]]));
        best = fmax(best, q);
      }
      V[s] = best;
    }
}

// max_a Q(s, a), which the network is asked for as it is when it acts: what it sees is a 1 in the state's place.
static double said(CoExample *example, const CoLearner *learner, int states, int state) {
  float *obs = co_example_memory(example, (size_t)states, sizeof *obs);
  const uint8_t all[ACTIONS] = {1, 1, 1, 1}, one = 1;
  const CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .mask = all, .running = &one, .acting = &one};
  CoRng rng = {0};
  CoInspection q;
  int action = 0;
  obs[state] = 1;
  learner->seat.algo->act(learner->seat.self, &frame, &(CoActing){.rngs = &rng}, &action, NULL, NULL);
  learner->seat.algo->inspect(learner->seat.self, 0, &q);
  return (double)q.data[action];
}

// Q - V*, the mean over the cells from where the goal can be reached and over the second half of the steps.
static double excess(CoExample *example, const Settings *set, const CoWorld *world, const CoModel *model,
                     const double *V, bool twice) {
  const char *curve = twice ? "double" : "plain";
  CoLearner *learner =
      co_example_begin(example, world, "dqn",
                       "steps %d gamma %g double_q %s hidden 32 batch_size 32 epsilon_finish 1 learning_starts 500",
                       set->steps, set->gamma, twice ? "true" : "false");
  double mean = 0;
  for (int part = 1; part <= 40; part++) {
    int cells = 0;
    double sum = 0;
    co_example_advance(example, learner, (int64_t)set->steps * part / 40, NULL);
    for (int s = 0; s < model->states; s++)
      if (V[s] > 0) sum += said(example, learner, model->states, s) - V[s], cells++;
    co_example_point(example, curve, (double)set->steps * part / 40, sum / cells);
    mean += part > 20 ? sum / cells / 20 : 0;
  }
  if (twice) co_example_show(example, learner);
  co_example_say(example, "%-8s Q - V* = %7.4f\n", curve, mean);
  return mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoWorld *world = co_example_open(example, "frozen_lake", " ");
  const CoModel *model = co_example_model(example, world);
  double *V = co_example_memory(example, (size_t)model->states, sizeof *V);
  (void)seed;
  solve(model, set->gamma, V);
  const double plain = excess(example, set, world, model, V, false);
  const double twice = excess(example, set, world, model, V, true);
  co_example_claim(example,
                   (CoClaim){.what = "plain - double", .expected = NAN, .low = 0, .high = INFINITY, .full = true},
                   plain - twice);
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
    .chart_y = "what is expected above what is true",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
