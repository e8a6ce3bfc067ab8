// A latent world model: what is seen becomes a few numbers z; what an action does to z and earns is learned, and what z
// looks like (PlaNet: Hafner et al., "Learning latent dynamics for planning from pixels", ICML 2019). Here nothing is
// left to chance: z is numbers, not a distribution, and one observation tells it (pictures of two steps tell a speed).
#ifndef COHORT_AGENTS_MODEL_LATENT_H
#define COHORT_AGENTS_MODEL_LATENT_H

#include "cohort/body.h"

typedef struct CoLatentConfig {
  CoBodyConfig body; // of each of the three networks; the encoder's has the convolutions
  int size;          // numbers of z
  double latent_scale, reward_scale;
} CoLatentConfig;

typedef struct CoLatent {
  CoLatentConfig config;
  int obs_size, action_size;
  CoBody encoder, transition, decoder;
  CoDense encodes, moves, decodes; // to z; to the change of z, and the reward; to an observation
} CoLatent;

// Declares the three networks; obs_shape 0s: observations are no images.
CoLatent co_latent_add(CoParams *params, const CoLatentConfig *config, const int obs_shape[3], int obs_size,
                       int action_size);
void co_latent_init(CoParams *params, const CoLatent *model, CoRng *rng);

// z = e(o): obs[n][obs_size] -> [n][size]
CoVar *co_latent_encode(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *obs);
// z' = z + f(z, a) and the reward r(z, a): z[n][size], actions[n][action_size] -> [n][size], reward[n][1]
CoVar *co_latent_step(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *z, const CoReal *actions,
                      CoVar **reward);
// o = D(z): z[n][size] -> [n][obs_size]
CoVar *co_latent_decode(const CoLatent *model, CoTape *tape, CoVar *const *bound, CoVar *z);

// What was seen, done and earned in sequences of so many steps, side by side: what belongs to a step lies together.
typedef struct CoSequences {
  int steps, count;
  CoReal *obs;     // [steps + 1][count][obs_size]
  CoReal *weight;  // [steps + 1][count] 1; 0 where the sequence has ended before
  CoReal *actions; // [steps][count][action_size]
  CoReal *reward;  // [steps][count]
} CoSequences;

// z_0 = e(o_0), then z_k+1 and r_k from z_k and a_k: nothing is seen after o_0. The sum, over sequences and steps, of
//   |D(z_k) - o_k|^2 / 2 + latent_scale |z_k - e(o_k)|^2 / 2 + reward_scale (r_k - what step k earned)^2 / 2,
// e(o_k) taken as given (as in TD-MPC: Hansen et al., ICML 2022): what is imagined stays among what can be seen, so
// that one can go on from there, farther than sequences are long. errors: the three sums of squares.
CoVar *co_latent_loss(const CoLatent *model, CoTape *tape, CoVar *const *bound, const CoSequences *real,
                      double errors[3]);

#endif
