// Private to the command: a process for each of many runs, several side by side.
#ifndef COHORT_CLI_CREW_H
#define COHORT_CLI_CREW_H

#include "cli.h"

#define CREW_MOST 1000

typedef struct Crew {
  int count, jobs;                // runs; how many side by side, 0: as many as there are processors for
  int threads;                    // of each
  int (*work)(void *user, int i); // in a process of its own: its exit code
  void *user;
} Crew;

// Runs all. SIGINT and SIGTERM go on to the runs, and no further one begins. The worst exit code, which is
// EXIT_STOPPED or worse when some have not begun or were ended by the signal; -1 with a sentence when a process cannot
// be started.
int crew_run(const Crew *crew, CoError *error);

#endif
