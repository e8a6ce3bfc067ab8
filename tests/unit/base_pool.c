// The thread pool: each shard once, on its thread, in order, through many rounds.
#include "suite.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cohort/pool.h"

#define SHARDS 23

typedef struct Round {
  int calls[SHARDS], threads[SHARDS];
  int last[8]; // by thread: the shard before, -1 at first
  bool ordered[8];
  pthread_t selves[8];
  long sums[SHARDS];
} Round;

static void work(void *user, int shard, int thread) {
  Round *round = user;
  round->calls[shard]++;
  round->threads[shard] = thread;
  round->ordered[thread] = round->ordered[thread] && shard > round->last[thread];
  round->last[thread] = shard;
  round->selves[thread] = pthread_self();
  round->sums[shard] += shard + thread;
}

static Round fresh(void) {
  Round round = {0};
  for (int i = 0; i < 8; i++) round.last[i] = -1, round.ordered[i] = true;
  return round;
}

START_TEST(the_partition_is_fixed) {
  for (int threads = 1; threads <= 5; threads++) {
    CoPool *pool = co_pool_create(threads, NULL);
    ck_assert_int_eq(co_pool_threads(pool), threads);
    for (int shards = 0; shards <= SHARDS; shards += 1) {
      Round round = fresh();
      co_pool_run(pool, shards, work, &round);
      for (int i = 0; i < SHARDS; i++) {
        ck_assert_int_eq(round.calls[i], i < shards);
        ck_assert_int_eq(round.threads[i], i < shards ? i % threads : 0);
      }
      for (int i = 0; i < threads; i++) ck_assert(round.ordered[i]);
      if (shards > 0) ck_assert(pthread_equal(round.selves[0], pthread_self()));
    }
    co_pool_destroy(pool);
  }
}
END_TEST

START_TEST(no_pool_runs_here) {
  Round round = fresh();
  ck_assert_int_eq(co_pool_threads(NULL), 1);
  co_pool_run(NULL, SHARDS, work, &round);
  for (int i = 0; i < SHARDS; i++) ck_assert(round.calls[i] == 1 && round.threads[i] == 0);
  ck_assert(round.ordered[0]);
  co_pool_destroy(NULL);
}
END_TEST

START_TEST(many_rounds_lose_nothing) {
  CoPool *pool = co_pool_create(3, NULL);
  Round round = fresh();
  bool complete = true;
  for (int i = 0; i < 4000; i++) {
    memset(round.last, -1, sizeof round.last);
    co_pool_run(pool, SHARDS, work, &round);
    for (int shard = 0; shard < SHARDS; shard++) complete = complete && round.calls[shard] == i + 1;
  }
  ck_assert(complete);
  for (int i = 0; i < SHARDS; i++) ck_assert_int_eq(round.sums[i], 4000 * (i + i % 3));
  for (int i = 0; i < 3; i++) ck_assert(round.ordered[i]);
  co_pool_destroy(pool);
}
END_TEST

static void nap(void *user, int shard, int thread) {
  if (shard == *(int *)user) usleep(2000);
  (void)thread;
}

// Rounds so far apart, and shards so uneven, that both sides fall asleep.
START_TEST(sleepers_are_woken) {
  CoPool *pool = co_pool_create(4, NULL);
  for (int i = 0; i < 40; i++) {
    int slow = i % 4;
    co_pool_run(pool, 4, nap, &slow);
    usleep(1000);
  }
  co_pool_destroy(pool);
}
END_TEST

START_TEST(an_idle_pool_ends) {
  for (int i = 0; i < 50; i++) co_pool_destroy(co_pool_create(1 + i % 4, NULL));
  CoPool *pool = co_pool_create(3, NULL);
  usleep(2000); // asleep
  co_pool_destroy(pool);
}
END_TEST

static volatile sig_atomic_t elsewhere;
static pthread_t main_thread;

static void notice(int number) {
  (void)number;
  if (!pthread_equal(pthread_self(), main_thread)) elsewhere = 1;
}

START_TEST(signals_stay_with_the_caller) {
  main_thread = pthread_self();
  CoPool *pool = co_pool_create(3, NULL);
  signal(SIGUSR1, notice);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &blocked, NULL); // a thread that takes it would have to be a worker
  kill(getpid(), SIGUSR1);
  usleep(2000);
  ck_assert_int_eq(elsewhere, 0);
  pthread_sigmask(SIG_UNBLOCK, &blocked, NULL);
  co_pool_destroy(pool);
}
END_TEST

CO_TESTS(the_partition_is_fixed, no_pool_runs_here, many_rounds_lose_nothing, sleepers_are_woken, an_idle_pool_ends,
         signals_stay_with_the_caller)
