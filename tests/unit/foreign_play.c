// The foreign interface from C: episodes by their seeds, resets of some copies, what happens at an end, refusals.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "cohort/foreign.h"
#include "suite.h"

enum { COPIES = 3, AGENTS = 3, ACTIONS = 9, OBS = 30, STEPS = 200 };
#define DATA COHORT_SOURCE "/scripts"

typedef struct Seen {
  float obs[COPIES][AGENTS][OBS], rewards[COPIES][AGENTS];
  uint8_t mask[COPIES][AGENTS][ACTIONS], terminated[COPIES], truncated[COPIES];
  int64_t clock[COPIES];
  uint64_t seed[COPIES];
} Seen;

static CoForeignViews views_of(Seen *seen) {
  return (CoForeignViews){.size = sizeof(CoForeignViews),
                          .obs = seen->obs[0][0],
                          .mask = seen->mask[0][0],
                          .rewards = seen->rewards[0],
                          .terminated = seen->terminated,
                          .truncated = seen->truncated,
                          .clock = seen->clock,
                          .seed = seen->seed};
}

static CoForeign *make(int num_envs, int threads) {
  char error[256] = "";
  const CoForeignSetup setup = {.size = sizeof setup,
                                .env = "skirmish/3m",
                                .data = DATA,
                                .seed = 5,
                                .num_envs = num_envs,
                                .threads = threads,
                                .recorded = 1};
  CoForeign *foreign = co_foreign_create(&setup, error, sizeof error);
  ck_assert_msg(foreign != NULL, "%s", error);
  return foreign;
}

START_TEST(copies_go_on_by_their_seeds) {
  static Seen all, one;
  CoForeign *many = make(COPIES, 2), *single = make(1, 1);
  const CoForeignViews wide = views_of(&all), narrow = views_of(&one);
  ck_assert_int_eq(co_foreign_reset(many, NULL, NULL, &wide), 0);
  ck_assert_int_eq(co_foreign_reset(single, NULL, (uint64_t[]){7}, &narrow), 0); // copy 2's: 5 + 2
  ck_assert_uint_eq(all.seed[2], 7);
  for (int t = 0; t < STEPS; t++) {
    int64_t wide_actions[COPIES][AGENTS], actions[AGENTS];
    ck_assert_int_eq(co_foreign_sample(many, wide_actions[0], NULL), 0);
    ck_assert_int_eq(co_foreign_sample(single, actions, NULL), 0);
    ck_assert_mem_eq(wide_actions[2], actions, sizeof actions);
    ck_assert_int_ge(co_foreign_step(many, wide_actions[0], NULL, CO_FOREIGN_NEXT_STEP, &wide, NULL), 0);
    ck_assert_int_ge(co_foreign_step(single, actions, NULL, CO_FOREIGN_NEXT_STEP, &narrow, NULL), 0);
    ck_assert_mem_eq(all.obs[2], one.obs[0], sizeof one.obs[0]);
    ck_assert_mem_eq(all.rewards[2], one.rewards[0], sizeof one.rewards[0]);
    ck_assert_uint_eq(all.seed[2], one.seed[0]);
  }
  co_foreign_destroy(many);
  co_foreign_destroy(single);
}
END_TEST

// Plays until copy 0's episode ends; every other mode must meet the same end.
static int play_to_end(CoForeign *foreign, int autoreset, Seen *seen, Seen *final) {
  const CoForeignViews views = views_of(seen), last = views_of(final);
  int64_t actions[1][AGENTS];
  ck_assert_int_eq(co_foreign_reset(foreign, NULL, (uint64_t[]){3}, &views), 0);
  for (int t = 1;; t++) {
    ck_assert_int_eq(co_foreign_sample(foreign, actions[0], NULL), 0);
    int ended = co_foreign_step(foreign, actions[0], NULL, autoreset, &views, &last);
    ck_assert_int_ge(ended, 0);
    if (ended) return t;
  }
}

