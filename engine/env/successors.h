// Private to the room: what may follow, as the `outcomes` hook tells it, with room for however many there are.
#ifndef COHORT_ENV_SUCCESSORS_H
#define COHORT_ENV_SUCCESSORS_H

#include "world.h"

typedef struct CoSuccessors {
  const CoWorld *world;
  void *worker;
  CoTransition *out; // [capacity], of which `count` are the last call's
  void *memory;      // [capacity] states, then rewards
  int count, capacity;
} CoSuccessors;

bool co_successors_begin(CoSuccessors *next, const CoWorld *world, CoError *error);
void co_successors_end(CoSuccessors *next); // also after a failure
// Of the agents' actions in a state (nature's moves where it is its turn); with state NULL the starts. False with a
// sentence: the hook's, too many, no memory, or probabilities that are none or do not sum to 1.
bool co_successors_find(CoSuccessors *next, const void *state, const CoActions *actions, CoError *error);

#endif
