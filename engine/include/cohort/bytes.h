// Writing values into a growing block of bytes, and reading them back with every bound checked.
#ifndef COHORT_BYTES_H
#define COHORT_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/error.h"

// Little-endian, no alignment. A zeroed writer is an empty one. When memory runs out `failed` is set and stays set,
// so that one check at the end is enough.
typedef struct CoWriter {
  unsigned char *data; // owned
  size_t size, capacity;
  bool failed;
} CoWriter;

void co_writer_free(CoWriter *writer);
void co_writer_clear(CoWriter *writer); // keeps the memory
void co_write(CoWriter *writer, const void *data, size_t bytes);
void co_write_u32(CoWriter *writer, uint32_t value);
void co_write_u64(CoWriter *writer, uint64_t value);
void co_write_text(CoWriter *writer, const char *text); // length, then bytes
void co_write_format(CoWriter *writer, const char *format, ...) __attribute__((format(printf, 2, 3))); // bare bytes

// A reader borrows its bytes. Reading past the end sets `failed` (with the sentence in `error` naming `what`, when
// given) and gives zeros from then on.
typedef struct CoReader {
  const unsigned char *data;
  size_t size, at;
  bool failed;
  CoError *error;
} CoReader;

CoReader co_reader(const void *data, size_t bytes, CoError *error);
bool co_read(CoReader *reader, void *out, size_t bytes, const char *what);
uint32_t co_read_u32(CoReader *reader, const char *what);
uint64_t co_read_u64(CoReader *reader, const char *what);
bool co_read_text(CoReader *reader, char *out, size_t capacity, const char *what);

// Sections let a reader say which part is broken: a tag and a length around what is written between.
size_t co_write_begin(CoWriter *writer, const char *tag); // returns a handle for co_write_end
void co_write_end(CoWriter *writer, size_t handle);
bool co_read_section(CoReader *reader, const char *tag, CoReader *section); // fails when the next tag is another

#endif
