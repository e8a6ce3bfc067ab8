// Whole files and folders: see cohort/file.h. Every sentence names the path as it was given.
#include "cohort/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"

// a then b, freed by the caller.
static char *joined(const char *a, size_t a_bytes, const char *b) {
  size_t b_bytes = strlen(b);
  char *text = malloc(a_bytes + b_bytes + 1);
  if (!text) return NULL;
  memcpy(text, a, a_bytes);
  memcpy(text + a_bytes, b, b_bytes + 1);
  return text;
}

bool co_disk_write(int file, const void *data, size_t bytes, size_t *written) {
  const char *from = data;
  size_t done = 0;
  while (done < bytes) {
    ssize_t step = write(file, from + done, bytes - done);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) break;
    done += (size_t)step;
  }
  *written = done;
  return done == bytes;
}

bool co_disk_sync_folder(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = slash ? joined(path, (size_t)(slash - path) + 1, "") : joined(".", 1, "");
  int opened = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  free(folder);
  if (opened < 0) return false;
  bool synced = fsync(opened) == 0 || errno == EINVAL; // some file systems have no fsync for folders
  int reason = errno;
  close(opened);
  errno = reason;
  return synced;
}

// Writes all, and leaves the reason of a failure in errno.
static bool fill(const char *path, const void *data, size_t bytes) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return false;
  size_t written;
  bool done = co_disk_write(file, data, bytes, &written) && fsync(file) == 0;
  int reason = errno;
  if (close(file) != 0 && done) return false;
  errno = reason;
  return done;
}

bool co_file_write(const char *path, const void *data, size_t bytes, CoError *error) {
  char *temporary = joined(path, strlen(path), ".tmp");
  if (!temporary) return co_fail(error, "%s: no memory", path);
  bool done = fill(temporary, data, bytes) && rename(temporary, path) == 0;
  if (!done) {
    co_fail(error, "%s: cannot write: %m", path);
    unlink(temporary);
  } else if (!co_disk_sync_folder(path)) {
    done = co_fail(error, "%s: cannot make its folder durable: %m", path);
  }
  free(temporary);
  return done;
}

// Reads on until the end of the file or until `limit` is passed; the reason of a failure in errno.
static char *slurp(int file, size_t limit, size_t *bytes) {
  size_t capacity = 0, size = 0;
  char *data = NULL;
  for (;;) {
    if (capacity - size < 2) { // one for the zero byte
      capacity = capacity ? capacity * 2 : 4096;
      char *larger = realloc(data, capacity);
      if (!larger) break;
      data = larger;
    }
    ssize_t step = read(file, data + size, capacity - size - 1);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) break;
    size += (size_t)step;
    if (step == 0 || size > limit) {
      data[size] = '\0';
      *bytes = size;
      return data;
    }
  }
  free(data);
  return NULL;
}

char *co_file_read(const char *path, size_t limit, size_t *bytes, CoError *error) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  size_t size = 0;
  char *data = file < 0 ? NULL : slurp(file, limit, &size);
  if (!data) co_fail(error, "%s: cannot read: %m", path);
  if (file >= 0) close(file);
  if (data && size > limit) {
    co_fail(error, "%s: larger than %zu bytes", path, limit);
    free(data);
    return NULL;
  }
  if (data && bytes) *bytes = size;
  return data;
}

bool co_file_exists(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0;
}

static bool is_folder(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool make_folder(const char *path, CoError *error) {
  if (mkdir(path, 0777) == 0) return true;
  int why = errno; // stat has one of its own
  if (is_folder(path)) return true;
  errno = why;
  return co_fail(error, "%s: cannot create the folder: %m", path);
}

bool co_folder_create(const char *path, CoError *error) {
  char *prefix = joined(path, strlen(path), "");
  if (!prefix) return co_fail(error, "%s: no memory", path);
  bool done = true;
  for (char *at = prefix; done && *at; at++) { // each parent, then the folder itself
    if (at[1] != '/' && at[1] != '\0') continue;
    char next = at[1];
    at[1] = '\0';
    done = make_folder(prefix, error);
    at[1] = next;
  }
  free(prefix);
  return done;
}

struct CoLock {
  int file;
};

CoLock *co_lock_acquire(const char *folder, CoError *error) {
  char *path = joined(folder, strlen(folder), "/lock");
  CoLock *lock = malloc(sizeof *lock);
  int file = path && lock ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
  free(path);
  if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0) {
    lock->file = file;
    return lock;
  }
  if (errno == EWOULDBLOCK && file >= 0)
    co_fail(error, "%s: in use by another process", folder);
  else
    co_fail(error, "%s: cannot lock: %m", folder);
  if (file >= 0) close(file);
  free(lock);
  return NULL;
}

void co_lock_release(CoLock *lock) {
  if (!lock) return;
  close(lock->file); // the file stays: removing it would let two processes lock two files of one name
  free(lock);
}
