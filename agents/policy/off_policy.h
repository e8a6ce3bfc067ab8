// What DDPG, TD3, SAC and MADDPG share: settings, an actor, critics and slow copies of them, replay, warm-up, noise,
// acting, saving. All agents of a team have the same weights, or each its own. Within, actions are in units of their
// range, a in [-1, 1]^n.
#ifndef COHORT_AGENTS_POLICY_OFF_POLICY_H
#define COHORT_AGENTS_POLICY_OFF_POLICY_H

#include "actor.h"

#define CO_OFF_POLICY_CRITICS 2
#define CO_LOG_STD_LEAST (-20.0) // where an actor's deviations end, as logarithms
#define CO_LOG_STD_MOST 2.0

typedef enum CoNoise { CO_NOISE_GAUSSIAN, CO_NOISE_OU } CoNoise;

// The first member of every algorithm's config, so that rows with offsets into it serve them all.
typedef struct CoOffPolicyConfig {
  CoBodyConfig body; // first
  bool obs_agent_id, share_weights;
  int buffer_size, batch_size, learning_starts, train_freq, shards;
  double updates_per_step, gamma, tau, lr, actor_lr;
  int noise; // CoNoise
  double exploration_noise, noise_theta, output_penalty;
  int hindsight, hindsight_goals;
} CoOffPolicyConfig;

#define CO_OFF_POLICY_COMMON_FIELDS                                                                                    \
  CO_BOOL(CoOffPolicyConfig, obs_agent_id, "true", "agents of a team of several see their number"),                    \
      CO_BOOL(CoOffPolicyConfig, share_weights, "true",                                                                \
              "agents of a team have the same weights; false: each its own"),                                          \
      CO_INT(CoOffPolicyConfig, shards, "1", 1, 1024,                                                                  \
             "parts an update is cut into, for threads; another number gives other rounding"),                         \
      CO_CHOICE(CoOffPolicyConfig, noise, "gaussian", "gaussian ou",                                                   \
                "exploration: independent draws, or an Ornstein-Uhlenbeck process of the same deviation"),             \
      CO_NUMBER(CoOffPolicyConfig, noise_theta, "0.15", 1e-6, 1, "ou: share of the noise that a step forgets")

#define CO_OFF_POLICY_FIELDS                                                                                           \
  CO_BODY_FIELDS("256", "relu"), CO_OFF_POLICY_COMMON_FIELDS,                                                          \
      CO_ALIASED(CoOffPolicyConfig, buffer_size, "buffer_capacity", CO_FIELD_INT, "1000000", 1, 100000000,             \
                 "decisions that are kept"),                                                                           \
      CO_INT(CoOffPolicyConfig, batch_size, "256", 1, 65536, "decisions of an update, drawn uniformly"),               \
      CO_ALIASED(CoOffPolicyConfig, learning_starts, "start_steps", CO_FIELD_INT, "1000", 0, 2000000000,               \
                 "steps of uniformly random actions before the first update"),                                         \
      CO_INT(CoOffPolicyConfig, train_freq, "1", 1, 1000000, "steps of every copy between updates"),                   \
      CO_ALIASED(CoOffPolicyConfig, updates_per_step, "utd", CO_FIELD_NUMBER, "1", 0.001, 1000,                        \
                 "updates for each step of a copy, made all at once every train_freq steps"),                          \
      CO_NUMBER(CoOffPolicyConfig, gamma, "0.99", 0, 1, "discount of a step"),                                         \
      CO_ALIASED(CoOffPolicyConfig, tau, "polyak", CO_FIELD_NUMBER, "0.005", 0, 1,                                     \
                 "share of the way that the slow networks go towards the others at an update"),                        \
      CO_ALIASED(CoOffPolicyConfig, lr, "critic_lr q_lr learning_rate", CO_FIELD_NUMBER, "0.001", 1e-6, 1,             \
                 "learning rate of the critics"),                                                                      \
      CO_HINDSIGHT_FIELDS(CoOffPolicyConfig)

