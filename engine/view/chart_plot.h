// Private to the charts: where numbers lie on the canvas, and what both files of the chart share.
#ifndef COHORT_VIEW_CHART_PLOT_H
#define COHORT_VIEW_CHART_PLOT_H

#include "cohort/chart.h"

typedef struct CoPlot {
  const CoChart *chart;
  CoCanvas *canvas;
  CoChartRange range;
  float left, top, right, bottom; // of the field between the axes
  float size;                     // height of a line of text
} CoPlot;

float co_plot_x(const CoPlot *plot, double x);
float co_plot_y(const CoPlot *plot, double y); // what lies beyond the range is held at its edge
double co_series_x(const CoSeries *series, int i);
CoColor co_series_color(const CoChart *chart, int series);
// What a point adds to the stack: *base to *top, on the heap of its sign (sign 1 or -1).
void co_stack_part(const CoChart *chart, int series, int i, int sign, double *base, double *top);

void co_plot_marks(const CoPlot *plot); // chart_marks.c: lines, bars, areas

#endif
