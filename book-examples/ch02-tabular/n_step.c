// How many rewards before a guess? n-step TD on the random walk of 19 states: Sutton and Barto, figure 7.2.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { STATES = 19, EPISODES = 10, LONGEST = 65536, SPANS = 10, SIZES = 11 };

typedef struct Settings {
  double gamma;
  int runs;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "1", 0, 1, "discount of a step"),
    CO_INT(Settings, runs, "100", 1, 1e6, "that the errors are the mean of"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "runs", "20"}, {NULL, NULL, NULL}};

// State i is worth (i - 10) / 10.
static double error_of(const double *V) {
  double sum = 0;
  for (int s = 1; s <= STATES; s++) sum += (V[s] - (s - 10) / 10.) * (V[s] - (s - 10) / 10.);
  return sqrt(sum / STATES);
}

// An episode's states and rewards, the same for all; visited[steps] is the end.
static int walk(CoEnv *env, int *visited, float *rewards) {
  int steps = 0, a = 0;
  co_env_reset(env, NULL);
  for (visited[0] = co_env_index(env, 0); co_env_ending(env) == CO_PLAYING && steps < LONGEST;
       visited[steps] = co_env_index(env, 0)) {
    co_env_step(env, &(CoActions){.discrete = &a}, NULL);
    rewards[steps++] = co_env_rewards(env)[0];
  }
  return steps;
}

// V(s_t) <- V(s_t) + alpha (r_t+1 + ... + gamma^(n-1) r_t+n + gamma^n V(s_t+n) - V(s_t)), as soon as s_t+n is known.
static void learn(double *V, const int *visited, const float *rewards, int steps, int n, double alpha, double gamma) {
  for (int t = 0; t < steps; t++) {
    int last = t + n < steps ? t + n : steps;
    double G = V[visited[last]]; // 0 at the ends
    for (int i = last - 1; i >= t; i--) G = (double)rewards[i] + gamma * G;
    V[visited[t]] += alpha * (G - V[visited[t]]);
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoEnv *env = co_example_env(example, co_example_open(example, "random_walk", "states 19"));
  int *visited = co_example_memory(example, LONGEST + 1, sizeof *visited), best_n = 0;
  float *rewards = co_example_memory(example, LONGEST, sizeof *rewards);
  double(*V)[SPANS][SIZES][STATES + 2] = co_example_memory(example, 1, sizeof *V), error[SPANS][SIZES] = {{0}},
                                    least = INFINITY;
  (void)seed;
  for (int i = 0; i < set->runs * EPISODES; i++) {
    int steps = walk(env, visited, rewards);
    for (int span = 0; span < SPANS; span++)
      for (int size = 0; size < SIZES; size++) {
        double *values = (*V)[span][size];
        for (int s = 0; i % EPISODES == 0 && s < STATES + 2; s++) values[s] = 0;
        learn(values, visited, rewards, steps, 1 << span, size / 10., set->gamma);
        error[span][size] += fmin(error_of(values), 1) / set->runs / EPISODES;
      }
  }
  for (int span = 0; span < SPANS; span++)
    for (int size = 0; size < SIZES; size++) {
      char name[32];
      snprintf(name, sizeof name, "n = %d", 1 << span);
      if (error[span][size] < .55) co_example_point(example, name, size / 10., error[span][size]);
      if (error[span][size] < least) least = error[span][size], best_n = 1 << span;
    }
  co_example_claim(example, (CoClaim){.what = "best n", .expected = 4, .low = 4, .high = 4, .full = true}, best_n);
  co_example_claim(example, (CoClaim){.what = "its error", .expected = NAN, .low = .2, .high = .32}, least);
  co_example_claim(example, (CoClaim){.what = "n = 1 beyond the best", .expected = NAN, .low = .01, .high = 1},
                   fmin(fmin(error[0][7], error[0][8]), fmin(error[0][9], error[0][10])) - least);
}

static const CoExampleType type = {
    .name = "n_step",
    .chapter = 2,
    .idea = "Between a step and a whole episode: a few rewards before a guess learn fastest.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"n_step", sizeof(Settings), fields, profiles},
    .chart_x = "alpha",
    .chart_y = "RMS error over the first 10 episodes",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
