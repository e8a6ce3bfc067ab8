// Sessions: one episode being watched or played, every moment of it kept, so that time runs both ways.
#ifndef COHORT_SESSION_H
#define COHORT_SESSION_H

#include "cohort/match.h"

// Actions of the first steps, played whatever the players would do: a recording's, or those made before a script was
// changed.
typedef struct CoGiven {
  int steps;
  const int *discrete;     // [steps][agents], or NULL
  const float *continuous; // [steps][agents][action_size], or NULL
} CoGiven;

// Everything is borrowed and outlives the session (given actions only until they have been played).
typedef struct CoSessionSetup {
  const CoWorld *world;
  const CoSeat *seats;  // [teams]; NULL: nobody plays on when the given actions are used up
  const uint8_t *human; // [agents] 1: a person decides for this agent, whoever has the team; NULL: nowhere
  CoGiven given;
  uint64_t seed;
  size_t memory; // bytes of history; the oldest moments give way. 0: CO_SESSION_MEMORY
} CoSessionSetup;
#define CO_SESSION_MEMORY ((size_t)256 << 20)

// One moment: the state, how it came about, and what is done next.
typedef struct CoSessionMoment {
  int64_t step;
  CoEnding ending;
  const void *state;
  const float *rewards; // [agents] of the step that led here
  const float *returns; // [teams] so far: mean of the team's agents
  bool decided;         // false at the end, and where a person has not moved yet
  CoActions actions;    // of the step that follows, where decided
} CoSessionMoment;

// Streams are those of co_recording_make with the same seed: the same episode. NULL with a sentence also when the first
// moment fails (a script's reset). Sessions may share their seats' algorithms, which learn nothing here.
typedef struct CoSession CoSession;
CoSession *co_session_create(const CoSessionSetup *setup, CoError *error);
void co_session_destroy(CoSession *session); // NULL is fine
const CoWorld *co_session_world(const CoSession *session);
const CoSeat *co_session_seat(const CoSession *session, int team); // NULL where only given actions are played
bool co_session_human(const CoSession *session, int agent);

// The shown moment moves within what is kept, and beyond its end by a step of the environment. A step that failed
// leaves the session at its last good moment, which is not its end: asked again it gives the same sentence.
bool co_session_over(const CoSession *session);   // nothing follows the shown moment
bool co_session_awaits(const CoSession *session); // a person has to move first
bool co_session_forward(CoSession *session, const CoActions *human,
                        CoError *error);                // human: [agents] of all, NULL where it does not await
bool co_session_back(CoSession *session);               // false at the oldest moment kept
void co_session_seek(CoSession *session, int64_t step); // to the nearest moment kept
// Plays ahead to the end, or for `most` steps, without moving what is shown. Not where a person takes part.
bool co_session_foresee(CoSession *session, int64_t most, CoError *error);

// Steps from `first` to `last` are kept; `now` is shown.
int64_t co_session_first(const CoSession *session);
int64_t co_session_last(const CoSession *session);
int64_t co_session_now(const CoSession *session);
CoSessionMoment co_session_moment(const CoSession *session, int64_t step);

// The i-th array that the team's algorithm showed when it decided: of its agents [agents][cols], or [1][cols]. False
// past the end, or where nothing was decided.
bool co_session_inspect(const CoSession *session, int64_t step, int team, int i, CoInspection *out);
// What each of the team's agents contributes from each moment on, [steps + 1][agents], once the whole episode is known;
// NULL where the algorithm has no such thing (CoAlgoType.attribute).
const float *co_session_credit(const CoSession *session, int team);

// Views of any moment, as the engine gives them to players.
bool co_session_observe(const CoSession *session, int64_t step, int agent, float *obs, CoError *error);
bool co_session_available(const CoSession *session, int64_t step, int agent, uint8_t *mask, CoError *error);
bool co_session_draw(const CoSession *session, int64_t step, CoCanvas *canvas,
                     CoError *error); // false: no such hook too

// All actions from the beginning, for another session; false when the beginning is no longer kept. Valid until the
// session moves.
bool co_session_actions(CoSession *session, int64_t steps, CoGiven *out);

#endif
