// Multi-agent deep deterministic policy gradient (Lowe et al., NIPS 2017): actors see what their agent sees, critics
// what all see and do. Discrete actions by the Gumbel-softmax (Jang et al.; Maddison et al., ICLR 2017), kept one-hot
// by the straight-through estimator.
#include <string.h>

#include "agents.h"
#include "cohort/distributions.h"
#include "cohort/kernels.h"
#include "policy/off_policy.h"

extern const CoAlgoType co_maddpg;

typedef struct Config {
  CoOffPolicyConfig base; // first
  bool central_critic;
} Config;

typedef struct Learner {
  CoOffPolicy base; // first
  Config config;
  // The update under way: whole episodes, and the seed of its actions' noise.
  const CoBatch *batches; // [shards]
  uint64_t noise;
} Learner;

// --- actions ---

// Gumbel noise -log(-log u) for the legal actions, and what keeps the others from being chosen.
static void gumbel(int count, const uint8_t *mask, CoRng *rng, CoReal *noise) {
  for (int i = 0; i < count; i++) {
    double u = co_rng_unit(rng) + 0x1p-54;
    noise[i] = mask[i] ? (CoReal)-co_log(-co_log(u)) : (CoReal)-1e9;
  }
}

// The one-hot actions argmax(x + g), g Gumbel noise, with the gradient of softmax(x + g).
static CoVar *sample(const Learner *self, CoTape *tape, CoVar *logits, const uint8_t *mask, CoRng *rng) {
  int count = logits->rows, size = self->base.action_size;
  CoReal *noise = co_tape_memory(tape, (size_t)count * (size_t)size);
  CoReal *step = co_tape_memory(tape, (size_t)count * (size_t)size);
  gumbel(count * size, mask, rng, noise);
  CoVar *soft = co_softmax_rows(tape, co_add(tape, logits, co_constant(tape, count, size, noise)), NULL);
  for (int i = 0; i < count; i++) {
    const CoReal *row = soft->data + (size_t)i * (size_t)size;
    int best = co_argmax(size, row, NULL);
    for (int j = 0; j < size; j++) step[i * size + j] = (CoReal)(j == best) - row[j];
  }
  return co_add(tape, soft, co_constant(tape, count, size, step));
}

// What actors' outputs mean: mask[rows][actions] where they are discrete.
static CoVar *actions_of(const Learner *self, const CoPart *part, CoVar *out, const uint8_t *mask,
                         const char *purpose) {
  if (!self->base.spec->actions) return co_tanh_of(part->tape, out);
  CoRng rng = co_rng(self->noise, purpose, (uint64_t)part->shard);
  return sample(self, part->tape, out, mask, &rng);
}

// What was done in every entry: [rows * agents][action_size].
static CoVar *done(const Learner *self, CoTape *tape, const CoBatch *batch) {
  int count = batch->rows * batch->agents, size = self->base.action_size;
  if (batch->control) return co_off_policy_actions(&self->base, tape, batch->control, count);
  CoReal *hot = co_tape_memory(tape, (size_t)count * (size_t)size);
  memset(hot, 0, (size_t)count * (size_t)size * sizeof *hot);
  for (int i = 0; i < count; i++) hot[i * size + batch->action[i]] = 1;
  return co_constant(tape, count, size, hot);
}

// --- rows: a decision of each agent that acted, in every step of the episodes ---

typedef struct Decisions {
  int count;
  int *at, *next, *agent; // [count] which of the batch's [rows * agents] it is, its successor, the agent
} Decisions;

static Decisions decisions(CoTape *tape, const CoBatch *batch) {
  size_t most = (size_t)batch->rows * (size_t)batch->agents * sizeof(int);
  Decisions list = {0, co_tape_bytes(tape, most), co_tape_bytes(tape, most), co_tape_bytes(tape, most)};
  for (int row = 0; row < batch->rows; row++)
    for (int i = 0; i < batch->agents && batch->next[row] >= 0; i++) {
      if (!batch->acting[row * batch->agents + i]) continue;
      list.at[list.count] = row * batch->agents + i;
      list.next[list.count] = batch->next[row] * batch->agents + i;
      list.agent[list.count++] = i;
    }
  return list;
}

