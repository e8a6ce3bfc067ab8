// REINFORCE in the short corridor, where the best policy is a random one: Plaat, chapter 4; Sutton and Barto, example
// 13.1. The loop is here, from end to end.
#include <math.h>

#include "cohort/cohort.h"

enum { LEFT, RIGHT, ACTIONS, LONGEST = 1000 };

typedef struct Settings {
  double alpha, alpha_w, gamma;
  int episodes;
  bool baseline;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.0002", 0, 1, "step size of the policy"),
    CO_NUMBER(Settings, alpha_w, "0.02", 0, 1, "step size of the baseline"),
    CO_ALIASED(Settings, gamma, "discount", CO_FIELD_NUMBER, "1", 0, 1, "discount of a step"),
    CO_INT(Settings, episodes, "20000", 1, 1e9, "how many to learn from"),
    CO_BOOL(Settings, baseline, "true", "the return counts by what it has over the value"),
    CO_FIELDS_END,
};

// pi(a) of a softmax over two preferences: all places look alike.
static double probability(const double theta[ACTIONS], int a) {
  return 1 / (1 + co_exp(theta[1 - a] - theta[a]));
}

// One episode: its actions and rewards; how many.
static int play(CoEnv *env, const double theta[ACTIONS], CoRng *rng, int *action, double *reward) {
  int T = 0;
  for (co_env_reset(env, NULL); co_env_ending(env) == CO_PLAYING && T < LONGEST; T++) {
    action[T] = co_rng_unit(rng) < probability(theta, RIGHT);
    co_env_step(env, &(CoActions){.discrete = &action[T]}, NULL);
    reward[T] = (double)co_env_rewards(env)[0];
  }
  return T;
}

// theta <- theta + alpha gamma^t (G - v) grad log pi(a), for every step of the episode
static double learn(const Settings *set, double theta[ACTIONS], double *v, const int *action, const double *reward,
                    int T) {
  double G[LONGEST + 1], discount = 1;
  G[T] = 0;
  for (int t = T - 1; t >= 0; t--) G[t] = reward[t] + set->gamma * G[t + 1];
  for (int t = 0; t < T; t++, discount *= set->gamma) {
    double delta = G[t] - (set->baseline ? *v : 0);
    *v += set->alpha_w * delta;
    for (int a = 0; a < ACTIONS; a++)
      theta[a] += set->alpha * discount * delta * ((a == action[t]) - probability(theta, a));
  }
  return G[0];
}

// What going right with probability p earns from the start on, by solving the three places' equations.
static double value(double p) {
  return 2 * (p - 2) / (p * (1 - p));
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoEnv *env = co_example_env(example, co_example_open(example, "short_corridor", " "));
  CoRng rng = co_rng(seed, "reinforce_corridor", 0);
  double theta[ACTIONS] = {1.47, -1.47}, v = 0, reward[LONGEST]; // the book's first policy: right 1 time in 20
  int action[LONGEST];
  for (int episode = 1; episode <= set->episodes; episode++) {
    int T = play(env, theta, &rng, action, reward);
    learn(set, theta, &v, action, reward, T);
    if (episode % 100 == 0) co_example_point(example, "value of the policy", episode, value(probability(theta, RIGHT)));
  }
  double p = probability(theta, RIGHT), best = 2 - sqrt(2);
  co_example_say(example, "right with probability %.4f; the best is %.4f, worth %.4f\n", p, best, value(best));
  co_example_claim(
      example,
      (CoClaim){
          .what = "value of the policy", .expected = value(best), .low = value(best) - 0.4, .high = value(best) + 1e-9},
      value(p));
  co_example_claim(example, (CoClaim){.what = "p(right)", .expected = best, .low = best - 0.1, .high = best + 0.1}, p);
}

static const CoExampleType type = {
    .name = "reinforce_corridor",
    .chapter = 4,
    .idea = "Where places look alike the best policy is a random one: no table of values has it, a policy gradient "
            "finds it.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"reinforce_corridor", sizeof(Settings), fields, NULL},
    .envs = "short_corridor",
    .chart_x = "episodes",
    .chart_y = "value of the policy",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
