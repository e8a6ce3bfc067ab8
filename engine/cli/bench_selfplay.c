// Simulations a second of tree search: with random playouts, and in the self-play of AlphaZero.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define SIMULATIONS 100 // before a move of a game against itself
#define SEARCHES 16     // from the starting position, between two looks at the clock

// `count` searches of a game's first position.
static bool think(const CoSeat *seat, void *self, CoVecEnv *vec, int count, CoError *error) {
  CoRng rng = co_rng(1, "bench", 0);
  const CoActing how = {.rngs = &rng};
  int action;
  bool ok = true;
  for (int i = 0; ok && i < count; i++) ok = seat->algo->act(self, co_vecenv_frame(vec, 0), &how, &action, NULL, error);
  return ok;
}

static bool measure_search(Plan *plan, int simulations, double seconds, double *rate, CoError *error) {
  const CoSeat *seat = &plan->seats[0];
  const CoAlgoSetup setup = {.spec = co_world_team(plan->world, 0), .world = plan->world, .num_envs = 1, .seed = 1};
  void *self = seat->algo->create(seat->config, &setup, error);
  CoVecEnv *vec = self ? co_vecenv_create(plan->world, 1, 0, NULL, 1, "bench", error) : NULL;
  bool ok = vec && co_vecenv_restart(vec, error) && think(seat, self, vec, 1, error);
  double began = bench_seconds(), passed = 0;
  int64_t searches = 0;
  for (; ok && passed < seconds; passed = bench_seconds() - began, searches += SEARCHES)
    ok = think(seat, self, vec, SEARCHES, error);
  *rate = (double)searches * simulations / passed;
  co_vecenv_destroy(vec);
  if (self) seat->algo->destroy(self);
  return ok;
}

static bool set(Plan *plan, const char *name, int value, CoError *error) {
  char text[16];
  snprintf(text, sizeof text, "%d", value);
  return co_settings_set(&plan->algos[0].type->settings, plan->algos[0].config, name, text, error);
}

static bool search(const char *env, int simulations, const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  double rate = 0;
  bool ok = plan && bench_open(plan, env, "mcts", "cohort", false, options, error) &&
            set(plan, "simulations", simulations, error) &&
            measure_search(plan, simulations, options->seconds, &rate, error);
  if (plan) plan_free(plan);
  free(plan);
  if (ok) printf("  %-14s %-10s %6d a move %12.0f\n", env, "mcts", simulations, rate);
  fflush(stdout);
  return ok;
}

// Rounds of games against itself, without learning.
static bool measure_games(Plan *plan, double seconds, double *rate, CoError *error) {
  const CoSeat *seat = &plan->seats[0];
  const CoAlgoSetup setup = {.spec = co_world_team(plan->world, 0), .world = plan->world, .num_envs = 1, .seed = 1};
  void *self = seat->algo->create(seat->config, &setup, error);
  double began = bench_seconds(), passed = 0;
  int64_t moves = 0;
  bool ok = self;
  for (; ok && passed < seconds; passed = bench_seconds() - began) {
    CoRound round = {.budget = INT64_MAX};
    ok = seat->algo->advance(self, &round, error);
    moves += round.steps;
  }
  *rate = (double)moves * SIMULATIONS / passed;
  if (self) seat->algo->destroy(self);
  return ok;
}

static bool games(const char *env, const BenchOptions *options, CoError *error) {
  Plan *plan = calloc(1, sizeof *plan);
  double rate = 0;
  bool ok = plan && bench_open(plan, env, "alphazero", "cohort", false, options, error) &&
            set(plan, "simulations", SIMULATIONS, error) && set(plan, "conv_layers", 0, error) &&
            set(plan, "gradient_steps", 0, error) && set(plan, "gate_interval", 0, error) &&
            set(plan, "games", 256, error) && measure_games(plan, options->seconds, &rate, error);
  if (plan) plan_free(plan);
  free(plan);
  if (ok) printf("  %-14s %-10s %6d a move %12.0f\n", env, "alphazero", SIMULATIONS, rate);
  fflush(stdout);
  return ok;
}

bool bench_selfplay(const BenchOptions *options, CoError *error) {
  printf(
      "\nsimulations/s of tree search from the first position, with random playouts; in games against itself with a\n"
      "network of 64 and 64 units, 256 games at once\n");
  return search("tictactoe", 1000, options, error) && search("tictactoe", 10000, options, error) &&
         search("connect4", 1000, options, error) && search("connect4", 10000, options, error) &&
         games("connect4", options, error);
}
