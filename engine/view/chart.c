// Charts on a canvas: title, axes, grid, and labels beside the ends of the curves.
#include "cohort/chart.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "chart_plot.h"

#define LABELS 64    // at most
#define WIDEST 0.35F // share of the width that labels may take

CoColor co_chart_color(int series, bool dark) {
  static const CoColor light[] = {{0, 114, 178, 255}, {213, 94, 0, 255},   {0, 158, 115, 255}, {204, 121, 167, 255},
                                  {230, 159, 0, 255}, {86, 180, 233, 255}, {90, 90, 90, 255},  {160, 80, 40, 255}};
  static const CoColor bright[] = {{86, 180, 233, 255},  {240, 140, 58, 255}, {60, 200, 150, 255},
                                   {226, 150, 195, 255}, {240, 228, 66, 255}, {110, 140, 255, 255},
                                   {190, 190, 190, 255}, {200, 140, 90, 255}};
  assert(series >= 0);
  CoColor color = dark ? bright[series % 8] : light[series % 8];
  const CoColor end = dark ? (CoColor){255, 255, 255, 255} : (CoColor){0, 0, 0, 255};
  for (int round = series / 8; round > 0; round--) color = co_color_mix(color, end, 0.5F);
  return color;
}

CoColor co_series_color(const CoChart *chart, int series) {
  CoColor own = chart->series[series].color;
  return own.a ? own : co_chart_color(series, chart->dark);
}

typedef struct Theme {
  CoColor ground, strong, plain, grid, axis;
} Theme;

static Theme theme_of(bool dark) {
  return dark ? (Theme){{20, 24, 31, 255},
                        {235, 238, 242, 255},
                        {160, 168, 178, 255},
                        {43, 48, 56, 255},
                        {92, 100, 112, 255}}
              : (Theme){{255, 255, 255, 255},
                        {34, 38, 46, 255},
                        {98, 104, 114, 255},
                        {232, 234, 238, 255},
                        {150, 156, 166, 255}};
}

// About how wide a text is in units of its height, as sans serif fonts have it; the canvas knows no font.
static float width_of(const char *text) {
  float width = 0;
  for (; *text; text++) {
    if (((unsigned char)*text & 0xc0) == 0x80) continue; // the rest of a letter
    bool narrow = strchr("iljtfrI.,:;'|!()[] -", *text), wide = strchr("mwMW@%", *text);
    width += narrow ? 0.33F : wide ? 0.78F : *text >= 'A' && *text <= 'Z' ? 0.6F : 0.54F;
  }
  return width;
}

static void text(const CoPlot *plot, CoColor color, float x, float y, float size, CoAlign align, const char *words) {
  co_canvas_color(plot->canvas, color);
  co_canvas_text(plot->canvas, x, y, size, align, words);
}

static double at(const CoTicks *ticks, int i) {
  return round(ticks->first / ticks->step + i) * ticks->step;
}

// Logarithms have ticks at whole powers of ten, which need not be more than there are.
static int most_powers(const CoPlot *plot, double low, double high, int most) {
  int powers = (int)(floor(high + 1e-9) - ceil(low - 1e-9)) + 1;
  return plot->chart->logarithmic && powers < most ? powers : most;
}

static const char *tick_text(const CoPlot *plot, const CoTicks *ticks, int i, char number[CO_TICK_TEXT]) {
  if (!plot->chart->logarithmic) return co_chart_tick(ticks, i, number);
  double value = pow(10, at(ticks, i)), unit = value >= 1e6 ? 1e6 : value >= 1e4 ? 1e3 : 1;
  snprintf(number, CO_TICK_TEXT, "%.4g%s", value / unit, unit == 1e6 ? "M" : unit == 1e3 ? "k" : "");
  return number;
}

static CoTicks ticks_x(const CoPlot *plot) {
  int most =
      most_powers(plot, plot->range.x_low, plot->range.x_high, (int)((plot->right - plot->left) / (5 * plot->size)));
  return co_chart_ticks(plot->range.x_low, plot->range.x_high, most < 2 ? 2 : most);
}

