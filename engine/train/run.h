// The trainer's inside, shared by its files: the loop (collect.c), what comes due (train.c), resuming (resume.c).
#ifndef COHORT_TRAIN_RUN_H
#define COHORT_TRAIN_RUN_H

#include "record.h"
#include "tally.h"
#include "team.h"

#define CO_LAST_TESTS 10

struct CoTrain {
  CoTrainSetup setup;
  CoTrainConfig config;
  int team_count;
  CoTeam *teams;   // [team_count]
  CoTeam *learner; // the first that learns
  CoSeat *seats;   // [team_count] who plays in tests
  CoPool *pool;
  CoVecEnv *vec;     // NULL where the algorithm has a loop of its own
  CoMatch *test;     // NULL: no tests
  int *discrete;     // [num_envs][agents]
  float *continuous; // [num_envs][agents][action_size]
  CoTally tally;
  CoMetrics *common;         // of the run, not of a team
  const CoMetrics **metrics; // [metric_count] common, then the teams'
  int metric_count;
  CoRecord *record; // NULL: no folder
  int64_t steps, episodes;
  bool finished; // the algorithm has nothing more to gain
  bool row, tested;
  bool has_return;
  double last_return;
  CoScore *scores; // [team_count] of the last test
  uint64_t serial;
  int64_t resumed, checkpointed;
  char slot;                                // of the newest checkpoint
  double began, row_seconds, saved_seconds; // saved_seconds: of the last checkpoint of this process
  bool saved;
  int64_t row_steps, row_updates; // at the last row of timing
};

bool co_run_collect(CoTrain *train, CoError *error); // one round, and learning
bool co_run_resume(CoTrain *train, CoError *error);  // from the folder's checkpoint, or anew
bool co_run_save(CoTrain *train, CoError *error);    // a checkpoint, and the weights
bool co_run_weights(CoTrain *train, CoError *error); // the weights alone

#endif
