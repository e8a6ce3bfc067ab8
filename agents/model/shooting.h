// Planning by shooting: sequences of actions are drawn, imagined to their end, and the best of them say what to do now
// (model-predictive control; Chua et al., "Deep reinforcement learning in a handful of trials", NeurIPS 2018).
#ifndef COHORT_AGENTS_MODEL_SHOOTING_H
#define COHORT_AGENTS_MODEL_SHOOTING_H

#include "cohort/agent.h"

typedef enum CoSearch { CO_SEARCH_CEM, CO_SEARCH_RANDOM } CoSearch;

// The first member of every planner's config, so that the rows below serve them all.
typedef struct CoShootingConfig {
  int search; // CoSearch
  int horizon, population, iterations;
  double elite_frac, sigma;
  bool restart;
} CoShootingConfig;

#define CO_SHOOTING_FIELDS(ahead, members, rounds, deviation, twice)                                                   \
  CO_CHOICE(CoShootingConfig, search, "cem", "cem random", "cross-entropy method, or the best of uniform draws"),      \
      CO_INT(CoShootingConfig, horizon, ahead, 1, 10000, "steps that a plan looks ahead"),                             \
      CO_INT(CoShootingConfig, population, members, 2, 100000, "plans that are imagined at a time"),                   \
      CO_INT(CoShootingConfig, iterations, rounds, 1, 1000,                                                            \
             "cem: how often the plans are drawn anew around the best of them"),                                       \
      CO_NUMBER(CoShootingConfig, elite_frac, "0.1", 1e-3, 1, "cem: share of the plans that are the best"),            \
      CO_NUMBER(CoShootingConfig, sigma, deviation, 1e-3, 10,                                                          \
                "cem: deviation of the first plans, in units of half an action's range"),                              \
      CO_BOOL(CoShootingConfig, restart, twice,                                                                        \
              "cem: search from nothing as well as from the last plan, and take what is better")

// The first member of every planner. Within, actions are in units of their range, a in [-1, 1]^n.
typedef struct CoShooting {
  CoShootingConfig config;
  const CoSpec *spec;
  int num_envs, action_size, size; // size: numbers of a plan, horizon * action_size
  double *points;                  // [population][size] the plans
  double *cost;                    // [population] less what each is expected to earn
  double *mean, *deviation, *kept; // [size] what they are drawn around; what an earlier search found
  int *rank;                       // [population]
  float *actions;                  // [horizon][population][action_size] the plans in the environment's units
  float *plan;                     // [horizon][action_size] the best that the last search found, in the same units
  float *shown;                    // [num_envs][action_size] what act chose last
} CoShooting;

// A zeroed planner of `bytes`, whose first member is a CoShooting, with that member made.
void *co_shooting_create(size_t bytes, const CoShootingConfig *config, const CoAlgoSetup *setup, CoError *error);
void co_shooting_destroy(void *self);

// What every plan in `actions` would earn from where copy `env` stands: returns[population].
typedef bool (*CoImagine)(void *self, const CoFrame *frame, const CoActing *how, int env, double *returns,
                          CoError *error);
// Plans in every copy whose agent acts, and does the first step of the plan. The rest of it is where the next search
// begins (in how->memory), unless one from nothing finds better: who only mends a plan never gives it up (PlaNet, where
// every search begins from nothing).
bool co_shooting_act(void *self, const CoFrame *frame, const CoActing *how, CoImagine imagine, float *continuous,
                     CoError *error);

// Uniformly random actions, where nothing is known yet; each is done again with probability `hold`.
void co_shooting_guess(CoShooting *self, const CoFrame *frame, const CoActing *how, double hold, float *continuous);

// Hooks.
bool co_shooting_accepts(const void *config, const CoSpec *spec, CoError *error); // one agent, bounded actions
int co_shooting_memory(const CoShootingConfig *config, const CoSpec *spec);       // wants.memory
bool co_shooting_inspect(void *self, int i, CoInspection *out);                   // "action", "plan"

#endif
