// The watch over scripts: one that does not return in time ends the process, as kill -9 would end it: a run survives
// that, its last checkpoint is whole.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "plan.h"

#define WORKERS 256
#define PATIENCE 10      // seconds, where nobody says
#define PAUSE 100000000L // nanoseconds between two looks

struct Guard {
  pthread_t thread;
  pthread_mutex_t mutex; // over what follows
  pthread_cond_t wake;
  const CoScriptEnv *env; // NULL while it is being read
  const char *file;
  const char *stage; // what runs outside of hooks; NULL: nothing
  double began;      // the stage
  double patience;   // seconds
  bool over, resumable;
  uint64_t calls[WORKERS]; // at the last look
  double since[WORKERS];   // when this number of them was first seen
};

static void end(const Guard *guard, const char *what) {
  fprintf(stderr, "\ncohort: %s: %s has not returned for %.0f s%s\n", guard->file, what, guard->patience,
          guard->resumable ? "; --resume goes on from the last checkpoint" : "");
  _exit(guard->resumable ? EXIT_DROPPED : EXIT_FAILED);
}

static void look(Guard *guard) {
  double now = wall_seconds();
  int workers = guard->env ? co_script_env_workers(guard->env) : 0;
  if (guard->stage && now - guard->began > guard->patience) end(guard, guard->stage);
  for (int i = 0; i < workers && i < WORKERS; i++) {
    const CoScriptPulse pulse = co_script_env_pulse(guard->env, i);
    if (!pulse.hook || pulse.calls != guard->calls[i] || guard->since[i] == 0) {
      guard->calls[i] = pulse.calls;
      guard->since[i] = now;
    } else if (now - guard->since[i] > guard->patience) {
      end(guard, pulse.hook);
    }
  }
}

static void *watch(void *user) {
  Guard *guard = user;
  pthread_mutex_lock(&guard->mutex);
  while (!guard->over) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PAUSE;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&guard->wake, &guard->mutex, &until);
    if (!guard->over) look(guard);
  }
  pthread_mutex_unlock(&guard->mutex);
  return NULL;
}

Guard *guard_begin(const char *file, int patience, CoError *error) {
  Guard *guard = calloc(1, sizeof *guard);
  if (!guard) {
    co_fail(error, "no memory for a watch");
    return NULL;
  }
  guard->file = file;
  guard->patience = patience > 0 ? patience : PATIENCE;
  pthread_mutex_init(&guard->mutex, NULL);
  pthread_cond_init(&guard->wake, NULL);
  if (pthread_create(&guard->thread, NULL, watch, guard) == 0) return guard;
  free(guard);
  co_fail(error, "cannot start a thread that watches scripts");
  return NULL;
}

void guard_env(Guard *guard, const CoScriptEnv *env) {
  pthread_mutex_lock(&guard->mutex);
  guard->env = env;
  pthread_mutex_unlock(&guard->mutex);
}

void guard_stage(Guard *guard, const char *stage) {
  if (!guard) return;
  pthread_mutex_lock(&guard->mutex);
  guard->stage = stage;
  guard->began = wall_seconds();
  pthread_mutex_unlock(&guard->mutex);
}

void guard_run(Guard *guard) {
  if (!guard) return;
  pthread_mutex_lock(&guard->mutex);
  guard->resumable = true;
  pthread_mutex_unlock(&guard->mutex);
}

void guard_end(Guard *guard) {
  if (!guard) return;
  pthread_mutex_lock(&guard->mutex);
  guard->over = true;
  pthread_cond_signal(&guard->wake);
  pthread_mutex_unlock(&guard->mutex);
  pthread_join(guard->thread, NULL);
  pthread_cond_destroy(&guard->wake);
  pthread_mutex_destroy(&guard->mutex);
  free(guard);
}
