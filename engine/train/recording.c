// Recordings: making one from a match, and playing it again step by step.
#include "cohort/recording.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

typedef struct Tape {
  CoRecording *recording;
  int capacity; // steps
  bool failed;
} Tape;

static bool grow(Tape *tape) {
  CoRecording *r = tape->recording;
  if (r->steps < tape->capacity) return true;
  size_t steps = tape->capacity ? 2 * (size_t)tape->capacity : 256, row = (size_t)r->agents;
  int *discrete = realloc(r->discrete, steps * row * sizeof *discrete);
  if (discrete) r->discrete = discrete;
  float *continuous = realloc(r->continuous, steps * row * (size_t)r->action_size * sizeof *continuous + 1);
  if (continuous) r->continuous = continuous;
  if (!discrete || !continuous) return false;
  tape->capacity = (int)steps;
  return true;
}

static void keep(void *user, const CoVecEnv *vec, const CoActions *actions) {
  Tape *tape = user;
  CoRecording *r = tape->recording;
  if (tape->failed || !grow(tape)) {
    tape->failed = true;
    return;
  }
  size_t agents = (size_t)r->agents, at = (size_t)r->steps * agents, width = (size_t)r->action_size;
  if (actions->discrete) memcpy(r->discrete + at, actions->discrete, agents * sizeof(int));
  if (actions->continuous) memcpy(r->continuous + at * width, actions->continuous, agents * width * sizeof(float));
  r->steps++;
  r->hash = co_state_hash(co_vecenv_world(vec), co_vecenv_state(vec, 0));
}

bool co_recording_make(CoRecording *recording, const CoWorld *world, const CoSeat *seats, CoError *error) {
  const CoSpec *spec = co_world_spec(world);
  Tape tape = {.recording = recording};
  const CoMatchSetup setup = {.world = world,
                              .seats = seats,
                              .num_envs = 1,
                              .seed = recording->seed,
                              .purpose = CO_RECORDING_PURPOSE,
                              .watch = keep,
                              .user = &tape};
  recording->agents = spec->agents;
  recording->action_size = spec->actions ? 0 : spec->action_size;
  recording->steps = 0;
  CoScore *scores = calloc((size_t)spec->teams, sizeof *scores);
  CoMatch *match = scores ? co_match_create(&setup, error) : NULL;
  bool ok = match ? co_match_play(match, 1, 0, NULL, scores, error) : scores || co_fail(error, "no memory for scores");
  co_match_destroy(match);
  free(scores);
  if (ok && tape.failed) return co_fail(error, "no memory for a recording");
  return ok && match;
}

void co_recording_free(CoRecording *recording) {
  free(recording->discrete);
  free(recording->continuous);
  free(recording->data);
  *recording = (CoRecording){.steps = 0};
}

static bool fits(const CoRecording *recording, const CoSpec *spec, CoError *error) {
  int width = spec->actions ? 0 : spec->action_size;
  if (recording->agents == spec->agents && recording->action_size == width) return true;
  return co_fail(error, "the recording has %d agents with %d numbers an action, the environment %d with %d",
                 recording->agents, recording->action_size, spec->agents, width);
}

static bool replay(const CoRecording *r, CoVecEnv *vec, CoRecordingVisit *visit, void *user, CoError *error) {
  if (!co_vecenv_restart(vec, error)) return false;
  if (visit) visit(user, vec, NULL);
  for (int step = 0; step < r->steps; step++) {
    size_t at = (size_t)step * (size_t)r->agents;
    const CoActions actions = {r->action_size ? NULL : r->discrete + at,
                               r->action_size ? r->continuous + at * (size_t)r->action_size : NULL};
    if (!co_vecenv_running(vec)) return co_fail(error, "the episode ends after step %d of %d", step, r->steps);
    if (!co_vecenv_step(vec, &actions, error)) return co_fail_within(error, "step %d", step);
    if (visit) visit(user, vec, &actions);
  }
  if (co_vecenv_running(vec)) return co_fail(error, "the episode goes on after its %d steps", r->steps);
  if (co_state_hash(co_vecenv_world(vec), co_vecenv_state(vec, 0)) == r->hash) return true;
  return co_fail(error, "the episode ends in another state than the one recorded");
}

bool co_recording_replay(const CoRecording *recording, const CoWorld *world, CoRecordingVisit *visit, void *user,
                         CoError *error) {
  if (!fits(recording, co_world_spec(world), error)) return false;
  CoVecEnv *vec = co_vecenv_create(world, 1, 0, NULL, recording->seed, CO_RECORDING_PURPOSE, error);
  if (!vec) return false;
  bool ok = replay(recording, vec, visit, user, error);
  co_vecenv_destroy(vec);
  return ok;
}
