// Sessions: players act when a moment is reached, so that what they think of it is kept with it.
#include "session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/recording.h"

#define FIRST_ROOM 64

static int agents_of(const CoSession *session, int team) {
  return co_world_team(session->setup.world, team)->agents;
}

static size_t control_size(const CoSession *session) {
  return (size_t)(session->spec->actions ? 0 : session->spec->action_size);
}

// --- a moment's row ---

static void lay_out(CoSession *session) {
  CoSessionForm *form = &session->form;
  size_t agents = (size_t)session->spec->agents, at = (co_world_state_bytes(session->setup.world) + 15) / 16 * 16;
  form->returns = at, at += (size_t)session->spec->teams * sizeof(float);
  form->rewards = at, at += agents * sizeof(float);
  form->discrete = at, at += agents * sizeof(int);
  form->continuous = at, at += agents * control_size(session) * sizeof(float);
  form->shown = at, at += session->shown * sizeof(float);
  form->ending = at, at += sizeof(int32_t);
  form->decided = at, at += sizeof(int32_t);
  form->bytes = (at + 15) / 16 * 16;
  size_t memory = session->setup.memory ? session->setup.memory : CO_SESSION_MEMORY;
  size_t most = memory / form->bytes;
  session->most = most > 2 ? (int64_t)most : 2;
}

unsigned char *co_session_row(const CoSession *session, int64_t step) {
  assert(step >= session->first && step <= session->last);
  return session->rows + (size_t)(step % session->room) * session->form.bytes;
}

// Room for the moment after the last: more memory, or the oldest one's.
static bool make_room(CoSession *session, CoError *error) {
  int64_t step = session->last + 1;
  if (step - session->first < session->room) return true;
  if (session->room == session->most) {
    session->first++;
    if (session->now < session->first) session->now = session->first;
    return true;
  }
  int64_t room = session->room ? 2 * session->room : FIRST_ROOM;
  if (room > session->most) room = session->most;
  unsigned char *rows = realloc(session->rows, (size_t)room * session->form.bytes);
  if (!rows) return co_fail(error, "no memory for another moment of the episode");
  session->rows = rows;
  session->room = room;
  return true;
}

static void write_decision(CoSession *session, unsigned char *row) {
  const CoSessionForm *form = &session->form;
  size_t agents = (size_t)session->spec->agents;
  int32_t decided = session->decided;
  memcpy(row + form->discrete, session->discrete, agents * sizeof *session->discrete);
  memcpy(row + form->continuous, session->continuous, agents * control_size(session) * sizeof(float));
  memcpy(row + form->decided, &decided, sizeof decided);
}

static void write_shown(const CoSession *session, unsigned char *row) {
  float *out = (float *)(void *)(row + session->form.shown);
  for (int t = 0; t < session->spec->teams; t++)
    for (int i = 0; i < session->teams[t].array_count; i++) {
      const CoSessionArray *array = &session->teams[t].arrays[i];
      const CoSeat *seat = &session->setup.seats[t];
      CoInspection seen;
      if (seat->algo->inspect(seat->self, array->source, &seen) && seen.rows >= array->rows)
        memcpy(out + array->at, seen.data, (size_t)array->rows * (size_t)array->cols * sizeof *out);
    }
}

static bool keep(CoSession *session, CoError *error) {
  if (!make_room(session, error)) return false;
  session->last++;
  const CoSessionForm *form = &session->form;
  unsigned char *row = co_session_row(session, session->last);
  int32_t ending = co_vecenv_ending(session->vec)[0];
  memset(row, 0, form->bytes);
  memcpy(row, co_vecenv_state(session->vec, 0), co_world_state_bytes(session->setup.world));
  float *returns = (float *)(void *)(row + form->returns);
  for (int t = 0; t < session->spec->teams; t++) returns[t] = (float)session->returns[t];
  if (session->last)
    memcpy(row + form->rewards, co_vecenv_rewards(session->vec), (size_t)session->spec->agents * sizeof(float));
  memcpy(row + form->ending, &ending, sizeof ending);
  write_decision(session, row);
  write_shown(session, row);
  return true;
}

// --- deciding ---

static bool person_acts(const CoSession *session) {
  for (int t = 0, agent = 0; session->setup.human && t < session->spec->teams; t++) {
    const CoFrame *frame = co_vecenv_frame(session->vec, t);
    for (int i = 0; i < frame->agents; i++, agent++)
      if (session->setup.human[agent] && frame->acting[i]) return true;
  }
  return false;
}

