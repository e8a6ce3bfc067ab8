// Updates of off-policy learners: which rows, when, and one step of the critics, of the actor, of the slow copies.
#include <math.h>
#include <string.h>

#include "cohort/metrics.h"
#include "off_policy.h"

// Updates that are due when so many steps have been taken.
static int64_t due(const CoOffPolicyConfig *config, int64_t steps) {
  int64_t after = steps - config->learning_starts;
  return after > 0 ? (int64_t)floor(config->updates_per_step * (double)after) : 0;
}

bool co_off_policy_learn(void *user, CoOffPolicyUpdate update, CoLearning *learning, CoError *error) {
  CoOffPolicy *self = user;
  int64_t from = due(&self->config, learning->steps - learning->new_steps), to = due(&self->config, learning->steps);
  for (; from < to && co_replay_count(learning->replay); from++) {
    self->rows = co_replay_sample(learning->replay, self->config.batch_size, 0, &self->rng, error);
    if (!self->rows || !update(self, learning, error)) return false;
    learning->updates++;
  }
  return true;
}

void co_off_policy_draw_noise(CoOffPolicy *self) {
  int count = self->config.batch_size * self->action_size;
  for (int i = 0; i < count; i++) self->noise[i] = (float)co_rng_normal(&self->rng);
}

CoVar *co_off_policy_noise(const CoOffPolicy *self, const CoPart *part) {
  return co_constant(part->tape, part->count, self->action_size,
                     self->noise + (size_t)part->first * (size_t)self->action_size);
}

// The actions as they were carried out, in units of their range.
static CoVar *actions(const CoOffPolicy *self, const CoPart *part) {
  int size = self->action_size;
  const float *from = self->rows->control + (size_t)part->first * (size_t)size;
  CoReal *to = co_tape_memory(part->tape, (size_t)part->count * (size_t)size);
  for (int i = 0; i < part->count * size; i++) to[i] = (from[i] - self->middle[i % size]) / self->half[i % size];
  return co_constant(part->tape, part->count, size, to);
}

static CoVar *seen(const CoOffPolicy *self, const CoPart *part, const float *obs) {
  return co_off_policy_inputs(self, part->tape, obs + (size_t)part->first * (size_t)self->obs_size,
                              self->rows->agent + part->first, part->count);
}

// False where no row falls to the shard.
static bool take(CoPart *part, const CoOffPolicy *self, int shard, CoTape *tape) {
  int64_t rows = self->rows->count, shards = self->config.shards;
  int first = (int)(rows * shard / shards), count = (int)(rows * (shard + 1) / shards) - first;
  *part = (CoPart){.tape = tape, .first = first, .count = count};
  if (!count) return false;
  part->obs = seen(self, part, self->rows->obs);
  part->next_obs = seen(self, part, self->rows->next_obs);
  part->action = actions(self, part);
  return true;
}

// What a step's loss is made of.
typedef struct Descent {
  const CoOffPolicy *self;
  CoNextValue next_value;
  CoActorLoss actor_loss;
} Descent;

enum { VALUE }; // the critics' stats

// y = r + discount V(s'), the same for all critics. What V took is not kept.
static CoVar *targets(const Descent *descent, const CoPart *part) {
  const CoRows *rows = descent->self->rows;
  CoReal *y = co_tape_memory(part->tape, (size_t)part->count);
  CoTapeMark mark = co_tape_mark(part->tape);
  bool recorded = co_tape_record(part->tape, false);
  const CoVar *next = descent->next_value(descent->self, part);
  for (int i = 0; i < part->count; i++)
    y[i] = rows->reward[part->first + i] + rows->discount[part->first + i] * next->data[i];
  co_tape_record(part->tape, recorded);
  co_tape_rewind(part->tape, mark);
  return co_constant(part->tape, part->count, 1, y);
}

// The part's sum over rows and critics of (Q_j(s, a) - y)^2 / 2, over the number of rows in all.
static CoVar *critic_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Descent *descent = user;
  const CoOffPolicy *self = descent->self;
  CoPart part;
  if (!take(&part, self, shard, tape)) return NULL;
  CoVar *y = targets(descent, &part), *sum = NULL, *pair = co_off_policy_pair(tape, part.obs, part.action);
  for (int j = 0; j < self->form.critics; j++) {
    CoVar *q = co_off_policy_q(self, tape, bound, j, pair);
    CoVar *error = co_sum_all(tape, co_squared(tape, q, y));
    sum = sum ? co_add(tape, sum, error) : error;
    for (int i = 0; i < part.count && j == 0; i++) stats[VALUE] += (double)q->data[i];
  }
  return co_affine(tape, sum, (CoReal)(0.5 / self->rows->count), 0);
}

bool co_off_policy_step_critics(void *user, CoNextValue next_value, struct CoMetrics *metrics, CoError *error) {
  CoOffPolicy *self = user;
  Descent descent = {.self = self, .next_value = next_value};
  CoDescent out;
  if (!co_sharded_descend(self->critic_step, &self->critic, self->critic_optim, INFINITY, critic_loss, &descent, &out,
                          error))
    return false;
  co_metric(metrics, "critic_loss", out.loss);
  co_metric(metrics, "q_mean", out.stats[VALUE] / self->rows->count);
  return true;
}

static CoVar *actor_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Descent *descent = user;
  const CoOffPolicy *self = descent->self;
  CoPart part;
  if (!take(&part, self, shard, tape)) return NULL;
  CoVar *const *critic = co_params_bind(tape, &self->critic);
  CoVar *sum = descent->actor_loss(self, &part, bound, critic, stats);
  return co_affine(tape, sum, (CoReal)(1.0 / self->rows->count), 0);
}

bool co_off_policy_step_actor(void *user, CoActorLoss loss_of, double stats[CO_SHARD_STATS], struct CoMetrics *metrics,
                              CoError *error) {
  CoOffPolicy *self = user;
  Descent descent = {.self = self, .actor_loss = loss_of};
  CoDescent out;
  if (!co_sharded_descend(self->actor_step, &self->actor, self->actor_optim, INFINITY, actor_loss, &descent, &out,
                          error))
    return false;
  for (int i = 0; i < CO_SHARD_STATS; i++) stats[i] = out.stats[i] / self->rows->count;
  co_metric(metrics, "actor_loss", out.loss);
  return true;
}

void co_off_policy_follow(CoOffPolicy *self) {
  co_params_blend(&self->slow_critic, &self->critic, self->config.tau);
  if (self->form.slow_actor) co_params_blend(&self->slow_actor, &self->actor, self->config.tau);
}