START_TEST(ends_are_handled_as_asked) {
  static Seen disabled, next, same, final;
  CoForeign *foreign = make(1, 1);
  const CoForeignViews views = views_of(&disabled);
  int64_t actions[AGENTS] = {0};
  int length = play_to_end(foreign, CO_FOREIGN_DISABLED, &disabled, &final);
  ck_assert_int_eq(disabled.clock[0], length);
  ck_assert_int_eq(co_foreign_step(foreign, actions, NULL, CO_FOREIGN_DISABLED, &views, NULL), CO_FOREIGN_FAILED);
  ck_assert_str_eq(co_foreign_error(foreign), "copy 0: the episode has ended: reset it");

  ck_assert_int_eq(play_to_end(foreign, CO_FOREIGN_SAME_STEP, &same, &final), length);
  ck_assert_mem_eq(final.obs[0], disabled.obs[0], sizeof final.obs[0]);
  ck_assert_mem_eq(same.rewards[0], disabled.rewards[0], sizeof same.rewards[0]);
  ck_assert_int_eq(same.terminated[0] + same.truncated[0], 1);

  ck_assert_int_eq(play_to_end(foreign, CO_FOREIGN_NEXT_STEP, &next, &final), length);
  ck_assert_mem_eq(next.obs[0], disabled.obs[0], sizeof next.obs[0]);
  const CoForeignViews after = views_of(&next);
  ck_assert_int_eq(co_foreign_step(foreign, actions, NULL, CO_FOREIGN_NEXT_STEP, &after, NULL), 0);
  ck_assert_int_eq(next.clock[0], 0);
  ck_assert(next.rewards[0][0] == 0 && !next.terminated[0] && !next.truncated[0]);
  ck_assert_mem_eq(next.obs[0], same.obs[0], sizeof next.obs[0]); // the episode that follows, whoever resets
  co_foreign_destroy(foreign);
}
END_TEST

START_TEST(marked_copies_alone_are_reset) {
  static Seen before, after;
  CoForeign *foreign = make(COPIES, 1);
  const CoForeignViews first = views_of(&before), then = views_of(&after);
  int64_t actions[COPIES][AGENTS];
  ck_assert_int_eq(co_foreign_reset(foreign, NULL, NULL, &first), 0);
  for (int t = 0; t < 3; t++) {
    co_foreign_sample(foreign, actions[0], NULL);
    ck_assert_int_eq(co_foreign_step(foreign, actions[0], NULL, CO_FOREIGN_DISABLED, &first, NULL), 0);
  }
  ck_assert_int_eq(co_foreign_reset(foreign, (uint8_t[]){0, 1, 0}, (uint64_t[]){0, 6, 0}, &then), 0);
  for (int i = 0; i < COPIES; i++) {
    ck_assert_int_eq(after.clock[i], i == 1 ? 0 : 3);
    ck_assert_int_eq(memcmp(after.obs[i], before.obs[i], sizeof after.obs[i]) == 0, i != 1);
  }
  co_foreign_destroy(foreign);
}
END_TEST

START_TEST(saved_states_go_on) {
  static Seen seen, again;
  static unsigned char bytes[1 << 16];
  CoForeign *foreign = make(COPIES, 1);
  uint64_t hash, restored;
  const CoForeignViews views = views_of(&seen), other = views_of(&again);
  int64_t actions[COPIES][AGENTS];
  ck_assert_int_eq(co_foreign_save(foreign, 0, bytes, sizeof bytes), CO_FOREIGN_FAILED);
  co_foreign_reset(foreign, NULL, NULL, &views);
  co_foreign_sample(foreign, actions[0], NULL);
  co_foreign_step(foreign, actions[0], NULL, CO_FOREIGN_DISABLED, &views, NULL);
  ck_assert_int_eq(co_foreign_save(foreign, 0, bytes, 10), CO_FOREIGN_FAILED);
  ck_assert_int_eq(co_foreign_save(foreign, 0, bytes, sizeof bytes), 0);
  ck_assert_int_eq(co_foreign_hash(foreign, 0, &hash), 0);
  size_t size = 0; // what describe names, found by trying
  while (size < sizeof bytes && co_foreign_restore(foreign, 2, bytes, size) < 0) size++;
  ck_assert_uint_lt(size, sizeof bytes);
  ck_assert_int_eq(co_foreign_look(foreign, &other), 0);
  ck_assert_int_eq(co_foreign_hash(foreign, 2, &restored), 0);
  ck_assert_uint_eq(hash, restored);
  ck_assert_mem_eq(again.obs[2], seen.obs[0], sizeof seen.obs[0]);
  ck_assert_mem_eq(again.obs[1], seen.obs[1], sizeof seen.obs[1]);
  bytes[size / 2] ^= 1;
  ck_assert_int_eq(co_foreign_restore(foreign, 2, bytes, size), CO_FOREIGN_FAILED);
  ck_assert_str_eq(co_foreign_error(foreign), "this saved state was changed");
  co_foreign_destroy(foreign);
}
END_TEST

