// A chart in a terminal: dots of Braille letters (two by four to a letter), numbers and labels as in the picture.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"

enum { ROWS = 16, WIDEST = 240, LABEL = 24 };

typedef struct Screen {
  const CoChart *chart;
  CoChartRange range;
  int columns, left; // letters of the field, and before it
  bool colors;
  uint8_t dots[ROWS][WIDEST];
  int8_t owner[ROWS][WIDEST]; // the series that was drawn there last
} Screen;

static void dot(Screen *screen, int series, int x, int y) {
  static const uint8_t bits[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
  if (x < 0 || y < 0 || x >= 2 * screen->columns || y >= 4 * ROWS) return;
  screen->dots[y / 4][x / 2] |= bits[y % 4][x % 2];
  screen->owner[y / 4][x / 2] = (int8_t)series;
}

static int dot_x(const Screen *screen, double x) {
  double share = (x - screen->range.x_low) / (screen->range.x_high - screen->range.x_low);
  return (int)lround(share * (2 * screen->columns - 1));
}

static int dot_y(const Screen *screen, double y) {
  double share = (y - screen->range.y_low) / (screen->range.y_high - screen->range.y_low);
  return (int)lround((1 - fmin(fmax(share, 0), 1)) * (4 * ROWS - 1));
}

// A line between two dots, without holes.
static void stroke(Screen *screen, int series, int x1, int y1, int x2, int y2) {
  int steps = abs(x2 - x1) > abs(y2 - y1) ? abs(x2 - x1) : abs(y2 - y1);
  for (int i = 0; i <= steps; i++) {
    double part = steps ? (double)i / steps : 0;
    dot(screen, series, x1 + (int)lround(part * (x2 - x1)), y1 + (int)lround(part * (y2 - y1)));
  }
}

static void draw(Screen *screen, int number) {
  const CoSeries *series = &screen->chart->series[number];
  for (int i = 0; i < series->count; i++) {
    int at = i ? i - 1 : 0;
    stroke(screen, number, dot_x(screen, series->x[at]), dot_y(screen, series->y[at]), dot_x(screen, series->x[i]),
           dot_y(screen, series->y[i]));
  }
}

static void paint(const Screen *screen, int series) {
  CoColor color = co_chart_color(series, true);
  if (screen->colors) printf("\033[38;2;%d;%d;%dm", color.r, color.g, color.b);
}

static void plain(const Screen *screen) {
  if (screen->colors) fputs("\033[0m", stdout);
}

static void print_letter(uint8_t dots) {
  int code = 0x2800 + dots;
  if (!dots)
    putchar(' ');
  else
    printf("%c%c%c", 0xe0 | code >> 12, 0x80 | (code >> 6 & 0x3f), 0x80 | (code & 0x3f));
}

// The row beside which each series has its label, where its curve ends: the nearest free one. -1: there is none.
static void place(const Screen *screen, int rows[], int count) {
  bool taken[ROWS] = {false};
  for (int s = 0; s < count; s++) {
    const CoSeries *series = &screen->chart->series[s];
    int wanted = dot_y(screen, series->y[series->count - 1]) / 4;
    rows[s] = -1;
    for (int away = 0; away < 2 * ROWS && rows[s] < 0; away++) {
      int row = wanted + (away % 2 ? (away + 1) / 2 : -away / 2);
      if (row >= 0 && row < ROWS && !taken[row]) rows[s] = row;
    }
    if (rows[s] >= 0) taken[rows[s]] = true;
  }
}

static const char *number_beside(const Screen *screen, const CoTicks *ticks, int row, char text[CO_TICK_TEXT]) {
  for (int i = 0; i < ticks->count; i++)
    if (dot_y(screen, ticks->first + i * ticks->step) / 4 == row) return co_chart_tick(ticks, i, text);
  return "";
}

static void print_row(const Screen *screen, const CoTicks *ticks, const int *labels, int row) {
  char text[CO_TICK_TEXT];
  printf("%*s \u2502", screen->left, number_beside(screen, ticks, row, text));
  for (int column = 0; column < screen->columns; column++) {
    if (screen->dots[row][column]) paint(screen, screen->owner[row][column]);
    print_letter(screen->dots[row][column]);
    if (screen->dots[row][column]) plain(screen);
  }
  for (int s = 0; s < screen->chart->count; s++)
    if (labels[s] == row) {
      paint(screen, s);
      printf(" %.*s", LABEL, screen->chart->series[s].label);
      plain(screen);
    }
  putchar('\n');
}

static void print_foot(const Screen *screen) {
  char line[WIDEST + CO_TICK_TEXT], text[CO_TICK_TEXT];
  CoTicks ticks = co_chart_ticks(screen->range.x_low, screen->range.x_high, screen->columns / 12 + 2);
  memset(line, ' ', sizeof line);
  int end = 0;
  for (int i = 0; i < ticks.count; i++) {
    int bytes = (int)strlen(co_chart_tick(&ticks, i, text));
    int at = dot_x(screen, ticks.first + i * ticks.step) / 2 - bytes / 2;
    if (at < end) at = end;
    if (at + bytes >= (int)sizeof line) break;
    memcpy(line + at, text, (size_t)bytes);
    end = at + bytes + 1;
  }
  printf("%*s \u2514", screen->left, "");
  for (int i = 0; i < screen->columns; i++) fputs("\u2500", stdout);
  printf("\n%*s  %.*s\n", screen->left, "", end ? end - 1 : 0, line);
}

void plot_text(const CoChart *chart, int columns, bool colors) {
  Screen screen = {.chart = chart, .range = co_chart_range(chart), .colors = colors};
  CoTicks ticks = co_chart_ticks(screen.range.y_low, screen.range.y_high, 6);
  char text[CO_TICK_TEXT];
  int labels[128], widest = 0;
  for (int i = 0; i < ticks.count; i++) {
    int bytes = (int)strlen(co_chart_tick(&ticks, i, text));
    if (bytes > screen.left) screen.left = bytes;
  }
  for (int s = 0; s < chart->count; s++) {
    int bytes = (int)strlen(chart->series[s].label);
    if (bytes > widest) widest = bytes;
  }
  screen.columns = columns - screen.left - 3 - (widest < LABEL ? widest : LABEL);
  if (screen.columns < 16) screen.columns = 16;
  if (screen.columns > WIDEST) screen.columns = WIDEST;
  for (int s = 0; s < chart->count; s++) draw(&screen, s);
  place(&screen, labels, chart->count);
  if (chart->title) printf("%s\n", chart->title);
  printf("%s\n", chart->subtitle);
  for (int row = 0; row < ROWS; row++) print_row(&screen, &ticks, labels, row);
  print_foot(&screen);
}
