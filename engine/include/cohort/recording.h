// Recordings: one episode as a small file (settings, data files, seed, actions) that plays again exactly.
#ifndef COHORT_RECORDING_H
#define COHORT_RECORDING_H

#include "cohort/match.h"

#define CO_RECORDING_SOURCES 32
#define CO_RECORDING_PURPOSE "recording" // the environment's stream is (seed, this, 0); sessions have the same

typedef struct CoRecordingSource {
  char field[64];   // the setting that names it
  char name[256];   // what it was called
  const char *text; // [bytes]
  uint64_t bytes;
} CoRecordingSource;

typedef struct CoRecording {
  char env[256], players[256]; // "skirmish/3m"; who played, for people
  const char *config;          // [config_bytes] the environment's settings, as a Lua table
  uint64_t config_bytes;
  CoRecordingSource sources[CO_RECORDING_SOURCES];
  int source_count;
  uint64_t seed;
  int steps, agents, action_size; // action_size 0: discrete
  int *discrete;                  // [steps][agents], owned
  float *continuous;              // [steps][agents][action_size], owned
  uint64_t hash;                  // of the final state
  char *data;                     // owned: the file that texts point into; NULL where they are the caller's
} CoRecording;

// Plays one episode with these seats and keeps its actions; `seed` and the texts are the caller's to fill in.
bool co_recording_make(CoRecording *recording, const CoWorld *world, const CoSeat *seats, CoError *error);
void co_recording_free(CoRecording *recording);

bool co_recording_write(const CoRecording *recording, const char *path, CoError *error);
bool co_recording_read(CoRecording *recording, const char *path, CoError *error);
bool co_recording_parse(CoRecording *recording, const void *data, size_t bytes, CoError *error); // the file's bytes

// Plays it again in a world opened with its settings. visit is called before the first step (actions NULL) and after
// every one. False with a sentence when an action does not fit, the episode ends early or late, or ends in another
// state than the one recorded.
typedef void CoRecordingVisit(void *user, const CoVecEnv *vec, const CoActions *actions);
bool co_recording_replay(const CoRecording *recording, const CoWorld *world, CoRecordingVisit *visit, void *user,
                         CoError *error);

#endif
