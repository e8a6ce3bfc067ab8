// The loop of a window: sixty pictures a second, in which time is counted; what is due is played, and drawn if changed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

#define RATE 60             // pictures a second
#define LOOK 15             // pictures between looks at the files
#define TELL (3 * RATE)     // pictures that a notice stays
#define REST (3 * RATE / 2) // pictures between an episode's end and the next
#define FORESEEN 20000      // steps
#define TIMES 36000         // pictures of which the time is kept

// --- episodes ---

// What is known beforehand: recordings; and credits, which are of whole episodes.
static bool foreseen(const Cast *cast) {
  if (human_plays(cast)) return false;
  if (!cast->plan) return true;
  for (int i = 0; cast->seats && i < co_world_spec(cast->world)->teams; i++)
    if (cast->seats[i].algo && cast->seats[i].algo->attribute) return true;
  return false;
}

static CoSession *begin(const Cast *cast, int episode, CoGiven given, CoError *error) {
  const CoSessionSetup setup = {.world = cast->world,
                                .seats = cast->seats,
                                .human = cast->human,
                                .given = given,
                                .seed = cast_seed(cast, episode)};
  CoSession *session = co_session_create(&setup, error);
  if (session && foreseen(cast))
    co_session_foresee(session, FORESEEN, NULL); // a failure shows when its step is reached
  return session;
}

static void compare(Viewer *viewer) {
  const CoRecording *recording = &viewer->cast->recording;
  if (viewer->cast->plan || co_session_last(viewer->session) != recording->steps) return;
  const void *end = co_session_moment(viewer->session, recording->steps).state;
  if (co_state_hash(viewer->cast->world, end) != recording->hash)
    viewer_tell(viewer, "ends in another state than the one recorded");
}

static void take(Viewer *viewer, CoSession *session, int episode) {
  co_session_destroy(viewer->session);
  viewer->session = session;
  viewer->episode = episode;
  viewer->owed = 0, viewer->over = 0;
  viewer->error[0] = '\0';
  viewer->changed = true;
  memset(viewer->tapped, 0, sizeof viewer->tapped);
}

bool viewer_begin(Viewer *viewer, int episode, CoError *error) {
  CoSession *session = begin(viewer->cast, episode, viewer->cast->given, error);
  if (!session) return false;
  take(viewer, session, episode);
  compare(viewer);
  viewer->waiting = human_plays(viewer->cast) && !human_waits(viewer->cast);
  if (viewer->waiting) viewer->paused = true, viewer->agent = human_mover(viewer);
  return true;
}

// --- new files ---

// The same episode in the new cast, up to the same step. NULL with the reason.
static CoSession *catch_up(Viewer *viewer, Cast *cast, CoError *error) {
  int64_t steps = co_session_now(viewer->session);
  CoGiven given;
  if (!cast_alike(viewer->cast, cast)) {
    co_fail(error, "its state or its actions are others");
    return NULL;
  }
  if (!co_session_actions(viewer->session, steps, &given)) {
    co_fail(error, "the episode's beginning is no longer kept");
    return NULL;
  }
  CoSession *session = begin(cast, viewer->episode, given, error);
  while (session && co_session_now(session) < steps) {
    bool over = co_session_over(session);
    if (!over && co_session_forward(session, NULL, error)) continue;
    if (over) co_fail(error, "it ends before step %lld", (long long)steps);
    co_session_destroy(session);
    return NULL;
  }
  return session;
}

static void change(Viewer *viewer, Cast *cast, CoSession *session) {
  take(viewer, session, viewer->episode);
  cast_close(viewer->cast);
  viewer->cast = cast;
  viewer->agent = viewer->agent < co_world_spec(cast->world)->agents ? viewer->agent : 0;
}

void viewer_reload(Viewer *viewer) {
  CoError error = {""}, why = {""};
  Cast *cast = cast_open(viewer->line, viewer->options, &error);
  CoSession *session = cast ? catch_up(viewer, cast, &why) : NULL;
  if (cast && !session) session = begin(cast, viewer->episode, cast->given, &error);
  if (session && human_room(viewer, cast, &error)) {
    change(viewer, cast, session);
    if (why.text[0])
      viewer_tell(viewer, "loaded anew, begun again: %.200s", why.text);
    else
      viewer_tell(viewer, "loaded anew");
    return;
  }
  co_session_destroy(session);
  cast_close(cast);
  cast_seen(viewer->cast);
  snprintf(viewer->error, sizeof viewer->error, "%s", error.text);
  viewer->changed = true;
}

// --- time ---

bool viewer_forward(Viewer *viewer) {
  CoError error = {""};
  CoActions actions;
  bool awaits = co_session_awaits(viewer->session);
  if (viewer->error[0] || co_session_over(viewer->session)) return false;
  bool ok = !awaits || human_decide(viewer, &actions, &error);
  if (ok) ok = co_session_forward(viewer->session, awaits ? &actions : NULL, &error);
  if (error.text[0] && viewer->cast->plan) plan_quote(viewer->cast->plan, &error);
  snprintf(viewer->error, sizeof viewer->error, "%s", error.text);
  viewer->changed |= ok || error.text[0];
  return ok;
}

static void rest(Viewer *viewer) {
  CoError error = {""};
  if (viewer->over++ == 0 && viewer->options->play) viewer_tell(viewer, "the end: r again, n another");
  if (viewer->over < REST || viewer->options->play || !viewer->cast->plan) return;
  if (!viewer_begin(viewer, viewer->episode + 1, &error))
    snprintf(viewer->error, sizeof viewer->error, "%s", error.text);
}