#define CO_OFF_POLICY_ACTOR_LR(preset)                                                                                 \
  CO_ALIASED(CoOffPolicyConfig, actor_lr, "policy_lr", CO_FIELD_NUMBER, preset, 1e-6, 1, "learning rate of the actor")
#define CO_OFF_POLICY_OUTPUT_PENALTY(preset)                                                                           \
  CO_NUMBER(CoOffPolicyConfig, output_penalty, preset, 0, 1000,                                                        \
            "weight of the mean square of the actor's outputs, before tanh or softmax, in its loss")
#define CO_OFF_POLICY_NOISE(preset)                                                                                    \
  CO_ALIASED(CoOffPolicyConfig, exploration_noise, "sigma", CO_FIELD_NUMBER, preset, 0, 10,                            \
             "deviation of the noise on actions, in units of half their range")

// Where an update's rows come from. `draw` draws them and sets self->drawn, how many (0: none yet). `take` makes a
// shard's part of them; false where none falls to it. The usual one is the replay memory.
struct CoPart;
typedef struct CoOffPolicySource {
  bool (*draw)(void *self, CoLearning *learning, CoError *error);
  bool (*take)(const void *self, struct CoPart *part);
} CoOffPolicySource;

// What an algorithm has of each.
typedef struct CoOffPolicyForm {
  int critics;     // 1, or 2, of which the lesser is believed
  bool gaussian;   // the actor's outputs are means and logarithms of deviations before tanh; otherwise its actions'
  bool slow_actor; // a slow copy of the actor too
  int beside;      // numbers that critics see besides what the actor sees
  const CoOffPolicySource *source; // NULL: the replay memory
} CoOffPolicyForm;

typedef struct CoOffPolicy {
  CoOffPolicyConfig config;
  CoOffPolicyForm form;
  const CoSpec *spec;
  int agents, action_size, obs_size, inputs, num_envs;
  int sets;                                                      // of weights: 1, or as many as agents
  CoActorNetwork *actor_net, *critic_net[CO_OFF_POLICY_CRITICS]; // [sets] each
  CoParams actor, critic, slow_actor, slow_critic;               // the critics are one set; slow_actor may be empty
  CoOptim *actor_optim, *critic_optim;
  CoSharded *step; // of the actor and of the critics by turns
  CoTape *tape;    // for acting, with `bound`, the actor, and `judge`, the critics, at its beginning
  CoVar **bound, **judge;
  CoTapeMark mark;
  CoRng rng;            // draws rows, and the noise of updates
  const CoRows *rows;   // of the update under way, where they come from a replay memory
  int64_t drawn;        // how many they are
  float *noise;         // [batch_size][action_size] of the update under way
  float *middle, *half; // [action_size]: an action is middle + half a
  // What act saw last: [num_envs][agents][action_size], the same, [num_envs][agents].
  float *shown, *deviation, *values;
} CoOffPolicy;

// A zeroed learner of `bytes`, whose first member is a CoOffPolicy, with that member made.
void *co_off_policy_create(size_t bytes, const CoOffPolicyConfig *config, const CoOffPolicyForm *form,
                           const CoAlgoSetup *setup, CoError *error);
void co_off_policy_destroy(void *self);

// The hooks that are the same for all: `self` is a learner whose first member is its CoOffPolicy.
#define CO_OFF_POLICY_HOOKS                                                                                            \
  .accepts = co_off_policy_accepts, .wants = co_off_policy_wants, .act = co_off_policy_act,                            \
  .weights = co_off_policy_weights, .policy = co_off_policy_policy, .inspect = co_off_policy_inspect
