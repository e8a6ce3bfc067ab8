// Sentences for a person: see cohort/error.h.
#include "cohort/error.h"

#include <string.h>

#include "format.h"

bool(co_fail)(CoError *error, const char *format, ...) {
  if (!error) return false;
  char text[CO_ERROR_SIZE]; // apart from error->text, which may be among the arguments
  va_list args;
  va_start(args, format);
  co_format(text, sizeof text, format, args);
  va_end(args);
  memcpy(error->text, text, strlen(text) + 1);
  return false;
}

static void append(char text[CO_ERROR_SIZE], const char *more) {
  size_t used = strlen(text), bytes = strlen(more);
  if (bytes > CO_ERROR_SIZE - 1 - used) bytes = CO_ERROR_SIZE - 1 - used;
  memcpy(text + used, more, bytes);
  text[used + bytes] = '\0';
}

bool(co_fail_within)(CoError *error, const char *format, ...) {
  if (!error) return false;
  char text[CO_ERROR_SIZE];
  va_list args;
  va_start(args, format);
  co_format(text, sizeof text, format, args);
  va_end(args);
  append(text, ": ");
  append(text, error->text);
  memcpy(error->text, text, strlen(text) + 1);
  return false;
}
