// The sharded update: one result for any number of threads, the sum of its shards, and no allocation once warm.
#include "allocations.h"

#include <math.h>
#include <string.h>

#include "cohort/optim.h"
#include "suite.h"

enum { SEQUENCES = 12, STEPS = 5, IN = 6, HIDDEN = 9, SHARDS = 6 };

// A recurrent regression: sequence s of shard k is k + s * SHARDS.
typedef struct Job {
  CoParams params;
  CoDense first, last;
  CoRecurrent gru;
  CoReal x[SEQUENCES * STEPS][IN], target[SEQUENCES * STEPS];
  int count[STEPS], start[STEPS + 1];
  int empty; // this shard has nothing to do; -1: none
} Job;

static Job job;

static void prepare(void) {
  CoRng rng = co_rng(5, "sharded", 0);
  memset(&job, 0, sizeof job);
  job.empty = -1;
  job.first = co_dense_add(&job.params, "fc1", IN, HIDDEN);
  job.gru = co_gru_add(&job.params, "rnn", HIDDEN, HIDDEN);
  job.last = co_dense_add(&job.params, "fc2", HIDDEN, 1);
  ck_assert(co_params_allocate(&job.params, NULL));
  co_dense_init(&job.params, job.first, CO_INIT_TORCH, 1, &rng);
  co_recurrent_init(&job.params, job.gru, &rng);
  co_dense_init(&job.params, job.last, CO_INIT_TORCH, 1, &rng);
  for (int i = 0; i < SEQUENCES * STEPS; i++) {
    for (int j = 0; j < IN; j++) job.x[i][j] = (CoReal)co_rng_normal(&rng);
    job.target[i] = (CoReal)co_rng_normal(&rng);
  }
  for (int i = 0; i < STEPS; i++) {
    job.count[i] = SEQUENCES / SHARDS;
    job.start[i + 1] = job.start[i] + job.count[i];
  }
}

static void clean(void) {
  co_params_free(&job.params);
}

static CoVar *loss(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats) {
  const Job *j = user;
  if (shard == j->empty) return NULL;
  const int rows = SEQUENCES / SHARDS * STEPS;
  const CoPacked packed = {STEPS, j->count, j->start};
  const CoCell cell = co_recurrent_cell(bound, j->gru);
  CoVar *x = co_constant(tape, rows, IN, j->x[shard * rows]);
  CoVar *h = co_gru(tape, &cell, &packed, co_relu(tape, co_dense(tape, bound, j->first, x)), NULL);
  CoVar *error =
      co_squared(tape, co_dense(tape, bound, j->last, h), co_constant(tape, rows, 1, j->target + shard * rows));
  stats[0] += rows;
  stats[1] += shard;
  return co_sum_all(tape, error);
}

typedef struct Outcome {
  CoReal gradient[4096];
  double value, stats[CO_SHARD_STATS];
  size_t size;
} Outcome;

static Outcome run(int threads) {
  CoPool *pool = threads ? co_pool_create(threads, NULL) : NULL;
  CoSharded *sharded = co_sharded_create(&job.params, SHARDS, pool, NULL);
  ck_assert_ptr_nonnull(sharded);
  ck_assert(co_sharded_shards(sharded) == SHARDS && co_sharded_pool(sharded) == pool);
  static Outcome out;
  CoReal *gradient;
  for (int i = 0; i < 2; i++)
    ck_assert(co_sharded_gradient(sharded, &job.params, loss, &job, &gradient, &out.value, out.stats, NULL));
  ck_assert_uint_le(job.params.size, 4096);
  out.size = job.params.size;
  memcpy(out.gradient, gradient, out.size * sizeof *gradient);
  ck_assert_uint_gt(co_sharded_memory(sharded), 1000);
  co_sharded_destroy(sharded);
  co_pool_destroy(pool);
  return out;
}

