// Private to the command: words of a command line, and what the subcommands share.
#ifndef COHORT_CLI_H
#define COHORT_CLI_H

#include "cohort/train.h"

// Exit codes, as --help documents them.
enum {
  EXIT_OK,      // done
  EXIT_FAILED,  // the run failed: a metric was not finite, a disk was full
  EXIT_USAGE,   // bad arguments, settings or files
  EXIT_STOPPED, // interrupted, with a checkpoint of the last round
  EXIT_DROPPED, // interrupted, fell back on the last checkpoint
};

// One setting that somebody gave: on the command line, or in a file (then `value` knows its line).
typedef struct Entry {
  const char *owner; // title of the table it is meant for; NULL: whichever knows the name
  const char *name, *text;
  const CoValue *value; // NULL: from the command line
  int takers;           // kinds of tables that took it, as bits
} Entry;

typedef struct Entries {
  Entry *items;
  int count, capacity;
} Entries;

typedef struct Line {
  const char *program, *command;
  char **words; // [word_count + 1] all of them behind the command, ends with NULL
  int word_count;
  char **places; // words that are no options
  int place_count;
  Entries options;
  bool help;
} Line;

// argv after the subcommand. `flags`: options without a value, NULL-terminated.
bool line_parse(Line *line, int argc, char **argv, const char *const *flags, CoError *error);
void line_free(Line *line);
bool entries_add(Entries *entries, Entry entry, CoError *error);

// Who takes an entry. A bare name that an environment and an algorithm both know must be qualified.
enum { TAKER_COMMAND = 1, TAKER_TRAIN = 2, TAKER_ENV = 4, TAKER_ALGO = 8 };
// Sets whatever in the entries belongs to this table, in their order.
bool entries_apply(Entries *entries, int taker, const CoSettings *settings, void *config, CoError *error);
// Every entry was taken by one kind of table; a name that none knows suggests the nearest of `tables`.
bool entries_settled(const Entries *entries, const CoSettings *const *tables, CoError *error);

int say(const CoError *error, int code); // "cohort: ..." to stderr; returns the code
double wall_seconds(void);
extern const char commit[]; // that the command was built from, "unknown" outside a checkout; CMake writes it
const char *data_folder(const char *given, char *out, size_t capacity); // --data, beside the program, or the source's

// The stop flag that signals set, and the watch over it: CO_STOP_ROUND at once, CO_STOP_NOW after 3 s, the end after 4.
const atomic_int *signals_watch(void);

int command_list(Line *line);
int command_train(Line *line);
int command_new(Line *line);
int command_check(Line *line);
int command_eval(Line *line);
int command_watch(Line *line);
int command_play(Line *line);
int command_record(Line *line);
int command_replay(Line *line);
int command_plot(Line *line);
int command_export(Line *line);
int command_bench(Line *line);
int command_book(Line *line);

#endif
