// Data files: Lua text that returns one table, read into a value.
#ifndef COHORT_SCRIPT_H
#define COHORT_SCRIPT_H

#include <stddef.h>

#include "cohort/settings.h"
#include "cohort/value.h"

// Maps, experiments and saved configs are Lua programs without access to anything: text only (no bytecode), no files,
// no clock, no randomness, no functions whose answers differ between machines. There are assert, error, ipairs, pairs,
// select, tonumber, tostring, type; math.abs, ceil, floor, fmod, huge, max, min, modf, pi, sqrt; string.format, len,
// rep, sub; table.concat, and table.insert at the end. A file that takes more than 1 MiB of text, 64 MiB
// of memory, 1 MiB for one string or list, or 10 million instructions (fewer with large strings and lists) is stopped.
//
// The result is a tree of booleans, finite numbers, strings without zero bytes, lists (1 .. n, without holes) and
// tables (string keys); {} becomes an empty list, which readers accept as a table too. Anything else, nesting deeper
// than 32 levels, more than 200,000 values and a field written twice in one constructor are errors. A value's line
// is where the table constructor that the file returns gives it; what was computed has the line of its parent.

// NULL with a sentence that begins with `path` as given, and the line where there is one. co_value_destroy frees.
CoValue *co_script_load(const char *path, CoError *error);

// The same for text[bytes]; `name` is what sentences call it.
CoValue *co_script_parse(const char *name, const char *text, size_t bytes, CoError *error);

// The file that a data file's name means: "3m" is folder/3m.lua, a name that ends in .lua a path. A wrong name suggests
// the nearest one in the folder.
bool co_script_locate(const char *folder, const char *name, char *path, size_t capacity, CoError *error);

// The data files that settings name, kept as they were read. A struct of zeros is empty.
#define CO_SCRIPT_SOURCES 8
typedef struct CoScriptSource {
  const CoField *field; // of type CO_FIELD_SOURCE; its `choices` is the folder within the data
  const char *name;     // what the settings call it; theirs
  char *text;           // [bytes]
  size_t bytes;
  CoValue *value;
} CoScriptSource;
typedef struct CoScriptSources {
  CoScriptSource item[CO_SCRIPT_SOURCES];
  int count;
} CoScriptSources;

// Reads the file that config's `field` names, if it names one, and gives the setting its value. path: where it is read
// instead of the folder of `data`; NULL: there. What was kept when it fails is freed as the rest.
bool co_script_source_load(CoScriptSources *sources, const char *data, const CoField *field, void *config,
                           const char *path, CoError *error);
uint64_t co_script_sources_hash(const CoScriptSources *sources, uint64_t hash);
void co_script_sources_free(CoScriptSources *sources);

#endif
