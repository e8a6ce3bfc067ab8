// Off-policy learners with an actor and critics: creation, saving, what they accept and want.
#include "off_policy.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TAPE_BYTES ((size_t)1 << 32) // of address space

bool co_off_policy_accepts(const void *from, const CoSpec *spec, CoError *error) {
  const CoOffPolicyConfig *config = from;
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  if (spec->action_size < 1) return co_fail(error, "needs continuous actions, this environment has none");
  for (int i = 0; i < spec->action_size; i++)
    if (!isfinite(spec->low[i]) || !isfinite(spec->high[i]) || !(spec->low[i] < spec->high[i]))
      return co_fail(error, "needs actions between bounds, number %d has [%g, %g]", i, (double)spec->low[i],
                     (double)spec->high[i]);
  return co_hindsight_fits(config->hindsight, 1, spec, error) && co_body_fits(&config->body, spec->obs_shape, error);
}

void co_off_policy_wants(const void *from, const CoSpec *spec, CoWants *wants) {
  const CoOffPolicyConfig *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_REPLAY,
                     .capacity = config->buffer_size,
                     .rollout = config->train_freq,
                     .gamma = config->gamma,
                     .hindsight = config->hindsight,
                     .final_goals = config->hindsight_goals,
                     .views = CO_VIEW_OBS | (config->hindsight ? CO_VIEW_GOALS : 0),
                     .memory = config->noise == CO_NOISE_OU ? spec->action_size * (int)sizeof(float) : 0};
}

static void measure(CoOffPolicy *self, const CoOffPolicyConfig *config, const CoAlgoSetup *setup) {
  const CoSpec *spec = self->spec = setup->spec;
  self->config = *config;
  self->agents = spec->agents;
  self->action_size = spec->actions ? spec->actions : spec->action_size;
  self->obs_size = spec->obs_size;
  self->sets = config->share_weights ? 1 : spec->agents;
  bool numbered = spec->agents > 1 && (config->obs_agent_id || self->sets > 1);
  self->inputs = spec->obs_size + (numbered ? spec->agents : 0);
  self->num_envs = setup->num_envs;
}

static CoActorNetwork *declare(CoOffPolicy *self, CoParams *params, const char *name, int inputs, int outputs) {
  CoActorNetwork *nets = calloc((size_t)self->sets, sizeof *nets);
  char whole[32];
  for (int k = 0; nets && k < self->sets; k++) {
    snprintf(whole, sizeof whole, "%s", name);
    if (self->sets > 1) snprintf(whole, sizeof whole, "agent%d.%s", k, name);
    nets[k].body = co_body_add(params, whole, &self->config.body, self->spec->obs_shape, inputs);
    nets[k].head = co_body_head_add(params, whole, &nets[k].body, outputs);
  }
  return nets;
}

static void init(const CoOffPolicy *self, CoParams *params, const CoActorNetwork *nets, CoRng *rng) {
  for (int k = 0; k < self->sets; k++) {
    co_body_init(params, &nets[k].body, CO_INIT_TORCH, 1, rng);
    co_dense_init(params, nets[k].head, CO_INIT_TORCH, 1, rng);
  }
}

static bool declare_networks(CoOffPolicy *self) {
  static const char *const names[CO_OFF_POLICY_CRITICS] = {"qf1", "qf2"};
  int size = self->action_size, critics = self->form.critics;
  assert(critics <= CO_OFF_POLICY_CRITICS);
  self->actor_net = declare(self, &self->actor, "actor", self->inputs, self->form.gaussian ? 2 * size : size);
  bool ok = self->actor_net;
  for (int j = 0; ok && j < critics; j++) {
    self->critic_net[j] = declare(self, &self->critic, names[j], self->inputs + self->form.beside + size, 1);
    ok = self->critic_net[j];
  }
  return ok;
}

static bool make_networks(CoOffPolicy *self, const CoAlgoSetup *setup, CoError *error) {
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  if (!declare_networks(self)) return co_fail(error, "no memory for %d networks", self->sets);
  if (!co_params_allocate(&self->actor, error) || !co_params_allocate(&self->critic, error)) return false;
  init(self, &self->actor, self->actor_net, &rng);
  for (int j = 0; j < self->form.critics; j++) init(self, &self->critic, self->critic_net[j], &rng);
  return co_params_clone(&self->slow_critic, &self->critic, error) &&
         (!self->form.slow_actor || co_params_clone(&self->slow_actor, &self->actor, error));
}

static CoOptim *adam(double lr, size_t size, CoError *error) {
  CoOptimConfig config = co_optim_defaults(CO_ADAM);
  config.lr = lr;
  return co_optim_create(&config, size, error);
}

