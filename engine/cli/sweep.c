// Experiments that sweep: a setting that is a list makes a grid, a run for each combination, all in one folder with a
// summary. lr = { 0.001, 0.0005 }, seed = { 1, 2, 3 } makes six.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"
#include "cohort/stats.h"
#include "crew.h"
#include "result.h"
#include "train.h"

#define AXES 16
#define WORD 256 // bytes of a value as text
#define TEXT_MOST ((size_t)4 << 20)

typedef struct Axis {
  const char *owner; // NULL: whichever table knows the name
  const CoValue *list;
} Axis;

typedef struct Sweep {
  Line *line;
  const TrainOptions *options;
  char path[1024]; // the experiment
  CoValue *file;   // owned
  Axis axes[AXES];
  int axis_count, runs, threads;
  char base[1400]; // folder of the runs' folders
} Sweep;

// One combination: a setting for each axis, and what it is called.
typedef struct Pick {
  Entry entries[AXES];
  char words[AXES][WORD];
  char label[1024];
} Pick;

static bool word_of(const CoValue *item, char *out, CoError *error) {
  if (item->type == CO_VALUE_NUMBER)
    snprintf(out, WORD, "%.15g", item->number);
  else if (item->type == CO_VALUE_BOOL)
    snprintf(out, WORD, "%s", item->boolean ? "true" : "false");
  else if (item->type == CO_VALUE_STRING && strlen(item->string) < WORD)
    snprintf(out, WORD, "%s", item->string);
  else
    return co_value_fail(item, error, "must be a number, a word, true or false");
  return true;
}

static bool add_axis(Sweep *sweep, const char *owner, const CoValue *value, CoError *error) {
  char word[WORD];
  if (value->type != CO_VALUE_LIST || value->count == 0) return true;
  if (sweep->axis_count == AXES) return co_value_fail(value, error, "is one list too many: %d are allowed", AXES);
  for (int i = 0; i < value->count; i++)
    if (!word_of(&value->items[i], word, error)) return false;
  if ((long)sweep->runs * value->count > CREW_MOST)
    return co_value_fail(value, error, "makes more than %d runs", CREW_MOST);
  sweep->axes[sweep->axis_count++] = (Axis){owner, value};
  sweep->runs *= value->count;
  return true;
}

static bool find_axes(Sweep *sweep, CoError *error) {
  sweep->runs = 1;
  for (int i = 0; sweep->file->type == CO_VALUE_TABLE && i < sweep->file->count; i++) {
    const CoValue *value = &sweep->file->items[i];
    if (!add_axis(sweep, NULL, value, error)) return false;
    for (int j = 0; value->type == CO_VALUE_TABLE && j < value->count; j++)
      if (!add_axis(sweep, value->key, &value->items[j], error)) return false;
  }
  return true;
}

// The last axis changes fastest.
static const CoValue *item_of(const Sweep *sweep, int axis, int run) {
  for (int i = sweep->axis_count - 1; i > axis; i--) run /= sweep->axes[i].list->count;
  return &sweep->axes[axis].list->items[run % sweep->axes[axis].list->count];
}

static void pick(const Sweep *sweep, int run, Pick *out) {
  size_t used = 0;
  out->label[0] = '\0';
  for (int i = 0; i < sweep->axis_count; i++) {
    const Axis *axis = &sweep->axes[i];
    word_of(item_of(sweep, i, run), out->words[i], NULL);
    out->entries[i] = (Entry){.owner = axis->owner, .name = axis->list->key, .text = out->words[i]};
    int bytes =
        snprintf(out->label + used, sizeof out->label - used, "%s%s=%s", i ? "," : "", axis->list->key, out->words[i]);
    used += (size_t)bytes < sizeof out->label - used ? (size_t)bytes : sizeof out->label - used - 1;
  }
}

static void folder_of(const Sweep *sweep, const Pick *picked, char *out, size_t capacity) {
  size_t used = (size_t)snprintf(out, capacity, "%s/", sweep->base);
  for (const char *at = picked->label; *at && used + 1 < capacity; at++)
    out[used++] = isalnum((unsigned char)*at) || strchr("_-.,=", *at) ? *at : '-';
  out[used] = '\0';
}

static bool holds(const char *folder, const char *file) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, file);
  return co_file_exists(path);
}

static bool extended(const Line *line) {
  for (int i = 0; i < line->options.count; i++)
    if (!strcmp(line->options.items[i].name, "steps")) return true;
  return false;
}

