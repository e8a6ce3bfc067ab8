// Q-learning learns to drive the taxi: Plaat, chapter 2; Watkins (1989). The loop is here, from end to end.
#include <math.h>

#include "cohort/cohort.h"

enum { ACTIONS = 6 };

typedef struct Settings {
  double alpha, gamma, epsilon;
  int episodes, print;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.1", 0, 1, "step size"),
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
    CO_INT(Settings, episodes, "5000", 1, 1e9, "how many to learn from"),
    CO_INT(Settings, print, "328", 0, 499, "the state whose row of values is printed in the end"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "200"}, {NULL, NULL, NULL}};

static const uint8_t all[ACTIONS] = {1, 1, 1, 1, 1, 1};

static int epsilon_greedy(const float *row, double epsilon, CoRng *rng) {
  return co_rng_unit(rng) < epsilon ? co_rng_int(rng, 0, ACTIONS - 1) : co_argmax_random(ACTIONS, row, all, rng);
}

// One episode; the sum of its rewards.
static double learn(CoExample *example, const Settings *set, CoEnv *env, float *Q, CoRng *rng) {
  double G = 0;
  co_env_reset(env, NULL);
  while (co_env_ending(env) == CO_PLAYING) {
    int s = co_env_index(env, 0), a = epsilon_greedy(Q + s * ACTIONS, set->epsilon, rng);
    co_env_step(env, &(CoActions){.discrete = &a}, NULL);
    double r = (double)co_env_rewards(env)[0];
    const float *next = Q + co_env_index(env, 0) * ACTIONS; // after a true end nothing follows
    double best = co_env_ending(env) == CO_TERMINATED ? 0 : (double)next[co_argmax(ACTIONS, next, all)];
    // Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a))
    float *q = &Q[s * ACTIONS + a], before = *q;
    *q += (float)(set->alpha * (r + set->gamma * best - (double)before));
    co_example_trace(example, &(CoUpdate){0, s, a, r, r + set->gamma * best, (double)before, (double)*q});
    G += r;
  }
  return G;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "taxi", " ");
  CoEnv *env = co_example_env(example, world);
  float *Q = co_example_memory(example, (size_t)co_world_spec(world)->states * ACTIONS, sizeof *Q);
  CoRng rng = co_rng(seed, "q_learning_taxi", 0);
  double sum = 0, last = 0;
  for (int episode = 1; episode <= set->episodes; episode++) {
    sum += learn(example, set, env, Q, &rng);
    if (episode % 50) continue;
    last = sum / 50, sum = 0;
    co_example_point(example, "return while learning", episode, last);
  }
  co_example_say(example, "Q(%d, south north east west pick-up drop-off) =", set->print);
  for (int a = 0; a < ACTIONS; a++) co_example_say(example, " %.3f", (double)Q[set->print * ACTIONS + a]);
  co_example_say(example, "\n");
  double got = co_example_exact(example, co_example_model(example, world), Q, 0, 200).return_mean;
  // The optimum of the 300 starts is 2379 / 300.
  co_example_claim(
      example, (CoClaim){.what = "greedy return", .expected = 7.93, .low = 7.90, .high = 7.9301, .full = true}, got);
  co_example_claim(
      example,
      (CoClaim){.what = "the optimum", .expected = 7.93, .low = 7.9299, .high = 7.9301, .share = 0.6, .full = true},
      got);
  co_example_claim(example, (CoClaim){.what = "last 50 episodes", .expected = NAN, .low = -400, .high = INFINITY},
                   last);
  co_example_show(example, co_example_greedy(example, world, Q));
}

static const CoExampleType type = {
    .name = "q_learning_taxi",
    .chapter = 2,
    .idea = "Q-learning moves each value of a table towards what the next state promises, and so learns to drive.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"q_learning_taxi", sizeof(Settings), fields, profiles},
    .envs = "taxi",
    .chart_x = "episodes",
    .chart_y = "return while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
