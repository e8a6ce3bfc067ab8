// Errands (Levy et al., ICLR 2019): a planner sends a walker to goals, each for some steps; and what both learn of an
// episode in hindsight.
#ifndef COHORT_AGENTS_HIERARCHICAL_ERRANDS_H
#define COHORT_AGENTS_HIERARCHICAL_ERRANDS_H

#include "cohort/agent.h"

typedef enum CoRank { CO_WALKER, CO_PLANNER, CO_RANKS } CoRank;

typedef struct CoErrandsConfig {
  int num_envs;
  int steps;     // that an errand lasts at most
  int goals;     // rows in hindsight beside each
  double gamma;  // discount of a level's step
  uint64_t seed; // of the draws
} CoErrandsConfig;

// What act notes for learning of every step: the walker's goal, then 1 where it was a test, else 0.
#define CO_ERRAND_NOTES(goals) ((goals) + 1)

// Keeps the decision rows of one agent until their episode ends, then adds what each level learns from it to its
// memory. Observations are a state and a goal. An errand ends where its goal is achieved, after its last step, or with
// the episode; it gives
//   the walker a row for each step: its goal, reward -1 until it is there; and `goals` rows with goals that were
//   achieved later in the errand;
//   the planner a row from its first state to its last, whose action is what was achieved, as if it had asked for that
//   and the walker were perfect; and `goals` rows with goals that were achieved then or later in the episode;
//   and after a test that failed one whose action is what was asked for: reward -steps, and the end.
// Memory is taken at creation alone.
typedef struct CoErrands CoErrands;
CoErrands *co_errands_create(const CoWorld *world, int team, const CoErrandsConfig *config, CoError *error);
void co_errands_destroy(CoErrands *errands); // NULL is nothing
// Metric: subgoals_reached.
void co_errands_add(CoErrands *errands, const CoDecision *row, CoReplay *const memories[CO_RANKS],
                    struct CoMetrics *metrics);
// Whether what is achieved counts as the goal; reward: what a step earns that has achieved it.
bool co_errands_there(const CoErrands *errands, const float *achieved, const float *goal, float *reward);
// obs = (state, goal): all as long as the environment has them.
void co_errands_aim(const CoErrands *errands, const float *state, const float *goal, float *obs);

void co_errands_save(const CoErrands *errands, CoWriter *writer); // the episodes under way and the stream
bool co_errands_load(CoErrands *errands, CoReader *reader);

#endif
