// SIGINT and SIGTERM: the round may end with a checkpoint; where it takes too long it is dropped, and where even that
// takes too long the process ends, as kill -9 would end it: a run survives that.
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define PATIENCE 3 // seconds for the round to end

static atomic_int stop; // the one thing that a handler may set

static void overdue(int number) {
  (void)number;
  if (atomic_exchange(&stop, CO_STOP_NOW) != CO_STOP_NOW) {
    alarm(1);
    return;
  }
  static const char text[] =
      "\ncohort: interrupted in the middle of a step; --resume goes on from the last checkpoint\n";
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(EXIT_DROPPED);
  _exit(EXIT_DROPPED);
}

static void asked(int number) {
  (void)number;
  int expected = CO_STOP_NO;
  if (atomic_compare_exchange_strong(&stop, &expected, CO_STOP_ROUND)) alarm(PATIENCE);
}

const atomic_int *signals_watch(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = SA_RESTART;
  action.sa_handler = asked;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  action.sa_handler = overdue;
  sigaction(SIGALRM, &action, NULL);
  return &stop;
}
