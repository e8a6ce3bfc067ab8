// The textbook environments in C: steps a second of random play, as bench_env.c measures it, and of Q-learning.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define COPIES 256

static bool measure(const char *name, const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  double rate;
  bool ok = plan && bench_open(plan, name, "random", "cohort", false, options, error) &&
            bench_rate(plan->world, COPIES, options->seconds / 4, &rate, error);
  if (ok) printf("  %-24s %12.1f\n", name, rate / 1e6);
  fflush(stdout);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

#define LEARNT 5000000 // steps

static bool run(Plan *plan, double *rate, CoError *error) {
  plan->train.steps = LEARNT;
  const CoTrainSetup setup = {.config = &plan->train, .world = plan->world, .seats = plan->seats};
  double began = bench_seconds();
  CoTrain *train = co_train_create(&setup, error);
  bool ok = train != NULL;
  while (ok && !co_train_done(train)) ok = co_train_round(train, error);
  *rate = LEARNT / (bench_seconds() - began);
  co_train_destroy(train);
  return ok;
}

// As `cohort train taxi --algo q_learning`: acting, learning, metrics and tests, without the run folder.
static bool learning(const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  double rate;
  bool ok = plan && bench_open(plan, "taxi", "q_learning", "cohort", false, options, error) && run(plan, &rate, error);
  if (ok) printf("  %-24s %12.1f\n", "taxi, Q-learning", rate / 1e6);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

bool bench_tabular(const BenchOptions *options, CoError *error) {
  static const char *const names[] = {"taxi",        "frozen_lake", "cliff_walking",  "windy_gridworld", "maze",
                                      "random_walk", "gambler",     "short_corridor", "counterexample",  "blackjack",
                                      "sokoban",     "bandit",      "cartpole"};
  printf("\nmillion environment steps/s, random legal actions, observations written, %d copies\n", COPIES);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (!measure(names[i], options, error)) return false;
  return learning(options, error);
}
