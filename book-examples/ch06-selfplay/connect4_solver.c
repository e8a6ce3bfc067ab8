// Solving small boards of connect four: Plaat, chapter 6; the values are Tromp's (John's Connect Four Playground).
#include "cohort/cohort.h"

typedef struct Settings {
  int depth, bits;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, depth, "8", 1, 8, "moves within which all courses on the usual board are counted"),
    CO_INT(Settings, bits, "22", 1, 30, "the solver's table has 2^this many entries"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "depth", "6"}, {"quick", "bits", "18"}, {NULL, NULL, NULL}};

enum { COLUMNS = 7, DEEPEST = 8 };

// Courses of so many moves more, of games that have not ended before: a test of the rules, called perft.
static int64_t courses(CoEnv *const *env, int left) {
  uint8_t legal[COLUMNS];
  int64_t sum = 0;
  co_env_available(env[0], co_env_mover(env[0]), legal, NULL);
  for (int column = 0; column < COLUMNS; column++) {
    if (!legal[column]) continue;
    co_env_copy(env[1], env[0]);
    co_env_step(env[1], &(CoActions){(int[]){column, column}, NULL}, NULL);
    if (left == 1)
      sum++;
    else if (co_env_ending(env[1]) == CO_PLAYING)
      sum += courses(env + 1, left - 1);
  }
  return sum;
}

static void count(CoExample *example, int depth) {
  static const double known[DEEPEST + 1] = {1, 7, 49, 343, 2401, 16807, 117649, 823536, 5673234};
  CoWorld *world = co_example_open(example, "connect4", " ");
  CoEnv *env[DEEPEST + 1];
  for (int i = 0; i <= depth; i++) env[i] = co_example_env(example, world);
  co_env_reset(env[0], NULL);
  const CoClaim claim = {
      .what = "courses, 7 columns of 6", .expected = known[depth], .low = known[depth], .high = known[depth]};
  co_example_claim(example, claim, (double)courses(env, depth));
}

static void solve(CoExample *example, const char *board, const char *what, double known, int bits) {
  CoWorld *world = co_example_open(example, "connect4", "%s", board);
  CoMinimax *solver = co_example_minimax(example, world, (CoMinimaxConfig){.alpha_beta = true, .table_bits = bits});
  CoEnv *env = co_example_env(example, world);
  float value = 0;
  co_env_reset(env, NULL);
  co_minimax_value(solver, co_env_state(env), &value, NULL, NULL);
  co_example_say(example, "%s: %lld positions visited\n", what, (long long)co_minimax_nodes(solver));
  co_example_claim(example, (CoClaim){.what = what, .expected = known, .low = known, .high = known}, (double)value);
}

static void run(CoExample *example, const void *from, uint64_t seed) {
  (void)seed; // nothing is random
  const Settings *settings = from;
  count(example, settings->depth);
  solve(example, "columns 4 rows 4", "value, 4 columns of 4", 0, settings->bits);
  solve(example, "columns 5 rows 4", "value, 5 columns of 4", 0, settings->bits);
}

static const CoExampleType type = {
    .name = "connect4_solver",
    .chapter = 6,
    .idea = "A table of positions makes whole boards of connect four solvable: 4 rows of 4 or 5 columns are a draw.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .settings = {"connect4_solver", sizeof(Settings), fields, profiles},
    .envs = "connect4",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
