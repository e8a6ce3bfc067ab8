// A deep Q-learner's life: what it accepts and wants, creation, saving.
#include <stdlib.h>

#include "dqn.h"

#define TAPE_BYTES ((size_t)16 << 30) // of address space

bool co_dqn_accepts(const void *config, const CoSpec *spec, CoError *error) {
  const CoDqnConfig *c = config;
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment has none");
  return co_hindsight_fits(c->hindsight, c->n_step, spec, error) && co_body_fits(&c->body, spec->obs_shape, error);
}

void co_dqn_wants(const void *from, const CoSpec *spec, CoWants *wants) {
  (void)spec;
  const CoDqnConfig *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_REPLAY,
                     .capacity = config->buffer_size,
                     .rollout = 1,
                     .prioritised = config->prioritised,
                     .alpha = config->per_alpha,
                     .gamma = config->gamma,
                     .n_step = config->n_step,
                     .hindsight = config->hindsight,
                     .final_goals = config->hindsight_goals,
                     .views = CO_VIEW_OBS | (config->hindsight ? CO_VIEW_GOALS : 0)};
}

static bool allocate(CoDqn *dqn, const CoSpec *spec, CoError *error) {
  dqn->q = calloc((size_t)dqn->num_envs * (size_t)spec->agents * (size_t)spec->actions, sizeof *dqn->q);
  dqn->errors = calloc((size_t)dqn->config.batch_size, sizeof *dqn->errors);
  return (dqn->q && dqn->errors) || co_fail(error, "no memory for a learner");
}

static CoOptim *optimiser(const CoDqnConfig *config, size_t size, CoError *error) {
  CoOptimConfig optim = co_optim_defaults((CoOptimKind)config->optimizer);
  optim.lr = config->lr;
  optim.epsilon = config->optim_eps;
  return co_optim_create(&optim, size, error);
}

static void measure(CoDqn *dqn, const CoDqnConfig *config, const CoAlgoSetup *setup) {
  const CoSpec *spec = setup->spec;
  dqn->config = *config;
  dqn->agents = spec->agents;
  dqn->obs_size = spec->obs_size;
  dqn->inputs = spec->obs_size + (config->obs_agent_id && spec->agents > 1 ? spec->agents : 0);
  dqn->num_envs = setup->num_envs;
}

static bool build(CoDqn *dqn, const CoAlgoSetup *setup, CoError *error) {
  co_dqn_declare(dqn, setup->spec);
  if (!co_params_allocate(&dqn->params, error) || !allocate(dqn, setup->spec, error)) return false;
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  co_dqn_init(dqn, &rng);
  dqn->rng = co_rng(setup->seed, "minibatches", (uint64_t)setup->team);
  if (!co_params_clone(&dqn->target, &dqn->params, error)) return false;
  const bool averages = dqn->config.average_time > 0;
  if (averages && !co_params_clone(&dqn->mean, &dqn->params, error)) return false;
  dqn->played = averages ? &dqn->mean : &dqn->params;
  dqn->optim = optimiser(&dqn->config, dqn->params.size, error);
  dqn->sharded = dqn->optim ? co_sharded_create(&dqn->params, dqn->config.shards, setup->pool, error) : NULL;
  dqn->tape = dqn->sharded ? co_tape_create(TAPE_BYTES, error) : NULL;
  if (!dqn->tape) return false;
  co_tape_record(dqn->tape, false);
  dqn->bound = co_params_bind(dqn->tape, &dqn->params);
  dqn->target_bound = co_params_bind(dqn->tape, &dqn->target);
  dqn->played_bound = averages ? co_params_bind(dqn->tape, &dqn->mean) : dqn->bound;
  dqn->mark = co_tape_mark(dqn->tape);
  return true;
}

void *co_dqn_create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const CoDqnConfig *config = from;
  if (config->distribution == CO_DQN_C51 && config->v_min >= config->v_max) {
    co_fail(error, "v_min is %g, must lie below v_max, %g", config->v_min, config->v_max);
    return NULL;
  }
  CoDqn *dqn = calloc(1, sizeof *dqn);
  if (!dqn) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  measure(dqn, config, setup);
  if (build(dqn, setup, error)) return dqn;
  co_dqn_destroy(dqn);
  return NULL;
}

void co_dqn_destroy(void *self) {
  CoDqn *dqn = self;
  if (!dqn) return;
  co_tape_destroy(dqn->tape);
  co_sharded_destroy(dqn->sharded);
  co_optim_destroy(dqn->optim);
  co_params_free(&dqn->params);
  co_params_free(&dqn->target);
  co_params_free(&dqn->mean);
  free(dqn->q);
  free(dqn->errors);
  free(dqn);
}

void co_dqn_save(const void *self, CoWriter *writer) {
  const CoDqn *dqn = self;
  co_params_save(&dqn->params, writer);
  co_params_save(&dqn->target, writer);
  if (dqn->config.average_time) co_params_save(&dqn->mean, writer);
  co_optim_save(dqn->optim, writer);
  co_write(writer, &dqn->rng, sizeof dqn->rng);
}

bool co_dqn_load(void *self, CoReader *reader) {
  CoDqn *dqn = self;
  return co_params_load(&dqn->params, reader) && co_params_load(&dqn->target, reader) &&
         (!dqn->config.average_time || co_params_load(&dqn->mean, reader)) && co_optim_load(dqn->optim, reader) &&
         co_read(reader, &dqn->rng, sizeof dqn->rng, "the minibatches' random stream");
}

bool co_dqn_weights(const void *self, const char *folder, CoError *error) {
  const CoDqn *dqn = self;
  return co_safetensors_export(dqn->played, folder, "agent", error);
}
