// cohort export: what a run has learnt as one Lua file, for games and other programs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "plan.h"

typedef struct ExportOptions {
  char out[1024], data[1024];
  int team;
} ExportOptions;

#define T ExportOptions
static const CoField fields[] = {
    CO_STRING(T, out, "policy.lua", "file to write (-o FILE)"),
    CO_INT(T, team, "-1", -1, PLAN_TEAMS - 1, "whose policy, counted from 0; -1: of the first that was trained"),
    CO_STRING(T, data, "", "folder of maps and experiments"),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(ExportOptions), .fields = fields};

// The team asked for, or the first that an algorithm plays. -1 with a sentence.
static int find_team(const Plan *plan, const ExportOptions *options, CoError *error) {
  int teams = co_world_spec(plan->world)->teams, team = options->team;
  if (team >= teams) {
    co_fail(error, "team is %d, %s has %d", team, plan->train.env, teams);
    return -1;
  }
  for (int i = 0; team < 0 && i < teams; i++)
    if (plan->seats[i].algo) team = i;
  if (team >= 0 && plan->seats[team].algo) return team;
  co_fail(error, "nothing was trained here: %s plays", plan->train.algo);
  return -1;
}

// A script's name without its folder.
static const char *env_name(const Plan *plan) {
  const char *slash = strrchr(plan->train.env, '/');
  return slash && !plan->variant[0] ? slash + 1 : plan->train.env;
}

static bool write_policy(const Plan *plan, const char *folder, int team, const char *path, CoError *error) {
  char about[1024];
  CoCheckpoint checkpoint;
  CoWriter lua = {0};
  const CoSeat *seat = &plan->seats[team];
  if (co_checkpoint_read(folder, &checkpoint, error) != CO_FOUND_ONE) return false;
  long long steps = checkpoint.steps;
  co_checkpoint_free(&checkpoint);
  snprintf(about, sizeof about, "What %s learnt on %s in %lld steps (seed %llu, team %d): cohort %s export.",
           seat->algo->name, env_name(plan), steps, (unsigned long long)plan->train.seed, team, COHORT_VERSION);
  bool ok = co_policy_write(seat->algo, seat->self, co_world_team(plan->world, team), about, &lua, error) &&
            co_file_write(path, lua.data, lua.size, error);
  if (ok) printf("%s: %s on %s, %zu bytes\n", path, seat->algo->name, env_name(plan), lua.size);
  co_writer_free(&lua);
  return ok;
}

static int export(const char *folder, const ExportOptions *options) {
  CoError error = {""};
  const Line none = {.command = "export"};
  const PlanWishes wishes = {.run = folder, .data = options->data, .players = true};
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return EXIT_FAILED;
  bool ok = plan_make(plan, &none, &wishes, &error) && plan_revive(plan, folder, &error);
  int team = ok ? find_team(plan, options, &error) : -1;
  ok = team >= 0 && write_policy(plan, folder, team, options->out, &error);
  plan_free(plan);
  free(plan);
  return ok ? EXIT_OK : say(&error, EXIT_USAGE);
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text,
                  "cohort export RUN [-o policy.lua]: the trained policy as plain Lua (5.1 to 5.4, LuaJIT); the\n"
                  "file's head tells its use\n\noptions\n");
  co_settings_help(&settings, &text);
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

int command_export(Line *line) {
  CoError error = {""};
  ExportOptions options;
  const CoSettings *const tables[] = {&settings, NULL};
  co_settings_defaults(&settings, &options);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error) ||
      !entries_settled(&line->options, tables, &error))
    return say(&error, EXIT_USAGE);
  if (line->place_count != 1) {
    co_fail(&error, "export takes one run folder");
    return say(&error, EXIT_USAGE);
  }
  return export(line->places[0], &options);
}
