// Growing blocks of bytes and readers that check every bound: see cohort/bytes.h.
#include "cohort/bytes.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "mix.h"

#define TAG_SIZE 32

void co_writer_free(CoWriter *writer) {
  free(writer->data);
  *writer = (CoWriter){0};
}

void co_writer_clear(CoWriter *writer) {
  writer->size = 0;
  writer->failed = false;
}

static bool grow(CoWriter *writer, size_t bytes) {
  if (writer->failed) return false;
  if (bytes <= writer->capacity - writer->size) return true;
  size_t capacity = writer->capacity ? writer->capacity : 256;
  while (capacity - writer->size < bytes && capacity <= SIZE_MAX / 2) capacity *= 2;
  unsigned char *data = capacity - writer->size < bytes ? NULL : realloc(writer->data, capacity);
  if (!data) {
    writer->failed = true;
    return false;
  }
  writer->data = data;
  writer->capacity = capacity;
  return true;
}

void co_write(CoWriter *writer, const void *data, size_t bytes) {
  if (bytes == 0 || !grow(writer, bytes)) return;
  memcpy(writer->data + writer->size, data, bytes);
  writer->size += bytes;
}

void co_write_u32(CoWriter *writer, uint32_t value) {
  co_write(writer, &value, sizeof value);
}

void co_write_u64(CoWriter *writer, uint64_t value) {
  co_write(writer, &value, sizeof value);
}

void co_write_text(CoWriter *writer, const char *text) {
  size_t bytes = strlen(text);
  assert(bytes <= UINT32_MAX);
  co_write_u32(writer, (uint32_t)bytes);
  co_write(writer, text, bytes);
}

void co_write_format(CoWriter *writer, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int length = co_format(NULL, 0, format, args);
  if (length >= 0 && grow(writer, (size_t)length + 1)) { // and vsnprintf's zero byte, not counted
    co_format((char *)writer->data + writer->size, (size_t)length + 1, format, again);
    writer->size += (size_t)length;
  }
  va_end(again);
  va_end(args);
}

CoReader co_reader(const void *data, size_t bytes, CoError *error) {
  return (CoReader){.data = data, .size = bytes, .error = error};
}

// The first failure keeps its sentence: what follows is only its consequence.
static bool cut(CoReader *reader, const char *what, uint64_t bytes) {
  if (!reader->failed)
    co_fail(reader->error, "%s: cut off at byte %zu of %zu (%llu bytes expected)", what ? what : "data", reader->at,
            reader->size, (unsigned long long)bytes);
  reader->failed = true;
  return false;
}

bool co_read(CoReader *reader, void *out, size_t bytes, const char *what) {
  if (reader->failed || bytes > reader->size - reader->at) {
    if (bytes) memset(out, 0, bytes);
    return cut(reader, what, bytes);
  }
  if (bytes) memcpy(out, reader->data + reader->at, bytes);
  reader->at += bytes;
  return true;
}

uint32_t co_read_u32(CoReader *reader, const char *what) {
  uint32_t value;
  co_read(reader, &value, sizeof value, what);
  return value;
}

uint64_t co_read_u64(CoReader *reader, const char *what) {
  uint64_t value;
  co_read(reader, &value, sizeof value, what);
  return value;
}

bool co_read_text(CoReader *reader, char *out, size_t capacity, const char *what) {
  assert(capacity > 0);
  out[0] = '\0';
  uint32_t bytes = co_read_u32(reader, what);
  if (reader->failed || bytes > reader->size - reader->at) return cut(reader, what, bytes);
  const unsigned char *text = reader->data + reader->at;
  if (bytes >= capacity || memchr(text, 0, bytes)) {
    reader->failed = true;
    if (bytes < capacity) return co_fail(reader->error, "%s: holds a zero byte", what ? what : "text");
    return co_fail(reader->error, "%s: %u bytes long, at most %zu fit", what ? what : "text", bytes, capacity - 1);
  }
  co_read(reader, out, bytes, what);
  out[bytes] = '\0';
  return true;
}

size_t co_write_begin(CoWriter *writer, const char *tag) {
  assert(strlen(tag) < TAG_SIZE);
  co_write_text(writer, tag);
  size_t handle = writer->size;
  co_write_u64(writer, 0);
  return handle;
}

void co_write_end(CoWriter *writer, size_t handle) {
  if (writer->failed) return;
  uint64_t bytes = writer->size - handle - sizeof bytes;
  memcpy(writer->data + handle, &bytes, sizeof bytes);
}

bool co_read_section(CoReader *reader, const char *tag, CoReader *section) {
  *section = (CoReader){.failed = true, .error = reader->error};
  char found[TAG_SIZE];
  if (!co_read_text(reader, found, sizeof found, tag)) return false;
  if (strcmp(found, tag) != 0) {
    reader->failed = true;
    return co_fail(reader->error, "section '%s' expected, found '%s'", tag, found);
  }
  uint64_t bytes = co_read_u64(reader, tag);
  if (reader->failed || bytes > reader->size - reader->at) return cut(reader, tag, bytes);
  *section = co_reader(reader->data + reader->at, (size_t)bytes, reader->error);
  reader->at += (size_t)bytes;
  return true;
}
