// Checkpoints of the episode store: logs cut anywhere behind what was vouched for, damage, pruning, constant cost.
#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "toy.h"

#include "suite.h"

#include "cohort/episodes.h"
#include "cohort/file.h"

enum { COPIES = 3, CAPACITY = 120 };

static char folder[] = COHORT_BINARY "/episodes-XXXXXX";

typedef struct Play {
  CoVecEnv *vec;
  CoEpisodes *store;
  CoRng rng;
} Play;

static CoWorld *world;

static CoEpisodes *store_of(CoForm form, int capacity) {
  CoEpisodesConfig config = {capacity, form, CO_VIEW_ALL, COPIES, 1, false};
  return co_episodes_create(world, 0, &config, NULL);
}

static Play begin(void) {
  if (!world) world = toy_world((ToyConfig){.quota = 9, .limit = 14});
  Play play = {.rng = co_rng(1, "test", 0), .store = store_of(CO_FORM_HALF, CAPACITY)};
  play.vec = co_vecenv_create(world, COPIES, CO_VIEW_ALL, NULL, 5, "env", NULL);
  return play;
}

static void end(Play *play) {
  co_episodes_destroy(play->store);
  co_vecenv_destroy(play->vec);
}

static void go(Play *play, int steps) {
  for (int i = 0; i < steps; i++) {
    int actions[3 * COPIES];
    float notes[2 * COPIES];
    for (int k = 0; k < 3 * COPIES; k++) actions[k] = co_rng_int(&play->rng, 0, 2);
    for (int k = 0; k < 2 * COPIES; k++) notes[k] = (float)co_rng_unit(&play->rng);
    CoActions all = {actions, NULL};
    ck_assert(co_vecenv_restart(play->vec, NULL));
    ck_assert(co_episodes_before(play->store, play->vec, &all, notes, NULL));
    ck_assert(co_vecenv_step(play->vec, &all, NULL));
    ck_assert(co_episodes_after(play->store, play->vec, NULL));
  }
}

static CoWriter save(Play *play) {
  CoWriter writer = {0};
  CoError error;
  if (!co_episodes_save(play->store, folder, &writer, &error)) ck_abort_msg("%s", error.text);
  co_vecenv_save(play->vec, &writer);
  co_write(&writer, &play->rng, sizeof play->rng);
  return writer;
}

static bool load(Play *play, const CoWriter *saved, CoError *error) {
  CoReader reader = co_reader(saved->data, saved->size, error);
  return co_episodes_load(play->store, folder, &reader, error) && co_vecenv_load(play->vec, &reader) &&
         co_read(&reader, &play->rng, sizeof play->rng, "stream");
}

static Play resume(const CoWriter *saved) {
  Play play = begin();
  CoError error;
  if (!load(&play, saved, &error)) ck_abort_msg("%s", error.text);
  return play;
}

static void assert_same(CoEpisodes *a, CoEpisodes *b) {
  ck_assert_int_eq(co_episodes_total(a), co_episodes_total(b));
  ck_assert_int_eq(co_episodes_count(a), co_episodes_count(b));
  ck_assert_uint_eq(co_episodes_bytes(a), co_episodes_bytes(b));
  for (int i = 0; i < co_episodes_count(a); i++) {
    const CoBatch *x, *y;
    int64_t steps;
    ck_assert(co_episodes_unpack(a, &i, 1, 1, NULL, &x, &steps, NULL));
    ck_assert(co_episodes_unpack(b, &i, 1, 1, NULL, &y, &steps, NULL));
    size_t rows = (size_t)x->rows;
    ck_assert_int_eq(x->rows, y->rows);
    ck_assert_mem_eq(x->obs, y->obs, rows * 6 * sizeof(float));
    ck_assert_mem_eq(x->notes, y->notes, rows * 2 * sizeof(float));
    ck_assert_mem_eq(x->action, y->action, rows * 2 * sizeof(int));
    ck_assert_mem_eq(x->reward, y->reward, rows * sizeof(float));
    ck_assert_mem_eq(x->discount, y->discount, rows * sizeof(float));
    ck_assert_mem_eq(x->mask, y->mask, rows * 6);
  }
}

typedef struct Log {
  char path[512];
  char *data;
  size_t bytes;
} Log;

static int read_logs(Log logs[16]) {
  int count = 0;
  DIR *list = opendir(folder);
  for (struct dirent *entry; (entry = readdir(list));) {
    if (entry->d_name[0] == '.') continue;
    Log *log = &logs[count++];
    snprintf(log->path, sizeof log->path, "%s/%.200s", folder, entry->d_name);
    log->data = co_file_read(log->path, 1 << 30, &log->bytes, NULL);
    ck_assert_ptr_nonnull(log->data);
  }
  closedir(list);
  return count;
}

static void write_logs(Log *logs, int count) {
  for (int i = 0; i < count; i++) ck_assert(co_file_write(logs[i].path, logs[i].data, logs[i].bytes, NULL));
}

static void forget(Log *logs, int count) {
  for (int i = 0; i < count; i++) {
    unlink(logs[i].path);
    free(logs[i].data);
  }
  rmdir(folder);
}

static void open_folder(void) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

