// A recording's bytes: a mark, one section each for what was played, the data files and the actions, and a hash.
// Discrete actions are zigzag varints, one byte for all but scripts' private numbers.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "cohort/recording.h"

#define MAGIC "COHORTRC"
#define FORMAT 1
#define HASH_SEED 0x7265636f7264ull
#define FILE_MOST ((size_t)256 << 20) // bytes
#define STEPS_MOST 10000000
#define AGENTS_MOST 4096

static void write_block(CoWriter *out, const char *text, uint64_t bytes) {
  co_write_u64(out, bytes);
  co_write(out, text, bytes);
}

static void write_varint(CoWriter *out, int action) {
  uint32_t value = (uint32_t)action << 1 ^ (uint32_t)(action >> 31);
  unsigned char bytes[5];
  size_t count = 0;
  for (; value >= 128; value >>= 7) bytes[count++] = (unsigned char)(value | 128);
  bytes[count++] = (unsigned char)value;
  co_write(out, bytes, count);
}

static void write_setting(const CoRecording *r, CoWriter *out) {
  size_t handle = co_write_begin(out, "what");
  co_write_text(out, r->env);
  co_write_text(out, r->players);
  write_block(out, r->config, r->config_bytes);
  co_write_u32(out, (uint32_t)r->source_count);
  for (int i = 0; i < r->source_count; i++) {
    co_write_text(out, r->sources[i].field);
    co_write_text(out, r->sources[i].name);
    write_block(out, r->sources[i].text, r->sources[i].bytes);
  }
  co_write_end(out, handle);
}

static void write_actions(const CoRecording *r, CoWriter *out) {
  size_t handle = co_write_begin(out, "play"), count = (size_t)r->steps * (size_t)r->agents;
  co_write_u64(out, r->seed);
  co_write_u64(out, r->hash);
  co_write_u32(out, (uint32_t)r->steps);
  co_write_u32(out, (uint32_t)r->agents);
  co_write_u32(out, (uint32_t)r->action_size);
  for (size_t i = 0; i < count && !r->action_size; i++) write_varint(out, r->discrete[i]);
  if (r->action_size) co_write(out, r->continuous, count * (size_t)r->action_size * sizeof(float));
  co_write_end(out, handle);
}

bool co_recording_write(const CoRecording *recording, const char *path, CoError *error) {
  CoWriter file = {0};
  co_write(&file, MAGIC, 8);
  co_write_u32(&file, FORMAT);
  write_setting(recording, &file);
  write_actions(recording, &file);
  if (!file.failed) co_write_u64(&file, co_hash(HASH_SEED, file.data, file.size));
  bool ok = file.failed ? co_fail(error, "%s: no memory for a recording", path)
                        : co_file_write(path, file.data, file.size, error);
  co_writer_free(&file);
  return ok;
}

static const char *read_block(CoReader *in, uint64_t *bytes, const char *what) {
  *bytes = co_read_u64(in, what);
  if (!in->failed && *bytes > in->size - in->at) {
    in->failed = true;
    co_fail(in->error, "%s: %llu bytes are said to follow, %zu do", what, (unsigned long long)*bytes,
            in->size - in->at);
  }
  if (in->failed) return NULL;
  const char *text = (const char *)in->data + in->at;
  in->at += *bytes;
  return text;
}

static int read_varint(CoReader *in) {
  uint32_t value = 0;
  unsigned char byte = 128;
  for (int shift = 0; byte & 128 && shift < 35; shift += 7) {
    if (!co_read(in, &byte, 1, "an action")) return 0;
    value |= (uint32_t)(byte & 127) << shift;
  }
  if (byte & 128) in->failed = !co_fail(in->error, "an action is longer than five bytes") || in->failed;
  return (int)(value >> 1 ^ (~(value & 1) + 1));
}

