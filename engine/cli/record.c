// cohort record: episodes as a GIF, an MP4 or a PNG, without a display.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/movie.h"
#include "session.h"

typedef struct RecordOptions {
  char out[1024], data[1024], picture[32];
  double fps;
  int episode, episodes, steps, frames, columns, step, agent, patience;
  bool panels, caption, strict;
} RecordOptions;

#define T RecordOptions
static const CoField fields[] = {
    CO_STRING(T, out, "", "file to write (or -o): its ending says what: .gif, .mp4 (by the program ffmpeg) or .png"),
    CO_STRING(T, picture, "640x400", "size of a frame in pixels"),
    CO_NUMBER(T, fps, "10", 0.1, 50, "GIF and MP4: steps a second"),
    CO_INT(T, episode, "0", 0, 2e9, "the first episode: each number is another, as for eval and watch"),
    CO_INT(T, episodes, "1", 1, 1e6, "GIF and MP4: how many"),
    CO_INT(T, steps, "1000", 1, 1e6, "the most steps of an episode to show"),
    CO_INT(T, frames, "1", 1, 1000, "PNG: how many frames, from the first step to the last"),
    CO_INT(T, columns, "0", 0, 1000, "PNG: frames side by side; 0: as many as make a sheet"),
    CO_INT(T, step, "-1", -1, 1e6, "PNG of one frame: which step; -1: the middle"),
    CO_BOOL(T, caption, "true", "a line below: environment, players, step, return"),
    CO_BOOL(T, panels, "false", "what agents see and think, as cohort watch shows it (720x450 or more)"),
    CO_INT(T, agent, "0", 0, 1e6, "whose view the panels show"),
    CO_STRING(T, data, "", "folder of maps and experiments"),
    SCRIPT_FIELDS(T),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(RecordOptions), .fields = fields};

static const CoColor ground = {20, 24, 31, 255}, ink = {195, 201, 209, 255};

typedef struct Studio {
  const RecordOptions *options;
  Cast *cast;
  CoSurface *surface;
  CoCanvas *canvas;
  CoDashboard *board; // with --panels
  CoSession *session;
  CoMovie *movie;
  int width, height, episode;
} Studio;

static void leave(Studio *studio) {
  co_movie_destroy(studio->movie);
  co_session_destroy(studio->session);
  co_dashboard_destroy(studio->board);
  co_canvas_destroy(studio->canvas);
  co_surface_destroy(studio->surface);
  cast_close(studio->cast);
}

// --- what can be refused before anybody plays ---

static bool parse_size(Studio *studio, const char *text, CoError *error) {
  int used = 0;
  if (sscanf(text, "%5dx%5d%n", &studio->width, &studio->height, &used) == 2 && !text[used] && studio->width >= 64 &&
      studio->height >= 64 && studio->width <= 4096 && studio->height <= 4096)
    return true;
  return co_fail(error, "picture is '%s', must be like 640x400, 64 to 4096 a side", text);
}

static bool writable(const char *path, CoError *error) {
  struct stat status;
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder] = '\0';
  if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) return co_fail(error, "%s: is a folder", path);
  return access(slash ? folder : ".", W_OK) == 0 || co_fail(error, "%s: cannot write: %s", path, strerror(errno));
}

static bool has_ending(const char *path, const char *ending) {
  size_t bytes = strlen(path), less = strlen(ending);
  return bytes > less && !strcmp(path + bytes - less, ending);
}

static bool check(Studio *studio, CoError *error) {
  const RecordOptions *options = studio->options;
  if (!options->out[0]) return co_fail(error, "record needs a file: -o episode.gif, .png or .mp4");
  return co_movie_check(options->out, error) && writable(options->out, error) &&
         parse_size(studio, options->picture, error);
}

// --- the cast ---

static bool can_be_shown(const Studio *studio, CoError *error) {
  const CoWorld *world = studio->cast->world;
  int agents = co_world_spec(world)->agents;
  if (studio->options->agent >= agents)
    return co_fail(error, "agent is %d, there are %d", studio->options->agent, agents);
  for (int i = 0; studio->cast->human && i < agents; i++)
    if (studio->cast->human[i]) return co_fail(error, "record needs players that play by themselves: not human");
  return co_world_type(world)->draw || studio->options->panels ||
         co_fail(error, "%s does not draw itself; --panels shows what its agents see, cohort replay --text its states",
                 co_world_type(world)->name);
}

