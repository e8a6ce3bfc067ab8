// Checkpoint files: the newest whole one counts, whatever happens to the bytes of the other.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/train.h"
#include "suite.h"

static char folder[64];

static void make_folder(void) {
  snprintf(folder, sizeof folder, "checkpoint-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
  char path[128];
  for (char slot = 'a'; slot <= 'b'; slot++) {
    snprintf(path, sizeof path, "%s/checkpoint-%c", folder, slot);
    unlink(path);
  }
  rmdir(folder);
}

static void put(char slot, uint64_t serial, const char *text) {
  CoWriter body = {0};
  CoError error;
  for (int team = 0; team < 2; team++) {
    size_t handle = co_write_begin(&body, "algo");
    co_write_text(&body, text);
    co_write_u32(&body, (uint32_t)team);
    co_write_end(&body, handle);
  }
  const CoCheckpoint head = {.serial = serial,
                             .identity = 42,
                             .steps = (int64_t)serial * 10,
                             .version = "1.2.3",
                             .core = "Core",
                             .slot = slot};
  ck_assert_msg(co_checkpoint_write(folder, &head, &body, &error), "%s", error.text);
  co_writer_free(&body);
}

static char *bytes_of(char slot, size_t *bytes) {
  char path[128];
  snprintf(path, sizeof path, "%s/checkpoint-%c", folder, slot);
  char *data = co_file_read(path, 1 << 20, bytes, NULL);
  ck_assert_ptr_nonnull(data);
  return data;
}

static void damage(char slot, const char *data, size_t bytes) {
  char path[128];
  snprintf(path, sizeof path, "%s/checkpoint-%c", folder, slot);
  FILE *file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(data, 1, bytes, file), bytes);
  fclose(file);
}

// The serial number of the one that counts; 0 when none is whole.
static uint64_t newest(void) {
  CoCheckpoint found;
  CoError error = {""};
  CoFound state = co_checkpoint_read(folder, &found, &error);
  ck_assert_int_ne(state, CO_FOUND_NONE);
  if (state == CO_FOUND_BROKEN) {
    ck_assert_ptr_nonnull(strstr(error.text, "no checkpoint can be used"));
    return 0;
  }
  uint64_t serial = found.serial;
  co_checkpoint_free(&found);
  return serial;
}

START_TEST(what_is_written_is_read) {
  CoCheckpoint found;
  CoReader part;
  CoError error;
  char text[16];
  make_folder();
  ck_assert_int_eq(co_checkpoint_read(folder, &found, &error), CO_FOUND_NONE);
  put('a', 7, "hello");
  ck_assert_int_eq(co_checkpoint_read(folder, &found, &error), CO_FOUND_ONE);
  ck_assert_uint_eq(found.identity, 42);
  ck_assert_int_eq(found.steps, 70);
  ck_assert_str_eq(found.version, "1.2.3");
  ck_assert_str_eq(found.core, "Core");
  ck_assert_int_eq(found.slot, 'a');
  for (int team = 0; team < 2; team++) {
    ck_assert(co_checkpoint_algo(&found, team, &part, &error));
    ck_assert(co_read_text(&part, text, sizeof text, "text"));
    ck_assert_str_eq(text, "hello");
    ck_assert_uint_eq(co_read_u32(&part, "team"), (uint32_t)team);
  }
  ck_assert(!co_checkpoint_algo(&found, 2, &part, &error));
  co_checkpoint_free(&found);
  remove_folder();
}
END_TEST

START_TEST(the_newest_counts_in_either_slot) {
  make_folder();
  put('a', 1, "one");
  put('b', 2, "two");
  ck_assert_uint_eq(newest(), 2);
  put('a', 3, "three");
  ck_assert_uint_eq(newest(), 3);
  remove_folder();
}
END_TEST

START_TEST(a_torn_one_is_passed_over) {
  size_t bytes;
  make_folder();
  put('a', 1, "one");
  put('b', 2, "two");
  char *whole = bytes_of('b', &bytes);
  for (size_t cut = 0; cut < bytes; cut++) {
    damage('b', whole, cut);
    ck_assert_uint_eq(newest(), 1);
  }
  for (size_t at = 0; at < bytes; at++)
    for (int bit = 0; bit < 8; bit += 3) {
      whole[at] = (char)(whole[at] ^ 1 << bit);
      damage('b', whole, bytes);
      ck_assert_uint_eq(newest(), 1);
      whole[at] = (char)(whole[at] ^ 1 << bit);
    }
  damage('b', whole, bytes);
  ck_assert_uint_eq(newest(), 2);
  free(whole);
  remove_folder();
}
END_TEST

START_TEST(two_torn_ones_are_an_error) {
  CoCheckpoint found;
  CoError error;
  make_folder();
  put('a', 1, "one");
  put('b', 2, "two");
  damage('a', "COHORTCP", 8);
  damage('b', "", 0);
  ck_assert_uint_eq(newest(), 0);
  ck_assert_int_eq(co_checkpoint_read(folder, &found, &error), CO_FOUND_BROKEN);
  ck_assert_ptr_nonnull(strstr(error.text, "checkpoint-a"));
  ck_assert_ptr_nonnull(strstr(error.text, "checkpoint-b"));
  remove_folder();
}
END_TEST

CO_TESTS(what_is_written_is_read, the_newest_counts_in_either_slot, a_torn_one_is_passed_over,
         two_torn_ones_are_an_error)
