// Monte Carlo tree search on tic-tac-toe: Plaat, chapter 6; Coulom (2006), Kocsis and Szepesvari (2006).
// `agents/selfplay/mcts.c` shows the search, `search.c` its tree.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int most;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, most, "4096", 64, 1e6, "simulations before a move, at most"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "most", "1024"}, {NULL, NULL, NULL}};

// How many of the two seats are lost against a perfect player, whichever of its best replies it chooses.
static int lost(CoExample *example, const CoWorld *world, int simulations) {
  CoLearner *player = co_example_begin(example, world, "mcts", "simulations %d", simulations);
  int count = 0;
  for (int agent = 0; agent < 2; agent++) count += co_example_judge(example, player, agent).worst < 0;
  co_example_point(example, "UCT", log2(simulations), count);
  co_example_show(example, player);
  return count;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // of the playouts: the frame's
  const int most = ((const Settings *)settings)->most;
  CoWorld *world = co_example_open(example, "tictactoe", " ");
  int few = lost(example, world, 2), many = few;
  for (int n = 4; n <= most; n *= 2) many = lost(example, world, n);
  co_example_claim(example, (CoClaim){.what = "2 simulations: seats lost", .expected = 2, .low = 1, .high = 2}, few);
  co_example_claim(example, (CoClaim){.what = "the most: seats lost", .expected = 0, .low = 0, .high = 0}, many);
}

static const CoExampleType type = {
    .name = "mcts_tictactoe",
    .chapter = 6,
    .idea = "Random play to the end, led by what it found before, loses to nobody once there is enough of it.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"mcts_tictactoe", sizeof(Settings), fields, profiles},
    .envs = "tictactoe",
    .algos = "mcts",
    .chart_x = "log2 of the simulations before a move",
    .chart_y = "seats lost, of two",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
