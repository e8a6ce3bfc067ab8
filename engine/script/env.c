// Environments in Lua: a script loaded, checked as far as it can be without playing, and its type.
#include <assert.h>
#include <string.h>

#include "cohort/file.h"
#include "env.h"
#include "lexer.h"

static CoScriptEnv *create(const CoScriptLimits *limits, CoError *error) {
  CoScriptEnv *env = calloc(1, sizeof *env);
  if (!env) {
    co_fail(error, "out of memory for a script");
    return NULL;
  }
  if (limits) env->limits = *limits;
  env->beats = co_keep(&env->keep, CO_SCRIPT_WATCHED, sizeof *env->beats);
  env->workers = co_keep(&env->keep, 1, sizeof *env->workers);
  if (env->beats && env->workers) return env;
  co_fail(error, "out of memory for a script");
  co_script_env_destroy(env);
  return NULL;
}

static bool read_type(lua_State *lua, void *user, CoError *error) {
  return co_script_type_build(user, lua, error);
}

static bool check_twice(const CoScriptEnv *env, CoError *error) {
  const CoLine *first = NULL, *twice = co_lines_twice(&env->lines, &first);
  if (!twice || !twice->key) return true;
  return co_fail(error, "%s:%d: '%.*s' is given twice, first on line %d", env->files[0].name, twice->line,
                 (int)twice->bytes, twice->key, first->line);
}

// A world with the defaults: what it refuses, the script has wrong.
static bool try_defaults(const CoScriptEnv *env, CoError *error) {
  const CoSettings *settings = &env->type.settings;
  void *config = calloc(1, settings->bytes);
  if (!config) return co_fail(error, "%s: out of memory", env->files[0].name);
  co_settings_defaults(settings, config);
  void *self = co_script_open(&env->type, config, error);
  if (self) co_script_close(self);
  free(config);
  return self != NULL;
}

static bool check(CoScriptEnv *env, CoError *error) {
  const CoScriptFile *file = &env->files[0];
  env->stem = co_keep_text(&env->keep, file->name);
  if (!env->stem) return co_fail(error, "%s: out of memory", file->name);
  env->stem[strlen(env->stem) - 4] = '\0';
  if (!co_script_files_scan(env, error)) return false;
  env->lines = co_lines_read(file->text, file->bytes);
  CoWorker *worker = co_worker_open(env, NULL, NULL, error);
  bool done = worker && co_worker_declare(worker, NULL, true, error) && check_twice(env, error) &&
              co_worker_read(worker, read_type, env, error);
  co_worker_close(worker);
  return done && try_defaults(env, error);
}

CoScriptEnv *co_script_env_load(const char *path, const CoScriptLimits *limits, CoError *error) {
  CoScriptEnv *env = create(limits, error);
  if (!env) return NULL;
  if (co_script_files_load(env, path, error) && check(env, error)) return env;
  co_script_env_destroy(env);
  return NULL;
}

CoScriptEnv *co_script_env_parse(const CoScriptFile *files, int count, const CoScriptLimits *limits, CoError *error) {
  assert(count >= 1);
  CoScriptEnv *env = create(limits, error);
  if (!env) return NULL;
  if (co_script_files_copy(env, files, count, error) && check(env, error)) return env;
  co_script_env_destroy(env);
  return NULL;
}

void co_script_env_destroy(CoScriptEnv *env) {
  if (!env) return;
  co_lines_free(&env->lines);
  co_keep_free(&env->keep);
  free(env);
}

const CoEnvType *co_script_env_type(const CoScriptEnv *env) {
  return &env->type;
}

const CoScriptFile *co_script_env_files(const CoScriptEnv *env, int *count) {
  *count = env->count;
  return env->files;
}

// The text alone tells: the table that the file returns has `step`, or it assigns a member of that name.
static bool looks_like(const char *text, size_t bytes) {
  CoLexer lexer = co_lexer(text, bytes);
  for (co_lexer_next(&lexer); lexer.token.kind != CO_TOKEN_END;) {
    bool step = co_token_is(&lexer.token, CO_TOKEN_NAME, "step");
    co_lexer_next(&lexer);
    if (!step || !co_lexer_symbol(&lexer, "=")) continue;
    co_lexer_next(&lexer);
    if (co_token_is(&lexer.token, CO_TOKEN_NAME, "function")) return true;
  }
  return false;
}

bool co_script_is_env(const char *path) {
  size_t bytes;
  char *text = co_file_read(path, (size_t)1 << 20, &bytes, NULL);
  if (!text) return false;
  bool found = looks_like(text, bytes);
  free(text);
  return found;
}

CoScriptPulse co_script_env_pulse(const CoScriptEnv *env, int worker) {
  assert(worker >= 0 && worker < CO_SCRIPT_WATCHED);
  CoBeat *beat = &env->beats[worker];
  uint64_t calls = atomic_load_explicit(&beat->calls, memory_order_relaxed);
  return (CoScriptPulse){calls, atomic_load_explicit(&beat->taken, memory_order_relaxed),
                         atomic_load_explicit(&beat->hook, memory_order_relaxed)};
}

int co_script_env_workers(const CoScriptEnv *env) {
  return atomic_load(env->workers);
}
