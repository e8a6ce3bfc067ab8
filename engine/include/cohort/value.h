// A value: a tree of numbers, strings, lists and tables that knows the file and line each came from.
#ifndef COHORT_VALUE_H
#define COHORT_VALUE_H

#include "cohort/error.h"

// What crosses from a data file (maps, experiments, saved configs) into the engine. The script room fills it from Lua.
typedef enum CoValueType {
  CO_VALUE_BOOL,
  CO_VALUE_NUMBER,
  CO_VALUE_STRING,
  CO_VALUE_LIST,  // items [count], counted from 0
  CO_VALUE_TABLE, // items [count] with keys [count], keys sorted
} CoValueType;

typedef struct CoValue CoValue;
struct CoValue {
  CoValueType type;
  int line;         // 1-based; 0 when unknown
  const char *file; // as the user named it
  const char *key;  // name in the parent table, NULL in a list or at the root
  const char *path; // from the root, for sentences: "allies[2].count" (a list's first item is [1]); "" at the root
  bool boolean;
  double number;
  const char *string;
  CoValue *items; // children of a list or table
  int count;
};

// Building (the reader's side). A tree is one object: destroying the root frees all. NULL when memory runs out.
CoValue *co_value_create(const char *file); // an empty table, line 1
// A child behind the others, key copied (NULL in a list). It may move when its parent gets the next one: fill it first.
CoValue *co_value_append(CoValue *root, CoValue *parent, const char *key, CoValueType type, int line);
bool co_value_set_string(CoValue *root, CoValue *value, const char *text); // copied
void co_value_sort(CoValue *root);                                         // sorts the tables' keys, once all is there
void co_value_destroy(CoValue *root);

// Reading. A failing call names file, line, field, value and what was expected:
// "maps/3m.lua:12: allies[2].count is 0, must lie in [1, 64]".
const CoValue *co_value_find(const CoValue *table, const char *key); // NULL when absent
const char *co_value_type_name(CoValueType type);
bool co_value_fail(const CoValue *value, CoError *error, const char *expected, ...)
    __attribute__((format(printf, 3, 4)));

// Required members: absent or of another type or out of range is an error. With key NULL the value itself is read (an
// item of a list). An empty list passes for an empty table and the reverse: a file writes {} for both.
bool co_value_bool(const CoValue *table, const char *key, bool *out, CoError *error);
bool co_value_number(const CoValue *table, const char *key, double low, double high, double *out, CoError *error);
bool co_value_int(const CoValue *table, const char *key, int low, int high, int *out, CoError *error);
const char *co_value_text(const CoValue *table, const char *key, CoError *error);
const CoValue *co_value_list(const CoValue *table, const char *key, int low, int high,
                             CoError *error); // low..high items
const CoValue *co_value_table(const CoValue *table, const char *key, CoError *error);
// Every key of the table is one of `known` (NULL-terminated), else an error with the nearest known name.
bool co_value_only(const CoValue *table, const char *const *known, CoError *error);

// The known name nearest to `name` (edit distance at most a third of its length, at least 1; less than its length), or
// NULL.
const char *co_nearest(const char *name, const char *const *known);

#endif
