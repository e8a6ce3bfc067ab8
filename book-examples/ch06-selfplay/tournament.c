// A tournament of one run's checkpoints, and Elo ratings of its results: Plaat, chapter 6; Elo (1978), Hunter (Annals
// of Statistics 2004) for the ratings of highest likelihood.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, games;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "200000", 1000, 1e9, "moves of games against itself"),
    CO_INT(Settings, games, "32", 2, 64, "of each pair, half of them at each seat"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "3000"}, {"quick", "games", "4"}, {NULL, NULL, NULL}};

enum { PLAYERS = 6, MOST = 64, OPENING = 2 }; // moves at random, so that no two games are alike

// Points of who moves first, in so many games: 1 for a win, half for a draw.
static double match(const CoLearner *first, const CoLearner *second, int games, uint64_t seed) {
  const CoLearner *players[2] = {first, second};
  const int columns = co_world_spec(first->world)->actions;
  CoVecEnv *vec = co_vecenv_create(first->world, games, 0, NULL, seed, "tournament", NULL);
  CoRng rngs[MOST];
  double points = 0;
  for (int i = 0; i < games; i++) rngs[i] = co_rng(seed, "openings", (uint64_t)i);
  co_vecenv_restart(vec, NULL);
  for (int move = 0; co_vecenv_running(vec); move++) {
    const int seat = move % 2; // nobody passes: all games are at the same move
    const CoFrame *frame = co_vecenv_frame(vec, seat);
    int chosen[MOST] = {0}, actions[2 * MOST];
    bool going[MOST];
    players[seat]->seat.algo->act(players[seat]->seat.self, frame, &(CoActing){.rngs = rngs}, chosen, NULL, NULL);
    for (int i = 0; i < games; i++) {
      if (move < OPENING) chosen[i] = co_rng_choose(&rngs[i], frame->mask + i * columns, columns);
      actions[2 * i] = actions[2 * i + 1] = chosen[i];
      going[i] = frame->running[i];
    }
    co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL);
    for (int i = 0; i < games; i++)
      if (going[i] && co_vecenv_ending(vec)[i]) points += 0.5 + 0.5 * (double)co_vecenv_rewards(vec)[2 * i];
  }
  co_vecenv_destroy(vec);
  return points;
}

// Player i beats j with probability g_i / (g_i + g_j), that is 1 / (1 + 10^((Elo_j - Elo_i) / 400)). The strengths of
// highest likelihood satisfy g_i = points_i / sum over j of games_ij / (g_i + g_j). Returns what they expect of the
// last player less what it won: 0 but for rounding.
static double rate(double points[PLAYERS][PLAYERS], double games, double *elo) {
  double g[PLAYERS], surplus = 0;
  for (int i = 0; i < PLAYERS; i++) g[i] = 1;
  for (int sweep = 0; sweep < 1000; sweep++)
    for (int i = 0; i < PLAYERS; i++) {
      double sum = 0, expected = 0;
      for (int j = 0; j < PLAYERS; j++) {
        if (j == i) continue;
        sum += points[i][j] + 0.5; // one more drawn game with each: who wins them all is not infinitely strong
        expected += (games + 1) / (g[i] + g[j]);
      }
      surplus = g[i] * expected - sum;
      g[i] = sum / expected;
    }
  for (int i = 0; i < PLAYERS; i++) elo[i] = 400 * log10(g[i] / g[0]);
  return surplus;
}

static void run(CoExample *example, const void *from, uint64_t seed) {
  static const char *const setup = "conv_layers 0 gate_interval 0 test_simulations 50 buffer_size 20000";
  const Settings *settings = from;
  const int half = settings->games / 2, part = settings->steps / (PLAYERS - 1);
  CoWorld *world = co_example_open(example, "connect4", " ");
  CoLearner *zero = co_example_begin(example, world, "alphazero", "steps %d %s", settings->steps, setup);
  CoLearner *players[PLAYERS];
  double points[PLAYERS][PLAYERS] = {{0}}, elo[PLAYERS];
  int better = 0;
  for (int i = 0; i < PLAYERS; i++) { // the first is the network as it was drawn
    if (i) co_example_advance(example, zero, part * i, NULL);
    players[i] = co_example_begin(example, world, "alphazero", "steps 1000 %s", setup);
    co_example_adopt(example, players[i], zero);
  }
  for (int i = 0; i < PLAYERS; i++)
    for (int j = 0; j < PLAYERS; j++) {
      if (i == j) continue;
      double won = match(players[i], players[j], half, seed);
      points[i][j] += won, points[j][i] += half - won;
    }
  double surplus = rate(points, 2 * half, elo);
  for (int i = 0; i < PLAYERS; i++) {
    co_example_point(example, "checkpoints", part * i, elo[i]);
    for (int j = 0; j < i; j++) better += elo[i] > elo[j];
  }
  const CoClaim rise = {.what = "Elo gained", .expected = NAN, .low = 200, .high = INFINITY, .full = true};
  const CoClaim order = {.what = "pairs, later better", .expected = 15, .low = 12, .high = 15, .full = true};
  const CoClaim fit = {.what = "points by the ratings less those won", .expected = 0, .low = -1e-6, .high = 1e-6};
  co_example_claim(example, rise, elo[PLAYERS - 1]);
  co_example_claim(example, order, better);
  co_example_claim(example, fit, surplus);
  co_example_show(example, zero);
}

static const CoExampleType type = {
    .name = "tournament",
    .chapter = 6,
    .idea = "Checkpoints of one run play each other: their points make ratings, which rise as the run goes on.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"tournament", sizeof(Settings), fields, profiles},
    .envs = "connect4",
    .algos = "alphazero",
    .chart_x = "moves of games against itself",
    .chart_y = "Elo",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
