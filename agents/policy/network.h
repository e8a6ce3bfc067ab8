// The networks of policy and value: how the files of this folder call them.
#ifndef COHORT_AGENTS_POLICY_NETWORK_H
#define COHORT_AGENTS_POLICY_NETWORK_H

#include "actor.h"

// What an agent noted when it acted: the logarithm of its action's probability (density), and where actions are
// continuous the action as drawn, before it was held within the bounds.
enum { CO_ACTOR_LOG_PROB, CO_ACTOR_CONTROL };

#define CO_ACTOR_OBS_CLIP 10 // deviations that a normalised observation may lie from 0

void co_actor_measure(CoActor *actor, const CoAlgoSetup *setup);                // sizes, by its config
CoActorNetwork co_actor_network(CoActor *actor, const char *name, int outputs); // declares its parameters
void co_actor_declare(CoActor *actor);                                          // layers and parameters
void co_actor_init(CoActor *actor, CoRng *rng);

// x[n][inputs] of rows [env][agent] of observations; at[n], or NULL for the first n rows.
CoVar *co_actor_inputs(const CoActor *actor, CoTape *tape, const float *obs, const int *at, int n);
CoVar *co_actor_policy_of(const CoActor *actor, CoTape *tape, CoVar *const *bound, CoVar *x); // logits or means
CoVar *co_actor_value_of(const CoActor *actor, CoTape *tape, CoVar *const *bound, CoVar *x);  // [n][1]
uint8_t *co_actor_masks(const CoActor *actor, CoTape *tape, const uint8_t *mask, const int *at, int n); // [n][actions]

#endif
