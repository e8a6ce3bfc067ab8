// Decision rows: what single-decision learners (tabular, DQN, DDPG) make of joint steps.
#ifndef COHORT_DECISIONS_H
#define COHORT_DECISIONS_H

#include "cohort/vecenv.h"

// One decision: from an agent's move to the next time that same agent moves, or to the episode's end. What happens
// between (the others' moves, chance, the time after its death while its team plays on) belongs to it, so that a
// waiting player is credited with what the others' moves brought it, and with nothing else. With n steps (Sutton and
// Barto, chapter 7) a row reaches from a move to the n-th move after it, or to the episode's end where that comes
// first.
typedef struct CoDecision {
  int env, agent, kind;            // the copy; the agent within its team; its kind
  int ticks;                       // steps that passed
  int ending;                      // CoEnding: CO_PLAYING where the agent moves on
  int action;                      // discrete: what was done
  int index, next_index;           // table rows; 0 when not tabular
  float reward;                    // sum over the ticks k of gamma^k times the agent's own reward
  float discount;                  // gamma^ticks; 0 at a true end and only there
  const float *obs, *next_obs;     // [obs_size]; next: always the real successor, at an end the final observation
  const uint8_t *mask, *next_mask; // [actions], NULL when continuous
  const float *control;            // [action_size], NULL when discrete
  const float *achieved;           // [goal_size] what was achieved there, NULL when not asked for (CO_VIEW_GOALS)
  const float *notes;              // [notes] what the algorithm noted when it acted, NULL when there are none
} CoDecision;

typedef struct CoDecisionsConfig {
  int num_envs;          // copies
  int n_step;            // moves that a row spans; 1: single decisions
  double gamma;          // discount of a step
  bool timeout_terminal; // running out of time counts as a true end
  int notes;             // floats per agent that come with a decision
} CoDecisionsConfig;

// Follows one team in the copies of a runtime that has CO_VIEW_OBS (obs are NULL without). Allocates nothing once
// created.
typedef struct CoDecisions CoDecisions;
CoDecisions *co_decisions_create(const CoWorld *world, int team, const CoDecisionsConfig *config, CoError *error);
void co_decisions_destroy(CoDecisions *decisions);

// Before a step: keeps what the acting agents see and do. actions as given to the runtime (all teams), notes
// [num_envs][agents][notes] (NULL where there are none).
void co_decisions_before(CoDecisions *decisions, const CoVecEnv *vec, const CoActions *actions, const float *notes);
// After it: rewards are collected, and decisions that are complete become rows.
void co_decisions_after(CoDecisions *decisions, const CoVecEnv *vec);
// The rows that the last `after` completed, copies ascending, agents within, the earliest move first. Valid until the
// next `before` and the runtime's next step or restart.
const CoDecision *co_decisions_rows(const CoDecisions *decisions, int *count);

void co_decisions_save(const CoDecisions *decisions, CoWriter *writer); // the pending ones
bool co_decisions_load(CoDecisions *decisions, CoReader *reader);

#endif