bool co_off_policy_accepts(const void *config, const CoSpec *spec, CoError *error); // bounded continuous actions
void co_off_policy_wants(const void *config, const CoSpec *spec, CoWants *wants);
bool co_off_policy_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                       CoError *error);
void co_off_policy_save(const void *self, CoWriter *writer);
bool co_off_policy_load(void *self, CoReader *reader);
bool co_off_policy_weights(const void *self, const char *folder, CoError *error);
bool co_off_policy_policy(const void *self, CoWriter *lua, CoError *error);
bool co_off_policy_inspect(void *self, int i, CoInspection *out); // "action", "value" (of greedy play), "std"

// A shard's part of the update's rows, on the shard's tape.
typedef struct CoPart {
  CoTape *tape;
  int shard, first, count;         // of the rows
  CoVar *obs, *next_obs;           // [count][inputs]
  CoVar *view;                     // [count][inputs + form.beside]: what critics see
  CoVar *action;                   // [count][action_size]
  const CoReal *reward, *discount; // [count]
} CoPart;

// The networks, with parameters as they were bound on the tape.
CoVar *co_off_policy_actor(const CoOffPolicy *self, CoTape *tape, CoVar *const *actor, CoVar *obs); // [count][outputs]
CoVar *co_off_policy_inputs(const CoOffPolicy *self, CoTape *tape, const float *obs, const int *agent, int count);
// Of the frame's rows `at` [count], on the tape for acting.
CoVar *co_off_policy_seen(CoOffPolicy *self, const float *obs, const int *at, int count);
CoVar *co_off_policy_pair(CoTape *tape, CoVar *obs, CoVar *action); // side by side: what critics read
CoVar *co_off_policy_q(const CoOffPolicy *self, CoTape *tape, CoVar *const *critic, int which,
                       CoVar *pair); // [count][1]
// min_j Q_j(s, a): the lesser of two believes less of what one of them happens to overrate.
CoVar *co_off_policy_least_q(const CoOffPolicy *self, CoTape *tape, CoVar *const *critic, CoVar *obs, CoVar *action);
// An actor's loss, the sum of -q[count][1]; and what keeps its outputs from where tanh or softmax are flat and nothing
// moves them any more: output_penalty times the mean square of out[count][outputs].
CoVar *co_off_policy_actor_loss(const CoOffPolicy *self, CoTape *tape, CoVar *q, CoVar *out);
CoVar *co_off_policy_noise(const CoOffPolicy *self, const CoPart *part); // [count][action_size]

// The actions of `count` rows in units of their range.
CoVar *co_off_policy_actions(const CoOffPolicy *self, CoTape *tape, const float *control, int count);

// The number of updates that the round's steps make due; each draws rows and is then the algorithm's.
typedef bool (*CoOffPolicyUpdate)(void *self, CoLearning *learning, CoError *error);
bool co_off_policy_learn(void *self, CoOffPolicyUpdate update, CoLearning *learning, CoError *error);

// Draws the noise anew: standard normal numbers.
void co_off_policy_draw_noise(CoOffPolicy *self);
// One step of all critics down sum_j (Q_j(s, a) - y)^2 / 2, y = r + discount V(s'), as `next_value` has V(s')
// [count][1], which is not learnt. Reports critic_loss and q_mean.
typedef CoVar *(*CoNextValue)(const void *self, const CoPart *part);
bool co_off_policy_step_critics(void *self, CoNextValue next_value, struct CoMetrics *metrics, CoError *error);
// One step of the actor down the mean of a loss, of which `loss` gives the part's sum [1][1]; actor and critic are the
// bound parameters. Reports actor_loss; stats are means too.
typedef CoVar *(*CoActorLoss)(const void *self, const CoPart *part, CoVar *const *actor, CoVar *const *critic,
                              double *stats);
bool co_off_policy_step_actor(void *self, CoActorLoss loss, double stats[CO_SHARD_STATS], struct CoMetrics *metrics,
                              CoError *error);
// slow += tau (fast - slow)
void co_off_policy_follow(CoOffPolicy *self);
// DDPG's update, for methods that are made of such learners: self has a slow actor.
bool co_ddpg_update(void *self, CoLearning *learning, CoError *error);

#endif
