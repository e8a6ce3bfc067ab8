// Files: read whole, written so that a crash leaves the old one or the new one, never a part.
#ifndef COHORT_FILE_H
#define COHORT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/error.h"

// Temporary file beside `path` (`path`.tmp: one writer at a time), fsync, rename, fsync of the folder.
bool co_file_write(const char *path, const void *data, size_t bytes, CoError *error);

// The whole file with a zero byte behind it; free() it. `limit` is the largest size accepted, in bytes; `bytes`
// receives the size and may be NULL.
char *co_file_read(const char *path, size_t limit, size_t *bytes, CoError *error);

bool co_file_exists(const char *path);
bool co_folder_create(const char *path, CoError *error); // with its parents; an existing folder is fine

// Log files: bytes are only added at the end. Opening cuts the file to `keep` bytes (what a checkpoint vouches for);
// a file shorter than that is an error that names both sizes.
typedef struct CoLog CoLog;
CoLog *co_log_open(const char *path, uint64_t keep, CoError *error);
bool co_log_append(CoLog *log, const void *data, size_t bytes, CoError *error);
bool co_log_flush(CoLog *log, bool durable, CoError *error); // to the system; with `durable` to the disk (fsync)
uint64_t co_log_size(const CoLog *log);
void co_log_close(CoLog *log); // writes what is still held, silently: flush first to hear of errors; NULL is fine

// A folder in use: holds an exclusive lock (flock on `path`/lock) until released or the process ends. NULL when
// another process has it.
typedef struct CoLock CoLock;
CoLock *co_lock_acquire(const char *folder, CoError *error);
void co_lock_release(CoLock *lock); // NULL is fine

#endif
