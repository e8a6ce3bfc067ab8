// Recordings: whatever the bytes, parsing gives a sound recording or a sentence. A right hash is put at the end, so
// that what lies behind it is reached.
#include "cohort/recording.h"
#include "cohort/hash.h"
#include "mutate.h"

static void demand(bool fact) {
  if (!fact) abort();
}

static void check(const CoRecording *r) {
  demand(memchr(r->env, 0, sizeof r->env) && memchr(r->players, 0, sizeof r->players));
  demand(r->steps >= 1 && r->agents >= 1 && r->action_size >= 0);
  demand(r->source_count >= 0 && r->source_count <= CO_RECORDING_SOURCES);
  uint64_t sum = co_hash(0, r->config, r->config_bytes); // reads every byte that it says is there
  for (int i = 0; i < r->source_count; i++) sum = co_hash(sum, r->sources[i].text, r->sources[i].bytes);
  size_t numbers = (size_t)r->steps * (size_t)r->agents;
  if (r->action_size)
    sum = co_hash(sum, r->continuous, numbers * (size_t)r->action_size * sizeof(float));
  else
    sum = co_hash(sum, r->discrete, numbers * sizeof(int));
  demand(sum != 1);
}

static void parse(const uint8_t *data, size_t bytes) {
  CoRecording recording;
  CoError error = {""};
  if (!co_recording_parse(&recording, data, bytes, &error)) {
    demand(strlen(error.text) > 5);
    return;
  }
  check(&recording);
  co_recording_free(&recording);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  parse(data, bytes);
  if (bytes < 8) return 0;
  uint8_t *sealed = malloc(bytes);
  demand(sealed != NULL);
  memcpy(sealed, data, bytes);
  uint64_t hash = co_hash(UINT64_C(0x7265636f7264), sealed, bytes - 8);
  memcpy(sealed + bytes - 8, &hash, 8);
  parse(sealed, bytes);
  free(sealed);
  return 0;
}

#ifndef CO_LIBFUZZER
static CoInput written(const CoRecording *recording) {
  size_t bytes;
  CoError error;
  demand(co_recording_write(recording, "fuzz-recording.tmp", &error));
  FILE *file = fopen("fuzz-recording.tmp", "rb");
  demand(file != NULL);
  uint8_t *data = malloc(4096);
  demand(data != NULL);
  bytes = fread(data, 1, 4096, file);
  fclose(file);
  remove("fuzz-recording.tmp");
  return (CoInput){data, bytes};
}

int main(void) {
  int discrete[] = {1, 2, 300, -4, 5, 6};
  float continuous[] = {0.5f, -0.5f, 1, 2, 3, 4, 5, 6};
  const char *text = "return { length = 3 }";
  CoRecording one = {.env = "toy", .players = "random", .config = text, .config_bytes = 21, .source_count = 2};
  one.sources[0] = (CoRecordingSource){"map", "3m", text, 21};
  one.sources[1] = (CoRecordingSource){"other", "x.lua", text, 10};
  one.steps = 3, one.agents = 2, one.discrete = discrete;
  CoRecording two = {.env = "toy", .config = "", .steps = 2, .agents = 2, .action_size = 2, .continuous = continuous};
  CoInput inputs[] = {written(&one), written(&two)};
  int code = co_fuzz(inputs, 2, 50000, 1);
  free((void *)(uintptr_t)inputs[0].data);
  free((void *)(uintptr_t)inputs[1].data);
  return code;
}
#endif