START_TEST(warm_steps_allocate_nothing) {
  static Seen seen, final;
  CoForeign *foreign = make(COPIES, 1);
  const CoForeignViews views = views_of(&seen), last = views_of(&final);
  int64_t actions[COPIES][AGENTS];
  int failed = co_foreign_reset(foreign, NULL, NULL, &views);
  long before = 0;
  for (int t = 0; t < 2 * STEPS; t++) {
    if (t == STEPS) before = co_allocations;
    failed += co_foreign_sample(foreign, actions[0], NULL);
    failed += co_foreign_step(foreign, actions[0], NULL, CO_FOREIGN_SAME_STEP, &views, &last) < 0;
  }
  long after = co_allocations;
  ck_assert_int_eq(failed, 0);
  ck_assert_int_eq(after, before);
  co_foreign_destroy(foreign);
}
END_TEST

static void *hammer(void *user) {
  static _Thread_local int64_t actions[COPIES][AGENTS];
  int *busy = calloc(1, sizeof *busy);
  for (int t = 0; busy && t < STEPS; t++)
    if (co_foreign_sample(user, actions[0], NULL) == CO_FOREIGN_BUSY) ++*busy;
  return busy;
}

// Two threads that call at a time: one works, the other is told; nothing is torn (the thread sanitizer looks).
START_TEST(calls_at_a_time_are_refused) {
  CoForeign *foreign = make(COPIES, 1);
  pthread_t threads[4];
  ck_assert_int_eq(co_foreign_reset(foreign, NULL, NULL, NULL), 0);
  for (int i = 0; i < 4; i++) ck_assert_int_eq(pthread_create(&threads[i], NULL, hammer, foreign), 0);
  for (int i = 0; i < 4; i++) {
    void *busy;
    pthread_join(threads[i], &busy);
    ck_assert_ptr_nonnull(busy);
    free(busy);
  }
  co_foreign_destroy(foreign);
}
END_TEST

START_TEST(sentences_name_what_is_wrong) {
  char error[512];
  const char *const wrong[] = {"atack", "5", NULL}, *const alone[] = {"attack", NULL};
  CoForeignSetup setup = {
      .size = sizeof setup, .env = "skirmish/3m", .data = DATA, .settings = wrong, .num_envs = 1, .threads = 1};
  ck_assert_ptr_null(co_foreign_create(&setup, error, sizeof error));
  ck_assert_str_eq(error, "skirmish has no setting 'atack' (did you mean 'attack'?)");
  setup.settings = alone;
  ck_assert_ptr_null(co_foreign_create(&setup, error, sizeof error));
  ck_assert_str_eq(error, "the setting attack has no value");
  setup = (CoForeignSetup){.size = sizeof setup, .env = "taxi", .data = DATA, .num_envs = 0, .threads = 1};
  ck_assert_ptr_null(co_foreign_create(&setup, error, sizeof error));
  ck_assert_str_eq(error, "num_envs is 0, must lie in [1, 65536]");
  ck_assert_ptr_null(co_foreign_create(&setup, error, 4)); // cut, not overrun
  ck_assert_str_eq(error, "num");
}
END_TEST

CO_TESTS(copies_go_on_by_their_seeds, ends_are_handled_as_asked, marked_copies_alone_are_reset, saved_states_go_on,
         warm_steps_allocate_nothing, calls_at_a_time_are_refused, sentences_name_what_is_wrong)
