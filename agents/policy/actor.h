// What REINFORCE, A2C, PPO and TRPO share: settings, a network for the policy and one for its value, acting, one step
// down a gradient. All agents of a team have the same weights.
#ifndef COHORT_AGENTS_POLICY_ACTOR_H
#define COHORT_AGENTS_POLICY_ACTOR_H

#include "cohort/agent.h"
#include "cohort/body.h"
#include "cohort/optim.h"
#include "cohort/wrappers.h"

// The first member of every algorithm's config, so that rows with offsets into it serve them all.
typedef struct CoActorConfig {
  CoBodyConfig body; // first
  bool obs_agent_id, norm_obs, norm_reward;
  double log_std;
  int num_steps, shards, lr_anneal_time, optimizer; // CoOptimKind
  double gamma, gae_lambda, lr, ent_coef, vf_coef, max_grad_norm, optim_alpha, optim_eps;
} CoActorConfig;

// Rows for every algorithm; for those that step down one loss of policy, value and entropy; for those that learn from
// rollouts. What differs is handed in: the defaults.
#define CO_ACTOR_FIELDS                                                                                                \
  CO_BODY_FIELDS("64", "tanh"),                                                                                        \
      CO_BOOL(CoActorConfig, obs_agent_id, "true", "agents of a team of several see their number"),                    \
      CO_BOOL(CoActorConfig, norm_obs, "false", "observations less their running mean, over their deviation"),         \
      CO_NUMBER(CoActorConfig, log_std, "0", -10, 3,                                                                   \
                "continuous: logarithm of the deviation at the beginning; it is learnt, the same in all states"),      \
      CO_INT(CoActorConfig, shards, "1", 1, 1024,                                                                      \
             "parts an update is cut into, for threads; another number gives other rounding"),                         \
      CO_INT(CoActorConfig, lr_anneal_time, "0", 0, 2000000000,                                                        \
             "steps in which lr falls to 0 in a straight line; 0: it does not fall"),                                  \
      CO_NUMBER(CoActorConfig, gamma, "0.99", 0, 1, "discount of a step"),                                             \
      CO_NUMBER(CoActorConfig, optim_alpha, "0.99", 0, 0.999999, "memory of rmsprop's squared gradients"),             \
      CO_NUMBER(CoActorConfig, optim_eps, "1e-5", 1e-12, 1, "epsilon of adam and rmsprop")

#define CO_ACTOR_DESCENT_FIELDS(rate, norm, kind, entropy)                                                             \
  CO_ALIASED(CoActorConfig, lr, "learning_rate", CO_FIELD_NUMBER, rate, 1e-6, 1, "learning rate"),                     \
      CO_ALIASED(CoActorConfig, max_grad_norm, "grad_norm_clip", CO_FIELD_NUMBER, norm, 1e-6, 1e9,                     \
                 "largest norm of a gradient"),                                                                        \
      CO_CHOICE(CoActorConfig, optimizer, kind, CO_OPTIM_CHOICES, "what steps down the gradient"),                     \
      CO_ALIASED(CoActorConfig, vf_coef, "value_coef", CO_FIELD_NUMBER, "0.5", 0, 1000, "weight of the value's loss"), \
      CO_ALIASED(CoActorConfig, ent_coef, "entropy_coef", CO_FIELD_NUMBER, entropy, 0, 1000, "weight of the entropy")

#define CO_ACTOR_ROLLOUT_FIELDS(steps, lambda)                                                                         \
  CO_ALIASED(CoActorConfig, num_steps, "n_steps rollout", CO_FIELD_INT, steps, 1, 1000000,                             \
             "steps of every copy between updates"),                                                                   \
      CO_NUMBER(CoActorConfig, gae_lambda, lambda, 0, 1,                                                               \
                "GAE: 1 the rewards of the whole rollout, 0 one step and the value"),                                  \
      CO_BOOL(CoActorConfig, norm_reward, "false", "rewards over the running deviation of their discounted sums")

typedef struct CoActorNetwork {
  CoBody body;
  CoDense head;
} CoActorNetwork;

typedef struct CoActor {
  CoActorConfig config;
  const CoSpec *spec;
  int agents, actions, action_size, obs_size, inputs, num_envs, notes;
  CoActorNetwork policy, value;
  int log_std; // the parameter; -1 when discrete
  CoParams params;
  CoOptim *optim;
  CoSharded *sharded;
  CoTape *tape; // for acting, and for what a round of learning keeps; `bound` at its beginning
  CoVar **bound;
  CoTapeMark mark;
  CoRng rng;             // draws the minibatches
  CoNormaliser *scale;   // NULL without norm_obs
  CoRunning returns;     // norm_reward: of the discounted sums of rewards
  double *sums;          // [sum_count] those sums, of every copy and agent (or of every copy)
  int sum_count;         // 0 before the first rollout
  float *shown, *values; // [num_envs][agents][actions or action_size], [num_envs][agents]: what act saw last
  float *deviation;      // [action_size]
} CoActor;

