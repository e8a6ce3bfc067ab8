// Files: whole or not at all; logs that are cut and grow; a lock that another process cannot take.
#include "suite.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cohort/file.h"

static char folder[256], path[512];
static CoError error;

// A new folder for each test, and path = folder/name.
static const char *in_folder(const char *name) {
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void begin(void) {
  snprintf(folder, sizeof folder, "%s/base_file-XXXXXX", COHORT_BINARY);
  ck_assert_ptr_nonnull(mkdtemp(folder));
  in_folder("data");
}

static int entries(void) {
  int count = 0;
  DIR *listing = opendir(folder);
  for (struct dirent *entry; (entry = readdir(listing));) count += entry->d_name[0] != '.';
  closedir(listing);
  return count;
}

static void finish(void) {
  DIR *listing = opendir(folder);
  for (struct dirent *entry; (entry = readdir(listing));)
    if (entry->d_name[0] != '.') remove(in_folder(entry->d_name));
  closedir(listing);
  rmdir(folder);
}

static void expect(const char *sentence) {
  char whole[CO_ERROR_SIZE];
  snprintf(whole, sizeof whole, "%s: %s", path, sentence);
  ck_assert_str_eq(error.text, whole);
}

START_TEST(what_is_written_is_read) {
  begin();
  size_t bytes;
  char large[100000];
  for (size_t i = 0; i < sizeof large; i++) large[i] = (char)i;
  for (size_t size = 0; size <= sizeof large; size = size * 7 + 1) {
    ck_assert(co_file_write(path, large, size, &error));
    char *text = co_file_read(path, sizeof large, &bytes, &error);
    ck_assert_uint_eq(bytes, size);
    ck_assert_mem_eq(text, large, size);
    ck_assert_int_eq(text[size], '\0');
    free(text);
  }
  ck_assert_int_eq(entries(), 1); // no temporary file is left
  ck_assert(co_file_exists(path));
  ck_assert(!co_file_exists(in_folder("other")));
  finish();
}
END_TEST

START_TEST(a_read_has_a_limit_and_sentences) {
  begin();
  ck_assert(co_file_write(path, "12345", 5, &error));
  char *text = co_file_read(path, 5, NULL, &error);
  ck_assert_str_eq(text, "12345");
  free(text);
  ck_assert_ptr_null(co_file_read(path, 4, NULL, &error));
  expect("larger than 4 bytes");
  ck_assert_ptr_null(co_file_read(in_folder("none"), 4, NULL, &error));
  expect("cannot read: No such file or directory");
  ck_assert_ptr_null(co_file_read(folder, 4, NULL, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "cannot read: Is a directory"));
  finish();
}
END_TEST

START_TEST(a_failed_write_leaves_the_old_file) {
  begin();
  ck_assert(co_file_write(path, "old", 3, &error));
  ck_assert_int_eq(mkdir(in_folder("data.tmp"), 0777), 0); // where the temporary file would be
  ck_assert(!co_file_write(in_folder("data"), "new", 3, &error));
  expect("cannot write: Is a directory");
  char *text = co_file_read(path, 10, NULL, NULL);
  ck_assert_str_eq(text, "old");
  free(text);
  finish();
}
END_TEST

START_TEST(places_that_cannot_be_written) {
  begin();
  ck_assert(co_file_write(path, "", 0, &error));
  ck_assert(!co_file_write(in_folder("data/below"), "x", 1, &error)); // below a file
  expect("cannot write: Not a directory");
  ck_assert(!co_file_write(in_folder("none/file"), "x", 1, &error));
  expect("cannot write: No such file or directory");
  ck_assert_int_eq(mkdir(in_folder("folder"), 0777), 0);
  ck_assert(!co_file_write(path, "x", 1, &error)); // the rename fails, and nothing stays
  expect("cannot write: Is a directory");
  ck_assert_int_eq(entries(), 2);
  strcpy(path, "/proc/cohort"); // for a superuser too
  ck_assert(!co_file_write(path, "x", 1, &error));
  finish();
}
END_TEST

// A reader beside 200 writes, and a writer killed in the middle of them, sees one of the two contents, whole.
START_TEST(readers_and_kills_see_whole_files) {
  begin();
  static char contents[2][50000];
  memset(contents[0], 'a', sizeof contents[0]);
  memset(contents[1], 'b', sizeof contents[1]);
  ck_assert(co_file_write(path, contents[0], sizeof contents[0], &error));
  pid_t child = fork();
  if (child == 0)
    for (int i = 0;; i++) co_file_write(path, contents[i % 2], sizeof contents[0], NULL);
  for (int i = 0; i < 200; i++) {
    if (i == 150) kill(child, SIGKILL);
    size_t bytes;
    char *text = co_file_read(path, 100000, &bytes, &error);
    ck_assert_uint_eq(bytes, sizeof contents[0]);
    ck_assert_mem_eq(text, contents[text[0] == 'b'], bytes);
    free(text);
  }
  waitpid(child, NULL, 0);
  finish();
}
END_TEST

START_TEST(folders_come_with_their_parents) {
  begin();
  ck_assert(co_folder_create(in_folder("a/b//c/"), &error));
  struct stat facts;
  ck_assert_int_eq(stat(in_folder("a/b/c"), &facts), 0);
  ck_assert(S_ISDIR(facts.st_mode));
  ck_assert(co_folder_create(path, &error)); // there already
  ck_assert(co_file_write(in_folder("a/file"), "", 0, NULL));
  ck_assert(!co_folder_create(in_folder("a/file/d"), &error));
  in_folder("a/file"); // the parent that is none
  expect("cannot create the folder: File exists");
  ck_assert(!co_folder_create(path, &error));
  expect("cannot create the folder: File exists");
  remove(in_folder("a/file"));
  remove(in_folder("a/b/c"));
  remove(in_folder("a/b"));
  finish();
}
END_TEST

static void check_content(const char *content) {
  char *text = co_file_read(path, 1 << 20, NULL, &error);
  ck_assert_str_eq(text, content);
  free(text);
}

START_TEST(a_log_grows_and_is_cut) {
  begin();
  CoLog *log = co_log_open(path, 0, &error);
  ck_assert_ptr_nonnull(log);
  ck_assert(co_log_append(log, "one\n", 4, &error));
  check_content(""); // still held
  ck_assert(co_log_flush(log, true, &error));
  check_content("one\n");
  ck_assert(co_log_append(log, "two\n", 4, &error));
  ck_assert_uint_eq(co_log_size(log), 8);
  co_log_close(log);
  check_content("one\ntwo\n");
  log = co_log_open(path, 4, &error);
  ck_assert_uint_eq(co_log_size(log), 4);
  check_content("one\n");
  ck_assert(co_log_append(log, "2\n", 2, &error));
  ck_assert(co_log_flush(log, false, &error));
  check_content("one\n2\n");
  co_log_close(log);
  ck_assert_ptr_null(co_log_open(path, 7, &error));
  expect("6 bytes long, must be at least 7");
  check_content("one\n2\n");
  co_log_close(NULL);
  finish();
}
END_TEST

START_TEST(a_log_takes_more_than_its_buffer) {
  begin();
  static char large[300001];
  memset(large, 'x', sizeof large - 1);
  CoLog *log = co_log_open(path, 0, &error);
  ck_assert(co_log_append(log, "(", 1, &error));
  ck_assert(co_log_append(log, large, sizeof large - 1, &error));
  ck_assert(co_log_append(log, ")", 1, &error));
  co_log_close(log);
  char *text = co_file_read(path, 1 << 20, NULL, &error);
  ck_assert_uint_eq(strlen(text), sizeof large + 1);
  ck_assert(text[0] == '(' && text[300001] == ')' && strspn(text + 1, "x") == 300000);
  free(text);
  finish();
}
END_TEST

START_TEST(a_log_that_cannot_be) {
  begin();
  ck_assert_ptr_null(co_log_open(folder, 0, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "cannot open: Is a directory"));
  ck_assert_ptr_null(co_log_open(in_folder("none/log"), 0, &error));
  expect("cannot open: No such file or directory");
  finish();
}
END_TEST

START_TEST(a_lock_keeps_other_processes_out) {
  begin();
  CoLock *lock = co_lock_acquire(folder, &error);
  ck_assert_ptr_nonnull(lock);
  pid_t child = fork();
  if (child == 0) {
    char sentence[CO_ERROR_SIZE];
    snprintf(sentence, sizeof sentence, "%s: in use by another process", folder);
    _exit(co_lock_acquire(folder, &error) == NULL && strcmp(error.text, sentence) == 0 ? 42 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  ck_assert_int_eq(WEXITSTATUS(status), 42);
  co_lock_release(lock);
  lock = co_lock_acquire(folder, &error);
  ck_assert_ptr_nonnull(lock);
  co_lock_release(lock);
  co_lock_release(NULL);
  ck_assert_ptr_null(co_lock_acquire(in_folder("none"), &error));
  expect("cannot lock: No such file or directory");
  finish();
}
END_TEST

START_TEST(a_lock_ends_with_its_process) {
  begin();
  int ready[2];
  ck_assert_int_eq(pipe(ready), 0);
  pid_t child = fork();
  if (child == 0) {
    char byte = co_lock_acquire(folder, NULL) ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte;
  ck_assert_int_eq(read(ready[0], &byte, 1), 1);
  ck_assert_int_eq(byte, 'y');
  ck_assert_ptr_null(co_lock_acquire(folder, &error));
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  CoLock *lock = co_lock_acquire(folder, &error);
  ck_assert_ptr_nonnull(lock);
  co_lock_release(lock);
  finish();
}
END_TEST

CO_TESTS(what_is_written_is_read, a_read_has_a_limit_and_sentences, a_failed_write_leaves_the_old_file,
         places_that_cannot_be_written, readers_and_kills_see_whole_files, folders_come_with_their_parents,
         a_log_grows_and_is_cut, a_log_takes_more_than_its_buffer, a_log_that_cannot_be,
         a_lock_keeps_other_processes_out, a_lock_ends_with_its_process)