START_TEST(threads_do_not_matter) {
  prepare();
  const Outcome one = run(0);
  for (int threads = 1; threads <= 4; threads++) {
    const Outcome many = run(threads);
    ck_assert_mem_eq(many.gradient, one.gradient, one.size * sizeof(CoReal));
    ck_assert(many.value == one.value);
    ck_assert_mem_eq(many.stats, one.stats, sizeof one.stats);
  }
  ck_assert(one.stats[0] == SEQUENCES * STEPS && one.stats[1] == 15 && one.stats[2] == 0);
  clean();
}
END_TEST

// The sum over shards is the gradient of the sum of the losses on one tape.
START_TEST(shards_add_up) {
  prepare();
  const Outcome sharded = run(2);
  CoTape *tape = co_tape_create((size_t)1 << 26, NULL);
  CoVar **bound = co_params_bind(tape, &job.params), *sum = NULL, *grads[16];
  double stats[CO_SHARD_STATS] = {0};
  for (int i = 0; i < SHARDS; i++) {
    CoVar *part = loss(&job, i, tape, bound, stats);
    sum = sum ? co_add(tape, sum, part) : part;
  }
  ck_assert(co_grad(tape, sum, bound, job.params.count, false, grads, NULL));
  CoReal whole[4096] = {0};
  co_params_gather(&job.params, grads, whole);
  ck_assert_double_eq_tol(sharded.value, (double)co_item(sum), 1e-4);
  for (size_t i = 0; i < sharded.size; i++)
    ck_assert_double_eq_tol((double)sharded.gradient[i], (double)whole[i], 1e-4);
  co_tape_destroy(tape);
  clean();
}
END_TEST

START_TEST(empty_shards_add_nothing) {
  prepare();
  Outcome all = run(1), parts[2];
  for (int i = 0; i < 2; i++) { // the first and the last
    job.empty = i * (SHARDS - 1);
    parts[i] = run(3);
    ck_assert(parts[i].stats[0] == (SHARDS - 1) * SEQUENCES / SHARDS * STEPS && parts[i].value < all.value);
  }
  ck_assert(memcmp(parts[0].gradient, parts[1].gradient, all.size * sizeof(CoReal)) != 0);
  clean();
}
END_TEST

START_TEST(divergence_is_told) {
  prepare();
  job.target[17] = NAN;
  CoSharded *sharded = co_sharded_create(&job.params, SHARDS, NULL, NULL);
  CoReal *gradient;
  double value, stats[CO_SHARD_STATS];
  CoError error;
  ck_assert(!co_sharded_gradient(sharded, &job.params, loss, &job, &gradient, &value, stats, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "the loss is"));
  co_sharded_destroy(sharded);
  clean();
}
END_TEST

START_TEST(warm_updates_allocate_nothing) {
  prepare();
  CoPool *pool = co_pool_create(2, NULL);
  CoSharded *sharded = co_sharded_create(&job.params, SHARDS, pool, NULL);
  const CoOptimConfig config = co_optim_defaults(CO_ADAM);
  CoOptim *optim = co_optim_create(&config, job.params.size, NULL);
  long before = 0;
  double value, first = 0, stats[CO_SHARD_STATS];
  bool fine = true; // Check's macros allocate: not inside the loop
  for (int i = 0; i < 53; i++) {
    CoReal *gradient;
    if (i == 3) before = co_allocations; // warm from here
    fine = co_sharded_gradient(sharded, &job.params, loss, &job, &gradient, &value, stats, NULL) && fine;
    co_clip_norm(job.params.size, gradient, 10);
    co_optim_step(optim, job.params.values, gradient);
    if (i == 0) first = value;
  }
  const long allocations = co_allocations - before;
  ck_assert_int_eq(allocations, 0);
  ck_assert(fine && value < first);
#if !CO_SANITIZED
  ck_assert_int_gt(before, 0); // the counter counts
#endif
  co_optim_destroy(optim);
  co_sharded_destroy(sharded);
  co_pool_destroy(pool);
  clean();
}
END_TEST

CO_TESTS(threads_do_not_matter, shards_add_up, empty_shards_add_nothing, divergence_is_told,
         warm_updates_allocate_nothing)
