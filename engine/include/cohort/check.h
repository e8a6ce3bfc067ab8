// What every environment keeps to, found out by random play: the contract tests and `cohort check` ask the same.
#ifndef COHORT_CHECK_H
#define COHORT_CHECK_H

#include "cohort/vecenv.h"

// Random legal play. Every copy has a stream of its own, (seed, "actions", copy): what it does does not depend on the
// others.
typedef struct CoRandomPlay {
  CoVecEnv *vec;  // with all views
  CoRng *rngs;    // [num_envs]
  int *discrete;  // [num_envs][agents]
  float *control; // [num_envs][agents][action_size]
} CoRandomPlay;
bool co_random_begin(CoRandomPlay *play, const CoWorld *world, int num_envs, CoPool *pool, uint64_t seed,
                     CoError *error);
void co_random_end(CoRandomPlay *play);                  // also after a failure
CoActions co_random_actions(CoRandomPlay *play);         // of the running copies
bool co_random_step(CoRandomPlay *play, CoError *error); // restarts what has ended, then one step of every copy

// One rule. False with a sentence that says who broke it and when.
typedef struct CoCheck {
  const char *name; // "drawing leaves the state alone"
  bool (*run)(const CoWorld *world, CoError *error);
} CoCheck;
extern const CoCheck co_checks[]; // ends with a NULL name

#endif
