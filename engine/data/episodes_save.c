// Checkpoints of the episode store: every episode is written once, to a log of its own number's stretch.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/hash.h"
#include "store.h"

#define STRETCH 64 // episodes to a log
#define MAGIC UINT32_C(0x45506F43)
#define LOG_LIMIT ((size_t)1 << 36) // bytes

// Before an episode's entries in a log. No padding: 40 bytes.
typedef struct Record {
  uint32_t magic, terminated;
  int64_t number; // counted from 0 over all that were ever written
  uint64_t bytes; // of the entries behind it
  int64_t length;
  uint64_t hash; // of what comes before it here, and of the entries
} Record;

static uint64_t seal(const Record *record, const unsigned char *entries) {
  return co_hash(co_hash(0, record, offsetof(Record, hash)), entries, record->bytes);
}

// What must agree for entries to mean the same.
static uint64_t fingerprint(const CoEpisodes *store) {
  uint64_t numbers[] = {store->form.entry, (uint64_t)store->config.form, (uint64_t)store->spec->agents};
  uint64_t hash = co_hash_text(0, co_world_type(store->world)->name);
  return co_hash(co_hash(hash, numbers, sizeof numbers), store->form.numbers, sizeof store->form.numbers);
}

static bool name_log(char path[4096], const char *folder, int64_t segment, CoError *error) {
  if (snprintf(path, 4096, "%s/episodes-%08lld.log", folder, (long long)segment) < 4096) return true;
  return co_fail(error, "%s: the name is too long", folder);
}

static bool append(const CoEpisodes *store, int64_t number, CoLog *log, CoError *error) {
  const Kept *kept = &store->kept[number % store->config.capacity];
  Record record = {.magic = MAGIC, .terminated = (uint32_t)kept->terminated, .number = number, .length = kept->length};
  record.bytes = (uint64_t)(kept->length + 1) * store->form.entry;
  record.hash = seal(&record, kept->data);
  return co_log_append(log, &record, sizeof record, error) && co_log_append(log, kept->data, record.bytes, error);
}

// Appends episodes [first, end), all of one log, and notes its new size.
static bool append_stretch(CoEpisodes *store, const char *folder, int64_t first, int64_t end, CoError *error) {
  int64_t segment = first / STRETCH;
  char path[4096];
  if (!name_log(path, folder, segment, error)) return false;
  CoLog *log = co_log_open(path, segment == store->segment ? store->segment_bytes : 0, error);
  if (!log) return false;
  bool done = true;
  for (int64_t number = first; number < end && done; number++) done = append(store, number, log, error);
  done = done && co_log_flush(log, true, error);
  uint64_t bytes = co_log_size(log);
  co_log_close(log);
  if (!done) return false;
  store->segment = segment;
  store->segment_bytes = bytes;
  store->saved = end;
  return true;
}

static void save_open(const CoEpisodes *store, CoWriter *writer) {
  co_write_u32(writer, (uint32_t)store->config.num_envs);
  for (int i = 0; i < store->config.num_envs; i++) {
    co_write_u32(writer, (uint32_t)store->open[i].length);
    co_write(writer, store->open[i].data, (size_t)store->open[i].length * store->form.entry);
  }
}

bool co_episodes_save(CoEpisodes *store, const char *folder, CoWriter *writer, CoError *error) {
  if (!co_folder_create(folder, error)) return false;
  int64_t first = store->total - store->count; // what came and went since the last save is nobody's to keep
  if (first < store->saved) first = store->saved;
  while (first < store->total) {
    int64_t end = (first / STRETCH + 1) * STRETCH;
    if (end > store->total) end = store->total;
    if (!append_stretch(store, folder, first, end, error)) return false;
    first = end;
  }
  co_write_u64(writer, fingerprint(store));
  co_write_u64(writer, (uint64_t)store->total);
  co_write_u64(writer, (uint64_t)store->count);
  co_write_u64(writer, (uint64_t)store->pruned);
  co_write_u64(writer, (uint64_t)store->segment);
  co_write_u64(writer, store->segment_bytes);
  save_open(store, writer);
  return true;
}

