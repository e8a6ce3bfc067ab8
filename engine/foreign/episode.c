// A copy's episode: its seed, its stream, its actions; saved and restored; as a replay.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/hash.h"
#include "foreign.h"

void co_episode_seed(Episode *episode, uint64_t seed) {
  episode->next = seed;
  episode->seeds = co_rng(seed, "seeds", 0);
  episode->actions = co_rng(seed, "actions", 0);
}

CoRng co_episode_begin(Episode *episode) {
  episode->seed = episode->next;
  episode->next = co_rng_next(&episode->seeds);
  episode->steps = 0;
  episode->whole = true;
  return co_rng(episode->seed, CO_RECORDING_PURPOSE, 0);
}

// --- what is recorded ---

static bool grow(Episode *episode, const CoSpec *spec) {
  if (episode->steps < episode->capacity) return true;
  if (episode->capacity >= STEPS_MOST) return false;
  size_t steps = episode->capacity ? 2 * (size_t)episode->capacity : 128, row = (size_t)spec->agents;
  size_t width = spec->actions ? 0 : (size_t)spec->action_size;
  int *discrete = realloc(episode->discrete, steps * row * sizeof *discrete);
  if (discrete) episode->discrete = discrete;
  float *continuous = realloc(episode->continuous, steps * row * width * sizeof *continuous + 1);
  if (continuous) episode->continuous = continuous;
  if (!discrete || !continuous) return false;
  episode->capacity = (int)steps;
  return true;
}

void co_episode_keep(CoForeign *foreign, int copy) {
  Episode *episode = &foreign->episodes[copy];
  const CoSpec *spec = foreign->spec;
  size_t agents = (size_t)spec->agents, width = (size_t)spec->action_size;
  if (episode->whole && !grow(episode, spec)) episode->whole = false;
  if (!episode->whole) return;
  size_t from = (size_t)copy * agents, to = (size_t)episode->steps * agents;
  if (spec->actions)
    memcpy(episode->discrete + to, foreign->discrete + from, agents * sizeof(int));
  else
    memcpy(episode->continuous + to * width, foreign->continuous + from * width, agents * width * sizeof(float));
  episode->steps++;
}

static void put_source(CoRecording *recording, const char *field, const char *name, const char *text, size_t bytes) {
  CoRecordingSource *to = &recording->sources[recording->source_count++];
  snprintf(to->field, sizeof to->field, "%s", field);
  snprintf(to->name, sizeof to->name, "%s", name);
  to->text = text;
  to->bytes = bytes;
}

// A script and what it requires belong to no setting; then the data files that settings name.
static bool put_sources(const Stage *stage, CoRecording *recording, CoError *error) {
  int count = 0;
  const CoScriptFile *files = stage->script ? co_script_env_files(stage->script, &count) : NULL;
  if (count + stage->sources.count > CO_RECORDING_SOURCES)
    return co_fail(error, "a replay holds %d files at most", CO_RECORDING_SOURCES);
  for (int i = 0; i < count; i++) put_source(recording, "", files[i].name, files[i].text, files[i].bytes);
  for (int i = 0; i < stage->sources.count; i++) {
    const CoScriptSource *from = &stage->sources.item[i];
    put_source(recording, from->field->name, from->name, from->text, from->bytes);
  }
  return true;
}

static bool write_replay(const CoForeign *foreign, int copy, const char *path, CoError *error) {
  const Stage *stage = &foreign->stage;
  const Episode *episode = &foreign->episodes[copy];
  CoWriter config = {0};
  co_write_format(&config, "return {\n");
  co_settings_write(&stage->type->settings, stage->config, &config);
  co_write_format(&config, "}\n");
  CoRecording recording = {.config = (const char *)config.data,
                           .config_bytes = config.size,
                           .seed = episode->seed,
                           .steps = episode->steps,
                           .agents = foreign->spec->agents,
                           .action_size = foreign->spec->actions ? 0 : foreign->spec->action_size,
                           .discrete = episode->discrete,
                           .continuous = episode->continuous,
                           .hash = co_state_hash(stage->world, co_vecenv_state(foreign->vec, copy))};
  snprintf(recording.env, sizeof recording.env, "%s", stage->name);
  snprintf(recording.players, sizeof recording.players, "a program");
  bool ok = (!config.failed || co_fail(error, "no memory for a replay")) && put_sources(stage, &recording, error) &&
            co_recording_write(&recording, path, error);
  co_writer_free(&config);
  return ok;
}

static bool may_be_replayed(const CoForeign *foreign, int copy, CoError *error) {
  if (!foreign->recorded) return co_fail(error, "actions are not recorded here");
  if (!foreign->episodes[copy].whole)
    return co_fail(error, "the episode was restored from a saved state, or is longer than %d steps", STEPS_MOST);
  return co_vecenv_ending(foreign->vec)[copy] != CO_PLAYING ||
         co_fail(error, "the episode goes on: a replay is saved at its end");
}