static bool enter(Studio *studio, Line *line, CoError *error) {
  const RecordOptions *options = studio->options;
  SessionOptions session = {
      .agent = options->agent, .strict = options->strict, .patience = options->patience, .table = &settings};
  snprintf(session.data, sizeof session.data, "%s", options->data);
  return (studio->cast = cast_open(line, &session, error)) && can_be_shown(studio, error) &&
         (studio->surface = co_surface_create(studio->width, studio->height, NULL, error)) &&
         (studio->canvas = co_canvas_create(error)) &&
         (!options->panels || (studio->board = co_dashboard_create(error))) &&
         cast_sprites(studio->cast, studio->surface, error);
}

// --- frames ---

static void write_returns(const Studio *studio, const CoSessionMoment *moment, char *out, size_t capacity) {
  size_t used = (size_t)snprintf(out, capacity, "step %lld   return", (long long)moment->step);
  for (int i = 0; i < co_world_spec(studio->cast->world)->teams && used < capacity; i++) {
    double so_far = (double)moment->returns[i];
    used +=
        (size_t)snprintf(out + used, capacity - used, "%s%.*f", i ? " / " : " ", fabs(so_far) < 1000 ? 2 : 0, so_far);
  }
}

static void write_caption(Studio *studio, const CoSessionMoment *moment, int height) {
  char left[sizeof studio->cast->title + sizeof studio->cast->players + 8], right[128];
  float line = 0.62f * (float)height, middle = 0.5f * (float)height, margin = 0.4f * (float)height;
  CoArea area = {0, studio->height - height, studio->width, height};
  snprintf(left, sizeof left, "%s   %s", studio->cast->title, studio->cast->players);
  write_returns(studio, moment, right, sizeof right);
  co_canvas_clear(studio->canvas);
  co_canvas_camera(studio->canvas, 0, (float)height, (float)studio->width, 0);
  co_canvas_color(studio->canvas, ink);
  float room = (float)studio->width - 3 * margin - co_surface_text_width(studio->surface, right) * line;
  if (co_surface_text_width(studio->surface, left) * line <= room)
    co_canvas_text(studio->canvas, margin, middle, line, CO_LEFT, left);
  co_canvas_text(studio->canvas, (float)studio->width - margin, middle, line, CO_RIGHT, right);
  co_surface_draw(studio->surface, studio->canvas, area);
}

static bool draw_plain(Studio *studio, CoError *error) {
  int64_t now = co_session_now(studio->session);
  CoSessionMoment moment = co_session_moment(studio->session, now);
  int line = studio->height / 16 > 16 ? studio->height / 16 : 16, caption = studio->options->caption ? line : 0;
  co_surface_clear(studio->surface, ground);
  co_canvas_clear(studio->canvas);
  if (!co_session_draw(studio->session, now, studio->canvas, error)) return false;
  bool ok = !co_canvas_failed(studio->canvas) &&
            co_surface_draw(studio->surface, studio->canvas, (CoArea){0, 0, studio->width, studio->height - caption});
  if (ok && caption) write_caption(studio, &moment, caption);
  return ok || co_fail(error, "no memory for the picture of step %lld", (long long)now);
}

static bool draw_panels(Studio *studio, CoError *error) {
  char episode[64];
  snprintf(episode, sizeof episode, "episode %d", studio->episode);
  const CoDashboardLook look = {.title = studio->cast->title,
                                .players = studio->cast->players,
                                .episode = episode,
                                .pace = "",
                                .notice = "",
                                .error = "",
                                .agent = studio->options->agent,
                                .panels = true};
  return co_dashboard_draw(studio->board, studio->surface, studio->session, &look, error);
}

