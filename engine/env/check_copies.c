// Rules of states: plain values that go on alike wherever they are copied to, whoever else is stepped beside them.
#include <stdlib.h>
#include <string.h>

#include "rules.h"

#define COPIES 7
#define THREADS 3
#define RUBBISH 0xA5

bool co_check_fields(const CoWorld *world, CoError *error) {
  for (const CoStateField *field = world->fields; field->name; field++) {
    size_t width = co_state_width(field->kind),
           last = field->count > 0 ? (size_t)(field->count - 1) * field->stride : 0;
    if (field->count < 0 || field->stride < width) return co_fail(error, "elements of %s overlap", field->name);
    if (field->offset % width) return co_fail(error, "%s is not aligned", field->name);
    if (field->offset + last + width > world->state_bytes)
      return co_fail(error, "%s lies outside of the state", field->name);
    for (const CoStateField *other = world->fields; other < field; other++)
      if (!strcmp(other->name, field->name)) return co_fail(error, "there are two fields %s", field->name);
  }
  return true;
}

// Where two states first differ, for people.
static bool differ(const CoWorld *world, const void *a, const void *b, const char *when, long long step,
                   CoError *error) {
  const unsigned char *x = a, *y = b;
  for (const CoStateField *field = world->fields; field->name; field++)
    for (int i = 0; i < field->count; i++) {
      size_t at = field->offset + (size_t)i * field->stride;
      if (memcmp(x + at, y + at, co_state_width(field->kind)) != 0)
        return co_fail(error, "%s, state.%s differs at step %lld (element %d)", when, field->name, step, i);
    }
  return co_fail(error, "%s, the state differs at step %lld outside of its fields", when, step);
}

static bool same_copy(const CoVecEnv *a, const CoVecEnv *b, int env, const char *when, CoError *error) {
  const CoWorld *world = co_vecenv_world(a);
  long long step = (long long)co_vecenv_clock(a)[env];
  const void *x = co_vecenv_state(a, env), *y = co_vecenv_state(b, env);
  if (memcmp(x, y, world->state_bytes) != 0) return differ(world, x, y, when, step, error);
  for (int team = 0; team < world->spec.teams; team++) {
    size_t numbers = (size_t)(world->teams[team].agents * world->spec.obs_size), from = (size_t)env * numbers;
    if (memcmp(co_vecenv_frame(a, team)->obs + from, co_vecenv_frame(b, team)->obs + from, numbers * sizeof(float)))
      return co_fail(error, "%s, observations of team %d differ at step %lld", when, team, step);
  }
  return true;
}

static bool same_steps(CoRandomPlay *one, CoRandomPlay *few, CoRandomPlay *threaded, CoError *error) {
  if (!co_random_step(one, error) || !co_random_step(few, error) || !co_random_step(threaded, error) ||
      !same_copy(one->vec, few->vec, 0, "alone and beside others", error))
    return false;
  for (int i = 0; i < COPIES; i++)
    if (!same_copy(few->vec, threaded->vec, i, "on one thread and on several", error)) return false;
  return true;
}

bool co_check_copies(const CoWorld *world, CoError *error) {
  CoRandomPlay one = {.vec = NULL}, few = one, threaded = one;
  CoPool *pool = co_pool_create(THREADS, error);
  bool ok = pool && co_random_begin(&one, world, 1, NULL, 1, error) &&
            co_random_begin(&few, world, COPIES, NULL, 1, error) &&
            co_random_begin(&threaded, world, COPIES, pool, 1, error);
  for (int t = 0; ok && t < CHECK_STEPS; t++) ok = same_steps(&one, &few, &threaded, error);
  co_random_end(&one), co_random_end(&few), co_random_end(&threaded);
  if (pool) co_pool_destroy(pool);
  return ok;
}

// The moment and state of a copy.
static const CoMoment *moment_of(const CoVecEnv *vec, int env) {
  return (const CoMoment *)co_vecenv_state(vec, env) - 1;
}

// A copy of play's single environment that goes on by itself beside it.
typedef struct Twins {
  CoRandomPlay play;
  CoEnv *plain, *scrambled; // the second one with rubbish where no field is
  unsigned char *bytes;     // [co_env_size]
  unsigned char *covered;   // [state_bytes] 1: some field's
} Twins;

