// What a chart's axes show: ranges that hold the data, and round ticks (steps of 1, 2 and 5).
#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "chart_plot.h"

#define GROUP 0.5 // half of the room of a group of bars

double co_series_x(const CoSeries *series, int i) {
  return series->x ? series->x[i] : i;
}

void co_stack_part(const CoChart *chart, int series, int i, int sign, double *base, double *top) {
  *base = *top = 0;
  for (int s = 0; s <= series; s++) {
    double y = i < chart->series[s].count ? chart->series[s].y[i] : 0;
    *base = *top;
    if (isfinite(y) && y * sign > 0) *top += y;
  }
}

typedef struct Span {
  double low, high;
} Span;

static void widen(Span *span, double value) {
  if (!isfinite(value)) return;
  span->low = fmin(span->low, value);
  span->high = fmax(span->high, value);
}

static Span span_x(const CoChart *chart) {
  Span span = {INFINITY, -INFINITY};
  for (int s = 0; s < chart->count; s++)
    for (int i = 0; i < chart->series[s].count; i++)
      widen(&span, chart->kind == CO_CHART_BARS ? i : co_series_x(&chart->series[s], i));
  if (chart->kind == CO_CHART_BARS) span = (Span){span.low - GROUP, span.high + GROUP};
  return span;
}

static void widen_series(Span *span, const CoChart *chart, int s) {
  const CoSeries *series = &chart->series[s];
  for (int i = 0; i < series->count; i++) {
    double base, up, down;
    if (chart->kind == CO_CHART_STACK) {
      co_stack_part(chart, s, i, 1, &base, &up);
      co_stack_part(chart, s, i, -1, &base, &down);
      widen(span, up);
      widen(span, down);
      continue;
    }
    widen(span, series->y[i]);
    if (series->low && isfinite(series->y[i])) {
      widen(span, series->low[i]);
      widen(span, series->high[i]);
    }
  }
}

static Span span_y(const CoChart *chart) {
  Span span = {INFINITY, -INFINITY};
  for (int s = 0; s < chart->count; s++) widen_series(&span, chart, s);
  if (chart->kind != CO_CHART_LINES) widen(&span, 0);
  return span;
}

// Something to see also where there are no data, or where they are all alike; from 0 where it is near.
static Span settle(Span span, double near) {
  if (span.low > span.high) return (Span){0, 1};
  if (span.low == span.high) {
    double room = span.low != 0 ? fabs(span.low) / 2 : 1;
    return (Span){span.low == 0 ? 0 : span.low - room, span.high + room};
  }
  if (span.low > 0 && span.low < near * span.high) span.low = 0;
  if (span.high < 0 && span.high > near * span.low) span.high = 0;
  return span;
}

CoTicks co_chart_ticks(double low, double high, int most) {
  assert(low < high && most >= 2);
  double least = (high - low) / most, power = pow(10, floor(log10(least))), step = power;
  const double factors[] = {1, 2, 5, 10};
  for (int i = 0; i < 4; i++) {
    step = factors[i] * power;
    if (floor(high / step + 1e-9) - ceil(low / step - 1e-9) + 1 <= most) break;
  }
  double first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9);
  return (CoTicks){first * step + 0.0, step, (int)(last - first) + 1};
}

const char *co_chart_tick(const CoTicks *ticks, int tick, char text[CO_TICK_TEXT]) {
  double last = ticks->first + ticks->step * (ticks->count - 1), largest = fmax(fabs(ticks->first), fabs(last));
  double value = round(ticks->first / ticks->step + tick) * ticks->step;
  double unit = largest >= 1e6 ? 1e6 : largest >= 1e4 ? 1e3 : 1;
  int decimals = (int)fmax(0, -floor(log10(ticks->step / unit) + 1e-9));
  if (largest >= 1e10 || decimals > 5)
    snprintf(text, CO_TICK_TEXT, "%.4g", value);
  else if (value == 0)
    snprintf(text, CO_TICK_TEXT, "0");
  else
    snprintf(text, CO_TICK_TEXT, "%.*f%s", decimals, value / unit, unit == 1e6 ? "M" : unit == 1e3 ? "k" : "");
  return text;
}

static CoChartRange whole_powers(Span x, Span y) {
  return (CoChartRange){x.low, x.high, floor(y.low + 1e-9), fmax(ceil(y.high - 1e-9), floor(y.low + 1e-9) + 1), 1};
}

CoChartRange co_chart_range(const CoChart *chart) {
  Span x = {chart->x_low, chart->x_high}, y = {chart->y_low, chart->y_high};
  if (x.low == x.high)
    x = chart->kind == CO_CHART_BARS ? span_x(chart) : settle(span_x(chart), chart->logarithmic ? 0 : 0.1);
  if (x.low >= x.high) x = (Span){0, 1};
  if (chart->logarithmic) return whole_powers(x, settle(y.low == y.high ? span_y(chart) : y, 0));
  double step = 0;
  if (y.low == y.high) {
    y = settle(span_y(chart), 0.5);
    step = co_chart_ticks(y.low, y.high, 6).step;
    y = (Span){floor(y.low / step + 1e-9) * step + 0.0, ceil(y.high / step - 1e-9) * step};
  }
  return (CoChartRange){x.low, x.high, y.low, y.high, step};
}
