// --view: the example's agent acts in a window, episode after episode.
#include <stdio.h>
#include <string.h>

#include "book.h"
#include "cohort/dashboard.h"
#include "cohort/window.h"

enum { WIDTH = 1280, HEIGHT = 720, RATE = 60, REST = 90 }; // pixels; pictures a second; pictures after an episode's end

typedef struct Viewer {
  const CoExample *example;
  CoSession *session;
  CoWindow *window;
  CoSurface *surface;
  CoDashboard *board;
  uint64_t episode;
  double fps, owed; // steps a second; steps that are due
  int rest, frame;
  bool paused, panels, quit;
} Viewer;

static bool begin(Viewer *viewer, CoError *error) {
  CoRng rng = co_rng(viewer->example->seed, "shown episode", viewer->episode);
  const CoSessionSetup setup = {
      .world = viewer->example->shown->world, .seats = book_seats(viewer->example->shown), .seed = co_rng_next(&rng)};
  co_session_destroy(viewer->session);
  viewer->owed = 0, viewer->rest = 0;
  return (viewer->session = co_session_create(&setup, error));
}

static bool next(Viewer *viewer, CoError *error) {
  viewer->episode++;
  return begin(viewer, error);
}

static bool forward(Viewer *viewer, CoError *error) {
  return co_session_over(viewer->session) || co_session_forward(viewer->session, NULL, error);
}

static const char *const help[] = {"space",   "pause, go on",   "right left", "a step forward, back",
                                   "up down", "faster, slower", "n",          "the next episode",
                                   "c",       "panels",         "q",          "quit",
                                   NULL};

static bool press(Viewer *viewer, const char *key, CoError *error) {
  bool right = !strcmp(key, "right"), left = !strcmp(key, "left");
  if (right || left) viewer->paused = true;
  if (right) return forward(viewer, error);
  if (left) co_session_back(viewer->session);
  if (!strcmp(key, "space")) viewer->paused = !viewer->paused;
  if (!strcmp(key, "up") && viewer->fps < 500) viewer->fps *= 2;
  if (!strcmp(key, "down") && viewer->fps > 0.5) viewer->fps /= 2;
  if (!strcmp(key, "c")) viewer->panels = !viewer->panels;
  if (!strcmp(key, "q") || !strcmp(key, "escape")) viewer->quit = true;
  return strcmp(key, "n") != 0 || next(viewer, error);
}

static bool pass(Viewer *viewer, CoError *error) {
  if (viewer->paused) return true;
  if (co_session_over(viewer->session)) return viewer->rest++ < REST || next(viewer, error);
  for (viewer->owed += viewer->fps / RATE; viewer->owed >= 1; viewer->owed--)
    if (!forward(viewer, error)) return false;
  return true;
}

static bool draw(Viewer *viewer, CoError *error) {
  const CoExample *example = viewer->example;
  char episode[64], pace[64];
  snprintf(episode, sizeof episode, "seed %llu, episode %llu", (unsigned long long)example->seed,
           (unsigned long long)viewer->episode);
  snprintf(pace, sizeof pace, "%g steps/s", viewer->fps);
  const CoDashboardLook look = {.title = example->type->name,
                                .players = example->shown->seat.algo->name,
                                .episode = episode,
                                .pace = viewer->paused                     ? "paused"
                                        : co_session_over(viewer->session) ? "the end"
                                                                           : pace,
                                .notice = "",
                                .error = "",
                                .help = co_window_held(viewer->window, "h") ? help : NULL,
                                .panels = viewer->panels};
  return co_dashboard_draw(viewer->board, viewer->surface, viewer->session, &look, error) &&
         co_window_show(viewer->window, viewer->surface, error);
}

// All events until the next picture is due.
static bool listen(Viewer *viewer, CoError *error) {
  CoEvent event;
  for (int wait = 1000 / RATE; co_window_event(viewer->window, wait, &event); wait = 0) {
    if (event.kind == CO_EVENT_QUIT) viewer->quit = true;
    if (event.kind == CO_EVENT_KEY && !press(viewer, event.key, error)) return false;
    if (event.kind == CO_EVENT_RESIZE && !co_surface_resize(viewer->surface, event.width, event.height, error))
      return false;
  }
  return true;
}

static bool loop(Viewer *viewer, CoError *error) {
  int frames = viewer->example->line->options.frames;
  for (; !viewer->quit && (!frames || viewer->frame < frames); viewer->frame++)
    if (!pass(viewer, error) || !draw(viewer, error) || !listen(viewer, error)) return false;
  return true;
}

bool view_show(const CoExample *example, CoError *error) {
  if (!example->shown) return co_fail(error, "%s has nothing to show in a window", example->type->name);
  Viewer viewer = {.example = example, .fps = 5, .panels = true};
  bool ok = begin(&viewer, error) && (viewer.board = co_dashboard_create(error)) &&
            (viewer.surface = co_surface_create(WIDTH, HEIGHT, NULL, error)) &&
            (viewer.window = co_window_create(example->type->name, WIDTH, HEIGHT, error)) && loop(&viewer, error);
  co_window_destroy(viewer.window);
  co_surface_destroy(viewer.surface);
  co_dashboard_destroy(viewer.board);
  co_session_destroy(viewer.session);
  return ok;
}