// Scripts may use moves that no mask knows.
static bool fits(const CoSession *session, int64_t step, CoError *error) {
  if (!session->spec->actions || co_world_type(session->setup.world)->scripts) return true;
  for (int t = 0, agent = 0; t < session->spec->teams; t++) {
    const CoFrame *frame = co_vecenv_frame(session->vec, t);
    for (int i = 0; i < frame->agents; i++, agent++) {
      int action = session->discrete[agent];
      bool known = action >= 0 && action < session->spec->actions;
      if (frame->acting[i] && !(known && frame->mask[i * session->spec->actions + action]))
        return co_fail(error, "step %lld: agent %d may not do action %d", (long long)step, agent, action);
    }
  }
  return true;
}

static bool take_given(CoSession *session, int64_t step, CoError *error) {
  const CoGiven *given = &session->setup.given;
  size_t agents = (size_t)session->spec->agents, width = control_size(session), at = (size_t)step * agents;
  if (given->discrete && !width) memcpy(session->discrete, given->discrete + at, agents * sizeof(int));
  if (given->continuous && width)
    memcpy(session->continuous, given->continuous + at * width, agents * width * sizeof(float));
  return fits(session, step, error);
}

static bool decide(CoSession *session, CoError *error) {
  int64_t step = co_vecenv_clock(session->vec)[0];
  session->decided = false;
  if (!co_vecenv_running(session->vec)) return true;
  int *discrete = session->spec->actions ? session->discrete : NULL;
  float *continuous = session->spec->actions ? NULL : session->continuous;
  for (int t = 0; session->setup.seats && t < session->spec->teams; t++)
    if (!co_player_act(session->teams[t].player, session->vec, 0, discrete, continuous, error)) return false;
  bool given = step < session->setup.given.steps;
  session->decided = given || (session->setup.seats && !person_acts(session));
  return !given || take_given(session, step, error);
}

static void take_human(CoSession *session, const CoActions *human) {
  size_t width = control_size(session);
  for (int i = 0; i < session->spec->agents; i++) {
    if (!session->setup.human[i]) continue;
    if (human->discrete) session->discrete[i] = human->discrete[i];
    if (human->continuous)
      memcpy(session->continuous + (size_t)i * width, human->continuous + (size_t)i * width, width * sizeof(float));
  }
}

// --- beginning ---

static bool sit(CoSession *session, int number, CoError *error) {
  const CoSeat *seat = &session->setup.seats[number];
  CoSessionTeam *team = &session->teams[number];
  const CoPlayerSetup player = {.world = session->setup.world,
                                .team = number,
                                .num_envs = 1,
                                .seed = session->setup.seed,
                                .purpose = CO_RECORDING_PURPOSE,
                                .algo = seat->algo,
                                .self = seat->self,
                                .wants = team->wants,
                                .script = seat->script};
  if (!(team->player = co_player_create(&player, error))) return false;
  if (!seat->algo || !seat->algo->attribute) return true;
  const CoEpisodesConfig config = {
      .capacity = 1, .views = team->wants.views, .num_envs = 1, .notes = team->wants.notes};
  return (team->store = co_episodes_create(session->setup.world, number, &config, error));
}

static void leave(CoSession *session) {
  for (int t = 0; t < session->spec->teams; t++) {
    CoSessionTeam *team = &session->teams[t];
    co_player_destroy(team->player);
    if (team->store) co_episodes_destroy(team->store);
    free(team->credit);
  }
  if (session->vec) co_vecenv_destroy(session->vec);
}

// Arrays that have a row for each of the team's agents (of one copy, the first) or a single row.
static void survey(CoSession *session, int number) {
  const CoSeat *seat = &session->setup.seats[number];
  CoSessionTeam *team = &session->teams[number];
  int agents = agents_of(session, number);
  CoInspection seen;
  if (!seat->algo || !seat->algo->inspect) return;
  for (int i = 0; team->array_count < CO_SESSION_ARRAYS && seat->algo->inspect(seat->self, i, &seen); i++) {
    if (seen.rows < 1 || (seen.rows > 1 && seen.rows % agents)) continue;
    int rows = seen.rows == 1 ? 1 : agents;
    team->arrays[team->array_count++] = (CoSessionArray){seen.name, i, rows, seen.cols, session->shown};
    session->shown += (size_t)rows * (size_t)seen.cols;
  }
}

static bool begin(CoSession *session, CoError *error) {
  int views = 0;
  session->last = -1;
  for (int t = 0; session->setup.seats && t < session->spec->teams; t++) {
    if (!sit(session, t, error)) return false;
    views |= session->teams[t].wants.views;
  }
  session->vec =
      co_vecenv_create(session->setup.world, 1, views, NULL, session->setup.seed, CO_RECORDING_PURPOSE, error);
  if (!session->vec || !co_vecenv_restart(session->vec, error) || !decide(session, error)) return false;
  for (int t = 0; session->setup.seats && t < session->spec->teams; t++) survey(session, t);
  lay_out(session);
  return keep(session, error);
}

