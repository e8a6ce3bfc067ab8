// What the bandit methods share: an estimate and a count of every arm, for every copy where each episode is another
// bandit, else for all copies together.
#ifndef COHORT_AGENTS_TABULAR_ARMS_H
#define COHORT_AGENTS_TABULAR_ARMS_H

#include "cohort/agent.h"
#include "cohort/metrics.h"

// The first member of every method's config.
typedef struct CoArmsConfig {
  bool anew;
  double lr, initial;
} CoArmsConfig;

#define CO_ARMS_ANEW                                                                                                   \
  CO_BOOL(CoArmsConfig, anew, "true",                                                                                  \
          "every episode is another bandit: what was learnt is forgotten at its end, and tests know nothing")
#define CO_ARMS_LR                                                                                                     \
  CO_ALIASED(CoArmsConfig, lr, "alpha", CO_FIELD_NUMBER, "0", 0, 1, "step size; 0: the average of all rewards")
#define CO_ARMS_INITIAL                                                                                                \
  CO_NUMBER(CoArmsConfig, initial, "0", -1e9, 1e9, "value that an arm begins with: 5 is optimistic")

// One bandit's arms, of one agent.
typedef struct CoArm {
  float value; // estimate, or preference
  float count; // pulls
  float paid;  // in all
} CoArm;

// The first member of every learner.
typedef struct CoArms {
  CoArmsConfig config;
  int agents, actions, copies; // copies: 1 where all share
  CoArm *arms;                 // [copies][agents][actions]
  float *seen;                 // [agents][actions] values of the first copy
  float *scores;               // [actions] scratch of whoever chooses
} CoArms;

CoArm *co_arms_row(const CoArms *arms, int env, int agent);
// Which arm to pull while exploring, of row[actions] among the legal ones.
typedef int CoArmsChoose(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng);
int co_arms_best(CoArms *arms, const CoArm *row, const uint8_t *mask, CoRng *rng); // by value, ties at random
// The choice of every copy; without exploration the best by value, and any where each episode is another bandit.
void co_arms_act(CoArms *arms, const CoFrame *frame, const CoActing *how, CoArmsChoose *choose, int *discrete);
void co_arms_close(CoArms *arms, const CoDecision *d); // after each decision: begins anew at an episode's end

// Hooks.
bool co_arms_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_arms_wants(const void *config, const CoSpec *spec, CoWants *wants);
void *co_arms_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error);
void co_arms_destroy(void *arms);
// value += (reward - value) / count, or lr for 1 / count.
bool co_arms_learn_averages(void *arms, CoLearning *learning, CoError *error);
void co_arms_save(const void *arms, CoWriter *writer);
bool co_arms_load(void *arms, CoReader *reader); // what belongs to copies that are not here is passed over
bool co_arms_inspect(void *arms, int i, CoInspection *out);
extern const char *const co_arms_metrics[];

#endif
