// The command line: --name value, --name=value, -o FILE for --out FILE, -h, and words. Not argp: which options there
// are depends on the environment and the algorithm that other options name, and a wrong name must suggest the nearest
// right one.
#include <stdlib.h>
#include <string.h>

#include "cli.h"

bool entries_add(Entries *entries, Entry entry, CoError *error) {
  if (entries->count == entries->capacity) {
    int capacity = entries->capacity ? 2 * entries->capacity : 32;
    Entry *items = realloc(entries->items, (size_t)capacity * sizeof *items);
    if (!items) return co_fail(error, "no memory for settings");
    entries->items = items;
    entries->capacity = capacity;
  }
  entries->items[entries->count++] = entry;
  return true;
}

static bool listed(const char *name, const char *const *list) {
  for (; list && *list; list++)
    if (!strcmp(name, *list)) return true;
  return false;
}

// "skirmish.map" is the owner and the name.
static Entry split(char *word) {
  char *dot = strchr(word, '.');
  if (!dot) return (Entry){.name = word};
  *dot = '\0';
  return (Entry){.owner = word, .name = dot + 1};
}

// The option at argv[*at]; moves *at to its value where that is a word of its own.
static bool option(Line *line, int argc, char **argv, int *at, const char *const *flags, CoError *error) {
  char *word = argv[*at] + 2, *equals = strchr(word, '=');
  if (equals) *equals = '\0';
  Entry entry = split(word);
  if (equals) {
    entry.text = equals + 1;
  } else if (listed(word, flags)) {
    entry.text = "true";
  } else if (*at + 1 < argc && strncmp(argv[*at + 1], "--", 2) != 0) {
    entry.text = argv[++*at];
  } else {
    return co_fail(error, "--%s needs a value", word);
  }
  return entries_add(&line->options, entry, error);
}

static bool file(Line *line, int argc, char **argv, int *at, CoError *error) {
  if (++*at == argc) return co_fail(error, "-o needs the name of a file");
  return entries_add(&line->options, (Entry){.name = "out", .text = argv[*at]}, error);
}

bool line_parse(Line *line, int argc, char **argv, const char *const *flags, CoError *error) {
  line->places = calloc((size_t)argc + 1, sizeof *line->places);
  if (!line->places) return co_fail(error, "no memory for the command line");
  for (int i = 0; i < argc; i++) {
    bool brief = !strcmp(argv[i], "-o");
    if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
      line->help = true;
    else if (!brief && strncmp(argv[i], "--", 2) != 0)
      line->places[line->place_count++] = argv[i];
    else if (brief ? !file(line, argc, argv, &i, error) : !option(line, argc, argv, &i, flags, error))
      return false;
  }
  return true;
}

void line_free(Line *line) {
  free(line->places);
  free(line->options.items);
}

// A bare name that the command knows is its alone (--out), then the trainer's: --steps is the budget whatever an
// environment has.
static bool meant(const Entry *entry, int taker, const CoSettings *settings) {
  if (entry->owner) return !strcmp(entry->owner, settings->title);
  if (taker != TAKER_COMMAND && entry->takers & TAKER_COMMAND) return false;
  if (taker & (TAKER_ENV | TAKER_ALGO) && entry->takers & TAKER_TRAIN) return false;
  return co_settings_find(settings, entry->name) != NULL;
}

bool entries_apply(Entries *entries, int taker, const CoSettings *settings, void *config, CoError *error) {
  for (int i = 0; i < entries->count; i++) {
    Entry *entry = &entries->items[i];
    if (!meant(entry, taker, settings)) continue;
    entry->takers |= taker;
    if (entry->value ? !co_settings_set_value(settings, config, entry->value, error)
                     : !co_settings_set(settings, config, entry->name, entry->text, error))
      return false;
  }
  return true;
}

static bool unknown(const Entry *entry, const CoSettings *const *tables, CoError *error) {
  const char *names[1024];
  size_t count = 0;
  for (; *tables; tables++)
    for (const CoField *field = (*tables)->fields; field->name && count < 1023; field++) names[count++] = field->name;
  names[count] = NULL;
  const char *near = co_nearest(entry->name, names), *dashes = entry->value ? "" : "--";
  if (entry->owner)
    co_fail(error, "%s%s.%s: no table '%s' takes part here", dashes, entry->owner, entry->name, entry->owner);
  else if (near)
    co_fail(error, "unknown setting '%s%s' (did you mean '%s%s'?)", dashes, entry->name, dashes, near);
  else
    co_fail(error, "unknown setting '%s%s'", dashes, entry->name);
  return entry->value && entry->value->line ? co_fail_within(error, "%s:%d", entry->value->file, entry->value->line)
                                            : false;
}

static const char *title_of(const CoSettings *const *tables, const char *name, int nth) {
  for (; *tables; tables++)
    if (co_settings_find(*tables, name) && nth-- == 0) return (*tables)->title;
  return "";
}

bool entries_settled(const Entries *entries, const CoSettings *const *tables, CoError *error) {
  for (int i = 0; i < entries->count; i++) {
    const Entry *entry = &entries->items[i];
    if (!entry->takers) return unknown(entry, tables, error);
    if (entry->takers & (entry->takers - 1))
      return co_fail(error, "'%s' is a setting of %s and of %s: write --%s.%s or --%s.%s", entry->name,
                     title_of(tables, entry->name, 0), title_of(tables, entry->name, 1),
                     title_of(tables, entry->name, 0), entry->name, title_of(tables, entry->name, 1), entry->name);
  }
  return true;
}
