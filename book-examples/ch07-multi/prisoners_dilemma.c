// The shadow of the future: whether it pays to cooperate with tit for tat (Plaat, chapter 7; Axelrod, The evolution of
// cooperation, 1984). Q-learning finds it out; the loop is here.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cohort/cohort.h"

enum { COOPERATE, DEFECT, ACTIONS, SITUATIONS = 5 }; // what both did last: nothing yet, CC, CD, DC, DD (own move first)

typedef struct Settings {
  double alpha, epsilon;
  int episodes;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.1", 0, 1, "step size"),
    CO_NUMBER(Settings, epsilon, "0.2", 0, 1, "share of random actions"),
    CO_INT(Settings, episodes, "200", 1, 1e9, "of 200 rounds"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "episodes", "20"}, {NULL, NULL, NULL}};

static const uint8_t all[ACTIONS] = {1, 1};

typedef bool Strategy(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                      CoError *error);

static Strategy *strategy(const CoWorld *world, const char *name) {
  const CoScriptType *script = co_world_type(world)->scripts;
  while (strcmp(script->name, name) != 0) script++;
  return script->act;
}

// One episode of Q-learning against the strategy; without learning, what a round is worth to the greedy policy.
static double play(CoEnv *env, Strategy *other, const Settings *set, double gamma, bool learn, float *Q, CoRng *rng) {
  double sum = 0;
  co_env_reset(env, NULL);
  while (co_env_ending(env) == CO_PLAYING) {
    int s = co_env_index(env, 0), moves[2];
    bool explore = learn && co_rng_unit(rng) < set->epsilon;
    moves[0] = explore ? co_rng_int(rng, 0, 1) : co_argmax_random(ACTIONS, Q + s * ACTIONS, all, rng);
    other(NULL, NULL, co_env_state(env), 1, rng, &moves[1], NULL);
    co_env_step(env, &(CoActions){moves, NULL}, NULL);
    double r = (double)co_env_rewards(env)[0];
    const float *next = Q + co_env_index(env, 0) * ACTIONS;
    // Q(s, a) <- Q(s, a) + alpha (r + gamma max_a' Q(s', a') - Q(s, a)): the game might as well go on for ever.
    float *q = &Q[s * ACTIONS + moves[0]];
    if (learn) *q += (float)(set->alpha * (r + gamma * (double)fmaxf(next[0], next[1]) - (double)*q));
    sum += r;
  }
  return sum / (double)co_env_clock(env);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  // Against tit for tat, by hand: always defecting is worth 5 + gamma / (1 - gamma), cooperating 3 / (1 - gamma),
  // taking turns 5 / (1 - gamma^2). So what is best changes at gamma = 1/4 and at 2/3.
  static const struct {
    const char *what, *against;
    double gamma, pay; // a round, in the long run
  } cases[] = {{"tit for tat, gamma 0.1: defects", "tit_for_tat", 0.1, 1},
               {"tit for tat, gamma 0.5: takes turns", "tit_for_tat", 0.5, 2.5},
               {"tit for tat, gamma 0.9: cooperates", "tit_for_tat", 0.9, 3},
               {"always cooperates, gamma 0.9: defects", "always_cooperate", 0.9, 5},
               {"always defects, gamma 0.9: defects", "always_defect", 0.9, 1}};
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "prisoners_dilemma", " ");
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "prisoners_dilemma", 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    float Q[SITUATIONS * ACTIONS] = {0};
    Strategy *other = strategy(world, cases[i].against);
    for (int episode = 1; episode <= set->episodes; episode++)
      co_example_point(example, cases[i].what, episode, play(env, other, set, cases[i].gamma, true, Q, &rng));
    double pay = play(env, other, set, cases[i].gamma, false, Q, &rng);
    const CoClaim claim = {.what = cases[i].what,
                           .expected = cases[i].pay,
                           .low = cases[i].pay - 0.03,
                           .high = cases[i].pay + 0.03,
                           .full = i < 3};
    co_example_claim(example, claim, pay);
  }
}

static const CoExampleType type = {
    .name = "prisoners_dilemma",
    .chapter = 7,
    .idea = "Whoever cares enough for the future cooperates with one who answers in kind; nobody else does.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"prisoners_dilemma", sizeof(Settings), fields, profiles},
    .envs = "prisoners_dilemma",
    .chart_x = "episodes",
    .chart_y = "pay of a round while learning",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
