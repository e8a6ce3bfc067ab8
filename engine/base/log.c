// Log files, bytes added at the end: see cohort/file.h.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/file.h"
#include "disk.h"

#define BUFFER_BYTES 65536

struct CoLog {
  int file;
  bool fresh;    // the folder's entry is not yet durable
  uint64_t size; // with what is still in the buffer
  size_t held;   // bytes in the buffer
  char *path;    // as given, behind the buffer
  char buffer[]; // [BUFFER_BYTES], then the path
};

// Opens and cuts; the log is closed by the caller when this fails.
static bool prepare(CoLog *log, uint64_t keep, CoError *error) {
  log->fresh = !co_file_exists(log->path);
  log->file = open(log->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  struct stat facts;
  if (log->file < 0 || fstat(log->file, &facts) != 0) return co_fail(error, "%s: cannot open: %m", log->path);
  uint64_t size = (uint64_t)facts.st_size;
  if (size < keep)
    return co_fail(error, "%s: %llu bytes long, must be at least %llu", log->path, (unsigned long long)size,
                   (unsigned long long)keep);
  if (ftruncate(log->file, (off_t)keep) != 0 || lseek(log->file, 0, SEEK_END) < 0)
    return co_fail(error, "%s: cannot cut to %llu bytes: %m", log->path, (unsigned long long)keep);
  log->size = keep;
  return true;
}

CoLog *co_log_open(const char *path, uint64_t keep, CoError *error) {
  size_t bytes = strlen(path) + 1;
  CoLog *log = malloc(sizeof *log + BUFFER_BYTES + bytes);
  if (!log) {
    co_fail(error, "%s: no memory", path);
    return NULL;
  }
  *log = (CoLog){.file = -1, .path = log->buffer + BUFFER_BYTES};
  memcpy(log->path, path, bytes);
  if (prepare(log, keep, error)) return log;
  co_log_close(log);
  return NULL;
}

// What could not be written stays in the buffer.
static bool drain(CoLog *log, CoError *error) {
  size_t written;
  bool done = co_disk_write(log->file, log->buffer, log->held, &written);
  if (!done) co_fail(error, "%s: cannot write: %m", log->path);
  log->held -= written;
  memmove(log->buffer, log->buffer + written, log->held);
  return done;
}

bool co_log_append(CoLog *log, const void *data, size_t bytes, CoError *error) {
  const char *from = data;
  while (bytes > 0) {
    size_t part = BUFFER_BYTES - log->held < bytes ? BUFFER_BYTES - log->held : bytes;
    memcpy(log->buffer + log->held, from, part);
    log->held += part;
    log->size += part;
    from += part;
    bytes -= part;
    if (log->held == BUFFER_BYTES && !drain(log, error)) return false;
  }
  return true;
}

bool co_log_flush(CoLog *log, bool durable, CoError *error) {
  if (!drain(log, error)) return false;
  if (!durable) return true;
  if (fsync(log->file) != 0 || (log->fresh && !co_disk_sync_folder(log->path)))
    return co_fail(error, "%s: cannot make durable: %m", log->path);
  log->fresh = false;
  return true;
}

uint64_t co_log_size(const CoLog *log) {
  return log->size;
}

void co_log_close(CoLog *log) {
  if (!log) return;
  if (log->held > 0) drain(log, NULL);
  if (log->file >= 0) close(log->file);
  free(log);
}
