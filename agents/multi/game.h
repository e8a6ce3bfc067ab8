// What the solvers of two-player games share: the game's tree, the average strategy that acts, its exploitability.
#ifndef COHORT_AGENTS_MULTI_GAME_H
#define COHORT_AGENTS_MULTI_GAME_H

#include "cohort/agent.h"
#include "cohort/metrics.h"
#include "cohort/tree.h"

// The first member of every solver. All arrays have a number for every sequence of the tree, of both agents.
typedef struct CoGame {
  CoTree *tree;
  int actions;
  int64_t iteration; // done so far
  double *average;   // a sum of plans, or of policies where sampling weighs them: shares are the average strategy
  double *policy;    // work
  double *plan;      // work: CoTree's plans
  double *value;     // work
  float *seen;       // [actions] of the first copy, what act saw last
} CoGame;

// Regret matching (Hart and Mas-Colell, 2000): a move's share of the regrets above 0, all alike where there are none.
void co_game_match(const CoTreeSet *set, const double *regret, double *policy);

extern const char *const co_game_metrics[]; // exploitability, value: of agent 0 under the average strategies

// Hooks. create: a zeroed solver of `bytes` that begins with a CoGame, its work the uniform policies and their plans.
bool co_game_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_game_wants(const void *config, const CoSpec *spec, CoWants *wants);
void *co_game_create(size_t bytes, const CoAlgoSetup *setup, CoError *error);
void co_game_destroy(void *game);
bool co_game_act(void *game, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                 CoError *error);
double co_game_evaluate(void *game, CoMetrics *metrics, CoError *error); // overwrites policy, plan and value
void co_game_save(const void *game, CoWriter *writer);                   // what has been done, and the average
bool co_game_load(void *game, CoReader *reader);
bool co_game_inspect(void *game, int i, CoInspection *out);
// `sequences` numbers of a solver's own.
double *co_game_numbers(const CoGame *game, CoError *error);
void co_game_write(const CoGame *game, const double *numbers, CoWriter *writer);
bool co_game_read(const CoGame *game, double *numbers, CoReader *reader);

#endif
