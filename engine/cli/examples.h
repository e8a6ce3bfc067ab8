// Private to cohort book: the examples that lie beside the command.
#ifndef COHORT_CLI_EXAMPLES_H
#define COHORT_CLI_EXAMPLES_H

#include <limits.h>

#include "cli.h"

typedef struct Example {
  char path[PATH_MAX], topic[64], name[64], idea[512];
  int chapter, cost, seeds;
} Example;

typedef struct Examples {
  Example *items; // owned; by chapter, then by name
  int count, capacity;
} Examples;

// What lies beside the command in book-examples/, or where it was installed. Each program tells about itself.
bool examples_find(Examples *examples, CoError *error);
void examples_free(Examples *examples);

#endif
