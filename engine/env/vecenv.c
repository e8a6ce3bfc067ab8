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
  hand->failed = !job->task(vec, hand, (int)first, (int)end, job->with, &hand->error);
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

// Without a branch, since nobody can foretell which copies end.
Group co_vecenv_gather(CoVecEnv *vec, int first, int end) {
  int *member = vec->members + first, count = 0;
  if (!memchr(vec->active + first, 0, (size_t)(end - first))) return (Group){first, end, vec->everyone, end - first};
  for (int i = 0; i < end - first; i++) {
    member[count] = i;
    count += vec->active[first + i];
  }
  return (Group){first, end, member, count};
}

CoMany co_vecenv_many(const CoVecEnv *vec, const Group *group) {
  return (CoMany){.count = group->end - group->first,
                  .moments = vec->moments + (size_t)group->first * vec->stride,
                  .stride = vec->stride,
                  .running = vec->active + group->first,
                  .runner = group->member,
                  .runners = group->count};
}

// Nature moves until somebody else's turn comes, or the end.
static bool settle(CoVecEnv *vec, Hand *hand, CoMoment *moment, float *rewards, float *info, CoError *error) {
  const CoWorld *world = vec->world;
  while (moment->ended == CO_PLAYING && co_world_mover(world, co_play_state(moment)) == CO_CHANCE) {
    if (!co_play_step(world, hand->worker, moment, &vec->idle, hand->rewards, hand->info, error)) return false;
    for (int i = 0; i < world->spec.agents; i++) rewards[i] += hand->rewards[i];
    for (int i = 0; i < world->infos; i++) info[i] += hand->info[i];
  }
  return true;
}

static void publish(const CoVecEnv *vec, int env, const CoMoment *moment) {
  vec->ending[env] = moment->ended;
  vec->clock[env] = moment->clock;
  vec->running[env] = moment->ended == CO_PLAYING;
}

static bool begin(CoVecEnv *vec, Hand *hand, int env, CoError *error) {
  CoMoment *moment = co_vecenv_moment(vec, env);
  float *rewards = vec->rewards + (size_t)env * (size_t)vec->world->spec.agents;
  float *info = vec->info + (size_t)env * (size_t)vec->world->infos;
  memset(info, 0, (size_t)vec->world->infos * sizeof *info);
  CoRng task = vec->tasks ? vec->tasks[env] : moment->rng;
  if (!co_play_reset(vec->world, hand->worker, moment, vec->tasks ? &task : NULL, error)) return false;
  if (vec->world->type->mover && !settle(vec, hand, moment, rewards, info, error)) return false;
  memset(rewards, 0, (size_t)vec->world->spec.agents * sizeof *rewards);
  publish(vec, env, moment);
  return true;
}

static void clear_rewards(CoVecEnv *vec, const Group *group) {
  size_t agents = (size_t)vec->world->spec.agents;
  float *rewards = vec->rewards + (size_t)group->first * agents;
  if (co_group_whole(group)) {
    memset(rewards, 0, (size_t)group->count * agents * sizeof *rewards);
    return;
  }
  for (int k = 0; k < group->count; k++) {
    rewards[(size_t)group->member[k] * agents] = 0;
    if (agents > 1) memset(rewards + (size_t)group->member[k] * agents, 0, agents * sizeof *rewards);
  }
}

static bool begin_each(CoVecEnv *vec, Hand *hand, const Group *group, CoError *error) {
  for (int k = 0; k < group->count; k++)
    if (!begin(vec, hand, group->first + group->member[k], error)) return false;
  return true;
}

// The same by reset_many, where there are neither tasks nor nature.
static bool begin_together(CoVecEnv *vec, Hand *hand, const Group *group, CoError *error) {
  const CoMany many = co_vecenv_many(vec, group);
  const CoVecEnv all = *vec; // no store of a byte changes it
  size_t infos = (size_t)vec->world->infos;
  clear_rewards(vec, group);
  for (int k = 0; k < group->count; k++) {
    int env = group->first + group->member[k];
    CoMoment *moment = co_vecenv_moment(&all, env);
    *moment = (CoMoment){.rng = moment->rng, .ended = CO_PLAYING, .begun = 1};
    if (infos) memset(all.info + (size_t)env * infos, 0, infos * sizeof *all.info);
    publish(&all, env, moment);
  }
  return vec->world->type->reset_many(vec->world->self, hand->worker, &many, error);
}

