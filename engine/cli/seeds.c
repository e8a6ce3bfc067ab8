// cohort train --seeds N: a process a seed, as many side by side as there are processors for, then a summary.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cohort/file.h"
#include "cohort/stats.h"
#include "result.h"
#include "train.h"

#define MOST 1000
#define LAST_TESTS 10

typedef struct Crew {
  Line *line;
  const TrainOptions *options;
  char base[1400]; // folder of the seeds' folders
  char profile[32];
  uint64_t first; // seed
  int threads;
  pid_t children[MOST]; // 0: not begun; -1: ended
  int begun, ended, worst;
} Crew;

static void seed_folder(const Crew *crew, int i, char *out, size_t capacity) {
  snprintf(out, capacity, "%s/seed-%llu", crew->base, (unsigned long long)crew->first + (unsigned long long)i);
}

// A resumed seed goes on in its folder; one that had not begun starts there with the settings of the first.
static void take_up(const Crew *crew, const char *folder, TrainOptions *options) {
  char config[1520], first[1500];
  snprintf(config, sizeof config, "%s/config.lua", folder);
  seed_folder(crew, 0, first, sizeof first);
  if (co_file_exists(config) || !strcmp(first, folder)) {
    snprintf(options->resume, sizeof options->resume, "%.1000s", folder);
  } else {
    snprintf(options->file, sizeof options->file, "%.1000s/config.lua", first);
    options->resume[0] = '\0';
  }
}

// The child's side: the same line with a seed and a folder of its own.
static int work(const Crew *crew, int i) {
  CoError error = {""};
  TrainOptions options = *crew->options;
  char folder[1500], seed[32], label[48];
  seed_folder(crew, i, folder, sizeof folder);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)crew->first + (unsigned long long)i);
  snprintf(label, sizeof label, "seed %s", seed);
  options.seeds = 0;
  Entry seed_entry = {.owner = "train", .name = "seed", .text = seed};
  Entry out_entry = {.owner = "train", .name = "out", .text = folder};
  if (options.resume[0]) take_up(crew, folder, &options);
  bool resumes = options.resume[0] != '\0';
  if (!entries_add(&crew->line->options, seed_entry, &error) ||
      (!resumes && !entries_add(&crew->line->options, out_entry, &error)))
    return say(&error, EXIT_FAILED);
  return train_one(crew->line, &options, label);
}

static bool begin(Crew *crew) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    int code = work(crew, crew->begun);
    fflush(stdout);
    _exit(code);
  }
  crew->children[crew->begun++] = child;
  return true;
}

static void forward(const Crew *crew) {
  for (int i = 0; i < crew->begun; i++)
    if (crew->children[i] > 0) kill(crew->children[i], SIGTERM);
}

// Waits for one child (or a signal, which goes on to all of them).
static void reap(Crew *crew) {
  int status;
  pid_t child = waitpid(-1, &status, 0);
  if (child < 0) return;
  for (int i = 0; i < crew->begun; i++)
    if (crew->children[i] == child) crew->children[i] = -1;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILED;
  if (code > crew->worst) crew->worst = code;
  crew->ended++;
}

static volatile sig_atomic_t asked;
static void ask(int number) {
  (void)number;
  asked = 1;
}

static void listen(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action); // no SA_RESTART: waitpid must wake
  action.sa_handler = ask;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

static bool run_all(Crew *crew, CoError *error) {
  int seeds = crew->options->seeds, processors = (int)sysconf(_SC_NPROCESSORS_ONLN);
  int jobs = crew->options->jobs ? crew->options->jobs : processors / crew->threads;
  if (jobs < 1) jobs = 1;
  listen();
  while (crew->ended < crew->begun || (crew->begun < seeds && !asked)) {
    if (crew->begun < seeds && crew->begun - crew->ended < jobs && !asked) {
      if (!begin(crew)) return co_fail(error, "cannot start a process for a seed: %s", strerror(errno));
      continue;
    }
    if (asked) forward(crew);
    reap(crew);
  }
  return true;
}