static bool make_steps(CoOffPolicy *self, const CoAlgoSetup *setup, CoError *error) {
  int shards = self->config.shards;
  const CoParams *larger = self->actor.size > self->critic.size ? &self->actor : &self->critic;
  return (self->actor_optim = adam(self->config.actor_lr, self->actor.size, error)) &&
         (self->critic_optim = adam(self->config.lr, self->critic.size, error)) &&
         (self->step = co_sharded_create(larger, shards, setup->pool, error));
}

static bool make_tape(CoOffPolicy *self, CoError *error) {
  if (!(self->tape = co_tape_create(TAPE_BYTES, error))) return false;
  co_tape_record(self->tape, false);
  self->bound = co_params_bind(self->tape, &self->actor);
  self->judge = co_params_bind(self->tape, &self->critic);
  self->mark = co_tape_mark(self->tape);
  return true;
}

static bool make_arrays(CoOffPolicy *self, CoError *error) {
  size_t rows = (size_t)self->num_envs * (size_t)self->agents, width = (size_t)self->action_size;
  self->noise = calloc((size_t)self->config.batch_size * width, sizeof *self->noise);
  self->middle = calloc(width, sizeof *self->middle);
  self->half = calloc(width, sizeof *self->half);
  self->shown = calloc(rows * width, sizeof *self->shown);
  self->deviation = calloc(rows * width, sizeof *self->deviation);
  self->values = calloc(rows, sizeof *self->values);
  if (!self->noise || !self->middle || !self->half || !self->shown || !self->deviation || !self->values)
    return co_fail(error, "no memory for batches of %d rows and %d copies", self->config.batch_size, self->num_envs);
  for (size_t i = 0; i < width && !self->spec->actions; i++) {
    self->middle[i] = (self->spec->low[i] + self->spec->high[i]) / 2;
    self->half[i] = (self->spec->high[i] - self->spec->low[i]) / 2;
  }
  return true;
}

void *co_off_policy_create(size_t bytes, const CoOffPolicyConfig *config, const CoOffPolicyForm *form,
                           const CoAlgoSetup *setup, CoError *error) {
  CoOffPolicy *self = calloc(1, bytes);
  if (!self) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  self->form = *form;
  self->rng = co_rng(setup->seed, "updates", (uint64_t)setup->team);
  measure(self, config, setup);
  if (make_networks(self, setup, error) && make_steps(self, setup, error) && make_tape(self, error) &&
      make_arrays(self, error))
    return self;
  co_off_policy_destroy(self);
  return NULL;
}

void co_off_policy_destroy(void *user) {
  CoOffPolicy *self = user;
  if (!self) return;
  co_tape_destroy(self->tape);
  co_sharded_destroy(self->step);
  co_optim_destroy(self->actor_optim);
  co_optim_destroy(self->critic_optim);
  CoParams *const sets[] = {&self->actor, &self->critic, &self->slow_actor, &self->slow_critic};
  for (int i = 0; i < 4; i++) co_params_free(sets[i]);
  float *const arrays[] = {self->noise, self->middle, self->half, self->shown, self->deviation, self->values};
  for (int i = 0; i < 6; i++) free(arrays[i]);
  for (int j = 0; j < CO_OFF_POLICY_CRITICS; j++) free(self->critic_net[j]);
  free(self->actor_net);
  free(self);
}

void co_off_policy_save(const void *user, CoWriter *writer) {
  const CoOffPolicy *self = user;
  co_params_save(&self->actor, writer);
  co_params_save(&self->critic, writer);
  co_params_save(&self->slow_actor, writer);
  co_params_save(&self->slow_critic, writer);
  co_optim_save(self->actor_optim, writer);
  co_optim_save(self->critic_optim, writer);
  co_write(writer, &self->rng, sizeof self->rng);
}

bool co_off_policy_load(void *user, CoReader *reader) {
  CoOffPolicy *self = user;
  return co_params_load(&self->actor, reader) && co_params_load(&self->critic, reader) &&
         co_params_load(&self->slow_actor, reader) && co_params_load(&self->slow_critic, reader) &&
         co_optim_load(self->actor_optim, reader) && co_optim_load(self->critic_optim, reader) &&
         co_read(reader, &self->rng, sizeof self->rng, "the updates' random stream");
}

bool co_off_policy_weights(const void *user, const char *folder, CoError *error) {
  const CoOffPolicy *self = user;
  return co_safetensors_export(&self->actor, folder, "agent", error) &&
         co_safetensors_export(&self->critic, folder, "critic", error);
}
