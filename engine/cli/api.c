// What scripts may use, as a page and for editors. Owners of the table's rows are: the returned table ("environment",
// "hook"), what Lua calls globals ("global"), libraries ("math", "grid" ...), and objects that hooks are given.
#include "api.h"

#include <ctype.h>
#include <string.h>

#include "cohort/script_env.h"

static bool among(const char *word, const char *const *words) {
  for (; *words; words++)
    if (!strcmp(word, *words)) return true;
  return false;
}

static const char *const standard[] = {"math", "string", "table", "global", NULL}; // editors know what is Lua's own
static const char *const libraries[] = {"math", "string", "table", "bit", "grid", "geometry", NULL};

static bool is_table(const char *owner) {
  return !strcmp(owner, "environment") || !strcmp(owner, "hook");
}

static bool is_word(const char *text) {
  for (; *text; text++)
    if (!isalnum((unsigned char)*text) && *text != '_') return false;
  return true;
}

void api_page(CoWriter *text) {
  const char *owner = "";
  for (const CoScriptApi *row = co_script_api; row->owner; row++) {
    if (strcmp(owner, row->owner) != 0) co_write_format(text, "%s%s\n", *owner ? "\n" : "", row->owner);
    owner = row->owner;
    co_write_format(text, "  %s%s%s\n      %s\n", row->name, *row->signature ? ": " : "", row->signature, row->help);
  }
}

static void stub_field(CoWriter *text, const CoScriptApi *row) {
  const char *type = *row->signature ? row->signature : "any";
  if (!strcmp(row->name, "[agent]"))
    co_write_format(text, "---@field [integer] %s %s\n", type, row->help);
  else if (!strcmp(row->name, "NAME"))
    co_write_format(text, "---@field [string] %s %s\n", type, row->help);
  else if (is_word(row->name))
    co_write_format(text, "---@field %s%s %s %s\n", row->name, is_table(row->owner) ? "?" : "", type, row->help);
}

// One class for each owner; the returned table's two owners are one.
static void stub_class(CoWriter *text, const CoScriptApi *first) {
  bool table = is_table(first->owner);
  co_write_format(text, "\n---@class %s%s\n", table ? "environment" : first->owner,
                  among(first->owner, libraries) ? "_library" : "");
  for (const CoScriptApi *row = first; row->owner; row++)
    if (!strcmp(row->owner, first->owner) || (table && is_table(row->owner))) stub_field(text, row);
  if (among(first->owner, libraries)) co_write_format(text, "%s = {}\n", first->owner);
}

static bool seen(const CoScriptApi *row) {
  for (const CoScriptApi *other = co_script_api; other < row; other++)
    if (!strcmp(other->owner, row->owner) || (is_table(other->owner) && is_table(row->owner))) return true;
  return false;
}

void api_stub(CoWriter *text) {
  co_write_format(text,
                  "---@meta cohort\n-- What environments of Cohort may use, for editors; cohort %s wrote it.\n"
                  "-- `---@type environment` above `local env = { ... }` makes an editor know its members.\n",
                  COHORT_VERSION);
  for (const CoScriptApi *row = co_script_api; row->owner; row++)
    if (!seen(row) && !among(row->owner, standard)) stub_class(text, row);
  for (const CoScriptApi *row = co_script_api; row->owner; row++)
    if (among(row->owner, libraries) && among(row->owner, standard) && *row->signature)
      co_write_format(text, "\n---%s\n---@type %s\n%s.%s = nil\n", row->help, row->signature, row->owner, row->name);
}

// The members of a standard library that are not Lua's own, and the globals that are not.
static void luacheck_fields(CoWriter *text, const char *owner) {
  co_write_format(text, "  %s = { fields = {", owner);
  for (const CoScriptApi *row = co_script_api; row->owner; row++) {
    if (strcmp(row->owner, owner) != 0) continue;
    for (const char *at = row->name; *at;) {
      size_t bytes = strcspn(at, " ");
      co_write_format(text, " \"%.*s\",", (int)bytes, at);
      at += bytes + (at[bytes] == ' ');
    }
  }
  co_write_format(text, " } },\n");
}

void api_luacheck(CoWriter *text) {
  co_write_format(text, "-- Environments of Cohort: what luacheck should know.\nstd = \"min\"\nread_globals = {\n");
  for (int i = 0; libraries[i]; i++) luacheck_fields(text, libraries[i]);
  co_write_format(text, "  \"unpack\",\n}\nunused_args = false\nmax_line_length = false\n");
}
