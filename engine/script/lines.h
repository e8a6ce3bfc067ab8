// Which line of a data file gives which value: a reading of the table constructor that it returns.
#ifndef COHORT_SCRIPT_LINES_H
#define COHORT_SCRIPT_LINES_H

#include <stdbool.h>
#include <stddef.h>

// A field of a constructor. Field 0 is the root.
typedef struct CoLine {
  int parent;      // -1 for the root
  const char *key; // in the text, NULL for a place in a list
  size_t bytes;    // of the key
  double index;    // the place, counted from 1
  int line;
  int id; // its own number, which `parent` of others names
} CoLine;

// All fields, sorted by parent and key.
typedef struct CoLines {
  CoLine *items;
  int count, capacity;
  bool failed; // memory ran out
} CoLines;

// `text` has passed Lua's own parser. Empty when it does not end with `return {...}`.
CoLines co_lines_read(const char *text, size_t bytes);
void co_lines_free(CoLines *lines);

// The field of that parent with that key (or index, when key is NULL); NULL when the text does not spell it out.
const CoLine *co_lines_find(const CoLines *lines, int parent, const char *key, double index);

// A field that one constructor gives twice, the later one; NULL when there is none. *first is the earlier one.
const CoLine *co_lines_twice(const CoLines *lines, const CoLine **first);

#endif
