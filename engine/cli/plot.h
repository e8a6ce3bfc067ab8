// Private to cohort plot: which runs, their columns, and the curves over their seeds.
#ifndef COHORT_CLI_PLOT_H
#define COHORT_CLI_PLOT_H

#include <limits.h>

#include "cli.h"
#include "cohort/chart.h"

// A metrics file as columns. An empty cell is NaN.
typedef struct Csv {
  char *text;    // owned: its header, cut into names
  char **names;  // [columns + 1], NULL-terminated
  double *cells; // [rows][columns]
  int columns, rows;
} Csv;

bool csv_read(Csv *csv, const char *path, CoError *error);
void csv_free(Csv *csv);
// Its column; the "_mean" behind it and the team before it may be left out (then the first that fits). -1: none.
int csv_find(const Csv *csv, const char *name);
const char *csv_nearest(const Csv *csv, const char *name); // or NULL
bool csv_has(const Csv *csv, const char *name);            // and at least one number in it

// One seed's metrics.
typedef struct PlotFile {
  char path[PATH_MAX];
  char key[PATH_MAX];           // files of one key are seeds of one curve
  char label[128], longer[256]; // the longer one where two keys have the same label
  char env[128];                // "" where no config tells
  Csv csv;
} PlotFile;

typedef struct PlotFiles {
  PlotFile *items; // owned
  int count, capacity;
} PlotFiles;

// A word of the command line: a run's folder, a folder of runs or of kept curves (searched), a metrics file; LABEL=WORD
// puts all that it finds under one label.
bool plot_find(PlotFiles *files, const char *word, CoError *error);
void plot_files_free(PlotFiles *files);

enum { BAND_QUARTILES, BAND_INTERVAL, BAND_RANGE, BAND_NONE };
#define BAND_CHOICES "quartiles interval range none"

typedef struct CurveWishes {
  const char *metric, *x; // columns
  int band, smooth;
  double scale; // of the metric: 100 for shares in per cent
} CurveWishes;

// The curve of a key's files, `members` of them; x, y, low and high are one block, freed by curve_free.
typedef struct Curve {
  const char *label;
  int seeds, count;
  double *x, *y, *low, *high; // [count]; low and high NULL where there is no band
} Curve;

bool curve_make(Curve *curve, const PlotFile *const *members, int count, const CurveWishes *wishes, CoError *error);
void curve_free(Curve *curve);

// The chart in a terminal, `columns` wide; with colours where asked for.
void plot_text(const CoChart *chart, int columns, bool colors);

#endif
