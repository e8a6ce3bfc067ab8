// Charts: curves with bands, bars and stacked areas, drawn on a canvas from plain numbers.
#ifndef COHORT_CHART_H
#define COHORT_CHART_H

#include "cohort/canvas.h"

typedef enum CoChartKind {
  CO_CHART_LINES,
  CO_CHART_BARS,  // groups at x = 0, 1, 2 ..., one bar a series side by side; low and high are whiskers
  CO_CHART_STACK, // areas upon each other, what is below 0 hanging down from it; every series at the first one's x
} CoChartKind;

// One curve. Everything is borrowed. A number that is not finite is a gap.
typedef struct CoSeries {
  const char *label; // beside its end; NULL: none
  int count;
  const double *x;          // [count] ascending; NULL: 0, 1, 2 ...
  const double *y;          // [count]
  const double *low, *high; // [count] band around y, both or neither
  CoColor color;            // a = 0: co_chart_color
} CoSeries;

typedef struct CoChart {
  CoChartKind kind;
  const char *title, *subtitle; // above the plot, the subtitle smaller: what the vertical axis shows; NULL: none
  const char *x_label;          // NULL: none
  const CoSeries *series;       // [count]
  int count;
  const char *const *names; // BARS: under each group; NULL: its number
  double x_low, x_high;     // what is shown; equal: what the data need
  double y_low, y_high;     // likewise
  const double *marker;     // x of a vertical line ("now"); NULL: none
  bool dark;                // for a dark ground, as viewers have
  bool logarithmic;         // the numbers are common logarithms; axes show what they are the logarithms of
} CoChart;

// The whole chart on (0, 0) .. (width, height), y downwards: sets the canvas's camera so. Letters and lines grow with
// the lesser side; as pixels, 800 x 500 reads well, and 240 x 120 still does.
void co_chart_draw(const CoChart *chart, float width, float height, CoCanvas *canvas);

bool co_chart_write_png(const CoChart *chart, int width, int height, const char *path, CoError *error); // pixels

// Colours that colour-blind people tell apart (Okabe and Ito, 2008), for series 0, 1, 2 ...; from the ninth on
// they come again, darker (on a dark ground paler).
CoColor co_chart_color(int series, bool dark);

// Where an axis has its numbers: first, first + step ... (count of them) within [low, high], at most `most` (>= 2); the
// step is 1, 2 or 5 times a power of ten. low < high.
typedef struct CoTicks {
  double first, step;
  int count;
} CoTicks;
CoTicks co_chart_ticks(double low, double high, int most);
#define CO_TICK_TEXT 32
// A tick's number as its axis writes it, all in one unit: "0", "50k", "100k", or "0.5M". tick < count.
const char *co_chart_tick(const CoTicks *ticks, int tick, char text[CO_TICK_TEXT]);

// What the axes show: the given range, else that of the data, from 0 where it is near, and up to whole steps.
typedef struct CoChartRange {
  double x_low, x_high, y_low, y_high;
  double y_step; // of the numbers beside it, where they fit; 0: the range was given
} CoChartRange;
CoChartRange co_chart_range(const CoChart *chart);

#endif
