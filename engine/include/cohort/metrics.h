// Named numbers of a run: averaged over the log interval, written to metrics.csv and TensorBoard event files.
#ifndef COHORT_METRICS_H
#define COHORT_METRICS_H

#include "cohort/bytes.h"

// Names are declared when a run begins; reporting an undeclared one is the caller's mistake (assert). NULL: ignored.
typedef struct CoMetrics CoMetrics;
void co_metric(CoMetrics *metrics, const char *name, double value); // adds a sample; the row holds the mean
void co_metric_sum(CoMetrics *metrics, const char *name, double sum, int count); // many samples at once

// `prefix` stands before every name in files ("team1_"); "" for none.
CoMetrics *co_metrics_create(const char *prefix, CoError *error);
void co_metrics_destroy(CoMetrics *metrics);
bool co_metrics_declare(CoMetrics *metrics, const char *name, CoError *error); // twice is once

bool co_metrics_find(const CoMetrics *metrics, const char *name, double *mean); // by name; false: no sample
bool co_metrics_last(const CoMetrics *metrics, const char *name,
                     double *mean); // before the last clear that had samples
int co_metrics_count(const CoMetrics *metrics);
const char *co_metrics_name(const CoMetrics *metrics, int i);           // with the prefix
bool co_metrics_mean(const CoMetrics *metrics, int i, double *mean);    // false: no sample since the last clear
const char *co_metrics_broken(const CoMetrics *metrics, double *value); // the first that got NaN or infinity; NULL
void co_metrics_clear(CoMetrics *metrics);                              // samples, not names
void co_metrics_save(const CoMetrics *metrics, CoWriter *writer);       // samples so far
bool co_metrics_load(CoMetrics *metrics, CoReader *reader);

// TensorBoard event files: TFRecord frames (length, masked CRC-32C, bytes, masked CRC-32C) around Event messages
// (protocol buffers: wall_time 1, step 2, file_version 3, summary 5). Wall time is not the clock's: it is the number of
// environment steps in seconds, so that a run's file is the same bits whenever it is made.
uint32_t co_crc32c(const void *data, size_t bytes);
void co_event_version(CoWriter *file);
// One event with every metric that has a sample; nothing when none has.
void co_event_row(CoWriter *file, int64_t step, const CoMetrics *const *metrics, int count);

#endif
