// cohort train: a run folder, the trainer in it, and what it says.
#include "train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/blas.h"
#include "cohort/example.h"
#include "cohort/file.h"
#include "progress.h"
#include "result.h"

#define T TrainOptions
static const CoField fields[] = {
    CO_STRING(T, file, "", "experiment: a Lua file that returns a table of settings"),
    CO_STRING(T, resume, "", "run folder to go on with, bit for bit; --steps may extend it"),
    CO_STRING(T, data, "", "folder of maps and experiments"),
    CO_INT(T, seeds, "0", 0, 1000, "train that many seeds, from --seed on, and summarise; 0: one run"),
    CO_INT(T, jobs, "0", 0, 1000, "seeds side by side; 0: as many as there are processors for"),
    CO_INT(T, trace, "0", 0, 2e9, "print so many updates of a tabular method with their numbers"),
    CO_BOOL(T, any_core, "false", "resume under another BLAS core, although the bits will differ"),
    SCRIPT_FIELDS(T),
    CO_FIELDS_END,
};
#undef T
const CoSettings train_options = {.title = "command", .bytes = sizeof(TrainOptions), .fields = fields};

const char *train_place(const Line *line, const TrainOptions *options) {
  (void)options;
  return line->place_count && !plan_is_file(line->places[0]) ? line->places[0] : NULL;
}

const char *train_file(const Line *line, const TrainOptions *options) {
  if (options->file[0]) return options->file;
  return line->place_count && plan_is_file(line->places[0]) ? line->places[0] : NULL;
}

bool train_plan(Plan *plan, const Line *line, const TrainOptions *options, bool names_only, CoError *error) {
  const PlanWishes wishes = {.command = &train_options,
                             .file = train_file(line, options),
                             .run = options->resume[0] ? options->resume : NULL,
                             .data = options->data,
                             .place = train_place(line, options),
                             .players = true,
                             .choose = true,
                             .strict = options->strict,
                             .patience = options->patience,
                             .picks = options->picks,
                             .pick_count = options->pick_count};
  return names_only ? plan_names(plan, line, &wishes, error) : plan_make(plan, line, &wishes, error);
}

// The run's folder: created and locked; a new run must not lie where another does.
static CoLock *settle(const Plan *plan, const TrainOptions *options, char *folder, size_t capacity, CoError *error) {
  char path[2048], place[1200];
  plan_place(plan, place, sizeof place);
  if (options->resume[0])
    snprintf(folder, capacity, "%s", options->resume);
  else if (plan->train.out[0])
    snprintf(folder, capacity, "%s", plan->train.out);
  else
    snprintf(folder, capacity, "%s/seed-%llu", place, (unsigned long long)plan->train.seed);
  if (!co_folder_create(folder, error)) return NULL;
  CoLock *lock = co_lock_acquire(folder, error);
  if (!lock) return NULL;
  snprintf(path, sizeof path, "%s/config.lua", folder);
  if (options->resume[0] || !co_file_exists(path)) return lock;
  co_fail(error, "%s holds a run already: go on with --resume %s, or name another --out", folder, folder);
  co_lock_release(lock);
  return NULL;
}

// A team that nobody named learns nothing: who trains two teams by one name would not see why they do badly.
static void print_unnamed(const Plan *plan) {
  const CoSpec *spec = co_world_spec(plan->world);
  for (int i = 1; i < spec->teams; i++) {
    if (plan->parts[i].given || plan->seats[i].algo) continue;
    char number[16];
    snprintf(number, sizeof number, "%d", i);
    const char *team = spec->team_names ? spec->team_names[i] : number;
    const CoScriptType *script = plan->seats[i].script;
    printf("team %s does not learn, it plays %s; --algo %s=%s,%s=%s trains it too\n", team,
           script ? script->name : "random", spec->team_names ? spec->team_names[0] : "0", plan->parts[0].name, team,
           plan->parts[0].name);
  }
}

static void introduce(const Plan *plan, const CoTrain *train, const char *folder) {
  printf("%s, %s, seed %llu, profile %s, %s (%s), %d environments: %s\n", plan->train.env, plan->train.algo,
         (unsigned long long)plan->train.seed, plan->train.profile, co_blas_library(), co_blas_core(),
         plan->train.num_envs, folder);
  print_unnamed(plan);
  if (plan->chosen[0]) printf("%s is chosen (%s); --algo names another\n", plan->train.algo, plan->chosen);
  if (co_train_resumed(train)) printf("going on from step %lld\n", (long long)co_train_resumed(train));
  fflush(stdout);
}

static int interrupted(const CoTrain *train, bool dropped, const char *folder, CoError *error) {
  long long steps = co_train_view(train).steps, kept = co_train_checkpointed(train);
  if (!dropped)
    co_fail(error, "interrupted at step %lld, with a checkpoint: --resume %s goes on", steps, folder);
  else if (kept)
    co_fail(error, "interrupted at step %lld; --resume %s goes on from the last checkpoint, step %lld", steps, folder,
            kept);
  else
    co_fail(error, "interrupted at step %lld, before the first checkpoint: --resume %s starts anew", steps, folder);
  return say(error, dropped ? EXIT_DROPPED : EXIT_STOPPED);
}

