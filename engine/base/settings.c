// Settings, from text into a config: finding a row by name, reading each type, checking ranges.
#include "settings.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "nearest.h"

const char *co_next_word(const char **list, size_t *bytes) {
  const char *word = *list + strspn(*list, " ");
  *bytes = strcspn(word, " ");
  *list = word + *bytes;
  return *bytes ? word : NULL;
}

static bool same(const char *name, const char *other, size_t bytes) {
  for (size_t i = 0; i < bytes; i++, name++)
    if (*name != other[i] && !(*name == '-' && other[i] == '_')) return false;
  return *name == '\0';
}

static bool has_alias(const CoField *field, const char *name) {
  if (!field->aliases) return false;
  size_t bytes;
  for (const char *rest = field->aliases, *word; (word = co_next_word(&rest, &bytes));)
    if (same(name, word, bytes)) return true;
  return false;
}

const CoField *co_settings_find(const CoSettings *settings, const char *name) {
  for (const CoField *field = settings->fields; field->name; field++)
    if (same(name, field->name, strlen(field->name)) || has_alias(field, name)) return field;
  return NULL;
}

static bool unknown(const CoSettings *settings, const char *name, CoError *error) {
  CoNearest search = {.wanted = name};
  for (const CoField *field = settings->fields; field->name; field++) {
    co_nearest_offer(&search, field->name, strlen(field->name));
    if (!field->aliases) continue;
    size_t bytes;
    for (const char *rest = field->aliases, *word; (word = co_next_word(&rest, &bytes));)
      co_nearest_offer(&search, word, bytes);
  }
  if (!search.name) return co_fail(error, "unknown setting '%s'", name);
  return co_fail(error, "unknown setting '%s' (did you mean '%.*s'?)", name, (int)search.bytes, search.name);
}

// One function for each type: text into the member, whose config stays as it is when the text will not do.

static bool refuse(const CoField *field, const char *text, const char *expected, CoError *error) {
  return co_fail(error, "%s is '%.200s', must be %s", field->name, text, expected);
}

static bool in_range(const CoField *field, double number, CoError *error) {
  if (number >= field->low && number <= field->high) return true;
  char found[CO_NUMBER_SIZE], low[CO_NUMBER_SIZE], high[CO_NUMBER_SIZE];
  return co_fail(error, "%s is %s, must lie in [%s, %s]", field->name, co_number_text(number, found),
                 co_number_text(field->low, low), co_number_text(field->high, high));
}

static bool set_bool(const CoField *field, bool *member, const char *text, CoError *error) {
  static const char *const words[] = {"false", "true", "0", "1", "no", "yes", "off", "on"};
  for (int i = 0; i < 8; i++) {
    if (strcmp(text, words[i]) != 0) continue;
    *member = i % 2 == 1;
    return true;
  }
  return refuse(field, text, "true or false", error);
}

// Beyond 2^53 every double is whole.
static bool is_whole(double number) {
  return number > 0x1p53 || number < -0x1p53 || number == (double)(int64_t)number;
}

static bool set_int(const CoField *field, int *member, const char *text, CoError *error) {
  assert(field->low >= INT_MIN && field->high <= INT_MAX);
  double number; // "1e6" is a whole number too
  if (!co_number_parse(text, &number) || !is_whole(number)) return refuse(field, text, "a whole number", error);
  if (!in_range(field, number, error)) return false;
  *member = (int)number;
  return true;
}

static bool set_seed(const CoField *field, uint64_t *member, const char *text, CoError *error) {
  static const char expected[] = "a whole number from 0 to 18446744073709551615";
  if (*text && strspn(text, "0123456789") == strlen(text)) {
    errno = 0;
    uint64_t seed = strtoull(text, NULL, 10);
    if (errno == ERANGE) return refuse(field, text, expected, error);
    *member = seed;
    return true;
  }
  double number; // "1e6", while doubles tell whole numbers apart
  if (!co_number_parse(text, &number) || number < 0 || number > 0x1p53 || !is_whole(number))
    return refuse(field, text, expected, error);
  *member = (uint64_t)number;
  return true;
}

static bool set_number(const CoField *field, double *member, const char *text, CoError *error) {
  double number;
  if (!co_number_parse(text, &number)) return refuse(field, text, "a number", error);
  if (!in_range(field, number, error)) return false;
  *member = number;
  return true;
}

// "smac fixed sparse" as "one of smac, fixed, sparse".
static void list_choices(const char *choices, char *out, size_t capacity) {
  size_t bytes, used = 0;
  const char *separator = "one of ";
  for (const char *rest = choices, *word; (word = co_next_word(&rest, &bytes));) {
    size_t before = strlen(separator);
    if (used + before + bytes + 1 > capacity) break;
    memcpy(out + used, separator, before);
    memcpy(out + used + before, word, bytes);
    used += before + bytes;
    separator = ", ";
  }
  out[used] = '\0';
}