static bool allocate(CoSession *session, CoError *error) {
  size_t agents = (size_t)session->spec->agents, teams = (size_t)session->spec->teams;
  session->teams = calloc(teams, sizeof *session->teams);
  session->discrete = calloc(agents, sizeof *session->discrete);
  session->continuous = calloc(agents * control_size(session) + 1, sizeof *session->continuous);
  session->returns = calloc(teams, sizeof *session->returns);
  if (session->teams && session->discrete && session->continuous && session->returns) return true;
  return co_fail(error, "no memory for a session of %d agents", session->spec->agents);
}

static bool prepare(CoSession *session, CoError *error) {
  const CoWorld *world = session->setup.world;
  if (!allocate(session, error) || !co_world_worker_open(world, &session->worker, error)) return false;
  for (int t = 0; session->setup.seats && t < session->spec->teams; t++) {
    const CoSeat *seat = &session->setup.seats[t];
    if (seat->algo && !seat->algo->act) return co_fail(error, "%s has nothing that acts", seat->algo->name);
    if (seat->algo) seat->algo->wants(seat->config, co_world_team(world, t), &session->teams[t].wants);
  }
  return begin(session, error);
}

CoSession *co_session_create(const CoSessionSetup *setup, CoError *error) {
  CoSession *session = calloc(1, sizeof *session);
  if (!session) {
    co_fail(error, "no memory for a session");
    return NULL;
  }
  session->setup = *setup;
  session->spec = co_world_spec(setup->world);
  if (prepare(session, error)) return session;
  co_session_destroy(session);
  return NULL;
}

void co_session_destroy(CoSession *session) {
  if (!session) return;
  if (session->teams) leave(session);
  co_world_worker_close(session->setup.world, session->worker);
  co_writer_free(&session->actions);
  free(session->teams);
  free(session->discrete);
  free(session->continuous);
  free(session->returns);
  free(session->rows);
  free(session);
}

// --- moving ---

bool co_session_over(const CoSession *session) {
  if (session->now < session->last || session->broken) return false;
  return !session->decided && !co_session_awaits(session);
}

bool co_session_awaits(const CoSession *session) {
  return session->now == session->last && !session->decided && !session->broken && session->setup.seats &&
         co_vecenv_running(session->vec) && person_acts(session);
}

static void add_rewards(CoSession *session) {
  const float *rewards = co_vecenv_rewards(session->vec);
  for (int t = 0; t < session->spec->teams; t++) {
    int first = co_world_first(session->setup.world, t), agents = agents_of(session, t);
    double sum = 0;
    for (int i = 0; i < agents; i++) sum += (double)rewards[first + i];
    session->returns[t] += sum / agents;
  }
}

static bool store(CoSession *session, const CoActions *actions, bool after, CoError *error) {
  for (int t = 0; t < session->spec->teams; t++) {
    CoSessionTeam *team = &session->teams[t];
    if (!team->store) continue;
    if (after ? !co_episodes_after(team->store, session->vec, error)
              : !co_episodes_before(team->store, session->vec, actions, co_player_notes(team->player), error))
      return false;
  }
  return true;
}

static bool step(CoSession *session, CoError *error) {
  const CoActions actions = {session->spec->actions ? session->discrete : NULL,
                             session->spec->actions ? NULL : session->continuous};
  write_decision(session, co_session_row(session, session->last));
  if (!store(session, &actions, false, error) || !co_vecenv_step(session->vec, &actions, error)) return false;
  add_rewards(session);
  if (!store(session, NULL, true, error) || !decide(session, error) || !keep(session, error)) return false;
  return co_vecenv_running(session->vec) || co_session_attribute(session, error);
}

// Beyond what is kept.
static bool advance(CoSession *session, CoError *error) {
  if (!session->broken && step(session, &session->why)) return true;
  session->broken = true;
  return co_fail(error, "%s", session->why.text);
}

bool co_session_forward(CoSession *session, const CoActions *human, CoError *error) {
  if (session->now == session->last) {
    assert(!co_session_over(session));
    if (!session->broken && !session->decided) {
      assert(human);
      take_human(session, human);
      session->decided = true;
    }
    if (!advance(session, error)) return false;
  }
  session->now++;
  return true;
}

bool co_session_back(CoSession *session) {
  if (session->now == session->first) return false;
  session->now--;
  return true;
}

void co_session_seek(CoSession *session, int64_t target) {
  session->now = target < session->first ? session->first : target > session->last ? session->last : target;
}

bool co_session_foresee(CoSession *session, int64_t most, CoError *error) {
  for (int64_t i = 0; i < most && session->decided; i++)
    if (!advance(session, error)) return false;
  return true;
}
