// Minimax solves tic-tac-toe: Plaat, chapter 6; von Neumann (1928). The search is here, from end to end.
#include <math.h>

#include "cohort/cohort.h"

enum { CELLS = 9 };

typedef struct Search {
  CoEnv *env[CELLS + 1]; // the position at each depth
  int64_t nodes, games;
} Search;

// V(s) = max over moves of V(s') for the first player, min for the second: what the first one gets.
static double minimax(Search *search, int depth) {
  CoEnv *env = search->env[depth], *next = search->env[depth + 1];
  const int mover = co_env_mover(env);
  double best = mover == 0 ? -INFINITY : INFINITY;
  uint8_t legal[CELLS];
  search->nodes++;
  co_env_available(env, mover, legal, NULL);
  for (int cell = 0; cell < CELLS; cell++) {
    if (!legal[cell]) continue;
    co_env_copy(next, env); // a state is a plain value: trying a move is a copy
    co_env_step(next, &(CoActions){(int[]){cell, cell}, NULL}, NULL);
    double value;
    if (co_env_ending(next) == CO_PLAYING) {
      value = minimax(search, depth + 1);
    } else {
      value = (double)co_env_rewards(next)[0];
      search->nodes++, search->games++;
    }
    best = mover == 0 ? fmax(best, value) : fmin(best, value);
  }
  return best;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  (void)settings, (void)seed; // nothing is random
  CoWorld *world = co_example_open(example, "tictactoe", " ");
  Search search = {.nodes = 0};
  for (int i = 0; i <= CELLS; i++) search.env[i] = co_example_env(example, world);
  co_env_reset(search.env[0], NULL);
  double value = minimax(&search, 0);
  co_example_claim(example, (CoClaim){.what = "value to the first player", .expected = 0, .low = 0, .high = 0}, value);
  co_example_claim(example, (CoClaim){.what = "nodes", .expected = 549946, .low = 549946, .high = 549946},
                   (double)search.nodes);
  co_example_claim(example, (CoClaim){.what = "courses of the game", .expected = 255168, .low = 255168, .high = 255168},
                   (double)search.games);
  CoLearner *player = co_example_begin(example, world, "minimax", " ");
  co_example_show(example, player);
}

static const CoExampleType type = {
    .name = "minimax_tictactoe",
    .chapter = 6,
    .idea = "Whoever looks at every course of the game plays it perfectly: tic-tac-toe is a draw.",
    .cost = CO_COST_SECONDS,
    .seeds = 1,
    .envs = "tictactoe",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