static bool shoot(Studio *studio, int64_t step, CoError *error) {
  co_session_seek(studio->session, step);
  return (studio->board ? draw_panels(studio, error) : draw_plain(studio, error)) &&
         co_movie_add(studio->movie, studio->surface, error);
}

// --- episodes ---

static bool play(Studio *studio, int episode, CoError *error) {
  const CoSessionSetup setup = {.world = studio->cast->world,
                                .seats = studio->cast->seats,
                                .given = studio->cast->given,
                                .seed = cast_seed(studio->cast, episode)};
  co_session_destroy(studio->session);
  studio->episode = episode;
  studio->session = co_session_create(&setup, error);
  return studio->session && co_session_foresee(studio->session, studio->options->steps, error);
}

static bool begin_movie(Studio *studio, int frames, CoError *error) {
  const RecordOptions *options = studio->options;
  int columns = options->columns;
  while (!options->columns && columns * columns < frames) columns++;
  const CoMovieSetup setup = {.path = options->out,
                              .width = studio->width,
                              .height = studio->height,
                              .fps = options->fps,
                              .frames = frames,
                              .columns = columns};
  return (studio->movie = co_movie_create(&setup, error)) != NULL;
}

static bool shoot_sheet(Studio *studio, CoError *error) {
  const RecordOptions *options = studio->options;
  if (!play(studio, options->episode, error)) return false;
  int64_t first = co_session_first(studio->session), length = co_session_last(studio->session) - first;
  int frames = options->frames <= length ? options->frames : (int)length + 1;
  if (!begin_movie(studio, frames, error)) return false;
  if (options->step > length)
    return co_fail(error, "step is %d, the episode ends with step %lld", options->step, (long long)(first + length));
  if (frames == 1) return shoot(studio, options->step < 0 ? first + length / 2 : options->step, error);
  for (int i = 0; i < frames; i++)
    if (!shoot(studio, first + (i * length + (frames - 1) / 2) / (frames - 1), error)) return false;
  return true;
}

// An episode's end stays for a second.
static bool shoot_film(Studio *studio, CoError *error) {
  const RecordOptions *options = studio->options;
  if (!begin_movie(studio, 1, error)) return false;
  for (int i = 0; i < options->episodes; i++) {
    if (!play(studio, options->episode + i, error)) return false;
    int64_t last = co_session_last(studio->session);
    for (int64_t step = co_session_first(studio->session); step <= last; step++)
      if (!shoot(studio, step, error)) return false;
    for (int hold = 1; hold < options->fps; hold++)
      if (!co_movie_add(studio->movie, studio->surface, error)) return false;
  }
  return true;
}

static bool film(Studio *studio, Line *line, CoError *error) {
  bool sheet = has_ending(studio->options->out, ".png");
  if (!check(studio, error) || !enter(studio, line, error)) return false;
  if (!(sheet ? shoot_sheet(studio, error) : shoot_film(studio, error)) || !co_movie_finish(studio->movie, error)) {
    if (studio->cast->plan) plan_quote(studio->cast->plan, error);
    return false;
  }
  CoSessionMoment end = co_session_moment(studio->session, co_session_last(studio->session));
  char text[128];
  write_returns(studio, &end, text, sizeof text);
  printf("%s: %s, %s, ends with %s\n", studio->options->out, studio->cast->title, studio->cast->players, text);
  return true;
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text, "cohort record ENV|RUN|REPLAY -o FILE [--algo SCRIPT|random|RUN] [--name value ...]\n\n"
                         "Plays an episode and writes what it looks like. Needs no display.\n\noptions\n");
  co_settings_help(&settings, &text);
  co_write_format(&text, "\nand seed, profile and the environment's settings as for train\n");
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

int command_record(Line *line) {
  CoError error = {""};
  RecordOptions options;
  co_settings_defaults(&settings, &options);
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error)) return say(&error, EXIT_USAGE);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (line->place_count != 1) {
    co_fail(&error, "record takes one environment, run or recording");
    return say(&error, EXIT_USAGE);
  }
  Studio studio = {.options = &options};
  bool ok = film(&studio, line, &error);
  leave(&studio);
  return ok ? EXIT_OK : say(&error, EXIT_USAGE);
}
