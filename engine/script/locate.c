// Data files by name: where they lie, and which name was probably meant.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/script.h"

#define NAMES_MOST 512
#define ENDING ".lua"

static bool is_path(const char *name) {
  size_t bytes = strlen(name), less = strlen(ENDING);
  return bytes > less && !strcmp(name + bytes - less, ENDING);
}

// Names of the .lua files in a folder; the strings are owned by `names`, NULL-terminated.
static void list_names(const char *folder, char *names[NAMES_MOST]) {
  int count = 0;
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir && (entry = readdir(dir)) && count < NAMES_MOST - 1;)
    if (is_path(entry->d_name)) names[count++] = strndup(entry->d_name, strlen(entry->d_name) - strlen(ENDING));
  if (dir) closedir(dir);
  names[count] = NULL;
}

static bool no_such(const char *folder, const char *name, CoError *error) {
  char *names[NAMES_MOST];
  list_names(folder, names);
  const char *near = co_nearest(name, (const char *const *)names);
  if (near)
    co_fail(error, "no '%s' in %s (did you mean '%s'?)", name, folder, near);
  else
    co_fail(error, "no '%s' in %s", name, folder);
  for (int i = 0; names[i]; i++) free(names[i]);
  return false;
}

bool co_script_locate(const char *folder, const char *name, char *path, size_t capacity, CoError *error) {
  int bytes =
      is_path(name) ? snprintf(path, capacity, "%s", name) : snprintf(path, capacity, "%s/%s" ENDING, folder, name);
  if (bytes < 0 || (size_t)bytes >= capacity) return co_fail(error, "the name '%.64s...' is too long", name);
  return is_path(name) || co_file_exists(path) || no_such(folder, name, error);
}