static int conclude(const Plan *plan, const CoTrain *train, CoTrainEnd end, const CoScore *scores, const char *folder,
                    const char *label, CoError *error) {
  if (end == CO_TRAIN_FAILED) return say(error, EXIT_FAILED);
  if (end != CO_TRAIN_DONE) return interrupted(train, end == CO_TRAIN_DROPPED, folder, error);
  CoTrainView view = co_train_view(train);
  if (!result_write(plan, &view, scores, folder, error)) return say(error, EXIT_FAILED);
  int team = 0;
  while (!plan->seats[team].algo || plan->seats[team].self) team++; // the first that learns
  curve_print(folder, label);
  if (scores[team].episodes) {
    printf("%s%s", label ? label : "", label ? ": " : "");
    print_score(co_world_spec(plan->world), &scores[team]);
  }
  return EXIT_OK;
}

typedef struct Trace {
  int most, count;
} Trace;

static void trace(void *user, const CoUpdate *update) {
  Trace *trace = user;
  if (trace->count < trace->most) co_update_print(++trace->count, update);
}

static int train_in(Plan *plan, const TrainOptions *options, const char *folder, const char *label, CoError *error) {
  CoScore scores[PLAN_TEAMS];
  Trace traced = {.most = options->trace};
  const CoObserver observer = {trace, &traced};
  const CoTrainSetup setup = {.config = &plan->train,
                              .world = plan->world,
                              .seats = plan->seats,
                              .folder = folder,
                              .identity = plan_identity(plan),
                              .any_core = options->any_core,
                              .stop = signals_watch(),
                              .seconds = wall_seconds,
                              .observer = options->trace ? &observer : NULL};
  bool resumes = options->resume[0] != '\0'; // then the settings are written once the checkpoint has accepted them
  if (!resumes && !plan_write(plan, folder, error)) return say(error, EXIT_FAILED);
  CoTrain *train = co_train_create(&setup, error);
  if (!train) return say(error, EXIT_USAGE);
  if (resumes && !plan_write(plan, folder, error)) {
    co_train_destroy(train);
    return say(error, EXIT_FAILED);
  }
  Progress progress;
  introduce(plan, train, folder);
  guard_run(plan->guard);
  progress_begin(&progress, label, co_train_resumed(train));
  CoTrainEnd end = co_train_run(train, progress_show, &progress, scores, error);
  progress_end(&progress);
  if (end == CO_TRAIN_FAILED) plan_quote(plan, error);
  int code = conclude(plan, train, end, scores, folder, label, error);
  co_train_destroy(train);
  return code;
}

// A method that cannot learn here is refused before there is a folder.
static bool accepted(const Plan *plan, CoError *error) {
  for (int t = 0; t < co_world_spec(plan->world)->teams && t < PLAN_TEAMS; t++) {
    const CoSeat *seat = &plan->seats[t];
    if (seat->algo && seat->config && !seat->algo->accepts(seat->config, co_world_team(plan->world, t), error))
      return co_fail_within(error, "%s", seat->algo->name);
  }
  return true;
}

int train_one(const Line *line, const TrainOptions *options, const char *label) {
  CoError error = {""};
  char folder[1400];
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) {
    co_fail(&error, "no memory for a plan");
    return say(&error, EXIT_FAILED);
  }
  CoLock *lock = NULL;
  if (train_plan(plan, line, options, false, &error) && accepted(plan, &error))
    lock = settle(plan, options, folder, sizeof folder, &error);
  if (!lock) plan_quote(plan, &error);
  int code = lock ? train_in(plan, options, folder, label, &error) : say(&error, EXIT_USAGE);
  if (lock) co_lock_release(lock);
  plan_free(plan);
  free(plan);
  return code;
}

static int help(const Line *line, const TrainOptions *options) {
  Plan *plan = calloc(1, sizeof *plan);
  CoError error = {""};
  CoWriter text = {0};
  if (!plan || !train_plan(plan, line, options, true, &error)) {
    if (plan) plan_quote(plan, &error), plan_free(plan);
    free(plan);
    return say(&error, EXIT_USAGE);
  }
  co_write_format(
      &text, "cohort train ENV|FILE.lua [--algo NAME] [--name value ...]: FILE is an environment or an experiment in\n"
             "Lua; without --algo one is chosen; an experiment's lists make a sweep\n\noptions\n");
  co_settings_help(&train_options, &text);
  co_write_format(&text, "\ntrain: the trainer\n");
  co_settings_help(&co_train_settings, &text);
  plan_help(plan, &text);
  if (!plan->env) co_write_format(&text, "\nWith ENV and --algo NAME, their settings are listed too.\n");
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
  plan_free(plan);
  free(plan);
  return EXIT_OK;
}

int command_train(Line *line) {
  CoError error = {""};
  TrainOptions options;
  co_settings_defaults(&train_options, &options);
  if (!entries_apply(&line->options, TAKER_COMMAND, &train_options, &options, &error)) return say(&error, EXIT_USAGE);
  if (line->help) return help(line, &options);
  if (line->place_count > 1) {
    co_fail(&error, "train takes one environment or experiment, '%s' is one too many", line->places[1]);
    return say(&error, EXIT_USAGE);
  }
  if (!co_blas_check(&error)) say(&error, EXIT_OK);
  int code;
  if (train_sweep(line, &options, &code)) return code;
  return options.seeds > 0 ? train_seeds(line, &options) : train_one(line, &options, NULL);
}