// The child's side: this combination in a folder of its own. One that has ended is left alone.
static int work(void *user, int run) {
  const Sweep *sweep = user;
  CoError error = {""};
  Pick picked;
  char folder[2600];
  TrainOptions options = *sweep->options;
  pick(sweep, run, &picked);
  folder_of(sweep, &picked, folder, sizeof folder);
  if (strlen(folder) >= sizeof options.resume) {
    co_fail(&error, "%s: the name is too long", folder);
    return say(&error, EXIT_FAILED);
  }
  if (holds(folder, "result.csv") && !extended(sweep->line)) return EXIT_OK;
  options.resume[0] = options.file[0] = '\0';
  if (holds(folder, "config.lua")) {
    snprintf(options.resume, sizeof options.resume, "%.*s", (int)sizeof options.resume - 1, folder);
  } else {
    const Entry out = {.owner = "train", .name = "out", .text = folder};
    snprintf(options.file, sizeof options.file, "%s", sweep->path);
    options.picks = picked.entries;
    options.pick_count = sweep->axis_count;
    if (!entries_add(&sweep->line->options, out, &error)) return say(&error, EXIT_FAILED);
  }
  return train_one(sweep->line, &options, picked.label);
}

// --- before the first run: is every combination one that can be trained? ---

static void base_of(const Plan *plan, const Sweep *sweep, char *out, size_t capacity) {
  const char *slash = strrchr(sweep->path, '/'), *name = slash ? slash + 1 : sweep->path;
  if (sweep->options->resume[0])
    snprintf(out, capacity, "%s", sweep->options->resume);
  else if (plan->train.out[0])
    snprintf(out, capacity, "%s", plan->train.out);
  else
    snprintf(out, capacity, "runs/%.*s", (int)strcspn(name, "."), name);
}

static bool try_one(Sweep *sweep, int run, bool write, CoError *error) {
  Pick picked;
  TrainOptions options = *sweep->options;
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return co_fail(error, "no memory for a plan");
  pick(sweep, run, &picked);
  options.resume[0] = '\0';
  snprintf(options.file, sizeof options.file, "%s", sweep->path);
  options.picks = picked.entries;
  options.pick_count = sweep->axis_count;
  bool ok = train_plan(plan, sweep->line, &options, true, error) || co_fail_within(error, "%s", picked.label);
  if (!ok) plan_quote(plan, error);
  if (run == 0 && ok) {
    base_of(plan, sweep, sweep->base, sizeof sweep->base);
    sweep->threads = plan->train.threads > 0 ? plan->train.threads : 1;
  }
  if (ok && write) ok = plan_write_script(plan, sweep->base, error);
  plan_free(plan);
  free(plan);
  return ok;
}

// The folder keeps the experiment and its scripts: it can be gone on with when they have changed.
static bool keep(Sweep *sweep, CoError *error) {
  char path[2048];
  size_t bytes;
  if (sweep->options->resume[0]) return true;
  if (holds(sweep->base, "experiment.lua"))
    return co_fail(error, "%s holds a sweep already: go on with --resume %s, or name another --out", sweep->base,
                   sweep->base);
  char *text = co_file_read(sweep->path, TEXT_MOST, &bytes, error);
  snprintf(path, sizeof path, "%s/experiment.lua", sweep->base);
  bool ok = text && co_folder_create(sweep->base, error);
  for (int i = 0; ok && i < sweep->runs; i++) ok = try_one(sweep, i, true, error);
  ok = ok && co_file_write(path, text, bytes, error);
  free(text);
  return ok;
}

static bool prepare(Sweep *sweep, CoError *error) {
  if (sweep->options->seeds)
    return co_fail(error, "a sweep has its seeds in the experiment: seed = { 1, 2, 3 } instead of --seeds");
  for (int i = 0; i < sweep->runs; i++)
    if (!try_one(sweep, i, false, error)) return false;
  return keep(sweep, error);
}

// --- afterwards ---

#define SCORES 4
static const struct Score {
  const char *name, *column;
  bool tests; // of metrics.csv: the mean of the last ten
} scores[SCORES] = {{"final_battle_won_mean", "battle_won_mean", false},
                    {"last_tests_battle_won_mean", "test_battle_won_mean", true},
                    {"final_return_mean", "return_mean", false},
                    {"last_tests_return_mean", "test_return_mean", true}};

static bool score_of(const char *folder, const struct Score *score, double *value) {
  return score->tests ? metrics_last(folder, score->column, 10, value, NULL)
                      : result_number(folder, score->column, value, NULL);
}

// Which scores any of the runs has.
static void find_scores(const Sweep *sweep, bool *known) {
  memset(known, 0, SCORES * sizeof *known);
  for (int run = 0; run < sweep->runs; run++) {
    Pick picked;
    char folder[2600];
    double value;
    pick(sweep, run, &picked);
    folder_of(sweep, &picked, folder, sizeof folder);
    for (int i = 0; i < SCORES; i++) known[i] = score_of(folder, &scores[i], &value) || known[i];
  }
}

static void csv_word(CoWriter *csv, const char *word) {
  bool plain = !strpbrk(word, ",\"\n");
  co_write_format(csv, plain ? "%s," : "\"%s\",", word);
}

static void csv_row(const Sweep *sweep, int run, const bool *known, CoWriter *csv) {
  Pick picked;
  char folder[2600];
  double value;
  pick(sweep, run, &picked);
  folder_of(sweep, &picked, folder, sizeof folder);
  for (int i = 0; i < sweep->axis_count; i++) csv_word(csv, picked.words[i]);
  for (int i = 0; i < SCORES; i++)
    if (known[i]) co_write_format(csv, score_of(folder, &scores[i], &value) ? "%.6g," : ",", value);
  csv->size--; // the last comma
  co_write_format(csv, "\n");
}