int co_foreign_save_replay(CoForeign *foreign, int32_t copy, const char *path) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  CoError *error = &foreign->error;
  bool ok = co_call_names(foreign, copy, error) && (path || co_fail(error, "a replay needs the name of a file")) &&
            may_be_replayed(foreign, copy, error) && write_replay(foreign, copy, path, error);
  return co_call_leave(foreign, ok, 0);
}

// --- saved states ---

#define MAGIC 0x31765374726f4843ull // "CHortSv1"
#define HASH_SEED 0x7361766564ull

typedef struct Head {
  uint64_t magic, identity, hash; // hash: of what follows
  uint64_t seed, next;
  CoRng seeds, actions;
} Head; // followed by the sums of info, padded to 8 bytes, and the moment

static size_t info_bytes(const CoForeign *foreign) {
  return ((size_t)co_world_infos(foreign->stage.world) * sizeof(float) + 7) / 8 * 8;
}

size_t co_saved_bytes(const CoForeign *foreign) {
  return sizeof(Head) + info_bytes(foreign) + co_env_size(foreign->stage.world);
}

static uint64_t hash_saved(const Head *head, const void *rest, size_t bytes) {
  return co_hash(co_hash(HASH_SEED, &head->seed, sizeof *head - offsetof(Head, seed)), rest, bytes);
}

static void save(const CoForeign *foreign, int copy, unsigned char *bytes) {
  const Episode *episode = &foreign->episodes[copy];
  Head head = {MAGIC, foreign->stage.identity, 0, episode->seed, episode->next, episode->seeds, episode->actions};
  size_t infos = (size_t)co_world_infos(foreign->stage.world), room = info_bytes(foreign);
  memset(bytes + sizeof head, 0, room);
  if (infos) memcpy(bytes + sizeof head, co_vecenv_info(foreign->vec) + (size_t)copy * infos, infos * sizeof(float));
  memcpy(bytes + sizeof head + room, co_vecenv_bytes(foreign->vec, copy), co_env_size(foreign->stage.world));
  head.hash = hash_saved(&head, bytes + sizeof head, co_saved_bytes(foreign) - sizeof head);
  memcpy(bytes, &head, sizeof head);
}

int co_foreign_save(CoForeign *foreign, int32_t copy, void *bytes, size_t capacity) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  CoError *error = &foreign->error;
  bool ok = co_call_names(foreign, copy, error) && (bytes || co_fail(error, "a saved state needs room"));
  if (ok && capacity < co_saved_bytes(foreign))
    ok = co_fail(error, "a saved state takes %zu bytes, there is room for %zu", co_saved_bytes(foreign), capacity);
  if (ok) save(foreign, copy, bytes);
  return co_call_leave(foreign, ok, 0);
}

static bool restore(CoForeign *foreign, int copy, const unsigned char *bytes, size_t size, CoError *error) {
  Head head;
  if (size != co_saved_bytes(foreign))
    return co_fail(error, "a saved state of this environment has %zu bytes, not %zu", co_saved_bytes(foreign), size);
  memcpy(&head, bytes, sizeof head);
  if (head.magic != MAGIC) return co_fail(error, "these bytes are no saved state");
  if (head.identity != foreign->stage.identity)
    return co_fail(error, "this state was saved by another environment, or with other settings");
  if (head.hash != hash_saved(&head, bytes + sizeof head, size - sizeof head))
    return co_fail(error, "this saved state was changed");
  Episode *episode = &foreign->episodes[copy];
  episode->seed = head.seed;
  episode->next = head.next;
  episode->seeds = head.seeds;
  episode->actions = head.actions;
  episode->whole = false;
  // What a caller hands in need not be aligned.
  size_t room = info_bytes(foreign), moment = co_env_size(foreign->stage.world);
  void *aligned = malloc(room + moment);
  if (!aligned) return co_fail(error, "no memory for a saved state");
  memcpy(aligned, bytes + sizeof head, room + moment);
  bool ok = co_vecenv_restore(foreign->vec, copy, (char *)aligned + room, aligned, error);
  free(aligned);
  return ok;
}

int co_foreign_restore(CoForeign *foreign, int32_t copy, const void *bytes, size_t size) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  CoError *error = &foreign->error;
  bool ok = co_call_names(foreign, copy, error) && (bytes || co_fail(error, "there is no saved state")) &&
            restore(foreign, copy, bytes, size, error);
  return co_call_leave(foreign, ok, 0);
}

int co_foreign_hash(CoForeign *foreign, int32_t copy, uint64_t *hash) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  bool ok = co_call_names(foreign, copy, &foreign->error) && hash;
  if (ok) *hash = co_state_hash(foreign->stage.world, co_vecenv_state(foreign->vec, copy));
  return co_call_leave(foreign, ok, 0);
}
