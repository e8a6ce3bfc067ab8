// Alpha-beta leaves out what cannot matter, a table what was met before: Plaat, chapter 6; Knuth and Moore (1975).
// `engine/env/minimax.c` has the three of them in a page.
#include <math.h>
#include <stdio.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int table_bits;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, table_bits, "20", 1, 28, "the table has 2^this many entries"),
    CO_FIELDS_END,
};

// Nodes that a search visits; the value of the first position.
static double nodes(CoExample *example, const CoWorld *world, CoMinimaxConfig config, double *value) {
  CoMinimax *minimax = co_example_minimax(example, world, config);
  CoEnv *env = co_example_env(example, world);
  float v = 0;
  co_env_reset(env, NULL);
  co_minimax_value(minimax, co_env_state(env), &v, NULL, NULL);
  *value = (double)v;
  return (double)co_minimax_nodes(minimax);
}

static void exactly(CoExample *example, const char *game, const char *what, double expected, double got) {
  char name[64];
  snprintf(name, sizeof name, "%s: %s", game, what);
  co_example_claim(example, (CoClaim){.what = name, .expected = expected, .low = expected, .high = expected}, got);
}

static void compare(CoExample *example, const char *game, const CoWorld *world, double expected, int bits) {
  double value[3];
  char what[96];
  double whole = nodes(example, world, (CoMinimaxConfig){.alpha_beta = false}, &value[0]);
  double pruned = nodes(example, world, (CoMinimaxConfig){.alpha_beta = true}, &value[1]);
  double table = nodes(example, world, (CoMinimaxConfig){.alpha_beta = true, .table_bits = bits}, &value[2]);
  co_example_say(example, "%s: %.0f nodes by minimax, %.0f by alpha-beta, %.0f with a table\n", game, whole, pruned,
                 table);
  exactly(example, game, "value by minimax", expected, value[0]);
  exactly(example, game, "value by alpha-beta", expected, value[1]);
  exactly(example, game, "value with a table", expected, value[2]);
  snprintf(what, sizeof what, "%s: minimax's nodes over alpha-beta's", game);
  co_example_claim(example, (CoClaim){.what = what, .expected = NAN, .low = 10, .high = INFINITY}, whole / pruned);
  snprintf(what, sizeof what, "%s: alpha-beta's over the table's", game);
  co_example_claim(example, (CoClaim){.what = what, .expected = NAN, .low = 1, .high = INFINITY}, pruned / table);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)seed; // nothing is random
  const int bits = ((const Settings *)settings)->table_bits;
  compare(example, "tic-tac-toe", co_example_open(example, "tictactoe", " "), 0, bits);
  compare(example, "hex, 3 by 3", co_example_open(example, "hex", "size 3"), 1, bits);
  compare(example, "othello, 4 by 4", co_example_open(example, "othello", "size 4"), -1, bits);
}

static const CoExampleType type = {
    .name = "alpha_beta",
    .chapter = 6,
    .idea = "Most of a game's tree need not be seen to know its value: alpha-beta and a table leave it out.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"alpha_beta", sizeof(Settings), fields, NULL},
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
