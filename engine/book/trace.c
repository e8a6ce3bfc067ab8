// --trace N: the arithmetic of the first updates, line by line.
#include <stdio.h>

#include "book.h"

void co_update_print(int n, const CoUpdate *update) {
  if (n == 1) printf("%6s %7s %6s %9s %9s %9s %9s\n", "update", "state", "action", "reward", "target", "old", "new");
  printf("%6d %7d %6d %9.5g %9.5g %9.5g %9.5g\n", n, update->state, update->action, update->reward, update->target,
         update->before, update->after);
}

void co_example_trace(CoExample *example, const CoUpdate *update) {
  if (example->first && example->traced < example->line->options.trace) co_update_print(++example->traced, update);
}

static void see(void *user, const CoUpdate *update) {
  co_example_trace(user, update);
}

CoObserver trace_observer(CoExample *example) {
  return (CoObserver){see, example};
}