static CoTicks ticks_y(const CoPlot *plot) {
  const CoChartRange *range = &plot->range;
  int most = (int)((plot->bottom - plot->top) / (2 * plot->size));
  int count = range->y_step > 0 ? 1 + (int)lround((range->y_high - range->y_low) / range->y_step) : most + 1;
  if (count <= most) return (CoTicks){range->y_low, range->y_step, count};
  return co_chart_ticks(range->y_low, range->y_high, most < 2 ? 2 : most > 8 ? 8 : most);
}

static float labels_width(const CoChart *chart) {
  float widest = 0;
  for (int s = 0; s < chart->count; s++)
    if (chart->series[s].label) widest = fmaxf(widest, width_of(chart->series[s].label));
  return widest;
}

// The field between the axes: what titles, numbers and labels leave.
static void lay_out(CoPlot *plot, float width, float height) {
  const CoChart *chart = plot->chart;
  char number[CO_TICK_TEXT];
  float size = plot->size, widest = 0, labels = labels_width(chart);
  plot->top = size * (1.2F + (chart->title ? 1.5F : 0) + (chart->subtitle ? 1.6F : 0));
  plot->bottom = height - size * (2 + (chart->x_label ? 1.2F : 0));
  if (plot->bottom < plot->top + size) plot->bottom = plot->top + size;
  CoTicks ticks = ticks_y(plot);
  for (int i = 0; i < ticks.count; i++) widest = fmaxf(widest, width_of(tick_text(plot, &ticks, i, number)));
  plot->left = size * (1.2F + widest);
  plot->right = width - size * 1.2F - (labels > 0 ? fminf(size * (labels + 1.3F), WIDEST * width) : 0);
  if (plot->right < plot->left + size) plot->right = plot->left + size;
}

static void titles(const CoPlot *plot, const Theme *theme, float height) {
  const CoChart *chart = plot->chart;
  float size = plot->size, x = 0.8F * size, y = 1.2F * size;
  if (chart->title) {
    text(plot, theme->strong, x, y, 1.3F * size, CO_LEFT, chart->title);
    y += 1.55F * size;
  }
  if (chart->subtitle) text(plot, theme->plain, x, y, size, CO_LEFT, chart->subtitle);
  if (chart->x_label)
    text(plot, theme->plain, 0.5F * (plot->left + plot->right), height - 0.9F * size, size, CO_CENTER, chart->x_label);
}

static void axis_y(const CoPlot *plot, const Theme *theme) {
  char number[CO_TICK_TEXT];
  CoTicks ticks = ticks_y(plot);
  co_canvas_width(plot->canvas, plot->size * 0.06F);
  for (int i = 0; i < ticks.count; i++) {
    float y = co_plot_y(plot, at(&ticks, i));
    co_canvas_color(plot->canvas, theme->grid);
    co_canvas_line(plot->canvas, plot->left, y, plot->right, y);
    text(plot, theme->plain, plot->left - 0.5F * plot->size, y, plot->size, CO_RIGHT,
         tick_text(plot, &ticks, i, number));
  }
}

static void axis_x(const CoPlot *plot, const Theme *theme) {
  char number[CO_TICK_TEXT];
  CoTicks ticks = ticks_x(plot);
  for (int i = 0; i < ticks.count; i++) {
    float x = co_plot_x(plot, at(&ticks, i));
    co_canvas_color(plot->canvas, theme->axis);
    co_canvas_width(plot->canvas, plot->size * 0.06F);
    co_canvas_line(plot->canvas, x, plot->bottom, x, plot->bottom + 0.3F * plot->size);
    text(plot, theme->plain, x, plot->bottom + plot->size, plot->size, CO_CENTER, tick_text(plot, &ticks, i, number));
  }
}

static void names(const CoPlot *plot, const Theme *theme) {
  int groups = 0;
  for (int s = 0; s < plot->chart->count; s++)
    if (plot->chart->series[s].count > groups) groups = plot->chart->series[s].count;
  for (int i = 0; i < groups; i++) {
    char number[CO_TICK_TEXT];
    snprintf(number, sizeof number, "%d", i);
    const char *name = plot->chart->names ? plot->chart->names[i] : number;
    text(plot, theme->plain, co_plot_x(plot, i), plot->bottom + plot->size, plot->size, CO_CENTER, name);
  }
}

