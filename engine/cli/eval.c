// cohort eval: a trained run or scripts play; the score, and one episode recorded.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/recording.h"
#include "plan.h"
#include "progress.h"

typedef struct EvalOptions {
  char data[1024], record[1024], csv[1024];
  int episodes, episode, patience;
  bool strict;
} EvalOptions;

#define T EvalOptions
static const CoField fields[] = {
    CO_INT(T, episodes, "100", 1, 1e8, "how many to play"),
    CO_STRING(T, csv, "", "file to add the score to, as a row"),
    CO_STRING(T, record, "", "file for one episode, to be played again by cohort replay"),
    CO_INT(T, episode, "0", 0, 2e9, "which one to record: each number is another episode"),
    CO_STRING(T, data, "", "folder of maps and experiments"),
    SCRIPT_FIELDS(T),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(EvalOptions), .fields = fields};

static PlanWishes wish(const Line *line, const EvalOptions *options) {
  PlanWishes wishes = {.command = &settings,
                       .data = options->data,
                       .players = true,
                       .strict = options->strict,
                       .patience = options->patience};
  plan_wish(&wishes, line->place_count ? line->places[0] : NULL);
  return wishes;
}

// Copies side by side: eight times what the trainer would use keeps the vector runtime busy.
static CoMatch *stage(Plan *plan, const EvalOptions *options, CoPool *pool, CoError *error) {
  const CoMatchSetup setup = {.world = plan->world,
                              .seats = plan->seats,
                              .num_envs = co_match_copies(options->episodes, 32),
                              .pool = pool,
                              .seed = plan->train.seed,
                              .purpose = "eval"};
  return co_match_create(&setup, error);
}

// Adds a row: env, players, profile, seed, then the score. The first row of a file brings the header.
static bool add_row(const Plan *plan, const CoScore *score, const char *path, CoError *error) {
  CoWriter csv = {0};
  bool fresh = !co_file_exists(path);
  size_t bytes = 0;
  char *old = fresh ? NULL : co_file_read(path, (size_t)1 << 28, &bytes, error);
  if (!fresh && !old) return false;
  if (fresh)
    co_write_format(&csv, "env,players,profile,seed,episodes,won,return_mean,return_error,ep_length_mean\n");
  else
    co_write(&csv, old, bytes);
  co_write_format(&csv, "%s,%s,%s,%llu,%d,%d,%.9g,%.9g,%.9g\n", plan->train.env, plan->train.algo, plan->train.profile,
                  (unsigned long long)plan->train.seed, score->episodes, score->won, score->return_mean,
                  score->return_error, score->length_mean);
  bool ok = csv.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, csv.data, csv.size, error);
  co_writer_free(&csv);
  free(old);
  return ok;
}

static bool play(Plan *plan, const EvalOptions *options, CoError *error) {
  CoScore scores[PLAN_TEAMS];
  CoPool *pool = co_pool_create(plan->train.threads, error);
  CoMatch *match = pool ? stage(plan, options, pool, error) : NULL;
  double began = wall_seconds();
  bool ok = match && co_match_play(match, options->episodes, 0, NULL, scores, error);
  double seconds = wall_seconds() - began;
  co_match_destroy(match);
  if (pool) co_pool_destroy(pool);
  if (!ok) return false;
  printf("%s, %s, seed %llu, profile %s\n", plan->train.env, plan->train.algo, (unsigned long long)plan->train.seed,
         plan->train.profile);
  print_score(co_world_spec(plan->world), &scores[0]);
  fprintf(stderr, "%.1f s, %.0f steps/s\n", seconds, scores[0].length_mean * scores[0].episodes / seconds);
  return !options->csv[0] || add_row(plan, &scores[0], options->csv, error);
}

static bool add_source(CoRecording *recording, const char *field, const char *name, const char *text, size_t bytes,
                       CoError *error) {
  if (recording->source_count == CO_RECORDING_SOURCES)
    return co_fail(error, "a recording holds %d data files at most", CO_RECORDING_SOURCES);
  CoRecordingSource *to = &recording->sources[recording->source_count++];
  snprintf(to->field, sizeof to->field, "%s", field);
  snprintf(to->name, sizeof to->name, "%s", name);
  to->text = text;
  to->bytes = bytes;
  return true;
}

// The data files that settings name; a script and what it requires belong to no setting.
static bool add_sources(const Plan *plan, CoRecording *recording, CoError *error) {
  int count;
  const CoScriptFile *files = plan_script_files(plan, &count);
  for (int i = 0; i < count; i++)
    if (!add_source(recording, "", files[i].name, files[i].text, files[i].bytes, error)) return false;
  for (int i = 0; i < plan->sources.count; i++) {
    const CoScriptSource *from = &plan->sources.item[i];
    if (!add_source(recording, from->field->name, from->name, from->text, from->bytes, error)) return false;
  }
  return true;
}

static bool describe(const Plan *plan, const EvalOptions *options, CoRecording *recording, CoWriter *config,
                     CoError *error) {
  co_write_format(config, "return {\n");
  co_settings_write(&plan->env->settings, plan->env_config, config);
  co_write_format(config, "}\n");
  CoRng rng = co_rng(plan->train.seed, "recorded episode", (uint64_t)options->episode);
  *recording = (CoRecording){.config = (const char *)config->data, .config_bytes = config->size};
  recording->seed = co_rng_next(&rng);
  snprintf(recording->env, sizeof recording->env, "%s", plan->train.env);
  snprintf(recording->players, sizeof recording->players, "%s", plan->train.algo);
  return add_sources(plan, recording, error) && (!config->failed || co_fail(error, "no memory for a recording"));
}

static bool record(Plan *plan, const EvalOptions *options, CoError *error) {
  CoRecording recording;
  CoWriter config = {0};
  bool ok = describe(plan, options, &recording, &config, error);
  ok = ok && co_recording_make(&recording, plan->world, plan->seats, error) &&
       co_recording_write(&recording, options->record, error);
  if (ok) printf("%s: episode %d, %d steps\n", options->record, options->episode, recording.steps);
  co_recording_free(&recording);
  co_writer_free(&config);
  return ok;
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text, "cohort eval RUN|ENV [--algo SCRIPT|random|RUN] [--name value ...]\n\noptions\n");
  co_settings_help(&settings, &text);
  co_write_format(&text, "\nand seed, threads, profile and the environment's settings as for train\n");
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int evaluate(Line *line, const EvalOptions *options) {
  CoError error = {""};
  PlanWishes wishes = wish(line, options);
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return EXIT_FAILED;
  bool ok = plan_make(plan, line, &wishes, &error) && (!wishes.run || plan_revive(plan, wishes.run, &error));
  for (int i = 0; ok && i < co_world_spec(plan->world)->teams; i++)
    if (plan->seats[i].algo && !plan->seats[i].self)
      ok = co_fail(&error, "%s has learnt nothing yet: name a run folder, or a script", plan->seats[i].algo->name);
  ok = ok && play(plan, options, &error) && (!options->record[0] || record(plan, options, &error));
  if (!ok) plan_quote(plan, &error);
  plan_free(plan);
  free(plan);
  return ok ? EXIT_OK : say(&error, EXIT_USAGE);
}

int command_eval(Line *line) {
  CoError error = {""};
  EvalOptions options;
  co_settings_defaults(&settings, &options);
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error)) return say(&error, EXIT_USAGE);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (line->place_count > 1) {
    co_fail(&error, "eval takes one run or environment, '%s' is one too many", line->places[1]);
    return say(&error, EXIT_USAGE);
  }
  return evaluate(line, &options);
}
