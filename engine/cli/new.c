// cohort new: a working environment in Lua to begin with, and what editors want to know of its language.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "cohort/file.h"
#include "plan.h"

#define NAME "my_env" // of the template's environment
#define TEXT_MOST ((size_t)1 << 20)

typedef struct NewOptions {
  char data[1024];
} NewOptions;

static const CoField fields[] = {CO_STRING(NewOptions, data, "", "folder of the template"), CO_FIELDS_END};
static const CoSettings settings = {.title = "command", .bytes = sizeof(NewOptions), .fields = fields};

// The file's name without folder and ending: what the environment is called.
static bool name_of(const char *path, char *out, size_t capacity, CoError *error) {
  const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
  size_t bytes = strlen(base) - 4;
  if (bytes >= capacity) return co_fail(error, "%s: the name is too long", path);
  bool fine = islower((unsigned char)base[0]);
  for (size_t i = 0; i < bytes; i++)
    fine = fine && (islower((unsigned char)base[i]) || isdigit((unsigned char)base[i]) || base[i] == '_');
  if (!fine) return co_fail(error, "%s: the name must be lower case letters, digits and underscores", path);
  snprintf(out, capacity, "%.*s", (int)bytes, base);
  return true;
}

static bool write_text(const CoWriter *text, const char *path, CoError *error) {
  return text->failed ? co_fail(error, "%s: no memory", path) : co_file_write(path, text->data, text->size, error);
}

static bool write_script(const char *path, const char *name, const NewOptions *options, CoError *error) {
  char data[1024], from[1100];
  CoWriter text = {0};
  snprintf(from, sizeof from, "%s/template.lua", data_folder(options->data, data, sizeof data));
  char *template = co_file_read(from, TEXT_MOST, NULL, error);
  if (!template) return false;
  const char *at = template;
  for (const char *found; (found = strstr(at, NAME)); at = found + strlen(NAME))
    co_write_format(&text, "%.*s%s", (int)(found - at), at, name);
  co_write_format(&text, "%s", at);
  bool ok = write_text(&text, path, error);
  co_writer_free(&text);
  free(template);
  return ok;
}

// Beside the script, unless there is one.
static bool write_beside(const char *path, const char *name, void (*fill)(CoWriter *text), CoError *error) {
  char beside[2048];
  const char *slash = strrchr(path, '/');
  CoWriter text = {0};
  snprintf(beside, sizeof beside, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
  if (co_file_exists(beside)) return true;
  fill(&text);
  bool ok = write_text(&text, beside, error);
  co_writer_free(&text);
  return ok;
}

static bool make(const char *path, const NewOptions *options, CoError *error) {
  char name[128];
  if (!is_script_path(path)) return co_fail(error, "%s: must end in .lua", path);
  if (!name_of(path, name, sizeof name, error)) return false;
  if (co_file_exists(path)) return co_fail(error, "%s: there is such a file already", path);
  if (!write_script(path, name, options, error) || !write_beside(path, "cohort.d.lua", api_stub, error) ||
      !write_beside(path, ".luacheckrc", api_luacheck, error))
    return false;
  printf("%s: an environment to begin with (cohort.d.lua and .luacheckrc are for editors)\n"
         "  cohort watch %s    see it in a window, which follows what you save\n"
         "  cohort check %s    test it\n"
         "  cohort train %s    train on it\n",
         path, path, path, path);
  return true;
}

int command_new(Line *line) {
  CoError error = {""};
  NewOptions options;
  const CoSettings *const tables[] = {&settings, NULL};
  co_settings_defaults(&settings, &options);
  if (line->help) return puts("cohort new NAME.lua: writes an environment to begin with") < 0 ? EXIT_FAILED : EXIT_OK;
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error))
    return say(&error, EXIT_USAGE);
  if (line->place_count != 1) {
    co_fail(&error, "new takes the name of one file: cohort new my_env.lua");
    return say(&error, EXIT_USAGE);
  }
  return make(line->places[0], &options, &error) ? EXIT_OK : say(&error, EXIT_USAGE);
}
