// cohort replay: plays a recorded episode again, checks its end, and prints it step by step.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/script.h"
#include "replay.h"

typedef struct ReplayOptions {
  bool text, strict;
  int patience;
} ReplayOptions;

static const CoField fields[] = {CO_BOOL(ReplayOptions, text, "false", "print every step: state, actions, rewards"),
                                 SCRIPT_FIELDS(ReplayOptions), CO_FIELDS_END};
static const CoSettings settings = {.title = "command", .bytes = sizeof(ReplayOptions), .fields = fields};

void stage_close(Stage *stage) {
  guard_end(stage->guard);
  if (stage->world) co_world_close(stage->world);
  if (stage->script) co_script_env_destroy(stage->script);
  for (int i = 0; i <= CO_RECORDING_SOURCES; i++) co_value_destroy(stage->tables[i]);
  free(stage->config);
}

static bool set_config(Stage *stage, const CoRecording *recording, CoError *error) {
  const CoSettings *table = &stage->env->settings;
  if (!(stage->config = calloc(1, table->bytes + 1))) return co_fail(error, "no memory for settings");
  co_settings_defaults(table, stage->config);
  stage->tables[0] = co_script_parse("its settings", recording->config, recording->config_bytes, error);
  for (int i = 0; stage->tables[0] && i < stage->tables[0]->count; i++) {
    const CoValue *item = &stage->tables[0]->items[i];
    if (!item->key) return co_fail(error, "its settings are a list, must be a table");
    if (!co_settings_set_value(table, stage->config, item, error)) return false;
  }
  return stage->tables[0] != NULL;
}

static bool set_source(Stage *stage, const CoRecordingSource *source, CoValue **tree, CoError *error) {
  const CoField *field = co_settings_find(&stage->env->settings, source->field);
  if (!field || field->type != CO_FIELD_SOURCE)
    return co_fail(error, "its data file belongs to '%s', which %s does not have", source->field, stage->env->name);
  if (!(*tree = co_script_parse(source->name, source->text, source->bytes, error))) return false;
  ((CoSource *)(void *)((char *)stage->config + field->offset))->value = *tree;
  return true;
}

// The texts that belong to no setting are a script and what it requires; they come first.
static int script_of(const CoRecording *recording, CoScriptFile *files) {
  int count = 0;
  for (; count < recording->source_count && !recording->sources[count].field[0]; count++)
    files[count] = (CoScriptFile){recording->sources[count].name, recording->sources[count].text,
                                  (size_t)recording->sources[count].bytes};
  return count;
}

static bool find_env(Stage *stage, const CoRegistry *registry, const CoRecording *recording, int *first,
                     CoError *error) {
  const char *variant;
  CoScriptFile files[CO_RECORDING_SOURCES];
  const CoScriptLimits limits = {.strict = stage->strict};
  *first = script_of(recording, files);
  if (*first == 0) return (stage->env = co_find_env(registry, recording->env, &variant, error)) != NULL;
  if (!(stage->guard = guard_begin(recording->env, stage->patience, error))) return false;
  guard_stage(stage->guard, "reading it");
  stage->script = co_script_env_parse(files, *first, &limits, error);
  guard_stage(stage->guard, NULL);
  if (!stage->script) return false;
  guard_env(stage->guard, stage->script);
  stage->env = co_script_env_type(stage->script);
  return true;
}

static bool open_world(Stage *stage, const CoRegistry *registry, const CoRecording *recording, CoError *error) {
  int first;
  if (!find_env(stage, registry, recording, &first, error) || !set_config(stage, recording, error)) return false;
  for (int i = first; i < recording->source_count; i++)
    if (!set_source(stage, &recording->sources[i], &stage->tables[i + 1], error)) return false;
  return (stage->world = co_world_open(stage->env, stage->config, error)) != NULL;
}

void stage_quote(const CoRecording *recording, CoError *error) {
  CoScriptFile files[CO_RECORDING_SOURCES];
  script_quote(files, script_of(recording, files), "", error);
}

bool stage_open(Stage *stage, const CoRegistry *registry, const CoRecording *recording, CoError *error) {
  if (open_world(stage, registry, recording, error)) return true;
  stage_quote(recording, error);
  return false;
}

typedef struct Show {
  const Stage *stage;
  bool text;
  int step;
  double total;
} Show;

static void print_actions(const CoSpec *spec, const CoActions *actions) {
  printf("actions");
  for (int i = 0; i < spec->agents; i++) {
    if (actions->discrete) printf(" %d", actions->discrete[i]);
    for (int j = 0; actions->continuous && j < spec->action_size; j++)
      printf("%s%.9g", j ? "," : " ", (double)actions->continuous[i * spec->action_size + j]);
  }
}

static void show(void *user, const CoVecEnv *vec, const CoActions *actions) {
  Show *s = user;
  const CoSpec *spec = co_world_spec(s->stage->world);
  const float *rewards = co_vecenv_rewards(vec);
  if (actions) s->total += (double)rewards[0];
  if (!s->text) return;
  CoWriter text = {0};
  printf("\nstep %lld: ", (long long)co_vecenv_clock(vec)[0]);
  if (actions) {
    print_actions(spec, actions);
    printf("; rewards");
    for (int i = 0; i < spec->agents; i++) printf(" %.9g", (double)rewards[i]);
  } else {
    printf("start");
  }
  putchar('\n');
  co_state_text(s->stage->world, co_vecenv_state(vec, 0), &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static bool replay(const char *path, const ReplayOptions *options, CoError *error) {
  CoRegistry registry;
  CoRecording recording;
  Stage stage = {.strict = options->strict, .patience = options->patience};
  co_registry_init(&registry);
  if (!co_recording_read(&recording, path, error)) return false;
  bool ok = stage_open(&stage, &registry, &recording, error);
  Show shown = {.stage = &stage, .text = options->text};
  if (ok) printf("%s, %s, %d steps\n", recording.env, recording.players, recording.steps);
  if (ok && !(ok = co_recording_replay(&recording, stage.world, show, &shown, error))) stage_quote(&recording, error);
  if (ok)
    printf("%s: %d steps, return %.9g; ends in the state that was recorded\n", path, recording.steps, shown.total);
  else
    co_fail_within(error, "%s", path);
  stage_close(&stage);
  co_recording_free(&recording);
  return ok;
}

int command_replay(Line *line) {
  CoError error = {""};
  ReplayOptions options;
  const CoSettings *const tables[] = {&settings, NULL};
  co_settings_defaults(&settings, &options);
  if (line->help) {
    puts("cohort replay FILE [--text]: plays a recorded episode again and checks its end; --text prints every step");
    return EXIT_OK;
  }
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error))
    return say(&error, EXIT_USAGE);
  if (line->place_count != 1) {
    co_fail(&error, "replay takes one file");
    return say(&error, EXIT_USAGE);
  }
  return replay(line->places[0], &options, &error) ? EXIT_OK : say(&error, EXIT_USAGE);
}
