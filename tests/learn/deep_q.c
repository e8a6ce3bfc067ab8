// Deep Q-learning on the smallest tasks that need it: thresholds of final weights on fresh greedy episodes, every seed
// counted; what double learning is for.
#include <math.h>
#include <stdio.h>

#include "cohort/model.h"
#include "score.h"

extern const CoAlgoType co_dqn;

#define MEAN "average_time", "3000", "lr", "0.0023", "lr_anneal_time", "43000", "epsilon_anneal_time", "2000"
#define OFTEN "train_interval", "1", "target_update_interval", "50"

// As book-examples/ch03-value/dqn_cartpole.c learns it.
START_TEST(dqn_balances_the_pole) {
  reaches("cartpole", "dqn", 1, 30000, (const char *const[]){MEAN, OFTEN, NULL}, 5, 475);
}
END_TEST

#define SHORT "lr_anneal_time", "30000", "epsilon_anneal_time", "5000"
#define LONG "lr_anneal_time", "60000", "epsilon_anneal_time", "10000", "per_beta_anneal_time", "60000"
#define C51 "distribution", "c51", "v_min", "-100", "v_max", "0"

// On one seed, at length on two. Random play takes 500 steps, a good policy 80.
static void swings_up(const char *part, int steps, const char *const *settings) {
  CoWorld *world = open_world("acrobot");
  for (int seed = 1; seed <= (at_length() ? 2 : 1); seed++) {
    double got = train(world, "dqn", (uint64_t)seed, 8, steps, settings, NULL);
    fprintf(stderr, "acrobot, %s, seed %d: %g\n", part, seed, got);
    ck_assert_msg(got >= -90, "%s, seed %d: %g, must reach -90", part, seed, got);
  }
  co_world_close(world);
}

START_TEST(parts_of_rainbow_swing_acrobot_up) {
  swings_up("plain", 60000, (const char *const[]){LONG, "double_q", "false", NULL});
  swings_up("double, prioritised, duelling, three steps", 60000,
            (const char *const[]){LONG, "prioritised", "true", "dueling", "true", "n_step", "3", NULL});
  if (!at_length()) return;
  swings_up("double", 60000, (const char *const[]){LONG, "double_q", "true", NULL});
  swings_up("prioritised", 60000, (const char *const[]){LONG, "prioritised", "true", NULL});
  swings_up("duelling", 60000, (const char *const[]){LONG, "dueling", "true", NULL});
  swings_up("three steps", 60000, (const char *const[]){LONG, "n_step", "3", NULL});
}
END_TEST

// With half of those steps.
START_TEST(noise_and_distributions_swing_acrobot_up_sooner) {
  swings_up("noisy", 30000, (const char *const[]){SHORT, "noisy", "true", NULL});
  swings_up("c51", 30000, (const char *const[]){SHORT, C51, NULL});
  if (!at_length()) return;
  swings_up("rainbow", 30000,
            (const char *const[]){SHORT, "dueling", "true", "prioritised", "true", "noisy", "true", "n_step", "3", C51,
                                  NULL});
}
END_TEST

// V*(s) of all states by value iteration on the exact model.
static void solve(const CoModel *model, double gamma, double *value) {
  double change = 1;
  while (change > 1e-12) {
    change = 0;
    for (int s = 0; s < model->states; s++) {
      double best = -INFINITY;
      for (int a = 0; a < model->actions; a++) {
        const int pair = s * model->actions + a;
        double sum = 0;
        for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++)
          sum +=
              model->probability[i] * (model->reward[i] + (model->terminated[i] ? 0 : gamma * value[model->next[i]]));
        best = fmax(best, sum);
      }
      change = fmax(change, fabs(best - value[s]));
      value[s] = best;
    }
  }
}

enum { CELLS = 16, MOVES = 4 };

// How much more than V* the network expects of its best action: the mean over the lake's cells that are worth
// something.
static double overestimate(const CoWorld *world, const double *value, const char *double_q, uint64_t seed) {
  const char *const settings[] = {"double_q", double_q,     "hidden", "32", "epsilon_finish", "1", "learning_starts",
                                  "500",      "batch_size", "32",     NULL};
  uint8_t mask[MOVES] = {1, 1, 1, 1}, one = 1;
  CoRng rng = co_rng(seed, "greedy", 0);
  CoScore score;
  CoInspection q;
  double sum = 0;
  int action, cells = 0;
  CoTrain *run = trained(world, "dqn", seed, 1, 20000, settings, NULL, &score);
  for (int cell = 0; cell < CELLS; cell++) {
    float obs[CELLS] = {0};
    obs[cell] = 1;
    CoFrame frame = {.num_envs = 1, .agents = 1, .obs = obs, .mask = mask, .running = &one, .acting = &one};
    ck_assert(co_dqn.act(co_train_algo(run, 0), &frame, &(CoActing){.rngs = &rng}, &action, NULL, NULL));
    ck_assert(co_dqn.inspect(co_train_algo(run, 0), 0, &q));
    if (value[cell] <= 0) continue;
    sum += (double)q.data[action] - value[cell];
    cells++;
  }
  co_train_destroy(run);
  return sum / cells;
}

// On slippery ice the best of four estimates is too good; chosen by one network and valued by the other it is less so.
START_TEST(double_learning_expects_less) {
  CoWorld *world = open_world("frozen_lake");
  CoError error = {{0}};
  CoModel *model = co_model_create(world, &error);
  check(model && model->states == CELLS, &error);
  double value[CELLS] = {0};
  solve(model, 0.99, value);
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(5); seed++) {
    double a = overestimate(world, value, "false", seed), b = overestimate(world, value, "true", seed);
    fprintf(stderr, "frozen_lake, seed %d: Q exceeds V* by %.4f, with double learning by %.4f\n", (int)seed, a, b);
    ck_assert_double_lt(b, a);
  }
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

CO_TESTS(double_learning_expects_less, dqn_balances_the_pole, parts_of_rainbow_swing_acrobot_up,
         noise_and_distributions_swing_acrobot_up_sooner)
