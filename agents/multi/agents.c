// Teams: creation, saving, what they accept and want, and the rhythm of updates (PyMARL's run loop).
#include "agents.h"

#include <stdlib.h>
#include <string.h>

#define ACTING_BYTES ((size_t)1 << 30) // of address space

static void declare_recurrent(CoAgents *team, int in) {
  int hidden = team->config.hidden;
  team->rnn =
      team->config.lstm ? co_lstm_add(&team->params, "rnn", in, hidden) : co_gru_add(&team->params, "rnn", in, hidden);
  team->rnn.hard = team->config.lstm;
}

void co_agents_declare(CoAgents *team, const CoAgentsConfig *config, const CoAlgoSetup *setup) {
  const CoSpec *spec = setup->spec;
  int hidden = config->hidden;
  team->config = *config;
  team->agents = spec->agents;
  team->actions = spec->actions;
  team->obs_size = spec->obs_size;
  team->inputs = co_agents_input_size(config, spec);
  team->num_envs = setup->num_envs;
  if (config->network == CO_AGENTS_NETWORK_PYMARL) {
    team->fc1 = co_dense_add(&team->params, "fc1", team->inputs, hidden);
    declare_recurrent(team, hidden);
  } else {
    declare_recurrent(team, team->inputs);
    team->fc1 = co_dense_add(&team->params, "fc1", hidden, hidden);
  }
  team->fc2 = co_dense_add(&team->params, "fc2", hidden, spec->actions);
  team->agent_params = team->params.count;
}

// Keras's: Glorot, orthogonal recurrent weights, and a forget gate that begins open.
static void init_lstm(CoAgents *team, CoRng *rng) {
  co_params_init(&team->params, team->rnn.w_ih, CO_INIT_XAVIER, 0, 1, rng);
  co_params_init(&team->params, team->rnn.w_hh, CO_INIT_ORTHOGONAL, 0, 1, rng);
  CoReal *bias = co_params_at(&team->params, team->rnn.b_ih);
  for (int i = 0; i < team->rnn.hidden; i++) bias[team->rnn.hidden + i] = 1;
}

static void init(CoAgents *team, CoRng *rng) {
  co_dense_init(&team->params, team->fc1, CO_INIT_TORCH, 1, rng);
  if (team->rnn.lstm) {
    init_lstm(team, rng);
  } else {
    co_recurrent_init(&team->params, team->rnn, rng);
  }
  co_dense_init(&team->params, team->fc2, CO_INIT_TORCH, 1, rng);
}

bool co_agents_build(CoAgents *team, const CoOptimConfig *optim, const CoAlgoSetup *setup, CoError *error) {
  const CoAgentsConfig *config = &team->config;
  if (config->batch_size > config->buffer_size)
    return co_fail(error, "batch_size is %d, must not exceed buffer_size, %d: no update could ever be made",
                   config->batch_size, config->buffer_size);
  if (!co_params_allocate(&team->params, error)) return false;
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  init(team, &rng);
  team->rng = co_rng(setup->seed, "batches", (uint64_t)setup->team);
  team->seen = calloc((size_t)team->num_envs * (size_t)team->agents * (size_t)team->actions, sizeof *team->seen);
  if (!team->seen) return co_fail(error, "no memory for the values of %d copies", team->num_envs);
  team->optim = co_optim_create(optim, team->params.size, error);
  team->sharded = team->optim ? co_sharded_create(&team->params, team->config.shards, setup->pool, error) : NULL;
  team->tape = team->sharded ? co_tape_create(ACTING_BYTES, error) : NULL;
  if (!team->tape) return false;
  co_tape_record(team->tape, false);
  team->bound = co_params_bind(team->tape, &team->params);
  team->mark = co_tape_mark(team->tape);
  return true;
}

void co_agents_free(CoAgents *team) {
  co_tape_destroy(team->tape);
  co_sharded_destroy(team->sharded);
  co_optim_destroy(team->optim);
  co_params_free(&team->params);
  free(team->seen);
}

void co_agents_save(const CoAgents *team, CoWriter *writer) {
  co_params_save(&team->params, writer);
  co_optim_save(team->optim, writer);
  co_write(writer, &team->rng, sizeof team->rng);
  co_write(writer, &team->owed, sizeof team->owed);
  co_write_u64(writer, (uint64_t)team->episodes);
}

bool co_agents_load(CoAgents *team, CoReader *reader) {
  if (!co_params_load(&team->params, reader) || !co_optim_load(team->optim, reader)) return false;
  co_read(reader, &team->rng, sizeof team->rng, "the batches' random stream");
  co_read(reader, &team->owed, sizeof team->owed, "updates owed");
  team->episodes = (int64_t)co_read_u64(reader, "episodes");
  return !reader->failed;
}

bool co_agents_export(const CoParams *params, int first, int count, const char *folder, const char *name,
                      CoError *error) {
  CoParams part = *params;
  part.items += first;
  part.count = count;
  return co_safetensors_export(&part, folder, name, error);
}

bool co_agents_accepts(const CoSpec *spec, bool shared, CoError *error) {
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment's are continuous");
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  if (shared && spec->agents > 1 && spec->payoff != CO_PAYOFF_SHARED)
    return co_fail(error, "needs a reward that the team shares, here each agent has its own");
  return true;
}

bool co_agents_learn(CoAgents *team, CoLearning *learning, CoAgentsUpdate update, void *self, CoError *error) {
  team->episodes = learning->episodes;
  team->owed += learning->new_episodes * team->config.updates_per_episode;
  for (; team->owed >= 1; team->owed -= 1) {
    if (co_episodes_count(learning->store) < team->config.batch_size) continue;
    if (!update(self, learning, error)) return false;
    learning->updates++;
  }
  return true;
}
