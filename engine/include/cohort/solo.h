// Environments of one agent: the hooks for one copy and for many at once, out of one inline function each.
#ifndef COHORT_SOLO_H
#define COHORT_SOLO_H

#include "cohort/env.h"

// Defines the hooks `name` and `name_many` (reset, reset_many) out of
//   static inline void begin(const SELF *self, STATE *state, CoRng *rng);
// which writes every number of the state.
#define CO_SOLO_RESET(name, begin)                                                                                     \
  static bool name(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {                          \
    (void)worker, (void)error;                                                                                         \
    begin(self, state, rng);                                                                                           \
    return true;                                                                                                       \
  }                                                                                                                    \
  static bool name##_many(const void *self, void *worker, const CoMany *many, CoError *error) {                        \
    (void)worker, (void)error;                                                                                         \
    const CoMany all = *many; /* no store of a number changes it */                                                    \
    for (int k = 0; k < all.runners; k++)                                                                              \
      begin(self, co_many_state(&all, all.runner[k]), &co_many_moment(&all, all.runner[k])->rng);                      \
    return true;                                                                                                       \
  }

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
    const CoMany all = *many;                                                                                          \
    for (int k = 0; k < all.runners; k++) {                                                                            \
      int i = all.runner[k];                                                                                           \
      all.terminated[i] =                                                                                              \
          advance(self, co_many_state(&all, i), all.actions.kind[i], &co_many_moment(&all, i)->rng, &all.rewards[i]);  \
    }                                                                                                                  \
    return true;                                                                                                       \
  }

// The same where a step takes one draw from [0, 1), `luck`, and no other:
//   static inline bool advance(const SELF *self, STATE *state, ACTION action, double luck, float *reward);
// Many copies draw before any of them moves: nobody waits for a draw.
#define CO_SOLO_LUCKY_STEP(name, advance, kind)                                                                        \
  static bool name(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng,                  \
                   CoOutcome *outcome, CoError *error) {                                                               \
    (void)worker, (void)error;                                                                                         \
    outcome->terminated = advance(self, state, actions->kind[0], co_rng_unit(rng), &outcome->rewards[0]);              \
    return true;                                                                                                       \
  }                                                                                                                    \
  static bool name##_many(const void *self, void *worker, const CoMany *many, CoError *error) {                        \
    (void)worker, (void)error;                                                                                         \
    const CoMany all = *many;                                                                                          \
    double luck[64];                                                                                                   \
    for (int first = 0, end; first < all.runners; first = end) {                                                       \
      end = all.runners - first < 64 ? all.runners : first + 64;                                                       \
      for (int k = first; k < end; k++) luck[k - first] = co_rng_unit(&co_many_moment(&all, all.runner[k])->rng);      \
      for (int k = first; k < end; k++) {                                                                              \
        int i = all.runner[k];                                                                                         \
        all.terminated[i] =                                                                                            \
            advance(self, co_many_state(&all, i), all.actions.kind[i], luck[k - first], &all.rewards[i]);              \
      }                                                                                                                \
    }                                                                                                                  \
    return true;                                                                                                       \
  }

// Defines the hooks `name` and `name_many` (index, index_many) out of
//   static inline int number(const SELF *self, const STATE *state);
#define CO_SOLO_INDEX(name, number)                                                                                    \
  static int name(const void *self, const void *state, int agent) {                                                    \
    (void)agent;                                                                                                       \
    return number(self, state);                                                                                        \
  }                                                                                                                    \
  static void name##_many(const void *self, const CoMany *many, int team, int *index) {                                \
    (void)team;                                                                                                        \
    const CoMany all = *many;                                                                                          \
    for (int k = 0; k < all.runners; k++) index[all.runner[k]] = number(self, co_many_state(&all, all.runner[k]));     \
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
    const CoMany all = *many;                                                                                          \
    for (int k = 0; k < all.runners; k++)                                                                              \
      look(self, co_many_state(&all, all.runner[k]), obs + (size_t)all.runner[k] * numbers);                           \
    return true;                                                                                                       \
  }

#endif
