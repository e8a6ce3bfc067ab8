// QPD's central critic: Q_tot of the agents' views and actions, with a first layer in which every agent has its part.
#ifndef COHORT_AGENTS_MULTI_CRITIC_H
#define COHORT_AGENTS_MULTI_CRITIC_H

#include "cohort/episodes.h"
#include "cohort/params.h"

typedef enum CoCriticForm { CO_CRITIC_MULTI, CO_CRITIC_SINGLE } CoCriticForm;
typedef enum CoCriticMerge { CO_CRITIC_CONCAT, CO_CRITIC_ADD } CoCriticMerge;

typedef struct CoCriticConfig {
  int form, merge; // CoCriticForm, CoCriticMerge (of the multi-channel form)
  int post_layers; // hidden layers after the merge
  int hidden;
  bool privileged; // sees CO_VIEW_PRIVILEGED, else the agents' own observations
} CoCriticConfig;

// Agents are grouped in channels: one for every kind, whose agents share two layers; in the single-channel form one for
// every agent, and the parts of the first layer are summed. Within a channel matrices are [count][agents of it][...].
typedef struct CoCritic {
  CoCriticConfig config;
  int agents, view, actions, inputs; // inputs: of one agent, its view and its action as a one-hot vector
  int channels;
  int *first;      // [channels + 1] of its agents in
  int *order;      // [agents] the agents, channel by channel
  CoDense *layer1; // [channels]; single: one, of all agents' inputs
  CoDense *layer2; // [channels]; single: one
  CoDense *after;  // [post_layers + 1] after the merge; the last gives the value
  CoParams params, target;
} CoCritic;

bool co_critic_create(CoCritic *critic, const CoCriticConfig *config, const CoSpec *spec, CoRng *rng, CoError *error);
void co_critic_free(CoCritic *critic); // a zeroed one is fine

// The parts of the critic, over chosen entries of a batch: rows[count], -1 for an all-zero input. Each gives an array
// of variables, one a channel, that lives on the tape.
CoVar **co_critic_inputs(const CoCritic *critic, CoTape *tape, const CoBatch *batch, const int *rows,
                         int count); // [count * agents][inputs]
// The first layer before its relu: linear, and every agent's own part of it.
CoVar **co_critic_parts(const CoCritic *critic, CoTape *tape, CoVar *const *bound,
                        CoVar *const *inputs); // [count * agents][hidden]
CoVar *co_critic_rest(const CoCritic *critic, CoTape *tape, CoVar *const *bound, CoVar *const *parts); // [count][1]

CoVar *co_critic_value(const CoCritic *critic, CoTape *tape, CoVar *const *bound, const CoBatch *batch, const int *rows,
                       int count); // [count][1]

#endif
