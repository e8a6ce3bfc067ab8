// Dyna-Q drives the taxi: how many episodes until it drives well, with 0, 5 and 50 updates from the model
// after each step? Plaat, chapter 5, with the book's alpha, gamma and epsilon; Sutton (1990). The method is
// agents/model/dyna_q.c.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { STRIDE = 100 }; // steps between two looks at what was learnt

typedef struct Settings {
  double lr, gamma, epsilon, goal;
  int steps;
} Settings;

static const CoField fields[] = {
    CO_ALIASED(Settings, lr, "alpha", CO_FIELD_NUMBER, "0.2", 1e-6, 1, "step size"),
    CO_NUMBER(Settings, gamma, "0.7", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random moves"),
    CO_NUMBER(Settings, goal, "7", -1000, 7.92, "return of greedy play at which it drives well; 7.93 is the optimum"),
    CO_INT(Settings, steps, "1000000", 1, 1e9, "environment steps, at most"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "100000"}, {"quick", "goal", "-100"}, {NULL, NULL, NULL}};

typedef struct Cost {
  double steps, episodes;
} Cost;

// What it takes until greedy play, judged exactly, reaches the goal.
static Cost learn(CoExample *example, const CoWorld *world, const CoModel *model, int n, const Settings *set) {
  char curve[32];
  CoLearner *learner = co_example_begin(
      example, world, "dyna_q", "num_envs 1 planning %d lr %g gamma %g epsilon_start %g epsilon_finish %g steps %d", n,
      set->lr, set->gamma, set->epsilon, set->epsilon, set->steps);
  snprintf(curve, sizeof curve, "n = %d", n);
  for (int steps = STRIDE; steps <= set->steps; steps += STRIDE) {
    co_example_advance(example, learner, steps, NULL);
    const float *Q = co_example_table(example, learner, model->actions);
    double got = co_example_exact(example, model, Q, 0, 200).return_mean;
    double episodes = (double)co_train_view(learner->train).episodes;
    co_example_point(example, curve, episodes, got);
    if (got >= set->goal) return (Cost){steps, episodes};
  }
  return (Cost){INFINITY, INFINITY};
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  (void)seed;
  const CoWorld *world = co_example_open(example, "taxi", " ");
  const CoModel *model = co_example_model(example, world);
  Cost none = learn(example, world, model, 0, set), five = learn(example, world, model, 5, set),
       fifty = learn(example, world, model, 50, set);
  // Six updates for each real step instead of one save a factor of six; and who needs fewer steps is done while
  // episodes are still long, so that even fewer episodes are needed.
  const CoClaim claims[] = {
      {.what = "n = 5: times fewer steps", .expected = 6, .low = 4, .high = 8, .full = true},
      {.what = "n = 5: times fewer episodes", .expected = 10, .low = 6, .high = 14, .full = true},
      {.what = "n = 50: times fewer episodes", .expected = NAN, .low = 15, .high = 100, .full = true},
      {.what = "n = 50: episodes", .expected = NAN, .low = 10, .high = 400},
  };
  co_example_claim(example, claims[0], none.steps / five.steps);
  co_example_claim(example, claims[1], none.episodes / five.episodes);
  co_example_claim(example, claims[2], none.episodes / fifty.episodes);
  co_example_claim(example, claims[3], fifty.episodes);
}

static const CoExampleType type = {
    .name = "dyna_taxi",
    .chapter = 5,
    .idea = "Five imagined steps for each real one: a tenth of the episodes is enough; fifty: a fiftieth.",
    .cost = CO_COST_SECONDS,
    .seeds = 10,
    .settings = {"dyna_taxi", sizeof(Settings), fields, profiles},
    .envs = "taxi",
    .algos = "dyna_q",
    .chart_x = "episodes",
    .chart_y = "greedy return",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
