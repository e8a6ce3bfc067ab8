// Checkpoint files: two that take turns, each whole or not at all: head, body, and a hash of both at the end.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/train.h"

#define MAGIC "COHORTCP"
#define FORMAT 1
#define HASH_SEED 0x636f686f7274ull
#define MOST ((size_t)64 << 30) // bytes

static void place(const char *folder, char slot, char *path, size_t capacity) {
  snprintf(path, capacity, "%s/checkpoint-%c", folder, slot);
}

static uint64_t stored_hash(const char *data, size_t bytes) {
  uint64_t hash;
  memcpy(&hash, data + bytes, sizeof hash);
  return hash;
}

static bool head(CoCheckpoint *checkpoint, CoReader *reader) {
  char magic[8];
  if (!co_read(reader, magic, sizeof magic, "the file's mark")) return false;
  if (memcmp(magic, MAGIC, sizeof magic)) return co_fail(reader->error, "not a checkpoint");
  uint32_t format = co_read_u32(reader, "the format's number");
  if (!reader->failed && format != FORMAT)
    return co_fail(reader->error, "format %u, this program reads %d", format, FORMAT);
  co_read_text(reader, checkpoint->version, sizeof checkpoint->version, "the version");
  co_read_text(reader, checkpoint->core, sizeof checkpoint->core, "the BLAS core");
  checkpoint->identity = co_read_u64(reader, "the settings' hash");
  checkpoint->serial = co_read_u64(reader, "the serial number");
  checkpoint->steps = (int64_t)co_read_u64(reader, "the steps");
  return !reader->failed;
}

// A whole file's bytes become a checkpoint; false with the reason.
static bool parse(CoCheckpoint *checkpoint, size_t bytes, CoError *error) {
  if (bytes < sizeof(uint64_t)) return co_fail(error, "%zu bytes, too short", bytes);
  size_t body = bytes - sizeof(uint64_t);
  if (co_hash(HASH_SEED, checkpoint->data, body) != stored_hash(checkpoint->data, body))
    return co_fail(error, "torn: its bytes do not have the hash at its end");
  checkpoint->body = co_reader(checkpoint->data, body, error);
  return head(checkpoint, &checkpoint->body);
}

static bool load(const char *folder, char slot, CoCheckpoint *checkpoint, CoError *error) {
  char path[2048];
  size_t bytes;
  place(folder, slot, path, sizeof path);
  *checkpoint = (CoCheckpoint){.slot = slot};
  checkpoint->data = co_file_read(path, MOST, &bytes, error);
  if (!checkpoint->data) return false;
  if (parse(checkpoint, bytes, error)) return true;
  co_checkpoint_free(checkpoint);
  return co_fail_within(error, "%s", path);
}

static bool exists(const char *folder, char slot) {
  char path[2048];
  place(folder, slot, path, sizeof path);
  return co_file_exists(path);
}

CoFound co_checkpoint_read(const char *folder, CoCheckpoint *checkpoint, CoError *error) {
  CoCheckpoint found[2];
  CoError reasons[2];
  bool there[2], valid[2];
  for (int i = 0; i < 2; i++) {
    char slot = (char)('a' + i);
    there[i] = exists(folder, slot);
    valid[i] = there[i] && load(folder, slot, &found[i], &reasons[i]);
  }
  if (!there[0] && !there[1]) return CO_FOUND_NONE;
  if (!valid[0] && !valid[1]) {
    co_fail(error, "no checkpoint can be used: %.400s%s%.400s", there[0] ? reasons[0].text : "",
            there[0] && there[1] ? "; " : "", there[1] ? reasons[1].text : "");
    return CO_FOUND_BROKEN;
  }
  int newest = valid[1] && (!valid[0] || found[1].serial > found[0].serial);
  if (valid[0] && valid[1]) co_checkpoint_free(&found[!newest]);
  *checkpoint = found[newest];
  checkpoint->body.error = error;
  return CO_FOUND_ONE;
}

void co_checkpoint_free(CoCheckpoint *checkpoint) {
  free(checkpoint->data);
  checkpoint->data = NULL;
}

bool co_checkpoint_write(const char *folder, const CoCheckpoint *given, const CoWriter *body, CoError *error) {
  char path[2048];
  CoWriter file = {0};
  place(folder, given->slot, path, sizeof path);
  co_write(&file, MAGIC, 8);
  co_write_u32(&file, FORMAT);
  co_write_text(&file, given->version);
  co_write_text(&file, given->core);
  co_write_u64(&file, given->identity);
  co_write_u64(&file, given->serial);
  co_write_u64(&file, (uint64_t)given->steps);
  co_write(&file, body->data, body->size);
  if (!file.failed) co_write_u64(&file, co_hash(HASH_SEED, file.data, file.size));
  bool ok = !file.failed && !body->failed ? co_file_write(path, file.data, file.size, error)
                                          : co_fail(error, "%s: no memory for a checkpoint", path);
  co_writer_free(&file);
  return ok;
}

bool co_checkpoint_algo(const CoCheckpoint *checkpoint, int team, CoReader *part, CoError *error) {
  CoReader body = checkpoint->body;
  body.error = error;
  for (int i = 0; i <= team; i++)
    if (!co_read_section(&body, "algo", part)) return false;
  return true;
}
