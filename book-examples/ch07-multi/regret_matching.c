// Regret matching: play what you regret not having played (Plaat, chapter 7; Hart and Mas-Colell, Econometrica 2000).
// The loop is here.
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

typedef struct Player {
  double regret[ACTIONS]; // what always this move would have won more so far
  double sum[ACTIONS];    // of the strategies: their average comes to an equilibrium
  double strategy[ACTIONS];
} Player;

// What the first player wins: biased rock, paper, scissors, rock 1/4, paper 1/2, scissors 1/4 at the equilibrium.
static const double payoff[ACTIONS][ACTIONS] = {{0, -1, 2}, {1, 0, -1}, {-2, 1, 0}};

static double wins(int player, int own, int other) {
  return player ? -payoff[other][own] : payoff[own][other];
}

// sigma(a) = max(R(a), 0) / sum_b max(R(b), 0)
static void match(Player *player) {
  double sum = 0;
  for (int a = 0; a < ACTIONS; a++) sum += fmax(player->regret[a], 0);
  for (int a = 0; a < ACTIONS; a++) {
    player->strategy[a] = sum > 0 ? fmax(player->regret[a], 0) / sum : 1.0 / ACTIONS;
    player->sum[a] += player->strategy[a];
  }
}

// (BR1 + BR2) / 2: what best responses to the average strategies win.
static double exploitability(const Player *players, double rounds) {
  double sum = 0;
  for (int player = 0; player < 2; player++) {
    double best = -INFINITY;
    for (int own = 0; own < ACTIONS; own++) {
      double value = 0;
      for (int other = 0; other < ACTIONS; other++)
        value += players[1 - player].sum[other] / rounds * wins(player, own, other);
      best = fmax(best, value);
    }
    sum += best;
  }
  return sum / 2;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const int rounds = ((const Settings *)settings)->rounds;
  CoRng rng = co_rng(seed, "regret_matching", 0);
  Player players[2] = {{.regret = {0}}, {.regret = {0}}};
  double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (int t = 1; t <= rounds; t++) {
    int moves[2];
    for (int i = 0; i < 2; i++) {
      match(&players[i]);
      moves[i] = co_rng_weighted(&rng, players[i].strategy, ACTIONS);
    }
    // R(a) <- R(a) + u(a, other) - u(own, other)
    for (int i = 0; i < 2; i++)
      for (int a = 0; a < ACTIONS; a++)
        players[i].regret[a] += wins(i, a, moves[1 - i]) - wins(i, moves[i], moves[1 - i]);
    if (t < 256 || t & (t - 1)) continue; // powers of two
    double lost = exploitability(players, t), x = log(t), y = log(lost);
    co_example_point(example, "exploitability", t, lost);
    n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  // One run's slope is a matter of luck, the mean of many is not.
  co_example_claim(example,
                   (CoClaim){.what = "slope", .expected = -0.5, .low = -0.6, .high = -0.4, .mean = true, .full = true},
                   (n * sxy - sx * sy) / (n * sxx - sx * sx));
  co_example_claim(example,
                   (CoClaim){.what = "share of rock", .expected = 0.25, .low = 0.20, .high = 0.30, .full = true},
                   players[0].sum[0] / rounds);
  co_example_claim(example,
                   (CoClaim){.what = "share of paper", .expected = 0.5, .low = 0.45, .high = 0.55, .full = true},
                   players[0].sum[1] / rounds);
  co_example_claim(example, (CoClaim){.what = "exploitability", .expected = 0, .low = 0, .high = 0.2},
                   exploitability(players, rounds));
}

static const CoExampleType type = {
    .name = "regret_matching",
    .chapter = 7,
    .idea = "Who plays each move as often as it is regretted does as well as the best single move, and comes to an "
            "equilibrium.",
    .cost = CO_COST_SECONDS,
    .seeds = 10,
    .settings = {"regret_matching", sizeof(Settings), fields, profiles},
    .chart_x = "rounds",
    .chart_y = "exploitability",
    .chart_log = true,
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
