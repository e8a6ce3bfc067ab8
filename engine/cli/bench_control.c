// Continuous control: DDPG, TD3 and SAC training on pendulum with an update a step, their arithmetic and its share of
// the machine's peak.
//
// Arithmetic is that of the matrix products, two operations a multiplication, of what an update needs and no more.
// Forward is F; gradients with respect to weights as much; those with respect to inputs as well, but for a network's
// first layer where what it reads is not learnt (the critics' step, the actor's observations). A critics' step is the
// slow networks' (or the actor's) F for the target, then F and both gradients of each critic; an actor's step is F of
// the actor and of the critics that judge it, their gradient with respect to the action, and the actor's own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define WARM 300 // updates before the clock runs

typedef struct Case {
  const char *algo, *hidden, *batch_size;
  int critics, judges; // of the target; of the actor
  double actor_share;  // steps of the actor to one of the critics
} Case;

// Multiplications of one row through a network of two hidden layers.
typedef struct Net {
  double forward, inward; // inward: the gradient with respect to the last `own` inputs, or to none
} Net;

static Net count(double in, double hidden, double out, double own) {
  double deep = hidden * hidden + hidden * out;
  return (Net){in * hidden + deep, deep + own * hidden};
}

static double gflop(const Case *c, const CoSpec *spec) {
  double obs = spec->obs_size, size = spec->action_size, hidden = strtod(c->hidden, NULL);
  Net actor = count(obs, hidden, strcmp(c->algo, "sac") ? size : 2 * size, 0), critic = count(obs + size, hidden, 1, 0);
  Net judge = count(obs + size, hidden, 1, size);
  double critics = actor.forward + c->critics * (3 * critic.forward + critic.inward);
  double improve = 2 * actor.forward + actor.inward + c->judges * (judge.forward + judge.inward);
  return 2 * strtod(c->batch_size, NULL) * (critics + c->actor_share * improve) / 1e9;
}

typedef struct Mark {
  double seconds;
  int64_t steps, updates;
} Mark;

static Mark mark(const CoTrain *train) {
  CoTrainView view = co_train_view(train);
  return (Mark){bench_seconds(), view.steps, view.updates};
}

static bool time_training(CoTrain *train, double seconds, Mark *from, Mark *to, CoError *error) {
  while (co_train_view(train).updates < WARM)
    if (!co_train_round(train, error)) return false;
  for (*from = *to = mark(train); to->seconds - from->seconds < seconds; *to = mark(train))
    if (!co_train_round(train, error)) return false;
  return true;
}

static void print(const Case *c, const CoSpec *spec, const Mark *from, const Mark *to) {
  double seconds = to->seconds - from->seconds, updates = (double)(to->updates - from->updates) / seconds;
  double work = gflop(c, spec), rate = work * updates;
  printf(
      "  %-5s %3s x %-3s batch %3s  %7.0f steps/s  %7.0f updates/s  %.4f GFLOP  %6.1f GFLOP/s  %4.1f %% of the peak\n",
      c->algo, c->hidden, c->hidden, c->batch_size, (double)(to->steps - from->steps) / seconds, updates, work, rate,
      100 * rate / bench_peak());
}

static bool train(const Case *c, Plan *plan, const BenchOptions *options, CoError *error) {
  const CoTrainSetup setup = {.config = &plan->train, .world = plan->world, .seats = plan->seats};
  Mark from, to;
  CoTrain *trainer = co_train_create(&setup, error);
  bool ok = trainer && time_training(trainer, options->seconds, &from, &to, error);
  if (ok) print(c, co_world_spec(plan->world), &from, &to);
  co_train_destroy(trainer);
  return ok;
}

static bool measure(const Case *c, const BenchOptions *options, CoError *error) {
  Entry given[] = {{.owner = "train", .name = "algo", .text = c->algo},
                   {.owner = "train", .name = "num_envs", .text = "1"},
                   {.owner = "train", .name = "test_interval", .text = "0"},
                   {.name = "hidden", .text = c->hidden},
                   {.name = "batch_size", .text = c->batch_size},
                   {.name = "learning_starts", .text = c->batch_size}};
  enum { GIVEN = sizeof given / sizeof given[0] };
  const Line line = {.command = "bench", .options = {given, GIVEN, GIVEN}};
  const PlanWishes wishes = {.data = options->data, .place = "pendulum", .players = true};
  Plan *plan = calloc(1, sizeof *plan);
  bool ok = plan && plan_make(plan, &line, &wishes, error) && train(c, plan, options, error);
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

bool bench_control(const BenchOptions *options, CoError *error) {
  static const Case cases[] = {{"sac", "64", "100", 2, 2, 1},    {"td3", "64", "100", 2, 1, 0.5},
                               {"ddpg", "64", "100", 1, 1, 1},   {"sac", "256", "256", 2, 2, 1},
                               {"td3", "256", "256", 2, 1, 0.5}, {"ddpg", "256", "256", 1, 1, 1}};
  printf("\ntraining on pendulum, one copy, an update a step; peak %.1f GFLOP/s\n", bench_peak());
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (!measure(&cases[i], options, error)) return false;
  return true;
}