static CoVar *seen(const Learner *self, CoTape *tape, const CoBatch *batch, const int *at, const Decisions *list) {
  size_t size = (size_t)self->base.obs_size;
  float *obs = co_tape_memory(tape, (size_t)list->count * size);
  for (int i = 0; i < list->count; i++)
    memcpy(obs + (size_t)i * size, batch->obs + (size_t)at[i] * size, size * sizeof *obs);
  return co_off_policy_inputs(&self->base, tape, obs, list->agent, list->count);
}

// What critics see: what the agent sees; then what the others see and do, beginning with the agent's successor, so that
// one critic serves all. actions[rows * agents][action_size] of the batch.
static CoVar *view(const Learner *self, CoTape *tape, const CoBatch *batch, CoVar *obs, const int *at,
                   const CoReal *actions) {
  int agents = batch->agents;
  size_t see = (size_t)self->base.obs_size, act = (size_t)self->base.action_size;
  if (!self->base.form.beside) return obs;
  CoReal *beside = co_tape_memory(tape, (size_t)obs->rows * (size_t)self->base.form.beside), *out = beside;
  for (int i = 0; i < obs->rows; i++)
    for (int j = 1; j < agents; j++, out += see + act) {
      size_t other = (size_t)(at[i] - at[i] % agents + (at[i] + j) % agents);
      memcpy(out, batch->obs + other * see, see * sizeof *out);
      memcpy(out + see, actions + other * act, act * sizeof *out);
    }
  return co_off_policy_pair(tape, obs, co_constant(tape, obs->rows, self->base.form.beside, beside));
}

static const uint8_t *masks(const Learner *self, CoTape *tape, const CoBatch *batch, const int *at, int count) {
  size_t size = (size_t)self->base.action_size;
  if (!batch->mask) return NULL;
  uint8_t *mask = co_tape_bytes(tape, (size_t)count * size);
  for (int i = 0; i < count; i++) memcpy(mask + (size_t)i * size, batch->mask + (size_t)at[i] * size, size);
  return mask;
}

static bool take(const void *user, CoPart *part) {
  const Learner *self = user;
  const CoBatch *batch = &self->batches[part->shard];
  CoTape *tape = part->tape;
  Decisions list = decisions(tape, batch);
  if (!(part->count = list.count)) return false;
  CoReal *reward = co_tape_memory(tape, (size_t)list.count), *discount = co_tape_memory(tape, (size_t)list.count);
  for (int i = 0; i < list.count; i++) {
    int row = list.at[i] / batch->agents;
    reward[i] = batch->reward[row * batch->rewards + (batch->rewards > 1 ? list.agent[i] : 0)];
    discount[i] = (CoReal)self->base.config.gamma * batch->discount[row];
  }
  CoVar *actions = done(self, tape, batch);
  part->reward = reward, part->discount = discount;
  part->obs = seen(self, tape, batch, list.at, &list);
  part->view = view(self, tape, batch, part->obs, list.at, actions->data);
  part->action = co_gather(tape, actions, list.at, list.count);
  return true;
}

static bool draw(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoOffPolicy *base = &self->base;
  int kept = co_episodes_count(learning->store);
  int64_t steps;
  base->drawn = 0;
  if (!kept) return true;
  if (!co_episodes_sample(learning->store, kept < base->config.batch_size ? kept : base->config.batch_size,
                          base->config.shards, &base->rng, co_sharded_pool(base->step), &self->batches, &steps, error))
    return false;
  self->noise = co_rng_next(&base->rng);
  for (int k = 0; k < base->config.shards; k++)
    for (int row = 0; row < self->batches[k].rows; row++)
      for (int i = 0; i < base->agents && self->batches[k].next[row] >= 0; i++)
        base->drawn += self->batches[k].acting[row * base->agents + i];
  return true;
}

