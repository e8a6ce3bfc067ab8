// The episode store: round trips in its three forms, shapes, ends, capacity, draws, threads and allocations.
#include "allocations.h"
#include "toy.h"

#include "suite.h"

#include "cohort/episodes.h"

enum { COPIES = 3, MOST = 16, EPISODES = 64 };

// What a team saw and did, plainly: the store must give it back.
typedef struct Entry {
  float obs[6], privileged[2], global[2], notes[4], reward, discount;
  uint8_t mask[6], alive[2], acting[2];
  int action[2];
} Entry;

typedef struct Episode {
  Entry entries[MOST];
  int length;
} Episode;

typedef struct Record {
  Episode open[COPIES], done[EPISODES];
  int count;
} Record;

static Record record;
static const ToyConfig varied = {.quota = 9, .limit = 14, .death = 4};

static void see(Entry *entry, const CoFrame *frame, int env) {
  memcpy(entry->obs, frame->obs + 6 * env, sizeof entry->obs);
  memcpy(entry->privileged, frame->privileged + 2 * env, sizeof entry->privileged);
  memcpy(entry->global, frame->global + 2 * env, sizeof entry->global);
  memcpy(entry->mask, frame->mask + 6 * env, sizeof entry->mask);
  memcpy(entry->alive, frame->alive + 2 * env, sizeof entry->alive);
  memcpy(entry->acting, frame->acting + 2 * env, sizeof entry->acting);
}

static void note_before(const CoVecEnv *vec, const int *actions, const float *notes) {
  const CoFrame *frame = co_vecenv_frame(vec, 0);
  for (int i = 0; i < COPIES; i++) {
    Episode *open = &record.open[i];
    if (co_vecenv_clock(vec)[i] == 0) *open = (Episode){0};
    Entry *entry = &open->entries[open->length];
    see(entry, frame, i);
    memcpy(entry->action, actions + 3 * i, sizeof entry->action);
    memcpy(entry->notes, notes + 4 * i, sizeof entry->notes);
  }
}

static void note_after(const CoVecEnv *vec) {
  for (int i = 0; i < COPIES; i++) {
    Episode *open = &record.open[i];
    Entry *entry = &open->entries[open->length++];
    entry->reward = co_vecenv_rewards(vec)[3 * i];
    entry->discount = co_vecenv_ending(vec)[i] != CO_TERMINATED;
    if (co_vecenv_ending(vec)[i] == CO_PLAYING) continue;
    see(entry + 1, co_vecenv_frame(vec, 0), i);
    record.done[record.count++ % EPISODES] = *open;
  }
}

static CoEpisodesConfig config(CoForm form, int capacity) {
  return (CoEpisodesConfig){capacity, form, CO_VIEW_ALL, COPIES, 2, false};
}

// Plays until the store has seen `total` episodes; checks with its own copy unless told not to (`quiet`).
static bool fill(CoEpisodes *store, CoVecEnv *vec, CoRng *rng, int total, bool quiet) {
  int actions[3 * COPIES];
  float notes[4 * COPIES];
  CoActions all = {actions, NULL};
  bool done = true;
  while (co_episodes_total(store) < total && done) {
    done = co_vecenv_restart(vec, NULL);
    const CoFrame *frame = co_vecenv_frame(vec, 0);
    for (int i = 0; i < COPIES; i++) {
      for (int a = 0; a < 2; a++) actions[3 * i + a] = co_rng_choose(rng, frame->mask + 6 * i + 3 * a, 3);
      actions[3 * i + 2] = 1;
      for (int k = 0; k < 4; k++) notes[4 * i + k] = (float)co_rng_unit(rng);
    }
    if (!quiet) note_before(vec, actions, notes);
    done = done && co_episodes_before(store, vec, &all, notes, NULL) && co_vecenv_step(vec, &all, NULL) &&
           co_episodes_after(store, vec, NULL);
    if (!quiet) note_after(vec);
  }
  return done;
}

typedef struct Play {
  CoWorld *world;
  CoVecEnv *vec;
  CoEpisodes *store;
  CoRng rng;
} Play;

static Play begin(CoWorld *world, CoEpisodesConfig settings) {
  Play play = {.world = world, .rng = co_rng(1, "test", 0)};
  play.vec = co_vecenv_create(world, COPIES, CO_VIEW_ALL, NULL, 5, "env", NULL);
  play.store = co_episodes_create(world, 0, &settings, NULL);
  ck_assert_ptr_nonnull(play.store);
  memset(&record, 0, sizeof record);
  return play;
}

static void end(Play *play) {
  co_episodes_destroy(play->store);
  co_vecenv_destroy(play->vec);
  co_world_close(play->world);
}

