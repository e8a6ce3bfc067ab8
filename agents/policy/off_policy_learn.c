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

static bool draw(void *user, CoLearning *learning, CoError *error) {
  CoOffPolicy *self = user;
  self->drawn = 0;
  if (!co_replay_count(learning->replay)) return true;
  self->rows = co_replay_sample(learning->replay, self->config.batch_size, 0, &self->rng, error);
  if (self->rows) self->drawn = self->rows->count;
  return self->rows;
}

// The actions as they were carried out, in units of their range.
CoVar *co_off_policy_actions(const CoOffPolicy *self, CoTape *tape, const float *control, int count) {
  int size = self->action_size;
  CoReal *to = co_tape_memory(tape, (size_t)count * (size_t)size);
  for (int i = 0; i < count * size; i++) to[i] = (control[i] - self->middle[i % size]) / self->half[i % size];
  return co_constant(tape, count, size, to);
}

static CoVar *seen(const CoOffPolicy *self, const CoPart *part, const float *obs) {
  return co_off_policy_inputs(self, part->tape, obs + (size_t)part->first * (size_t)self->obs_size,
                              self->rows->agent + part->first, part->count);
}

static bool take(const void *user, CoPart *part) {
  const CoOffPolicy *self = user;
  const CoRows *rows = self->rows;
  int64_t shards = self->config.shards;
  part->first = (int)(rows->count * part->shard / shards);
  part->count = (int)(rows->count * (int64_t)(part->shard + 1) / shards) - part->first;
  if (!part->count) return false;
  part->obs = part->view = seen(self, part, rows->obs);
  part->next_obs = seen(self, part, rows->next_obs);
  part->action = co_off_policy_actions(self, part->tape, rows->control + part->first * self->action_size, part->count);
  part->reward = rows->reward + part->first;
  part->discount = rows->discount + part->first;
  return true;
}

static const CoOffPolicySource *source(const CoOffPolicy *self) {
  static const CoOffPolicySource memory = {draw, take};
  return self->form.source ? self->form.source : &memory;
}

bool co_off_policy_learn(void *user, CoOffPolicyUpdate update, CoLearning *learning, CoError *error) {
  CoOffPolicy *self = user;
  int64_t from = due(&self->config, learning->steps - learning->new_steps), to = due(&self->config, learning->steps);
  for (; from < to; from++) {
    if (!source(self)->draw(self, learning, error)) return false;
    if (!self->drawn) break;
    if (!update(self, learning, error)) return false;
    learning->updates++;
  }
  return true;
}

void co_off_policy_draw_noise(CoOffPolicy *self) {
  enum { BLOCK = 64 };
  uint64_t bits[BLOCK];
  double normals[BLOCK];
  int count = self->config.batch_size * self->action_size;
  for (int first = 0; first < count; first += BLOCK) {
    int here = count - first < BLOCK ? count - first : BLOCK;
    for (int i = 0; i < here; i++) bits[i] = co_rng_next(&self->rng);
    co_rng_normals(here, bits, normals);
    for (int i = 0; i < here; i++) self->noise[first + i] = (float)normals[i];
  }
}

CoVar *co_off_policy_noise(const CoOffPolicy *self, const CoPart *part) {
  return co_constant(part->tape, part->count, self->action_size,
                     self->noise + (size_t)part->first * (size_t)self->action_size);
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
  CoReal *y = co_tape_memory(part->tape, (size_t)part->count);
  CoTapeMark mark = co_tape_mark(part->tape);
  bool recorded = co_tape_record(part->tape, false);
  const CoVar *next = descent->next_value(descent->self, part);
  for (int i = 0; i < part->count; i++) y[i] = part->reward[i] + part->discount[i] * next->data[i];
  co_tape_record(part->tape, recorded);
  co_tape_rewind(part->tape, mark);
  return co_constant(part->tape, part->count, 1, y);
}

// The part's sum over rows and critics of (Q_j(s, a) - y)^2 / 2, over the number of rows in all.
static CoVar *critic_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Descent *descent = user;
  const CoOffPolicy *self = descent->self;
  CoPart part = {.tape = tape, .shard = shard};
  if (!source(self)->take(self, &part)) return NULL;
  CoVar *y = targets(descent, &part), *sum = NULL, *pair = co_off_policy_pair(tape, part.view, part.action);
  for (int j = 0; j < self->form.critics; j++) {
    CoVar *q = co_off_policy_q(self, tape, bound, j, pair);
    CoVar *error = co_sum_all(tape, co_squared(tape, q, y));
    sum = sum ? co_add(tape, sum, error) : error;
    for (int i = 0; i < part.count && j == 0; i++) stats[VALUE] += (double)q->data[i];
  }
  return co_affine(tape, sum, (CoReal)(0.5 / (double)self->drawn), 0);
}

bool co_off_policy_step_critics(void *user, CoNextValue next_value, struct CoMetrics *metrics, CoError *error) {
  CoOffPolicy *self = user;
  Descent descent = {.self = self, .next_value = next_value};
  CoDescent out;
  if (!co_sharded_descend(self->step, &self->critic, self->critic_optim, INFINITY, critic_loss, &descent, &out, error))
    return false;
  co_metric(metrics, "critic_loss", out.loss);
  co_metric(metrics, "q_mean", out.stats[VALUE] / (double)self->drawn);
  return true;
}

static CoVar *actor_loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Descent *descent = user;
  const CoOffPolicy *self = descent->self;
  CoPart part = {.tape = tape, .shard = shard};
  if (!source(self)->take(self, &part)) return NULL;
  CoVar *const *critic = co_params_bind(tape, &self->critic);
  CoVar *sum = descent->actor_loss(self, &part, bound, critic, stats);
  return co_affine(tape, sum, (CoReal)(1.0 / (double)self->drawn), 0);
}

bool co_off_policy_step_actor(void *user, CoActorLoss loss_of, double stats[CO_SHARD_STATS], struct CoMetrics *metrics,
                              CoError *error) {
  CoOffPolicy *self = user;
  Descent descent = {.self = self, .actor_loss = loss_of};
  CoDescent out;
  if (!co_sharded_descend(self->step, &self->actor, self->actor_optim, INFINITY, actor_loss, &descent, &out, error))
    return false;
  for (int i = 0; i < CO_SHARD_STATS; i++) stats[i] = out.stats[i] / (double)self->drawn;
  co_metric(metrics, "actor_loss", out.loss);
  return true;
}

void co_off_policy_follow(CoOffPolicy *self) {
  co_params_blend(&self->slow_critic, &self->critic, self->config.tau);
  if (self->form.slow_actor) co_params_blend(&self->slow_actor, &self->actor, self->config.tau);
}
