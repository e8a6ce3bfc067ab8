// The book's examples: programs in book-examples/chNN-topic/ and appendix-x/, asked what they are.
#include "examples.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cohort/file.h"

// --- asking one ---

// The first line that the program prints with --about, into out[capacity]; false when it prints none.
static bool ask(const char *path, char *out, int capacity) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(path, path, "--about", (char *)NULL);
    _exit(EXIT_FAILED);
  }
  close(ends[1]);
  FILE *answer = fdopen(ends[0], "r");
  bool told = child > 0 && answer && fgets(out, capacity, answer);
  if (answer)
    fclose(answer);
  else
    close(ends[0]);
  int status = 1;
  if (child > 0) waitpid(child, &status, 0);
  return told && status == 0;
}

static bool parse(Example *example, const char *line) {
  return sscanf(line, "%d\t%d\t%d\t%63[^\t]\t%511[^\n]", &example->chapter, &example->cost, &example->seeds,
                example->name, example->idea) == 5;
}

static bool add(Examples *examples, const char *folder, const char *topic, const char *name, CoError *error) {
  char line[1024];
  if (examples->count == examples->capacity) {
    int capacity = examples->capacity ? 2 * examples->capacity : 32;
    Example *items = realloc(examples->items, (size_t)capacity * sizeof *items);
    if (!items) return co_fail(error, "no memory for %d examples", capacity);
    examples->items = items;
    examples->capacity = capacity;
  }
  Example *example = &examples->items[examples->count];
  snprintf(example->topic, sizeof example->topic, "%s", topic);
  snprintf(example->path, sizeof example->path, "%s/%s/%s", folder, topic, name);
  if (access(example->path, X_OK) == 0 && ask(example->path, line, sizeof line) && parse(example, line))
    examples->count++;
  return true;
}

// --- finding them ---

static int is_shown(const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

static bool is_topic(const char *name) {
  return !strncmp(name, "ch", 2) || !strncmp(name, "appendix", 8); // ch02-tabular, appendix-b
}

// Chapters, then appendices; each in the alphabet's order.
static int by_place(const struct dirent **a, const struct dirent **b) {
  const int last = ((*a)->d_name[0] == 'a') - ((*b)->d_name[0] == 'a');
  return last ? last : strcmp((*a)->d_name, (*b)->d_name);
}

static bool search(Examples *examples, const char *folder, const char *topic, CoError *error) {
  char path[PATH_MAX];
  struct dirent **entries;
  snprintf(path, sizeof path, "%s/%s", folder, topic);
  int count = scandir(path, &entries, is_shown, topic[0] ? alphasort : by_place);
  bool ok = true;
  for (int i = 0; i < count; i++) {
    ok = ok && (topic[0] ? add(examples, folder, topic, entries[i]->d_name, error)
                         : !is_topic(entries[i]->d_name) || search(examples, folder, entries[i]->d_name, error));
    free(entries[i]);
  }
  if (count >= 0) free(entries);
  return ok;
}

bool examples_find(Examples *examples, CoError *error) {
  static const char *const places[] = {"book-examples", "../" COHORT_LIBEXEC "/cohort/book-examples"};
  char program[PATH_MAX / 2] = "", folder[PATH_MAX];
  ssize_t bytes = readlink("/proc/self/exe", program, sizeof program - 1);
  if (bytes > 0) program[bytes] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  for (int i = 0; i < 2 && !examples->count; i++) {
    snprintf(folder, sizeof folder, "%s/%s", program, places[i]);
    if (!search(examples, folder, "", error)) return false;
  }
  return examples->count || co_fail(error, "no examples in %s/%s", program, places[0]);
}

void examples_free(Examples *examples) {
  free(examples->items);
}