static void assert_entry(const CoBatch *b, int row, const Entry *entry) {
  ck_assert_mem_eq(b->obs + 6 * row, entry->obs, sizeof entry->obs);
  ck_assert_mem_eq(b->privileged + 2 * row, entry->privileged, sizeof entry->privileged);
  ck_assert_mem_eq(b->global + 2 * row, entry->global, sizeof entry->global);
  ck_assert_mem_eq(b->mask + 6 * row, entry->mask, sizeof entry->mask);
  ck_assert_mem_eq(b->alive + 2 * row, entry->alive, sizeof entry->alive);
  ck_assert_mem_eq(b->acting + 2 * row, entry->acting, sizeof entry->acting);
  ck_assert_mem_eq(b->action + 2 * row, entry->action, sizeof entry->action);
  ck_assert_mem_eq(b->notes + 4 * row, entry->notes, sizeof entry->notes);
  ck_assert_float_eq(b->reward[row], entry->reward);
  ck_assert_float_eq(b->discount[row], entry->discount);
}

// Episode e of the batch is `episode`; its rows are linked by `next`.
static void assert_episode(const CoBatch *batch, int e, const Episode *episode) {
  ck_assert_int_eq(batch->length[e], episode->length);
  for (int t = 0, row = e; t <= episode->length; t++) {
    ck_assert_int_eq(row, batch->entries.start[t] + e);
    ck_assert_int_lt(e, batch->entries.count[t]);
    assert_entry(batch, row, &episode->entries[t]);
    row = batch->next[row];
    if (t == episode->length) ck_assert_int_eq(row, -1);
  }
}

static void assert_shape(const CoBatch *batch) {
  const CoPacked *entries = &batch->entries, *agents = &batch->agent_entries;
  ck_assert_int_eq(entries->steps, batch->steps + 1);
  ck_assert_int_eq(entries->start[entries->steps], batch->rows);
  ck_assert_int_eq(entries->count[0], batch->episodes);
  for (int t = 0; t < entries->steps; t++) {
    ck_assert_int_eq(agents->count[t], entries->count[t] * batch->agents);
    ck_assert_int_eq(agents->start[t + 1], entries->start[t + 1] * batch->agents);
    if (t) ck_assert_int_le(entries->count[t], entries->count[t - 1]);
  }
  for (int e = 1; e < batch->episodes; e++) ck_assert_int_le(batch->length[e], batch->length[e - 1]);
}

static void round_trip(CoForm form, int shards, CoPool *pool) {
  Play play = begin(toy_world(varied), config(form, 40));
  const CoBatch *batches;
  int64_t steps, expected = 0;
  ck_assert(fill(play.store, play.vec, &play.rng, 40, false));
  int kept = co_episodes_count(play.store), chosen[40], seen = 0, order[40];
  ck_assert_int_eq(kept, 40);
  for (int i = 0; i < 40; i++) chosen[i] = (7 * i) % 40;
  ck_assert(co_episodes_unpack(play.store, chosen, 40, shards, pool, &batches, &steps, NULL));
  // Sorted by length, equal ones as chosen.
  int first = record.count - 40;
  for (int length = MOST; length > 0; length--)
    for (int i = 0; i < 40; i++)
      if (record.done[first + chosen[i]].length == length) order[seen++] = first + chosen[i];
  ck_assert_int_eq(seen, 40);
  for (int i = 0; i < 40; i++) {
    assert_episode(&batches[i % shards], i / shards, &record.done[order[i]]);
    expected += record.done[order[i]].length;
  }
  for (int s = 0; s < shards; s++) assert_shape(&batches[s]);
  ck_assert_int_eq(steps, expected);
  end(&play);
}

START_TEST(what_goes_in_comes_out) {
  CoPool *pool = co_pool_create(2, NULL);
  for (int form = CO_FORM_FLOAT; form <= CO_FORM_STATE; form++) {
    round_trip((CoForm)form, 1, NULL);
    round_trip((CoForm)form, 3, NULL);
    round_trip((CoForm)form, 4, pool);
  }
  co_pool_destroy(pool);
}
END_TEST

START_TEST(the_record_is_worth_testing) {
  Play play = begin(toy_world(varied), config(CO_FORM_FLOAT, 40));
  int lengths[MOST] = {0}, truncated = 0;
  ck_assert(fill(play.store, play.vec, &play.rng, 40, false));
  for (int i = 0; i < record.count; i++) {
    const Episode *episode = &record.done[i];
    lengths[episode->length]++;
    truncated += episode->entries[episode->length - 1].discount > 0;
  }
  int kinds = 0;
  for (int i = 0; i < MOST; i++) kinds += lengths[i] > 0;
  ck_assert_int_ge(kinds, 5);
  ck_assert(truncated > 0 && truncated < record.count);
  end(&play);
}
END_TEST

