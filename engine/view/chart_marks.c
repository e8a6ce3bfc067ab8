// What a chart shows between its axes: lines with bands, bars with whiskers, stacked areas.
#include <math.h>

#include "chart_plot.h"

#define BAND 0.2F   // how dense a band is
#define POINTS 4096 // of a polygon; longer bands are several

float co_plot_x(const CoPlot *plot, double x) {
  double share = (x - plot->range.x_low) / (plot->range.x_high - plot->range.x_low);
  return plot->left + (plot->right - plot->left) * (float)share;
}

float co_plot_y(const CoPlot *plot, double y) {
  double held = fmin(fmax(y, plot->range.y_low), plot->range.y_high);
  double share = (held - plot->range.y_low) / (plot->range.y_high - plot->range.y_low);
  return plot->bottom - (plot->bottom - plot->top) * (float)share;
}

static bool shown(const CoPlot *plot, const CoSeries *series, int i) {
  double x = co_series_x(series, i);
  return isfinite(series->y[i]) && x >= plot->range.x_low && x <= plot->range.x_high;
}

static bool banded(const CoPlot *plot, const CoSeries *series, int i) {
  return shown(plot, series, i) && isfinite(series->low[i]) && isfinite(series->high[i]);
}

// The end of the run of points from `from` on of which `belongs` is true.
static int run_end(const CoPlot *plot, const CoSeries *series, int from,
                   bool (*belongs)(const CoPlot *, const CoSeries *, int)) {
  int end = from;
  while (end < series->count && end - from < POINTS / 2 && belongs(plot, series, end)) end++;
  return end;
}

// The area between low and high at the points from .. end - 1.
static void band(const CoPlot *plot, const CoSeries *series, int from, int end) {
  float points[POINTS][2];
  int count = end - from;
  for (int i = 0; i < count; i++) {
    float x = co_plot_x(plot, co_series_x(series, from + i));
    points[i][0] = points[2 * count - 1 - i][0] = x;
    points[i][1] = co_plot_y(plot, series->low[from + i]);
    points[2 * count - 1 - i][1] = co_plot_y(plot, series->high[from + i]);
  }
  co_canvas_polygon(plot->canvas, points[0], 2 * count);
}

// Bands that go on begin where the last one ended, so that there is no gap.
static void bands(const CoPlot *plot, int number) {
  const CoSeries *series = &plot->chart->series[number];
  if (!series->low) return;
  co_canvas_color(plot->canvas, co_color_fade(co_series_color(plot->chart, number), BAND));
  for (int from = 0; from < series->count;) {
    int end = run_end(plot, series, from, banded);
    if (end - from > 1) band(plot, series, from, end);
    from = end - from == POINTS / 2 ? end - 1 : end + 1;
  }
}

static void line(const CoPlot *plot, int number) {
  const CoSeries *series = &plot->chart->series[number];
  co_canvas_color(plot->canvas, co_series_color(plot->chart, number));
  co_canvas_width(plot->canvas, plot->size * 0.15F);
  for (int i = 0; i < series->count; i++) {
    if (!shown(plot, series, i)) continue;
    float x = co_plot_x(plot, co_series_x(series, i)), y = co_plot_y(plot, series->y[i]);
    bool before = i > 0 && shown(plot, series, i - 1), after = i + 1 < series->count && shown(plot, series, i + 1);
    if (before)
      co_canvas_line(plot->canvas, co_plot_x(plot, co_series_x(series, i - 1)), co_plot_y(plot, series->y[i - 1]), x,
                     y);
    else if (!after)
      co_canvas_disc(plot->canvas, x, y, plot->size * 0.15F);
  }
}

static void whisker(const CoPlot *plot, const CoSeries *series, int i, float x, float half) {
  float low = co_plot_y(plot, series->low[i]), high = co_plot_y(plot, series->high[i]);
  co_canvas_color(plot->canvas, plot->chart->dark ? (CoColor){235, 238, 242, 255} : (CoColor){40, 44, 52, 255});
  co_canvas_width(plot->canvas, plot->size * 0.08F);
  co_canvas_line(plot->canvas, x, low, x, high);
  co_canvas_line(plot->canvas, x - half, low, x + half, low);
  co_canvas_line(plot->canvas, x - half, high, x + half, high);
}

static void bars(const CoPlot *plot, int number) {
  const CoSeries *series = &plot->chart->series[number];
  float group = co_plot_x(plot, 1) - co_plot_x(plot, 0), width = 0.72F * group / (float)plot->chart->count;
  if (width > 4 * plot->size) width = 4 * plot->size;
  for (int i = 0; i < series->count; i++) {
    if (!isfinite(series->y[i])) continue;
    float middle = co_plot_x(plot, i) + width * ((float)number - 0.5F * (float)(plot->chart->count - 1));
    float zero = co_plot_y(plot, 0), y = co_plot_y(plot, series->y[i]);
    co_canvas_color(plot->canvas, co_series_color(plot->chart, number));
    co_canvas_rect(plot->canvas, middle - 0.46F * width, fminf(y, zero), 0.92F * width, fabsf(y - zero));
    if (series->low) whisker(plot, series, i, middle, 0.16F * width);
  }
}

// A layer of the stack at the points from .. end - 1, on the heap of one sign.
static void layer(const CoPlot *plot, int number, int sign, int from, int end) {
  float points[POINTS][2];
  int count = end - from;
  for (int i = 0; i < count; i++) {
    double base, top;
    co_stack_part(plot->chart, number, from + i, sign, &base, &top);
    points[i][0] = points[2 * count - 1 - i][0] = co_plot_x(plot, co_series_x(&plot->chart->series[0], from + i));
    points[i][1] = co_plot_y(plot, base);
    points[2 * count - 1 - i][1] = co_plot_y(plot, top);
  }
  co_canvas_polygon(plot->canvas, points[0], 2 * count);
}

static void area(const CoPlot *plot, int number) {
  int count = plot->chart->series[number].count, most = plot->chart->series[0].count;
  if (count > most) count = most;
  co_canvas_color(plot->canvas, co_series_color(plot->chart, number));
  for (int from = 0; from + 1 < count; from += POINTS / 2 - 1) {
    int end = from + POINTS / 2 < count ? from + POINTS / 2 : count;
    layer(plot, number, 1, from, end);
    layer(plot, number, -1, from, end);
  }
}

void co_plot_marks(const CoPlot *plot) {
  const CoChart *chart = plot->chart;
  for (int s = 0; s < chart->count; s++) {
    if (chart->kind == CO_CHART_LINES) bands(plot, s);
    if (chart->kind == CO_CHART_BARS) bars(plot, s);
    if (chart->kind == CO_CHART_STACK) area(plot, s);
  }
  for (int s = 0; chart->kind == CO_CHART_LINES && s < chart->count; s++) line(plot, s);
}