// A line of the summary over the seeds; nothing where a run has no such column.
static void summarise(const Crew *crew, const char *name, const char *column, bool tests, CoWriter *csv) {
  double values[MOST], scratch[MOST];
  char folder[1500];
  int count = 0;
  for (int i = 0; i < crew->options->seeds; i++) {
    seed_folder(crew, i, folder, sizeof folder);
    double *value = &values[count];
    count += tests ? metrics_last(folder, column, LAST_TESTS, value, NULL) : result_number(folder, column, value, NULL);
  }
  if (!count) return;
  CoSummary s = co_summary(values, count, scratch);
  co_write_format(csv, "%s,%s,%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", crew->profile, name, count, s.median, s.quartile1,
                  s.quartile3, s.low, s.high, s.mean);
  printf("%-32s median %.4g, quartiles %.4g to %.4g, range %.4g to %.4g, %d seeds\n", name, s.median, s.quartile1,
         s.quartile3, s.low, s.high, count);
}

static bool summary(const Crew *crew, CoError *error) {
  char path[2048];
  CoWriter csv = {0};
  co_write_format(&csv, "profile,score,seeds,median,quartile1,quartile3,low,high,mean\n");
  summarise(crew, "final_battle_won_mean", "battle_won_mean", false, &csv);
  summarise(crew, "last_tests_battle_won_mean", "test_battle_won_mean", true, &csv);
  summarise(crew, "final_return_mean", "return_mean", false, &csv);
  summarise(crew, "last_tests_return_mean", "test_return_mean", true, &csv);
  snprintf(path, sizeof path, "%s/summary.csv", crew->base);
  bool ok = csv.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, csv.data, csv.size, error);
  co_writer_free(&csv);
  return ok;
}

// The first seed and, where runs are taken up, the folder of its run; its settings speak for all.
static bool begin_with(Crew *crew, TrainOptions *options, CoError *error) {
  CoTrainConfig train;
  co_settings_defaults(&co_train_settings, &train);
  if (!entries_apply(&crew->line->options, TAKER_TRAIN, &co_train_settings, &train, error)) return false;
  *options = *crew->options;
  crew->first = train.seed;
  if (!options->resume[0]) return true;
  snprintf(crew->base, sizeof crew->base, "%s", options->resume);
  snprintf(options->resume, sizeof options->resume, "%.900s/seed-%llu", crew->base, (unsigned long long)crew->first);
  return true;
}

static bool locate(Crew *crew, CoError *error) {
  TrainOptions options;
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return co_fail(error, "no memory for a plan");
  bool ok = begin_with(crew, &options, error) && train_plan(plan, crew->line, &options, true, error);
  crew->first = plan->train.seed;
  crew->threads = plan->train.threads > 0 ? plan->train.threads : 1;
  memcpy(crew->profile, plan->train.profile, sizeof crew->profile);
  if (plan->train.out[0] && !crew->base[0])
    snprintf(crew->base, sizeof crew->base, "%s", plan->train.out);
  else if (ok && !crew->base[0])
    plan_place(plan, crew->base, sizeof crew->base);
  plan_free(plan);
  free(plan);
  return ok;
}

int train_seeds(Line *line, const TrainOptions *options) {
  CoError error = {""};
  Crew *crew = calloc(1, sizeof *crew);
  if (!crew) return EXIT_FAILED;
  crew->line = line;
  crew->options = options;
  int code = EXIT_USAGE;
  if (!locate(crew, &error))
    say(&error, code);
  else if (!run_all(crew, &error) || (crew->worst == EXIT_OK && !asked && !summary(crew, &error)))
    code = say(&error, EXIT_FAILED);
  else
    code = asked && crew->worst == EXIT_OK ? EXIT_STOPPED : crew->worst;
  free(crew);
  return code;
}
