// What there is to see of a session: its moments, what agents see in them, what algorithms thought, what agents
// brought.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

const CoWorld *co_session_world(const CoSession *session) {
  return session->setup.world;
}

const CoSeat *co_session_seat(const CoSession *session, int team) {
  return session->setup.seats ? &session->setup.seats[team] : NULL;
}

bool co_session_human(const CoSession *session, int agent) {
  return session->setup.human && session->setup.human[agent];
}

int64_t co_session_first(const CoSession *session) {
  return session->first;
}

int64_t co_session_last(const CoSession *session) {
  return session->last;
}

int64_t co_session_now(const CoSession *session) {
  return session->now;
}

CoSessionMoment co_session_moment(const CoSession *session, int64_t step) {
  const CoSessionForm *form = &session->form;
  const unsigned char *row = co_session_row(session, step);
  int32_t ending, decided;
  memcpy(&ending, row + form->ending, sizeof ending);
  memcpy(&decided, row + form->decided, sizeof decided);
  const int *discrete = (const int *)(const void *)(row + form->discrete);
  const float *continuous = (const float *)(const void *)(row + form->continuous);
  return (CoSessionMoment){
      .step = step,
      .ending = (CoEnding)ending,
      .state = row,
      .rewards = (const float *)(const void *)(row + form->rewards),
      .returns = (const float *)(const void *)(row + form->returns),
      .decided = decided != 0,
      .actions = {session->spec->actions ? discrete : NULL, session->spec->actions ? NULL : continuous}};
}

bool co_session_inspect(const CoSession *session, int64_t step, int team, int i, CoInspection *out) {
  assert(i >= 0 && team >= 0 && team < session->spec->teams);
  const unsigned char *row = co_session_row(session, step);
  if (i >= session->teams[team].array_count || co_session_moment(session, step).ending != CO_PLAYING) return false;
  const CoSessionArray *array = &session->teams[team].arrays[i];
  const float *shown = (const float *)(const void *)(row + session->form.shown);
  *out = (CoInspection){array->name, shown + array->at, array->rows, array->cols};
  return true;
}

static bool attribute(CoSession *session, int number, CoError *error) {
  const CoSeat *seat = &session->setup.seats[number];
  CoSessionTeam *team = &session->teams[number];
  const CoBatch *batch;
  const int first = 0;
  int64_t steps;
  if (!co_episodes_unpack(team->store, &first, 1, 1, NULL, &batch, &steps, error)) return false;
  team->credit = calloc((size_t)batch->rows * (size_t)batch->agents, sizeof *team->credit);
  if (!team->credit) return co_fail(error, "no memory for the credits of %lld steps", (long long)steps);
  return seat->algo->attribute(seat->self, batch, team->credit, error); // one episode: entry t is row t
}

bool co_session_attribute(CoSession *session, CoError *error) {
  for (int t = 0; t < session->spec->teams; t++)
    if (session->teams[t].store && !attribute(session, t, error)) return false;
  return true;
}

const float *co_session_credit(const CoSession *session, int team) {
  return session->teams[team].credit;
}

bool co_session_observe(const CoSession *session, int64_t step, int agent, float *obs, CoError *error) {
  return co_world_observe(session->setup.world, session->worker, co_session_row(session, step), agent, obs, error);
}

bool co_session_available(const CoSession *session, int64_t step, int agent, uint8_t *mask, CoError *error) {
  return co_world_available(session->setup.world, session->worker, co_session_row(session, step), agent, mask, error);
}

// For the eyes of the person who plays, while the game goes on.
static int viewer(const CoSession *session, int64_t step) {
  if (co_session_moment(session, step).ending != CO_PLAYING) return CO_EVERYONE;
  for (int i = 0; session->setup.human && i < session->spec->agents; i++)
    if (session->setup.human[i]) return i;
  return CO_EVERYONE;
}

bool co_session_draw(const CoSession *session, int64_t step, CoCanvas *canvas, CoError *error) {
  const CoEnvType *type = co_world_type(session->setup.world);
  if (!type->draw) return co_fail(error, "%s does not draw itself", type->name);
  co_canvas_show_to(canvas, viewer(session, step));
  return type->draw(co_world_self(session->setup.world), session->worker, co_session_row(session, step), canvas, error);
}

bool co_session_actions(CoSession *session, int64_t steps, CoGiven *out) {
  const CoSpec *spec = session->spec;
  size_t agents = (size_t)spec->agents, width = (size_t)spec->action_size;
  assert(steps <= session->last);
  if (session->first > 0) return false;
  co_writer_clear(&session->actions);
  for (int64_t i = 0; i < steps; i++) {
    CoActions actions = co_session_moment(session, i).actions;
    if (actions.discrete) co_write(&session->actions, actions.discrete, agents * sizeof(int));
    if (actions.continuous) co_write(&session->actions, actions.continuous, agents * width * sizeof(float));
  }
  const void *data = session->actions.data;
  *out = (CoGiven){(int)steps, spec->actions ? data : NULL, spec->actions ? NULL : data};
  return !session->actions.failed;
}
