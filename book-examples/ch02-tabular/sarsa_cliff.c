// SARSA, expected SARSA and Q-learning along the cliff: Plaat, chapter 2; Sutton and Barto, example 6.6.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { ACTIONS = 4, COLUMNS = 12, ROWS = 4, Q_LEARNING = 0, SARSA, EXPECTED, METHODS };

typedef struct Settings {
  double alpha, gamma, epsilon;
  int episodes;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.5", 0, 1, "step size"),
    CO_NUMBER(Settings, gamma, "1", 0, 1, "discount of a step"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
    CO_INT(Settings, episodes, "2000", 8, 1e9, "how many to learn from"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "1000"}, {NULL, NULL, NULL}};

static const char *const names[METHODS] = {"Q-learning", "SARSA", "expected SARSA"};
static const uint8_t all[ACTIONS] = {1, 1, 1, 1};

static int epsilon_greedy(const float *row, double epsilon, CoRng *rng) {
  return co_rng_unit(rng) < epsilon ? co_rng_int(rng, 0, ACTIONS - 1) : co_argmax_random(ACTIONS, row, all, rng);
}

// What the three methods expect of the next state: its best action, the one that is taken there, the policy's mean.
static double follows(int method, const float *next, int action, double epsilon) {
  double best = (double)next[co_argmax(ACTIONS, next, all)], sum = 0;
  for (int a = 0; a < ACTIONS; a++) sum += (double)next[a];
  if (method == SARSA) return (double)next[action];
  return method == Q_LEARNING ? best : epsilon * sum / ACTIONS + (1 - epsilon) * best;
}

// One episode; the sum of its rewards.
static double learn(CoExample *example, int method, const Settings *set, CoEnv *env, float *Q, CoRng *rng) {
  double G = 0;
  co_env_reset(env, NULL);
  int s = co_env_index(env, 0), a = epsilon_greedy(Q + s * ACTIONS, set->epsilon, rng);
  while (co_env_ending(env) == CO_PLAYING) {
    co_env_step(env, &(CoActions){.discrete = &a}, NULL);
    double r = (double)co_env_rewards(env)[0];
    int next = co_env_index(env, 0), next_a = epsilon_greedy(Q + next * ACTIONS, set->epsilon, rng);
    bool end = co_env_ending(env) == CO_TERMINATED;
    double target = r + (end ? 0 : set->gamma * follows(method, Q + next * ACTIONS, next_a, set->epsilon));
    float *q = &Q[s * ACTIONS + a], before = *q;
    *q += (float)(set->alpha * (target - (double)before)); // Q(s, a) <- Q(s, a) + alpha (target - Q(s, a))
    co_example_trace(example, &(CoUpdate){0, s, a, r, target, (double)before, (double)*q});
    s = next, a = next_a;
    G += r;
  }
  return G;
}

// The greedy way from the start, drawn.
static void draw(CoExample *example, const CoModel *model, const float *Q) {
  char cells[ROWS][COLUMNS + 1] = {"............", "............", "............", "SCCCCCCCCCCG"};
  int s = (ROWS - 1) * COLUMNS;
  for (int step = 0; step < 40 && s != ROWS * COLUMNS - 1; step++) {
    int64_t i = model->first[s * ACTIONS + co_argmax(ACTIONS, Q + s * ACTIONS, all)];
    s = model->next[i];
    if (cells[s / COLUMNS][s % COLUMNS] == '.') cells[s / COLUMNS][s % COLUMNS] = '*';
    if (model->terminated[i]) break;
  }
  for (int row = 0; row < ROWS; row++) co_example_say(example, "  %s\n", cells[row]);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "cliff_walking", " ");
  CoModel *model = co_example_model(example, world);
  double online[METHODS] = {0}, greedy[METHODS];
  for (int method = 0; method < METHODS; method++) {
    CoEnv *env = co_example_env(example, world);
    float *Q = co_example_memory(example, ROWS * COLUMNS * ACTIONS, sizeof *Q);
    CoRng rng = co_rng(seed, names[method], 0);
    double sum = 0;
    for (int episode = 1; episode <= set->episodes; episode++) {
      double G = learn(example, method, set, env, Q, &rng);
      sum += G;
      if (episode > set->episodes / 2) online[method] += G / (set->episodes - set->episodes / 2);
      if (episode % 25 == 0) co_example_point(example, names[method], episode, fmax(sum / 25, -150)), sum = 0;
    }
    greedy[method] = co_example_exact(example, model, Q, 0, 1000).return_mean;
    co_example_say(example, "%s: greedy %.0f, while learning %.1f\n", names[method], greedy[method], online[method]);
    draw(example, model, Q);
    co_example_show(example, co_example_greedy(example, world, Q));
  }
  co_example_claim(example, (CoClaim){.what = "Q-learning, greedy", .expected = -13, .low = -13, .high = -13},
                   greedy[0]);
  co_example_claim(example, (CoClaim){.what = "expected SARSA, greedy", .expected = -15, .low = -17, .high = -15},
                   greedy[2]);
  co_example_claim(
      example,
      (CoClaim){.what = "SARSA beyond Q-learning while learning", .expected = NAN, .low = 15, .high = INFINITY},
      online[SARSA] - online[Q_LEARNING]);
  co_example_claim(example,
                   (CoClaim){.what = "expected SARSA beyond SARSA", .expected = NAN, .low = 0, .high = INFINITY},
                   online[EXPECTED] - online[SARSA]);
}

static const CoExampleType type = {
    .name = "sarsa_cliff",
    .chapter = 2,
    .idea = "What one learns depends on whose next action counts: the best one's, or the one that is taken.",
    .seeds = 5,
    .settings = {"sarsa_cliff", sizeof(Settings), fields, profiles},
    .chart_x = "episodes",
    .chart_y = "return while learning (below -150 cut off)",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
