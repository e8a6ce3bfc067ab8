// Settings, from a config into text: one member, the saved config in Lua, --help, the hash.
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cohort/hash.h"
#include "format.h"
#include "settings.h"

#define MEMBER_SIZE 64 // bytes that hold the text of any member but a string

static const char *choice_text(const CoField *field, int index, char out[MEMBER_SIZE]) {
  const char *rest = field->choices, *word = NULL;
  size_t bytes = 0;
  for (int i = 0; i <= index; i++) word = co_next_word(&rest, &bytes);
  assert(word && bytes < MEMBER_SIZE);
  memcpy(out, word, bytes);
  out[bytes] = '\0';
  return out;
}

// Strings as they lie in the config, everything else in `out`.
static const char *member_text(const CoField *field, const void *config, char out[MEMBER_SIZE]) {
  const void *member = (const char *)config + field->offset;
  switch (field->type) {
  case CO_FIELD_BOOL:
    return *(const bool *)member ? "true" : "false";
  case CO_FIELD_INT:
    return co_number_text(*(const int *)member, out);
  case CO_FIELD_SEED:
    snprintf(out, MEMBER_SIZE, "%llu", (unsigned long long)*(const uint64_t *)member);
    return out;
  case CO_FIELD_NUMBER:
    return co_number_text(*(const double *)member, out);
  case CO_FIELD_CHOICE:
    return choice_text(field, *(const int *)member, out);
  case CO_FIELD_STRING:
  case CO_FIELD_SOURCE: // whose name comes first
    break;
  }
  return member;
}

void co_settings_text(const CoField *field, const void *config, char *out, size_t capacity) {
  char buffer[MEMBER_SIZE];
  snprintf(out, capacity, "%s", member_text(field, config, buffer));
}

// A Lua string: what could end it or would not survive a text file goes in as \ddd.
static void write_quoted(CoWriter *lua, const char *text) {
  co_write(lua, "\"", 1);
  for (; *text; text++) {
    unsigned char letter = (unsigned char)*text;
    if (letter < ' ' || letter == 127)
      co_write_format(lua, "\\%03d", letter);
    else if (letter == '"' || letter == '\\')
      co_write_format(lua, "\\%c", letter);
    else
      co_write(lua, text, 1);
  }
  co_write(lua, "\"", 1);
}

// Lua's numbers are doubles: a seed that they would change is written as a string, which reads back all the same.
static bool is_bare(const CoField *field, const void *config) {
  if (field->type == CO_FIELD_SEED) return *(const uint64_t *)((const char *)config + field->offset) <= 1ULL << 53;
  return field->type == CO_FIELD_BOOL || field->type == CO_FIELD_INT || field->type == CO_FIELD_NUMBER;
}

void co_settings_write(const CoSettings *settings, const void *config, CoWriter *lua) {
  char buffer[MEMBER_SIZE];
  for (const CoField *field = settings->fields; field->name; field++) {
    const char *text = member_text(field, config, buffer);
    co_write_format(lua, "  %s = ", field->name);
    if (is_bare(field, config))
      co_write(lua, text, strlen(text));
    else
      write_quoted(lua, text);
    co_write(lua, ",\n", 2);
  }
}

uint64_t co_settings_hash(const CoSettings *settings, const void *config) {
  char buffer[MEMBER_SIZE];
  uint64_t hash = co_hash_text(0, settings->title);
  for (const CoField *field = settings->fields; field->name; field++)
    hash = co_hash_text(co_hash_text(hash, field->name), member_text(field, config, buffer));
  return hash;
}

// Help: columns for name, kind and default, then the sentence, wrapped.

#define HELP_COLUMNS 100
#define DEFAULT_COLUMNS 12 // a wider default pushes its help to the right

typedef struct Wrap {
  CoWriter *text;
  size_t column, indent; // where the line stands; where its continuation starts
} Wrap;

static void put_word(Wrap *wrap, const char *word, size_t bytes, const char *after) {
  size_t length = bytes + strlen(after);
  if (wrap->column + 1 + length > HELP_COLUMNS && wrap->column > wrap->indent) {
    co_write_format(wrap->text, "\n%*s", (int)wrap->indent, "");
    wrap->column = wrap->indent;
  }
  co_write_format(wrap->text, " %.*s%s", (int)bytes, word, after);
  wrap->column += 1 + length;
}

static void put_words(Wrap *wrap, const char *words) {
  size_t bytes;
  for (const char *word; (word = co_next_word(&words, &bytes));) put_word(wrap, word, bytes, "");
}

// "(also batch_size_run, b)"
static void put_list(Wrap *wrap, const char *opening, const char *words) {
  put_words(wrap, opening);
  size_t bytes, next_bytes;
  const char *word = co_next_word(&words, &bytes);
  while (word) {
    const char *next = co_next_word(&words, &next_bytes);
    put_word(wrap, word, bytes, next ? "," : ")");
    word = next;
    bytes = next_bytes;
  }
}

static const char *range_text(const CoField *field, const char *kind, char out[MEMBER_SIZE * 2]) {
  char low[CO_NUMBER_SIZE] = "", high[CO_NUMBER_SIZE] = "";
  if (field->low > INT_MIN) co_number_text(field->low, low);
  if (field->high < INT_MAX) co_number_text(field->high, high);
  if (*low || *high)
    snprintf(out, MEMBER_SIZE * 2, "%s %s..%s", kind, low, high);
  else
    snprintf(out, MEMBER_SIZE * 2, "%s", kind);
  return out;
}

static const char *kind_text(const CoField *field, char out[MEMBER_SIZE * 2]) {
  static const char *const names[] = {"bool", "int", "seed", "number", "choice", "text", "file"};
  bool ranged = field->type == CO_FIELD_INT || field->type == CO_FIELD_NUMBER;
  return ranged ? range_text(field, names[field->type], out) : names[field->type];
}

void co_settings_help(const CoSettings *settings, CoWriter *text) {
  size_t name_columns = 0, kind_columns = 0;
  char kind[MEMBER_SIZE * 2];
  for (const CoField *field = settings->fields; field->name; field++) {
    size_t name_bytes = strlen(field->name), kind_bytes = strlen(kind_text(field, kind));
    if (name_bytes > name_columns) name_columns = name_bytes;
    if (kind_bytes > kind_columns) kind_columns = kind_bytes;
  }
  for (const CoField *field = settings->fields; field->name; field++) {
    size_t start = text->size;
    co_write_format(text, "  --%-*s  %-*s  %-*s ", (int)name_columns, field->name, (int)kind_columns,
                    kind_text(field, kind), DEFAULT_COLUMNS, *field->preset ? field->preset : "-");
    Wrap wrap = {text, text->size - start, name_columns + kind_columns + DEFAULT_COLUMNS + 9};
    put_words(&wrap, field->help);
    if (field->type == CO_FIELD_CHOICE) put_list(&wrap, "(one of", field->choices);
    if (field->aliases) put_list(&wrap, "(also", field->aliases);
    co_write(text, "\n", 1);
  }
}
