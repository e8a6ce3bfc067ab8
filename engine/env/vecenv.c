// The batched runtime: copies in fixed shards over the pool, stepped, restarted and looked at in place.
#include "vecenv.h"

#include <assert.h>
#include <string.h>

typedef struct Job {
  CoVecEnv *vec;
  Task *task;
  const void *with;
} Job;

static void work(void *user, int shard, int thread) {
  const Job *job = user;
  CoVecEnv *vec = job->vec;
  Hand *hand = &vec->hands[thread];
  int64_t first = (int64_t)shard * vec->num_envs / vec->shards,
          end = (int64_t)(shard + 1) * vec->num_envs / vec->shards;
  for (int i = (int)first; i < (int)end && !hand->failed; i++)
    hand->failed = !job->task(vec, hand, i, job->with, &hand->error);
}

bool co_vecenv_each(CoVecEnv *vec, Task *task, const void *with, CoError *error) {
  Job job = {vec, task, with};
  co_pool_run(vec->pool, vec->shards, work, &job);
  for (int i = 0; i < vec->threads; i++) {
    if (!vec->hands[i].failed) continue;
    for (int j = i; j < vec->threads; j++) vec->hands[j].failed = false;
    return co_fail(error, "%s", vec->hands[i].error.text);
  }
  return true;
}

// Nature moves until somebody else's turn comes, or the end.
static bool settle(CoVecEnv *vec, Hand *hand, CoMoment *moment, float *rewards, float *info, CoError *error) {
  const CoWorld *world = vec->world;
  while (moment->ended == CO_PLAYING && co_world_mover(world, co_play_state(moment)) == CO_CHANCE) {
    CoActions none = {NULL, NULL};
    if (!co_play_step(world, hand->worker, moment, &none, hand->rewards, hand->info, error)) return false;
    for (int i = 0; i < world->spec.agents; i++) rewards[i] += hand->rewards[i];
    for (int i = 0; i < world->infos; i++) info[i] += hand->info[i];
  }
  return true;
}

static void publish(CoVecEnv *vec, int env, const CoMoment *moment) {
  vec->ending[env] = moment->ended;
  vec->clock[env] = moment->clock;
  vec->running[env] = moment->ended == CO_PLAYING;
}

static bool restart(CoVecEnv *vec, Hand *hand, int env, const void *with, CoError *error) {
  (void)with;
  CoMoment *moment = co_vecenv_moment(vec, env);
  if (moment->begun && moment->ended == CO_PLAYING) return true;
  float *rewards = vec->rewards + (size_t)env * (size_t)vec->world->spec.agents;
  float *info = vec->info + (size_t)env * (size_t)vec->world->infos;
  memset(info, 0, (size_t)vec->world->infos * sizeof *info);
  if (!co_play_reset(vec->world, hand->worker, moment, error)) return false;
  if (vec->world->type->mover && !settle(vec, hand, moment, rewards, info, error)) return false;
  memset(rewards, 0, (size_t)vec->world->spec.agents * sizeof *rewards);
  publish(vec, env, moment);
  return co_vecenv_look(vec, hand, env, error);
}

static bool step(CoVecEnv *vec, Hand *hand, int env, const void *with, CoError *error) {
  const CoActions *all = with;
  const CoWorld *world = vec->world;
  CoMoment *moment = co_vecenv_moment(vec, env);
  if (!vec->running[env]) return true;
  size_t agents = (size_t)world->spec.agents, first = (size_t)env * agents;
  float *rewards = vec->rewards + first, *info = vec->info + (size_t)env * (size_t)world->infos;
  CoActions own = {all->discrete ? all->discrete + first : NULL,
                   all->continuous ? all->continuous + first * (size_t)world->spec.action_size : NULL};
  if (!co_play_step(world, hand->worker, moment, &own, rewards, hand->info, error)) return false;
  for (int i = 0; i < world->infos; i++) info[i] += hand->info[i];
  if (world->type->mover && !settle(vec, hand, moment, rewards, info, error)) return false;
  publish(vec, env, moment);
  return co_vecenv_look(vec, hand, env, error);
}

