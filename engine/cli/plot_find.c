// What there is to plot: runs, folders of runs, kept curves; and which of them are seeds of one another.
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/script.h"
#include "plot.h"

#define DEEPEST 6 // folders within folders

static bool is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool ends_in(const char *text, const char *end) {
  size_t bytes = strlen(text), tail = strlen(end);
  return bytes > tail && !strcmp(text + bytes - tail, end);
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}

// Where "-seed-12" or "seed-12" begins at a name's end; NULL where it does not end so.
static const char *seed_in(const char *name) {
  const char *end = name + strlen(name), *at = end;
  while (at > name && isdigit((unsigned char)at[-1])) at--;
  if (at == end || at - name < 5 || strncmp(at - 5, "seed-", 5) != 0) return NULL;
  at -= 5;
  return at > name && at[-1] == '-' ? at - 1 : at;
}

static void cut(char *text, const char *at) {
  text[at - text] = '\0';
}

// The last two parts of a path.
static void two_parts(const char *path, char *out, size_t capacity) {
  const char *base = base_of(path), *at = base;
  if (at > path) at--;
  while (at > path && at[-1] != '/') at--;
  snprintf(out, capacity, "%.255s", at);
}

static PlotFile *add(PlotFiles *files, const char *path, CoError *error) {
  if (files->count == files->capacity) {
    int capacity = files->capacity ? 2 * files->capacity : 16;
    PlotFile *items = realloc(files->items, (size_t)capacity * sizeof *items);
    if (!items) {
      co_fail(error, "no memory for %d files", capacity);
      return NULL;
    }
    files->items = items;
    files->capacity = capacity;
  }
  PlotFile *file = &files->items[files->count];
  memset(file, 0, sizeof *file);
  snprintf(file->path, sizeof file->path, "%s", path);
  if (!csv_read(&file->csv, path, error)) {
    csv_free(&file->csv);
    return NULL;
  }
  files->count++;
  return file;
}

// "results/qpd-3m-seed-1.csv" is a seed of "results/qpd-3m".
static bool add_csv(PlotFiles *files, const char *path, CoError *error) {
  PlotFile *file = add(files, path, error);
  if (!file) return false;
  snprintf(file->key, sizeof file->key, "%.*s", (int)(strlen(path) - strlen(".csv")), path);
  const char *seed = seed_in(base_of(file->key));
  if (seed && seed > base_of(file->key)) cut(file->key, seed);
  snprintf(file->label, sizeof file->label, "%.127s", base_of(file->key));
  two_parts(file->key, file->longer, sizeof file->longer);
  return true;
}

// Settings that make no other experiment of a run.
static bool is_incidental(const char *line) {
  static const char *const names[] = {"seed ", "steps ", "threads ", "out ", "checkpoint_interval ", "cohort "};
  line += strspn(line, " ");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (!strncmp(line, names[i], strlen(names[i]))) return true;
  return false;
}

static uint64_t config_hash(const char *path) {
  uint64_t hash = 0;
  char *text = co_file_read(path, (size_t)1 << 20, NULL, NULL);
  for (const char *line = text; line && *line;) {
    size_t bytes = strcspn(line, "\n");
    if (!is_incidental(line)) hash = co_hash(hash, line, bytes);
    line += bytes + (line[bytes] == '\n');
  }
  free(text);
  return hash;
}

static void copy_setting(const CoValue *train, const char *name, char *out, size_t capacity) {
  const CoValue *value = train ? co_value_find(train, name) : NULL;
  snprintf(out, capacity, "%s", value && value->string ? value->string : "");
}

// RUNS/qpd/seed-1 is a seed of RUNS/qpd. Another folder's run is one with those of the same settings but for the seed.
static bool add_run(PlotFiles *files, const char *folder, CoError *error) {
  char path[2048], algo[128];
  snprintf(path, sizeof path, "%s/metrics.csv", folder);
  PlotFile *file = add(files, path, error);
  if (!file) return false;
  snprintf(path, sizeof path, "%s/config.lua", folder);
  CoValue *config = co_file_exists(path) ? co_script_load(path, NULL) : NULL;
  const CoValue *train = config ? co_value_find(config, "train") : NULL;
  copy_setting(train, "env", file->env, sizeof file->env);
  copy_setting(train, "algo", algo, sizeof algo);
  if (ends_in(file->env, ".lua")) memmove(file->env, base_of(file->env), strlen(base_of(file->env)) + 1);
  co_value_destroy(config);
  snprintf(file->key, sizeof file->key, "%s", folder);
  const char *base = base_of(file->key);
  if (seed_in(base) == base && base > file->key) {
    cut(file->key, base - 1);
    snprintf(file->label, sizeof file->label, "%.127s", base_of(file->key));
    two_parts(file->key, file->longer, sizeof file->longer);
  } else {
    snprintf(file->label, sizeof file->label, "%.127s", algo[0] ? algo : base);
    snprintf(file->longer, sizeof file->longer, "%.255s", base);
    if (algo[0]) snprintf(file->key, sizeof file->key, "%016llx", (unsigned long long)config_hash(path));
  }
  return true;
}

static int is_shown(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

// What a run holds besides its metrics.
static bool is_other(const char *name) {
  return !strcmp(name, "result.csv") || !strcmp(name, "summary.csv") || !strcmp(name, "timing.csv");
}

static bool search(PlotFiles *files, const char *folder, int depth, CoError *error) {
  char path[PATH_MAX];
  struct dirent **entries;
  snprintf(path, sizeof path, "%s/metrics.csv", folder);
  if (co_file_exists(path)) return add_run(files, folder, error);
  int count = scandir(folder, &entries, is_shown, alphasort);
  bool ok = true;
  for (int i = 0; i < count; i++) {
    const char *name = entries[i]->d_name;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (ok && is_folder(path))
      ok = depth == DEEPEST || search(files, path, depth + 1, error);
    else if (ok && ends_in(name, ".csv") && !is_other(name))
      ok = add_csv(files, path, error);
    free(entries[i]);
  }
  if (count >= 0) free(entries);
  return ok;
}

static bool find(PlotFiles *files, const char *word, CoError *error) {
  char path[PATH_MAX];
  int before = files->count;
  if (!realpath(word, path)) return co_fail(error, "%s: no such run, folder or file", word);
  if (is_folder(path))
    return search(files, path, 0, error) &&
           (files->count > before || co_fail(error, "%s holds no metrics: no run, and no .csv", word));
  if (strcmp(base_of(path), "metrics.csv") != 0) return add_csv(files, path, error);
  cut(path, base_of(path) - 1);
  return add_run(files, path, error);
}

bool plot_find(PlotFiles *files, const char *word, CoError *error) {
  const char *equals = strchr(word, '=');
  int before = files->count;
  if (!equals || equals == word || co_file_exists(word)) return find(files, word, error);
  if (!find(files, equals + 1, error)) return false;
  for (int i = before; i < files->count; i++) {
    PlotFile *file = &files->items[i];
    snprintf(file->label, sizeof file->label, "%.*s", (int)(equals - word), word);
    snprintf(file->longer, sizeof file->longer, "%.127s", file->label);
    snprintf(file->key, sizeof file->key, "=%.127s", file->label);
  }
  return true;
}

void plot_files_free(PlotFiles *files) {
  for (int i = 0; i < files->count; i++) csv_free(&files->items[i].csv);
  free(files->items);
}
