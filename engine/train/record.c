// Rows of metrics: CSV with columns fixed at the start, the same numbers as TensorBoard events.
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"

struct CoRecord {
  const CoMetrics *const *metrics; // [count]
  int count;
  CoLog *csv, *events, *timing;
};

static CoLog *open_log(const char *folder, const char *name, uint64_t keep, CoError *error) {
  char path[2048];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return co_log_open(path, keep, error);
}

static bool append(CoLog *log, CoWriter *text, CoError *error) {
  bool ok = !text->failed && co_log_append(log, text->data, text->size, error) && co_log_flush(log, false, error);
  if (text->failed) co_fail(error, "no memory for a row of metrics");
  co_writer_free(text);
  return ok;
}

static bool header(CoRecord *record, CoError *error) {
  CoWriter text = {0};
  co_write_format(&text, "t_env");
  for (int i = 0; i < record->count; i++)
    for (int j = 0; j < co_metrics_count(record->metrics[i]); j++)
      co_write_format(&text, ",%s", co_metrics_name(record->metrics[i], j));
  co_write_format(&text, "\n");
  return append(record->csv, &text, error);
}

static bool greet(CoRecord *record, CoError *error) {
  CoWriter bytes = {0};
  co_event_version(&bytes);
  return append(record->events, &bytes, error);
}

// How much of timing.csv ends in whole lines: the clock's file keeps what every process wrote.
static bool lines(const char *folder, uint64_t *keep, CoError *error) {
  char path[2048];
  *keep = 0;
  snprintf(path, sizeof path, "%s/timing.csv", folder);
  if (!co_file_exists(path)) return true;
  size_t bytes;
  char *text = co_file_read(path, (size_t)1 << 30, &bytes, error);
  if (!text) return false;
  while (bytes && text[bytes - 1] != '\n') bytes--;
  free(text);
  *keep = bytes;
  return true;
}

static bool open_timing(CoRecord *record, const char *folder, bool anew, CoError *error) {
  uint64_t keep = 0;
  if (!anew && !lines(folder, &keep, error)) return false;
  if (!(record->timing = open_log(folder, "timing.csv", keep, error))) return false;
  CoWriter text = {0};
  if (!keep) co_write_format(&text, "t_env,seconds,steps_per_second,updates_per_second\n");
  return append(record->timing, &text, error);
}

static bool open_all(CoRecord *record, const char *folder, const uint64_t keep[CO_RECORD_FILES], CoError *error) {
  record->csv = open_log(folder, "metrics.csv", keep[0], error);
  record->events = record->csv ? open_log(folder, "events.out.tfevents.0.cohort", keep[1], error) : NULL;
  if (!record->events || !open_timing(record, folder, keep[0] == 0, error)) return false;
  return (keep[0] || header(record, error)) && (keep[1] || greet(record, error));
}

CoRecord *co_record_open(const char *folder, const CoMetrics *const *metrics, int count,
                         const uint64_t keep[CO_RECORD_FILES], CoError *error) {
  CoRecord *record = calloc(1, sizeof *record);
  if (!record) {
    co_fail(error, "no memory for the metrics' files");
    return NULL;
  }
  record->metrics = metrics;
  record->count = count;
  if (open_all(record, folder, keep, error)) return record;
  co_record_close(record);
  return NULL;
}

void co_record_close(CoRecord *record) {
  if (!record) return;
  if (record->csv) co_log_close(record->csv);
  if (record->events) co_log_close(record->events);
  if (record->timing) co_log_close(record->timing);
  free(record);
}

static bool row(CoRecord *record, int64_t steps, CoError *error) {
  CoWriter text = {0};
  co_write_format(&text, "%lld", (long long)steps);
  for (int i = 0; i < record->count; i++)
    for (int j = 0; j < co_metrics_count(record->metrics[i]); j++) {
      double mean;
      if (co_metrics_mean(record->metrics[i], j, &mean))
        co_write_format(&text, ",%.9g", mean);
      else
        co_write_format(&text, ",");
    }
  co_write_format(&text, "\n");
  return append(record->csv, &text, error);
}

static bool event(CoRecord *record, int64_t steps, CoError *error) {
  CoWriter bytes = {0};
  co_event_row(&bytes, steps, record->metrics, record->count);
  return append(record->events, &bytes, error);
}

static bool clocked(CoRecord *record, int64_t steps, const CoRecordTiming *timing, CoError *error) {
  CoWriter text = {0};
  co_write_format(&text, "%lld,%.3f,%.1f,%.2f\n", (long long)steps, timing->seconds, timing->steps_s,
                  timing->updates_s);
  return append(record->timing, &text, error);
}

bool co_record_row(CoRecord *record, int64_t steps, const CoRecordTiming *timing, CoError *error) {
  return row(record, steps, error) && event(record, steps, error) && (!timing || clocked(record, steps, timing, error));
}

bool co_record_flush(CoRecord *record, uint64_t sizes[CO_RECORD_FILES], CoError *error) {
  if (!co_log_flush(record->csv, true, error) || !co_log_flush(record->events, true, error)) return false;
  sizes[0] = co_log_size(record->csv);
  sizes[1] = co_log_size(record->events);
  return true;
}
