// Metrics files as columns of numbers.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "plot.h"

#define LARGEST ((size_t)1 << 28) // bytes of a file

static int count_of(const char *text, char wanted) {
  int count = 0;
  for (; *text; text++) count += *text == wanted;
  return count;
}

static char *next_line(char *text) {
  char *end = strchr(text, '\n');
  if (!end) return text + strlen(text);
  *end = '\0';
  if (end > text && end[-1] == '\r') end[-1] = '\0';
  return end + 1;
}

static void split(Csv *csv, char *header) {
  for (int i = 0; i < csv->columns; i++) csv->names[i] = strsep(&header, ",");
}

// The column's name without the team before it.
static const char *bare(const char *name) {
  if (strncmp(name, "team", 4) != 0) return name;
  size_t digits = strspn(name + 4, "0123456789");
  return digits && name[4 + digits] == '_' ? name + 5 + digits : name;
}

static bool means(const char *column, const char *name) {
  size_t bytes = strlen(name);
  return !strncmp(column, name, bytes) && (!column[bytes] || !strcmp(column + bytes, "_mean"));
}

int csv_find(const Csv *csv, const char *name) {
  for (int i = 0; i < csv->columns; i++)
    if (!strcmp(csv->names[i], name)) return i;
  for (int i = 0; i < csv->columns; i++)
    if (means(csv->names[i], name) || means(bare(csv->names[i]), name)) return i;
  return -1;
}

// One row of cells; those that the line lacks are empty.
static bool read_row(const Csv *csv, char *line, double *cells, CoError *error) {
  for (int i = 0; i < csv->columns; i++) {
    char *word = line ? strsep(&line, ",") : NULL, *end = word;
    cells[i] = word && *word ? strtod(word, &end) : NAN;
    if (end && *end) return co_fail(error, "%s is '%.40s', must be a number", csv->names[i], word);
  }
  return !line || co_fail(error, "more cells than the header has names, %d", csv->columns);
}

// A last line without its end is being written: it does not count.
static bool read_rows(Csv *csv, char *text, const char *path, CoError *error) {
  for (int line = 2; strchr(text, '\n'); line++) {
    char *next = next_line(text);
    if (*text && !read_row(csv, text, csv->cells + (size_t)csv->rows++ * (size_t)csv->columns, error))
      return co_fail_within(error, "%s:%d", path, line);
    text = next;
  }
  return true;
}

bool csv_read(Csv *csv, const char *path, CoError *error) {
  *csv = (Csv){.text = co_file_read(path, LARGEST, NULL, error)};
  if (!csv->text) return false;
  int lines = count_of(csv->text, '\n');
  if (!lines) csv->text[0] = '\0';
  char *rest = next_line(csv->text);
  csv->columns = 1 + count_of(csv->text, ',');
  csv->names = calloc((size_t)csv->columns + 1, sizeof *csv->names);
  csv->cells = calloc((size_t)csv->columns * (size_t)lines + 1, sizeof *csv->cells);
  if (!csv->names || !csv->cells) return co_fail(error, "%s: no memory", path);
  split(csv, csv->text);
  if (lines && csv_find(csv, "t_env") < 0) return co_fail(error, "%s is no metrics file: no column t_env", path);
  return read_rows(csv, rest, path, error);
}

void csv_free(Csv *csv) {
  free(csv->text);
  free(csv->names);
  free(csv->cells);
}

bool csv_has(const Csv *csv, const char *name) {
  int column = csv_find(csv, name);
  for (int row = 0; column >= 0 && row < csv->rows; row++)
    if (isfinite(csv->cells[row * csv->columns + column])) return true;
  return false;
}

const char *csv_nearest(const Csv *csv, const char *name) {
  char mean[160];
  const char *near = co_nearest(name, (const char *const *)csv->names);
  snprintf(mean, sizeof mean, "%.150s_mean", name);
  return near ? near : co_nearest(mean, (const char *const *)csv->names);
}
