// The command line of an example: options of all examples, its own, and those of what it works with.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"

#define T BookOptions
static const CoField fields[] = {
    CO_INT(T, seeds, "0", 0, BOOK_SEEDS, "how many, from --seed on; 0: as many as the bands are stated for"),
    CO_SEED(T, seed, "1", "the first"),
    CO_INT(T, jobs, "0", 0, BOOK_SEEDS, "seeds side by side; 0: as many as there are processors for"),
    CO_BOOL(T, quick, "false", "a second or less: whole runs' bands are not judged"),
    CO_STRING(T, csv, "", "file for the curves: curve, seed, x, y"),
    CO_STRING(T, png, "", "file for the curves as a picture"),
    CO_BOOL(T, view, "false", "then show the agent of the first seed in a window"),
    CO_INT(T, trace, "0", 0, 2e9, "print so many updates of the first seed with their numbers"),
    CO_INT(T, frames, "0", 0, 2e9, "end the window after so many pictures; 0: when told to"),
    CO_STRING(T, rows, "", "file for the table as rows in Markdown"),
    CO_BOOL(T, about, "false", "print chapter, cost, seeds, name and idea, for `cohort book`"),
    CO_FIELDS_END,
};
#undef T
const CoSettings book_settings = {.title = "example", .bytes = sizeof(BookOptions), .fields = fields};

enum { TABLES = 32 };

// An example may have no settings of its own.
static CoSettings own_of(const CoExampleType *type) {
  static const CoField none[] = {CO_FIELDS_END};
  return type->settings.fields ? type->settings : (CoSettings){.title = type->name, .fields = none};
}

// What names environment, algorithm and place is the example's to say.
static const CoField *find_in(const CoSettings *settings, const char *name) {
  const CoField *field = co_settings_find(settings, name);
  return field && settings == &co_train_settings && field->type == CO_FIELD_STRING ? NULL : field;
}

// Settings of all words in a list of environments, or of algorithms.
static int named(const CoRegistry *registry, const char *words, bool envs, const CoSettings **out, CoError *error) {
  char name[BOOK_NAME];
  const char *variant;
  int count = 0;
  for (size_t bytes; words && *(words += strspn(words, " ")) && count < TABLES / 2 - 1; words += bytes) {
    bytes = strcspn(words, " ");
    snprintf(name, sizeof name, "%.*s", (int)bytes, words);
    const CoEnvType *env = envs ? co_find_env(registry, name, &variant, error) : NULL;
    const CoAlgoType *algo = envs ? NULL : co_find_algo(registry, name, error);
    if (!env && !algo) return -1;
    out[count++] = env ? &env->settings : &algo->settings;
  }
  return count;
}

// Tables that options may belong to besides the example's own, NULL-terminated.
static bool tables_of(const Line *line, const CoExampleType *type, const CoSettings **tables, CoError *error) {
  int envs = named(&line->registry, type->envs, true, tables, error);
  int algos = envs < 0 ? -1 : named(&line->registry, type->algos, false, tables + envs, error);
  if (algos < 0) return false;
  if (algos) tables[envs + algos++] = &co_train_settings;
  tables[envs + algos] = NULL;
  return true;
}

static const CoField *find(const CoExampleType *type, const CoSettings *const *tables, const char *name) {
  const CoSettings own = own_of(type);
  const CoField *field = co_settings_find(&book_settings, name);
  if (!field) field = co_settings_find(&own, name);
  for (; !field && *tables; tables++) field = find_in(*tables, name);
  return field;
}

static bool unknown(const CoExampleType *type, const CoSettings *const *tables, const char *name, CoError *error) {
  const char *names[1024];
  int count = 0;
  for (const CoField *field = fields; field->name; field++) names[count++] = field->name;
  for (const CoField *field = own_of(type).fields; field->name; field++) names[count++] = field->name;
  for (; *tables; tables++)
    for (const CoField *field = (*tables)->fields; field->name && count < 1023; field++) names[count++] = field->name;
  names[count] = NULL;
  const char *near = co_nearest(name, names);
  if (near) return co_fail(error, "unknown option '--%s' (did you mean '--%s'?)", name, near);
  return co_fail(error, "unknown option '--%s': --help shows them", name);
}

// Tries a value that is applied later, so that a wrong one is refused before anything runs.
static bool try(const CoSettings *settings, const Given *given, CoError *error) {
  void *config = calloc(1, settings->bytes + 1);
  bool ok = config || co_fail(error, "no memory for settings");
  if (ok) co_settings_defaults(settings, config);
  ok = ok && co_settings_set(settings, config, given->name, given->text, error) &&
       co_settings_check(settings, config, error);
  free(config);
  return ok;
}

