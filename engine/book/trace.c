// --trace N: the arithmetic of the first updates, line by line.
#include <stdio.h>

#include "book.h"

void co_example_trace(CoExample *example, const CoUpdate *update) {
  if (!example->first || example->traced >= example->line->options.trace) return;
  if (!example->traced++)
    printf("%6s %7s %6s %9s %9s %9s %9s\n", "update", "state", "action", "reward", "target", "old", "new");
  printf("%6d %7d %6d %9.5g %9.5g %9.5g %9.5g\n", example->traced, update->state, update->action, update->reward,
         update->target, update->before, update->after);
}
