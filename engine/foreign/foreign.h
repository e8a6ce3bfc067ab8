// Private to the room: what a handle holds.
#ifndef COHORT_FOREIGN_FOREIGN_H
#define COHORT_FOREIGN_FOREIGN_H

#include <stdatomic.h>

#include "cohort/foreign.h"
#include "cohort/recording.h"
#include "cohort/script.h"
#include "cohort/script_env.h"
#include "cohort/surface.h"
#include "cohort/vecenv.h"
#include "cohort/window.h"

#define STEPS_MOST 10000000 // of an episode that can be saved as a replay

// The environment, opened. Everything is owned.
typedef struct Stage {
  char name[256]; // as the caller has it
  const CoEnvType *type;
  void *config;
  CoScriptEnv *script;    // NULL: the environment is one of the project's own
  char script_path[4096]; // "" where there is none
  CoScriptSources sources;
  CoWorld *world;
  uint64_t identity; // of everything that decides what a state means
} Stage;

// A copy's episode beside its state.
typedef struct Episode {
  uint64_t seed, next; // of this one, and of the one that follows
  CoRng seeds;         // draws the seeds of those after it
  CoRng actions;       // draws random actions
  // What was played, where it is recorded.
  int *discrete;     // [capacity][agents], owned
  float *continuous; // [capacity][agents][action_size], owned
  int steps, capacity;
  bool whole; // nothing of it is missing
} Episode;

typedef struct Picture {
  void *worker; // scratch for `draw`
  CoCanvas *canvas;
  CoSurface *surface;
  CoWindow *window;
  bool closed; // the window, by a person
} Picture;

struct CoForeign {
  Stage stage;
  CoPool *pool;
  CoVecEnv *vec;
  const CoSpec *spec;
  int num_envs;
  bool begun, failed, recorded, privileged;
  Episode *episodes; // [num_envs]
  CoRng *rngs;       // [num_envs] streams of the episodes that begin
  uint8_t *due;      // [num_envs] 1: begins an episode now
  int *discrete;     // [num_envs][agents] what is played
  float *continuous; // [num_envs][agents][action_size]
  Picture picture;
  CoError error;
  atomic_flag busy;
};

bool co_stage_open(Stage *stage, const CoForeignSetup *setup, CoError *error);
void co_stage_close(Stage *stage); // also after a failure

// Every call lies between these: one at a time. What it gives: `result`, or -1.
bool co_call_enter(CoForeign *foreign);
int co_call_leave(CoForeign *foreign, bool ok, int result);

bool co_call_names(const CoForeign *foreign, int copy, CoError *error); // the copy is one, and has begun
void co_views_fill(const CoForeign *foreign, const CoForeignViews *views);

void co_episode_seed(Episode *episode, uint64_t seed); // of the next episode, and of all that follow
CoRng co_episode_begin(Episode *episode);              // its stream
void co_episode_keep(CoForeign *foreign, int copy);    // the step that is played now
size_t co_saved_bytes(const CoForeign *foreign);
void co_picture_close(CoForeign *foreign);

#endif
