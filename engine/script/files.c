// A script's texts: read from its folder together with what it requires, or handed over.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cohort/file.h"
#include "env.h"
#include "lexer.h"

#define MOST_FILES 64
#define MOST_INFOS 1000
#define FILE_BYTES ((size_t)1 << 20)

static bool no_memory(CoError *error) {
  return co_fail(error, "out of memory for a script");
}

static bool is_module(const CoToken *token) {
  for (size_t i = 0; i < token->bytes; i++) {
    char letter = token->text[i];
    bool fine = letter == '_' || letter == '-' || (letter >= '0' && letter <= '9') ||
                (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    if (!fine) return false;
  }
  return token->bytes > 0 && token->bytes < 100;
}

// Takes a file's text over: a copy of text[bytes], without the mark that some editors put first.
static bool add(CoScriptEnv *env, const char *name, const char *text, size_t bytes, CoError *error) {
  while (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, bytes -= 3;
  if (bytes > 0 && text[0] == LUA_SIGNATURE[0]) return co_fail(error, "%s: is compiled Lua, must be text", name);
  if (bytes > 0 && text[0] == '#') return co_fail(error, "%s:1: begins with '#', must be Lua", name);
  if (bytes > FILE_BYTES) return co_fail(error, "%s: is larger than 1 MiB", name);
  if (env->count == MOST_FILES) return co_fail(error, "%s: more than %d files", env->files[0].name, MOST_FILES);
  if (!env->files) env->files = co_keep(&env->keep, MOST_FILES, sizeof *env->files);
  char *copy = co_keep(&env->keep, bytes + 1, 1), *own = co_keep_text(&env->keep, name);
  if (!env->files || !copy || !own) return no_memory(error);
  memcpy(copy, text, bytes);
  env->files[env->count++] = (CoScriptFile){own, copy, bytes};
  return true;
}

const CoScriptFile *co_script_file(const CoScriptEnv *env, const char *module) {
  size_t bytes = strlen(module);
  for (int i = 0; i < env->count; i++) {
    const char *name = env->files[i].name;
    if (strlen(name) == bytes + 4 && memcmp(name, module, bytes) == 0) return &env->files[i];
  }
  return NULL;
}

static bool read_file(CoScriptEnv *env, const char *path, const char *name, CoError *error) {
  size_t bytes;
  char *text = co_file_read(path, FILE_BYTES, &bytes, error);
  if (!text) return false;
  bool done = add(env, name, text, bytes, error);
  free(text);
  return done;
}

// A file that `from` requires in a plain string; one that is there already is fine.
static bool follow(CoScriptEnv *env, const char *folder, size_t folder_bytes, const CoScriptFile *from,
                   const CoToken *module, CoError *error) {
  char name[128], path[4096];
  if (!is_module(module))
    return co_fail(error, "%s:%d: require: '%.*s' is no name of letters, digits, '_' and '-'", from->name, module->line,
                   (int)(module->bytes < 100 ? module->bytes : 100), module->text);
  snprintf(name, sizeof name, "%.*s", (int)module->bytes, module->text);
  if (co_script_file(env, name)) return true;
  snprintf(name, sizeof name, "%.*s.lua", (int)module->bytes, module->text);
  int length = snprintf(path, sizeof path, "%.*s%s", (int)folder_bytes, folder, name);
  if (length >= (int)sizeof path) return co_fail(error, "%s: the path is too long", from->name);
  struct stat facts; // links lead out of the folder, pipes and devices never end
  if (lstat(path, &facts) == 0 && !S_ISREG(facts.st_mode))
    return co_fail(error, "%s:%d: require: %s is no plain file", from->name, module->line, name);
  return read_file(env, path, name, error) || co_fail_within(error, "%s:%d: require", from->name, module->line);
}

static bool follow_all(CoScriptEnv *env, const char *folder, size_t folder_bytes, CoError *error) {
  for (int i = 0; i < env->count; i++) {
    CoScriptFile file = env->files[i];
    CoLexer lexer = co_lexer(file.text, file.bytes);
    for (co_lexer_next(&lexer); lexer.token.kind != CO_TOKEN_END;) {
      bool requires = co_token_is(&lexer.token, CO_TOKEN_NAME, "require");
      co_lexer_next(&lexer);
      if (requires && co_lexer_symbol(&lexer, "(")) co_lexer_next(&lexer);
      if (requires && lexer.token.kind == CO_TOKEN_STRING &&
          !follow(env, folder, folder_bytes, &file, &lexer.token, error))
        return false;
    }
  }
  return true;
}

bool co_script_files_load(CoScriptEnv *env, const char *path, CoError *error) {
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  size_t folder_bytes = (size_t)(name - path), bytes = strlen(name);
  if (bytes < 5 || strcmp(name + bytes - 4, ".lua") != 0) return co_fail(error, "%s: must end in .lua", path);
  return read_file(env, path, name, error) && follow_all(env, path, folder_bytes, error);
}

bool co_script_files_copy(CoScriptEnv *env, const CoScriptFile *files, int count, CoError *error) {
  for (int i = 0; i < count; i++) {
    size_t bytes = strlen(files[i].name);
    if (bytes < 5 || strcmp(files[i].name + bytes - 4, ".lua") != 0 || strchr(files[i].name, '/'))
      return co_fail(error, "%s: must be a bare name that ends in .lua", files[i].name);
    if (!add(env, files[i].name, files[i].text, files[i].bytes, error)) return false;
  }
  return true;
}

static bool add_info(CoScriptEnv *env, const CoToken *name) {
  for (int i = 0; i < env->infos_count; i++)
    if (strlen(env->infos[i]) == name->bytes && memcmp(env->infos[i], name->text, name->bytes) == 0) return true;
  char **names = co_keep(&env->keep, (size_t)env->infos_count + 1, sizeof *names);
  char *copy = co_keep(&env->keep, name->bytes + 1, 1);
  if (!names || !copy) return false;
  if (env->infos_count) memcpy(names, env->infos, (size_t)env->infos_count * sizeof *names);
  memcpy(copy, name->text, name->bytes);
  names[env->infos_count++] = copy;
  env->infos = names;
  return true;
}

// `: info ( "name"`
static bool scan_infos(CoScriptEnv *env, const CoScriptFile *file) {
  static const char *const wanted[] = {":", "info", "("};
  CoLexer lexer = co_lexer(file->text, file->bytes);
  int matched = 0;
  for (co_lexer_next(&lexer); lexer.token.kind != CO_TOKEN_END; co_lexer_next(&lexer)) {
    if (matched == 3 && lexer.token.kind == CO_TOKEN_STRING && env->infos_count < MOST_INFOS &&
        !add_info(env, &lexer.token))
      return false;
    bool next =
        matched < 3 && co_token_is(&lexer.token, matched == 1 ? CO_TOKEN_NAME : CO_TOKEN_SYMBOL, wanted[matched]);
    matched = next ? matched + 1 : co_lexer_symbol(&lexer, ":");
  }
  return true;
}

bool co_script_files_scan(CoScriptEnv *env, CoError *error) {
  for (int i = 0; i < env->count; i++) {
    if (!co_script_dialect(&env->files[i], error)) return false;
    if (!scan_infos(env, &env->files[i])) return no_memory(error);
    if (env->infos_count >= MOST_INFOS)
      return co_fail(error, "%s: %d names for out:info are too many", env->files[i].name, MOST_INFOS);
  }
  return true;
}
