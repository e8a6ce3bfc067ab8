// Private to the train room: what a session keeps.
#ifndef COHORT_TRAIN_SESSION_H
#define COHORT_TRAIN_SESSION_H

#include "cohort/session.h"

#define CO_SESSION_ARRAYS 8 // of an algorithm's inspection

// Where the parts of a kept moment lie in its row. The state is first.
typedef struct CoSessionForm {
  size_t returns, rewards, discrete, continuous, shown; // offsets
  size_t ending, decided;
  size_t bytes;
} CoSessionForm;

// What a team's algorithm shows, cut to its own agents.
typedef struct CoSessionArray {
  const char *name;
  int source;     // its number in the algorithm's inspection
  int rows, cols; // rows: the team's agents, or 1
  size_t at;      // of its first number among the moment's
} CoSessionArray;

typedef struct CoSessionTeam {
  CoPlayer *player;
  CoWants wants;
  CoEpisodes *store; // where the algorithm attributes; NULL elsewhere
  float *credit;     // [steps + 1][agents], NULL until the episode is known
  CoSessionArray arrays[CO_SESSION_ARRAYS];
  int array_count;
} CoSessionTeam;

struct CoSession {
  CoSessionSetup setup;
  const CoSpec *spec;
  void *worker;
  CoVecEnv *vec;
  CoSessionTeam *teams; // [teams]
  int *discrete;        // [agents] decided for the next step
  float *continuous;    // [agents][action_size]
  double *returns;      // [teams]
  bool decided, broken;
  CoError why; // broken: no step can be made
  CoSessionForm form;
  size_t shown;        // numbers that a moment's inspections take
  unsigned char *rows; // [room][form.bytes] a ring once it is `most`
  int64_t room, most;
  int64_t first, last, now;
  CoWriter actions; // of co_session_actions
};

unsigned char *co_session_row(const CoSession *session, int64_t step);
bool co_session_attribute(CoSession *session, CoError *error); // once the episode has ended

#endif
