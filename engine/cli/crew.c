// Many runs: a process for each, as many side by side as there are processors for.
#include "crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Gang {
  const Crew *crew;
  pid_t children[CREW_MOST]; // 0: not begun; -1: ended
  int begun, ended, worst;
} Gang;

// A signal finds the child with none of our handlers, which would swallow what ends it.
static pid_t split(void) {
  sigset_t stops, before;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigprocmask(SIG_BLOCK, &stops, &before);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
  }
  sigprocmask(SIG_SETMASK, &before, NULL);
  return child;
}

static bool begin(Gang *gang) {
  fflush(stdout);
  pid_t child = split();
  if (child < 0) return false;
  if (child == 0) {
    int code = gang->crew->work(gang->crew->user, gang->begun);
    fflush(stdout);
    _exit(code);
  }
  gang->children[gang->begun++] = child;
  return true;
}

static void forward(const Gang *gang) {
  for (int i = 0; i < gang->begun; i++)
    if (gang->children[i] > 0) kill(gang->children[i], SIGTERM);
}

static volatile sig_atomic_t asked;
static void ask(int number) {
  (void)number;
  asked = 1;
}

// Waits for one child (or a signal, which goes on to all of them).
static void reap(Gang *gang) {
  int status;
  pid_t child = waitpid(-1, &status, 0);
  if (child < 0) return;
  for (int i = 0; i < gang->begun; i++)
    if (gang->children[i] == child) gang->children[i] = -1;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : asked ? EXIT_STOPPED : EXIT_FAILED;
  if (code > gang->worst) gang->worst = code;
  gang->ended++;
}

static void listen(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action); // no SA_RESTART: waitpid must wake
  action.sa_handler = ask;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

int crew_run(const Crew *crew, CoError *error) {
  Gang gang = {.crew = crew};
  int processors = (int)sysconf(_SC_NPROCESSORS_ONLN), jobs = crew->jobs ? crew->jobs : processors / crew->threads;
  if (jobs < 1) jobs = 1;
  listen();
  while (gang.ended < gang.begun || (gang.begun < crew->count && !asked)) {
    if (gang.begun < crew->count && gang.begun - gang.ended < jobs && !asked) {
      if (begin(&gang)) continue;
      co_fail(error, "cannot start a process for a run: %s", strerror(errno));
      return -1;
    }
    if (asked) forward(&gang);
    reap(&gang);
  }
  return gang.begun < crew->count && gang.worst < EXIT_STOPPED ? EXIT_STOPPED : gang.worst;
}
