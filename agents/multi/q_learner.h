// Q-learning for teams (PyMARL's QLearner): IQL, VDN and QMIX differ in how they mix the agents' values.
#ifndef COHORT_AGENTS_MULTI_Q_LEARNER_H
#define COHORT_AGENTS_MULTI_Q_LEARNER_H

#include "agents.h"

typedef struct CoQLearnerConfig {
  CoAgentsConfig team; // first
  bool double_q;
  int optimizer; // CoOptimKind
  double optim_alpha, optim_eps;
} CoQLearnerConfig;

#define CO_Q_LEARNER_FIELDS                                                                                            \
  CO_AGENTS_FIELDS, CO_BOOL(CoAgentsConfig, obs_last_action, "true", "agents see their last action"),                  \
      CO_BOOL(CoAgentsConfig, obs_agent_id, "true", "agents see their number"),                                        \
      CO_INT(CoAgentsConfig, buffer_size, "5000", 1, 10000000, "episodes kept"),                                       \
      CO_NUMBER(CoAgentsConfig, grad_norm_clip, "10", 1e-6, 1e9, "largest norm of a gradient"),                        \
      CO_INT(CoAgentsConfig, target_update_interval, "200", 1, 1000000000, "episodes between copies of the target"),   \
      CO_NUMBER(CoAgentsConfig, epsilon_finish, "0.05", 0, 1, "share of random actions in the end"),                   \
      CO_INT(CoAgentsConfig, epsilon_anneal_time, "50000", 1, 2000000000, "until then, in a straight line"),           \
      CO_CHOICE(CoAgentsConfig, epsilon_clock, "steps", "steps episodes", "what epsilon_anneal_time counts"),          \
      CO_BOOL(CoQLearnerConfig, double_q, "true", "the online network chooses the target's action"),                   \
      CO_CHOICE(CoQLearnerConfig, optimizer, "rmsprop", CO_OPTIM_CHOICES, "what steps down the gradient"),             \
      CO_NUMBER(CoQLearnerConfig, optim_alpha, "0.99", 0, 1, "memory of rmsprop's squared gradients"),                 \
      CO_NUMBER(CoQLearnerConfig, optim_eps, "1e-5", 0, 1, "rmsprop's epsilon")

// PyMARL's protocol in full, so that a change of our own defaults does not change it.
#define CO_Q_LEARNER_PROFILES                                                                                          \
  {"pymarl", "hidden", "64"}, {"pymarl", "lstm", "false"}, {"pymarl", "obs_last_action", "true"},                      \
      {"pymarl", "obs_agent_id", "true"}, {"pymarl", "batch_size", "32"}, {"pymarl", "buffer_size", "5000"},           \
      {"pymarl", "gamma", "0.99"}, {"pymarl", "lr", "0.0005"}, {"pymarl", "grad_norm_clip", "10"},                     \
      {"pymarl", "target_update_interval", "200"}, {"pymarl", "updates_per_episode", "1"},                             \
      {"pymarl", "epsilon_start", "1"}, {"pymarl", "epsilon_finish", "0.05"}, {"pymarl", "epsilon_clock", "steps"},    \
      {"pymarl", "epsilon_anneal_time", "50000"}, {"pymarl", "double_q", "true"}, {"pymarl", "optimizer", "rmsprop"},  \
      {"pymarl", "optim_alpha", "0.99"}, {                                                                             \
    "pymarl", "optim_eps", "1e-5"                                                                                      \
  }

// How the agents' values q[n][agents] become the values that are learnt, [n][1] or [n][agents].
typedef struct CoMixer {
  size_t bytes; // of the mixer's layers; 0: it has none, and the next two are NULL
  void (*declare)(void *layers, const void *config, const CoSpec *spec, CoParams *params);
  void (*init)(const void *layers, CoParams *params, CoRng *rng);
  CoVar *(*mix)(const void *layers, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global); // global[n][size]
} CoMixer;

void *co_q_learner_create(const CoMixer *mixer, const void *config, const CoAlgoSetup *setup, CoError *error);
// Its mixer, with parameters as they were bound on the tape.
CoVar *co_q_learner_mix(const void *self, CoTape *tape, CoVar *const *bound, CoVar *q, CoVar *global);

// The hooks that the three algorithms share.
void co_q_learner_wants(const void *config, const CoSpec *spec, CoWants *wants); // without the global state
void co_q_learner_destroy(void *self);
bool co_q_learner_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                      CoError *error);
bool co_q_learner_learn(void *self, CoLearning *learning, CoError *error);
double co_q_learner_epsilon(const void *self, int64_t steps);
void co_q_learner_save(const void *self, CoWriter *writer);
bool co_q_learner_load(void *self, CoReader *reader);
bool co_q_learner_weights(const void *self, const char *folder, CoError *error);
bool co_q_learner_policy(const void *self, CoWriter *lua, CoError *error);
bool co_q_learner_inspect(void *self, int i, CoInspection *out);
extern const char *const co_q_learner_metrics[];

#define CO_Q_LEARNER_HOOKS                                                                                             \
  .metrics = co_q_learner_metrics, .destroy = co_q_learner_destroy, .act = co_q_learner_act,                           \
  .learn = co_q_learner_learn, .epsilon = co_q_learner_epsilon, .save = co_q_learner_save, .load = co_q_learner_load,  \
  .weights = co_q_learner_weights, .policy = co_q_learner_policy, .inspect = co_q_learner_inspect

#endif