static void pass(Viewer *viewer) {
  if (viewer->notice[0] && viewer->frame - viewer->told > TELL) viewer->notice[0] = '\0', viewer->changed = true;
  if (viewer->paused || viewer->error[0]) return;
  if (co_session_over(viewer->session)) {
    rest(viewer);
    return;
  }
  int mover = human_turns(viewer->cast) ? human_mover(viewer) : -1;
  viewer->owed = mover >= 0 ? 1 : viewer->owed + viewer->fps / RATE; // a person's move is made at once
  if (mover >= 0 && viewer->agent != mover) viewer->agent = mover, viewer->changed = true;
  while (viewer->owed >= 1 && viewer_forward(viewer)) viewer->owed--;
  if (viewer->owed > 1) viewer->owed = 1; // what waits for a person, or has ended, is not made up for
}

// --- pictures ---

static const char *pace(const Viewer *viewer, char out[64]) {
  if (viewer->error[0]) return "stopped";
  if (viewer->waiting) return "press a key to begin";
  if (viewer->paused) return "paused";
  if (co_session_over(viewer->session)) return "the end";
  if (co_session_awaits(viewer->session) && human_waits(viewer->cast)) return "your move";
  snprintf(out, 64, "%g steps/s", viewer->fps);
  return out;
}

static bool draw(Viewer *viewer, CoError *error) {
  char own[64], episode[128] = "a recording";
  if (viewer->cast->plan)
    snprintf(episode, sizeof episode, "seed %llu, episode %d", (unsigned long long)viewer->cast->plan->train.seed,
             viewer->episode);
  const CoDashboardLook look = {.title = viewer->cast->title,
                                .players = viewer->cast->players,
                                .episode = episode,
                                .pace = pace(viewer, own),
                                .notice = viewer->notice,
                                .error = viewer->error,
                                .help = viewer->help ? viewer_help(viewer) : NULL,
                                .agent = viewer->agent,
                                .panels = viewer->panels};
  viewer->changed = false;
  return co_dashboard_draw(viewer->board, viewer->surface, viewer->session, &look, error) &&
         (!viewer->window || co_window_show(viewer->window, viewer->surface, error));
}

static bool picture(Viewer *viewer, CoError *error) {
  if (!viewer->changed && !viewer->options->stats) return true;
  double began = wall_seconds();
  bool ok = draw(viewer, error);
  if (viewer->times && viewer->timed < TIMES) viewer->times[viewer->timed++] = wall_seconds() - began;
  return ok;
}

// --- events ---

static bool take_event(Viewer *viewer, const CoEvent *event, CoError *error) {
  if (event->kind == CO_EVENT_QUIT) viewer->quit = true;
  if (event->kind == CO_EVENT_KEY) viewer_key(viewer, event->key, event->repeated);
  if (event->kind == CO_EVENT_CLICK) viewer_click(viewer, event->x, event->y);
  if (event->kind == CO_EVENT_EXPOSE) viewer->changed = true;
  if (event->kind != CO_EVENT_RESIZE) return true;
  viewer->changed = true;
  return co_surface_resize(viewer->surface, event->width, event->height, error);
}

// All events until the picture is due.
static bool listen(Viewer *viewer, CoError *error) {
  if (!viewer->window) return true;
  double now = wall_seconds();
  viewer->due = viewer->due + 1.0 / RATE > now ? viewer->due + 1.0 / RATE : now;
  for (;;) {
    CoEvent event;
    double left = viewer->due - wall_seconds();
    bool came = co_window_event(viewer->window, left > 0 ? (int)(1000 * left) : 0, &event);
    if (came && !take_event(viewer, &event, error)) return false;
    if (!came && left < 0.001) return true;
  }
}

// One of --keys a picture.
static void press(Viewer *viewer) {
  char key[24];
  viewer->keys += strspn(viewer->keys, " ");
  size_t bytes = strcspn(viewer->keys, " ");
  if (bytes && bytes < sizeof key) {
    snprintf(key, sizeof key, "%.*s", (int)bytes, viewer->keys);
    viewer_key(viewer, key, false);
  }
  viewer->keys += bytes;
}

bool viewer_loop(Viewer *viewer, CoError *error) {
  const SessionOptions *options = viewer->options;
  viewer->due = wall_seconds();
  for (; !viewer->quit && (!options->frames || viewer->frame < options->frames); viewer->frame++) {
    if (viewer->frame % LOOK == LOOK - 1 && cast_changed(viewer->cast)) viewer_reload(viewer);
    press(viewer);
    pass(viewer);
    if (!picture(viewer, error) || !listen(viewer, error)) return false;
  }
  return picture(viewer, error);
}

bool viewer_open(Viewer *viewer, CoError *error) {
  const SessionOptions *options = viewer->options;
  if (!human_room(viewer, viewer->cast, error) || !viewer_begin(viewer, options->episode, error)) return false;
  while (co_session_now(viewer->session) < options->step && viewer_forward(viewer)) {}
  viewer->times = options->stats ? calloc(TIMES, sizeof *viewer->times) : NULL;
  viewer->board = co_dashboard_create(error);
  viewer->surface = co_surface_create(viewer->width, viewer->height, NULL, error);
  if (!viewer->board || !viewer->surface || !cast_sprites(viewer->cast, viewer->surface, error)) return false;
  if (options->headless) return true;
  char title[320];
  snprintf(title, sizeof title, "Cohort: %s", viewer->cast->title);
  return (viewer->window = co_window_create(title, viewer->width, viewer->height, error));
}

void viewer_close(Viewer *viewer) {
  co_window_destroy(viewer->window);
  co_surface_destroy(viewer->surface);
  co_dashboard_destroy(viewer->board);
  co_session_destroy(viewer->session);
  cast_close(viewer->cast);
  free(viewer->discrete);
  free(viewer->continuous);
  free(viewer->mask);
  free(viewer->times);
}
