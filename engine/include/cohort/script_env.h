// Environments written in Lua: a file that returns a table becomes an environment type like any other.
#ifndef COHORT_SCRIPT_ENV_H
#define COHORT_SCRIPT_ENV_H

#include "cohort/env.h"

// How scripts run. The same bits either way. Zeroed: as fast as can be, `print` is silent.
typedef struct CoScriptLimits {
  bool strict; // no JIT, an instruction budget: whatever does not return is stopped from inside
  void (*print)(void *user, const char *line); // what scripts print, from any thread; NULL: nowhere
  void *user;
} CoScriptLimits;

// A file of the script's own: itself, then what it requires.
typedef struct CoScriptFile {
  const char *name; // "hunters.lua", as the script's folder has it
  const char *text; // [bytes]
  size_t bytes;
} CoScriptFile;

// A script, loaded and checked as far as it can be without playing. Its type's config and settings come from `params`;
// its type lives as long as the script and must not be used after it. Worlds of the type keep it in use too.
typedef struct CoScriptEnv CoScriptEnv;

// Whether the file at `path` looks like an environment (rather than an experiment or a map): the table that it returns
// has `step`. False where it cannot be read as well.
bool co_script_is_env(const char *path);
CoScriptEnv *co_script_env_load(const char *path, const CoScriptLimits *limits, CoError *error);
// From texts in memory (a recording, a run's copies): files[0] is the script.
CoScriptEnv *co_script_env_parse(const CoScriptFile *files, int count, const CoScriptLimits *limits, CoError *error);
void co_script_env_destroy(CoScriptEnv *env);
const CoEnvType *co_script_env_type(const CoScriptEnv *env);
const CoScriptFile *co_script_env_files(const CoScriptEnv *env, int *count);

// The script's own tests, one after the other in alphabetical order: `report` hears each, with "" for a passed one.
// False with a sentence when they cannot run at all; a failed test is no failure of this function.
typedef void CoScriptReport(void *user, const char *test, const char *failure);
bool co_script_env_tests(const CoScriptEnv *env, const CoWorld *world, CoScriptReport *report, void *user,
                         CoError *error);

// State that hides outside the declared one (a local that functions share and change, a table that they fill): plays
// `steps` random steps and compares the variables that functions reach before and after, then one Lua state with
// four. `report` hears each find as a sentence: "my_env.lua:3: 'count' is changed by step: declare it in state".
bool co_script_env_hidden(const CoScriptEnv *env, const CoWorld *world, uint64_t seed, int steps,
                          void (*report)(void *user, const char *sentence), void *user, CoError *error);

// What runs now on any thread, for a watchdog: `calls` grows with each call into a script, `hook` names the running
// one ("step"), NULL when none does. The same calls with a hook for seconds: a script that does not return.
typedef struct CoScriptPulse {
  uint64_t calls;
  uint64_t taken; // bytes of memory that it has asked for so far, collected since or not
  const char *hook;
} CoScriptPulse;
CoScriptPulse co_script_env_pulse(const CoScriptEnv *env, int worker); // of a Lua state, there or gone again
int co_script_env_workers(const CoScriptEnv *env); // the most that there were at a time, of which 256 are watched

// What a script sees, for the API page and the editor's stub: ends with a NULL owner.
typedef struct CoScriptApi {
  const char *owner;     // "environment" (members of the table), "hook", or what has the function: "rng", "math" ...
  const char *name;      // "int"
  const char *signature; // a type in LuaCATS' words: "fun(self: rng, low: integer, high: integer): integer"
  const char *help;
} CoScriptApi;
extern const CoScriptApi co_script_api[];

#endif
