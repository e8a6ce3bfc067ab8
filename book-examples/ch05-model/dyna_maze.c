// Dyna-Q in the maze: every real step is worth many imagined ones. Plaat, chapter 5; Sutton and Barto, figure 8.2.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/cohort.h"

enum { ACTIONS = 4, CELLS = 54, PLANS = 3, EPISODES = 50 };

typedef struct Settings {
  double alpha, gamma, epsilon;
  int runs;
} Settings;

static const CoField fields[] = {CO_NUMBER(Settings, alpha, "0.1", 0, 1, "step size"),
                                 CO_NUMBER(Settings, gamma, "0.95", 0, 1, "discount of a step"),
                                 CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
                                 CO_INT(Settings, runs, "30", 1, 1e6, "that the curves are the mean of"),
                                 CO_FIELDS_END};
static const CoProfile profiles[] = {{"quick", "runs", "10"}, {NULL, NULL, NULL}};
static const uint8_t all[ACTIONS] = {1, 1, 1, 1};

typedef struct Agent {
  const Settings *set;
  CoRng rng;
  float Q[CELLS][ACTIONS];
  int next[CELLS][ACTIONS]; // the model: what followed
  float r[CELLS][ACTIONS];
  bool end[CELLS][ACTIONS], tried[CELLS][ACTIONS];
  int known[CELLS * ACTIONS], count; // pairs s * ACTIONS + a that were tried
} Agent;

// Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a)), with r and s' as the model has them.
static void update(CoExample *example, Agent *agent, int s, int a) {
  const float *next = agent->Q[agent->next[s][a]];
  double best = agent->end[s][a] ? 0 : (double)next[co_argmax(ACTIONS, next, all)];
  double r = (double)agent->r[s][a], target = r + agent->set->gamma * best, before = (double)agent->Q[s][a];
  agent->Q[s][a] = (float)(before + agent->set->alpha * (target - before));
  co_example_trace(example, &(CoUpdate){0, s, a, r, target, before, (double)agent->Q[s][a]});
}

// What follows a and s goes into the model. Nothing is random here, so what was seen once is known.
static void observe(Agent *agent, const CoEnv *env, int s, int a) {
  agent->next[s][a] = co_env_index(env, 0);
  agent->r[s][a] = co_env_rewards(env)[0];
  agent->end[s][a] = co_env_ending(env) == CO_TERMINATED;
  if (!agent->tried[s][a]) agent->known[agent->count++] = s * ACTIONS + a;
  agent->tried[s][a] = true;
}

// One episode with n updates from the model after each step; its steps.
static int play(CoExample *example, CoEnv *env, Agent *agent, int n) {
  int steps = 0;
  for (co_env_reset(env, NULL); co_env_ending(env) == CO_PLAYING; steps++) {
    int s = co_env_index(env, 0);
    int a = co_rng_unit(&agent->rng) < agent->set->epsilon ? co_rng_int(&agent->rng, 0, ACTIONS - 1)
                                                           : co_argmax_random(ACTIONS, agent->Q[s], all, &agent->rng);
    co_env_step(env, &(CoActions){.discrete = &a}, NULL);
    observe(agent, env, s, a);
    update(example, agent, s, a);
    for (int i = 0; i < n; i++) {
      int pair = agent->known[co_rng_int(&agent->rng, 0, agent->count - 1)];
      update(example, agent, pair / ACTIONS, pair % ACTIONS);
    }
  }
  return steps;
}

// The curve of n planned updates, steps[episode], and the first episode that comes near the shortest way of 14 steps,
// as near as exploring lets it.
static int draw(CoExample *example, CoEnv *env, Agent *agent, const Settings *set, uint64_t seed, int n,
                double steps[EPISODES + 1]) {
  int learnt = 1;
  for (int i = 0; i < set->runs; i++) {
    memset(agent, 0, sizeof *agent);
    agent->set = set, agent->rng = co_rng(seed, "dyna_maze", (uint64_t)i);
    for (int e = 1; e <= EPISODES; e++) steps[e] += (double)play(example, env, agent, n) / set->runs;
  }
  const char *curve = n == 0 ? "n = 0" : n == 5 ? "n = 5" : "n = 50";
  for (int e = 2; e <= EPISODES; e++) co_example_point(example, curve, e, steps[e]);
  while (learnt < EPISODES && steps[learnt] > 20) learnt++;
  return learnt;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  static const struct {
    int n, learnt, low, high; // what the book says of the curves
  } plans[PLANS] = {{0, 25, 20, 35}, {5, 5, 4, 8}, {50, 3, 2, 4}};
  const CoWorld *world = co_example_open(example, "maze", "map dyna");
  CoEnv *env = co_example_env(example, world);
  Agent *agent = co_example_memory(example, 1, sizeof *agent);
  double steps[PLANS][EPISODES + 1] = {{0}};
  for (int k = 0; k < PLANS; k++) {
    char name[48];
    snprintf(name, sizeof name, "n = %d: episodes until it is near 14", plans[k].n);
    CoClaim claim = {name, plans[k].learnt, plans[k].low, plans[k].high, .full = true};
    co_example_claim(example, claim, draw(example, env, agent, settings, seed, plans[k].n, steps[k]));
  }
  CoClaim five = {"episode 2: n = 0 / n = 5", NAN, 2, INFINITY, 0, false, false},
          fifty = {"episode 2: n = 0 / n = 50", NAN, 8, INFINITY, 0, false, false};
  co_example_claim(example, five, steps[0][2] / steps[1][2]);
  co_example_claim(example, fifty, steps[0][2] / steps[2][2]);
  co_example_show(example, co_example_greedy(example, world, &agent->Q[0][0]));
}

static const CoExampleType type = {
    .name = "dyna_maze",
    .chapter = 5,
    .idea = "A model remembers what each action brought; learning from it over and over makes few real steps enough.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"dyna_maze", sizeof(Settings), fields, profiles},
    .envs = "maze",
    .chart_x = "episode",
    .chart_y = "steps of the episode",
    .run = run};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
