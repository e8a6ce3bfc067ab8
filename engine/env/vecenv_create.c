// The batched runtime: making it and reading it.
#include "vecenv.h"

#include <assert.h>
#include <string.h>

#define FEW 2 // copies per thread below which waking the pool costs more than it brings

static void layout_sight(CoVecEnv *vec, CoBlock *block, int team) {
  const CoSpec *spec = &vec->world->teams[team];
  size_t copies = (size_t)vec->num_envs, rows = copies * (size_t)spec->agents;
  Sight sight = {0};
  if (vec->views & CO_VIEW_OBS) sight.obs = co_block_take(block, rows * (size_t)spec->obs_size, sizeof(float));
  if (vec->views & CO_VIEW_PRIVILEGED && spec->privileged_size)
    sight.privileged = co_block_take(block, rows * (size_t)spec->privileged_size, sizeof(float));
  if (vec->views & CO_VIEW_GLOBAL && spec->global_size)
    sight.global = co_block_take(block, copies * (size_t)spec->global_size, sizeof(float));
  if (vec->views & CO_VIEW_GOALS && spec->goal_size)
    sight.achieved = co_block_take(block, rows * (size_t)spec->goal_size, sizeof(float));
  if (spec->actions) sight.mask = co_block_take(block, rows * (size_t)spec->actions, 1);
  sight.alive = co_block_take(block, rows, 1);
  sight.acting = co_block_take(block, rows, 1);
  if (spec->states) sight.index = co_block_take(block, rows, sizeof(int));
  if (!block->memory) return;
  vec->sights[team] = sight;
  vec->frames[team] = (CoFrame){.num_envs = vec->num_envs,
                                .agents = spec->agents,
                                .obs = sight.obs,
                                .privileged = sight.privileged,
                                .global = sight.global,
                                .achieved = sight.achieved,
                                .mask = sight.mask,
                                .alive = sight.alive,
                                .acting = sight.acting,
                                .index = sight.index,
                                .running = vec->running,
                                .moments = vec->moments,
                                .stride = vec->stride};
}

static void layout(CoVecEnv *vec, CoBlock *block) {
  const CoWorld *world = vec->world;
  size_t copies = (size_t)vec->num_envs, agents = (size_t)world->spec.agents, infos = (size_t)world->infos;
  size_t teams = (size_t)world->spec.teams, threads = (size_t)vec->threads;
  vec->moments = co_block_take(block, copies, vec->stride);
  vec->rewards = co_block_take(block, copies * agents, sizeof(float));
  vec->info = co_block_take(block, copies * infos, sizeof(float));
  vec->ending = co_block_take(block, copies, sizeof(int32_t));
  vec->clock = co_block_take(block, copies, sizeof(int64_t));
  vec->running = co_block_take(block, copies, 1);
  vec->active = co_block_take(block, copies, 1);
  vec->everyone = co_block_take(block, copies, sizeof(int));
  vec->members = co_block_take(block, copies, sizeof(int));
  vec->terminated = co_block_take(block, copies, 1);
  vec->fresh = co_block_take(block, copies * infos, sizeof(float));
  vec->idle.discrete = co_block_take(block, world->spec.actions ? agents : 0, sizeof(int));
  vec->idle.continuous = co_block_take(block, agents * (size_t)world->spec.action_size, sizeof(float));
  vec->sights = co_block_take(block, teams, sizeof(Sight));
  vec->frames = co_block_take(block, teams, sizeof(CoFrame));
  vec->hands = co_block_take(block, threads, sizeof(Hand));
  for (int t = 0; t < vec->threads; t++) {
    float *rewards = co_block_take(block, agents, sizeof(float)), *info = co_block_take(block, infos, sizeof(float));
    if (!block->memory) continue;
    vec->hands[t].rewards = rewards;
    vec->hands[t].info = info;
  }
  for (int t = 0; t < world->spec.teams; t++) layout_sight(vec, block, t);
}

static CoVecEnv *allocate(const CoWorld *world, int num_envs, int views, CoPool *pool, CoError *error) {
  int threads = co_pool_threads(pool);
  bool alone = num_envs < FEW * threads;
  CoVecEnv form = {.world = world, .pool = alone ? NULL : pool, .num_envs = num_envs, .views = views};
  form.threads = form.shards = alone ? 1 : threads;
  form.stride = (co_env_size(world) + 63) / 64 * 64;
  CoBlock block = {0};
  co_block_take(&block, 1, sizeof form);
  layout(&form, &block);
  if (!co_block_begin(&block, error)) return NULL;
  CoVecEnv *vec = co_block_take(&block, 1, sizeof form);
  *vec = form;
  layout(vec, &block);
  vec->block = block;
  return vec;
}

CoVecEnv *co_vecenv_create(const CoWorld *world, int num_envs, int views, CoPool *pool, uint64_t seed,
                           const char *purpose, CoError *error) {
  assert(num_envs >= 1);
  CoVecEnv *vec = allocate(world, num_envs, views, pool, error);
  if (!vec) return NULL;
  for (int i = 0; i < num_envs; i++) {
    CoMoment *moment = co_vecenv_moment(vec, i);
    vec->everyone[i] = i;
    moment->rng = co_rng(seed, purpose, (uint64_t)i);
    moment->ended = vec->ending[i] = CO_TERMINATED;
  }
  co_vecenv_look_constants(vec);
  for (int t = 0; t < vec->threads; t++) {
    if (co_world_worker_open(world, &vec->hands[t].worker, error)) continue;
    co_vecenv_destroy(vec);
    return NULL;
  }
  return vec;
}

void co_vecenv_destroy(CoVecEnv *vec) {
  if (!vec) return;
  for (int t = 0; t < vec->threads; t++) co_world_worker_close(vec->world, vec->hands[t].worker);
  CoBlock block = vec->block;
  co_block_free(&block);
}

const CoWorld *co_vecenv_world(const CoVecEnv *vec) {
  return vec->world;
}

int co_vecenv_num_envs(const CoVecEnv *vec) {
  return vec->num_envs;
}

const CoFrame *co_vecenv_frame(const CoVecEnv *vec, int team) {
  assert(team >= 0 && team < vec->world->spec.teams);
  return &vec->frames[team];
}

int co_vecenv_running(const CoVecEnv *vec) {
  return vec->running_count;
}

const float *co_vecenv_rewards(const CoVecEnv *vec) {
  return vec->rewards;
}

const int32_t *co_vecenv_ending(const CoVecEnv *vec) {
  return vec->ending;
}

const int64_t *co_vecenv_clock(const CoVecEnv *vec) {
  return vec->clock;
}

const float *co_vecenv_info(const CoVecEnv *vec) {
  return vec->info;
}

const void *co_vecenv_state(const CoVecEnv *vec, int env) {
  assert(env >= 0 && env < vec->num_envs);
  return co_play_state(co_vecenv_moment(vec, env));
}

const void *co_vecenv_bytes(const CoVecEnv *vec, int env) {
  assert(env >= 0 && env < vec->num_envs);
  return co_vecenv_moment(vec, env);
}