// The line where y is 0, or the field's lower edge; and "now".
static void base_line(const CoPlot *plot, const Theme *theme) {
  const double *marker = plot->chart->marker;
  bool zero = !plot->chart->logarithmic && plot->range.y_low < 0 && plot->range.y_high > 0;
  float y = zero ? co_plot_y(plot, 0) : plot->bottom;
  co_canvas_color(plot->canvas, theme->axis);
  co_canvas_width(plot->canvas, plot->size * 0.06F);
  co_canvas_line(plot->canvas, plot->left, y, plot->right, y);
  if (!marker || !(*marker >= plot->range.x_low && *marker <= plot->range.x_high)) return;
  float x = co_plot_x(plot, *marker);
  co_canvas_color(plot->canvas, theme->strong);
  co_canvas_line(plot->canvas, x, plot->top, x, plot->bottom);
}

typedef struct Label {
  int series;
  float y;
} Label;

// Where a series ends: its last point, or the middle of its last layer; bars have no end and are listed from the top.
static float anchor(const CoPlot *plot, int number) {
  const CoChart *chart = plot->chart;
  const CoSeries *series = &chart->series[number];
  int last = series->count - 1;
  if (chart->kind == CO_CHART_BARS) return plot->top + (float)number;
  while (last > 0 && !isfinite(series->y[last])) last--;
  if (last < 0) return plot->bottom;
  if (chart->kind == CO_CHART_LINES) return co_plot_y(plot, series->y[last]);
  double base, top;
  co_stack_part(chart, number, last, series->y[last] < 0 ? -1 : 1, &base, &top);
  return co_plot_y(plot, (base + top) / 2);
}

// Sorted by height and pushed apart, down first, then up from the field's lower edge.
static int place_labels(const CoPlot *plot, Label labels[LABELS]) {
  int count = 0;
  for (int s = 0; s < plot->chart->count && count < LABELS; s++) {
    if (!plot->chart->series[s].label) continue;
    Label label = {s, anchor(plot, s)};
    int i = count++;
    for (; i > 0 && labels[i - 1].y > label.y; i--) labels[i] = labels[i - 1];
    labels[i] = label;
  }
  float gap = 1.3F * plot->size;
  for (int i = 1; i < count; i++) labels[i].y = fmaxf(labels[i].y, labels[i - 1].y + gap);
  for (int i = count - 1; i >= 0; i--)
    labels[i].y = fminf(labels[i].y, i == count - 1 ? plot->bottom : labels[i + 1].y - gap);
  return count;
}

static void label_series(const CoPlot *plot, const Theme *theme) {
  Label labels[LABELS];
  int count = place_labels(plot, labels);
  float size = plot->size, x = plot->right + 0.5F * size;
  for (int i = 0; i < count; i++) {
    co_canvas_color(plot->canvas, co_series_color(plot->chart, labels[i].series));
    co_canvas_rect(plot->canvas, x, labels[i].y - 0.2F * size, 0.7F * size, 0.4F * size);
    text(plot, theme->strong, x + size, labels[i].y, size, CO_LEFT, plot->chart->series[labels[i].series].label);
  }
}

void co_chart_draw(const CoChart *chart, float width, float height, CoCanvas *canvas) {
  assert(width > 0 && height > 0);
  Theme theme = theme_of(chart->dark);
  CoPlot plot = {.chart = chart, .canvas = canvas, .range = co_chart_range(chart)};
  plot.size = fmaxf(fminf(width, height) / 32, 9);
  lay_out(&plot, width, height);
  co_canvas_camera(canvas, 0, height, width, 0);
  co_canvas_color(canvas, theme.ground);
  co_canvas_rect(canvas, 0, 0, width, height);
  titles(&plot, &theme, height);
  axis_y(&plot, &theme);
  if (chart->kind == CO_CHART_BARS)
    names(&plot, &theme);
  else
    axis_x(&plot, &theme);
  co_plot_marks(&plot);
  base_line(&plot, &theme);
  label_series(&plot, &theme);
}