// Takes the kept episodes out of a log's bytes: those from number store->total on, which comes next.
static bool read_records(CoEpisodes *store, const char *path, const char *data, size_t bytes, CoError *error) {
  for (size_t at = 0; at < bytes;) {
    Record record;
    if (bytes - at < sizeof record) return co_fail(error, "%s: cut short at byte %zu", path, at);
    memcpy(&record, data + at, sizeof record);
    at += sizeof record;
    bool sound = record.magic == MAGIC && record.length >= 1 && record.length < INT32_MAX &&
                 record.bytes == (uint64_t)(record.length + 1) * store->form.entry && record.bytes <= bytes - at;
    if (!sound) return co_fail(error, "%s: no episode at byte %zu", path, at - sizeof record);
    const unsigned char *entries = (const unsigned char *)data + at;
    at += record.bytes;
    if (record.number < store->total) continue;
    if (record.number != store->total || record.hash != seal(&record, entries))
      return co_fail(error, "%s: episode %lld is damaged", path, (long long)store->total);
    if (!co_store_keep(store, entries, (int)record.length, record.terminated != 0, error)) return false;
  }
  return true;
}

static bool read_log(CoEpisodes *store, const char *folder, int64_t segment, bool last, CoError *error) {
  char path[4096];
  size_t bytes;
  if (!name_log(path, folder, segment, error)) return false;
  char *data = co_file_read(path, LOG_LIMIT, &bytes, error);
  if (!data) return false;
  bool long_enough = !last || bytes >= store->segment_bytes;
  if (!long_enough)
    co_fail(error, "%s: %zu bytes long, must be at least %llu", path, bytes, (unsigned long long)store->segment_bytes);
  bool done = long_enough && read_records(store, path, data, last ? store->segment_bytes : bytes, error);
  free(data);
  return done;
}

static bool read_logs(CoEpisodes *store, const char *folder, int64_t total, int count, CoError *error) {
  co_store_clear(store);
  store->total = total - count;
  int64_t last = (total - 1) / STRETCH;
  for (int64_t segment = store->total / STRETCH; count > 0 && segment <= last; segment++)
    if (!read_log(store, folder, segment, segment == last, error)) return false;
  return store->total == total ||
         co_fail(error, "%s: episode %lld of %lld is missing", folder, (long long)store->total, (long long)total);
}

static bool load_open(CoEpisodes *store, CoReader *reader) {
  uint32_t copies = co_read_u32(reader, "number of copies");
  if (!reader->failed && copies != (uint32_t)store->config.num_envs)
    return co_fail(reader->error, "saved: episodes of %u copies; here: %d", copies, store->config.num_envs);
  for (int i = 0; i < store->config.num_envs && !reader->failed; i++) {
    Open *open = &store->open[i];
    uint32_t length = co_read_u32(reader, "length of an episode");
    uint64_t bytes = (uint64_t)length * store->form.entry;
    if (bytes > reader->size - reader->at) return co_fail(reader->error, "cut short in an episode under way");
    if (!co_store_room(store, open, (int)length + 1, reader->error)) return false;
    open->length = (int)length;
    open->ran = 0;
    co_read(reader, open->data, bytes, "an episode under way");
  }
  return !reader->failed;
}

bool co_episodes_load(CoEpisodes *store, const char *folder, CoReader *reader, CoError *error) {
  uint64_t form = co_read_u64(reader, "form of the episodes");
  uint64_t total = co_read_u64(reader, "episodes written"), count = co_read_u64(reader, "episodes kept");
  store->pruned = (int64_t)co_read_u64(reader, "logs removed");
  store->segment = (int64_t)co_read_u64(reader, "last log");
  store->segment_bytes = co_read_u64(reader, "size of the last log");
  if (reader->failed) return false;
  if (form != fingerprint(store)) return co_fail(error, "the saved episodes are of another environment or form");
  if (count > (uint64_t)store->config.capacity || count > total || total > INT64_MAX)
    return co_fail(error, "saved: %llu episodes; here: at most %d", (unsigned long long)count, store->config.capacity);
  store->saved = (int64_t)total;
  return load_open(store, reader) && read_logs(store, folder, (int64_t)total, (int)count, error);
}

bool co_episodes_prune(CoEpisodes *store, const char *folder, int64_t oldest, CoError *error) {
  char path[4096];
  for (; (store->pruned + 1) * STRETCH <= oldest; store->pruned++) {
    if (!name_log(path, folder, store->pruned, error)) return false;
    if (remove(path) != 0 && errno != ENOENT) return co_fail(error, "%s: cannot be removed: %m", path);
  }
  return true;
}
