// Wrappers: a type of its own around an inner world, whose state comes first in the wrapper's.
#include "cohort/wrappers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

typedef struct Wrapper {
  CoWorld *inner;
  CoEnvType type;
  float factor;          // of the rewards
  int frames;            // kept of each agent; 0: no stacking
  size_t past;           // offset of the frames [agents][frames][obs_size] in the state
  CoStateField fields[]; // the inner ones, "frames", the end
} Wrapper;

static void close(void *self) {
  Wrapper *wrapper = self;
  co_world_close(wrapper->inner);
  free(wrapper);
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **fields) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  *spec = inner->spec;
  *state_bytes = inner->state_bytes;
  *fields = inner->fields;
  if (!wrapper->frames) return;
  *state_bytes = wrapper->past + (size_t)(spec->agents * wrapper->frames * spec->obs_size) * sizeof(float);
  *fields = wrapper->fields;
  spec->obs_size *= wrapper->frames;
  spec->obs_shape[0] *= wrapper->frames;
  spec->goal_size = 0; // the goal is in every frame, not at the end
  spec->obs_lows = spec->obs_highs = NULL;
  if (spec->obs_low > 0) spec->obs_low = 0; // frames before the first are zeros
  if (spec->obs_high < 0) spec->obs_high = 0;
}

// Hooks that are the inner world's.

static void *worker_open(const void *self, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->worker_open(inner->self, error);
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->available(inner->self, worker, state, agent, mask, error);
}

static bool alive(const void *self, const void *state, int agent) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->alive(inner->self, state, agent);
}

static int mover(const void *self, const void *state) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->mover(inner->self, state);
}

static int index_of(const void *self, const void *state, int agent) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->index(inner->self, state, agent);
}

static bool global(const void *self, void *worker, const void *state, int team, float *out, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->global(inner->self, worker, state, team, out, error);
}

static bool privileged(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->privileged(inner->self, worker, state, agent, obs, error);
}

static bool task(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->task(inner->self, worker, state, rng, error);
}

static bool achieved(const void *self, void *worker, const void *state, int agent, float *goal, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->achieved(inner->self, worker, state, agent, goal, error);
}

static float goal_reward(const void *self, const float *reached, const float *desired, bool *terminated) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  return wrapper->factor * inner->type->goal_reward(inner->self, reached, desired, terminated);
}

static bool symmetry(const void *self, int number, int *obs_from, int *action_from) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->symmetry(inner->self, number, obs_from, action_from);
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  const CoWorld *inner = ((const Wrapper *)self)->inner;
  return inner->type->draw(inner->self, worker, state, canvas, error);
}

// Frames and rewards.

static float *past(const Wrapper *wrapper, void *state, int agent) { // [frames][obs_size], oldest first
  size_t floats = (size_t)(wrapper->frames * wrapper->inner->spec.obs_size);
  return (float *)(void *)((unsigned char *)state + wrapper->past) + (size_t)agent * floats;
}

// Nature's positions are nobody's to see.
static bool push(const Wrapper *wrapper, void *worker, void *state, CoError *error) {
  const CoWorld *inner = wrapper->inner;
  size_t size = (size_t)inner->spec.obs_size, older = (size_t)(wrapper->frames - 1) * size;
  if (co_world_mover(inner, state) == CO_CHANCE) return true;
  for (int i = 0; i < inner->spec.agents; i++) {
    float *frames = past(wrapper, state, i);
    memmove(frames, frames + size, older * sizeof *frames);
    if (!co_world_observe(inner, worker, state, i, frames + older, error)) return false;
  }
  return true;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  if (!inner->type->reset(inner->self, worker, state, rng, error)) return false;
  return !wrapper->frames || push(wrapper, worker, state, error);
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  if (!inner->type->step(inner->self, worker, state, actions, rng, outcome, error)) return false;
  for (int i = 0; i < inner->spec.agents; i++) outcome->rewards[i] *= wrapper->factor;
  return !wrapper->frames || push(wrapper, worker, state, error);
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  if (!wrapper->frames) return inner->type->observe(inner->self, worker, state, agent, obs, error);
  size_t floats = (size_t)(wrapper->frames * inner->spec.obs_size);
  const unsigned char *frames = (const unsigned char *)state + wrapper->past;
  memcpy(obs, frames + (size_t)agent * floats * sizeof *obs, floats * sizeof *obs);
  return true;
}

