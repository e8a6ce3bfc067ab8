// What an example got beside what is expected: for the reader, and as rows in Markdown.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "book.h"
#include "cohort/file.h"

void co_example_claim(CoExample *example, CoClaim claim, double got) {
  example->got = book_grow(example, example->got, example->got_count, &example->got_room, sizeof *example->got);
  Got *row = &example->got[example->got_count++];
  *row = (Got){.claim = claim, .got = got + 0.0}; // no "-0"
  snprintf(row->what, sizeof row->what, "%s", claim.what);
}

// One claim, with the numbers of all seeds.
typedef struct Row {
  const Got *first;
  int seeds, within;
  double mean;
  bool judged, held;
  char got[32 * BOOK_NAME], expected[32], band[BOOK_NAME];
} Row;

static const Got *find(const CoExample *example, const char *what) {
  for (int i = 0; i < example->got_count; i++)
    if (!strcmp(example->got[i].what, what)) return &example->got[i];
  return NULL;
}

static void write_band(const CoClaim *claim, int seeds, char *out, size_t capacity) {
  size_t used = 0;
  double about = fmax(claim->high - claim->expected, claim->expected - claim->low);
  if (claim->low < claim->high && about <= 1e-4 * fmax(1, fabs(claim->expected)))
    used = (size_t)snprintf(out, capacity, "to within %.1g", about);
  else if (claim->low == claim->high)
    used = (size_t)snprintf(out, capacity, "exactly");
  else if (isinf(claim->high))
    used = (size_t)snprintf(out, capacity, ">= %.6g", claim->low);
  else if (isinf(claim->low))
    used = (size_t)snprintf(out, capacity, "<= %.6g", claim->high);
  else
    used = (size_t)snprintf(out, capacity, "%.6g to %.6g", claim->low, claim->high);
  if (claim->mean && seeds > 1) snprintf(out + used, capacity - used, ", in the mean");
  if (claim->share > 0) snprintf(out + used, capacity - used, ", %.0f of %d", ceil(claim->share * seeds - 1e-9), seeds);
}

static bool lies_in(const CoClaim *claim, double got) {
  return got >= claim->low && got <= claim->high; // false for what is no number
}

// A claim holds for the seeds that it asks for, and every seed must have made it.
static Row gather(const CoExample *examples, int count, const Got *first) {
  Row row = {.first = first, .seeds = count};
  const CoClaim *claim = &first->claim;
  size_t used = 0;
  int made = 0;
  for (int i = 0; i < count; i++) {
    const Got *got = find(&examples[i], first->what);
    if (!got) continue;
    made++;
    row.mean += got->got / count;
    row.within += lies_in(claim, got->got);
    if (used < sizeof row.got)
      used += (size_t)snprintf(row.got + used, sizeof row.got - used, "%s%.5g", made > 1 ? " " : "", got->got);
  }
  int needed = claim->share > 0 ? (int)ceil(claim->share * count - 1e-9) : count;
  row.judged = !(claim->full && co_example_quick(examples));
  row.held = made == count && (claim->mean ? lies_in(claim, row.mean) : row.within >= needed);
  if (!isnan(claim->expected)) snprintf(row.expected, sizeof row.expected, "%.6g", claim->expected);
  write_band(claim, count, row.band, sizeof row.band);
  return row;
}

static const char *verdict(const Row *row) {
  return !row->judged ? "whole runs" : row->held ? "PASS" : "FAIL";
}

static int widest(const CoExample *examples, int count, bool of_got) {
  int most = of_got ? 3 : 0;
  for (int i = 0; i < examples->got_count; i++) {
    Row row = gather(examples, count, &examples->got[i]);
    int bytes = (int)strlen(of_got ? row.got : row.first->what);
    if (bytes > most) most = bytes;
  }
  return most;
}

static void print_head(const CoExample *examples, int count, int what, int got) {
  char seeds[64] = "got";
  if (count > 1)
    snprintf(seeds, sizeof seeds, "got, seeds %llu to %llu", (unsigned long long)examples->seed,
             (unsigned long long)examples[count - 1].seed);
  printf("\n%*s  %-*s  %9s  %-24s\n", what, "", got, seeds, "expected", "band");
}

bool table_print(const CoExample *examples, int count, double seconds) {
  int what = widest(examples, count, false), got = widest(examples, count, true), judged = 0, held = 0;
  if (count > 1 && got < 22) got = 22;
  print_head(examples, count, what, got);
  for (int i = 0; i < examples->got_count; i++) {
    Row row = gather(examples, count, &examples->got[i]);
    printf("%-*s  %-*s  %9s  %-24s  %s\n", what, row.first->what, got, row.got, row.expected, row.band, verdict(&row));
    judged += row.judged;
    held += row.judged && row.held;
  }
  printf("\n%d of %d passed, %.1f s of processor time\n", held, judged, seconds);
  if (examples->line->varied) printf("Settings differ from those that the bands are stated for.\n");
  return held == judged && judged > 0;
}

bool table_write(const CoExample *examples, int count, double seconds, CoError *error) {
  CoWriter text = {0};
  const CoExampleType *type = examples->type;
  char chapter[16] = "B";
  if (type->chapter) snprintf(chapter, sizeof chapter, "%d", type->chapter);
  for (int i = 0; i < examples->got_count; i++) {
    Row row = gather(examples, count, &examples->got[i]);
    co_write_format(&text, "| %s | %s | %s | %s | %s | %s | %s | %.1f |\n", chapter, type->name, row.first->what,
                    row.got, row.expected, row.band, verdict(&row), seconds);
  }
  bool ok = text.failed ? co_fail(error, "no memory for the table")
                        : co_file_write(examples->line->options.rows, text.data, text.size, error);
  co_writer_free(&text);
  return ok;
}
