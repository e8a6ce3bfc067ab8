// Metrics: named sums and counts of samples; a row holds the means.
#include "cohort/metrics.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME 96

typedef struct Metric {
  char name[NAME]; // with the prefix
  double sum;
  int64_t count;
  bool broken;
  double worst; // the first sample that is not finite
  double last;  // mean before the last clear
  bool cleared; // there was one
} Metric;

struct CoMetrics {
  char prefix[32];
  size_t skip; // length of the prefix
  Metric *items;
  int count, capacity;
};

CoMetrics *co_metrics_create(const char *prefix, CoError *error) {
  CoMetrics *metrics = calloc(1, sizeof *metrics);
  if (!metrics) {
    co_fail(error, "no memory for metrics");
    return NULL;
  }
  assert(strlen(prefix) < sizeof metrics->prefix);
  snprintf(metrics->prefix, sizeof metrics->prefix, "%s", prefix);
  metrics->skip = strlen(prefix);
  return metrics;
}

void co_metrics_destroy(CoMetrics *metrics) {
  if (!metrics) return;
  free(metrics->items);
  free(metrics);
}

static Metric *find(const CoMetrics *metrics, const char *name) {
  for (int i = 0; i < metrics->count; i++)
    if (!strcmp(metrics->items[i].name + metrics->skip, name)) return &metrics->items[i];
  return NULL;
}

bool co_metrics_declare(CoMetrics *metrics, const char *name, CoError *error) {
  if (find(metrics, name)) return true;
  assert(metrics->skip + strlen(name) < NAME);
  if (metrics->count == metrics->capacity) {
    int capacity = metrics->capacity ? 2 * metrics->capacity : 16;
    Metric *items = realloc(metrics->items, (size_t)capacity * sizeof *items);
    if (!items) return co_fail(error, "no memory for metric %s", name);
    metrics->items = items;
    metrics->capacity = capacity;
  }
  Metric *item = &metrics->items[metrics->count++];
  *item = (Metric){.sum = 0};
  memcpy(item->name, metrics->prefix, metrics->skip);
  memcpy(item->name + metrics->skip, name, strlen(name) + 1);
  return true;
}

void co_metric(CoMetrics *metrics, const char *name, double value) {
  co_metric_sum(metrics, name, value, 1);
}

void co_metric_sum(CoMetrics *metrics, const char *name, double sum, int count) {
  if (!metrics) return;
  Metric *item = find(metrics, name);
  assert(item && "a metric must be declared");
  if (!item) return;
  if (!isfinite(sum) && !item->broken) {
    item->broken = true;
    item->worst = sum;
  }
  item->sum += sum;
  item->count += count;
}

int co_metrics_count(const CoMetrics *metrics) {
  return metrics->count;
}

const char *co_metrics_name(const CoMetrics *metrics, int i) {
  assert(i >= 0 && i < metrics->count);
  return metrics->items[i].name;
}

bool co_metrics_find(const CoMetrics *metrics, const char *name, double *mean) {
  const Metric *item = find(metrics, name);
  return item && co_metrics_mean(metrics, (int)(item - metrics->items), mean);
}

bool co_metrics_mean(const CoMetrics *metrics, int i, double *mean) {
  assert(i >= 0 && i < metrics->count);
  const Metric *item = &metrics->items[i];
  if (!item->count) return false;
  *mean = item->sum / (double)item->count;
  return true;
}

bool co_metrics_last(const CoMetrics *metrics, const char *name, double *mean) {
  const Metric *item = find(metrics, name);
  if (item && item->cleared) *mean = item->last;
  return item && item->cleared;
}

const char *co_metrics_broken(const CoMetrics *metrics, double *value) {
  for (int i = 0; i < metrics->count; i++)
    if (metrics->items[i].broken) {
      *value = metrics->items[i].worst;
      return metrics->items[i].name;
    }
  return NULL;
}

void co_metrics_clear(CoMetrics *metrics) {
  for (int i = 0; i < metrics->count; i++) {
    if (co_metrics_mean(metrics, i, &metrics->items[i].last)) metrics->items[i].cleared = true;
    metrics->items[i].sum = 0;
    metrics->items[i].count = 0;
    metrics->items[i].broken = false;
  }
}

void co_metrics_save(const CoMetrics *metrics, CoWriter *writer) {
  co_write_u32(writer, (uint32_t)metrics->count);
  for (int i = 0; i < metrics->count; i++) {
    co_write(writer, &metrics->items[i].sum, sizeof(double));
    co_write_u64(writer, (uint64_t)metrics->items[i].count);
  }
}

bool co_metrics_load(CoMetrics *metrics, CoReader *reader) {
  uint32_t count = co_read_u32(reader, "the number of metrics");
  if (!reader->failed && count != (uint32_t)metrics->count) {
    reader->failed = true;
    return co_fail(reader->error, "%u metrics are saved, this run has %d", count, metrics->count);
  }
  for (int i = 0; i < metrics->count; i++) {
    co_read(reader, &metrics->items[i].sum, sizeof(double), "a metric's sum");
    metrics->items[i].count = (int64_t)co_read_u64(reader, "a metric's count");
  }
  return !reader->failed;
}