static int outcomes(const void *self, void *worker, const void *state, const CoActions *actions, CoTransition *out,
                    int capacity, CoError *error) {
  const Wrapper *wrapper = self;
  const CoWorld *inner = wrapper->inner;
  int count = inner->type->outcomes(inner->self, worker, state, actions, out, capacity, error);
  for (int i = 0; i < count; i++)
    for (int j = 0; j < inner->spec.agents; j++) out[i].rewards[j] *= wrapper->factor;
  return count;
}

// The inner type's name and missing capabilities, our hooks.
static void adopt(Wrapper *wrapper) {
  const CoEnvType *inner = wrapper->inner->type;
  CoEnvType *type = &wrapper->type;
  *type = *inner;
  type->close = close;
  type->describe = describe;
  type->reset = reset;
  type->step = step;
  type->observe = observe;
  if (inner->worker_open) type->worker_open = worker_open;
  if (inner->available) type->available = available;
  if (inner->alive) type->alive = alive;
  if (inner->mover) type->mover = mover;
  if (inner->index) type->index = index_of;
  if (inner->global) type->global = global;
  if (inner->privileged) type->privileged = privileged;
  if (inner->achieved) type->achieved = achieved;
  if (inner->goal_reward) type->goal_reward = goal_reward;
  if (inner->outcomes) type->outcomes = wrapper->frames ? NULL : outcomes;
  if (inner->task) type->task = task;
  if (inner->symmetry) type->symmetry = wrapper->frames ? NULL : symmetry;
  if (inner->draw) type->draw = draw;
  type->reset_many = NULL;
  type->step_many = NULL;
  type->observe_many = NULL;
  type->index_many = NULL;
}

static void list_fields(Wrapper *wrapper, size_t count) {
  const CoWorld *inner = wrapper->inner;
  int floats = inner->spec.agents * wrapper->frames * inner->spec.obs_size;
  memcpy(wrapper->fields, inner->fields, count * sizeof *inner->fields);
  wrapper->fields[count] = (CoStateField){"frames", CO_STATE_F32, wrapper->past, floats, sizeof(float)};
}

static CoWorld *wrap(CoWorld *inner, double factor, int frames, CoError *error) {
  if (!inner) return NULL;
  size_t count = 0;
  while (inner->fields[count].name) count++;
  Wrapper *wrapper = calloc(1, sizeof *wrapper + (count + 2) * sizeof *wrapper->fields);
  if (!wrapper) {
    co_fail(error, "out of memory for %s", inner->type->name);
    co_world_close(inner);
    return NULL;
  }
  wrapper->inner = inner;
  wrapper->factor = (float)factor;
  wrapper->frames = frames;
  wrapper->past = (inner->state_bytes + sizeof(float) - 1) / sizeof(float) * sizeof(float);
  list_fields(wrapper, count);
  adopt(wrapper);
  return co_world_make(&wrapper->type, wrapper, inner->core, error);
}

CoWorld *co_world_limit(CoWorld *inner, int steps) {
  assert(steps >= 0);
  if (!inner) return NULL;
  inner->spec.episode_limit = steps; // the runtime's to keep: the world itself stays as it is
  for (int t = 0; t < inner->spec.teams; t++) inner->teams[t].episode_limit = steps;
  return inner;
}

CoWorld *co_world_scale_reward(CoWorld *inner, double factor, CoError *error) {
  return wrap(inner, factor, 0, error);
}

CoWorld *co_world_stack(CoWorld *inner, int frames, CoError *error) {
  assert(frames >= 1);
  return wrap(inner, 1, frames, error);
}
