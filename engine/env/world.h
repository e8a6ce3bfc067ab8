// Private to the room: what a world is made of, and one move of play.
#ifndef COHORT_ENV_WORLD_H
#define COHORT_ENV_WORLD_H

#include "cohort/env.h"

struct CoWorld {
  const CoEnvType *type;
  void *self;
  const CoWorld *core; // the innermost world, whose scripts these are; its state comes first in a wrapper's
  CoSpec spec;
  CoSpec *teams; // [spec.teams]
  int *first;    // [spec.teams + 1]
  size_t state_bytes;
  const CoStateField *fields;
  int infos;
};

// Takes `self`, closing it when it fails. core NULL: the world itself.
CoWorld *co_world_make(const CoEnvType *type, void *self, const CoWorld *core, CoError *error);

size_t co_state_width(CoStateKind kind); // bytes of an element

// Starts an episode; the stream goes on. task: the stream that draws the task; NULL: the moment's own.
bool co_play_reset(const CoWorld *world, void *worker, CoMoment *moment, CoRng *task, CoError *error);
// One move, the agents' or nature's: rewards[agents] and info[infos] of it.
bool co_play_step(const CoWorld *world, void *worker, CoMoment *moment, const CoActions *actions, float *rewards,
                  float *info, CoError *error);
static inline void *co_play_state(CoMoment *moment) {
  return moment + 1;
}

// Counts an agents' move and says whether the episode is over; running out of time waits until nature has moved.
static inline void co_play_count(const CoWorld *world, CoMoment *moment, bool nature, bool terminated) {
  int limit = world->spec.episode_limit;
  if (!nature) moment->clock++;
  if (terminated)
    moment->ended = CO_TERMINATED;
  else if (limit && moment->clock >= limit && co_world_mover(world, co_play_state(moment)) != CO_CHANCE)
    moment->ended = CO_TRUNCATED;
}

#endif
