// Matches: players of every team play whole episodes without learning; what tests, scores and `cohort eval` stand on.
#ifndef COHORT_MATCH_H
#define COHORT_MATCH_H

#include "cohort/player.h"

// Who plays a team: an algorithm that was created (borrowed), else a script, else random legal actions.
typedef struct CoSeat {
  const CoAlgoType *algo;
  const void *config; // the algorithm's settings
  void *self;         // the algorithm; NULL in a plan: whoever carries the plan out creates it
  const CoScriptType *script;
} CoSeat;

typedef struct CoMatchSetup {
  const CoWorld *world;
  const CoSeat *seats; // [teams]
  int num_envs;        // copies side by side
  CoPool *pool;
  uint64_t seed;
  const char *purpose; // streams are (seed, purpose ...)
  bool explore;        // let algorithms explore, as in training; false: greedy
  // Called after every step with the actions that led there; NULL: nobody watches.
  void (*watch)(void *user, const CoVecEnv *vec, const CoActions *actions);
  void *user;
} CoMatchSetup;

#define CO_SCORE_INFOS 32
typedef struct CoScore {
  int episodes;
  int won;                          // episodes whose info battle_won is above 0; -1: no such info
  double return_mean, return_error; // of the team (mean of its agents'), and its standard error
  double length_mean;               // steps
  double info_mean[CO_SCORE_INFOS]; // of each name in spec->infos, summed over an episode
  const char *verdict;              // a solver's: return_mean is this number of its own, not of episodes; else NULL
} CoScore;

// A request to stop, set from a signal handler or another thread.
typedef enum CoStop {
  CO_STOP_NO,
  CO_STOP_ROUND, // at the end of the round, with a checkpoint
  CO_STOP_NOW,   // as soon as possible: what the round has done is dropped
} CoStop;

typedef struct CoMatch CoMatch;
CoMatch *co_match_create(const CoMatchSetup *setup, CoError *error);
void co_match_destroy(CoMatch *match); // NULL is fine

// How many copies play `episodes` episodes in the fewest waves with none idle, at most `most`.
int co_match_copies(int episodes, int most);

// Plays `episodes` episodes from start to end, in waves of one a copy, so that short ones do not count more often.
// scores [teams]; `steps`: as for co_player_act. False with "stopped" when *stop becomes CO_STOP_NOW.
bool co_match_play(CoMatch *match, int episodes, int64_t steps, const atomic_int *stop, CoScore *scores,
                   CoError *error);

void co_match_save(const CoMatch *match, CoWriter *writer); // environments and players, so that tests go on
bool co_match_load(CoMatch *match, CoReader *reader);

#endif
