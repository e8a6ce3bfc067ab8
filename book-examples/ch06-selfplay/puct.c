// P-UCT against UCT: a search that is told where to look first: Plaat, chapter 6; Rosin (2011), Silver et al. (2017).
// `agents/selfplay/search.c` has both formulas.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int steps, most;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "60000", 1000, 1e9, "moves of the games that the network learns from"),
    CO_INT(Settings, most, "512", 2, 1e6, "simulations before a move, at most"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "3000"}, {"quick", "most", "8"}, {NULL, NULL, NULL}};

// How many of the two seats are lost against a perfect player, whichever of its best replies it chooses.
static int lost(CoExample *example, const CoLearner *player, const char *curve, int simulations) {
  int count = 0;
  for (int agent = 0; agent < 2; agent++) {
    CoVerdict verdict = co_example_judge(example, player, agent);
    count += verdict.worst < verdict.exact;
  }
  co_example_point(example, curve, log2(simulations), count);
  return count;
}

// UCT: Q + c sqrt(ln N / n), every move tried once, positions valued by random play. P-UCT: Q + c P sqrt(N) / (1 + n),
// where the prior P says which moves are worth a try; here with P and the value of positions from a network.
static void run(CoExample *example, const void *from, uint64_t seed) {
  (void)seed; // of everything: the frame's
  static const char *const names[] = {"UCT", "P-UCT, all moves alike", "P-UCT, a network's prior and value"};
  static const char *const network = "hidden 128 conv_layers 0 random_opening 10";
  const Settings *settings = from;
  CoWorld *world = co_example_open(example, "connect4", "columns 4 rows 4");
  CoLearner *taught = co_example_train(example, world, "alphazero", NULL, "steps %d %s", settings->steps, network);
  int sum[3] = {0}, seats = 0, first = 0, last = 0;
  for (int n = 4; n <= settings->most; n *= 2, seats += 2) {
    CoLearner *uct = co_example_begin(example, world, "mcts", "simulations %d", n);
    CoLearner *alike = co_example_begin(example, world, "mcts", "simulations %d selection puct", n);
    CoLearner *led = co_example_begin(example, world, "alphazero", "test_simulations %d %s", n, network);
    co_example_adopt(example, led, taught);
    sum[0] += lost(example, uct, names[0], n);
    first = n == 4 ? sum[0] : first;
    sum[1] += lost(example, alike, names[1], n);
    sum[2] += last = lost(example, led, names[2], n);
    co_example_show(example, led);
  }
  co_example_say(example, "%d seats, from 4 simulations on: lost by UCT %d, P-UCT without a prior %d, with one %d\n",
                 seats, sum[0], sum[1], sum[2]);
  const CoClaim few = {.what = "UCT, 4 simulations: seats lost", .expected = 2, .low = 1, .high = 2};
  const CoClaim fewer = {
      .what = "seats lost by UCT, not by P-UCT", .expected = NAN, .low = 3, .high = INFINITY, .full = true};
  const CoClaim none = {.what = "P-UCT, the most: seats lost", .expected = 0, .low = 0, .high = 0, .full = true};
  co_example_claim(example, few, first);
  co_example_claim(example, fewer, sum[0] - sum[2]);
  co_example_claim(example, none, last);
}

static const CoExampleType type = {
    .name = "puct",
    .chapter = 6,
    .idea = "A prior spends the simulations on moves that look good: far fewer of them lose no game.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"puct", sizeof(Settings), fields, profiles},
    .chart_x = "log2 of the simulations before a move",
    .chart_y = "seats lost, of two",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
