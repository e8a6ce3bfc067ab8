// Many copies of one environment, stepped across threads: what learners are fed from.
#ifndef COHORT_VECENV_H
#define COHORT_VECENV_H

#include "cohort/env.h"
#include "cohort/pool.h"

// What a team sees before its next move, for every copy. Arrays are the runtime's, valid until the next step.
typedef struct CoFrame {
  int num_envs, agents;    // agents of the team
  const float *obs;        // [num_envs][agents][obs_size]; zeros for the dead
  const float *privileged; // [num_envs][agents][privileged_size], NULL when not asked for
  const float *global;     // [num_envs][global_size], NULL when not asked for
  const float *achieved;   // [num_envs][agents][goal_size], NULL when not asked for
  const uint8_t *mask;     // [num_envs][agents][actions], NULL when continuous
  const uint8_t *alive;    // [num_envs][agents]
  const uint8_t *acting;   // [num_envs][agents] 1: moves now (turns; the dead do not)
  const int *index;        // [num_envs][agents] table row, NULL when not tabular
  const uint8_t *running;  // [num_envs] 0: this copy's episode has ended, its rows are the end's
  // What planners begin from, and nobody learns from: [num_envs] CoMoment and state, `stride` bytes from one to the
  // next; NULL in a frame that no runtime made.
  const unsigned char *moments;
  size_t stride;
} CoFrame;
static inline const void *co_frame_moment(const CoFrame *frame, int env) { // as co_env_restore takes it
  return frame->moments + (size_t)env * frame->stride;
}
static inline const void *co_frame_state(const CoFrame *frame, int env) {
  return (const CoMoment *)co_frame_moment(frame, env) + 1;
}

// Which of the costly parts to compute.
typedef enum CoViews {
  CO_VIEW_OBS = 1,
  CO_VIEW_GLOBAL = 2,
  CO_VIEW_PRIVILEGED = 4,
  CO_VIEW_GOALS = 8,
  CO_VIEW_ALL = 15
} CoViews;

// Types that have step_many and observe_many are asked once for all copies of a thread, the others copy by copy.
// Copy i has the RNG stream (seed, purpose, i): the same states whatever num_envs or the threads.
typedef struct CoVecEnv CoVecEnv;
CoVecEnv *co_vecenv_create(const CoWorld *world, int num_envs, int views, CoPool *pool, uint64_t seed,
                           const char *purpose, CoError *error);
void co_vecenv_destroy(CoVecEnv *vec);
const CoWorld *co_vecenv_world(const CoVecEnv *vec);
int co_vecenv_num_envs(const CoVecEnv *vec);
const CoFrame *co_vecenv_frame(const CoVecEnv *vec, int team);

// Nature's moves (CO_CHANCE) are made at once and never shown: their rewards belong to the step before them (those
// before an episode's first move to nobody).

// Restarts the ended copies (all of them at the beginning) and looks again.
bool co_vecenv_restart(CoVecEnv *vec, CoError *error);
// Steps the running copies with discrete [num_envs][agents of all teams] or continuous [..][action_size] actions, and
// looks: the frame then shows the real successor, also where an episode ended. Ended copies stay until restarted.
bool co_vecenv_step(CoVecEnv *vec, const CoActions *actions, CoError *error);
int co_vecenv_running(const CoVecEnv *vec); // how many copies are
// For callers who decide themselves when an episode begins: begins one in the marked copies (which [num_envs]; NULL: in
// all), wherever theirs stands, and looks at those again. rngs [num_envs]: their streams from now on; NULL: they go on.
bool co_vecenv_reset(CoVecEnv *vec, const uint8_t *which, const CoRng *rngs, CoError *error);
// The same in all copies of a family of tasks: copy i's task is what the stream tasks[i] draws, so that copies with
// equal streams have the same, and the same ones give it back later. rngs [num_envs] or NULL, tasks [num_envs].
bool co_vecenv_reset_tasks(CoVecEnv *vec, const CoRng *rngs, const CoRng *tasks, CoError *error);

const float *co_vecenv_rewards(const CoVecEnv *vec);  // [num_envs][agents of all teams], of the last step
const int32_t *co_vecenv_ending(const CoVecEnv *vec); // [num_envs] CoEnding after the last step
const int64_t *co_vecenv_clock(const CoVecEnv *vec);  // [num_envs]
const float *co_vecenv_info(const CoVecEnv *vec);     // [num_envs][infos], summed since reset
const void *co_vecenv_state(const CoVecEnv *vec, int env);
const void *co_vecenv_bytes(const CoVecEnv *vec, int env); // CoMoment and state: [co_env_size]
// Puts a copy where another stood: bytes [co_env_size] as co_vecenv_bytes gave them, info [infos]; and looks at it.
bool co_vecenv_restore(CoVecEnv *vec, int env, const void *bytes, const float *info, CoError *error);
// A scripted player's actions for a team: actions[num_envs][agents of all teams], the team's columns written in the
// running copies. Agents that do not act get their first legal action. rngs [num_envs].
bool co_vecenv_script(CoVecEnv *vec, const CoScriptType *script, int team, CoRng *rngs, int *actions, CoError *error);

void co_vecenv_save(const CoVecEnv *vec, CoWriter *writer); // every copy's moment, state and info
bool co_vecenv_load(CoVecEnv *vec, CoReader *reader);       // and looks again

#endif
