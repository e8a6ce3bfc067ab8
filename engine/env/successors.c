// Successors: asks the `outcomes` hook, with more room when it needs more, and holds its probabilities to account.
#include "successors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 16
#define MOST (1 << 20) // of one state and its actions
#define SLACK 1e-9     // of probabilities' sum

static size_t stride(const CoSuccessors *next) {
  return (next->world->state_bytes + 15) / 16 * 16;
}

static size_t memory_bytes(const CoSuccessors *next) {
  return (size_t)next->capacity * (stride(next) + (size_t)next->world->spec.agents * sizeof(float));
}

static bool make_room(CoSuccessors *next, int capacity, CoError *error) {
  size_t count = (size_t)capacity, state = stride(next);
  free(next->out);
  free(next->memory);
  next->capacity = capacity;
  next->out = calloc(count, sizeof *next->out);
  next->memory = calloc(1, memory_bytes(next));
  if (!next->out || !next->memory) return co_fail(error, "out of memory for %d successors", capacity);
  unsigned char *bytes = next->memory;
  for (size_t i = 0; i < count; i++) {
    next->out[i].state = bytes + i * state;
    next->out[i].rewards = (float *)(void *)(bytes + count * state) + i * (size_t)next->world->spec.agents;
  }
  return true;
}

bool co_successors_begin(CoSuccessors *next, const CoWorld *world, CoError *error) {
  *next = (CoSuccessors){.world = world};
  return co_world_worker_open(world, &next->worker, error) && make_room(next, FIRST_ROOM, error);
}

void co_successors_end(CoSuccessors *next) {
  if (next->world) co_world_worker_close(next->world, next->worker);
  free(next->out);
  free(next->memory);
}

static bool account(const CoSuccessors *next, CoError *error) {
  double sum = 0;
  for (int i = 0; i < next->count; i++) {
    double p = next->out[i].probability;
    if (!(p >= 0)) return co_fail(error, "%s: a successor's probability is %g", next->world->type->name, p);
    sum += p;
  }
  return fabs(sum - 1) <= SLACK || co_fail(error, "%s: probabilities of a state's successors sum to %.12g, must be 1",
                                           next->world->type->name, sum);
}

bool co_successors_find(CoSuccessors *next, const void *state, const CoActions *actions, CoError *error) {
  const CoWorld *world = next->world;
  for (;;) {
    memset(next->memory, 0, memory_bytes(next));
    next->count = world->type->outcomes(world->self, next->worker, state, actions, next->out, next->capacity, error);
    if (next->count >= 0) return account(next, error);
    if (next->count == CO_OUTCOMES_FAILED) return false;
    if (next->capacity >= MOST)
      return co_fail(error, "%s: a state has more than %d successors", world->type->name, MOST);
    if (!make_room(next, 2 * next->capacity, error)) return false;
  }
}
