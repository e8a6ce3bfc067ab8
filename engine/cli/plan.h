// A plan: which environment, who plays, with what settings; from defaults, profile, file and command line.
#ifndef COHORT_CLI_PLAN_H
#define COHORT_CLI_PLAN_H

#include "cli.h"
#include "cohort/script.h"
#include "cohort/script_env.h"

#define PLAN_TEAMS 16

typedef struct PlanAlgo {
  const CoAlgoType *type;
  void *config; // owned
} PlanAlgo;

// One team's part of --algo: a name (of an algorithm, a script, "random") or the folder of a trained run.
typedef struct PlanPart {
  char name[256];
  bool given;
} PlanPart;

typedef struct Guard Guard;

typedef struct Plan {
  CoRegistry registry;
  Entries entries;
  CoValue *file;     // owned: the experiment, or the run's config
  char run[1024];    // folder whose config it is; "" when none
  char origin[1024]; // folder of the file; "" when none
  char data[1024];
  CoTrainConfig train;
  const CoEnvType *env;
  CoScriptEnv *script;    // owned; NULL: the environment is one of the project's own
  char script_path[2048]; // where it was read
  bool strict;
  int patience;
  Guard *guard; // over the script; owned
  char variant[256];
  void *env_config; // owned
  CoScriptSources sources;
  CoWorld *world;
  char chosen[512]; // why these algorithms, where nobody named any; "" otherwise
  PlanPart parts[PLAN_TEAMS];
  bool people;                // of the wishes
  PlanAlgo algos[PLAN_TEAMS]; // each once, with the settings of this plan
  int algo_count;
  CoSeat seats[PLAN_TEAMS];
  bool human[PLAN_TEAMS];   // a person plays: "human"; the seat is who takes the team's other agents
  bool revived[PLAN_TEAMS]; // seats[i].self is owned: a trained run's
  void *past[PLAN_TEAMS];   // owned: that run's settings of the algorithm
} Plan;

// Settings of every command that runs scripts.
#define SCRIPT_FIELDS(S)                                                                                               \
  CO_BOOL(S, strict, "false", "scripts in Lua run without JIT and within a budget of instructions: the same bits"),    \
      CO_INT(S, patience, "10", 1, 1e6, "seconds that a script's function may take")

typedef struct PlanWishes {
  const CoSettings *command; // the subcommand's own table, already applied to the line
  const char *file;          // experiment file, or NULL
  const char *run;           // run folder whose config.lua is the file, or NULL
  const char *data;          // --data, or NULL
  const char *place;         // ENV given as a word, or NULL
  bool players;              // --algo counts
  bool choose;               // who plays is chosen where nobody is named
  bool strict;               // scripts run without JIT and within a budget
  int patience;              // seconds that a script's function may take; 0: 10
  const Entry *picks;        // [pick_count] what replaces the file's lists
  int pick_count;
  bool people; // "human" may play
} PlanWishes;

bool plan_make(Plan *plan, const Line *line, const PlanWishes *wishes, CoError *error);
void plan_free(Plan *plan); // also after a failure
// Sets run, file or place: whichever a word of the command line is.
void plan_wish(PlanWishes *wishes, const char *word);
// Only the names and settings, for --help. A world is opened where that decides who plays.
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

bool plan_open(Plan *plan, CoError *error); // the world, unless it is open

// Its parts, in files of their own.
bool plan_load_sources(Plan *plan, CoError *error); // data.c
// script.c: plan->env of the name in plan->train; `saved`: the name is the file's, which may have the script's copy
bool plan_find_env(Plan *plan, bool saved, const char **variant, CoError *error);
const CoScriptFile *plan_script_files(const Plan *plan, int *count); // 0 where the environment is no script
uint64_t plan_script_hash(const Plan *plan, uint64_t hash);
bool plan_write_script(const Plan *plan, const char *folder, CoError *error);
void plan_quote(const Plan *plan, CoError *error); // adds the line of the Lua file that the sentence names
bool plan_choose(Plan *plan, CoError *error);      // choose.c: plan->train.algo, for the open world
bool plan_find_algos(Plan *plan, CoError *error);  // seats.c: from the names
bool plan_seat(Plan *plan, CoError *error);        // seats.c: once the world is open

// Whether an algorithm with its default settings accepts a team, or why not.
bool algo_accepts(const CoAlgoType *type, const char *profile, const CoSpec *spec, CoError *error);
bool is_script_path(const char *name); // ends in .lua
// Names of the environments in the data folder, in alphabetical order: how many; each to be freed.
int script_names(const char *data, char **names, int most);
bool script_allowed(const CoEnvType *type, CoError *error); // its name is nobody else's
void script_quote(const CoScriptFile *files, int count, const char *path, CoError *error);

// guard.c: ends the process, with a sentence, when one of the script's functions, or a stage of its own (reading it, a
// test), runs longer than `patience` seconds (0: 10). `file` is borrowed.
Guard *guard_begin(const char *file, int patience, CoError *error);
void guard_env(Guard *guard, const CoScriptEnv *env); // from now on its functions
void guard_stage(Guard *guard, const char *stage);    // begins; NULL: the stage is over; guard NULL is fine
void guard_run(Guard *guard);                         // from now on there is a run folder to go on from
void guard_end(Guard *guard);                         // NULL is fine

#endif
