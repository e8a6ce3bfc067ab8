// AlphaZero on small boards of connect four, judged by a solver: Plaat, chapter 6; Silver et al. (Science 2018).
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int board, steps;
} Settings;

static const char *const boards[] = {"columns 4 rows 4", "columns 5 rows 4"};

static const CoField fields[] = {
    CO_CHOICE(Settings, board, "4x4", "4x4 5x4", "columns and rows; both are draws when played well"),
    CO_INT(Settings, steps, "200000", 1000, 1e9, "moves of games against itself"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "3000"}, {NULL, NULL, NULL}};

static const char *const seats[] = {"moving first: short of exact play", "moving second: short of exact play"};

static double judge(CoExample *example, const CoLearner *zero, int agent, int steps) {
  CoVerdict verdict = co_example_judge(example, zero, agent);
  double missing = (double)(verdict.exact - verdict.worst);
  co_example_point(example, seats[agent], steps, missing);
  return missing;
}

// Drawn games are narrow: the other has many replies that draw, and after each of them few moves hold. Games against
// itself seldom come there, so they begin at random positions of all lengths, are learnt mirrored too, and long
// remembered.
static void run(CoExample *example, const void *from, uint64_t seed) {
  (void)seed; // of everything: the frame's
  const Settings *settings = from;
  CoWorld *world = co_example_open(example, "connect4", "%s", boards[settings->board]);
  CoLearner *zero = co_example_begin(example, world, "alphazero",
                                     "steps %d hidden 128 conv_layers 0 random_opening 10 buffer_size 200000 "
                                     "gradient_steps 128",
                                     settings->steps);
  const int parts = co_example_quick(example) ? 1 : 5;
  for (int part = 1; part <= parts; part++) {
    co_example_advance(example, zero, part < parts ? settings->steps / parts * part : 0, NULL);
    for (int agent = 0; agent < 2; agent++) {
      double missing = judge(example, zero, agent, settings->steps / parts * part);
      const CoClaim claim = {.what = seats[agent], .expected = 0, .low = 0, .high = 0, .full = true};
      if (part == parts) co_example_claim(example, claim, missing);
    }
  }
  CoScore score = co_example_evaluate(example, zero, 1);
  co_example_claim(example, (CoClaim){.what = "against itself", .expected = 0, .low = 0, .high = 0, .full = true},
                   score.return_mean);
  co_example_claim(example, (CoClaim){.what = "length of such a game", .expected = NAN, .low = 7, .high = 20},
                   score.length_mean);
  co_example_show(example, zero);
}

static const CoExampleType type = {
    .name = "alphazero_connect4",
    .chapter = 6,
    .idea = "Games against itself from many positions, learnt mirrored too: no best reply wins on 4 columns of 4.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"alphazero_connect4", sizeof(Settings), fields, profiles},
    .algos = "alphazero",
    .chart_x = "moves of games against itself",
    .chart_y = "what best replies take from it",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
