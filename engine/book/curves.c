// The curves of an example: points as they come, a CSV file of all seeds, a chart of their mean and range.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "cohort/chart.h"
#include "cohort/file.h"

static Curve *find(const CoExample *example, const char *name) {
  for (int i = 0; i < example->curve_count; i++)
    if (!strcmp(example->curves[i].name, name)) return &example->curves[i];
  return NULL;
}

void co_example_point(CoExample *example, const char *name, double x, double y) {
  Curve *curve = find(example, name);
  if (!curve) {
    example->curves =
        book_grow(example, example->curves, example->curve_count, &example->curve_room, sizeof *example->curves);
    curve = &example->curves[example->curve_count++];
    *curve = (Curve){.x = NULL};
    snprintf(curve->name, sizeof curve->name, "%s", name);
  }
  int room = curve->room;
  curve->x = book_grow(example, curve->x, curve->count, &room, sizeof *curve->x);
  curve->y = book_grow(example, curve->y, curve->count, &curve->room, sizeof *curve->y);
  curve->x[curve->count] = x, curve->y[curve->count++] = y;
}

static bool write_csv(const CoExample *examples, int count, const char *path, CoError *error) {
  CoWriter text = {0};
  co_write_format(&text, "curve,seed,x,y\n");
  for (int i = 0; i < count; i++)
    for (int j = 0; j < examples[i].curve_count; j++) {
      const Curve *curve = &examples[i].curves[j];
      for (int k = 0; k < curve->count; k++)
        co_write_format(&text, "%s,%llu,%.9g,%.9g\n", curve->name, (unsigned long long)examples[i].seed, curve->x[k],
                        curve->y[k]);
    }
  bool ok = text.failed ? co_fail(error, "no memory for the curves") : co_file_write(path, text.data, text.size, error);
  co_writer_free(&text);
  return ok;
}

// --- the picture ---

// A curve at x, in a straight line between its points; NaN outside them.
static double value_at(const Curve *curve, double x) {
  int i = 0;
  if (!curve || !curve->count || x < curve->x[0] || x > curve->x[curve->count - 1]) return NAN;
  while (curve->x[i] < x) i++;
  if (curve->x[i] == x) return curve->y[i];
  double part = (x - curve->x[i - 1]) / (curve->x[i] - curve->x[i - 1]);
  return curve->y[i - 1] + part * (curve->y[i] - curve->y[i - 1]);
}

// The first seed's abscissae; numbers of all that reach there. mean, low, high: [count of the first's points]
static void average(const CoExample *examples, int count, const Curve *first, double *mean, double *low, double *high) {
  for (int k = 0; k < first->count; k++) {
    double sum = 0;
    int there = 0;
    low[k] = INFINITY, high[k] = -INFINITY;
    for (int i = 0; i < count; i++) {
      double y = value_at(find(&examples[i], first->name), first->x[k]);
      if (isnan(y)) continue;
      sum += y, there++;
      low[k] = fmin(low[k], y), high[k] = fmax(high[k], y);
    }
    mean[k] = there ? sum / there : NAN;
  }
}

static bool draw(const CoExample *examples, int count, CoSeries *series, double *memory, const char *path,
                 CoError *error) {
  const CoExampleType *type = examples->type;
  char subtitle[256];
  for (int j = 0; j < examples->curve_count; j++) {
    const Curve *curve = &examples->curves[j];
    double *x = memory, *mean = x + curve->count, *low = mean + curve->count, *high = low + curve->count;
    memcpy(x, curve->x, (size_t)curve->count * sizeof *x);
    average(examples, count, curve, mean, low, high);
    for (; type->chart_log && memory < high + curve->count; memory++) *memory = log10(*memory);
    memory = high + curve->count;
    series[j] = (CoSeries){.label = curve->name, .count = curve->count, .x = x, .y = mean};
    if (count > 1) series[j].low = low, series[j].high = high;
  }
  snprintf(subtitle, sizeof subtitle, count > 1 ? "%s: mean and range of %d seeds" : "%s", type->chart_y, count);
  const CoChart chart = {.title = type->name,
                         .subtitle = subtitle,
                         .x_label = type->chart_x,
                         .series = series,
                         .count = examples->curve_count,
                         .logarithmic = type->chart_log};
  return co_chart_write_png(&chart, 800, 500, path, error);
}

static bool write_png(const CoExample *examples, int count, const char *path, CoError *error) {
  size_t points = 1;
  for (int j = 0; j < examples->curve_count; j++) points += 4 * (size_t)examples->curves[j].count;
  CoSeries *series = calloc((size_t)examples->curve_count, sizeof *series);
  double *memory = calloc(points, sizeof *memory);
  bool ok =
      series && memory ? draw(examples, count, series, memory, path, error) : co_fail(error, "no memory for the chart");
  free(memory);
  free(series);
  return ok;
}

bool curves_write(const CoExample *examples, int count, CoError *error) {
  const BookOptions *options = &examples->line->options;
  if (!options->csv[0] && !options->png[0]) return true;
  if (!examples->curve_count) return co_fail(error, "%s has no curves to write", examples->type->name);
  return (!options->csv[0] || write_csv(examples, count, options->csv, error)) &&
         (!options->png[0] || write_png(examples, count, options->png, error));
}
