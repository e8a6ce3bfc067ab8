// Who is on the stage: an environment with its players, a run, or a recording; and whether their files have changed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cohort/file.h"
#include "session.h"

// --- files ---

static bool look(const char *path, SessionFile *out) {
  struct stat status;
  if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) return false;
  snprintf(out->path, sizeof out->path, "%s", path);
  out->seconds = (int64_t)status.st_mtim.tv_sec;
  out->nanoseconds = (int64_t)status.st_mtim.tv_nsec;
  out->bytes = (int64_t)status.st_size;
  return true;
}

static void note(Cast *cast, const char *path) {
  if (cast->file_count < SESSION_FILES && look(path, &cast->files[cast->file_count])) cast->file_count++;
}

bool cast_changed(const Cast *cast) {
  for (int i = 0; i < cast->file_count; i++) {
    const SessionFile *old = &cast->files[i];
    SessionFile now;
    if (!look(old->path, &now)) continue; // an editor is replacing it
    if (now.seconds != old->seconds || now.nanoseconds != old->nanoseconds || now.bytes != old->bytes) return true;
  }
  return false;
}

void cast_seen(Cast *cast) {
  for (int i = 0; i < cast->file_count; i++) {
    SessionFile now;
    if (look(cast->files[i].path, &now)) cast->files[i] = now;
  }
}

// --- people ---

static bool check_agent(const Cast *cast, const SessionOptions *options, CoError *error) {
  int agents = co_world_spec(cast->world)->agents;
  return options->agent < agents || co_fail(error, "agent is %d, %s has %d", options->agent, cast->title, agents);
}

static bool seat_people(Cast *cast, const SessionOptions *options, CoError *error) {
  const CoSpec *spec = co_world_spec(cast->world);
  bool named = false;
  if (!(cast->human = calloc((size_t)spec->agents, 1))) return co_fail(error, "no memory for %d agents", spec->agents);
  for (int team = 0; team < spec->teams; team++) {
    int agents = co_world_team(cast->world, team)->agents;
    if (!cast->plan->human[team]) continue;
    if (options->agent >= agents) return co_fail(error, "agent is %d, the team has %d", options->agent, agents);
    cast->human[co_world_first(cast->world, team) + options->agent] = named = true;
  }
  if (named || !options->play) return true;
  cast->human[options->agent] = 1;
  return true;
}

static void name_players(Cast *cast) {
  size_t used = 0, room = sizeof cast->players;
  for (int team = 0; team < co_world_spec(cast->world)->teams && used < room; team++) {
    const CoSeat *seat = &cast->seats[team];
    const char *name = seat->algo ? seat->algo->name : seat->script ? seat->script->name : "random";
    int first = co_world_first(cast->world, team), agents = co_world_team(cast->world, team)->agents;
    bool person = cast->human && memchr(cast->human + first, 1, (size_t)agents);
    used +=
        (size_t)snprintf(cast->players + used, room - used, "%s%s%s%s", team ? " against " : "", person ? "you" : "",
                         person && agents > 1 ? " and " : "", person && agents == 1 ? "" : name);
  }
}

// --- a plan ---

// Who plays where nobody is named.
static bool name_default(Line *line, const char *player, CoError *error) {
  for (int i = 0; i < line->options.count; i++)
    if (!strcmp(line->options.items[i].name, "algo")) return true;
  return entries_add(&line->options, (Entry){.owner = "train", .name = "algo", .text = player}, error);
}

static bool wish(Line *line, const SessionOptions *options, PlanWishes *wishes, CoError *error) {
  *wishes = (PlanWishes){.command = options->table,
                         .data = options->data,
                         .players = true,
                         .people = true,
                         .strict = options->strict,
                         .patience = options->patience};
  plan_wish(wishes, line->places[0]);
  return !wishes->place || name_default(line, options->play ? "human" : "random", error);
}

// A script and what it requires, all of one folder.
static void note_script(Cast *cast) {
  int count;
  const CoScriptFile *files = plan_script_files(cast->plan, &count);
  const char *path = cast->plan->script_path, *slash = strrchr(path, '/');
  for (int i = 0; i < count; i++) {
    char name[4096];
    snprintf(name, sizeof name, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, files[i].name);
    note(cast, name);
  }
}

// Data files that were named by their path: maps of one's own.
static void note_sources(Cast *cast) {
  const CoScriptSources *sources = &cast->plan->sources;
  for (int i = 0; i < sources->count; i++) note(cast, sources->item[i].name);
}

