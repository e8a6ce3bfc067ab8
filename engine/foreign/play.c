// Resets and steps: actions checked before anything moves, copies that begin again, and what callers are shown.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "foreign.h"

// --- what callers are shown ---

// A team's rows [num_envs][agents of the team][row] into those of all agents [num_envs][agents][row].
static void spread(const CoForeign *foreign, int team, const void *from, size_t row, void *to) {
  size_t agents = (size_t)foreign->spec->agents, own = (size_t)co_world_team(foreign->stage.world, team)->agents;
  size_t first = (size_t)co_world_first(foreign->stage.world, team), copies = (size_t)foreign->num_envs;
  if (!from || !to) return;
  if (own == agents) {
    memcpy(to, from, copies * agents * row);
    return;
  }
  for (size_t i = 0; i < copies; i++)
    memcpy((char *)to + (i * agents + first) * row, (const char *)from + i * own * row, own * row);
}

static void fill_global(const CoForeign *foreign, int team, const float *from, float *to) {
  size_t size = (size_t)foreign->spec->global_size, teams = (size_t)foreign->spec->teams;
  if (!from || !to) return;
  for (size_t i = 0; i < (size_t)foreign->num_envs; i++)
    memcpy(to + (i * teams + (size_t)team) * size, from + i * size, size * sizeof *to);
}

// What agents see.
static void fill_sight(const CoForeign *foreign, const CoForeignViews *views) {
  const CoSpec *spec = foreign->spec;
  for (int team = 0; team < spec->teams; team++) {
    const CoFrame *frame = co_vecenv_frame(foreign->vec, team);
    spread(foreign, team, frame->obs, (size_t)spec->obs_size * sizeof(float), views->obs);
    spread(foreign, team, frame->privileged, (size_t)spec->privileged_size * sizeof(float), views->privileged);
    spread(foreign, team, frame->mask, (size_t)spec->actions, views->mask);
    spread(foreign, team, frame->alive, 1, views->alive);
    spread(foreign, team, frame->acting, 1, views->acting);
    spread(foreign, team, frame->index, sizeof(int32_t), views->index);
    fill_global(foreign, team, frame->global, views->global);
  }
}

// What a step brought.
static void fill_outcome(const CoForeign *foreign, const CoForeignViews *views) {
  size_t copies = (size_t)foreign->num_envs, infos = (size_t)co_world_infos(foreign->stage.world);
  const int32_t *ending = co_vecenv_ending(foreign->vec);
  if (views->rewards)
    memcpy(views->rewards, co_vecenv_rewards(foreign->vec), copies * (size_t)foreign->spec->agents * sizeof(float));
  if (views->info && infos) memcpy(views->info, co_vecenv_info(foreign->vec), copies * infos * sizeof(float));
  if (views->clock) memcpy(views->clock, co_vecenv_clock(foreign->vec), copies * sizeof(int64_t));
  for (size_t i = 0; i < copies; i++) {
    if (views->terminated) views->terminated[i] = ending[i] == CO_TERMINATED;
    if (views->truncated) views->truncated[i] = ending[i] == CO_TRUNCATED;
    if (views->seed) views->seed[i] = foreign->episodes[i].seed;
  }
}

void co_views_fill(const CoForeign *foreign, const CoForeignViews *views) {
  if (!views) return;
  fill_sight(foreign, views);
  fill_outcome(foreign, views);
}

static bool check_views(const CoForeignViews *views, CoError *error) {
  return !views || views->size >= sizeof *views || co_fail(error, "the views are smaller than this library's");
}

// --- beginning ---

// In the copies that are due.
static bool begin(CoForeign *foreign, CoError *error) {
  for (int i = 0; i < foreign->num_envs; i++)
    if (foreign->due[i]) foreign->rngs[i] = co_episode_begin(&foreign->episodes[i]);
  return co_vecenv_reset(foreign->vec, foreign->due, foreign->rngs, error);
}

static bool reset(CoForeign *foreign, const uint8_t *which, const uint64_t *seeds, CoError *error) {
  bool all = true;
  for (int i = 0; i < foreign->num_envs; i++) {
    foreign->due[i] = !which || which[i];
    all = all && foreign->due[i];
  }
  if (!foreign->begun && !all) return co_fail(error, "the first reset is of all copies");
  if (foreign->failed && !all) return co_fail(error, "the environment has failed: reset all copies");
  for (int i = 0; seeds && i < foreign->num_envs; i++)
    if (foreign->due[i]) co_episode_seed(&foreign->episodes[i], seeds[i]);
  bool ok = begin(foreign, error);
  foreign->begun = foreign->begun || ok;
  foreign->failed = !ok;
  return ok;
}