static bool is_seed(const Axis *axis) {
  return !strcmp(axis->list->key, "seed");
}

// Whether two runs differ in nothing but the seed.
static bool akin(const Sweep *sweep, int a, int b) {
  for (int i = 0; i < sweep->axis_count; i++)
    if (!is_seed(&sweep->axes[i]) && item_of(sweep, i, a) != item_of(sweep, i, b)) return false;
  return true;
}

static void name_group(const Sweep *sweep, int run, char *out, size_t capacity) {
  Pick picked;
  size_t used = 0;
  out[0] = '\0';
  pick(sweep, run, &picked);
  for (int i = 0; i < sweep->axis_count; i++)
    if (!is_seed(&sweep->axes[i]) && used < capacity)
      used += (size_t)snprintf(out + used, capacity - used, "%s%s=%s", used ? ", " : "", sweep->axes[i].list->key,
                               picked.words[i]);
  if (!out[0]) snprintf(out, capacity, "all");
}

// One line for the runs that differ in their seed alone: the final score, the win rate where there is one.
static void print_group(const Sweep *sweep, int first) {
  double values[CREW_MOST], scratch[CREW_MOST];
  char name[1024], folder[2600];
  int count = 0, which = 0;
  for (; which < SCORES && count == 0; which += 2)
    for (int run = first; run < sweep->runs; run++) {
      Pick picked;
      if (!akin(sweep, first, run)) continue;
      pick(sweep, run, &picked);
      folder_of(sweep, &picked, folder, sizeof folder);
      count += score_of(folder, &scores[which], &values[count]);
    }
  if (!count) return;
  CoSummary s = co_summary(values, count, scratch);
  name_group(sweep, first, name, sizeof name);
  printf("%-40s %s median %.4g, range %.4g to %.4g, %d run%s\n", name, scores[which - 2].name, s.median, s.low, s.high,
         count, count == 1 ? "" : "s");
}

static bool summarise(const Sweep *sweep, CoError *error) {
  char path[2048];
  CoWriter csv = {0};
  bool known[SCORES];
  find_scores(sweep, known);
  for (int i = 0; i < sweep->axis_count; i++) csv_word(&csv, sweep->axes[i].list->key);
  for (int i = 0; i < SCORES; i++)
    if (known[i]) csv_word(&csv, scores[i].name);
  csv.size--; // the last comma
  co_write_format(&csv, "\n");
  for (int run = 0; run < sweep->runs; run++) csv_row(sweep, run, known, &csv);
  snprintf(path, sizeof path, "%s/summary.csv", sweep->base);
  bool ok = csv.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, csv.data, csv.size, error);
  co_writer_free(&csv);
  for (int run = 0; run < sweep->runs; run++) {
    bool told = false;
    for (int other = 0; other < run; other++) told = told || akin(sweep, other, run);
    if (!told) print_group(sweep, run);
  }
  if (ok) printf("%s: %d runs\n", path, sweep->runs);
  return ok;
}

static int run_all(Sweep *sweep) {
  CoError error = {""};
  if (!prepare(sweep, &error)) return say(&error, EXIT_USAGE);
  const Crew crew = {sweep->runs, sweep->options->jobs, sweep->threads, work, sweep};
  int code = crew_run(&crew, &error);
  if (code < 0 || (code == EXIT_OK && !summarise(sweep, &error))) return say(&error, EXIT_FAILED);
  if (code != EXIT_STOPPED && code != EXIT_DROPPED) return code;
  co_fail(&error, "the sweep is interrupted: --resume %s goes on", sweep->base);
  return say(&error, code);
}

// The experiment of the line, or the one that a sweep's folder keeps.
static bool find_file(Sweep *sweep) {
  const char *file = train_file(sweep->line, sweep->options);
  const char *folder = sweep->options->resume;
  bool resumes = *folder && !holds(folder, "config.lua") && holds(folder, "experiment.lua");
  if (*folder && !resumes) return false;
  if (resumes) snprintf(sweep->path, sizeof sweep->path, "%.1000s/experiment.lua", folder);
  if (file && !resumes) snprintf(sweep->path, sizeof sweep->path, "%s", file);
  return sweep->path[0] != '\0';
}

bool train_sweep(Line *line, const TrainOptions *options, int *code) {
  CoError error = {""};
  Sweep sweep = {.line = line, .options = options};
  if (!find_file(&sweep) || !(sweep.file = co_script_load(sweep.path, NULL))) return false;
  bool fine = find_axes(&sweep, &error), swept = !fine || sweep.axis_count > 0;
  if (swept) *code = fine ? run_all(&sweep) : say(&error, EXIT_USAGE);
  co_value_destroy(sweep.file);
  return swept;
}
