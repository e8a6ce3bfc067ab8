// AlphaZero learns tic-tac-toe from nothing but its rules: Plaat, chapter 6; Silver et al. (Science 2018).
// `agents/selfplay/alphazero.c` shows the method, `alphazero_search.c` how the searches of many games share a network.
#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "150000", 1000, 1e9, "moves of games against itself"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "4000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // of everything: the frame's
  const int steps = ((const Settings *)settings)->steps;
  static const char *const seats[] = {"moving first: worst result", "moving second: worst result"};
  CoWorld *world = co_example_open(example, "tictactoe", " ");
  // Self-play on three levels: the moves of a search, games of two such searches, networks that learn from the games.
  CoLearner *zero = co_example_begin(example, world, "alphazero", "steps %d gate_interval 10", steps);
  for (int64_t at = 0; at < steps; at += steps / 10) {
    co_example_advance(example, zero, at + steps / 10, NULL);
    for (int agent = 0; agent < 2; agent++)
      co_example_point(example, seats[agent], (double)(at + steps / 10),
                       (double)co_example_judge(example, zero, agent).worst);
  }
  for (int agent = 0; agent < 2; agent++)
    co_example_claim(example, (CoClaim){.what = seats[agent], .expected = 0, .low = 0, .high = 0, .full = true},
                     (double)co_example_judge(example, zero, agent).worst);
  CoScore score = co_example_evaluate(example, zero, 10);
  co_example_claim(example, (CoClaim){.what = "against itself", .expected = 0, .low = 0, .high = 0, .full = true},
                   score.return_mean);
  co_example_claim(example, (CoClaim){.what = "length of such a game", .expected = 9, .low = 5, .high = 9},
                   score.length_mean);
  co_example_show(example, zero);
}

static const CoExampleType type = {
    .name = "alphazero_tictactoe",
    .chapter = 6,
    .idea =
        "A search teaches a network, which makes the search better: nobody who plays perfectly wins a game from it.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"alphazero_tictactoe", sizeof(Settings), fields, profiles},
    .envs = "tictactoe",
    .algos = "alphazero",
    .chart_x = "moves of games against itself",
    .chart_y = "worst result against best replies",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
