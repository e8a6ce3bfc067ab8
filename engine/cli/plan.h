// A plan: which environment, who plays, with what settings; from defaults, profile, file and command line.
#ifndef COHORT_CLI_PLAN_H
#define COHORT_CLI_PLAN_H

#include "cli.h"

#define PLAN_TEAMS 16
#define PLAN_SOURCES 8

typedef struct PlanSource {
  const CoField *field;
  CoValue *value; // owned
  char *text;     // owned: the file's bytes
  size_t bytes;
} PlanSource;

typedef struct PlanAlgo {
  const CoAlgoType *type;
  void *config; // owned
} PlanAlgo;

// One team's part of --algo: a name (of an algorithm, a script, "random") or the folder of a trained run.
typedef struct PlanPart {
  char name[256];
  bool given;
} PlanPart;

typedef struct Plan {
  CoRegistry registry;
  Entries entries;
  CoValue *file;  // owned: the experiment, or the run's config
  char run[1024]; // folder whose config it is; "" when none
  char data[1024];
  CoTrainConfig train;
  const CoEnvType *env;
  char variant[256];
  void *env_config; // owned
  PlanSource sources[PLAN_SOURCES];
  int source_count;
  CoWorld *world;
  PlanPart parts[PLAN_TEAMS];
  PlanAlgo algos[PLAN_TEAMS]; // each once, with the settings of this plan
  int algo_count;
  CoSeat seats[PLAN_TEAMS];
  bool revived[PLAN_TEAMS]; // seats[i].self is owned: a trained run's
  void *past[PLAN_TEAMS];   // owned: that run's settings of the algorithm
} Plan;

typedef struct PlanWishes {
  const CoSettings *command; // the subcommand's own table, already applied to the line
  const char *file;          // experiment file, or NULL
  const char *run;           // run folder whose config.lua is the file, or NULL
  const char *data;          // --data, or NULL
  const char *place;         // ENV given as a word, or NULL
  bool players;              // --algo counts
} PlanWishes;

bool plan_make(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error);
void plan_free(Plan *plan); // also after a failure
// Only the names and settings, for --help: no file is read but the experiment, no world opened.
bool plan_names(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error);
void plan_help(const Plan *plan, CoWriter *text);

// Fills the seats that learn with what they had learnt in the run `folder`.
bool plan_revive(Plan *plan, const char *folder, CoError *error);

uint64_t plan_identity(const Plan *plan);                              // of everything that decides the result
bool plan_write(const Plan *plan, const char *folder, CoError *error); // config.lua and copies of the data files
void plan_place(const Plan *plan, char *out, size_t capacity);         // runs/ENV/ALGO, where runs go by default

// Whether a word of the command line is an experiment file; "skirmish/my_map.lua" is an environment on a map of one's
// own.
bool plan_is_file(const char *word);

// Its parts, in files of their own.
bool plan_load_sources(Plan *plan, CoError *error); // data.c
bool plan_find_algos(Plan *plan, CoError *error);   // seats.c: from the names
bool plan_seat(Plan *plan, CoError *error);         // seats.c: once the world is open

#endif