// --- the update ---

// V_i(s') = Q'_i(s', mu'_1(o'_1) ... mu'_N(o'_N)), of the slow networks.
static CoVar *next_value(const void *user, const CoPart *part) {
  const Learner *self = user;
  CoTape *tape = part->tape;
  const CoBatch *batch = &self->batches[part->shard];
  Decisions all = {batch->rows * batch->agents, NULL, NULL, NULL}, list = decisions(tape, batch);
  all.agent = co_tape_bytes(tape, (size_t)all.count * sizeof *all.agent);
  for (int i = 0; i < all.count; i++) all.agent[i] = i % batch->agents;
  CoVar *const *actor = co_params_bind(tape, &self->base.slow_actor);
  CoVar *const *critic = co_params_bind(tape, &self->base.slow_critic);
  CoVar *inputs = co_off_policy_inputs(&self->base, tape, batch->obs, all.agent, all.count);
  CoVar *out = co_off_policy_actor(&self->base, tape, actor, inputs);
  CoVar *actions = actions_of(self, part, out, batch->mask, "successors");
  CoVar *obs = co_gather(tape, inputs, list.next, list.count);
  CoVar *seen_by_critics = view(self, tape, batch, obs, list.next, actions->data);
  CoVar *own = co_gather(tape, actions, list.next, list.count);
  return co_off_policy_least_q(&self->base, tape, critic, seen_by_critics, own);
}

// -Q_i(s, a_1 .. mu_i(o_i) .. a_N), the others' actions as they were done.
static CoVar *loss(const void *user, const CoPart *part, CoVar *const *actor, CoVar *const *critic, double *stats) {
  (void)stats;
  const Learner *self = user;
  CoTape *tape = part->tape;
  const CoBatch *batch = &self->batches[part->shard];
  Decisions list = decisions(tape, batch);
  CoVar *out = co_off_policy_actor(&self->base, tape, actor, part->obs);
  CoVar *own = actions_of(self, part, out, masks(self, tape, batch, list.at, list.count), "actor");
  CoVar *q = co_off_policy_least_q(&self->base, tape, critic, part->view, own);
  return co_off_policy_actor_loss(&self->base, tape, q, out);
}

static bool update(void *self, CoLearning *learning, CoError *error) {
  double stats[CO_SHARD_STATS];
  if (!co_off_policy_step_critics(self, next_value, learning->metrics, error) ||
      !co_off_policy_step_actor(self, loss, stats, learning->metrics, error))
    return false;
  co_off_policy_follow(self);
  return true;
}

static bool learn(void *self, CoLearning *learning, CoError *error) {
  return co_off_policy_learn(self, update, learning, error);
}

// --- acting: continuous actions as DDPG's; discrete ones drawn from softmax(logits), greedily the likeliest ---

static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  Learner *self = user;
  CoOffPolicy *base = &self->base;
  if (!base->spec->actions) return co_off_policy_act(user, frame, how, discrete, continuous, error);
  size_t size = (size_t)base->action_size;
  co_tape_rewind(base->tape, base->mark);
  int *at = co_tape_bytes(base->tape, (size_t)frame->num_envs * (size_t)frame->agents * sizeof *at);
  CoReal *noise = co_tape_memory(base->tape, size);
  int count = co_movers(frame, at);
  if (!count) return true;
  bool blind = how->explore && how->steps < base->config.learning_starts;
  CoVar *out = co_off_policy_actor(base, base->tape, base->bound, co_off_policy_seen(base, frame->obs, at, count));
  for (int i = 0; i < count; i++) {
    CoReal *logits = out->data + (size_t)i * size;
    const uint8_t *mask = frame->mask + (size_t)at[i] * size;
    co_softmax((int)size, logits, mask, 1, base->shown + (size_t)at[i] * size);
    if (how->explore) gumbel((int)size, mask, &how->rngs[at[i] / base->agents], noise);
    for (size_t j = 0; j < size && how->explore; j++) logits[j] = blind ? noise[j] : logits[j] + noise[j];
    discrete[at[i]] = co_argmax((int)size, logits, mask);
  }
  return true;
}