static bool set_choice(const CoField *field, int *member, const char *text, CoError *error) {
  size_t bytes;
  int index = 0;
  for (const char *rest = field->choices, *word; (word = co_next_word(&rest, &bytes)); index++) {
    if (!same(text, word, bytes)) continue;
    *member = index;
    return true;
  }
  char expected[CO_ERROR_SIZE / 2];
  list_choices(field->choices, expected, sizeof expected);
  return refuse(field, text, expected, error);
}

static bool set_string(const CoField *field, char *member, size_t capacity, const char *text, CoError *error) {
  size_t bytes = strlen(text);
  if (bytes >= capacity)
    return co_fail(error, "%s is %zu bytes long, must be at most %zu", field->name, bytes, capacity - 1);
  memset(member, 0, capacity); // equal settings are equal bytes
  memcpy(member, text, bytes);
  return true;
}

static bool set_source(const CoField *field, CoSource *member, const char *text, CoError *error) {
  if (!set_string(field, member->name, sizeof member->name, text, error)) return false;
  member->value = NULL;
  return true;
}

static bool set(const CoField *field, void *config, const char *text, CoError *error) {
  void *member = (char *)config + field->offset;
  switch (field->type) {
  case CO_FIELD_BOOL:
    return set_bool(field, member, text, error);
  case CO_FIELD_INT:
    return set_int(field, member, text, error);
  case CO_FIELD_SEED:
    return set_seed(field, member, text, error);
  case CO_FIELD_NUMBER:
    return set_number(field, member, text, error);
  case CO_FIELD_CHOICE:
    return set_choice(field, member, text, error);
  case CO_FIELD_STRING:
    return set_string(field, member, field->bytes, text, error);
  case CO_FIELD_SOURCE:
    return set_source(field, member, text, error);
  }
  return false;
}

bool co_settings_set(const CoSettings *settings, void *config, const char *name, const char *text, CoError *error) {
  const CoField *field = co_settings_find(settings, name);
  return field ? set(field, config, text, error) : unknown(settings, name, error);
}

bool co_settings_set_value(const CoSettings *settings, void *config, const CoValue *value, CoError *error) {
  char number[CO_NUMBER_SIZE];
  const char *text = value->string;
  if (value->type == CO_VALUE_NUMBER) text = co_number_text(value->number, number);
  if (value->type == CO_VALUE_BOOL) text = value->boolean ? "true" : "false";
  if (value->type == CO_VALUE_LIST || value->type == CO_VALUE_TABLE)
    return co_value_fail(value, error, "must be a number, a string or a boolean");
  if (co_settings_set(settings, config, value->key, text, error)) return true;
  return value->line > 0 ? co_fail_within(error, "%s:%d", value->file, value->line)
                         : co_fail_within(error, "%s", value->file);
}

void co_settings_defaults(const CoSettings *settings, void *config) {
  memset(config, 0, settings->bytes);
  for (const CoField *field = settings->fields; field->name; field++) {
    bool valid = set(field, config, field->preset, NULL);
    assert(valid && "a row's preset must be a valid value");
    (void)valid;
  }
}

bool co_settings_has_profile(const CoSettings *settings, const char *profile) {
  if (strcmp(profile, "cohort") == 0) return true;
  for (const CoProfile *row = settings->profiles; row && row->profile; row++)
    if (strcmp(row->profile, profile) == 0) return true;
  return false;
}

bool co_settings_profile(const CoSettings *settings, void *config, const char *profile, CoError *error) {
  for (const CoProfile *row = settings->profiles; row && row->profile; row++)
    if (strcmp(row->profile, profile) == 0 && !co_settings_set(settings, config, row->setting, row->value, error))
      return co_fail_within(error, "profile %s", profile);
  return true;
}

static bool check_choice(const CoField *field, int index, CoError *error) {
  int count = 0;
  size_t bytes;
  for (const char *rest = field->choices; co_next_word(&rest, &bytes);) count++;
  if (index >= 0 && index < count) return true;
  char expected[CO_ERROR_SIZE / 2];
  list_choices(field->choices, expected, sizeof expected);
  return co_fail(error, "%s is choice %d, must be %s", field->name, index, expected);
}

static bool check(const CoField *field, const void *config, CoError *error) {
  const void *member = (const char *)config + field->offset;
  switch (field->type) {
  case CO_FIELD_BOOL:
  case CO_FIELD_SEED:
    return true;
  case CO_FIELD_INT:
    return in_range(field, *(const int *)member, error);
  case CO_FIELD_NUMBER:
    return in_range(field, *(const double *)member, error);
  case CO_FIELD_CHOICE:
    return check_choice(field, *(const int *)member, error);
  case CO_FIELD_STRING:
  case CO_FIELD_SOURCE: // whose name comes first
    break;
  }
  size_t capacity = field->type == CO_FIELD_SOURCE ? sizeof((CoSource *)0)->name : field->bytes;
  return memchr(member, 0, capacity) || co_fail(error, "%s does not end within its %zu bytes", field->name, capacity);
}

bool co_settings_check(const CoSettings *settings, const void *config, CoError *error) {
  for (const CoField *field = settings->fields; field->name; field++)
    if (!check(field, config, error)) return false;
  return true;
}
