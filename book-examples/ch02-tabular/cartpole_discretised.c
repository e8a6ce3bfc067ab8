// CartPole in bins, and Q-learning on a table of them: Plaat, chapter 2. cartpole_model.c solves it without learning.
#include <math.h>
#include <string.h>

#include "cohort/cohort.h"

enum { NUMBERS = 4, ACTIONS = 2, NONE = -1 };

typedef struct Settings {
  double alpha, gamma, epsilon;
  int episodes, bins;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.2", 0, 1, "step size at first; it shrinks to a tenth"),
    CO_NUMBER(Settings, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.3", 0, 1, "share of random actions at first; it shrinks to nothing"),
    CO_INT(Settings, episodes, "10000", 1, 1e6, "how many to learn from"),
    CO_INT(Settings, bins, "12", 3, 36, "fine bins of angle and turning; of place a third, of speed a half"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "300"}, {NULL, NULL, NULL}};

// Bins of equal width between -high and high; the outer ones reach further.
static const double high[NUMBERS] = {2.4, 2.5, 0.2095, 2.5};
typedef struct Player {
  int count[NUMBERS], states;
  float *Q; // [states][ACTIONS]
} Player;

static int bin_of(const Player *player, const float *obs) {
  int s = 0;
  for (int i = 0; i < NUMBERS; i++) {
    int n = player->count[i], at = (int)floor(((double)obs[i] / high[i] + 1) / 2 * n);
    s = s * n + (at < 0 ? 0 : at < n ? at : n - 1);
  }
  return s;
}

static int choose(void *user, const float *obs, const uint8_t *mask, CoRng *rng) {
  const Player *player = user;
  return co_argmax_random(ACTIONS, player->Q + bin_of(player, obs) * ACTIONS, mask, rng);
}

static double best_of(const Player *player, int s) {
  return (double)fmaxf(player->Q[s * ACTIONS], player->Q[s * ACTIONS + 1]);
}

// A step: the next bin, or -1 at a true end.
static int step(const Player *player, CoEnv *env, int a) {
  float obs[NUMBERS];
  if (a >= 0) co_env_step(env, &(CoActions){.discrete = &a}, NULL);
  co_env_observe(env, 0, obs, NULL);
  return co_env_ending(env) == CO_TERMINATED ? -1 : bin_of(player, obs);
}

// Q(s, a) <- Q(s, a) + alpha (1 + gamma max_a' Q(s', a') - Q(s, a)), s being the bin; every step is paid 1.
static void learn(CoExample *example, const Settings *set, const Player *player, CoEnv *env, CoRng *rng) {
  static const uint8_t all[ACTIONS] = {1, 1};
  double steps = 0;
  for (int episode = 1; episode <= set->episodes; episode++) {
    double left = 1 - (double)episode / set->episodes, alpha = set->alpha * (0.1 + 0.9 * left);
    co_env_reset(env, NULL);
    for (int s = step(player, env, NONE); co_env_ending(env) == CO_PLAYING; steps++) {
      float *row = player->Q + s * ACTIONS;
      bool explore = co_rng_unit(rng) < set->epsilon * left;
      int a = explore ? co_rng_int(rng, 0, 1) : co_argmax_random(ACTIONS, row, all, rng);
      s = step(player, env, a);
      row[a] += (float)(alpha * (1 + (s < 0 ? 0 : set->gamma * best_of(player, s)) - (double)row[a]));
    }
    if (player->states == 2 || episode % 100) continue;
    co_example_point(example, "fine bins", episode, steps / 100);
    steps = 0;
  }
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "cartpole", " ");
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "cartpole_discretised", 0);
  for (int fine = 0; fine < 2; fine++) {
    int n = set->bins, states = fine ? n / 3 * (n / 2) * n * n : 2;
    Player *player = co_example_memory(example, 1, sizeof *player);
    *player = fine ? (Player){{n / 3, n / 2, n, n}, states, NULL} : (Player){{1, 1, 2, 1}, states, NULL};
    player->Q = co_example_memory(example, (size_t)(states * ACTIONS), sizeof *player->Q);
    learn(example, set, player, env, &rng);
    CoLearner *learner = co_example_player(example, world, choose, player);
    CoClaim few = {.what = "2 bins", .expected = 50, .low = 0, .high = 100};
    CoClaim many = {.what = "fine bins", .expected = 195, .low = 195, .high = 500, .full = true};
    co_example_claim(example, fine ? many : few, co_example_evaluate(example, learner, 100).return_mean);
    co_example_show(example, learner);
  }
}

static const CoExampleType type = {
    .name = "cartpole_discretised",
    .chapter = 2,
    .idea = "Bins make a table of a world of real numbers: too few know too little, finer ones balance the pole.",
    .seeds = 5,
    .settings = {"cartpole_discretised", sizeof(Settings), fields, profiles},
    .chart_x = "episodes",
    .chart_y = "steps of an episode while learning",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