static void cover(const CoWorld *world, unsigned char *covered) {
  for (const CoStateField *field = world->fields; field->name; field++)
    for (int i = 0; i < field->count; i++)
      memset(covered + field->offset + (size_t)i * field->stride, 1, co_state_width(field->kind));
}

static bool scramble(const CoWorld *world, Twins *twins, CoError *error) {
  unsigned char *state = twins->bytes + sizeof(CoMoment);
  for (size_t i = 0; i < world->state_bytes; i++) {
    if (twins->covered[i]) continue;
    if (state[i]) return co_fail(error, "byte %zu of the state is no field's, but is not 0", i);
    state[i] = RUBBISH;
  }
  return true;
}

// That env went on as the runtime's copy did.
static bool same_move(const CoEnv *env, const CoVecEnv *vec, int copy, const char *when, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  long long step = (long long)co_vecenv_clock(vec)[copy];
  if (co_env_ending(env) == CO_PLAYING && co_env_mover(env) == CO_CHANCE) return true; // the runtime is further on
  const void *a = co_env_state(env), *b = co_vecenv_state(vec, copy);
  if (co_state_hash(world, a) != co_state_hash(world, b)) return differ(world, a, b, when, step, error);
  size_t agents = (size_t)world->spec.agents;
  if (memcmp(co_env_rewards(env), co_vecenv_rewards(vec) + (size_t)copy * agents, agents * sizeof(float)) != 0)
    return co_fail(error, "%s, rewards differ at step %lld", when, step);
  return (int)co_env_ending(env) == co_vecenv_ending(vec)[copy] ||
         co_fail(error, "%s, the ends differ at step %lld", when, step);
}

static bool twin_step(const CoWorld *world, Twins *twins, CoError *error) {
  CoVecEnv *vec = twins->play.vec;
  if (!co_random_step(&twins->play, error) || !co_vecenv_restart(vec, error)) return false;
  memcpy(twins->bytes, moment_of(vec, 0), co_env_size(world));
  co_env_restore(twins->plain, twins->bytes);
  if (!scramble(world, twins, error)) return false;
  co_env_restore(twins->scrambled, twins->bytes);
  CoActions actions = co_random_actions(&twins->play);
  return co_vecenv_step(vec, &actions, error) && co_env_step(twins->plain, &actions, error) &&
         co_env_step(twins->scrambled, &actions, error) && same_move(twins->plain, vec, 0, "in a copy", error) &&
         same_move(twins->scrambled, vec, 0, "in a copy of the fields alone", error);
}

bool co_check_memcpy(const CoWorld *world, CoError *error) {
  Twins twins = {.bytes = malloc(co_env_size(world)), .covered = calloc(world->state_bytes, 1)};
  bool ok = (twins.bytes && twins.covered) || co_fail(error, "no memory for a copy");
  if (ok) cover(world, twins.covered);
  ok = ok && co_random_begin(&twins.play, world, 1, NULL, 1, error) &&
       (twins.plain = co_env_create(world, 99, error)) && (twins.scrambled = co_env_create(world, 98, error));
  for (int t = 0; ok && t < CHECK_STEPS; t++) ok = twin_step(world, &twins, error);
  co_env_destroy(twins.plain), co_env_destroy(twins.scrambled);
  co_random_end(&twins.play);
  free(twins.bytes);
  free(twins.covered);
  return ok;
}

// Resets `used`, whatever was played in `from`, with the stream that `fresh` began with.
static bool reset_like(const CoEnv *fresh, CoEnv *used, const void *from, CoMoment *bytes, CoError *error) {
  const CoWorld *world = co_env_world(fresh);
  memcpy(bytes, from, co_env_size(world));
  bytes->rng = co_rng(5, "env", 0);
  co_env_restore(used, bytes);
  if (!co_env_reset(used, error)) return false;
  const void *a = co_env_state(fresh), *b = co_env_state(used);
  if (memcmp(a, b, world->state_bytes) != 0) return differ(world, a, b, "after a game and after none", 0, error);
  return !memcmp(co_env_bytes(fresh), co_env_bytes(used), sizeof(CoMoment)) ||
         co_fail(error, "a reset draws more numbers after a game than after none");
}

