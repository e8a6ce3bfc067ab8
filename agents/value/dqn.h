// Deep Q-learning: settings, the network of values, the learner, and how the files of this folder call them.
#ifndef COHORT_AGENTS_VALUE_DQN_H
#define COHORT_AGENTS_VALUE_DQN_H

#include "cohort/agent.h"
#include "cohort/body.h"
#include "cohort/optim.h"
#include "distribution.h"
#include "noisy.h"

typedef enum CoDqnDistribution { CO_DQN_EXPECTED, CO_DQN_C51, CO_DQN_QUANTILE } CoDqnDistribution;
typedef enum CoDqnLoss { CO_DQN_HUBER, CO_DQN_SQUARED } CoDqnLoss;
#define CO_DQN_ATOMS 256 // the most

typedef struct CoDqnConfig {
  CoBodyConfig body; // first
  bool obs_agent_id, double_q, dueling, prioritised, noisy;
  int n_step, distribution, atoms, loss; // CoDqnDistribution, CoDqnLoss
  double v_min, v_max, noisy_sigma, per_alpha, per_beta;
  int per_beta_anneal_time;
  double gamma, lr, max_grad_norm, optim_eps, tau;
  int lr_anneal_time, average_time, optimizer, shards; // CoOptimKind
  int batch_size, buffer_size, learning_starts, train_interval, gradient_steps, target_update_interval;
  double epsilon_start, epsilon_finish;
  int epsilon_anneal_time;
  int hindsight, hindsight_goals;
} CoDqnConfig;

// All hidden layers but the last, then one stream of two layers, or two where it duels. An action has `atoms` outputs:
// its value, the logits of its return's distribution, or the return's quantiles.
typedef struct CoDqnNetwork {
  CoBody body;
  CoNoisy value[2], advantage[2]; // value: where it duels
  bool duels;
  int actions, atoms;
  CoSupport support; // of C51
} CoDqnNetwork;

typedef struct CoDqn {
  CoDqnConfig config;
  CoDqnNetwork network;
  int agents, obs_size, inputs, num_envs;
  CoParams params, target, mean; // mean: of params over the last steps, where average_time asks for it
  CoOptim *optim;
  CoSharded *sharded;
  const CoParams *played; // what is played when nothing is explored, saved as weights: the mean, or params
  CoTape *tape;           // for acting and for targets; at its beginning what is bound
  CoVar **bound, **target_bound, **played_bound;
  CoTapeMark mark;
  CoRng rng;     // draws batches and their noise
  float *q;      // [num_envs][agents][actions] what act saw last
  float epsilon; // of the last act
  // The update under way.
  const CoRows *rows;
  const CoReal *y; // [rows][atoms] targets
  CoNoise noise;
  float *errors; // [batch_size] of the rows, for their priorities
} CoDqn;

void co_dqn_declare(CoDqn *dqn, const CoSpec *spec);
void co_dqn_init(CoDqn *dqn, CoRng *rng);
// x[n][inputs] of observations at[n] (NULL: the first n) and agents agent[n].
CoVar *co_dqn_inputs(const CoDqn *dqn, CoTape *tape, const float *obs, const int *at, const int *agent, int n);
// -> [n * actions][atoms]; the mean that duelling subtracts is over the legal actions, mask[n][actions].
CoVar *co_dqn_outputs(const CoDqnNetwork *network, CoTape *tape, CoVar *const *bound, CoVar *x, const uint8_t *mask,
                      CoNoise noise);
// Expected returns [n][actions] of those outputs.
CoVar *co_dqn_values(const CoDqn *dqn, CoTape *tape, CoVar *outputs);
// Noise for an evaluation of the network; none where it is not noisy. rngs[draws].
CoNoise co_dqn_noise(const CoDqnNetwork *network, CoTape *tape, CoRng *const *rngs, int draws);

double co_dqn_epsilon(const void *self, int64_t steps);
bool co_dqn_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error);
bool co_dqn_inspect(void *self, int i, CoInspection *out); // "q", "epsilon"
bool co_dqn_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_dqn_wants(const void *config, const CoSpec *spec, CoWants *wants);
void *co_dqn_create(const void *config, const CoAlgoSetup *setup, CoError *error);
void co_dqn_destroy(void *self);
void co_dqn_save(const void *self, CoWriter *writer);
bool co_dqn_load(void *self, CoReader *reader);
bool co_dqn_weights(const void *self, const char *folder, CoError *error);
bool co_dqn_policy(const void *self, CoWriter *lua, CoError *error);

#endif
