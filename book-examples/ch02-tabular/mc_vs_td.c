// Monte Carlo against TD(0) on the random walk of five states: Plaat, chapter 2; Sutton and Barto, example 6.2.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { STATES = 5, EPISODES = 100, LONGEST = 4096, METHODS = 7 };

typedef struct Settings {
  double gamma, alpha;
  int runs;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, gamma, "1", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, alpha, "0", 0, 1, "step size of both; 0: four of Monte Carlo, three of TD"),
    CO_INT(Settings, runs, "1000", 1, 1e6, "that the errors are the mean of"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "runs", "300"}, {NULL, NULL, NULL}};

// State i is worth i / 6.
static double error_of(const double *V) {
  double sum = 0;
  for (int s = 1; s <= STATES; s++) sum += (V[s] - s / 6.) * (V[s] - s / 6.);
  return sqrt(sum / STATES);
}

static double reward_of(CoEnv *env) {
  int a = 0;
  co_env_step(env, &(CoActions){.discrete = &a}, NULL);
  return (double)co_env_rewards(env)[0];
}

// V(s) <- V(s) + alpha (r + gamma V(s') - V(s)), at every step.
static void learn_td(CoExample *example, CoEnv *env, double *V, double alpha, double gamma) {
  while (co_env_ending(env) == CO_PLAYING) {
    int s = co_env_index(env, 0);
    double r = reward_of(env), before = V[s];
    double target = r + (co_env_ending(env) == CO_TERMINATED ? 0 : gamma * V[co_env_index(env, 0)]);
    V[s] += alpha * (target - before);
    co_example_trace(example, &(CoUpdate){0, s, 0, r, target, before, V[s]});
  }
}

// V(s) <- V(s) + alpha (G - V(s)), once the episode has ended and G = r + gamma G is known, from its last step on.
static void learn_mc(CoExample *example, CoEnv *env, double *V, double alpha, double gamma) {
  int visited[LONGEST], steps = 0;
  double rewards[LONGEST], G = 0;
  for (; co_env_ending(env) == CO_PLAYING && steps < LONGEST; steps++) {
    visited[steps] = co_env_index(env, 0);
    rewards[steps] = reward_of(env);
  }
  while (steps--) {
    int s = visited[steps];
    double before = V[s];
    G = rewards[steps] + gamma * G;
    V[s] += alpha * (G - before);
    co_example_trace(example, &(CoUpdate){0, s, 0, rewards[steps], G, before, V[s]});
  }
}

// The mean error after each episode.
static void measure(CoExample *example, CoEnv *env, bool td, double alpha, const Settings *set, double *error) {
  for (int i = 0; i < set->runs; i++) {
    double V[STATES + 2] = {0, .5, .5, .5, .5, .5, 0};
    for (int episode = 0; episode <= EPISODES; episode++) {
      error[episode] += error_of(V) / set->runs;
      co_env_reset(env, NULL);
      (td ? learn_td : learn_mc)(example, env, V, alpha, set->gamma);
    }
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const double alphas[METHODS] = {.01, .02, .03, .04, .05, .1, .15};
  const Settings *set = settings;
  CoEnv *env = co_example_env(example, co_example_open(example, "random_walk", "states 5"));
  double error[METHODS][EPISODES + 1] = {{0}}, behind = -INFINITY;
  (void)seed;
  for (int i = 0; i < METHODS; i++) {
    char name[32];
    double alpha = set->alpha > 0 ? set->alpha : alphas[i];
    snprintf(name, sizeof name, "%s %g", i < 4 ? "MC" : "TD", alphas[i]);
    measure(example, env, i >= 4, alpha, set, error[i]);
    for (int episode = 0; episode <= EPISODES; episode++) co_example_point(example, name, episode, error[i][episode]);
  }
  for (int episode = 25; episode <= EPISODES; episode++) {
    double mc = INFINITY, td = INFINITY;
    for (int i = 0; i < METHODS; i++) *(i < 4 ? &mc : &td) = fmin(i < 4 ? mc : td, error[i][episode]);
    behind = fmax(behind, td - mc);
  }
  co_example_claim(example,
                   (CoClaim){.what = "best TD less best MC, episodes 25 to 100", .expected = NAN, .low = -1, .high = 0},
                   behind);
  co_example_claim(example, (CoClaim){.what = "error at first", .expected = .2357, .low = .2356, .high = .2358},
                   error[0][0]);
}

static const CoExampleType type = {
    .name = "mc_vs_td",
    .chapter = 2,
    .idea = "Learning from the next guess (TD) beats waiting for how it ended (Monte Carlo) on a random walk.",
    .seeds = 5,
    .settings = {"mc_vs_td", sizeof(Settings), fields, profiles},
    .chart_x = "episodes",
    .chart_y = "RMS error of the values",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
