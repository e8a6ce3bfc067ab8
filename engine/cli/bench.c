// cohort bench: which figures, and opening what they need.
#include "bench.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cohort/blas.h"

#define T BenchOptions
static const CoField fields[] = {
    CO_NUMBER(T, seconds, "2", 0.01, 3600, "time spent on each figure"),
    CO_INT(T, steps, "60000", 100, 1e9, "environment steps of the training figure"),
    CO_STRING(T, data, "", "folder of maps"),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(BenchOptions), .fields = fields};

static const struct Figure {
  const char *name;
  bool (*run)(const BenchOptions *options, CoError *error);
} figures[] = {
    {"memory", bench_memory}, // first: it reads what the process holds
    {"gemm", bench_gemm},       {"env", bench_env},     {"tabular", bench_tabular},
    {"update", bench_update},   {"train", bench_train}, {"ppo", bench_ppo},
    {"control", bench_control}, {"games", bench_games}, {"selfplay", bench_selfplay},
};
#define FIGURES (sizeof figures / sizeof figures[0])

double bench_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool bench_open(Plan *plan, const char *env, const char *algo, const char *profile, bool strict,
                const BenchOptions *options, CoError *error) {
  Entry given[] = {{.owner = "train", .name = "algo", .text = algo},
                   {.owner = "train", .name = "profile", .text = profile}};
  const Line line = {.command = "bench", .options = {given, 2, 2}};
  const PlanWishes wishes = {.data = options->data, .place = env, .players = true, .strict = strict};
  return plan_make(plan, &line, &wishes, error);
}

static int unknown(const char *name) {
  const char *names[FIGURES + 1] = {NULL};
  CoError error;
  for (size_t i = 0; i < FIGURES; i++) names[i] = figures[i].name;
  const char *near = co_nearest(name, names);
  if (near)
    co_fail(&error, "unknown figure '%s' (did you mean '%s'?)", name, near);
  else
    co_fail(&error, "unknown figure '%s': cohort bench --help lists them", name);
  return say(&error, EXIT_USAGE);
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text, "cohort bench [");
  for (size_t i = 0; i < FIGURES; i++) co_write_format(&text, "%s%s", i ? "|" : "", figures[i].name);
  co_write_format(&text, "]\n\n");
  co_settings_help(&settings, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int run(const char *name, const BenchOptions *options) {
  CoError error;
  bool any = false;
  for (size_t i = 0; i < FIGURES; i++) {
    if (name && strcmp(figures[i].name, name) != 0) continue;
    any = true;
    if (!figures[i].run(options, &error)) return say(&error, EXIT_FAILED);
    fflush(stdout);
  }
  return any ? EXIT_OK : unknown(name);
}

int command_bench(Line *line) {
  CoError error = {""};
  BenchOptions options;
  const CoSettings *const tables[] = {&settings, NULL};
  co_settings_defaults(&settings, &options);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error))
    return say(&error, EXIT_USAGE);
  printf("cohort %s, commit %s, %s, core %s; one thread, processor time\n", COHORT_VERSION, commit, co_blas_library(),
         co_blas_core());
  if (!co_blas_check(&error)) say(&error, EXIT_OK);
  return run(line->place_count ? line->places[0] : NULL, &options);
}
