// AlphaZero on a small board of hex, judged by a solver: Plaat, chapter 6; Silver et al. (Science 2018).
#include "cohort/cohort.h"

typedef struct Settings {
  int steps;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, steps, "60000", 1000, 1e9, "moves of games against itself"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "steps", "4000"}, {NULL, NULL, NULL}};

static void run(CoExample *example, const void *from, uint64_t seed) {
  (void)seed; // of everything: the frame's
  const Settings *settings = from;
  static const char *const seats[] = {"moving first: short of exact play", "moving second: short of exact play"};
  CoWorld *world = co_example_open(example, "hex", "size 3");
  CoLearner *zero = co_example_begin(example, world, "alphazero", "steps %d", settings->steps);
  for (int part = 1; part <= 4; part++) {
    co_example_advance(example, zero, settings->steps / 4 * part, NULL);
    for (int agent = 0; agent < 2 && part < 4; agent++) {
      CoVerdict verdict = co_example_judge(example, zero, agent);
      co_example_point(example, seats[agent], settings->steps / 4 * part, (double)(verdict.exact - verdict.worst));
    }
  }
  co_example_advance(example, zero, 0, NULL);
  for (int agent = 0; agent < 2; agent++) {
    CoVerdict verdict = co_example_judge(example, zero, agent);
    double missing = (double)(verdict.exact - verdict.worst);
    co_example_say(example, "%lld positions asked about, ", (long long)verdict.decisions);
    co_example_point(example, seats[agent], settings->steps, missing);
    co_example_claim(example, (CoClaim){.what = seats[agent], .expected = 0, .low = 0, .high = 0, .full = agent == 1},
                     missing);
  }
  co_example_say(example, "by every best reply of the other\n");
  co_example_show(example, zero);
}

static const CoExampleType type = {
    .name = "alphazero_hex",
    .chapter = 6,
    .idea = "From the rules alone to a first move that wins hex, and play that no best reply takes it from.",
    .cost = CO_COST_MINUTES,
    .seeds = 3,
    .settings = {"alphazero_hex", sizeof(Settings), fields, profiles},
    .algos = "alphazero",
    .chart_x = "moves of games against itself",
    .chart_y = "what best replies take from it",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