int co_foreign_reset(CoForeign *foreign, const uint8_t *which, const uint64_t *seeds, const CoForeignViews *views) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  bool ok = check_views(views, &foreign->error) && reset(foreign, which, seeds, &foreign->error);
  if (ok) co_views_fill(foreign, views);
  return co_call_leave(foreign, ok, 0);
}

// --- actions ---

static int first_legal(const uint8_t *mask, int actions) {
  for (int i = 0; i < actions; i++)
    if (mask[i]) return i;
  return 0;
}

static bool illegal(int copy, int agent, int64_t action, const uint8_t *mask, int actions, CoError *error) {
  char list[256] = "";
  size_t used = 0;
  if (action < 0 || action >= actions)
    return co_fail(error, "copy %d, agent %d: the action is %lld, must lie in [0, %d]", copy, agent, (long long)action,
                   actions - 1);
  for (int i = 0; i < actions && used < sizeof list - 16; i++)
    if (mask[i]) used += (size_t)snprintf(list + used, sizeof list - used, " %d", i);
  return co_fail(error, "copy %d, agent %d: action %lld is not available, but%s are", copy, agent, (long long)action,
                 list);
}

static bool take_discrete(CoForeign *foreign, int copy, int team, const int64_t *from, CoError *error) {
  const CoFrame *frame = co_vecenv_frame(foreign->vec, team);
  int first = co_world_first(foreign->stage.world, team), actions = foreign->spec->actions;
  for (int a = 0; a < frame->agents; a++) {
    size_t row = (size_t)copy * (size_t)frame->agents + (size_t)a;
    size_t seat = (size_t)copy * (size_t)foreign->spec->agents + (size_t)(first + a);
    const uint8_t *mask = frame->mask + row * (size_t)actions;
    const int64_t action = from[seat];
    bool acts = frame->acting[row];
    if (acts && (action < 0 || action >= actions || !mask[action]))
      return illegal(copy, first + a, action, mask, actions, error);
    foreign->discrete[seat] = acts ? (int)action : first_legal(mask, actions);
  }
  return true;
}

static bool take_continuous(CoForeign *foreign, int copy, const float *from, CoError *error) {
  const CoSpec *spec = foreign->spec;
  int numbers = spec->agents * spec->action_size;
  size_t at = (size_t)copy * (size_t)numbers;
  for (int i = 0; i < numbers; i++) {
    float low = spec->low[i % spec->action_size], high = spec->high[i % spec->action_size], x = from[at + (size_t)i];
    if (!isfinite(x))
      return co_fail(error, "copy %d, agent %d: number %d of the action is %g", copy, i / spec->action_size,
                     i % spec->action_size, (double)x);
    foreign->continuous[at + (size_t)i] = x < low ? low : x > high ? high : x;
  }
  return true;
}

static bool take(CoForeign *foreign, const int64_t *discrete, const float *continuous, int32_t autoreset,
                 CoError *error) {
  bool whole = foreign->spec->actions != 0;
  if (!(whole ? discrete != NULL : continuous != NULL))
    return co_fail(error, "%s has %s actions", foreign->stage.name, whole ? "discrete" : "continuous");
  for (int i = 0; i < foreign->num_envs; i++) {
    bool running = co_vecenv_frame(foreign->vec, 0)->running[i];
    foreign->due[i] = !running;
    if (!running && autoreset != CO_FOREIGN_NEXT_STEP)
      return co_fail(error, "copy %d: the episode has ended: reset it", i);
    for (int team = 0; running && whole && team < foreign->spec->teams; team++)
      if (!take_discrete(foreign, i, team, discrete, error)) return false;
    if (running && !whole && !take_continuous(foreign, i, continuous, error)) return false;
  }
  return true;
}

// --- steps ---

// The actions taken, in the copies that run; how many episodes end with them.
static bool play(CoForeign *foreign, int *ended, CoError *error) {
  const CoActions actions = {foreign->spec->actions ? foreign->discrete : NULL,
                             foreign->spec->actions ? NULL : foreign->continuous};
  int running = co_vecenv_running(foreign->vec);
  for (int i = 0; foreign->recorded && i < foreign->num_envs; i++)
    if (!foreign->due[i]) co_episode_keep(foreign, i);
  if (!co_vecenv_step(foreign->vec, &actions, error)) return false;
  *ended = running - co_vecenv_running(foreign->vec);
  return true;
}