START_TEST(a_loaded_store_is_the_same) {
  open_folder();
  Play a = begin();
  go(&a, 100);
  CoWriter early = save(&a);
  go(&a, 333); // episodes are under way
  ck_assert_int_eq(co_episodes_count(a.store), CAPACITY);
  CoWriter saved = save(&a);
  Play b = resume(&saved);
  assert_same(a.store, b.store);
  go(&a, 50), go(&b, 50);
  assert_same(a.store, b.store);
  CoWriter later = save(&b);
  Play c = resume(&later);
  assert_same(a.store, c.store);
  end(&a), end(&b), end(&c);
  co_writer_free(&early), co_writer_free(&saved), co_writer_free(&later);
  Log logs[16];
  forget(logs, read_logs(logs));
}
END_TEST

// Killed within a later save or behind it: whatever of the newer bytes reached the disk, the older checkpoint holds.
START_TEST(killed_anywhere_behind_a_checkpoint) {
  open_folder();
  Play a = begin();
  go(&a, 200);
  CoWriter older = save(&a);
  Log old[16], new[16], dust[16];
  int old_count = read_logs(old);
  Play kept = resume(&older);
  go(&a, 230);
  CoWriter newer = save(&a);
  int new_count = read_logs(new);
  ck_assert_int_gt(new_count, old_count);
  for (int i = 0; i < new_count; i++) {
    size_t vouched = 0, whole = new[i].bytes;
    for (int k = 0; k < old_count; k++)
      if (!strcmp(old[k].path, new[i].path)) vouched = old[k].bytes;
    for (size_t bytes = vouched; bytes < whole; bytes += 1 + (whole - vouched) / 7) {
      write_logs(new, new_count);
      new[i].bytes = bytes;
      ck_assert(co_file_write(new[i].path, new[i].data, bytes, NULL));
      new[i].bytes = whole;
      Play b = resume(&older);
      assert_same(kept.store, b.store);
      go(&b, 230); // and play goes on to the same end
      CoWriter again = save(&b);
      Play c = resume(&again);
      assert_same(a.store, c.store);
      co_writer_free(&again);
      end(&b), end(&c);
    }
  }
  end(&a), end(&kept);
  co_writer_free(&older), co_writer_free(&newer);
  for (int i = 0; i < old_count; i++) free(old[i].data);
  for (int i = 0; i < new_count; i++) free(new[i].data);
  forget(dust, read_logs(dust));
}
END_TEST

START_TEST(damage_is_found) {
  open_folder();
  Play a = begin(), b = begin();
  CoError error;
  go(&a, 250);
  CoWriter saved = save(&a);
  Log logs[16];
  int count = read_logs(logs);
  ck_assert_int_ge(count, 2);
  for (int i = 0; i < count; i++) {
    for (size_t at = 0; at < logs[i].bytes; at += 1 + logs[i].bytes / 23) {
      logs[i].data[at] ^= 16;
      write_logs(logs, count);
      logs[i].data[at] ^= 16;
      if (load(&b, &saved, &error)) ck_abort_msg("byte %zu of %s", at, logs[i].path);
      ck_assert_ptr_nonnull(strstr(error.text, "episodes-"));
    }
    write_logs(logs, count);
    ck_assert(co_file_write(logs[i].path, logs[i].data, logs[i].bytes - 1, NULL));
    ck_assert(!load(&b, &saved, &error));
    ck_assert_int_eq(unlink(logs[i].path), 0);
    ck_assert(!load(&b, &saved, &error));
    write_logs(logs, count);
  }
  for (size_t cut = 0; cut < saved.size; cut += 11) {
    CoWriter part = {.data = saved.data, .size = cut};
    ck_assert(!load(&b, &part, &error));
  }
  ck_assert(load(&b, &saved, &error));
  assert_same(a.store, b.store);
  end(&a), end(&b);
  co_writer_free(&saved);
  forget(logs, count);
}
END_TEST

START_TEST(another_form_is_refused) {
  open_folder();
  Play a = begin();
  CoError error;
  go(&a, 30);
  CoWriter saved = save(&a);
  CoEpisodes *others[2] = {store_of(CO_FORM_FLOAT, CAPACITY), store_of(CO_FORM_HALF, 3)};
  for (int i = 0; i < 2; i++) {
    CoReader reader = co_reader(saved.data, saved.size, &error);
    ck_assert(!co_episodes_load(others[i], folder, &reader, &error));
    ck_assert_ptr_nonnull(strstr(error.text, i ? "at most 3" : "another environment or form"));
    co_episodes_destroy(others[i]);
  }
  end(&a);
  co_writer_free(&saved);
  Log logs[16];
  forget(logs, read_logs(logs));
}
END_TEST

// What an older checkpoint still wants stays; the rest goes; a checkpoint's own bytes do not grow.
START_TEST(old_logs_are_pruned) {
  open_folder();
  Play a = begin();
  CoWriter before = {0};
  int64_t wanted = 0;
  for (int round = 0; round < 12; round++) {
    go(&a, 100);
    CoWriter saved = save(&a);
    ck_assert(co_episodes_prune(a.store, folder, wanted, NULL));
    if (round) {
      Play b = resume(&before);
      end(&b);
    }
    Play c = resume(&saved);
    assert_same(a.store, c.store);
    end(&c);
    ck_assert_uint_lt(saved.size, 4000);
    co_writer_free(&before);
    before = saved;
    wanted = co_episodes_total(a.store) - co_episodes_count(a.store);
  }
  Log logs[16];
  int count = read_logs(logs);
  ck_assert_int_le(count, CAPACITY / 64 + 4);
  end(&a);
  co_writer_free(&before);
  forget(logs, count);
}
END_TEST

CO_TESTS(a_loaded_store_is_the_same, killed_anywhere_behind_a_checkpoint, damage_is_found, another_form_is_refused,
         old_logs_are_pruned)
