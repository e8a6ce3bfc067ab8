// Private to the room of examples: what a seed's run consists of, and the parts of the frame around it.
#ifndef COHORT_BOOK_BOOK_H
#define COHORT_BOOK_BOOK_H

#include "cohort/example.h"
#include "cohort/train.h"

#define BOOK_NAME 64
#define BOOK_SEEDS 1000

// Options of all examples.
typedef struct BookOptions {
  bool about, quick, view;
  int seeds, jobs, trace, frames;
  uint64_t seed;
  char csv[1024], png[1024], rows[1024];
} BookOptions;
extern const CoSettings book_settings;

// An option that an environment, an algorithm or the trainer takes.
typedef struct Given {
  const char *name, *text;
} Given;

typedef struct Line {
  BookOptions options;
  void *settings; // the example's own; owned
  bool help, varied;
  Given *given; // owned
  int given_count;
  CoRegistry registry;
} Line;

// line.c: the command line. Words that the example knows itself are its own; the rest must be a setting of one of its
// environments, its algorithms or the trainer.
bool line_read(Line *line, const CoExampleType *type, int argc, char **argv, CoError *error);
void line_help(const Line *line, const CoExampleType *type, CoWriter *text);
void line_free(Line *line);
// Sets what was given for this table.
bool line_apply(const Line *line, const CoSettings *settings, void *config, CoError *error);

typedef struct Got {
  char what[BOOK_NAME];
  CoClaim claim; // claim.what is not used
  double got;
} Got;

typedef struct Curve {
  char name[BOOK_NAME];
  double *x, *y; // [count]
  int count, room;
} Curve;

typedef struct Owned {
  void *object;
  void (*destroy)(void *object);
} Owned;

struct CoExample {
  const CoExampleType *type;
  const Line *line;
  uint64_t seed;
  bool first; // the seed that prints and is shown
  Owned *owned;
  int owned_count, owned_room;
  Got *got;
  int got_count, got_room;
  Curve *curves;
  int curve_count, curve_room;
  int traced;
  CoObserver observer; // prints updates
  const CoLearner *shown;
};

_Noreturn void book_stop(const CoExampleType *type, const CoError *error);            // a sentence, exit code 2
void book_check(const CoExample *example, bool fine, const CoError *error);           // stops where it is not
void book_own(CoExample *example, void *object, void (*destroy)(void *object));       // destroyed with the run
void *book_grow(CoExample *example, void *items, int count, int *room, size_t bytes); // room for one more

static inline const CoSeat *book_seats(const CoLearner *learner) {
  return learner->seats ? learner->seats : &learner->seat;
}

#define BOOK_WORDS 2048
// "name value name value ...", which is cut up: into the first of two tables that knows the name; other: NULL is fine.
bool book_set(char *words, const CoSettings *settings, void *config, const CoSettings *other, void *other_config,
              CoError *error);

CoObserver trace_observer(CoExample *example);                          // trace.c: prints the trainer's updates
bool table_print(const CoExample *examples, int count, double seconds); // table.c: true when all claims hold
bool table_write(const CoExample *examples, int count, double seconds,
                 CoError *error);                                        // Markdown rows, for `cohort book`
bool curves_write(const CoExample *examples, int count, CoError *error); // curves.c: --csv and --png
bool view_show(const CoExample *example, CoError *error);                // view.c

#endif
