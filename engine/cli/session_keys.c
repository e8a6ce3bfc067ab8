// What keys do in the window.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "session.h"

void viewer_tell(Viewer *viewer, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(viewer->notice, sizeof viewer->notice, format, arguments);
  va_end(arguments);
  viewer->told = viewer->frame;
  viewer->changed = true;
}

static void pause(Viewer *viewer) {
  viewer->paused = !viewer->paused;
}

static void step(Viewer *viewer) {
  viewer->paused = true;
  viewer_forward(viewer);
}

static void back(Viewer *viewer) {
  viewer->paused = true;
  viewer->error[0] = '\0';
  if (!co_session_back(viewer->session)) viewer_tell(viewer, "nothing earlier is kept");
}

static void to_start(Viewer *viewer) {
  viewer->paused = true;
  viewer->error[0] = '\0';
  co_session_seek(viewer->session, 0);
}

static void to_end(Viewer *viewer) {
  viewer->paused = true;
  co_session_seek(viewer->session, co_session_last(viewer->session));
}

// Round numbers: 1, 2, 5, 10 ...
static void pace(Viewer *viewer, bool faster) {
  static const double steps[] = {0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
  int count = (int)(sizeof steps / sizeof steps[0]), i = 0;
  if (faster) {
    while (i < count - 1 && steps[i] <= viewer->fps) i++;
  } else {
    i = count - 1;
    while (i > 0 && steps[i] >= viewer->fps) i--;
  }
  viewer->fps = steps[i];
  viewer_tell(viewer, "%g steps/s", viewer->fps);
}

static void faster(Viewer *viewer) {
  pace(viewer, true);
}

static void slower(Viewer *viewer) {
  pace(viewer, false);
}

static void another(Viewer *viewer, int episode) {
  CoError error = {""};
  if (!viewer_begin(viewer, episode, &error)) snprintf(viewer->error, sizeof viewer->error, "%s", error.text);
}

static void restart(Viewer *viewer) {
  another(viewer, viewer->episode);
}

static void next(Viewer *viewer) {
  another(viewer, viewer->cast->plan ? viewer->episode + 1 : viewer->episode);
}

static void select_agent(Viewer *viewer, int by) {
  int agents = co_world_spec(viewer->cast->world)->agents;
  viewer->agent = (viewer->agent + by + agents) % agents;
}

static void next_agent(Viewer *viewer) {
  select_agent(viewer, 1);
}

static void last_agent(Viewer *viewer) {
  select_agent(viewer, -1);
}

static void panels(Viewer *viewer) {
  viewer->panels = !viewer->panels;
}

// The first switch of the picture among the environment's settings: "draw_ranges".
static const CoField *find_view(const Plan *plan) {
  for (const CoField *field = plan ? plan->env->settings.fields : NULL; field && field->name; field++)
    if (field->type == CO_FIELD_BOOL && !strncmp(field->name, "draw_", 5)) return field;
  return NULL;
}

// Opens everything anew with the switch turned: it is a setting like any other.
static void view(Viewer *viewer) {
  const Plan *plan = viewer->cast->plan;
  const CoField *field = find_view(plan);
  CoError error = {""};
  if (!field) {
    viewer_tell(viewer, "its picture has one form");
    return;
  }
  bool now = *(const bool *)((const char *)plan->env_config + field->offset);
  snprintf(viewer->view, sizeof viewer->view, "%s", field->name);
  if (!entries_add(&viewer->line->options, (Entry){.name = viewer->view, .text = now ? "false" : "true"}, &error))
    return;
  viewer_reload(viewer);
  if (!viewer->error[0]) viewer_tell(viewer, "%s %s", viewer->view, now ? "false" : "true");
}

static void help(Viewer *viewer) {
  viewer->help = !viewer->help;
}

static void quit(Viewer *viewer) {
  viewer->quit = true;
}

static const struct Binding {
  const char *keys, *does; // does: NULL where another row tells
  void (*run)(Viewer *viewer);
  bool once; // not repeated while held
} bindings[] = {
    {"space p", "pause, go on", pause, true},
    {"right .", "a step forward", step, false},
    {"left ,", "a step back", back, false},
    {"home", "to the start", to_start, true},
    {"end", "to the last step known", to_end, true},
    {"up + =", "faster", faster, false},
    {"down -", "slower", slower, false},
    {"r", "the same episode again", restart, true},
    {"n", "the next episode", next, true},
    {"tab", "the next agent", next_agent, false},
    {"shift tab", "the agent before", last_agent, false},
    {"c", "panels", panels, true},
    {"v", "another view, such as ranges", view, true},
    {"h f1", "this help", help, true},
    {"q escape", "quit", quit, true},
};
#define BINDINGS (sizeof bindings / sizeof bindings[0])

static bool names(const char *keys, const char *key) {
  size_t bytes = strlen(key);
  if (!strcmp(keys, key)) return true;
  for (const char *at = keys; *at; at += strspn(at, " ")) {
    size_t word = strcspn(at, " ");
    if (word == bytes && !memcmp(at, key, bytes)) return true;
    at += word;
  }
  return false;
}

void viewer_key(Viewer *viewer, const char *key, bool repeated) {
  viewer->changed = true;
  viewer->notice[0] = '\0';
  if (viewer->help && strcmp(key, "q") != 0 && strcmp(key, "escape") != 0) {
    viewer->help = false;
    return;
  }
  if (human_key(viewer, key)) {
    if (viewer->waiting) viewer->waiting = viewer->paused = false;
    return;
  }
  for (size_t i = 0; i < BINDINGS; i++)
    if (names(bindings[i].keys, key) && !(repeated && bindings[i].once)) {
      bindings[i].run(viewer);
      return;
    }
}

// A text that is a key's name presses the key: cells that show their numbers are chosen by clicks.
void viewer_click(Viewer *viewer, int x, int y) {
  char label[24];
  if (viewer->changed) return; // what was clicked on is no longer there
  int agent = co_dashboard_agent_at(viewer->board, x, y);
  int64_t step = co_dashboard_step_at(viewer->board, x, y);
  viewer->changed = true;
  if (step >= 0) {
    viewer->paused = true;
    viewer->error[0] = '\0';
    co_session_seek(viewer->session, step);
  } else if (!(co_dashboard_label_at(viewer->board, x, y, label) && human_key(viewer, label)) && agent >= 0) {
    viewer->agent = agent;
  }
}

// Pairs: keys, what they do; the environment's own first. Ends with NULL.
const char *const *viewer_help(Viewer *viewer) {
  int count = 0;
  const CoSpec *spec = co_world_spec(viewer->cast->world);
  const CoKey *keys = human_plays(viewer->cast) ? human_keys(viewer->cast) : NULL;
  for (int i = 0; keys && keys[i].key && count < SESSION_HELP - 2 * (int)BINDINGS - 6; i++) {
    if (!keys[i].key[0]) continue;
    viewer->lines[count++] = keys[i].key;
    viewer->lines[count++] = spec->action_names && spec->actions ? spec->action_names[keys[i].action] : "acts";
  }
  for (size_t i = 0; i < BINDINGS; i++) {
    viewer->lines[count++] = bindings[i].keys;
    viewer->lines[count++] = bindings[i].does;
  }
  viewer->lines[count++] = "mouse", viewer->lines[count++] = "choose an agent, a step, a cell";
  viewer->lines[count] = NULL;
  return viewer->lines;
}
