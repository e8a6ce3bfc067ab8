// Rollouts: the last T joint steps of every copy, for on-policy learners.
#ifndef COHORT_ROLLOUT_H
#define COHORT_ROLLOUT_H

#include "cohort/vecenv.h"

typedef struct CoRolloutConfig {
  int steps;             // T
  int num_envs;          // copies
  int views;             // CoViews to keep
  int notes;             // numbers per agent that the algorithm noted when it acted; 0 for none
  bool timeout_terminal; // running out of time counts as a true end
} CoRolloutConfig;

// Arrays of joint steps; every member is the rollout's own and read only for learners. A stream is *cut* after step t
// where the episode ended, and after the last step of all: the successor is then row cut[t][env] of the last_ arrays,
// the real one, never a reset. Elsewhere it is step t + 1 of the same copy.
typedef struct CoRollout {
  int steps, filled, num_envs, agents; // filled: steps written so far
  int rewards;                         // 1 when the team shares its reward, else agents
  int cuts;                            // rows of the last_ arrays
  float *obs;                          // [steps][num_envs][agents][obs_size] or NULL
  float *privileged;                   // [steps][num_envs][agents][privileged_size] or NULL
  float *global;                       // [steps][num_envs][global_size] or NULL
  uint8_t *mask;                       // [steps][num_envs][agents][actions], NULL when continuous
  uint8_t *alive, *acting;             // [steps][num_envs][agents]; acting 0 in copies that had ended
  int *index;                          // [steps][num_envs][agents], NULL when not tabular
  int *action;                         // [steps][num_envs][agents], NULL when continuous
  float *control;                      // [steps][num_envs][agents][action_size], NULL when discrete
  float *notes;                        // [steps][num_envs][agents][notes] or NULL
  float *reward;                       // [steps][num_envs][rewards] of that step
  float *discount;                     // [steps][num_envs] 1 where play went on after the step, 0 at a true end
  int *cut;                            // [steps][num_envs] -1, or a row of:
  float *last_obs;                     // [cuts][agents][obs_size] or NULL
  float *last_privileged;              // [cuts][agents][privileged_size] or NULL
  float *last_global;                  // [cuts][global_size] or NULL
  uint8_t *last_mask;                  // [cuts][agents][actions] or NULL
  uint8_t *last_alive;                 // [cuts][agents]
  int *last_index;                     // [cuts][agents] or NULL
} CoRollout;

CoRollout *co_rollout_create(const CoWorld *world, int team, const CoRolloutConfig *config, CoError *error);
void co_rollout_destroy(CoRollout *rollout);
void co_rollout_clear(CoRollout *rollout); // filled and cuts become 0
bool co_rollout_full(const CoRollout *rollout);

// One call before every step (what was seen, done and noted; notes [num_envs][agents][notes] or NULL), one after it.
// A full rollout must be cleared first.
void co_rollout_before(CoRollout *rollout, const CoVecEnv *vec, const CoActions *actions, const float *notes);
void co_rollout_after(CoRollout *rollout, const CoVecEnv *vec);

// Advantages (GAE, Schulman et al. 2016) of every agent's own decisions: rewards between an agent's move and its next
// belong to that decision, discounted. value [steps][num_envs][agents] and last_value [cuts][agents] are the critic's;
// advantage [steps][num_envs][agents] is 0 where an agent did not act. Target of the critic: advantage + value.
void co_rollout_advantages(const CoRollout *rollout, double gamma, double lambda, const float *value,
                           const float *last_value, float *advantage);

#endif