// with: which copies, as co_vecenv_reset has it; NULL: those that have ended.
static bool restart(CoVecEnv *vec, Hand *hand, int first, int end, const void *with, CoError *error) {
  const CoEnvType *type = vec->world->type;
  const uint8_t *which = with ? with : vec->running;
  uint8_t *active = vec->active;
  for (int i = first; i < end; i++) active[i] = (which[i] != 0) == (with != NULL);
  const Group group = co_vecenv_gather(vec, first, end);
  if (!group.count) return true;
  bool together = type->reset_many && !type->task && !type->mover;
  return (together ? begin_together : begin_each)(vec, hand, &group, error) && co_vecenv_look(vec, hand, &group, error);
}

// The copies' places in the arrays of a step, zeroed where they run.
static CoMany together(CoVecEnv *vec, const Group *group, const CoActions *all) {
  size_t agents = (size_t)vec->world->spec.agents, infos = (size_t)vec->world->infos;
  size_t from = (size_t)group->first, count = (size_t)(group->end - group->first);
  size_t width = (size_t)vec->world->spec.action_size;
  memset(vec->terminated + from, 0, count);
  memset(vec->fresh + from * infos, 0, count * infos * sizeof *vec->fresh);
  clear_rewards(vec, group);
  CoMany many = co_vecenv_many(vec, group);
  many.actions.discrete = all->discrete ? all->discrete + from * agents : NULL;
  many.actions.continuous = all->continuous ? all->continuous + from * agents * width : NULL;
  many.rewards = vec->rewards + from * agents;
  many.info = vec->fresh + from * infos;
  many.terminated = vec->terminated + from;
  return many;
}

static bool step_each(const CoWorld *world, void *worker, const CoMany *many, CoError *error) {
  size_t agents = (size_t)world->spec.agents, width = (size_t)world->spec.action_size;
  for (int k = 0; k < many->runners; k++) {
    int i = many->runner[k];
    size_t row = (size_t)i * agents;
    CoMoment *moment = (CoMoment *)(void *)(many->moments + (size_t)i * many->stride);
    const CoActions own = {many->actions.discrete ? many->actions.discrete + row : NULL,
                           many->actions.continuous ? many->actions.continuous + row * width : NULL};
    CoOutcome outcome = {many->rewards + row, many->info + (size_t)i * (size_t)world->infos, false};
    if (!world->type->step(world->self, worker, co_play_state(moment), &own, &moment->rng, &outcome, error))
      return false;
    many->terminated[i] = outcome.terminated;
  }
  return true;
}

// Clocks and ends. Nobody steps at nature's turn: it has always moved before anybody is asked.
static bool count(CoVecEnv *vec, Hand *hand, int env, CoError *error) {
  const CoWorld *world = vec->world;
  CoMoment *moment = co_vecenv_moment(vec, env);
  float *info = vec->info + (size_t)env * (size_t)world->infos;
  const float *fresh = vec->fresh + (size_t)env * (size_t)world->infos;
  float *rewards = vec->rewards + (size_t)env * (size_t)world->spec.agents;
  for (int i = 0; i < world->infos; i++) info[i] += fresh[i];
  co_play_count(world, moment, false, vec->terminated[env]);
  if (!settle(vec, hand, moment, rewards, info, error)) return false;
  publish(vec, env, moment);
  return true;
}

// The same where there is no nature.
static void count_plainly(CoVecEnv *vec, const Group *group) {
  size_t infos = (size_t)vec->world->infos;
  for (size_t i = (size_t)group->first * infos; i < (size_t)group->end * infos; i++) vec->info[i] += vec->fresh[i];
  int64_t limit = vec->world->spec.episode_limit ? vec->world->spec.episode_limit : INT64_MAX;
  const CoVecEnv all = *vec; // no store of a byte changes it
  for (int k = 0; k < group->count; k++) {
    int i = group->first + group->member[k];
    CoMoment *moment = co_vecenv_moment(&all, i);
    int64_t clock = ++all.clock[i];
    int32_t ended = all.terminated[i] ? CO_TERMINATED : clock >= limit ? CO_TRUNCATED : CO_PLAYING;
    moment->clock = clock;
    moment->ended = all.ending[i] = ended;
    all.running[i] = ended == CO_PLAYING;
  }
}