static bool set_plan(Cast *cast, Line *line, const SessionOptions *options, CoError *error) {
  PlanWishes wishes;
  if (!(cast->plan = calloc(1, sizeof *cast->plan))) return co_fail(error, "no memory for a plan");
  if (!wish(line, options, &wishes, error) || !plan_make(cast->plan, line, &wishes, error)) return false;
  if (wishes.run && !plan_revive(cast->plan, wishes.run, error)) return false;
  cast->world = cast->plan->world;
  cast->seats = cast->plan->seats;
  note_script(cast);
  note_sources(cast);
  for (int i = 0; i < co_world_spec(cast->world)->teams; i++)
    if (cast->seats[i].algo && !cast->seats[i].self)
      return co_fail(error, "%s has learnt nothing yet: name a run folder, or a script", cast->seats[i].algo->name);
  const char *path = cast->plan->script ? strrchr(cast->plan->train.env, '/') : NULL;
  snprintf(cast->title, sizeof cast->title, "%s", path ? path + 1 : cast->plan->train.env);
  if (!check_agent(cast, options, error) || !seat_people(cast, options, error)) return false;
  name_players(cast);
  return true;
}

// --- a recording ---

static bool is_recording(const char *place) {
  SessionFile file;
  size_t bytes = strlen(place);
  return (bytes < 4 || strcmp(place + bytes - 4, ".lua")) && look(place, &file);
}

static bool set_recording(Cast *cast, const char *path, const SessionOptions *options, CoError *error) {
  CoRegistry registry;
  CoRecording *recording = &cast->recording;
  co_registry_init(&registry);
  if (!(cast->stage = calloc(1, sizeof *cast->stage))) return co_fail(error, "no memory for a recording");
  cast->stage->strict = options->strict, cast->stage->patience = options->patience;
  if (!co_recording_read(recording, path, error)) return false;
  if (!stage_open(cast->stage, &registry, recording, error)) return co_fail_within(error, "%s", path);
  cast->world = cast->stage->world;
  const CoSpec *spec = co_world_spec(cast->world);
  if (recording->agents != spec->agents || recording->action_size != (spec->actions ? 0 : spec->action_size))
    return co_fail(error, "%s: its actions are not those of %s", path, recording->env);
  cast->given = (CoGiven){recording->steps, recording->discrete, recording->continuous};
  snprintf(cast->title, sizeof cast->title, "%s", recording->env);
  snprintf(cast->players, sizeof cast->players, "%s", recording->players);
  return check_agent(cast, options, error);
}

Cast *cast_open(Line *line, const SessionOptions *options, CoError *error) {
  Cast *cast = calloc(1, sizeof *cast);
  if (!cast) {
    co_fail(error, "no memory for a cast");
    return NULL;
  }
  bool ok = is_recording(line->places[0]) ? set_recording(cast, line->places[0], options, error)
                                          : set_plan(cast, line, options, error);
  if (ok) return cast;
  cast_close(cast);
  return NULL;
}

bool cast_sprites(const Cast *cast, CoSurface *surface, CoError *error) {
  char folder[sizeof((Plan *)0)->script_path];
  snprintf(folder, sizeof folder, "%s", cast->plan ? cast->plan->script_path : "");
  char *slash = strrchr(folder, '/');
  if (!slash) return true;
  slash[slash == folder] = '\0';
  return co_surface_sprites(surface, folder, error);
}

void cast_close(Cast *cast) {
  if (!cast) return;
  if (cast->plan) plan_free(cast->plan);
  if (cast->stage) stage_close(cast->stage);
  co_recording_free(&cast->recording);
  free(cast->plan);
  free(cast->stage);
  free(cast->human);
  free(cast);
}

// --- what they have in common ---

static bool fields_alike(const CoStateField *a, const CoStateField *b) {
  for (; a->name && b->name; a++, b++)
    if (strcmp(a->name, b->name) != 0 || a->kind != b->kind || a->offset != b->offset || a->count != b->count ||
        a->stride != b->stride)
      return false;
  return !a->name && !b->name;
}

bool cast_alike(const Cast *a, const Cast *b) {
  const CoSpec *x = co_world_spec(a->world), *y = co_world_spec(b->world);
  return x->agents == y->agents && x->actions == y->actions && x->action_size == y->action_size &&
         co_world_state_bytes(a->world) == co_world_state_bytes(b->world) &&
         fields_alike(co_world_fields(a->world), co_world_fields(b->world));
}

// The episodes of `cohort eval --record --episode N`.
uint64_t cast_seed(const Cast *cast, int episode) {
  if (!cast->plan) return cast->recording.seed;
  CoRng rng = co_rng(cast->plan->train.seed, "recorded episode", (uint64_t)episode);
  return co_rng_next(&rng);
}
