// One update cut into shards: a tape a thread, a gradient block a shard, sums in the shards' order.
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/optim.h"

#define TAPE_BYTES ((size_t)16 << 30) // address space a thread

typedef struct Shard {
  CoReal *gradient; // [size]
  double value, stats[CO_SHARD_STATS];
  bool used;
} Shard;

struct CoSharded {
  CoPool *pool;
  int count, threads;
  Shard *shards;     // [count]
  CoTape **tapes;    // [threads]
  CoReal *gradients; // [count][size]
  size_t size;
};

static bool allocate(CoSharded *s, CoError *error) {
  const size_t count = (size_t)s->count, bytes = count * s->size * sizeof(CoReal);
  s->shards = calloc(count, sizeof *s->shards);
  s->tapes = calloc((size_t)s->threads, sizeof(CoTape *));
  s->gradients = aligned_alloc(64, bytes ? bytes : 64);
  if (!s->shards || !s->tapes || !s->gradients)
    return co_fail(error, "no memory for the gradients of %d shards", s->count);
  for (int i = 0; i < s->count; i++) s->shards[i].gradient = s->gradients + (size_t)i * s->size;
  for (int i = 0; i < s->threads; i++)
    if (!(s->tapes[i] = co_tape_create(TAPE_BYTES, error))) return false;
  return true;
}

CoSharded *co_sharded_create(const CoParams *params, int shards, CoPool *pool, CoError *error) {
  assert(shards > 0);
  CoSharded *sharded = calloc(1, sizeof *sharded);
  if (!sharded) {
    co_fail(error, "no memory for a sharded update");
    return NULL;
  }
  sharded->pool = pool;
  sharded->count = shards;
  sharded->threads = co_pool_threads(pool);
  sharded->size = params->size;
  if (allocate(sharded, error)) return sharded;
  co_sharded_destroy(sharded);
  return NULL;
}

void co_sharded_destroy(CoSharded *sharded) {
  if (!sharded) return;
  for (int i = 0; i < sharded->threads && sharded->tapes; i++) co_tape_destroy(sharded->tapes[i]);
  free(sharded->tapes);
  free(sharded->shards);
  free(sharded->gradients);
  free(sharded);
}

CoTape *co_sharded_tape(CoSharded *sharded, int thread) {
  assert(thread >= 0 && thread < sharded->threads);
  return sharded->tapes[thread];
}

int co_sharded_shards(const CoSharded *sharded) {
  return sharded->count;
}

CoPool *co_sharded_pool(const CoSharded *sharded) {
  return sharded->pool;
}

size_t co_sharded_memory(const CoSharded *sharded) {
  size_t sum = 0;
  for (int i = 0; i < sharded->threads; i++) sum += co_tape_peak(sharded->tapes[i]);
  return sum;
}

typedef struct Work {
  CoSharded *sharded;
  const CoParams *params;
  CoShardLoss loss;
  void *user;
} Work;

static void work(void *user, int number, int thread) {
  const Work *w = user;
  Shard *shard = &w->sharded->shards[number];
  CoTape *tape = w->sharded->tapes[thread];
  co_tape_clear(tape);
  co_tape_record(tape, true);
  memset(shard->stats, 0, sizeof shard->stats);
  CoVar **bound = co_params_bind(tape, w->params);
  CoVar *loss = w->loss(w->user, number, tape, bound, shard->stats);
  shard->used = loss;
  if (!loss) return;
  shard->value = (double)co_item(loss);
  CoVar **grads = co_tape_bytes(tape, (size_t)w->params->count * sizeof *grads);
  co_grad(tape, loss, bound, w->params->count, false, grads, NULL); // once: no operation refuses
  co_params_gather(w->params, grads, shard->gradient);
}

bool co_sharded_gradient(CoSharded *sharded, const CoParams *params, CoShardLoss loss, void *user, CoReal **gradient,
                         double *value, double stats[CO_SHARD_STATS], CoError *error) {
  assert(params->size <= sharded->size);
  co_pool_run(sharded->pool, sharded->count, work, &(Work){sharded, params, loss, user});
  Shard *first = &sharded->shards[0];
  *gradient = first->gradient;
  *value = 0;
  memset(stats, 0, CO_SHARD_STATS * sizeof *stats);
  if (!first->used) memset(first->gradient, 0, params->size * sizeof(CoReal));
  for (int i = 0; i < sharded->count; i++) {
    const Shard *shard = &sharded->shards[i];
    for (int j = 0; j < CO_SHARD_STATS; j++) stats[j] += shard->stats[j];
    if (!shard->used) continue;
    *value += shard->value;
    if (i > 0) co_axpy(params->size, 1, shard->gradient, first->gradient);
  }
  return isfinite(*value) || co_fail(error, "the loss is %g", *value);
}

bool co_sharded_descend(CoSharded *sharded, CoParams *params, CoOptim *optim, double limit, CoShardLoss loss,
                        void *user, CoDescent *out, CoError *error) {
  CoReal *gradient;
  if (!co_sharded_gradient(sharded, params, loss, user, &gradient, &out->loss, out->stats, error)) return false;
  out->grad_norm = co_clip_norm(params->size, gradient, limit);
  if (!isfinite(out->grad_norm)) return co_fail(error, "the gradient's norm is %g", out->grad_norm);
  co_optim_step(optim, params->values, gradient);
  return true;
}
