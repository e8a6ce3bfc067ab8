// Checkpoints: a body of any bytes under a right hash is loaded whole or refused in a sentence; nothing breaks.
#include <unistd.h>

#include "cohort/blas.h"
#include "cohort/hash.h"
#include "mutate.h"
#include "probe.h"
#include "toy.h"

static char folder[64];

static void demand(bool fact) {
  if (!fact) abort();
}

static CoTrain *resume(int experience, int steps, CoError *error) {
  static CoWorld *world;
  static CoTrainConfig config;
  static ProbeConfig probe_config;
  static CoSeat seats[2];
  if (!world) world = toy_world((ToyConfig){.length = 5});
  co_settings_defaults(&co_train_settings, &config);
  co_settings_defaults(&probe.settings, &probe_config);
  probe_config.experience = experience;
  config.num_envs = 2, config.steps = steps, config.test_interval = 20, config.test_nepisode = 2;
  seats[0] = (CoSeat){.algo = &probe, .config = &probe_config};
  const CoTrainSetup setup = {.config = &config, .world = world, .seats = seats, .folder = folder};
  return co_train_create(&setup, error);
}

static void remove_folder(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf ./%s", folder);
  if (system(command) != 0) perror("rm");
}

static void make_folder(void) {
  if (folder[0]) return;
  snprintf(folder, sizeof folder, "fuzz-checkpoint-XXXXXX");
  demand(mkdtemp(folder) != NULL);
  atexit(remove_folder);
}

// What stands before a checkpoint's body, from an empty one.
static size_t read_head(uint8_t head[256]) {
  static uint8_t kept[256];
  static size_t bytes;
  char path[128];
  if (!bytes) {
    CoError error;
    CoWriter body = {0};
    CoCheckpoint given = {.serial = 1, .steps = 30, .version = COHORT_VERSION, .slot = 'a'};
    snprintf(given.core, sizeof given.core, "%s", co_blas_core());
    demand(co_checkpoint_write(folder, &given, &body, &error));
    snprintf(path, sizeof path, "%s/checkpoint-a", folder);
    FILE *file = fopen(path, "rb");
    demand(file != NULL);
    bytes = fread(kept, 1, sizeof kept, file) - 8; // without the hash
    fclose(file);
  }
  memcpy(head, kept, bytes);
  return bytes;
}

// By hand rather than by co_checkpoint_write, which waits for the disk.
static void put(const uint8_t *body, size_t bytes) {
  uint8_t head[256];
  char path[128];
  size_t head_bytes = read_head(head);
  uint8_t *whole = malloc(head_bytes + bytes);
  demand(whole != NULL);
  memcpy(whole, head, head_bytes);
  memcpy(whole + head_bytes, body, bytes);
  uint64_t hash = co_hash(UINT64_C(0x636f686f7274), whole, head_bytes + bytes);
  snprintf(path, sizeof path, "%s/checkpoint-a", folder);
  FILE *file = fopen(path, "wb");
  demand(file != NULL);
  demand(fwrite(whole, 1, head_bytes + bytes, file) == head_bytes + bytes);
  demand(fwrite(&hash, 1, 8, file) == 8 && fclose(file) == 0);
  free(whole);
}

// The logs are as long as any checkpoint may say; what resumes cuts them.
static void stretch(const char *name) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "ab");
  demand(file != NULL && fclose(file) == 0 && truncate(path, 65536) == 0);
}

// The first byte says which experience, the rest is the body.
static bool loads(const uint8_t *data, size_t bytes) {
  CoError error = {""};
  make_folder();
  put(data + 1, bytes - 1);
  stretch("metrics.csv");
  stretch("events.out.tfevents.0.cohort");
  CoTrain *train = resume(1 + data[0] % 4, 30, &error);
  if (!train) demand(strlen(error.text) > 10);
  co_train_destroy(train);
  return train != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  if (bytes) loads(data, bytes);
  return 0;
}

#ifndef CO_LIBFUZZER
static void forget(const char *name) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  remove(path);
}

static CoInput written(int experience) {
  CoError error;
  CoCheckpoint checkpoint;
  CoScore scores[2];
  make_folder();
  CoTrain *train = resume(experience, 30, &error);
  demand(train && co_train_run(train, NULL, NULL, scores, &error) == CO_TRAIN_DONE);
  co_train_destroy(train);
  demand(co_checkpoint_read(folder, &checkpoint, &error) == CO_FOUND_ONE);
  size_t bytes = checkpoint.body.size - checkpoint.body.at;
  uint8_t *data = malloc(bytes + 1);
  demand(data != NULL);
  data[0] = (uint8_t)(experience - 1);
  memcpy(data + 1, checkpoint.body.data + checkpoint.body.at, bytes);
  co_checkpoint_free(&checkpoint);
  forget("checkpoint-a");
  forget("checkpoint-b");
  return (CoInput){data, bytes + 1};
}

int main(void) {
  CoInput inputs[4];
  for (int i = 0; i < 4; i++) inputs[i] = written(i + 1);
  for (int i = 0; i < 4; i++) demand(loads(inputs[i].data, inputs[i].bytes));
  int code = co_fuzz(inputs, 4, 1000, 1);
  for (int i = 0; i < 4; i++) free((void *)(uintptr_t)inputs[i].data);
  return code;
}
#endif
