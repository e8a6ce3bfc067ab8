// Replay memory of decision rows: uniform (Lin 1992) or prioritised (Schaul et al., ICLR 2016).
#ifndef COHORT_REPLAY_H
#define COHORT_REPLAY_H

#include "cohort/decisions.h"

typedef struct CoReplayConfig {
  int capacity;     // rows; the oldest gives way
  bool prioritised; // draw in proportion to priority^alpha
  double alpha;     // 0: uniform; the paper's proportional form has 0.6
} CoReplayConfig;

// Observations are kept as bytes as long as all their numbers are whole ones from 0 to 255 (planes of zeros and ones),
// a quarter of the memory; from the first row on where that is not so, all are floats. What is drawn is the same.

// A batch of rows, by columns. It belongs to the memory until the next draw.
typedef struct CoRows {
  int count;
  const float *obs, *next_obs;     // [count][obs_size]
  const uint8_t *mask, *next_mask; // [count][actions], NULL when continuous
  const int *action;               // [count], NULL when continuous
  const float *control;            // [count][action_size], NULL when discrete
  const float *reward, *discount;  // [count]
  const int *agent, *kind;         // [count]
  const int *index, *next_index;   // [count]; 0s when not tabular
  const float *weight;             // [count] importance weights, the largest of the batch 1; 1s when uniform
} CoRows;

typedef struct CoReplay CoReplay;
CoReplay *co_replay_create(const CoSpec *team, const CoReplayConfig *config, CoError *error);
void co_replay_destroy(CoReplay *replay);

void co_replay_add(CoReplay *replay, const CoDecision *rows, int count); // new rows get the highest priority so far
int co_replay_count(const CoReplay *replay);                             // kept now
int64_t co_replay_total(const CoReplay *replay);                         // ever added
size_t co_replay_bytes(const CoReplay *replay);                          // memory when full, in the form kept now

// `count` rows drawn with replacement. beta in [0, 1]: how far the weights make up for the priorities (prioritised
// only). NULL with a sentence when memory for a larger batch than before runs out; an empty memory is an assert.
const CoRows *co_replay_sample(CoReplay *replay, int count, double beta, CoRng *rng, CoError *error);
// New priorities (|error| + 1e-6)^alpha for the rows of the last draw; nothing when uniform.
void co_replay_prioritise(CoReplay *replay, const float *errors); // [count of the last draw]

void co_replay_save(const CoReplay *replay, CoWriter *writer);
bool co_replay_load(CoReplay *replay, CoReader *reader); // sizes must agree

#endif
