// cohort watch and cohort play: an episode in a window, played by algorithms, scripts, trained runs or a person.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define T SessionOptions
static const CoField watch_fields[] = {
    SESSION_FIELDS("5", "steps a second"),
    CO_INT(T, agent, "0", 0, 1e6, "whose view the panels show, or who is a person in the team that is human"),
    CO_FIELDS_END,
};
static const CoField play_fields[] = {
    SESSION_FIELDS("10", "steps a second; in turns, of the others"),
    CO_INT(T, agent, "0", 0, 1e6, "which one you are: in the team that is human, else of all"),
    CO_FIELDS_END,
};
#undef T
static const CoSettings watch_settings = {.title = "command", .bytes = sizeof(SessionOptions), .fields = watch_fields};
static const CoSettings play_settings = {.title = "command", .bytes = sizeof(SessionOptions), .fields = play_fields};

static bool size_of(const char *text, Viewer *viewer, CoError *error) {
  int used = 0;
  if (sscanf(text, "%5dx%5d%n", &viewer->width, &viewer->height, &used) == 2 && !text[used] && viewer->width >= 320 &&
      viewer->height >= 240 && viewer->width <= CO_SURFACE_LARGEST && viewer->height <= CO_SURFACE_LARGEST)
    return true;
  return co_fail(error, "window is '%s', must be like 1280x720, at least 320x240", text);
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void print_times(Viewer *viewer, double started) {
  int count = viewer->timed;
  double sum = 0;
  if (!viewer->times || !count) return;
  qsort(viewer->times, (size_t)count, sizeof *viewer->times, ascending);
  for (int i = 0; i < count; i++) sum += viewer->times[i];
  printf(
      "%d pictures of %d x %d: median %.2f ms, mean %.2f ms, 99 %% below %.2f ms, worst %.2f ms; began after %.2f s\n",
      count, viewer->surface->width, viewer->surface->height, 1e3 * viewer->times[count / 2], 1e3 * sum / count,
      1e3 * viewer->times[count - 1 - count / 100], 1e3 * viewer->times[count - 1], started);
}

// What the window shows, read back from it.
static bool take_picture(Viewer *viewer, const char *path, CoError *error) {
  if (viewer->window && !co_window_capture(viewer->window, viewer->surface, error)) return false;
  return co_surface_write_png(viewer->surface, path, error);
}

static bool show(Viewer *viewer, CoError *error) {
  const SessionOptions *options = viewer->options;
  double began = wall_seconds();
  if (!size_of(options->window, viewer, error)) return false;
  if (!(viewer->cast = cast_open(viewer->line, options, error)) || !viewer_open(viewer, error)) return false;
  double started = wall_seconds() - began;
  if (!viewer_loop(viewer, error)) return false;
  print_times(viewer, started);
  return !options->screenshot[0] || take_picture(viewer, options->screenshot, error);
}

static int run(Line *line, const SessionOptions *options) {
  CoError error = {""};
  Viewer viewer = {.line = line,
                   .options = options,
                   .keys = options->keys,
                   .paused = options->paused,
                   .panels = options->panels,
                   .agent = options->agent,
                   .fps = options->fps};
  bool ok = show(&viewer, &error);
  viewer_close(&viewer);
  return ok ? EXIT_OK : say(&error, EXIT_USAGE);
}

static void help(const CoSettings *settings, bool play) {
  CoWriter text = {0};
  if (play)
    co_write_format(&text, "cohort play ENV|RUN [--algo 0=human,1=RUN] [--agent N] [--name value ...]\n\n"
                           "You play with keys (h in the window shows them): alone, beside trained partners (--algo "
                           "RUN)\nor against a trained opponent (--algo 0=human,1=RUN).\n");
  else
    co_write_format(&text, "cohort watch ENV|RUN|REPLAY [--algo SCRIPT|random|human|RUN] [--name value ...]\n\n"
                           "Shows episodes in a window; h shows its keys. Lua environments are loaded anew when they "
                           "change.\n");
  co_write_format(&text, "\noptions\n");
  co_settings_help(settings, &text);
  co_write_format(&text, "\nand seed, profile and the environment's settings as for train\n");
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int command(Line *line, const CoSettings *settings, bool play) {
  CoError error = {""};
  SessionOptions options;
  co_settings_defaults(settings, &options);
  options.play = play;
  options.table = settings;
  if (!entries_apply(&line->options, TAKER_COMMAND, settings, &options, &error)) return say(&error, EXIT_USAGE);
  if (line->help) {
    help(settings, play);
    return EXIT_OK;
  }
  if (options.headless && !options.frames) {
    co_fail(&error, "headless needs --frames: there is no window to close");
    return say(&error, EXIT_USAGE);
  }
  if (line->place_count == 1) return run(line, &options);
  co_fail(&error, "%s takes one environment%s", line->command, play ? " or run" : ", run or recording");
  return say(&error, EXIT_USAGE);
}

int command_watch(Line *line) {
  return command(line, &watch_settings, false);
}

int command_play(Line *line) {
  return command(line, &play_settings, true);
}
