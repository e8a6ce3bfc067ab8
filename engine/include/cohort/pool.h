// A thread pool with a fixed partition: the same shard goes to the same thread, whatever the others do.
#ifndef COHORT_POOL_H
#define COHORT_POOL_H

#include "cohort/error.h"

typedef struct CoPool CoPool;

// `threads` >= 1, the caller's own thread included: 1 starts none.
CoPool *co_pool_create(int threads, CoError *error);
void co_pool_destroy(CoPool *pool);
int co_pool_threads(const CoPool *pool); // 1 for a NULL pool

// Calls work(user, shard, thread) once for each shard in [0, shards), shard s on thread s % threads, in ascending order
// on each thread; returns when all are done. A NULL pool runs them here, in order. Not to be called from inside work.
void co_pool_run(CoPool *pool, int shards, void (*work)(void *user, int shard, int thread), void *user);

#endif
