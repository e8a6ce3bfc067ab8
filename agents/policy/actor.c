// Policy-gradient learners: creation, saving, what they accept and want, and the step down a gradient.
#include "actor.h"

#include <math.h>
#include <stdlib.h>

#include "cohort/metrics.h"
#include "network.h"

#define TAPE_BYTES ((size_t)16 << 30) // of address space

bool co_actor_accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (spec->obs_size < 1) return co_fail(error, "needs observations, this environment has none");
  if (spec->actions < 1 && spec->action_size < 1) return co_fail(error, "needs actions, this environment has none");
  return co_body_fits(&((const CoActorConfig *)config)->body, spec->obs_shape, error);
}

void co_actor_wants_rollout(const void *from, const CoSpec *spec, CoWants *wants) {
  const CoActorConfig *config = from;
  *wants = (CoWants){.experience = CO_EXPERIENCE_ROLLOUT,
                     .rollout = config->num_steps,
                     .gamma = config->gamma,
                     .views = CO_VIEW_OBS,
                     .notes = CO_ACTOR_CONTROL + spec->action_size};
}

void co_actor_wants_episodes(const void *config, const CoSpec *spec, CoWants *wants) {
  co_actor_wants_rollout(config, spec, wants);
  wants->experience = CO_EXPERIENCE_EPISODES;
  wants->capacity = 1;
}

void co_actor_measure(CoActor *actor, const CoAlgoSetup *setup) {
  const CoSpec *spec = actor->spec = setup->spec;
  actor->agents = spec->agents;
  actor->actions = spec->actions;
  actor->action_size = spec->action_size;
  actor->obs_size = spec->obs_size;
  actor->inputs = spec->obs_size + (actor->config.obs_agent_id && spec->agents > 1 ? spec->agents : 0);
  actor->num_envs = setup->num_envs;
  actor->notes = CO_ACTOR_CONTROL + spec->action_size;
}

static bool allocate(CoActor *actor, CoError *error) {
  size_t rows = (size_t)actor->num_envs * (size_t)actor->agents;
  size_t width = (size_t)(actor->actions ? actor->actions : actor->action_size);
  actor->shown = calloc(rows * width, sizeof *actor->shown);
  actor->values = calloc(rows, sizeof *actor->values);
  actor->deviation = calloc(width, sizeof *actor->deviation);
  actor->sums = calloc(rows + 2, sizeof *actor->sums); // behind them the mean and squares of `returns`
  if (!actor->shown || !actor->values || !actor->deviation || !actor->sums)
    return co_fail(error, "no memory for what %d copies show", actor->num_envs);
  actor->returns = (CoRunning){.mean = actor->sums + rows, .m2 = actor->sums + rows + 1, .size = 1};
  if (actor->config.norm_obs) actor->scale = co_normaliser_create(actor->obs_size, CO_ACTOR_OBS_CLIP, error);
  return actor->scale || !actor->config.norm_obs;
}

static CoOptim *optimiser(const CoActorConfig *config, size_t size, CoError *error) {
  CoOptimConfig optim = co_optim_defaults((CoOptimKind)config->optimizer);
  bool rmsprop = optim.kind == CO_RMSPROP || optim.kind == CO_RMSPROP_TF;
  optim.lr = config->lr;
  optim.epsilon = config->optim_eps;
  if (rmsprop) optim.decay = config->optim_alpha;
  return co_optim_create(&optim, size, error);
}

static bool build(CoActor *actor, const CoAlgoSetup *setup, CoError *error) {
  co_actor_declare(actor);
  if (!co_params_allocate(&actor->params, error) || !allocate(actor, error)) return false;
  CoRng rng = co_rng(setup->seed, "weights", (uint64_t)setup->team);
  co_actor_init(actor, &rng);
  actor->rng = co_rng(setup->seed, "minibatches", (uint64_t)setup->team);
  actor->optim = optimiser(&actor->config, actor->params.size, error);
  actor->sharded = actor->optim ? co_sharded_create(&actor->params, actor->config.shards, setup->pool, error) : NULL;
  actor->tape = actor->sharded ? co_tape_create(TAPE_BYTES, error) : NULL;
  if (!actor->tape) return false;
  co_tape_record(actor->tape, false);
  actor->bound = co_params_bind(actor->tape, &actor->params);
  actor->mark = co_tape_mark(actor->tape);
  return true;
}

void *co_actor_create(size_t bytes, const CoActorConfig *config, const CoAlgoSetup *setup, CoError *error) {
  CoActor *actor = calloc(1, bytes);
  if (!actor) {
    co_fail(error, "no memory for a learner");
    return NULL;
  }
  actor->config = *config;
  co_actor_measure(actor, setup);
  if (build(actor, setup, error)) return actor;
  co_actor_destroy(actor);
  return NULL;
}

