// Private to the command: the world that a recording was made in.
#ifndef COHORT_CLI_REPLAY_H
#define COHORT_CLI_REPLAY_H

#include "cohort/recording.h"
#include "plan.h"

typedef struct Stage {
  bool strict;         // how a script runs; for whoever opens it to set
  int patience;        // likewise: seconds for a script's function; 0: 10
  CoScriptEnv *script; // owned; NULL: the environment is one of the project's own
  Guard *guard;        // owned
  const CoEnvType *env;
  void *config;                              // owned
  CoValue *tables[CO_RECORDING_SOURCES + 1]; // owned; the first is the settings'
  CoWorld *world;                            // owned
} Stage;

// Into a zeroed one; close it also after a failure.
bool stage_open(Stage *stage, const CoRegistry *registry, const CoRecording *recording, CoError *error);
void stage_quote(const CoRecording *recording, CoError *error); // adds the line of its script that a sentence names
void stage_close(Stage *stage);

#endif