static bool take(Line *line, const CoExampleType *type, const CoSettings *const *tables, Given given, CoError *error) {
  if (co_settings_find(&book_settings, given.name))
    return co_settings_set(&book_settings, &line->options, given.name, given.text, error);
  const CoSettings own = own_of(type);
  line->varied = true;
  if (co_settings_find(&own, given.name)) return co_settings_set(&own, line->settings, given.name, given.text, error);
  for (; *tables; tables++)
    if (find_in(*tables, given.name) && !try(*tables, &given, error)) return false;
  line->given[line->given_count++] = given;
  return true;
}

// "--name value", "--name=value"; switches need no value.
static bool option(Line *line, const CoExampleType *type, const CoSettings *const *tables, int argc, char **argv,
                   int *at, CoError *error) {
  char *name = argv[*at] + 2, *equals = strchr(name, '=');
  if (equals) *equals = '\0';
  const CoField *field = find(type, tables, name);
  if (!field) return unknown(type, tables, name, error);
  const char *next = *at + 1 < argc ? argv[*at + 1] : NULL, *text = equals ? equals + 1 : NULL;
  bool given = next && (field->type == CO_FIELD_BOOL ? !strcmp(next, "true") || !strcmp(next, "false")
                                                     : strncmp(next, "--", 2) != 0);
  if (!text && given) text = argv[++*at];
  if (!text && field->type == CO_FIELD_BOOL) text = "true";
  if (!text) return co_fail(error, "--%s needs a value", name);
  return take(line, type, tables, (Given){name, text}, error);
}

static bool is_help(const char *word) {
  return !strcmp(word, "--help") || !strcmp(word, "-h");
}

// --quick is a profile: what is given counts before it, wherever it stands.
static bool begin(Line *line, const CoExampleType *type, int argc, char **argv, CoError *error) {
  const CoSettings own = own_of(type);
  bool quick = false;
  co_registry_init(&line->registry);
  co_settings_defaults(&book_settings, &line->options);
  line->settings = calloc(1, own.bytes + 1);
  line->given = calloc((size_t)argc + 1, sizeof *line->given);
  if (!line->settings || !line->given) return co_fail(error, "no memory for settings");
  co_settings_defaults(&own, line->settings);
  for (int i = 1; i < argc; i++) quick = quick || !strcmp(argv[i], "--quick") || !strcmp(argv[i], "--quick=true");
  return !quick || !co_settings_has_profile(&own, "quick") || co_settings_profile(&own, line->settings, "quick", error);
}

bool line_read(Line *line, const CoExampleType *type, int argc, char **argv, CoError *error) {
  const CoSettings *tables[TABLES], own = own_of(type);
  if (!begin(line, type, argc, argv, error) || !tables_of(line, type, tables, error)) return false;
  for (int i = 1; i < argc; i++) {
    if (is_help(argv[i]))
      line->help = true;
    else if (strncmp(argv[i], "--", 2) != 0)
      return co_fail(error, "'%s' is no option: --help shows them", argv[i]);
    else if (!option(line, type, tables, argc, argv, &i, error))
      return false;
  }
  return co_settings_check(&book_settings, &line->options, error) && co_settings_check(&own, line->settings, error);
}

bool line_apply(const Line *line, const CoSettings *settings, void *config, CoError *error) {
  for (int i = 0; i < line->given_count; i++)
    if (find_in(settings, line->given[i].name) &&
        !co_settings_set(settings, config, line->given[i].name, line->given[i].text, error))
      return false;
  return true;
}

// A table without the rows that are refused.
static void help_of(const CoSettings *settings, CoWriter *text) {
  CoField rows[64] = {{.name = NULL}};
  int count = 0;
  for (const CoField *field = settings->fields; field->name && count < 63; field++)
    if (find_in(settings, field->name)) rows[count++] = *field;
  co_write_format(text, "\nof %s\n", settings->title);
  co_settings_help(&(CoSettings){.fields = rows}, text);
}

void line_help(const Line *line, const CoExampleType *type, CoWriter *text) {
  const CoSettings *tables[TABLES] = {NULL}, own = own_of(type);
  CoError error;
  co_write_format(text, "%s [--name value ...]\n\n%s\n", type->name, type->idea);
  if (own.fields->name) {
    co_write_format(text, "\nthe example's own options\n");
    co_settings_help(&own, text);
  }
  co_write_format(text, "\noptions of all examples\n");
  co_settings_help(&book_settings, text);
  if (!tables_of(line, type, tables, &error)) return;
  for (int i = 0; tables[i]; i++) help_of(tables[i], text);
}

void line_free(Line *line) {
  free(line->settings);
  free(line->given);
}