// A zeroed learner of `bytes`, whose first member is a CoActor, with that member made.
void *co_actor_create(size_t bytes, const CoActorConfig *config, const CoAlgoSetup *setup, CoError *error);
// Hooks: rollouts of num_steps; whole episodes, no more than the round's.
void co_actor_wants_rollout(const void *config, const CoSpec *spec, CoWants *wants);
void co_actor_wants_episodes(const void *config, const CoSpec *spec, CoWants *wants);

// The hooks that are the same for all: `self` is a learner whose first member is its CoActor, all that it saves.
#define CO_ACTOR_HOOKS                                                                                                 \
  .act = co_actor_act, .save = co_actor_save, .load = co_actor_load, .weights = co_actor_weights,                      \
  .policy = co_actor_policy, .inspect = co_actor_inspect
bool co_actor_accepts(const void *config, const CoSpec *spec, CoError *error); // observations; actions of either kind
void co_actor_destroy(void *self);
// Draws from the policy, or takes its mode where it must not explore; notes what learning needs of the decision.
bool co_actor_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                  CoError *error);
// The rows [env][agent] of those that move now, ascending, into at[num_envs * agents]; returns how many.
int co_movers(const CoFrame *frame, int *at);
void co_actor_save(const void *self, CoWriter *writer);
bool co_actor_load(void *self, CoReader *reader);
bool co_actor_weights(const void *self, const char *folder, CoError *error);
bool co_actor_policy(const void *self, CoWriter *lua, CoError *error);
bool co_actor_inspect(void *self, int i, CoInspection *out); // "pi", or "mean" and "std"; "value" (of greedy play)

// Decisions to learn from: which rows of an experience are decisions, and what is known of them. Arrays are borrowed or
// lie on the actor's tape, until it acts again.
typedef struct CoMoves {
  const float *obs;                              // [rows][obs_size]
  const uint8_t *mask;                           // [rows][actions], NULL when continuous
  const int *action;                             // [rows], NULL when continuous
  const float *notes;                            // [rows][notes]
  int rows;                                      // of all joint steps, agents innermost
  int *decision, count;                          // [count] rows that are decisions, ascending
  CoReal *value, *log_prob, *advantage, *target; // [rows]: before the update; A(s, a); what the value should be
} CoMoves;

// Of a rollout: GAE(gamma, lambda), with the real successor's value wherever a stream is cut short of a true end.
CoMoves co_actor_rollout(CoActor *actor, const CoRollout *rollout);
// Of whole episodes: the target is the discounted return; `baseline`: the advantage is what it has over the value, and
// where time ran out the value of what follows counts. Otherwise the advantage is the return.
CoMoves co_actor_episodes(CoActor *actor, const CoBatch *batch, bool baseline);
// The chosen rows of a column, with mean 0 and (unbiased) deviation 1; out may be the column.
void co_actor_standardise(const CoReal *column, const int *row, int count, CoReal *out);
// When a round has been learnt from: its observations move their statistics.
void co_actor_observed(CoActor *actor, const CoMoves *moves);
// 1 - Var(target - value) / Var(target) over the decisions: 1 is a perfect critic, 0 no better than a constant.
double co_actor_explained(const CoMoves *moves);

// What the networks say now of chosen decisions.
typedef struct CoJudged {
  CoVar *policy;                     // [count][actions] log pi(.|s), or [count][action_size] means
  CoVar *log_prob, *entropy, *value; // [count][1]
} CoJudged;
CoJudged co_actor_judge(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves, const int *row,
                        int count);
// The policy's part of it alone, the value's alone.
CoJudged co_actor_judge_policy(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves,
                               const int *row, int count);
CoVar *co_actor_judge_value(const CoActor *actor, CoTape *tape, CoVar *const *bound, const CoMoves *moves,
                            const int *row, int count);
// The chosen rows of a column, as a constant [count][1].
CoVar *co_actor_column(CoTape *tape, const CoReal *column, const int *row, int count);

// The shard's part of a list of `count` decisions; returns how many.
int co_actor_part(const CoActor *actor, int shard, int count, int *first);
// The losses of `count` decisions in all: -gain / count + vf_coef error / (2 count) - ent_coef entropy / count, of
// which this shard has the sums, each [1][1]; error may be NULL.
CoVar *co_actor_loss(const CoActor *actor, CoTape *tape, CoVar *gain, CoVar *error, CoVar *entropy, int count);

// One optimiser step down the gradient of a sharded loss, which counts as an update; reports grad_norm and
// learning_rate.
bool co_actor_descend(CoActor *actor, CoShardLoss loss, void *user, CoLearning *learning, CoDescent *out,
                      CoError *error);
// Reports the first sums over `count` decisions: stats[i] as names[i].
void co_actor_report(const double *stats, const char *const *names, int stats_count, int count,
                     struct CoMetrics *metrics);

#endif
