// Wrappers: a wrapped world behaves as any world; and the running normalisation of observations.
#ifndef COHORT_WRAPPERS_H
#define COHORT_WRAPPERS_H

#include "cohort/env.h"
#include "cohort/stats.h"

// Each takes the inner world, also when it fails (NULL in, NULL out: calls can be nested and checked once), and closing
// the result closes it.

// Truncates after `steps` steps, in place of the environment's own limit; 0 for none.
CoWorld *co_world_limit(CoWorld *inner, int steps);
// Multiplies all rewards by `factor`, the exact model's too.
CoWorld *co_world_scale_reward(CoWorld *inner, double factor, CoError *error);
// Shows the last `frames` observations of each agent, oldest first (zeros before an episode's first). The history is a
// part of the state. An image keeps its shape, with `frames` times the channels. Views other than obs are not stacked.
CoWorld *co_world_stack(CoWorld *inner, int frames, CoError *error);

// Observations less their running mean, over their running deviation, clipped. Statistics are the learner's state: it
// updates them in training, applies them always and saves them.
typedef struct CoNormaliser CoNormaliser;
CoNormaliser *co_normaliser_create(int size, double clip, CoError *error);
void co_normaliser_destroy(CoNormaliser *normaliser);
void co_normaliser_update(CoNormaliser *normaliser, const float *obs, int rows);                  // [rows][size]
void co_normaliser_apply(const CoNormaliser *normaliser, const float *obs, int rows, float *out); // out may be obs
// What is subtracted from an observation, and what the rest is multiplied with: mean[size], scale[size].
void co_normaliser_numbers(const CoNormaliser *normaliser, float *mean, float *scale);
void co_normaliser_save(const CoNormaliser *normaliser, CoWriter *writer);
bool co_normaliser_load(CoNormaliser *normaliser, CoReader *reader);

#endif
