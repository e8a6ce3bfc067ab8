// Hand-made batches of episodes for tests: random contents of given lengths, packed as the episode store packs them.
#ifndef COHORT_TESTS_EPISODES_H
#define COHORT_TESTS_EPISODES_H

#include <stdlib.h>

#include "cohort/episodes.h"

// Owns its arrays, which tests may overwrite; `batch` shows them.
typedef struct Episodes {
  CoBatch batch;
  int *length, *count, *start, *agent_count, *agent_start, *next, *action;
  float *obs, *privileged, *global, *reward, *discount;
  uint8_t *mask, *alive;
} Episodes;

static inline float *random_numbers(size_t count, CoRng *rng) {
  float *x = malloc((count + 1) * sizeof *x);
  for (size_t i = 0; i < count; i++) x[i] = (float)co_rng_uniform(rng, -1, 1);
  return x;
}

// length[episodes] descending.
static inline void pack_episodes(Episodes *e, const int *length, int episodes, int agents) {
  int steps = length[0];
  e->length = malloc((size_t)episodes * sizeof(int));
  e->count = calloc((size_t)steps + 2, sizeof(int)), e->start = calloc((size_t)steps + 2, sizeof(int));
  e->agent_count = calloc((size_t)steps + 2, sizeof(int)), e->agent_start = calloc((size_t)steps + 2, sizeof(int));
  for (int i = 0; i < episodes; i++) e->length[i] = length[i];
  for (int t = 0; t <= steps; t++) {
    for (int i = 0; i < episodes; i++) e->count[t] += length[i] >= t;
    e->start[t + 1] = e->start[t] + e->count[t];
    e->agent_count[t] = e->count[t] * agents, e->agent_start[t + 1] = e->start[t + 1] * agents;
  }
  int rows = e->start[steps + 1];
  e->next = malloc((size_t)rows * sizeof(int));
  for (int t = 0; t <= steps; t++)
    for (int i = 0; i < e->count[t]; i++) e->next[e->start[t] + i] = length[i] > t ? e->start[t + 1] + i : -1;
  e->batch = (CoBatch){.episodes = episodes,
                       .agents = agents,
                       .rows = rows,
                       .steps = steps,
                       .length = e->length,
                       .entries = {steps + 1, e->count, e->start},
                       .next = e->next,
                       .rewards = 1,
                       .agent_entries = {steps + 1, e->agent_count, e->agent_start}};
}

// Every action legal; true ends. As in the store, action and reward of the last entries are 0.
static inline Episodes *episodes_create(const CoSpec *spec, const int *length, int episodes, CoRng *rng) {
  Episodes *e = calloc(1, sizeof *e);
  pack_episodes(e, length, episodes, spec->agents);
  size_t rows = (size_t)e->batch.rows, cells = rows * (size_t)spec->agents, masks = cells * (size_t)spec->actions;
  e->obs = random_numbers(cells * (size_t)spec->obs_size, rng);
  e->privileged = random_numbers(cells * (size_t)spec->privileged_size, rng);
  e->global = random_numbers(rows * (size_t)spec->global_size, rng);
  e->reward = random_numbers(rows, rng);
  e->discount = malloc(rows * sizeof(float)), e->action = malloc(cells * sizeof(int));
  e->mask = malloc(masks), e->alive = malloc(cells);
  for (size_t i = 0; i < masks; i++) e->mask[i] = 1;
  for (size_t i = 0; i < cells; i++) e->alive[i] = 1, e->action[i] = co_rng_int(rng, 0, spec->actions - 1);
  for (size_t i = 0; i < rows; i++) {
    int next = e->next[i];
    e->discount[i] = next >= 0 && e->next[next] >= 0 ? 1 : 0;
    for (size_t j = 0; next < 0 && j < (size_t)spec->agents; j++) e->action[i * (size_t)spec->agents + j] = 0;
    if (next < 0) e->reward[i] = 0;
  }
  CoBatch *b = &e->batch;
  b->obs = e->obs, b->privileged = spec->privileged_size ? e->privileged : NULL;
  b->global = spec->global_size ? e->global : NULL, b->mask = e->mask, b->alive = b->acting = e->alive;
  b->action = e->action, b->reward = e->reward, b->discount = e->discount;
  return e;
}

static inline void episodes_destroy(Episodes *e) {
  void *owned[] = {e->length,     e->count,  e->start,  e->agent_count, e->agent_start, e->next,  e->action, e->obs,
                   e->privileged, e->global, e->reward, e->discount,    e->mask,        e->alive, e};
  for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) free(owned[i]);
}

#endif
