// Sentences that say what went wrong outside: a file, a script, a setting, memory.
#ifndef COHORT_ERROR_H
#define COHORT_ERROR_H

#include <stdbool.h>

#define CO_ERROR_SIZE 1024

// Holds one sentence for a person. Functions that can fail take a `CoError *error`, which may be NULL
// when the caller does not care; they return false or NULL and leave the sentence there.
typedef struct CoError {
  char text[CO_ERROR_SIZE];
} CoError;

// Writes the sentence (printf form) and returns false, so that a caller writes `return co_fail(...)`.
bool co_fail(CoError *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Puts a context before the sentence that is already there ("maps/3m.lua: ..."), and returns false.
bool co_fail_within(CoError *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Both are false whatever happens, said so that compilers and checkers see it too.
static inline bool co_false(bool failed) {
  return failed && false;
}
#define co_fail(...) co_false(co_fail(__VA_ARGS__))
#define co_fail_within(...) co_false(co_fail_within(__VA_ARGS__))

#endif
