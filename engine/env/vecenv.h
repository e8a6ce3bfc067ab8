// Private to the room: the batched runtime's parts.
#ifndef COHORT_ENV_VECENV_H
#define COHORT_ENV_VECENV_H

#include "cohort/block.h"
#include "cohort/vecenv.h"
#include "world.h"

// One thread's own.
typedef struct Hand {
  void *worker;
  float *rewards; // [agents] of nature's moves
  float *info;    // [infos] of one move
  bool failed;
  CoError error;
} Hand;

// A team's frame, writable.
typedef struct Sight {
  float *obs, *privileged, *global, *achieved;
  uint8_t *mask, *alive, *acting;
  int *index;
} Sight;

struct CoVecEnv {
  CoBlock block;
  const CoWorld *world;
  CoPool *pool;
  int num_envs, views, threads, shards, running_count;
  size_t stride;          // bytes from one copy's moment to the next
  unsigned char *moments; // [num_envs] CoMoment and state
  float *rewards;         // [num_envs][agents]
  float *info;            // [num_envs][infos]
  int32_t *ending;        // [num_envs]
  int64_t *clock;         // [num_envs]
  uint8_t *running;       // [num_envs]
  uint8_t *active;        // [num_envs] the copies that a restart or a step is about
  int *everyone;          // [num_envs] 0, 1, 2 ...
  int *members;           // [num_envs] their numbers, those of a shard from its first place on
  uint8_t *terminated;    // [num_envs] by the last step
  float *fresh;           // [num_envs][infos] of the last step
  CoActions idle;         // zeros, for nature's moves
  const CoRng *tasks;     // [num_envs] the streams of the tasks that are begun now; NULL: the copies' own
  Hand *hands;            // [threads]
  Sight *sights;          // [teams]
  CoFrame *frames;        // [teams]
};

// The active copies among those from `first` to before `end`.
typedef struct Group {
  int first, end;
  const int *member; // [count] ascending, counted from `first`
  int count;
} Group;
Group co_vecenv_gather(CoVecEnv *vec, int first, int end);
CoMany co_vecenv_many(const CoVecEnv *vec, const Group *group); // their moments alone
static inline bool co_group_whole(const Group *group) {
  return group->count == group->end - group->first;
}

// Work on the copies from `first` to before `end` by one thread.
typedef bool Task(CoVecEnv *vec, Hand *hand, int first, int end, const void *with, CoError *error);
// Runs it over all copies, in fixed shards over the pool; the first thread's error counts.
bool co_vecenv_each(CoVecEnv *vec, Task *task, const void *with, CoError *error);

static inline CoMoment *co_vecenv_moment(const CoVecEnv *vec, int env) {
  return (CoMoment *)(void *)(vec->moments + (size_t)env * vec->stride);
}

// Fills every team's rows of the group.
bool co_vecenv_look(CoVecEnv *vec, Hand *hand, const Group *group, CoError *error);
// What never changes in the rows of environments without the hooks that would change it.
void co_vecenv_look_constants(CoVecEnv *vec);

#endif
