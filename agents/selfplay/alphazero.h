// AlphaZero: settings, network, memory of positions, search of many games, and how the files of this folder call them.
#ifndef COHORT_AGENTS_SELFPLAY_ALPHAZERO_H
#define COHORT_AGENTS_SELFPLAY_ALPHAZERO_H

#include "cohort/body.h"
#include "cohort/metrics.h"
#include "cohort/optim.h"
#include "search.h"

#define CO_ZERO_SHARDS 64 // the most

typedef struct CoZeroConfig {
  CoBodyConfig body; // first
  int simulations, test_simulations;
  double c_puct, dirichlet_alpha, dirichlet_epsilon, temperature, search_share;
  int temperature_moves, random_opening, games, shards;
  bool symmetry;
  int buffer_size, batch_size, gradient_steps, learning_starts;
  double lr, weight_decay, max_grad_norm, vf_coef;
  bool gating;
  int gate_interval, gate_games;
  double gate_score;
} CoZeroConfig;

// Positions that were played, the oldest overwritten.
typedef struct CoZeroMemory {
  int capacity, count, next;
  float *obs;    // [capacity][obs_size] as the mover saw it
  float *policy; // [capacity][actions] shares of visits
  uint8_t *mask; // [capacity][actions]
  float *value;  // [capacity] what the game then brought the mover, and what the search said it would
} CoZeroMemory;

// A game under way, and its search.
typedef struct CoZeroGame {
  CoSearch search;
  CoRng rng;
  unsigned char *state; // [state_bytes]
  bool live;
  int mover;    // where `state` stands
  int moves;    // made so far
  float result; // to the first agent
  // Of every move made: [longest] of each.
  float *obs, *policy;   // [obs_size], [actions]
  float *reward, *value; // to the first agent: the move's, and the search's mean at the root
  uint8_t *mask;         // [actions]
  int8_t *movers;
} CoZeroGame;

typedef struct CoZero {
  CoZeroConfig config;
  const CoWorld *world;
  CoSearchRules rules;
  int actions, obs_size, longest, slots;
  CoParams params, best; // best: of the last checkpoint that was measured
  CoBody body;
  CoDense policy, value;
  CoOptim *optim;
  CoSharded *sharded;
  CoZeroGame *games; // [slots] at least config.games, and the copies that act sees
  int **live;        // [shards] a shard's games that are searched
  CoZeroMemory memory;
  int images;                  // of a position: as it is, and the game's symmetries
  int *obs_from, *action_from; // [images][obs_size], [images][actions] where the image's numbers stand in the original
  CoRng rng;                   // draws positions
  uint64_t seed;
  int64_t rounds;
  double elo;                 // of `best`, the first network's is 0
  int *batch;                 // [batch_size] the positions of the update under way: images * row + image
  float *shares, *value_seen; // [actions], [1] of the first copy: of what act saw last
} CoZero;

// The network: a body, one layer of logits and one of a value in (-1, 1).
void co_zero_declare(CoZero *zero, const CoSpec *spec);
void co_zero_init(CoZero *zero, CoRng *rng);
CoVar *co_zero_logits(const CoZero *zero, CoTape *tape, CoVar *const *bound, CoVar *hidden); // [n][actions]
CoVar *co_zero_value(const CoZero *zero, CoTape *tape, CoVar *const *bound, CoVar *hidden);  // [n][1]

// Searches all the named games together, one call of the network for what they need next: so many simulations each.
// noise: Dirichlet noise on the roots' priors.
typedef struct CoZeroTask {
  const CoParams *params;
  const int *games; // [count]
  int count, simulations;
  bool noise;
} CoZeroTask;
bool co_zero_search(CoZero *zero, const CoZeroTask *task, CoTape *tape, CoError *error);

// A round's games against itself, from start to end, into the memory.
bool co_zero_play(CoZero *zero, CoRound *round, CoError *error);
// The newest network against `best`: the share of the points that it wins.
bool co_zero_match(CoZero *zero, double *score, CoError *error);

#endif
