// Potential-based reward shaping: Ng, Harada and Russell (1999): the way is found sooner and stays the same.
#include <math.h>

#include "cohort/cohort.h"

enum { ACTIONS = 4, PLAIN = 0, POTENTIAL, BONUS, KINDS };

typedef struct Settings {
  double alpha, gamma, epsilon, weight;
  int side, episodes;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.5", 0, 1, "step size"),
    CO_NUMBER(Settings, gamma, "0.95", 0.5, 0.999, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
    CO_NUMBER(Settings, weight, "0.02", 0, 10, "of the potential, and of the bonus for coming nearer"),
    CO_INT(Settings, side, "12", 3, 30, "rows and columns of the open maze"),
    CO_INT(Settings, episodes, "300", 10, 1e6, "how many to learn from"),
    CO_FIELDS_END,
};

static const char *const names[KINDS] = {"plain", "potential", "bonus"};
static const uint8_t all[ACTIONS] = {1, 1, 1, 1};

// Steps from a cell to the goal, which lies in the last corner.
static double away(int s, int side) {
  return side - 1 - s / side + side - 1 - s % side;
}

// What is added to the reward: gamma Phi(s') - Phi(s), where Phi(s) = weight times the steps come nearer (0 at the
// end), by which no way gains in the end; or a bonus for every step nearer, which walking back and forth collects for
// ever.
static double shape(int kind, const Settings *set, int s, int next, bool end) {
  double farthest = 2 * set->side - 2, before = farthest - away(s, set->side), after = farthest - away(next, set->side);
  if (kind == POTENTIAL) return set->weight * ((end ? 0 : set->gamma * after) - before);
  return kind == BONUS && after > before ? 20 * set->weight : 0;
}

// The steps of the first `early` episodes.
static double learn(CoExample *example, int kind, const Settings *set, CoEnv *env, float *Q, int early, CoRng *rng) {
  double steps = 0;
  for (int episode = 1; episode <= set->episodes; episode++) {
    co_env_reset(env, NULL);
    while (co_env_ending(env) == CO_PLAYING) {
      int s = co_env_index(env, 0);
      float *row = Q + s * ACTIONS;
      bool explore = co_rng_unit(rng) < set->epsilon;
      int a = explore ? co_rng_int(rng, 0, ACTIONS - 1) : co_argmax_random(ACTIONS, row, all, rng);
      co_env_step(env, &(CoActions){.discrete = &a}, NULL);
      int to = co_env_index(env, 0);
      bool end = co_env_ending(env) == CO_TERMINATED;
      const float *next = Q + to * ACTIONS;
      double r = (double)co_env_rewards(env)[0] + shape(kind, set, s, to, end), before = (double)row[a];
      double target = r + (end ? 0 : set->gamma * (double)next[co_argmax(ACTIONS, next, all)]);
      row[a] += (float)(set->alpha * (target - before)); // Q(s, a) <- Q(s, a) + alpha (target - Q(s, a))
      co_example_trace(example, &(CoUpdate){0, s, a, r, target, before, (double)row[a]});
    }
    co_example_point(example, names[kind], episode, log10((double)co_env_clock(env)));
    if (episode <= early) steps += (double)co_env_clock(env);
  }
  return steps;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "maze", "map open side %d", set->side);
  CoModel *model = co_example_model(example, world);
  double steps[KINDS], length[KINDS], fewest = 2 * set->side - 2;
  for (int kind = 0; kind < KINDS; kind++) {
    float *Q = co_example_memory(example, (size_t)(model->states * ACTIONS), sizeof *Q);
    CoRng rng = co_rng(seed, names[kind], 0);
    steps[kind] = learn(example, kind, set, co_example_env(example, world), Q, 10, &rng);
    length[kind] = co_example_exact(example, model, Q, 0, 1000).length_mean;
    co_example_say(example, "%s: %.0f steps in the first 10 episodes, greedy way %.1f\n", names[kind], steps[kind],
                   length[kind]);
    if (kind == POTENTIAL) co_example_show(example, co_example_greedy(example, world, Q));
  }
  CoClaim sooner = {.what = "first 10 episodes: potential by plain, steps", .expected = NAN, .low = 0, .high = 0.5};
  co_example_claim(example, sooner, steps[POTENTIAL] / steps[PLAIN]);
  CoClaim same = {.what = "greedy way with the potential", .expected = fewest, .low = fewest, .high = fewest + 1e-6};
  co_example_claim(example, same, length[POTENTIAL]);
  CoClaim lost = {.what = "greedy way with the bonus", .expected = NAN, .low = 2 * fewest, .high = INFINITY};
  co_example_claim(example, lost, length[BONUS]);
}

static const CoExampleType type = {
    .name = "reward_shaping",
    .chapter = 2,
    .idea = "A potential added to the reward shows the way and changes no best play; a bonus for coming nearer does.",
    .seeds = 5,
    .settings = {"reward_shaping", sizeof(Settings), fields, NULL},
    .envs = "maze",
    .chart_x = "episodes",
    .chart_y = "log10 of an episode's steps",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