static bool begin_if_due(CoForeign *foreign, CoError *error) {
  return !memchr(foreign->due, 1, (size_t)foreign->num_envs) || begin(foreign, error);
}

// The copies that have just ended begin again; what their agents saw at the end goes to `final`.
static bool begin_at_once(CoForeign *foreign, const CoForeignViews *views, const CoForeignViews *final,
                          CoError *error) {
  if (views) fill_outcome(foreign, views);
  if (final) fill_sight(foreign, final);
  for (int i = 0; i < foreign->num_envs; i++) foreign->due[i] = !co_vecenv_frame(foreign->vec, 0)->running[i];
  if (!begin(foreign, error)) return false;
  if (views) fill_sight(foreign, views);
  return true;
}

static bool advance(CoForeign *foreign, int32_t autoreset, const CoForeignViews *views, const CoForeignViews *final,
                    int *ended, CoError *error) {
  if (!play(foreign, ended, error)) return false;
  if (*ended && autoreset == CO_FOREIGN_SAME_STEP) return begin_at_once(foreign, views, final, error);
  if (!begin_if_due(foreign, error)) return false;
  co_views_fill(foreign, views);
  return true;
}

static bool may_step(const CoForeign *foreign, int32_t autoreset, CoError *error) {
  if (!foreign->begun) return co_fail(error, "no episode has begun: reset first");
  if (foreign->failed) return co_fail(error, "the environment has failed: reset it first");
  return (autoreset >= CO_FOREIGN_DISABLED && autoreset <= CO_FOREIGN_SAME_STEP) ||
         co_fail(error, "autoreset is %d, must be 0, 1 or 2", autoreset);
}

int co_foreign_step(CoForeign *foreign, const int64_t *discrete, const float *continuous, int32_t autoreset,
                    const CoForeignViews *views, const CoForeignViews *final) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  int ended = 0;
  CoError *error = &foreign->error;
  bool ok = may_step(foreign, autoreset, error) && check_views(views, error) && check_views(final, error) &&
            take(foreign, discrete, continuous, autoreset, error);
  if (ok) ok = !(foreign->failed = !advance(foreign, autoreset, views, final, &ended, error));
  return co_call_leave(foreign, ok, ended);
}

int co_foreign_look(CoForeign *foreign, const CoForeignViews *views) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  bool ok = check_views(views, &foreign->error) && co_call_names(foreign, 0, &foreign->error);
  if (ok) co_views_fill(foreign, views);
  return co_call_leave(foreign, ok, 0);
}

// --- random play ---

static void sample_copy(CoForeign *foreign, int copy, int team, int64_t *discrete) {
  const CoFrame *frame = co_vecenv_frame(foreign->vec, team);
  const CoSpec *spec = foreign->spec;
  int first = co_world_first(foreign->stage.world, team);
  for (int a = 0; a < frame->agents; a++) {
    const uint8_t *mask = frame->mask + (size_t)(copy * frame->agents + a) * (size_t)spec->actions;
    discrete[copy * spec->agents + first + a] = co_rng_choose(&foreign->episodes[copy].actions, mask, spec->actions);
  }
}

static void sample_numbers(CoForeign *foreign, int copy, float *continuous) {
  const CoSpec *spec = foreign->spec;
  for (int i = 0; i < spec->agents * spec->action_size; i++)
    continuous[copy * spec->agents * spec->action_size + i] =
        (float)co_rng_uniform(&foreign->episodes[copy].actions, (double)spec->low[i % spec->action_size],
                              (double)spec->high[i % spec->action_size]);
}

int co_foreign_sample(CoForeign *foreign, int64_t *discrete, float *continuous) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  const CoSpec *spec = foreign->spec;
  bool ok = co_call_names(foreign, 0, &foreign->error);
  if (ok && !(spec->actions ? discrete != NULL : continuous != NULL))
    ok = co_fail(&foreign->error, "%s has %s actions", foreign->stage.name, spec->actions ? "discrete" : "continuous");
  for (int i = 0; ok && i < foreign->num_envs; i++) {
    for (int team = 0; spec->actions && team < spec->teams; team++) sample_copy(foreign, i, team, discrete);
    if (!spec->actions) sample_numbers(foreign, i, continuous);
  }
  return co_call_leave(foreign, ok, 0);
}