START_TEST(more_shards_than_episodes) {
  Play play = begin(toy_world(varied), config(CO_FORM_HALF, 40));
  const CoBatch *batches;
  int64_t steps;
  ck_assert(fill(play.store, play.vec, &play.rng, 3, false));
  ck_assert(co_episodes_unpack(play.store, (const int[]){1, 1}, 2, 3, NULL, &batches, &steps, NULL));
  assert_episode(&batches[0], 0, &record.done[1]);
  assert_episode(&batches[1], 0, &record.done[1]);
  ck_assert_int_eq(batches[2].episodes, 0);
  ck_assert_int_eq(batches[2].rows, 0);
  end(&play);
}
END_TEST

START_TEST(a_timeout_may_be_an_end) {
  CoEpisodesConfig settings = config(CO_FORM_FLOAT, 4);
  settings.timeout_terminal = true;
  Play play = begin(toy_world((ToyConfig){.limit = 3}), settings);
  const CoBatch *batches;
  int64_t steps;
  ck_assert(fill(play.store, play.vec, &play.rng, 1, false));
  ck_assert(co_episodes_unpack(play.store, (const int[]){0}, 1, 1, NULL, &batches, &steps, NULL));
  const float discount[4] = {1, 1, 0, 0};
  ck_assert_mem_eq(batches->discount, discount, sizeof discount);
  end(&play);
}
END_TEST

START_TEST(the_oldest_gives_way) {
  Play play = begin(toy_world(varied), config(CO_FORM_STATE, 7));
  ck_assert(fill(play.store, play.vec, &play.rng, 50, false));
  ck_assert_int_eq(co_episodes_count(play.store), 7);
  int total = (int)co_episodes_total(play.store);
  const CoBatch *batches;
  int64_t steps;
  for (int i = 0; i < 7; i++) {
    const Episode *episode = &record.done[total - 7 + i];
    ck_assert_int_eq(co_episodes_length(play.store, i), episode->length);
    ck_assert(co_episodes_unpack(play.store, &i, 1, 1, NULL, &batches, &steps, NULL));
    assert_episode(batches, 0, episode);
  }
  ck_assert(co_episodes_newest(play.store, 1, 1, NULL, &batches, &steps, NULL));
  assert_episode(batches, 0, &record.done[total - 1]);
  end(&play);
}
END_TEST

START_TEST(draws_are_uniform_and_without_repetition) {
  Play play = begin(toy_world(varied), config(CO_FORM_FLOAT, 10));
  ck_assert(fill(play.store, play.vec, &play.rng, 30, false));
  int total = (int)co_episodes_total(play.store), seen[10] = {0};
  for (int draw = 0; draw < 2000; draw++) {
    const CoBatch *batches;
    int64_t steps;
    uint64_t found = 0;
    bool done = co_episodes_sample(play.store, 3, 1, &play.rng, NULL, &batches, &steps, NULL);
    for (int e = 0; e < 3 && done; e++) // the first entry's notes are drawn at random: they name the episode
      for (int i = 0; i < 10; i++)
        if (batches->notes[4 * e] == record.done[total - 10 + i].entries[0].notes[0])
          found |= UINT64_C(1) << i, seen[i]++;
    if (__builtin_popcountll(found) != 3) ck_abort_msg("draw %d", draw);
  }
  for (int i = 0; i < 10; i++) ck_assert(abs(seen[i] - 600) < 95); // 4.6 deviations
  end(&play);
}
END_TEST

START_TEST(draws_depend_on_the_stream_alone) {
  Play play = begin(toy_world(varied), config(CO_FORM_FLOAT, 20));
  ck_assert(fill(play.store, play.vec, &play.rng, 20, true));
  const CoBatch *batches;
  int64_t steps;
  float first[8 * 6];
  for (int round = 0; round < 3; round++) {
    CoRng rng = co_rng(9, "draw", 0);
    ck_assert(co_episodes_sample(play.store, 8, 1, &rng, NULL, &batches, &steps, NULL));
    if (round == 0) memcpy(first, batches->obs, sizeof first);
    ck_assert_mem_eq(first, batches->obs, sizeof first);
    ck_assert(co_episodes_sample(play.store, 11, 2, &play.rng, NULL, &batches, &steps, NULL));
  }
  end(&play);
}
END_TEST

