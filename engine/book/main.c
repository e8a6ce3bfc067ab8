// The frame of an example: a run for each seed, then the table of what they got, the curves, the window.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "book.h"

enum { HELD, FAILED, STOPPED }; // exit codes

void book_stop(const CoExampleType *type, const CoError *error) {
  fflush(stdout);
  fprintf(stderr, "%s: %s\n", type->name, error->text);
  _exit(STOPPED); // other seeds may be at work
}

static void about(const CoExampleType *type) {
  printf("%d\t%d\t%d\t%s\t%s\n", type->chapter, (int)type->cost, type->seeds, type->name, type->idea);
}

static void help(const Line *line, const CoExampleType *type) {
  CoWriter text = {0};
  line_help(line, type, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static void run(void *user, int shard, int thread) {
  CoExample *example = (CoExample *)user + shard;
  (void)thread;
  example->type->run(example, example->line->settings, example->seed);
}

static void free_run(CoExample *example) {
  while (example->owned_count--) {
    const Owned *last = &example->owned[example->owned_count];
    last->destroy(last->object);
  }
  for (int i = 0; i < example->curve_count; i++) {
    free(example->curves[i].x);
    free(example->curves[i].y);
  }
  free(example->owned);
  free(example->curves);
  free(example->got);
}

static int threads_for(const BookOptions *options, int seeds) {
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  int jobs = options->jobs ? options->jobs : processors > 0 ? (int)processors : 1;
  return jobs < seeds ? jobs : seeds;
}

// --quick runs one seed unless told.
static int seeds_for(const BookOptions *options, const CoExampleType *type) {
  return options->seeds ? options->seeds : options->quick ? 1 : type->seeds;
}

// Whether all claims hold.
static bool report(const CoExample *examples, int count) {
  const BookOptions *options = &examples->line->options;
  double seconds = (double)clock() / CLOCKS_PER_SEC; // of all threads
  CoError error;
  bool held = table_print(examples, count, seconds);
  if (!curves_write(examples, count, &error) || (options->rows[0] && !table_write(examples, count, seconds, &error)) ||
      (options->view && !view_show(examples, &error)))
    book_stop(examples->type, &error);
  return held;
}

static int run_all(const Line *line, const CoExampleType *type) {
  CoError error;
  int count = seeds_for(&line->options, type);
  CoExample *examples = calloc((size_t)count, sizeof *examples);
  CoPool *pool = co_pool_create(threads_for(&line->options, count), &error);
  if (!examples || !pool) {
    if (!examples) co_fail(&error, "no memory for %d seeds", count);
    book_stop(type, &error);
  }
  for (int i = 0; i < count; i++)
    examples[i] = (CoExample){.type = type, .line = line, .seed = line->options.seed + (uint64_t)i, .first = i == 0};
  printf("%s: %s\n", type->name, type->idea);
  co_pool_run(pool, count, run, examples);
  bool held = report(examples, count);
  for (int i = 0; i < count; i++) free_run(&examples[i]);
  co_pool_destroy(pool);
  free(examples);
  return held ? HELD : FAILED;
}

int co_example_main(const CoExampleType *type, int argc, char **argv) {
  CoError error;
  Line line = {.settings = NULL};
  if (!line_read(&line, type, argc, argv, &error)) book_stop(type, &error);
  int code = HELD;
  if (line.help)
    help(&line, type);
  else if (line.options.about)
    about(type);
  else
    code = run_all(&line, type);
  line_free(&line);
  bool written = fflush(stdout) == 0 && !ferror(stdout);
  if (!written) co_fail(&error, "what there was to print could not be written");
  if (!written) book_stop(type, &error);
  return code;
}