static bool read_setting(CoRecording *r, CoReader *file) {
  CoReader in;
  if (!co_read_section(file, "what", &in)) return false;
  co_read_text(&in, r->env, sizeof r->env, "the environment's name");
  co_read_text(&in, r->players, sizeof r->players, "the players");
  r->config = read_block(&in, &r->config_bytes, "the settings");
  uint32_t count = co_read_u32(&in, "the number of data files");
  if (in.failed) return false;
  if (count > CO_RECORDING_SOURCES)
    return co_fail(in.error, "%u data files, at most %d are allowed", count, CO_RECORDING_SOURCES);
  r->source_count = (int)count;
  for (uint32_t i = 0; i < count; i++) {
    co_read_text(&in, r->sources[i].field, sizeof r->sources[i].field, "a setting's name");
    co_read_text(&in, r->sources[i].name, sizeof r->sources[i].name, "a data file's name");
    r->sources[i].text = read_block(&in, &r->sources[i].bytes, "a data file");
  }
  return !in.failed;
}

static bool count(CoReader *in, const char *what, uint32_t low, uint32_t high, int *out) {
  uint32_t value = co_read_u32(in, what);
  if (in->failed) return false;
  if (value < low || value > high) return co_fail(in->error, "%s is %u, must lie in [%u, %u]", what, value, low, high);
  *out = (int)value;
  return true;
}

// Every number takes a byte at least (a float four), so the file's size bounds what is asked of the system.
static bool read_numbers(CoRecording *r, CoReader *in) {
  size_t numbers = (size_t)r->steps * (size_t)r->agents, left = in->size - in->at;
  if (r->action_size) numbers *= (size_t)r->action_size;
  if (numbers > left) return co_fail(in->error, "%zu actions are said to follow, %zu bytes do", numbers, left);
  if (r->action_size) {
    if (!(r->continuous = malloc(numbers * sizeof *r->continuous + 1)))
      return co_fail(in->error, "no memory for actions");
    return co_read(in, r->continuous, numbers * sizeof *r->continuous, "the actions");
  }
  if (!(r->discrete = malloc(numbers * sizeof *r->discrete + 1))) return co_fail(in->error, "no memory for actions");
  for (size_t i = 0; i < numbers && !in->failed; i++) r->discrete[i] = read_varint(in);
  return !in->failed;
}

static bool read_actions(CoRecording *r, CoReader *file) {
  CoReader in;
  if (!co_read_section(file, "play", &in)) return false;
  r->seed = co_read_u64(&in, "the seed");
  r->hash = co_read_u64(&in, "the final state's hash");
  return count(&in, "the number of steps", 1, STEPS_MOST, &r->steps) &&
         count(&in, "the number of agents", 1, AGENTS_MOST, &r->agents) &&
         count(&in, "the size of an action", 0, AGENTS_MOST, &r->action_size) && read_numbers(r, &in);
}

static bool parse(CoRecording *r, size_t bytes, CoError *error) {
  if (bytes < 20 || memcmp(r->data, MAGIC, 8)) return co_fail(error, "not a recording");
  size_t body = bytes - sizeof(uint64_t);
  uint64_t hash;
  memcpy(&hash, r->data + body, sizeof hash);
  if (co_hash(HASH_SEED, r->data, body) != hash)
    return co_fail(error, "damaged: its bytes do not have the hash at its end");
  CoReader file = co_reader(r->data, body, error);
  file.at = 8;
  uint32_t format = co_read_u32(&file, "the format's number");
  if (format != FORMAT) return co_fail(error, "format %u, this program reads %d", format, FORMAT);
  return read_setting(r, &file) && read_actions(r, &file);
}

bool co_recording_parse(CoRecording *recording, const void *data, size_t bytes, CoError *error) {
  *recording = (CoRecording){.data = malloc(bytes + 1)};
  if (!recording->data) return co_fail(error, "no memory for a recording");
  memcpy(recording->data, data, bytes);
  if (parse(recording, bytes, error)) return true;
  co_recording_free(recording);
  return false;
}

bool co_recording_read(CoRecording *recording, const char *path, CoError *error) {
  size_t bytes;
  char *data = co_file_read(path, FILE_MOST, &bytes, error);
  if (!data) return false;
  bool ok = co_recording_parse(recording, data, bytes, error) || co_fail_within(error, "%s", path);
  free(data);
  return ok;
}
