// A person's moves: keys that are held or were pressed since the last step; in turns, the key that was pressed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

// Where an environment names no keys, its actions are 1 2 3 ... 9 a b c ...
static const CoKey *number(const CoSpec *spec) {
  static const char *const names[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d",
                                      "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"};
  static CoKey keys[sizeof names / sizeof names[0] + 1];
  int count = 0, most = (int)(sizeof names / sizeof names[0]);
  for (; count < spec->actions && count < most; count++) keys[count] = (CoKey){.key = names[count], .action = count};
  keys[count] = (CoKey){.key = NULL};
  return keys;
}

const CoKey *human_keys(const Cast *cast) {
  const CoSpec *spec = co_world_spec(cast->world);
  return spec->keys ? spec->keys : spec->actions ? number(spec) : NULL;
}

bool human_plays(const Cast *cast) {
  for (int i = 0; cast->human && i < co_world_spec(cast->world)->agents; i++)
    if (cast->human[i]) return true;
  return false;
}

bool human_turns(const Cast *cast) {
  return co_world_type(cast->world)->mover != NULL;
}

bool human_waits(const Cast *cast) {
  const CoKey *keys = human_keys(cast);
  while (keys && keys->key && keys->key[0]) keys++;
  return human_turns(cast) || (keys && !keys->key);
}

bool human_key(Viewer *viewer, const char *key) {
  const CoKey *keys = human_plays(viewer->cast) ? human_keys(viewer->cast) : NULL;
  for (int i = 0; keys && keys[i].key && i < SESSION_KEYS; i++)
    if (keys[i].key[0] && !strcmp(keys[i].key, key)) {
      viewer->tapped[i] = true;
      return true;
    }
  return false;
}

static bool pressed(const Viewer *viewer, const CoKey *keys, int i) {
  if (viewer->tapped[i]) return true;
  return !human_turns(viewer->cast) && viewer->window && co_window_held(viewer->window, keys[i].key);
}

static bool legal(const CoSpec *spec, const CoKey *key, const uint8_t *mask) {
  return !spec->actions || (key->action >= 0 && key->action < spec->actions && mask[key->action]);
}

// The first key that is pressed and may be used; else what no key means. -1 for neither; *barred: one may not be used.
static int find(const Viewer *viewer, const CoKey *keys, const uint8_t *mask, bool *barred) {
  const CoSpec *spec = co_world_spec(viewer->cast->world);
  int rest = -1;
  for (int i = 0; keys[i].key && i < SESSION_KEYS; i++) {
    bool able = legal(spec, &keys[i], mask);
    if (!keys[i].key[0] && able) rest = i;
    if (!keys[i].key[0] || !pressed(viewer, keys, i)) continue;
    if (able) return i;
    *barred = true;
  }
  return rest;
}

static void write(Viewer *viewer, const CoKey *key, const uint8_t *mask, int agent) {
  const CoSpec *spec = co_world_spec(viewer->cast->world);
  size_t width = (size_t)spec->action_size, bytes = width * sizeof(float);
  if (spec->actions) {
    int first = 0;
    while (first < spec->actions - 1 && !mask[first]) first++;
    viewer->discrete[agent] = key ? key->action : first;
  } else if (key && key->values) {
    memcpy(viewer->continuous + (size_t)agent * width, key->values, bytes);
  } else {
    memset(viewer->continuous + (size_t)agent * width, 0, bytes);
  }
}

static bool acts(const Viewer *viewer, int agent) {
  CoSessionMoment moment = co_session_moment(viewer->session, co_session_now(viewer->session));
  int mover = co_world_mover(viewer->cast->world, moment.state);
  return viewer->cast->human[agent] && (mover == CO_EVERYONE || mover == agent) &&
         co_world_alive(viewer->cast->world, moment.state, agent);
}

int human_mover(const Viewer *viewer) {
  for (int i = 0; co_session_awaits(viewer->session) && i < co_world_spec(viewer->cast->world)->agents; i++)
    if (acts(viewer, i)) return i;
  return -1;
}

// False where time waits for a key that may be used.
static bool decide(Viewer *viewer, int agent, CoError *error) {
  const CoKey *keys = human_keys(viewer->cast);
  bool barred = false, waits = human_waits(viewer->cast);
  if (!co_session_available(viewer->session, co_session_now(viewer->session), agent, viewer->mask, error)) return false;
  int found = find(viewer, keys, viewer->mask, &barred);
  bool idle = found < 0 || !keys[found].key[0];
  if (waits && barred && idle) viewer_tell(viewer, "that is not possible here");
  if (waits && idle) return false;
  write(viewer, found < 0 ? NULL : &keys[found], viewer->mask, agent);
  return true;
}

bool human_decide(Viewer *viewer, CoActions *actions, CoError *error) {
  const CoSpec *spec = co_world_spec(viewer->cast->world);
  bool ok = true;
  for (int i = 0; ok && i < spec->agents; i++)
    if (acts(viewer, i)) ok = decide(viewer, i, error);
  memset(viewer->tapped, 0, sizeof viewer->tapped);
  *actions = (CoActions){spec->actions ? viewer->discrete : NULL, spec->actions ? NULL : viewer->continuous};
  return ok;
}

bool human_room(Viewer *viewer, const Cast *cast, CoError *error) {
  const CoSpec *spec = co_world_spec(cast->world);
  size_t agents = (size_t)spec->agents, width = (size_t)(spec->actions ? 0 : spec->action_size);
  if (human_plays(cast) && !human_keys(cast)) return co_fail(error, "%s names no keys for a person", cast->title);
  int *discrete = calloc(agents, sizeof *discrete);
  float *continuous = calloc(agents * width + 1, sizeof *continuous);
  uint8_t *mask = calloc((size_t)spec->actions + 1, 1);
  if (!discrete || !continuous || !mask) {
    free(discrete), free(continuous), free(mask);
    return co_fail(error, "no memory for a person's moves");
  }
  free(viewer->discrete), free(viewer->continuous), free(viewer->mask);
  viewer->discrete = discrete, viewer->continuous = continuous, viewer->mask = mask;
  return true;
}
