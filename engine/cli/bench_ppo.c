// PPO as its peers run it: CartPole at CleanRL's settings until it is solved, Pendulum at those of RLtools.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "cohort/stats.h"

#define SEEDS 5
#define EPISODES 100 // that a return is the mean of
#define ROUNDS 1024  // of 512 steps: more than the budget

// The rounds so far: what their training episodes returned, and how many they were.
typedef struct Returns {
  double sums[ROUNDS];
  int64_t counts[ROUNDS];
  int rounds;
} Returns;

// The mean return of the last rounds that together ended EPISODES episodes or more; false before there are as many.
static bool recent(const Returns *returns, double *mean) {
  double sum = 0;
  int64_t count = 0;
  for (int i = returns->rounds - 1; i >= 0 && count < EPISODES; i--) {
    sum += returns->sums[i];
    count += returns->counts[i];
  }
  *mean = sum / (double)count;
  return count >= EPISODES;
}

static bool run_until(CoTrain *train, double threshold, Returns *returns, double *mean, CoError *error) {
  for (*returns = (Returns){.rounds = 0}; returns->rounds < ROUNDS && !co_train_done(train);) {
    int64_t episodes = co_train_view(train).episodes;
    if (!co_train_round(train, error)) return false;
    CoTrainView view = co_train_view(train);
    int64_t fresh = returns->counts[returns->rounds] = view.episodes - episodes;
    returns->sums[returns->rounds++] = fresh ? view.return_mean * (double)fresh : 0;
    if (recent(returns, mean) && *mean >= threshold) return true;
  }
  return true;
}

typedef struct Task {
  const char *env, *what;
  double threshold; // training ends where the mean return of the last episodes reaches it
  CoTrainConfig train;
  const char *settings[24]; // of PPO: name and value by turns
} Task;

static bool run_seed(const Task *task, Plan *plan, uint64_t seed, double *seconds, CoError *error) {
  const CoSeat *seat = &plan->seats[0];
  Returns returns;
  double mean = 0, began = bench_seconds();
  plan->train.seed = seed;
  const CoTrainSetup setup = {.config = &plan->train, .world = plan->world, .seats = seat};
  CoTrain *train = co_train_create(&setup, error);
  if (!train) return false;
  bool ok = run_until(train, task->threshold, &returns, &mean, error);
  *seconds = bench_seconds() - began;
  if (ok)
    printf("  seed %llu: %.3f s, %lld steps, return of the last %d episodes %.1f\n", (unsigned long long)seed, *seconds,
           (long long)co_train_view(train).steps, EPISODES, mean);
  fflush(stdout);
  co_train_destroy(train);
  return ok;
}

static bool run(const Task *task, const BenchOptions *options, CoError *error) {
  double seconds[SEEDS], scratch[SEEDS];
  Plan *plan = calloc(1, sizeof *plan);
  printf("\nPPO on %s, %s\n", task->env, task->what);
  bool ok = plan && bench_open(plan, task->env, "ppo", "cohort", false, options, error);
  if (ok) {
    plan->train.num_envs = task->train.num_envs;
    plan->train.steps = task->train.steps;
    plan->train.log_interval = 1; // a row of metrics a round: its returns are that round's
    plan->train.test_interval = plan->train.final_episodes = 0;
  }
  for (int i = 0; ok && task->settings[i]; i += 2)
    ok = co_settings_set(&plan->algos[0].type->settings, plan->algos[0].config, task->settings[i],
                         task->settings[i + 1], error);
  for (int i = 0; ok && i < SEEDS; i++) ok = run_seed(task, plan, (uint64_t)i + 1, &seconds[i], error);
  if (ok) printf("  median %.3f s\n", co_quantile(seconds, SEEDS, 0.5, scratch));
  if (plan) plan_free(plan);
  free(plan);
  return ok;
}

bool bench_ppo(const BenchOptions *options, CoError *error) {
  static const Task cartpole = {.env = "cartpole",
                                .what = "CleanRL's settings, until the last 100 training episodes return 475",
                                .threshold = 475,
                                .train = {.num_envs = 4, .steps = 500000},
                                .settings = {"lr_anneal_time", "500000"}};
  static const Task pendulum = {
      .env = "pendulum",
      .what = "RLtools' settings, 307,200 steps",
      .threshold = 1e9,
      .train = {.num_envs = 4, .steps = 307200},
      .settings = {"num_steps", "1024",  "num_minibatches", "16",   "update_epochs", "2",     "norm_obs",      "true",
                   "log_std",   "1.38",  "activation",      "relu", "clip_vloss",    "false", "max_grad_norm", "1e9",
                   "lr",        "0.001", "gamma",           "0.9",  "ent_coef",      "0"}};
  return run(&cartpole, options, error) && run(&pendulum, options, error);
}
