// Exact values of two-player, zero-sum games without chance: minimax over an environment's hooks (von Neumann, 1928),
// with alpha-beta (Knuth and Moore, 1975) and a table of positions that were met before.
#ifndef COHORT_MINIMAX_H
#define COHORT_MINIMAX_H

#include "cohort/env.h"

typedef struct CoMinimaxConfig {
  bool alpha_beta; // leave out what cannot change the value
  int table_bits;  // the table has 2^table_bits entries of 24 bytes; 0: no table
  int depth;       // moves to look ahead, what lies beyond counts 0; 0: to the end of the game
} CoMinimaxConfig;

// Whether a game can be searched (one agent moves at a time, zero sum, no information sets): false with the reason.
bool co_minimax_accepts(const CoSpec *spec, CoError *error);

typedef struct CoMinimax CoMinimax;
CoMinimax *co_minimax_create(const CoWorld *world, const CoMinimaxConfig *config, CoError *error);
void co_minimax_destroy(CoMinimax *minimax); // NULL is fine
void co_minimax_forget(CoMinimax *minimax);  // empties the table

// What the first agent gets from `state` on when both play best, its best first action (-1: the game is longer than an
// episode may be) where `action` is not NULL. False with a sentence where nature or everyone moves, or a hook fails.
bool co_minimax_value(CoMinimax *minimax, const void *state, float *value, int *action, CoError *error);
// The same after each of the mover's actions: values[actions], NaN where illegal. To the first agent, all exact.
bool co_minimax_values(CoMinimax *minimax, const void *state, float *values, CoError *error);
int64_t co_minimax_nodes(const CoMinimax *minimax); // positions visited so far, by all calls

#endif