static bool inspect(void *user, int i, CoInspection *out) {
  CoOffPolicy *base = user;
  if (!base->spec->actions && !base->form.beside) return co_off_policy_inspect(user, i, out);
  const char *name = base->spec->actions ? "policy" : "action";
  *out = (CoInspection){name, base->shown, base->num_envs * base->agents, base->action_size};
  return i == 0;
}

// --- the table ---

static bool accepts(const void *from, const CoSpec *spec, CoError *error) {
  const Config *config = from;
  if (!spec->actions || spec->obs_size < 1) return co_off_policy_accepts(from, spec, error);
  return co_body_fits(&config->base.body, spec->obs_shape, error);
}

static void wants(const void *config, const CoSpec *spec, CoWants *wants) {
  co_off_policy_wants(config, spec, wants);
  wants->experience = CO_EXPERIENCE_EPISODES;
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  const CoSpec *spec = setup->spec;
  static const CoOffPolicySource source = {draw, take};
  int others = config->central_critic ? spec->agents - 1 : 0, size = spec->actions ? spec->actions : spec->action_size;
  const CoOffPolicyForm form = {
      .critics = 1, .slow_actor = true, .beside = others * (spec->obs_size + size), .source = &source};
  Learner *self = co_off_policy_create(sizeof *self, &config->base, &form, setup, error);
  if (self) self->config = *config;
  return self;
}

static const char *const metrics[] = {"critic_loss", "q_mean", "actor_loss", NULL};

static const CoField fields[] = {
    CO_BODY_FIELDS("64", "relu"),
    CO_OFF_POLICY_COMMON_FIELDS,
    CO_BOOL(Config, central_critic, "true",
            "critics see and know the actions of all; false: of their own agent alone (independent DDPG)"),
    CO_INT(CoOffPolicyConfig, buffer_size, "5000", 1, 10000000, "episodes kept"),
    CO_INT(CoOffPolicyConfig, batch_size, "16", 1, 65536, "episodes in an update"),
    CO_INT(CoOffPolicyConfig, learning_starts, "1000", 0, 2000000000,
           "steps of random actions before the first update"),
    CO_NUMBER(CoOffPolicyConfig, updates_per_step, "0.04", 1e-6, 1000, "updates for each step of a copy"),
    CO_NUMBER(CoOffPolicyConfig, gamma, "0.95", 0, 1, "discount of a step"),
    CO_ALIASED(CoOffPolicyConfig, tau, "polyak", CO_FIELD_NUMBER, "0.01", 0, 1,
               "share of the way that the slow networks go towards the others at an update"),
    CO_ALIASED(CoOffPolicyConfig, lr, "critic_lr learning_rate", CO_FIELD_NUMBER, "0.002", 1e-6, 1,
               "learning rate of the critics"),
    CO_OFF_POLICY_ACTOR_LR("0.002"),
    CO_OFF_POLICY_NOISE("0.2"),
    CO_OFF_POLICY_OUTPUT_PENALTY("0.001"),
    CO_FIELDS_END,
};

const CoAlgoType co_maddpg = {.name = "maddpg",
                              .summary = "DDPG for teams: every actor for itself, critics that see all",
                              .source = "Lowe et al., NIPS 2017",
                              .settings = {"maddpg", sizeof(Config), fields, NULL},
                              .metrics = metrics,
                              .accepts = accepts,
                              .wants = wants,
                              .create = create,
                              .destroy = co_off_policy_destroy,
                              .act = act,
                              .learn = learn,
                              .save = co_off_policy_save,
                              .load = co_off_policy_load,
                              .weights = co_off_policy_weights,
                              .policy = co_off_policy_policy,
                              .inspect = inspect};