bool co_check_reset(const CoWorld *world, CoError *error) {
  CoRandomPlay play;
  CoMoment *bytes = malloc(co_env_size(world));
  CoEnv *fresh = co_env_create(world, 5, error), *used = fresh ? co_env_create(world, 6, error) : NULL;
  bool ok = co_random_begin(&play, world, 1, NULL, 1, error) && used && co_env_reset(fresh, error) &&
            (bytes || co_fail(error, "no memory for a copy"));
  for (int t = 0; ok && t < CHECK_STEPS / 4; t++) ok = co_random_step(&play, error);
  ok = ok && reset_like(fresh, used, moment_of(play.vec, 0), bytes, error) &&
       reset_like(fresh, used, co_env_bytes(used), bytes, error);
  co_env_destroy(fresh), co_env_destroy(used);
  co_random_end(&play);
  free(bytes);
  return ok;
}

// Whether the task's numbers stand in the state still: what is 0 in it may be the episode's.
static bool keeps(const CoWorld *world, const unsigned char *task, const unsigned char *state, CoError *error) {
  for (const CoStateField *field = world->fields; field->name; field++)
    for (int i = 0; i < field->count; i++) {
      static const unsigned char zeros[sizeof(double)];
      const size_t at = field->offset + (size_t)i * field->stride, width = co_state_width(field->kind);
      if (memcmp(task + at, zeros, width) != 0 && memcmp(task + at, state + at, width) != 0)
        return co_fail(error, "a reset changes the task's state.%s (element %d)", field->name, i);
    }
  return true;
}

// Every copy in the task of its stream: there are different ones, and a reset keeps them.
static bool tasks_of(CoVecEnv *vec, unsigned char *drawn, const CoRng *tasks, void *worker, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  const size_t bytes = world->state_bytes;
  int different = 0;
  for (int i = 0; i < COPIES; i++) {
    CoRng rng = tasks[i];
    if (!world->type->task(world->self, worker, drawn + (size_t)i * bytes, &rng, error) ||
        !keeps(world, drawn + (size_t)i * bytes, co_vecenv_state(vec, i), error))
      return false;
    different += memcmp(drawn, drawn + (size_t)i * bytes, bytes) != 0;
  }
  return different > 0 || co_fail(error, "%d draws of the task were all alike", COPIES);
}

bool co_check_tasks(const CoWorld *world, CoError *error) {
  if (!world->type->task) return true;
  CoRng tasks[COPIES];
  void *worker = NULL;
  unsigned char *drawn = calloc(COPIES, world->state_bytes);
  CoVecEnv *vec = co_vecenv_create(world, COPIES, 0, NULL, 1, "env", error);
  for (int i = 0; i < COPIES; i++) tasks[i] = co_rng(1, "tasks", (uint64_t)i);
  bool ok = vec && (drawn || co_fail(error, "no memory for tasks")) && co_world_worker_open(world, &worker, error) &&
            co_vecenv_reset_tasks(vec, NULL, tasks, error) && tasks_of(vec, drawn, tasks, worker, error);
  co_world_worker_close(world, worker);
  co_vecenv_destroy(vec);
  free(drawn);
  return ok;
}

static bool same_view(CoEnv *env, const CoVecEnv *vec, int copy, float *obs, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  size_t size = (size_t)world->spec.obs_size;
  if (co_env_ending(env) == CO_PLAYING && co_env_mover(env) == CO_CHANCE) return true;
  for (int team = 0; team < world->spec.teams; team++)
    for (int a = 0; a < world->teams[team].agents; a++) {
      size_t row = (size_t)(copy * world->teams[team].agents + a);
      if (!co_env_observe(env, world->first[team] + a, obs, error)) return false;
      if (memcmp(obs, co_vecenv_frame(vec, team)->obs + row * size, size * sizeof *obs) != 0)
        return co_fail(error, "agent %d observes something else at step %lld", world->first[team] + a,
                       (long long)co_vecenv_clock(vec)[copy]);
      if (world->spec.states && co_env_index(env, world->first[team] + a) != co_vecenv_frame(vec, team)->index[row])
        return co_fail(error, "agent %d is in another row of the table at step %lld", world->first[team] + a,
                       (long long)co_vecenv_clock(vec)[copy]);
    }
  return true;
}

