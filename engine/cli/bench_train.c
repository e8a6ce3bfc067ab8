// Training QMIX at PyMARL's schedule on 3m, early and late.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

typedef struct Mark {
  double seconds;
  int64_t steps, episodes, updates;
} Mark;

static Mark mark(const CoTrain *train) {
  CoTrainView view = co_train_view(train);
  return (Mark){bench_seconds(), view.steps, view.episodes, view.updates};
}

static bool run_until(CoTrain *train, int64_t steps, Mark *reached, CoError *error) {
  while (co_train_view(train).steps < steps)
    if (!co_train_round(train, error)) return false;
  *reached = mark(train);
  return true;
}

static void print_stretch(const char *name, const Mark *from, const Mark *to) {
  double seconds = to->seconds - from->seconds, steps = (double)(to->steps - from->steps);
  double episodes = (double)(to->episodes - from->episodes);
  printf("  %-6s steps %7lld to %7lld: %6.0f steps/s, %5.1f updates/s, mean length %.1f\n", name,
         (long long)from->steps, (long long)to->steps, steps / seconds, (double)(to->updates - from->updates) / seconds,
         episodes > 0 ? steps / episodes : 0);
}

static bool train(Plan *plan, const BenchOptions *options, CoError *error) {
  plan->train.steps = options->steps;
  plan->train.test_interval = plan->train.final_episodes = 0;
  const CoTrainSetup setup = {.config = &plan->train, .world = plan->world, .seats = plan->seats};
  CoTrain *trainer = co_train_create(&setup, error);
  if (!trainer) return false;
  Mark marks[4];
  bool ok = run_until(trainer, options->steps / 30, &marks[0], error) &&
            run_until(trainer, options->steps / 6, &marks[1], error) &&
            run_until(trainer, options->steps - options->steps / 6, &marks[2], error) &&
            run_until(trainer, options->steps, &marks[3], error);
  if (ok) {
    print_stretch("early", &marks[0], &marks[1]);
    print_stretch("late", &marks[2], &marks[3]);
  }
  co_train_destroy(trainer);
  return ok;
}

bool bench_train(const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  printf("\ntraining QMIX on skirmish/3m, profile pymarl: one environment, one update of 32 episodes an episode\n");
  bool ok =
      plan && bench_open(plan, "skirmish/3m", "qmix", "pymarl", false, options, error) && train(plan, options, error);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}
