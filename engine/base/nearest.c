// Edit distance where a letter is put in, left out, replaced, or swapped with its neighbour (optimal string alignment).
#include "nearest.h"

#include <string.h>

#include "cohort/value.h"

#define LONGEST 64 // names of this length and more have no neighbours

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes) {
  size_t rows[3][LONGEST + 1]; // the last row, the one before, the one in the making; by position in b
  size_t *older = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b_bytes; j++) last[j] = older[j] = j;
  for (size_t i = 1; i <= a_bytes; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b_bytes; j++) {
      row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = least(row[j], older[j - 2] + 1);
    }
    size_t *spare = older;
    older = last;
    last = row;
    row = spare;
  }
  return last[b_bytes];
}

void co_nearest_offer(CoNearest *search, const char *name, size_t bytes) {
  size_t wanted_bytes = strlen(search->wanted);
  if (bytes >= LONGEST || wanted_bytes >= LONGEST) return;
  size_t allowed = wanted_bytes < 6 ? 1 : wanted_bytes / 3;
  size_t found = distance(search->wanted, wanted_bytes, name, bytes);
  if (found > allowed || found >= wanted_bytes || (search->name && found >= search->distance)) return;
  *search = (CoNearest){search->wanted, name, bytes, found};
}

const char *co_nearest(const char *name, const char *const *known) {
  CoNearest search = {.wanted = name};
  for (; *known; known++) co_nearest_offer(&search, *known, strlen(*known));
  return search.name;
}
