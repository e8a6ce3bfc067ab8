// What IQL, VDN, QMIX and QPD share: settings, recurrent agents of equal weights, acting, the rhythm of updates.
#ifndef COHORT_AGENTS_MULTI_AGENTS_H
#define COHORT_AGENTS_MULTI_AGENTS_H

#include "cohort/agent.h"
#include "cohort/optim.h"

typedef enum CoAgentsNetwork {
  CO_AGENTS_NETWORK_PYMARL, // fc1, relu, recurrent, fc2
  CO_AGENTS_NETWORK_QPD,    // recurrent, fc1, relu, fc2
} CoAgentsNetwork;
typedef enum CoAgentsClock { CO_AGENTS_CLOCK_STEPS, CO_AGENTS_CLOCK_EPISODES } CoAgentsClock;

// The first member of every algorithm's config, so that rows with offsets into it serve them all.
typedef struct CoAgentsConfig {
  int network; // CoAgentsNetwork
  int hidden;
  bool lstm; // else GRU
  int window;
  bool obs_last_action, obs_agent_id;
  int batch_size, buffer_size, shards;
  double gamma, lr, grad_norm_clip, updates_per_episode;
  int target_update_interval;
  double epsilon_start, epsilon_finish;
  int epsilon_anneal_time, epsilon_clock;
} CoAgentsConfig;

// Rows of which every algorithm has the same default; the others follow in its own table.
#define CO_AGENTS_FIELDS                                                                                               \
  CO_ALIASED(CoAgentsConfig, hidden, "rnn_hidden_dim", CO_FIELD_INT, "64", 1, 4096, "width of the agents' layers"),    \
      CO_BOOL(CoAgentsConfig, lstm, "false", "LSTM instead of GRU (Keras's form: hard sigmoid gates, forget bias 1)"), \
      CO_INT(CoAgentsConfig, batch_size, "32", 1, 65536, "episodes in an update"),                                     \
      CO_INT(CoAgentsConfig, shards, "8", 1, 1024,                                                                     \
             "parts an update is cut into, for threads; another number gives other rounding"),                         \
      CO_NUMBER(CoAgentsConfig, gamma, "0.99", 0, 1, "discount of a step"),                                            \
      CO_NUMBER(CoAgentsConfig, lr, "0.0005", 1e-6, 1, "learning rate"),                                               \
      CO_NUMBER(CoAgentsConfig, updates_per_episode, "1", 1e-3, 1000,                                                  \
                "updates for every episode collected, whatever num_envs; PyMARL's ratio is 1"),                        \
      CO_NUMBER(CoAgentsConfig, epsilon_start, "1", 0, 1, "share of random actions at the beginning")

typedef struct CoAgents {
  CoAgentsConfig config;
  int agents, actions, obs_size, inputs, num_envs;
  CoDense fc1, fc2;
  CoRecurrent rnn;
  CoParams params;  // the agents' own, then what the algorithm declares beside them (a mixer)
  int agent_params; // how many of them are the agents'
  CoOptim *optim;
  CoSharded *sharded;
  CoTape *tape; // for acting: `bound` at its beginning, the rest rewound to `mark` every time
  CoVar **bound;
  CoTapeMark mark;
  float *seen; // [num_envs][agents][actions] values of what act saw last
  float epsilon;
  CoRng rng;        // draws the batches
  double owed;      // updates that the episodes so far are worth and that were not made
  int64_t episodes; // collected so far
} CoAgents;

// Creation in three steps: sizes and the agents' parameters; whatever the algorithm adds to team->params; the rest.
void co_agents_declare(CoAgents *team, const CoAgentsConfig *config, const CoAlgoSetup *setup);
bool co_agents_build(CoAgents *team, const CoOptimConfig *optim, const CoAlgoSetup *setup, CoError *error);
void co_agents_free(CoAgents *team);
void co_agents_save(const CoAgents *team, CoWriter *writer);
bool co_agents_load(CoAgents *team, CoReader *reader);
// One part of the parameters as a file of its own, FOLDER/NAME.safetensors.
bool co_agents_export(const CoParams *params, int first, int count, const char *folder, const char *name,
                      CoError *error);

// Discrete actions, and a payoff that the team shares (where `shared`).
bool co_agents_accepts(const CoSpec *spec, bool shared, CoError *error);
void co_agents_wants(const CoAgentsConfig *config, const CoSpec *spec, CoWants *wants); // views: OBS

// Acting: epsilon-greedy over the legal actions; the recurrent state and the last action live in how->memory.
void co_agents_act(CoAgents *team, const CoFrame *frame, const CoActing *how, int *actions);
double co_agents_epsilon(const CoAgents *team, int64_t steps);
bool co_agents_inspect(CoAgents *team, int i, CoInspection *out); // "q" and "epsilon"

// What the network is fed with: an agent's observation, then its last action (-1: none) and its number, one-hot.
int co_agents_input_size(const CoAgentsConfig *config, const CoSpec *spec);
void co_agents_input(const CoAgents *team, const float *obs, int last_action, int agent, CoReal *out); // out[inputs]

// Learning. What the agents see in every entry of a batch, and the values of all their actions there:
CoVar *co_agents_inputs(const CoAgents *team, CoTape *tape, const CoBatch *batch); // [rows * agents][inputs]
CoVar *co_agents_values(const CoAgents *team, CoTape *tape, CoVar *const *bound, const CoPacked *packed,
                        CoVar *inputs); // [rows * agents][actions]
// The values of the actions that were done, at the entries a step follows: [steps][agents].
CoVar *co_agents_taken(const CoAgents *team, CoTape *tape, const CoBatch *batch, CoVar *values);

// Entries that a step follows, ascending: rows[co_agents_steps]. The k-th one's successor is row batch->episodes + k.
int co_agents_steps(const CoBatch *batch);
const int *co_agents_rows(CoTape *tape, const CoBatch *batch);

// Calls `update` as often as the new episodes are worth, once the store has a batch.
typedef bool (*CoAgentsUpdate)(void *self, CoLearning *learning, CoError *error);
bool co_agents_learn(CoAgents *team, CoLearning *learning, CoAgentsUpdate update, void *self, CoError *error);

#endif
