// cohort plot: learning curves over seeds, of several methods in one chart, as a picture or in the terminal.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "plot.h"

#define CURVES 64 // in a chart

typedef struct PlotOptions {
  char out[1024], metric[128], title[256];
  int x, band, smooth, width, height;
  bool text;
} PlotOptions;

#define T PlotOptions
static const CoField fields[] = {
    CO_STRING(T, out, "", "picture to write, .png (-o FILE); curves.png where neither it nor --text is given"),
    CO_BOOL(T, text, "false", "draw in the terminal"),
    CO_STRING(T, metric, "", "column of metrics.csv; where none is named the greedy tests' win rate, else return"),
    CO_CHOICE(T, x, "steps", "steps episodes updates", "what the horizontal axis counts"),
    CO_CHOICE(T, band, "quartiles", BAND_CHOICES,
              "over seeds: median and quartiles; interquartile mean and its 95 % bootstrap interval; median and range"),
    CO_INT(T, smooth, "1", 1, 10000, "points averaged: each with those before it"),
    CO_STRING(T, title, "", "above the chart; the environment's name where there is one"),
    CO_INT(T, width, "800", 200, 8192, "pixels"),
    CO_INT(T, height, "500", 120, 8192, "pixels"),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(PlotOptions), .fields = fields};

typedef struct Drawing {
  const PlotOptions *options;
  PlotFiles files;
  CurveWishes wishes;
  Curve curves[CURVES];
  CoSeries series[CURVES];
  char labels[CURVES][300], subtitle[448];
  int count;
} Drawing;

// All that have rows have the column, and one of them a number in it.
static bool known(const PlotFiles *files, const char *column) {
  bool found = false;
  for (int i = 0; i < files->count; i++) {
    const Csv *csv = &files->items[i].csv;
    if (csv->rows && csv_find(csv, column) < 0) return false;
    found |= csv_has(csv, column);
  }
  return found;
}