static void recount(CoVecEnv *vec) {
  vec->running_count = 0;
  for (int i = 0; i < vec->num_envs; i++) vec->running_count += vec->running[i];
}

bool co_vecenv_restart(CoVecEnv *vec, CoError *error) {
  if (vec->running_count == vec->num_envs) return true;
  if (!co_vecenv_each(vec, restart, NULL, error)) return false;
  recount(vec);
  return true;
}

bool co_vecenv_step(CoVecEnv *vec, const CoActions *actions, CoError *error) {
  assert(vec->world->spec.actions ? actions->discrete != NULL : actions->continuous != NULL);
  if (!co_vecenv_each(vec, step, actions, error)) return false;
  recount(vec);
  return true;
}

static bool again(CoVecEnv *vec, Hand *hand, int env, const void *with, CoError *error) {
  (void)with;
  const CoMoment *moment = co_vecenv_moment(vec, env);
  publish(vec, env, moment);
  if (moment->begun) return co_vecenv_look(vec, hand, env, error);
  vec->running[env] = 0;
  return true;
}

void co_vecenv_save(const CoVecEnv *vec, CoWriter *writer) {
  size_t bytes = co_env_size(vec->world), infos = (size_t)vec->world->infos;
  co_write_u32(writer, (uint32_t)vec->num_envs);
  co_write_u64(writer, bytes);
  for (int i = 0; i < vec->num_envs; i++) {
    co_write(writer, co_vecenv_moment(vec, i), bytes);
    co_write(writer, vec->info + (size_t)i * infos, infos * sizeof(float));
  }
}

bool co_vecenv_load(CoVecEnv *vec, CoReader *reader) {
  size_t bytes = co_env_size(vec->world), infos = (size_t)vec->world->infos;
  uint32_t copies = co_read_u32(reader, "number of copies");
  uint64_t saved = co_read_u64(reader, "size of a state");
  if (reader->failed) return false;
  if (copies != (uint32_t)vec->num_envs || saved != bytes)
    return co_fail(reader->error, "saved: %u copies of %llu bytes; here: %d of %zu", copies, (unsigned long long)saved,
                   vec->num_envs, bytes);
  for (int i = 0; i < vec->num_envs; i++) {
    co_read(reader, co_vecenv_moment(vec, i), bytes, "state");
    co_read(reader, vec->info + (size_t)i * infos, infos * sizeof(float), "info");
  }
  if (reader->failed || !co_vecenv_each(vec, again, NULL, reader->error)) return false;
  recount(vec);
  return true;
}

typedef struct Scripted {
  const CoScriptType *script;
  int team;
  CoRng *rngs;
  int *actions;
} Scripted;

static int first_legal(const uint8_t *mask, int actions) {
  for (int i = 0; i < actions; i++)
    if (mask[i]) return i;
  return 0;
}

static bool direct(CoVecEnv *vec, Hand *hand, int env, const void *with, CoError *error) {
  const Scripted *job = with;
  if (!vec->running[env]) return true;
  const CoFrame *frame = &vec->frames[job->team];
  const CoWorld *world = vec->world;
  int first = world->first[job->team];
  for (int a = 0; a < frame->agents; a++) {
    size_t row = (size_t)(env * frame->agents + a);
    int *action = job->actions + (size_t)env * (size_t)world->spec.agents + (size_t)(first + a);
    if (!frame->acting[row]) {
      *action = first_legal(frame->mask + row * (size_t)world->spec.actions, world->spec.actions);
    } else if (!job->script->act(world->core->self, hand->worker, co_play_state(co_vecenv_moment(vec, env)), first + a,
                                 &job->rngs[env], action, error)) {
      return false;
    }
  }
  return true;
}

bool co_vecenv_script(CoVecEnv *vec, const CoScriptType *script, int team, CoRng *rngs, int *actions, CoError *error) {
  assert(vec->world->spec.actions && team >= 0 && team < vec->world->spec.teams);
  Scripted job = {script, team, rngs, actions};
  return co_vecenv_each(vec, direct, &job, error);
}
