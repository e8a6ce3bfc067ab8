// A run's learning curve as one line of text.
#include <stdio.h>
#include <stdlib.h>

#include "result.h"

#define WIDTH 60 // bars at most

// Bar i shows the mean of its share of the values.
static void bars(const double *values, int count, double low, double high) {
  static const char *const heights[] = {"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"};
  int width = count < WIDTH ? count : WIDTH;
  for (int i = 0; i < width; i++) {
    double sum = 0;
    int from = i * count / width, to = (i + 1) * count / width;
    for (int j = from; j < to; j++) sum += values[j];
    double share = high > low ? (sum / (to - from) - low) / (high - low) : 0;
    fputs(heights[(int)(share * 7 + 0.5)], stdout);
  }
}

static void extremes(const double *values, int count, double *low, double *high) {
  *low = *high = values[0];
  for (int i = 1; i < count; i++) {
    if (values[i] < *low) *low = values[i];
    if (values[i] > *high) *high = values[i];
  }
}

void curve_print(const char *folder, const char *label) {
  int count;
  double low, high;
  double *won = run_column(folder, "metrics.csv", "test_battle_won_mean", &count, NULL);
  double *values = won ? won : run_column(folder, "metrics.csv", "test_return_mean", &count, NULL);
  if (!values) return;
  extremes(values, count, &low, &high);
  printf("%s%s%d tests while learning: ", label ? label : "", label ? ": " : "", count);
  if (won) {
    bars(values, count, 0, 1);
    printf(" won %.0f to %.0f %%\n", 100 * low, 100 * high);
  } else {
    bars(values, count, low, high);
    printf(" return %.3g to %.3g\n", low, high);
  }
  free(values);
}
