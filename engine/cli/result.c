// result.csv, and reading columns of a run's own CSV files.
#include "result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/stats.h"

static void header(CoWriter *csv, const CoSpec *spec) {
  co_write_format(csv,
                  "team,seed,profile,steps,episodes,updates,final_episodes,return_mean,return_error,ep_length_mean");
  for (int i = 0; spec->infos && spec->infos[i] && i < CO_SCORE_INFOS; i++)
    co_write_format(csv, ",%s_mean", spec->infos[i]);
  co_write_format(csv, "\n");
}

static void row(CoWriter *csv, const Plan *plan, int team, const CoTrainView *view, const CoScore *score) {
  const CoSpec *spec = co_world_spec(plan->world);
  co_write_format(csv, "%d,%llu,%s,%lld,%lld,%lld,%d,%.9g,%.9g,%.9g", team, (unsigned long long)plan->train.seed,
                  plan->train.profile, (long long)view->steps, (long long)view->episodes, (long long)view->updates,
                  score->episodes, score->return_mean, score->return_error, score->length_mean);
  for (int i = 0; spec->infos && spec->infos[i] && i < CO_SCORE_INFOS; i++)
    co_write_format(csv, ",%.9g", score->info_mean[i]);
  co_write_format(csv, "\n");
}

bool result_write(const Plan *plan, const CoTrainView *view, const CoScore *scores, const char *folder,
                  CoError *error) {
  char path[2048];
  CoWriter csv = {0};
  const CoSpec *spec = co_world_spec(plan->world);
  snprintf(path, sizeof path, "%s/result.csv", folder);
  header(&csv, spec);
  for (int team = 0; team < spec->teams; team++)
    if (plan->seats[team].algo && !plan->seats[team].self && !(team && plan->seats[team].algo->all_teams))
      row(&csv, plan, team, view, &scores[team]);
  bool ok = csv.failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, csv.data, csv.size, error);
  co_writer_free(&csv);
  return ok;
}

// The bytes of cell `column` in a line; NULL past its end.
static const char *cell(const char *line, int column, size_t *bytes) {
  for (; column > 0; column--) {
    line += strcspn(line, ",\n");
    if (*line != ',') return NULL;
    line++;
  }
  *bytes = strcspn(line, ",\n");
  return line;
}

static int find_column(const char *text, const char *name) {
  size_t bytes;
  const char *at;
  for (int i = 0; (at = cell(text, i, &bytes)); i++)
    if (bytes == strlen(name) && !strncmp(at, name, bytes)) return i;
  return -1;
}

// The numbers in a column, in order; cells without one do not count. NULL: no memory.
static double *numbers(const char *text, int column, int *count) {
  double *values = NULL;
  size_t bytes;
  *count = 0;
  for (const char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
    const char *at = cell(line + 1, column, &bytes);
    if (!at || !bytes) continue;
    double *more = *count & (*count + 1) ? values : realloc(values, 2 * (size_t)(*count + 1) * sizeof *values);
    if (!more) break;
    values = more;
    values[(*count)++] = strtod(at, NULL);
  }
  return values;
}

double *run_column(const char *folder, const char *file, const char *column, int *count, CoError *error) {
  char path[2048];
  size_t bytes;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  char *text = co_file_read(path, (size_t)1 << 30, &bytes, error);
  if (!text) return NULL;
  int number = find_column(text, column);
  double *values = number < 0 ? NULL : numbers(text, number, count);
  free(text);
  if (!values) co_fail(error, "%s: no numbers in a column %s", path, column);
  return values;
}

static bool mean_of_last(const char *folder, const char *file, const char *column, int last, double *value,
                         CoError *error) {
  int count;
  double *values = run_column(folder, file, column, &count, error);
  if (!values) return false;
  int held = count < last ? count : last;
  *value = co_mean(values + count - held, held);
  free(values);
  return true;
}

bool result_number(const char *folder, const char *column, double *value, CoError *error) {
  return mean_of_last(folder, "result.csv", column, 1, value, error);
}

bool metrics_last(const char *folder, const char *column, int last, double *value, CoError *error) {
  return mean_of_last(folder, "metrics.csv", column, last, value, error);
}