static bool count_all(CoVecEnv *vec, Hand *hand, const Group *group, CoError *error) {
  if (!vec->world->type->mover) {
    count_plainly(vec, group);
    return true;
  }
  for (int k = 0; k < group->count; k++)
    if (!count(vec, hand, group->first + group->member[k], error)) return false;
  return true;
}

static bool step(CoVecEnv *vec, Hand *hand, int first, int end, const void *with, CoError *error) {
  const CoWorld *world = vec->world;
  memcpy(vec->active + first, vec->running + first, (size_t)(end - first));
  const Group group = co_vecenv_gather(vec, first, end);
  const CoMany many = together(vec, &group, with);
  if (!(world->type->step_many ? world->type->step_many(world->self, hand->worker, &many, error)
                               : step_each(world, hand->worker, &many, error)))
    return false;
  return count_all(vec, hand, &group, error) && co_vecenv_look(vec, hand, &group, error);
}

static void recount(CoVecEnv *vec) {
  int count = 0;
  for (int i = 0; i < vec->num_envs; i++) count += vec->running[i];
  vec->running_count = count;
}

bool co_vecenv_restart(CoVecEnv *vec, CoError *error) {
  if (vec->running_count == vec->num_envs) return true;
  if (!co_vecenv_each(vec, restart, NULL, error)) return false;
  recount(vec);
  return true;
}

bool co_vecenv_reset(CoVecEnv *vec, const uint8_t *which, const CoRng *rngs, CoError *error) {
  for (int i = 0; i < vec->num_envs; i++) {
    if (which && !which[i]) continue;
    vec->running[i] = 0;
    if (rngs) co_vecenv_moment(vec, i)->rng = rngs[i];
  }
  recount(vec);
  bool ok = co_vecenv_each(vec, restart, which, error);
  recount(vec);
  return ok;
}

bool co_vecenv_reset_tasks(CoVecEnv *vec, const CoRng *rngs, const CoRng *tasks, CoError *error) {
  vec->tasks = tasks;
  bool ok = co_vecenv_reset(vec, NULL, rngs, error);
  vec->tasks = NULL;
  return ok;
}

bool co_vecenv_step(CoVecEnv *vec, const CoActions *actions, CoError *error) {
  assert(vec->world->spec.actions ? actions->discrete != NULL : actions->continuous != NULL);
  if (!co_vecenv_each(vec, step, actions, error)) return false;
  recount(vec);
  return true;
}

static bool again(CoVecEnv *vec, Hand *hand, int first, int end, const void *with, CoError *error) {
  (void)with;
  for (int i = first; i < end; i++) {
    const CoMoment *moment = co_vecenv_moment(vec, i);
    publish(vec, i, moment);
    vec->active[i] = moment->begun != 0;
    if (!moment->begun) vec->running[i] = 0;
  }
  const Group group = co_vecenv_gather(vec, first, end);
  return co_vecenv_look(vec, hand, &group, error);
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

bool co_vecenv_restore(CoVecEnv *vec, int env, const void *bytes, const float *info, CoError *error) {
  assert(env >= 0 && env < vec->num_envs);
  size_t infos = (size_t)vec->world->infos, agents = (size_t)vec->world->spec.agents;
  memcpy(co_vecenv_moment(vec, env), bytes, co_env_size(vec->world));
  memset(vec->rewards + (size_t)env * agents, 0, agents * sizeof *vec->rewards);
  if (infos) memcpy(vec->info + (size_t)env * infos, info, infos * sizeof *info);
  bool ok = again(vec, &vec->hands[0], env, env + 1, NULL, error);
  recount(vec);
  return ok;
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

static bool direct_one(CoVecEnv *vec, Hand *hand, int env, const Scripted *job, CoError *error) {
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

static bool direct(CoVecEnv *vec, Hand *hand, int first, int end, const void *with, CoError *error) {
  for (int i = first; i < end; i++)
    if (vec->running[i] && !direct_one(vec, hand, i, with, error)) return false;
  return true;
}

bool co_vecenv_script(CoVecEnv *vec, const CoScriptType *script, int team, CoRng *rngs, int *actions, CoError *error) {
  assert(vec->world->spec.actions && team >= 0 && team < vec->world->spec.teams);
  Scripted job = {script, team, rngs, actions};
  return co_vecenv_each(vec, direct, &job, error);
}