// The runtime's reset (many at once where the type can) against each copy reset by itself.
static bool restart_both(CoVecEnv *vec, CoEnv *const *alone, CoError *error) {
  const CoWorld *world = co_vecenv_world(vec);
  for (int i = 0; i < COPIES; i++) {
    co_env_restore(alone[i], moment_of(vec, i));
    if (co_env_ending(alone[i]) != CO_PLAYING && !co_env_reset(alone[i], error)) return false;
  }
  if (!co_vecenv_restart(vec, error)) return false;
  for (int i = 0; i < COPIES && world->type->reset_many; i++)
    if (memcmp(co_env_state(alone[i]), co_vecenv_state(vec, i), world->state_bytes) != 0)
      return differ(world, co_env_state(alone[i]), co_vecenv_state(vec, i), "reset alone", 0, error);
  return true;
}

// The runtime's step (many at once where the type can) against each copy stepped by itself.
static bool step_both(CoRandomPlay *play, CoEnv *const *alone, float *obs, CoError *error) {
  const CoWorld *world = co_vecenv_world(play->vec);
  size_t agents = (size_t)world->spec.agents, width = (size_t)world->spec.action_size;
  if (!restart_both(play->vec, alone, error)) return false;
  for (int i = 0; i < COPIES; i++) co_env_restore(alone[i], moment_of(play->vec, i));
  CoActions actions = co_random_actions(play);
  if (!co_vecenv_step(play->vec, &actions, error)) return false;
  for (size_t i = 0; i < COPIES; i++) {
    const CoActions own = {actions.discrete ? actions.discrete + i * agents : NULL,
                           actions.continuous ? actions.continuous + i * agents * width : NULL};
    if (!co_env_step(alone[i], &own, error) || !same_move(alone[i], play->vec, (int)i, "alone", error) ||
        !same_view(alone[i], play->vec, (int)i, obs, error))
      return false;
  }
  return true;
}

bool co_check_many(const CoWorld *world, CoError *error) {
  CoRandomPlay play;
  CoEnv *alone[COPIES] = {NULL};
  float *obs = calloc((size_t)world->spec.obs_size + 1, sizeof *obs);
  bool ok = co_random_begin(&play, world, COPIES, NULL, 1, error) && (obs || co_fail(error, "no memory for a view"));
  for (int i = 0; ok && i < COPIES; i++) ok = (alone[i] = co_env_create(world, (uint64_t)i, error)) != NULL;
  for (int t = 0; ok && t < CHECK_STEPS; t++) ok = step_both(&play, alone, obs, error);
  for (int i = 0; i < COPIES; i++) co_env_destroy(alone[i]);
  co_random_end(&play);
  free(obs);
  return ok;
}

static bool draw_one(CoRandomPlay *play, void *worker, void *state, CoCanvas *canvas, CoError *error) {
  const CoWorld *world = co_vecenv_world(play->vec);
  const void *shown = co_vecenv_state(play->vec, 0);
  memcpy(state, shown, world->state_bytes);
  co_canvas_clear(canvas);
  if (!world->type->draw(world->self, worker, shown, canvas, error)) return false;
  if (memcmp(state, shown, world->state_bytes) != 0)
    return differ(world, state, shown, "after drawing", (long long)co_vecenv_clock(play->vec)[0], error);
  return !co_canvas_failed(canvas) || co_fail(error, "no memory for a drawing");
}

bool co_check_draw(const CoWorld *world, CoError *error) {
  if (!world->type->draw) return true;
  CoRandomPlay play;
  void *worker = NULL, *state = malloc(world->state_bytes);
  CoCanvas *canvas = co_canvas_create(error);
  bool ok = co_random_begin(&play, world, 1, NULL, 1, error) && canvas &&
            (state || co_fail(error, "no memory for a state")) && co_world_worker_open(world, &worker, error);
  for (int t = 0; ok && t < CHECK_STEPS; t++)
    ok = co_random_step(&play, error) && draw_one(&play, worker, state, canvas, error);
  co_world_worker_close(world, worker);
  co_canvas_destroy(canvas);
  co_random_end(&play);
  free(state);
  return ok;
}
