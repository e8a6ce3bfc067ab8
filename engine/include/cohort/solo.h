// Environments of one agent: the hooks for one copy and for many at once, out of one inline function each.
#ifndef COHORT_SOLO_H
#define COHORT_SOLO_H

#include "cohort/env.h"

// Defines the hooks `name` and `name_many` (step, step_many) out of
//   static inline bool advance(const SELF *self, STATE *state, ACTION action, CoRng *rng, float *reward);
// which is true at the end. ACTION is int where `kind` is discrete, float where it is continuous.
#define CO_SOLO_STEP(name, advance, kind)                                                                              \
  static bool name(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng,                  \
                   CoOutcome *outcome, CoError *error) {                                                               \
    (void)worker, (void)error;                                                                                         \
    outcome->terminated = advance(self, state, actions->kind[0], rng, &outcome->rewards[0]);                           \
    return true;                                                                                                       \
  }                                                                                                                    \
  static bool name##_many(const void *self, void *worker, const CoMany *many, CoError *error) {                        \
    (void)worker, (void)error;                                                                                         \
    for (int i = 0; i < many->count; i++)                                                                              \
      if (many->running[i])                                                                                            \
        many->terminated[i] = advance(self, co_many_state(many, i), many->actions.kind[i],                             \
                                      &co_many_moment(many, i)->rng, &many->rewards[i]);                               \
    return true;                                                                                                       \
  }

// Defines the hooks `name` and `name_many` (observe, observe_many) out of
//   static inline void look(const SELF *self, const STATE *state, float *obs);
// `size` is obs_size, an expression that may use `self`.
#define CO_SOLO_OBSERVE(name, look, size)                                                                              \
  static bool name(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {         \
    (void)worker, (void)agent, (void)error;                                                                            \
    look(self, state, obs);                                                                                            \
    return true;                                                                                                       \
  }                                                                                                                    \
  static bool name##_many(const void *self, void *worker, const CoMany *many, int team, float *obs, CoError *error) {  \
    (void)worker, (void)team, (void)error;                                                                             \
    size_t numbers = (size_t)(size);                                                                                   \
    for (int i = 0; i < many->count; i++)                                                                              \
      if (many->running[i]) look(self, co_many_state(many, i), obs + (size_t)i * numbers);                             \
    return true;                                                                                                       \
  }

#endif
