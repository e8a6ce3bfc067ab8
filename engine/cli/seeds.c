// cohort train --seeds N: a process a seed, as many side by side as there are processors for, then a summary.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/stats.h"
#include "crew.h"
#include "result.h"
#include "train.h"

#define LAST_TESTS 10

typedef struct Seeds {
  Line *line;
  const TrainOptions *options;
  char base[1400]; // folder of the seeds' folders
  char profile[32];
  uint64_t first; // seed
  int threads;
} Seeds;

static void seed_folder(const Seeds *seeds, int i, char *out, size_t capacity) {
  snprintf(out, capacity, "%s/seed-%llu", seeds->base, (unsigned long long)seeds->first + (unsigned long long)i);
}

// A resumed seed goes on in its folder; one that had not begun starts there with the settings of the first.
static void take_up(const Seeds *seeds, const char *folder, TrainOptions *options) {
  char config[1520], first[1500];
  snprintf(config, sizeof config, "%s/config.lua", folder);
  seed_folder(seeds, 0, first, sizeof first);
  if (co_file_exists(config) || !strcmp(first, folder)) {
    snprintf(options->resume, sizeof options->resume, "%.1000s", folder);
  } else {
    snprintf(options->file, sizeof options->file, "%.1000s/config.lua", first);
    options->resume[0] = '\0';
  }
}

// The child's side: the same line with a seed and a folder of its own.
static int work(void *user, int i) {
  const Seeds *seeds = user;
  CoError error = {""};
  TrainOptions options = *seeds->options;
  char folder[1500], seed[32], label[48];
  seed_folder(seeds, i, folder, sizeof folder);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)seeds->first + (unsigned long long)i);
  snprintf(label, sizeof label, "seed %s", seed);
  options.seeds = 0;
  Entry seed_entry = {.owner = "train", .name = "seed", .text = seed};
  Entry out_entry = {.owner = "train", .name = "out", .text = folder};
  if (options.resume[0]) take_up(seeds, folder, &options);
  bool resumes = options.resume[0] != '\0';
  if (!entries_add(&seeds->line->options, seed_entry, &error) ||
      (!resumes && !entries_add(&seeds->line->options, out_entry, &error)))
    return say(&error, EXIT_FAILED);
  return train_one(seeds->line, &options, label);
}

// A line of the summary over the seeds; nothing where a run has no such column.
static void summarise(const Seeds *seeds, const char *name, const char *column, bool tests, CoWriter *csv) {
  double values[CREW_MOST], scratch[CREW_MOST];
  char folder[1500];
  int count = 0;
  for (int i = 0; i < seeds->options->seeds; i++) {
    seed_folder(seeds, i, folder, sizeof folder);
    double *value = &values[count];
    count += tests ? metrics_last(folder, column, LAST_TESTS, value, NULL) : result_number(folder, column, value, NULL);
  }
  if (!count) return;
  CoSummary s = co_summary(values, count, scratch);
  co_write_format(csv, "%s,%s,%d,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", seeds->profile, name, count, s.median, s.quartile1,
                  s.quartile3, s.low, s.high, s.mean);
  printf("%-32s median %.4g, quartiles %.4g to %.4g, range %.4g to %.4g, %d seeds\n", name, s.median, s.quartile1,
         s.quartile3, s.low, s.high, count);
}

static bool summary(const Seeds *seeds, CoError *error) {
  char path[2048];
  CoWriter csv = {0};
  co_write_format(&csv, "profile,score,seeds,median,quartile1,quartile3,low,high,mean\n");
  summarise(seeds, "final_battle_won_mean", "battle_won_mean", false, &csv);
  summarise(seeds, "last_tests_battle_won_mean", "test_battle_won_mean", true, &csv);
  summarise(seeds, "final_return_mean", "return_mean", false, &csv);
  summarise(seeds, "last_tests_return_mean", "test_return_mean", true, &csv);
  snprintf(path, sizeof path, "%s/summary.csv", seeds->base);
  bool ok = csv.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, csv.data, csv.size, error);
  co_writer_free(&csv);
  return ok;
}

// The first seed and, where runs are taken up, the folder of its run; its settings speak for all.
static bool begin_with(Seeds *seeds, TrainOptions *options, CoError *error) {
  CoTrainConfig train;
  co_settings_defaults(&co_train_settings, &train);
  if (!entries_apply(&seeds->line->options, TAKER_TRAIN, &co_train_settings, &train, error)) return false;
  *options = *seeds->options;
  seeds->first = train.seed;
  if (!options->resume[0]) return true;
  snprintf(seeds->base, sizeof seeds->base, "%s", options->resume);
  snprintf(options->resume, sizeof options->resume, "%.900s/seed-%llu", seeds->base, (unsigned long long)seeds->first);
  return true;
}

static bool locate(Seeds *seeds, CoError *error) {
  TrainOptions options;
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return co_fail(error, "no memory for a plan");
  bool ok = begin_with(seeds, &options, error) && train_plan(plan, seeds->line, &options, true, error);
  seeds->first = plan->train.seed;
  seeds->threads = plan->train.threads > 0 ? plan->train.threads : 1;
  memcpy(seeds->profile, plan->train.profile, sizeof seeds->profile);
  if (plan->train.out[0] && !seeds->base[0])
    snprintf(seeds->base, sizeof seeds->base, "%s", plan->train.out);
  else if (ok && !seeds->base[0])
    plan_place(plan, seeds->base, sizeof seeds->base);
  plan_free(plan);
  free(plan);
  return ok;
}

int train_seeds(Line *line, const TrainOptions *options) {
  CoError error = {""};
  Seeds *seeds = calloc(1, sizeof *seeds);
  if (!seeds) return EXIT_FAILED;
  seeds->line = line;
  seeds->options = options;
  int code = locate(seeds, &error) ? EXIT_OK : say(&error, EXIT_USAGE);
  if (code == EXIT_OK) {
    const Crew crew = {options->seeds, options->jobs, seeds->threads, work, seeds};
    code = crew_run(&crew, &error);
    if (code < 0 || (code == EXIT_OK && !summary(seeds, &error))) code = say(&error, EXIT_FAILED);
  }
  free(seeds);
  return code;
}