static const char *default_metric(const PlotFiles *files) {
  static const char *const names[] = {"test_battle_won_mean", "test_return_mean", "return_mean"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (known(files, names[i])) return names[i];
  return names[1];
}

static void set_wishes(Drawing *drawing) {
  static const char *const columns[] = {"t_env", "episode", "updates"};
  const PlotOptions *options = drawing->options;
  const char *metric = options->metric[0] ? options->metric : default_metric(&drawing->files);
  bool share = strstr(metric, "battle_won") != NULL;
  drawing->wishes = (CurveWishes){metric, columns[options->x], options->band, options->smooth, share ? 100 : 1};
}

static bool is_first(const PlotFiles *files, int number) {
  for (int i = 0; i < number; i++)
    if (!strcmp(files->items[i].key, files->items[number].key)) return false;
  return true;
}

// Another curve has this label.
static bool shared(const PlotFiles *files, const PlotFile *file) {
  for (int i = 0; i < files->count; i++)
    if (!strcmp(files->items[i].label, file->label) && strcmp(files->items[i].key, file->key)) return true;
  return false;
}

static bool add_curve(Drawing *drawing, int number, CoError *error) {
  const PlotFiles *files = &drawing->files;
  const PlotFile *first = &files->items[number], **members = calloc((size_t)files->count, sizeof *members);
  int count = 0;
  if (!members) return co_fail(error, "no memory for curves");
  for (int i = number; i < files->count; i++)
    if (!strcmp(files->items[i].key, first->key)) members[count++] = &files->items[i];
  Curve *curve = &drawing->curves[drawing->count++];
  *curve = (Curve){.label = shared(files, first) ? first->longer : first->label};
  bool ok = curve_make(curve, members, count, &drawing->wishes, error);
  free(members);
  return ok;
}

// A run that has not come so far yet is left out.
static bool has_begun(const PlotFile *file, const CurveWishes *wishes) {
  bool begun = csv_has(&file->csv, wishes->metric) || (file->csv.rows && csv_find(&file->csv, wishes->metric) < 0);
  if (!begun) fprintf(stderr, "cohort: %s: no %s yet, left out\n", file->path, wishes->metric);
  return begun;
}

static void leave_out(PlotFiles *files, const CurveWishes *wishes) {
  int kept = 0;
  for (int i = 0; i < files->count; i++) {
    if (has_begun(&files->items[i], wishes))
      files->items[kept++] = files->items[i];
    else
      csv_free(&files->items[i].csv);
  }
  files->count = kept;
}

static bool make_curves(Drawing *drawing, CoError *error) {
  set_wishes(drawing);
  leave_out(&drawing->files, &drawing->wishes);
  if (!drawing->files.count) return co_fail(error, "nothing to plot yet");
  for (int i = 0; i < drawing->files.count; i++) {
    if (!is_first(&drawing->files, i)) continue;
    if (drawing->count == CURVES) return co_fail(error, "more than %d curves", CURVES);
    if (!add_curve(drawing, i, error)) return false;
  }
  return true;
}

// All curves have as many seeds; else 0.
static int common_seeds(const Drawing *drawing) {
  for (int i = 1; i < drawing->count; i++)
    if (drawing->curves[i].seeds != drawing->curves[0].seeds) return 0;
  return drawing->curves[0].seeds;
}

// "test_battle_won_mean" becomes "battle won in greedy tests".
static void write_name(const char *metric, char *out, size_t capacity) {
  bool test = !strncmp(metric, "test_", 5);
  size_t bytes = strlen(metric), tail = bytes > 5 && !strcmp(metric + bytes - 5, "_mean") ? 5 : 0, skip = test ? 5 : 0;
  int length = tail + skip < bytes ? (int)(bytes - tail - skip) : 0;
  snprintf(out, capacity, "%.*s%s", length, metric + skip, test ? " in greedy tests" : "");
  for (char *at = out; *at; at++)
    if (*at == '_') *at = ' ';
}

// What the vertical axis shows, and of how many seeds.
static void set_subtitle(Drawing *drawing) {
  static const char *const bands[] = {"median and quartiles", "interquartile mean and its 95 % interval",
                                      "median, lowest and highest", "median"};
  const CurveWishes *wishes = &drawing->wishes;
  char name[192], seeds[32] = "of the seeds", over[128] = "", smoothed[64] = "";
  int common = common_seeds(drawing);
  write_name(wishes->metric, name, sizeof name);
  if (common) snprintf(seeds, sizeof seeds, "of %d seeds", common);
  if (common != 1) snprintf(over, sizeof over, ": %s %s", bands[wishes->band], seeds);
  if (wishes->smooth > 1) snprintf(smoothed, sizeof smoothed, ", means of %d points", wishes->smooth);
  snprintf(drawing->subtitle, sizeof drawing->subtitle, "%s%s%s%s", name, wishes->scale > 1 ? ", %" : "", over,
           smoothed);
}

static void set_series(Drawing *drawing) {
  int common = common_seeds(drawing);
  for (int i = 0; i < drawing->count; i++) {
    const Curve *curve = &drawing->curves[i];
    if (common)
      snprintf(drawing->labels[i], sizeof drawing->labels[i], "%s", curve->label);
    else
      snprintf(drawing->labels[i], sizeof drawing->labels[i], "%s (%d)", curve->label, curve->seeds);
    drawing->series[i] = (CoSeries){.label = drawing->labels[i],
                                    .count = curve->count,
                                    .x = curve->x,
                                    .y = curve->y,
                                    .low = curve->low,
                                    .high = curve->high};
  }
}

// The one environment of all runs, where their configs tell.
static const char *common_env(const PlotFiles *files) {
  for (int i = 0; i < files->count; i++)
    if (!files->items[i].env[0] || strcmp(files->items[i].env, files->items[0].env) != 0) return NULL;
  return files->items[0].env;
}

static CoChart make_chart(Drawing *drawing) {
  static const char *const axes[] = {"environment steps", "episodes", "updates"};
  const PlotOptions *options = drawing->options;
  set_subtitle(drawing);
  set_series(drawing);
  CoChart chart = {.title = options->title[0] ? options->title : common_env(&drawing->files),
                   .subtitle = drawing->subtitle,
                   .x_label = axes[options->x],
                   .series = drawing->series,
                   .count = drawing->count};
  if (drawing->wishes.scale > 1) chart.y_high = 100;
  return chart;
}

static int terminal_columns(void) {
  struct winsize size;
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 40;
  return known && size.ws_col < 160 ? size.ws_col : known ? 160 : 80;
}

// Where each curve ends.
static void print_ends(const Drawing *drawing) {
  static const char *const units[] = {"steps", "episodes", "updates"};
  for (int i = 0; i < drawing->count; i++) {
    const Curve *curve = &drawing->curves[i];
    int last = curve->count - 1;
    printf("%s: %.4g", curve->label, curve->y[last]);
    if (curve->low) printf(" (%.4g to %.4g)", curve->low[last], curve->high[last]);
    printf(" at %.0f %s, %d seed%s\n", curve->x[last], units[drawing->options->x], curve->seeds,
           curve->seeds == 1 ? "" : "s");
  }
}

static bool plot(Drawing *drawing, char **places, int place_count, CoError *error) {
  const PlotOptions *options = drawing->options;
  for (int i = 0; i < place_count; i++)
    if (!plot_find(&drawing->files, places[i], error)) return false;
  if (!make_curves(drawing, error)) return false;
  CoChart chart = make_chart(drawing);
  const char *out = options->out[0] ? options->out : options->text ? NULL : "curves.png";
  if (out && !co_chart_write_png(&chart, options->width, options->height, out, error)) return false;
  if (options->text) plot_text(&chart, terminal_columns(), isatty(STDOUT_FILENO));
  print_ends(drawing);
  if (out) printf("%s: %s\n", out, drawing->subtitle);
  return true;
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text,
                  "cohort plot RUN... [-o curves.png] [--text]: learning curves over seeds. RUN: a run's folder, a\n"
                  "folder of runs or of kept metrics files, such a file, or LABEL=RUN\n\noptions\n");
  co_settings_help(&settings, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int run(const Line *line, const PlotOptions *options) {
  CoError error = {""};
  Drawing *drawing = calloc(1, sizeof *drawing);
  if (!drawing) return EXIT_FAILED;
  drawing->options = options;
  bool ok = plot(drawing, line->places, line->place_count, &error);
  for (int i = 0; i < drawing->count; i++) curve_free(&drawing->curves[i]);
  plot_files_free(&drawing->files);
  free(drawing);
  return ok ? EXIT_OK : say(&error, EXIT_USAGE);
}

static bool is_png(const char *path) {
  size_t bytes = strlen(path);
  return bytes > 4 && !strcmp(path + bytes - 4, ".png");
}

int command_plot(Line *line) {
  CoError error = {""};
  PlotOptions options;
  const CoSettings *const tables[] = {&settings, NULL};
  co_settings_defaults(&settings, &options);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error) || !co_settings_check(&settings, &options, &error))
    return say(&error, EXIT_USAGE);
  if (!line->place_count) {
    co_fail(&error, "nothing to plot: name runs, or folders that hold them");
    return say(&error, EXIT_USAGE);
  }
  if (options.out[0] && !is_png(options.out)) {
    co_fail(&error, "%s: pictures of curves are written as .png", options.out);
    return say(&error, EXIT_USAGE);
  }
  return run(line, &options);
}
