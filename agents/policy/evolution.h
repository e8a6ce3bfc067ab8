// What the evolution of a policy's weights shares: settings, a small network, one member of a population acting in
// every copy, and the returns of whole episodes, by which a generation is followed by the next.
#ifndef COHORT_AGENTS_POLICY_EVOLUTION_H
#define COHORT_AGENTS_POLICY_EVOLUTION_H

#include "actor.h"

// The first member of every algorithm's config.
typedef struct CoEvolutionConfig {
  CoBodyConfig body; // first
  bool obs_agent_id;
  int population, episodes;
  double sigma;
} CoEvolutionConfig;

#define CO_EVOLUTION_FIELDS(members, deviation)                                                                        \
  CO_BODY_FIELDS_OF("1", "16", "tanh"),                                                                                \
      CO_BOOL(CoEvolutionConfig, obs_agent_id, "true", "agents of a team of several see their number"),                \
      CO_INT(CoEvolutionConfig, population, members, 0, 100000,                                                        \
             "policies of a generation; 0: 4 + 3 log(number of weights)"),                                             \
      CO_INT(CoEvolutionConfig, episodes, "1", 1, 100000, "that a policy is judged by, at least"),                     \
      CO_NUMBER(CoEvolutionConfig, sigma, deviation, 1e-6, 1000,                                                       \
                "deviation of the weights at the beginning, around 0")

typedef struct CoEvolution {
  CoActor actor; // first: what plays greedily, the policy of the mean. It has no value and no optimiser.
  int population, episodes;
  int size;             // numbers of a policy
  double *mean;         // [size]
  double *points;       // [population][size] the members
  double *cost;         // [population] less the mean return of each member's episodes
  double *sums;         // [population] those returns
  int *counts;          // [population] those episodes
  int64_t played;       // episodes of this generation; number i was member i % population's
  CoParams *members;    // [population] the points as parameters
  CoReal *values;       // [population][params.size] their numbers
  CoVar *const **bound; // [population] on the actor's tape
} CoEvolution;

// A zeroed learner of `bytes` whose first member is a CoEvolution, with that made: its mean and all points are 0.
void *co_evolution_create(size_t bytes, const CoEvolutionConfig *config, const CoAlgoSetup *setup, CoError *error);
// What mean and points have become is what acts.
void co_evolution_settle(CoEvolution *evolution);

// Counts the round's episodes. When every member has had its own, `cost` is known and `breed` makes another mean and
// other points of it.
typedef void (*CoEvolutionBreed)(CoEvolution *evolution);
bool co_evolution_learn(CoEvolution *evolution, CoLearning *learning, CoEvolutionBreed breed, CoError *error);
#define CO_EVOLUTION_METRICS "population_return", "best_return"

// Hooks. `self` is a learner whose first member is its CoEvolution.
#define CO_EVOLUTION_HOOKS                                                                                             \
  .accepts = co_actor_accepts, .wants = co_evolution_wants, .act = co_evolution_act, .weights = co_actor_weights,      \
  .policy = co_actor_policy, .inspect = co_evolution_inspect
void co_evolution_wants(const void *config, const CoSpec *spec, CoWants *wants);
void co_evolution_destroy(void *self);
bool co_evolution_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                      CoError *error);
bool co_evolution_inspect(void *self, int i, CoInspection *out); // "score" or "mean"
void co_evolution_save(const CoEvolution *evolution, CoWriter *writer);
bool co_evolution_load(CoEvolution *evolution, CoReader *reader);

#endif
