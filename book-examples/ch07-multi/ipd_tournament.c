// Axelrod's tournament: nine strategies of the iterated prisoner's dilemma meet each other and themselves, 200 rounds a
// match; then the better ones multiply (Plaat, chapter 7; Axelrod, The evolution of cooperation, 1984).
#include <math.h>
#include <string.h>

#include "cohort/cohort.h"

enum { LEAGUE = 9 };

typedef struct Settings {
  int matches, generations;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, matches, "20", 1, 1e6, "of every pair"),
    CO_INT(Settings, generations, "1000", 1, 1e6, "in which strategies multiply by what they earn"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "matches", "5"}, {NULL, NULL, NULL}};

// One match; what a round paid each of the two.
static void meet(CoEnv *env, const CoScriptType *const *pair, CoRng *rng, double *pay) {
  int moves[2];
  pay[0] = pay[1] = 0;
  co_env_reset(env, NULL);
  while (co_env_ending(env) == CO_PLAYING) {
    for (int i = 0; i < 2; i++) pair[i]->act(NULL, NULL, co_env_state(env), i, rng, &moves[i], NULL);
    co_env_step(env, &(CoActions){moves, NULL}, NULL);
    for (int i = 0; i < 2; i++) pay[i] += (double)co_env_rewards(env)[i];
  }
  for (int i = 0; i < 2; i++) pay[i] /= (double)co_env_clock(env);
}

// pay[i][j]: what i earns in a round against j; returns how many matches the first strategy won.
static int tournament(CoEnv *env, const CoScriptType *scripts, int matches, CoRng *rng, double (*pay)[LEAGUE]) {
  int won = 0;
  for (int i = 0; i < LEAGUE; i++)
    for (int j = i; j < LEAGUE; j++)
      for (int match = 0; match < matches; match++) {
        double got[2];
        meet(env, (const CoScriptType *[]){&scripts[i], &scripts[j]}, rng, got);
        pay[i][j] += got[0] / matches * (i == j ? 0.5 : 1);
        pay[j][i] += got[1] / matches * (i == j ? 0.5 : 1);
        won += i == 0 && got[0] > got[1];
      }
  return won;
}

// share(i) grows by what i earns in the population of the day.
static void multiply(double (*pay)[LEAGUE], double *share) {
  double earned[LEAGUE], mean = 0;
  for (int i = 0; i < LEAGUE; i++) {
    earned[i] = 0;
    for (int j = 0; j < LEAGUE; j++) earned[i] += share[j] * pay[i][j];
    mean += share[i] * earned[i];
  }
  for (int i = 0; i < LEAGUE; i++) share[i] *= earned[i] / mean;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  CoWorld *world = co_example_open(example, "prisoners_dilemma", " ");
  const CoScriptType *scripts = co_world_type(world)->scripts; // tit for tat is the first
  CoRng rng = co_rng(seed, "ipd_tournament", 0);
  double pay[LEAGUE][LEAGUE] = {{0}}, mean[LEAGUE] = {0}, share[LEAGUE], next = 0;
  int won = tournament(co_example_env(example, world), scripts, set->matches, &rng, pay);
  for (int i = 0; i < LEAGUE; i++) {
    for (int j = 0; j < LEAGUE; j++) mean[i] += pay[i][j] / LEAGUE;
    if (i) next = fmax(next, mean[i]);
    share[i] = 1.0 / LEAGUE;
    co_example_say(example, "%-24s %.3f a round\n", scripts[i].name, mean[i]);
  }
  for (int t = 0; t <= set->generations; t++) {
    for (int i = 0; i < LEAGUE; i++) co_example_point(example, scripts[i].name, t, share[i]);
    multiply(pay, share);
  }
  co_example_claim(example, (CoClaim){.what = "lead of tit for tat, a round", .expected = NAN, .low = 0.01, .high = 2},
                   mean[0] - next);
  co_example_claim(example, (CoClaim){.what = "matches that it wins", .expected = 0, .low = 0, .high = 0}, won);
  co_example_claim(example, (CoClaim){.what = "pay against itself", .expected = 3, .low = 3 - 1e-9, .high = 3 + 1e-9},
                   pay[0][0]);
  co_example_claim(
      example,
      (CoClaim){.what = "share when the better multiply", .expected = NAN, .low = 0.5, .high = 1, .full = true},
      share[0]);
}

static const CoExampleType type = {
    .name = "ipd_tournament",
    .chapter = 7,
    .idea = "Tit for tat wins no match, and the tournament: nobody earns more with so many others.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"ipd_tournament", sizeof(Settings), fields, profiles},
    .envs = "prisoners_dilemma",
    .chart_x = "generations",
    .chart_y = "share of the population",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
