// The thread pool: workers wait at a gate for the next round, the caller waits at another for their end.
#include "cohort/pool.h"

#include <assert.h>
#include <immintrin.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Falling asleep and waking take about 50 microseconds; rounds are often closer. So a thread waits some microseconds
// with pauses, then some tens offering its core to others (who may be what it waits for), then sleeps.
#define PAUSES 100
#define YIELDS 100

// A counter that threads wait on: first awake, then asleep. On a cache line of its own.
typedef struct Gate {
  _Alignas(64) atomic_uint value;
  atomic_int sleepers;
  pthread_mutex_t mutex;
  pthread_cond_t moved;
} Gate;

typedef struct Worker {
  CoPool *pool;
  pthread_t thread;
  int index; // 1 .. threads - 1; the caller is 0
} Worker;

struct CoPool {
  Gate round;    // how many rounds began
  Gate finished; // how many times a worker finished one
  int threads;
  // The round's work, written before `round` moves on.
  int shards; // negative: go home
  void (*work)(void *user, int shard, int thread);
  void *user;
  Worker workers[]; // [threads - 1]
};

static void open_gate(Gate *gate) {
  pthread_mutex_init(&gate->mutex, NULL);
  pthread_cond_init(&gate->moved, NULL);
}

static void close_gate(Gate *gate) {
  pthread_mutex_destroy(&gate->mutex);
  pthread_cond_destroy(&gate->moved);
}

// A sleeper counts itself before it looks at `value` again, and `advance` looks for sleepers after it moved `value`
// (both sequentially consistent): one of the two sees the other.
static void await(Gate *gate, unsigned target) {
  for (int i = 0; i < PAUSES + YIELDS; i++) {
    if (atomic_load_explicit(&gate->value, memory_order_acquire) == target) return;
    if (i < PAUSES)
      _mm_pause();
    else
      sched_yield();
  }
  pthread_mutex_lock(&gate->mutex);
  atomic_fetch_add(&gate->sleepers, 1);
  while (atomic_load(&gate->value) != target) pthread_cond_wait(&gate->moved, &gate->mutex);
  atomic_fetch_sub(&gate->sleepers, 1);
  pthread_mutex_unlock(&gate->mutex);
}

static void advance(Gate *gate) {
  atomic_fetch_add(&gate->value, 1);
  if (atomic_load(&gate->sleepers) == 0) return;
  pthread_mutex_lock(&gate->mutex);
  pthread_cond_broadcast(&gate->moved);
  pthread_mutex_unlock(&gate->mutex);
}

static void run_shards(const CoPool *pool, int thread) {
  for (int shard = thread; shard < pool->shards; shard += pool->threads) pool->work(pool->user, shard, thread);
}

static void *serve(void *argument) {
  Worker *worker = argument;
  CoPool *pool = worker->pool;
  for (unsigned round = 1;; round++) {
    await(&pool->round, round);
    if (pool->shards < 0) return NULL;
    run_shards(pool, worker->index);
    advance(&pool->finished);
  }
}

// Signals belong to the program's own threads; faults stay with the thread that made them.
static bool start(Worker *worker) {
  sigset_t blocked, before;
  sigfillset(&blocked);
  const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGPROF};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  bool started = pthread_create(&worker->thread, NULL, serve, worker) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return started;
}

static size_t block_bytes(int threads) {
  size_t bytes = sizeof(CoPool) + (size_t)(threads - 1) * sizeof(Worker);
  return (bytes + _Alignof(CoPool) - 1) / _Alignof(CoPool) * _Alignof(CoPool);
}

CoPool *co_pool_create(int threads, CoError *error) {
  assert(threads >= 1);
  size_t bytes = block_bytes(threads);
  CoPool *pool = aligned_alloc(_Alignof(CoPool), bytes);
  if (!pool) {
    co_fail(error, "no memory for a pool of %d threads", threads);
    return NULL;
  }
  memset(pool, 0, bytes);
  open_gate(&pool->round);
  open_gate(&pool->finished);
  for (pool->threads = 1; pool->threads < threads; pool->threads++) {
    Worker *worker = &pool->workers[pool->threads - 1];
    *worker = (Worker){.pool = pool, .index = pool->threads};
    if (start(worker)) continue;
    co_fail(error, "the system refuses to start thread %d of %d", pool->threads + 1, threads);
    co_pool_destroy(pool);
    return NULL;
  }
  return pool;
}

void co_pool_destroy(CoPool *pool) {
  if (!pool) return;
  pool->shards = -1;
  advance(&pool->round);
  for (int i = 0; i < pool->threads - 1; i++) pthread_join(pool->workers[i].thread, NULL);
  close_gate(&pool->round);
  close_gate(&pool->finished);
  free(pool);
}

int co_pool_threads(const CoPool *pool) {
  return pool ? pool->threads : 1;
}

void co_pool_run(CoPool *pool, int shards, void (*work)(void *user, int shard, int thread), void *user) {
  assert(shards >= 0);
  if (co_pool_threads(pool) == 1 || shards <= 1) {
    for (int shard = 0; shard < shards; shard++) work(user, shard, 0);
    return;
  }
  pool->shards = shards;
  pool->work = work;
  pool->user = user;
  unsigned target = atomic_load(&pool->finished.value) + (unsigned)(pool->threads - 1);
  advance(&pool->round);
  run_shards(pool, 0);
  await(&pool->finished, target);
}
