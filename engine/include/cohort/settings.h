// Settings: one table row per member of a config struct serves code, command line, files, --help and the saved config.
#ifndef COHORT_SETTINGS_H
#define COHORT_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/bytes.h"
#include "cohort/value.h"

typedef enum CoFieldType {
  CO_FIELD_BOOL,   // bool
  CO_FIELD_INT,    // int
  CO_FIELD_SEED,   // uint64_t
  CO_FIELD_NUMBER, // double
  CO_FIELD_CHOICE, // int: the position in `choices`
  CO_FIELD_STRING, // char[bytes]
  CO_FIELD_SOURCE, // CoSource: a data file, by name
} CoFieldType;

// A data file named by a setting. Whoever parses settings (the command) fills `value` before the config is used.
typedef struct CoSource {
  char name[256];       // "3m", or a path that ends in .lua; "" for none
  const CoValue *value; // borrowed; NULL while not loaded
} CoSource;

typedef struct CoField {
  const char *name;    // the field's own name: "lr", "num_envs"
  const char *aliases; // other names, separated by spaces ("batch_size_run"), or NULL
  CoFieldType type;
  size_t offset, bytes; // of the member
  const char *preset;   // the default, as text
  double low, high;     // range of INT and NUMBER, inclusive
  const char *choices;  // CHOICE: words separated by spaces; SOURCE: the folder where bare names are looked up
  const char *help;
} CoField;

// A named profile changes defaults: rows (profile, setting, value). "cohort" is the default profile and has no rows.
typedef struct CoProfile {
  const char *profile, *setting, *value;
} CoProfile;

// The settings of one owner (the trainer, an environment, an algorithm). Rows end with a NULL name. A config is a plain
// struct: copied by assignment, nothing owned.
typedef struct CoSettings {
  const char *title; // "skirmish", "train"
  size_t bytes;      // sizeof the config
  const CoField *fields;
  const CoProfile *profiles; // or NULL
} CoSettings;

#define CO_BOOL(S, member, preset, help)                                                                               \
  { #member, NULL, CO_FIELD_BOOL, offsetof(S, member), sizeof(((S *)0)->member), preset, 0, 1, NULL, help }
#define CO_INT(S, member, preset, low, high, help)                                                                     \
  { #member, NULL, CO_FIELD_INT, offsetof(S, member), sizeof(((S *)0)->member), preset, low, high, NULL, help }
#define CO_NUMBER(S, member, preset, low, high, help)                                                                  \
  { #member, NULL, CO_FIELD_NUMBER, offsetof(S, member), sizeof(((S *)0)->member), preset, low, high, NULL, help }
#define CO_CHOICE(S, member, preset, words, help)                                                                      \
  { #member, NULL, CO_FIELD_CHOICE, offsetof(S, member), sizeof(((S *)0)->member), preset, 0, 0, words, help }
#define CO_STRING(S, member, preset, help)                                                                             \
  { #member, NULL, CO_FIELD_STRING, offsetof(S, member), sizeof(((S *)0)->member), preset, 0, 0, NULL, help }
#define CO_SEED(S, member, preset, help)                                                                               \
  { #member, NULL, CO_FIELD_SEED, offsetof(S, member), sizeof(((S *)0)->member), preset, 0, 0, NULL, help }
#define CO_SOURCE(S, member, preset, folder, help)                                                                     \
  { #member, NULL, CO_FIELD_SOURCE, offsetof(S, member), sizeof(((S *)0)->member), preset, 0, 0, folder, help }
#define CO_ALIASED(S, member, names, kind, preset, low, high, help)                                                    \
  { #member, names, kind, offsetof(S, member), sizeof(((S *)0)->member), preset, low, high, NULL, help }
#define CO_FIELDS_END                                                                                                  \
  { NULL, NULL, CO_FIELD_BOOL, 0, 0, NULL, 0, 0, NULL, NULL }

void co_settings_defaults(const CoSettings *settings, void *config); // zeroes, then every row's preset
bool co_settings_has_profile(const CoSettings *settings, const char *profile);
bool co_settings_profile(const CoSettings *settings, void *config, const char *profile, CoError *error);

const CoField *co_settings_find(const CoSettings *settings, const char *name); // by name or alias; '-' equals '_'
bool co_settings_set(const CoSettings *settings, void *config, const char *name, const char *text, CoError *error);
bool co_settings_set_value(const CoSettings *settings, void *config, const CoValue *value, CoError *error); // by key
// Every value lies in its range: "lr is 0, must lie in [1e-06, 1]". `create` functions call it.
bool co_settings_check(const CoSettings *settings, const void *config, CoError *error);

// The member as text that co_settings_set reads back to the same bits (15 to 17 digits); into
// out[capacity].
void co_settings_text(const CoField *field, const void *config, char *out, size_t capacity);
void co_settings_write(const CoSettings *settings, const void *config, CoWriter *lua); // "  lr = 0.0005,\n" ...
void co_settings_help(const CoSettings *settings, CoWriter *text); // one aligned line or two per setting
uint64_t co_settings_hash(const CoSettings *settings, const void *config);

#endif