START_TEST(only_the_views_asked_for) {
  for (int form = CO_FORM_FLOAT; form <= CO_FORM_STATE; form++) {
    CoEpisodesConfig settings = config((CoForm)form, 5);
    settings.views = CO_VIEW_OBS, settings.notes = 0;
    Play play = begin(toy_world(varied), settings);
    const CoBatch *batches;
    int64_t steps;
    ck_assert(fill(play.store, play.vec, &play.rng, 5, true));
    ck_assert(co_episodes_sample(play.store, 2, 1, &play.rng, NULL, &batches, &steps, NULL));
    ck_assert_ptr_nonnull(batches->obs);
    ck_assert_ptr_null(batches->privileged);
    ck_assert_ptr_null(batches->global);
    ck_assert_ptr_null(batches->notes);
    end(&play);
  }
}
END_TEST

START_TEST(many_actions_take_two_bytes) {
  CoWorld *world = toy_world((ToyConfig){.limit = 2, .actions = 700});
  CoEpisodesConfig settings = {2, CO_FORM_HALF, CO_VIEW_OBS, 1, 0, false};
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, 1, "env", NULL);
  CoEpisodes *store = co_episodes_create(world, 1, &settings, NULL);
  ck_assert(co_vecenv_restart(vec, NULL));
  for (int i = 0; i < 2; i++) {
    CoActions all = {(const int[]){0, 0, 699 - i}, NULL};
    ck_assert(co_episodes_before(store, vec, &all, NULL, NULL) && co_vecenv_step(vec, &all, NULL));
    ck_assert(co_episodes_after(store, vec, NULL));
  }
  const CoBatch *batches;
  int64_t steps;
  ck_assert(co_episodes_unpack(store, (const int[]){0}, 1, 1, NULL, &batches, &steps, NULL));
  ck_assert_int_eq(batches->action[0], 699);
  ck_assert_int_eq(batches->action[1], 698);
  ck_assert_mem_eq(batches->mask + 2 * 700, co_vecenv_frame(vec, 1)->mask, 700);
  co_episodes_destroy(store);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(controls_are_kept) {
  CoWorld *world = toy_continuous_world((ToyConfig){.limit = 1});
  CoEpisodesConfig settings = {2, CO_FORM_HALF, CO_VIEW_OBS, 1, 0, false};
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_ALL, NULL, 1, "env", NULL);
  CoEpisodes *store = co_episodes_create(world, 0, &settings, NULL);
  CoActions all = {NULL, (const float[]){0.1f, 0.2f, 0.3f, 0.4f, 5, 6}};
  ck_assert(co_vecenv_restart(vec, NULL) && co_episodes_before(store, vec, &all, NULL, NULL));
  ck_assert(co_vecenv_step(vec, &all, NULL) && co_episodes_after(store, vec, NULL));
  const CoBatch *batches;
  int64_t steps;
  ck_assert(co_episodes_unpack(store, (const int[]){0}, 1, 1, NULL, &batches, &steps, NULL));
  const float kept[8] = {0.1f, 0.2f, 0.3f, 0.4f, 0, 0, 0, 0}; // full precision, zeros at the end
  for (int k = 0; k < 8; k++) ck_assert_float_eq(batches->control[k], kept[k]);
  ck_assert_ptr_null(batches->action);
  ck_assert_ptr_null(batches->mask);
  co_episodes_destroy(store);
  co_vecenv_destroy(vec);
  co_world_close(world);
}
END_TEST

START_TEST(a_warm_store_allocates_nothing) {
  CoPool *pool = co_pool_create(2, NULL);
  Play play = begin(toy_world(varied), config(CO_FORM_FLOAT, 40));
  const CoBatch *batches;
  int64_t steps;
  ck_assert(fill(play.store, play.vec, &play.rng, 80, true));
  ck_assert(co_episodes_sample(play.store, 32, 2, &play.rng, pool, &batches, &steps, NULL));
  long before = co_allocations;
  bool done = true;
  for (int i = 0; i < 50; i++) {
    done = done && fill(play.store, play.vec, &play.rng, 80 + 3 * i, true);
    done = done && co_episodes_sample(play.store, 32, 2, &play.rng, pool, &batches, &steps, NULL);
  }
  long after = co_allocations;
  ck_assert(done);
  ck_assert_int_eq(after - before, 0);
  end(&play);
  co_pool_destroy(pool);
}
END_TEST

CO_TESTS(what_goes_in_comes_out, the_record_is_worth_testing, more_shards_than_episodes, a_timeout_may_be_an_end,
         the_oldest_gives_way, draws_are_uniform_and_without_repetition, draws_depend_on_the_stream_alone,
         only_the_views_asked_for, many_actions_take_two_bytes, controls_are_kept, a_warm_store_allocates_nothing)
