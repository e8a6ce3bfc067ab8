// Fictitious play: answer best to what the other has done so far (Plaat, chapter 7; Brown, 1951). The loop is here.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

enum { ACTIONS = 3 };

typedef struct Settings {
  int rounds;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, rounds, "262144", 256, 1e9, "of every game"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "rounds", "4096"}, {NULL, NULL, NULL}};

// What the first player wins: rows are its own moves.
typedef struct Game {
  const char *name, *first;
  int actions;
  double payoff[ACTIONS][ACTIONS], equilibrium; // of the first move
} Game;

static const Game games[] = {
    {"matching pennies", "heads", 2, {{1, -1}, {-1, 1}}, 1.0 / 2},
    {"rock, paper, scissors", "rock", 3, {{0, -1, 1}, {1, 0, -1}, {-1, 1, 0}}, 1.0 / 3},
    {"biased rock, paper, scissors", "rock (biased)", 3, {{0, -1, 2}, {1, 0, -1}, {-2, 1, 0}}, 1.0 / 4},
};

// What each of a player's moves would have won against all that the other has done: count[ACTIONS] times it did which.
static void worth(const Game *game, int player, const int64_t *count, double *value) {
  for (int own = 0; own < game->actions; own++) {
    value[own] = 0;
    for (int other = 0; other < game->actions; other++)
      value[own] += (double)count[other] * (player ? -game->payoff[other][own] : game->payoff[own][other]);
  }
}

static int best(const Game *game, const double *value) {
  int move = 0;
  for (int a = 1; a < game->actions; a++)
    if (value[a] > value[move]) move = a;
  return move;
}

// (BR1 + BR2) / 2: what best responses to the averages win.
static double exploitability(const Game *game, int64_t (*count)[ACTIONS], double rounds) {
  double sum = 0, value[ACTIONS];
  for (int player = 0; player < 2; player++) {
    worth(game, player, count[1 - player], value);
    sum += value[best(game, value)] / rounds;
  }
  return sum / 2;
}

// The slope of a line through points (x, y), by least squares.
typedef struct Fit {
  double n, x, y, xx, xy;
} Fit;

static void add(Fit *fit, double x, double y) {
  *fit = (Fit){fit->n + 1, fit->x + x, fit->y + y, fit->xx + x * x, fit->xy + x * y};
}

static double slope(const Fit *fit) {
  return (fit->n * fit->xy - fit->x * fit->y) / (fit->n * fit->xx - fit->x * fit->x);
}

static void play(CoExample *example, const Game *game, int rounds) {
  int64_t count[2][ACTIONS] = {{1}, {0, 1}}; // the first round: different moves
  double value[ACTIONS];
  Fit fit = {0};
  for (int t = 2; t <= rounds; t++) {
    int moves[2];
    for (int player = 0; player < 2; player++) {
      worth(game, player, count[1 - player], value);
      moves[player] = best(game, value);
    }
    for (int player = 0; player < 2; player++) count[player][moves[player]]++;
    if (t & (t - 1)) continue; // powers of two
    double lost = exploitability(game, count, t);
    co_example_point(example, game->name, t, lost);
    if (t >= 256) add(&fit, log(t), log(lost));
  }
  char what[64];
  snprintf(what, sizeof what, "slope: %s", game->name);
  co_example_claim(example, (CoClaim){.what = what, .expected = -0.5, .low = -0.55, .high = -0.45, .full = true},
                   slope(&fit));
  snprintf(what, sizeof what, "share of %s", game->first);
  co_example_claim(example,
                   (CoClaim){.what = what,
                             .expected = game->equilibrium,
                             .low = game->equilibrium - 0.05,
                             .high = game->equilibrium + 0.05},
                   (double)count[0][0] / rounds);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // nothing is random
  for (int i = 0; i < 3; i++) play(example, &games[i], ((const Settings *)settings)->rounds);
}

static const CoExampleType type = {
    .name = "fictitious_play",
    .chapter = 7,
    .idea = "Who answers best to all that was done comes to an equilibrium, as slowly as one over a square root.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"fictitious_play", sizeof(Settings), fields, profiles},
    .chart_x = "rounds",
    .chart_y = "exploitability",
    .chart_log = true,
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
