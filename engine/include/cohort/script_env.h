// Environments written in Lua: a file that returns a table becomes an environment type like any other.
#ifndef COHORT_SCRIPT_ENV_H
#define COHORT_SCRIPT_ENV_H

#include "cohort/env.h"

// How scripts run. The same bits either way.
typedef struct CoScriptLimits {
  bool strict; // no JIT, an instruction budget: whatever does not return is stopped from inside
} CoScriptLimits;

// A file of the script's own: itself, then what it requires.
typedef struct CoScriptFile {
  const char *name; // "hunters.lua", as the script's folder has it
  const char *text; // [bytes]
  size_t bytes;
} CoScriptFile;

// A script, loaded and checked as far as it can be without playing. Its type's config and settings come from `params`;
// its type lives as long as the script and must not be used after it.
typedef struct CoScriptEnv CoScriptEnv;

// Whether the file at `path` looks like an environment (rather than an experiment or a map): it returns a table that
// has `step`. False where it cannot be read as well.
bool co_script_is_env(const char *path);
CoScriptEnv *co_script_env_load(const char *path, const CoScriptLimits *limits, CoError *error);
// From texts in memory (a recording, a run's copies): files[0] is the script.
CoScriptEnv *co_script_env_parse(const CoScriptFile *files, int count, const CoScriptLimits *limits, CoError *error);
void co_script_env_destroy(CoScriptEnv *env);
const CoEnvType *co_script_env_type(const CoScriptEnv *env);
const CoScriptFile *co_script_env_files(const CoScriptEnv *env, int *count);

#endif
