// One environment held by the value of its state, and one move of play, which the batched runtime shares.
#include "world.h"

#include <assert.h>
#include <string.h>

#include "cohort/block.h"

struct CoEnv {
  CoBlock block;
  const CoWorld *world;
  void *worker;
  CoMoment *moment; // followed by the state
  float *rewards;   // [agents]
  float *info;      // [infos] summed since reset
  float *fresh;     // [infos] of one move
};

bool co_play_reset(const CoWorld *world, void *worker, CoMoment *moment, CoRng *task, CoError *error) {
  void *state = co_play_state(moment);
  memset(state, 0, world->state_bytes);
  moment->clock = 0;
  moment->ended = CO_PLAYING;
  moment->begun = 1;
  if (world->type->task && !world->type->task(world->self, worker, state, task ? task : &moment->rng, error))
    return false;
  return world->type->reset(world->self, worker, state, &moment->rng, error);
}

bool co_play_step(const CoWorld *world, void *worker, CoMoment *moment, const CoActions *actions, float *rewards,
                  float *info, CoError *error) {
  assert(moment->begun && moment->ended == CO_PLAYING);
  const CoEnvType *type = world->type;
  void *state = co_play_state(moment);
  memset(rewards, 0, (size_t)world->spec.agents * sizeof *rewards);
  if (world->infos) memset(info, 0, (size_t)world->infos * sizeof *info);
  CoOutcome outcome = {rewards, info, false};
  bool nature = type->mover && type->mover(world->self, state) == CO_CHANCE;
  if (!type->step(world->self, worker, state, actions, &moment->rng, &outcome, error)) return false;
  co_play_count(world, moment, nature, outcome.terminated);
  return true;
}

static void layout(CoEnv *env, CoBlock *block) {
  const CoWorld *world = env->world;
  env->moment = co_block_take(block, 1, co_env_size(world));
  env->rewards = co_block_take(block, (size_t)world->spec.agents, sizeof(float));
  env->info = co_block_take(block, (size_t)world->infos, sizeof(float));
  env->fresh = co_block_take(block, (size_t)world->infos, sizeof(float));
}

CoEnv *co_env_create(const CoWorld *world, uint64_t seed, CoError *error) {
  CoEnv measure = {.world = world};
  CoBlock block = {0};
  co_block_take(&block, 1, sizeof measure);
  layout(&measure, &block);
  if (!co_block_begin(&block, error)) return NULL;
  CoEnv *env = co_block_take(&block, 1, sizeof *env);
  env->world = world;
  layout(env, &block);
  env->block = block;
  env->moment->rng = co_rng(seed, "env", 0);
  if (co_world_worker_open(world, &env->worker, error)) return env;
  co_env_destroy(env);
  return NULL;
}

void co_env_destroy(CoEnv *env) {
  if (!env) return;
  co_world_worker_close(env->world, env->worker);
  CoBlock block = env->block;
  co_block_free(&block);
}

bool co_env_reset(CoEnv *env, CoError *error) {
  memset(env->rewards, 0, (size_t)env->world->spec.agents * sizeof(float));
  memset(env->info, 0, (size_t)env->world->infos * sizeof(float));
  return co_play_reset(env->world, env->worker, env->moment, NULL, error);
}

bool co_env_step(CoEnv *env, const CoActions *actions, CoError *error) {
  if (!co_play_step(env->world, env->worker, env->moment, actions, env->rewards, env->fresh, error)) return false;
  for (int i = 0; i < env->world->infos; i++) env->info[i] += env->fresh[i];
  return true;
}

const CoWorld *co_env_world(const CoEnv *env) {
  return env->world;
}

const float *co_env_rewards(const CoEnv *env) {
  return env->rewards;
}

const float *co_env_info(const CoEnv *env) {
  return env->info;
}

CoEnding co_env_ending(const CoEnv *env) {
  return (CoEnding)env->moment->ended;
}

int64_t co_env_clock(const CoEnv *env) {
  return env->moment->clock;
}

int co_env_mover(const CoEnv *env) {
  return co_world_mover(env->world, co_env_state(env));
}

bool co_env_observe(CoEnv *env, int agent, float *obs, CoError *error) {
  return co_world_observe(env->world, env->worker, co_env_state(env), agent, obs, error);
}

bool co_env_available(CoEnv *env, int agent, uint8_t *mask, CoError *error) {
  return co_world_available(env->world, env->worker, co_env_state(env), agent, mask, error);
}

bool co_env_global(CoEnv *env, int team, float *out, CoError *error) {
  return co_world_global(env->world, env->worker, co_env_state(env), team, out, error);
}

bool co_env_privileged(CoEnv *env, int agent, float *obs, CoError *error) {
  return co_world_privileged(env->world, env->worker, co_env_state(env), agent, obs, error);
}

bool co_env_alive(const CoEnv *env, int agent) {
  return co_world_alive(env->world, co_env_state(env), agent);
}

int co_env_index(const CoEnv *env, int agent) {
  return env->world->type->index(env->world->self, co_env_state(env), agent);
}

void co_env_copy(CoEnv *to, const CoEnv *from) {
  assert(to->world == from->world);
  size_t infos = (size_t)from->world->infos;
  memcpy(to->moment, from->moment, co_env_size(from->world));
  memcpy(to->rewards, from->rewards, (size_t)from->world->spec.agents * sizeof(float));
  memcpy(to->info, from->info, infos * sizeof(float));
}

const void *co_env_bytes(const CoEnv *env) {
  return env->moment;
}

void co_env_restore(CoEnv *env, const void *bytes) {
  memcpy(env->moment, bytes, co_env_size(env->world));
  memset(env->rewards, 0, (size_t)env->world->spec.agents * sizeof(float));
  memset(env->info, 0, (size_t)env->world->infos * sizeof(float));
}

void co_env_reseed(CoEnv *env, CoRng rng) {
  env->moment->rng = rng;
}

size_t co_env_size(const CoWorld *world) {
  return sizeof(CoMoment) + world->state_bytes;
}

const void *co_env_state(const CoEnv *env) {
  return env->moment + 1;
}
