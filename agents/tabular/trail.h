// The latest decisions of every agent in every copy, in order: what updates that wait for what follows look back on.
#ifndef COHORT_AGENTS_TABULAR_TRAIL_H
#define COHORT_AGENTS_TABULAR_TRAIL_H

#include "table.h"

typedef struct CoTrailStep {
  int32_t index, action;
  float reward, discount; // CoDecision's: 0 at a true end
} CoTrailStep;

typedef struct CoTrail {
  CoTrailStep *steps; // oldest first, the first `count`
  int count, room;
} CoTrail;

// The first member of every learner that looks back, so that the hooks below serve them all.
typedef struct CoTrails {
  CoTable table;
  int copies;
  CoTrail *all; // [copies][agents]
} CoTrails;

static inline CoTrail *co_trail(const CoTrails *trails, const CoDecision *d) { // that the decision goes on
  return &trails->all[d->env * trails->table.agents + d->agent];
}
bool co_trail_push(CoTrail *trail, const CoDecision *d, CoError *error);
void co_trail_drop(CoTrail *trail, int count); // the oldest

// r + discount (r' + discount' (... value)): the return of `count` steps that `value` follows.
float co_trail_return(const CoTrailStep *steps, int count, float value);

// Moves V(s) or Q(s, a) of a step towards its target by the step size, and counts the update.
void co_trail_learn(CoTable *table, int agent, const CoTrailStep *step, float target, CoLearning *learning);

// Hooks, as co_table's. `room` steps each at first; more are made room for as they come.
void *co_trails_create(size_t bytes, bool actions, int room, const void *config, const CoAlgoSetup *setup,
                       CoError *error);
void co_trails_destroy(void *trails);
void co_trails_save(const void *trails, CoWriter *writer);
bool co_trails_load(void *trails, CoReader *reader); // what belongs to copies that are not here is passed over

#endif
