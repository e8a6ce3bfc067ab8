// How far should a tree search explore? Plaat, chapter 6: the constant of UCT, judged by a solver on connect four.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int positions, simulations;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, positions, "400", 10, 1e6, "positions of random play that a move is asked for"),
    CO_INT(Settings, simulations, "200", 1, 1e6, "before each move"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "positions", "30"}, {NULL, NULL, NULL}};

enum { COLUMNS = 5 };

// A position after some random moves where a wrong move costs something: its exact values differ.
static void draw(CoEnv *env, CoMinimax *solver, CoRng *rng, float *values) {
  for (bool matters = false; !matters;) {
    uint8_t legal[COLUMNS];
    co_env_reset(env, NULL);
    for (int moves = co_rng_int(rng, 2, 10); moves && co_env_ending(env) == CO_PLAYING; moves--) {
      co_env_available(env, co_env_mover(env), legal, NULL);
      int column = co_rng_choose(rng, legal, COLUMNS);
      co_env_step(env, &(CoActions){(int[]){column, column}, NULL}, NULL);
    }
    if (co_env_ending(env) != CO_PLAYING) continue;
    float least = INFINITY, most = -INFINITY;
    co_minimax_values(solver, co_env_state(env), values, NULL);
    for (int a = 0; a < COLUMNS; a++) least = fminf(least, values[a]), most = fmaxf(most, values[a]);
    matters = least < most;
  }
}

// The share of positions where the search finds a best move.
static double share(CoExample *example, const CoWorld *world, CoMinimax *solver, double cp, const Settings *settings,
                    uint64_t seed) {
  CoLearner *player = co_example_begin(example, world, "mcts", "cp %g simulations %d", cp, settings->simulations);
  CoVecEnv *vec = co_vecenv_create(world, 1, 0, NULL, seed, "sweep", NULL);
  CoEnv *env = co_example_env(example, world);
  CoRng rng = co_rng(seed, "positions", 0); // the same ones for every constant
  int right = 0;
  for (int i = 0; i < settings->positions; i++) {
    float values[COLUMNS], none[1] = {0};
    int action = 0;
    draw(env, solver, &rng, values);
    const int mover = co_env_mover(env);
    co_vecenv_restore(vec, 0, co_env_bytes(env), none, NULL);
    player->seat.algo->act(player->seat.self, co_vecenv_frame(vec, mover), &(CoActing){.rngs = &rng}, &action, NULL,
                           NULL);
    bool best = true;
    for (int a = 0; a < COLUMNS; a++) best &= !(mover ? values[a] < values[action] : values[a] > values[action]);
    right += best;
  }
  co_vecenv_destroy(vec);
  return (double)right / settings->positions;
}

static void run(CoExample *example, const void *from, uint64_t seed) {
  const Settings *settings = from;
  CoWorld *world = co_example_open(example, "connect4", "columns 5 rows 4");
  CoMinimax *solver = co_example_minimax(example, world, (CoMinimaxConfig){.alpha_beta = true, .table_bits = 20});
  double best = 0, last = 0, first = 0;
  for (double cp = 0.03125; cp <= 32; cp *= 2) {
    last = share(example, world, solver, cp, settings, seed);
    co_example_point(example, "UCT", log2(cp), last);
    first = cp < 0.04 ? last : first;
    best = fmax(best, last);
  }
  const CoClaim little = {.what = "best beyond hardly exploring", .expected = NAN, .low = .02, .high = 1};
  const CoClaim much = {.what = "best beyond hardly exploiting", .expected = NAN, .low = .02, .high = 1};
  co_example_say(example, "%.3f of the positions, at best\n", best);
  co_example_claim(example, little, best - first);
  co_example_claim(example, much, best - last);
}

static const CoExampleType type = {
    .name = "ucb_cp_sweep",
    .chapter = 6,
    .idea = "Too little exploring misses moves, too much wastes simulations: the constant of UCT wants to lie between.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"ucb_cp_sweep", sizeof(Settings), fields, profiles},
    .chart_x = "log2 of the constant",
    .chart_y = "share of positions with a best move",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
