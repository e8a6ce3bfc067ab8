// A curve over seeds: each seed's metric smoothed, brought to common steps, then median and quartiles, or the like.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/stats.h"
#include "plot.h"

#define DRAWS 2000 // of the bootstrap

// One seed's points, in the order of x.
typedef struct Points {
  double *x, *y; // [count], one block
  int count;
} Points;

static bool no_column(const PlotFile *file, const char *name, CoError *error) {
  if (csv_find(&file->csv, name) >= 0) return co_fail(error, "%s: no numbers in column '%s'", file->path, name);
  const char *near = csv_nearest(&file->csv, name);
  return near ? co_fail(error, "%s: no column '%s' (did you mean '%s'?)", file->path, name, near)
              : co_fail(error, "%s: no column '%s'", file->path, name);
}

// The rows that have both numbers; x must grow.
static bool take(Points *points, const PlotFile *file, const CurveWishes *wishes, CoError *error) {
  const Csv *csv = &file->csv;
  if (!csv_has(csv, wishes->metric)) return no_column(file, wishes->metric, error);
  if (!csv_has(csv, wishes->x)) return no_column(file, wishes->x, error);
  int x = csv_find(csv, wishes->x), y = csv_find(csv, wishes->metric);
  points->x = calloc(2 * (size_t)csv->rows, sizeof *points->x);
  if (!points->x) return co_fail(error, "%s: no memory", file->path);
  points->y = points->x + csv->rows;
  for (int row = 0; row < csv->rows; row++) {
    const double *cells = csv->cells + (size_t)row * (size_t)csv->columns;
    if (!isfinite(cells[x]) || !isfinite(cells[y])) continue;
    if (points->count && cells[x] <= points->x[points->count - 1]) continue;
    points->x[points->count] = cells[x];
    points->y[points->count++] = cells[y] * wishes->scale;
  }
  return points->count > 0 || co_fail(error, "%s: no row has both %s and %s", file->path, wishes->x, wishes->metric);
}

// In place: the mean of each point and of those before it, `width` in all. Backwards, so that none is used twice.
static void smooth(Points *points, int width) {
  for (int i = points->count - 1; i >= 0; i--) {
    int first = i - width + 1 > 0 ? i - width + 1 : 0;
    points->y[i] = co_mean(points->y + first, i - first + 1);
  }
}

// Between two points on their line; before the first and behind the last what these have.
static double value_at(const Points *points, double x) {
  int next = 0;
  while (next < points->count - 1 && points->x[next] < x) next++;
  if (points->x[next] <= x || next == 0) return points->y[next];
  double part = (x - points->x[next - 1]) / (points->x[next] - points->x[next - 1]);
  return points->y[next - 1] + part * (points->y[next] - points->y[next - 1]);
}

static void summarise(const double *values, int seeds, int band, CoRng *rng, double *scratch, double out[3]) {
  CoSummary summary = co_summary(values, seeds, scratch);
  out[0] = summary.median, out[1] = summary.quartile1, out[2] = summary.quartile3;
  if (band == BAND_RANGE) out[1] = summary.low, out[2] = summary.high;
  if (band != BAND_INTERVAL) return;
  CoInterval interval = co_interquartile_mean(values, seeds, DRAWS, rng, scratch);
  out[0] = interval.centre, out[1] = interval.low, out[2] = interval.high;
}

// What all seeds have reached: from the latest first point to the earliest last one, or that first point alone.
static void common(const Points *seeds, int count, double *low, double *high) {
  *low = -INFINITY, *high = INFINITY;
  for (int i = 0; i < count; i++) {
    *low = fmax(*low, seeds[i].x[0]);
    *high = fmin(*high, seeds[i].x[seeds[i].count - 1]);
  }
  *high = fmax(*low, *high);
}

// The x of the curve: where the common stretch begins, the first seed's own within it, where it ends.
static int abscissae(const Points *seeds, int count, double *x) {
  double low, high;
  int found = 0;
  common(seeds, count, &low, &high);
  x[found++] = low;
  for (int i = 0; i < seeds[0].count; i++)
    if (seeds[0].x[i] > low && seeds[0].x[i] < high) x[found++] = seeds[0].x[i];
  if (high > low) x[found++] = high;
  return found;
}

static bool gather(Curve *curve, const Points *seeds, int count, const CurveWishes *wishes, CoError *error) {
  size_t most = (size_t)seeds[0].count + 2;
  double out[3], *scratch = malloc((3 * (size_t)count + DRAWS) * sizeof *scratch);
  curve->x = calloc(4 * most, sizeof *curve->x);
  if (!curve->x || !scratch) {
    free(scratch);
    return co_fail(error, "no memory for a curve");
  }
  double *values = scratch + 2 * count + DRAWS;
  curve->y = curve->x + most;
  if (count > 1 && wishes->band != BAND_NONE) curve->low = curve->y + most, curve->high = curve->low + most;
  curve->count = abscissae(seeds, count, curve->x);
  CoRng rng = co_rng(1, "plot", 0);
  for (int i = 0; i < curve->count; i++) {
    for (int s = 0; s < count; s++) values[s] = value_at(&seeds[s], curve->x[i]);
    summarise(values, count, wishes->band, &rng, scratch, out);
    curve->y[i] = out[0];
    if (curve->low) curve->low[i] = out[1], curve->high[i] = out[2];
  }
  free(scratch);
  return true;
}

bool curve_make(Curve *curve, const PlotFile *const *members, int count, const CurveWishes *wishes, CoError *error) {
  Points *seeds = calloc((size_t)count, sizeof *seeds);
  bool ok = seeds || co_fail(error, "no memory for a curve");
  curve->seeds = count;
  for (int i = 0; ok && i < count; i++) {
    ok = take(&seeds[i], members[i], wishes, error);
    if (ok) smooth(&seeds[i], wishes->smooth);
  }
  ok = ok && gather(curve, seeds, count, wishes, error);
  for (int i = 0; seeds && i < count; i++) free(seeds[i].x);
  free(seeds);
  return ok;
}

void curve_free(Curve *curve) {
  free(curve->x);
}
