// Returns of the episodes that are being played, for every copy and team.
#ifndef COHORT_TRAIN_TALLY_H
#define COHORT_TRAIN_TALLY_H

#include "cohort/vecenv.h"

typedef struct CoTally {
  const CoWorld *world;
  int num_envs, teams;
  double *returns;  // [num_envs][teams] since the episode began
  uint8_t *running; // [num_envs] before the step
} CoTally;

bool co_tally_init(CoTally *tally, const CoWorld *world, int num_envs, CoError *error); // of a zeroed one
void co_tally_free(CoTally *tally);
void co_tally_before(CoTally *tally, const CoVecEnv *vec); // notes which copies run; forgets what had ended
void co_tally_after(CoTally *tally, const CoVecEnv *vec);  // adds the rewards of those
bool co_tally_ended(const CoTally *tally, const CoVecEnv *vec, int env); // in the last step
double co_tally_return(const CoTally *tally, int env, int team);
void co_tally_save(const CoTally *tally, CoWriter *writer);
bool co_tally_load(CoTally *tally, CoReader *reader);

#endif