void co_actor_destroy(void *self) {
  CoActor *actor = self;
  if (!actor) return;
  co_tape_destroy(actor->tape);
  co_sharded_destroy(actor->sharded);
  co_optim_destroy(actor->optim);
  co_normaliser_destroy(actor->scale);
  co_params_free(&actor->params);
  free(actor->shown);
  free(actor->values);
  free(actor->deviation);
  free(actor->sums);
  free(actor);
}

// The sums of the copies that trained: whoever loads may have more copies, or fewer.
static void save_returns(const CoActor *actor, CoWriter *writer) {
  const CoRunning *returns = &actor->returns;
  const double numbers[] = {returns->count, returns->mean[0], returns->m2[0]};
  co_write(writer, numbers, sizeof numbers);
  co_write_u32(writer, (uint32_t)actor->sum_count);
  co_write(writer, actor->sums, (size_t)actor->sum_count * sizeof *actor->sums);
}

static bool load_returns(CoActor *actor, CoReader *reader) {
  double numbers[3] = {0}, sum = 0;
  co_read(reader, numbers, sizeof numbers, "statistics of returns");
  actor->returns.count = numbers[0], actor->returns.mean[0] = numbers[1], actor->returns.m2[0] = numbers[2];
  uint32_t count = co_read_u32(reader, "how many sums of rewards"), most = (uint32_t)(actor->num_envs * actor->agents);
  for (uint32_t i = 0; i < count && co_read(reader, &sum, sizeof sum, "a sum of rewards"); i++)
    if (i < most) actor->sums[i] = sum;
  actor->sum_count = (int)(count < most ? count : most);
  return !reader->failed;
}

void co_actor_save(const void *self, CoWriter *writer) {
  const CoActor *actor = self;
  co_params_save(&actor->params, writer);
  co_optim_save(actor->optim, writer);
  if (actor->scale) co_normaliser_save(actor->scale, writer);
  save_returns(actor, writer);
  co_write(writer, &actor->rng, sizeof actor->rng);
}

bool co_actor_load(void *self, CoReader *reader) {
  CoActor *actor = self;
  if (!co_params_load(&actor->params, reader) || !co_optim_load(actor->optim, reader)) return false;
  if (actor->scale && !co_normaliser_load(actor->scale, reader)) return false;
  return load_returns(actor, reader) &&
         co_read(reader, &actor->rng, sizeof actor->rng, "the minibatches' random stream");
}

bool co_actor_weights(const void *self, const char *folder, CoError *error) {
  const CoActor *actor = self;
  return co_safetensors_export(&actor->params, folder, "agent", error);
}

int co_actor_part(const CoActor *actor, int shard, int count, int *first) {
  int64_t shards = co_sharded_shards(actor->sharded);
  *first = (int)(count * (int64_t)shard / shards);
  return (int)(count * (int64_t)(shard + 1) / shards) - *first;
}

CoVar *co_actor_loss(const CoActor *actor, CoTape *tape, CoVar *gain, CoVar *error, CoVar *entropy, int count) {
  const CoActorConfig *c = &actor->config;
  CoVar *sum = co_affine(tape, gain, (CoReal)(-1.0 / count), 0);
  if (error) sum = co_add(tape, sum, co_affine(tape, error, (CoReal)(0.5 * c->vf_coef / count), 0));
  if (c->ent_coef > 0) sum = co_add(tape, sum, co_affine(tape, entropy, (CoReal)(-c->ent_coef / count), 0));
  return sum;
}

static double rate(const CoActorConfig *config, int64_t steps) {
  if (!config->lr_anneal_time) return config->lr;
  return config->lr * fmax(0, 1 - (double)steps / config->lr_anneal_time);
}

bool co_actor_descend(CoActor *actor, CoShardLoss loss, void *user, CoLearning *learning, CoDescent *out,
                      CoError *error) {
  const CoActorConfig *config = &actor->config;
  double lr = rate(config, learning->steps - learning->new_steps);
  co_optim_rate(actor->optim, lr);
  if (!co_sharded_descend(actor->sharded, &actor->params, actor->optim, config->max_grad_norm, loss, user, out, error))
    return false;
  learning->updates++;
  co_metric(learning->metrics, "grad_norm", out->grad_norm);
  co_metric(learning->metrics, "learning_rate", lr);
  return true;
}

void co_actor_report(const double *stats, const char *const *names, int stats_count, int count,
                     struct CoMetrics *metrics) {
  for (int i = 0; i < stats_count; i++) co_metric(metrics, names[i], stats[i] / count);
}
