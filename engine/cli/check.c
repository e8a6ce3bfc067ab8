// cohort check: the rules that every environment keeps, the script's own tests, what it hides, and what a learner will
// find.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cohort/check.h"

#define COPIES 32
#define HIDDEN_STEPS 200
#define MEMORY_STEPS 2000
#define LONGEST 10000 // steps of an episode that is waited for

typedef struct CheckOptions {
  char data[1024];
  double seconds;
  int episodes, patience;
  bool strict;
} CheckOptions;

#define T CheckOptions
static const CoField fields[] = {
    CO_NUMBER(T, seconds, "0.5", 0.01, 3600, "time spent on each figure of speed"),
    CO_INT(T, episodes, "200", 1, 100000, "of random play"),
    CO_STRING(T, data, "", "folder of maps and environments"),
    SCRIPT_FIELDS(T),
    CO_FIELDS_END,
};
#undef T
static const CoSettings settings = {.title = "command", .bytes = sizeof(CheckOptions), .fields = fields};

// What has been found so far.
typedef struct Findings {
  Plan *plan;
  const CheckOptions *options;
  int failures;
} Findings;

static void verdict(Findings *findings, const char *name, const char *failure) {
  CoError quoted;
  snprintf(quoted.text, sizeof quoted.text, "%s", failure);
  if (*failure) plan_quote(findings->plan, &quoted);
  printf("  %-6s  %s%s%s\n", *failure ? "FAILED" : "ok", name, *failure ? ": " : "", quoted.text);
  fflush(stdout);
  findings->failures += *failure != 0;
}

static void introduce(const Plan *plan) {
  const CoSpec *spec = co_world_spec(plan->world);
  printf("%s: %s\n  ", plan->train.env, plan->env->summary);
  for (int i = 0; i < spec->teams; i++) {
    int agents = co_world_team(plan->world, i)->agents;
    if (spec->team_names && spec->teams > 1) printf("%s: ", spec->team_names[i]);
    printf("%d agent%s, ", agents, agents == 1 ? "" : "s");
  }
  if (spec->actions) printf("%d actions, ", spec->actions);
  if (spec->action_size) printf("actions of %d numbers, ", spec->action_size);
  printf("%d observed number%s, ", spec->obs_size, spec->obs_size == 1 ? "" : "s");
  if (spec->global_size) printf("global state of %d, ", spec->global_size);
  if (spec->states) printf("%d numbered states, ", spec->states);
  if (spec->episode_limit) printf("limit of %d steps, ", spec->episode_limit);
  printf("%zu bytes of state\n", co_world_state_bytes(plan->world));
}

static void keep_rules(Findings *findings) {
  CoError last = {""};
  printf("\nrules\n");
  for (const CoCheck *rule = co_checks; rule->name; rule++) {
    CoError error = {""};
    bool kept = rule->run(findings->plan->world, &error), again = !kept && !strcmp(error.text, last.text);
    verdict(findings, rule->name, kept ? "" : again ? "the same" : error.text);
    if (!kept) last = error;
  }
}

static void hear_test(void *user, const char *test, const char *failure) {
  const Findings *findings = user;
  verdict(user, test, failure);
  guard_stage(findings->plan->guard, "a test");
}

static void hear_hidden(void *user, const char *sentence) {
  verdict(user, "state hides", sentence);
}

// The script's own tests, and state outside of the declared one.
static void test_script(Findings *findings) {
  const Plan *plan = findings->plan;
  CoError error = {""};
  printf("\ntests of its own\n");
  guard_stage(plan->guard, "a test");
  if (!co_script_env_tests(plan->script, plan->world, hear_test, findings, &error))
    verdict(findings, "tests", error.text);
  guard_stage(plan->guard, NULL);
  int before = findings->failures;
  printf("\nhidden state\n");
  if (!co_script_env_hidden(plan->script, plan->world, 1, HIDDEN_STEPS, hear_hidden, findings, &error))
    verdict(findings, "search", error.text);
  else if (findings->failures == before)
    verdict(findings, "none", "");
}

static uint64_t taken(const CoScriptEnv *script) {
  uint64_t bytes = 0;
  for (int i = 0; i < co_script_env_workers(script); i++) bytes += co_script_env_pulse(script, i).taken;
  return bytes;
}

// Memory that a step asks for and that a collector has to take back, in bytes. Environments in C ask for none.
static bool garbage(const Plan *plan, double *bytes, CoError *error) {
  CoRandomPlay play;
  bool ok = co_random_begin(&play, plan->world, 1, NULL, 1, error);
  for (int i = 0; ok && i < MEMORY_STEPS; i++) ok = co_random_step(&play, error);
  uint64_t before = taken(plan->script);
  for (int i = 0; ok && i < MEMORY_STEPS; i++) ok = co_random_step(&play, error);
  *bytes = (double)(taken(plan->script) - before) / MEMORY_STEPS;
  co_random_end(&play);
  return ok;
}

static bool strict_rate(const Findings *findings, double *rate, CoError *error) {
  const Plan *plan = findings->plan;
  const CoScriptLimits limits = {.strict = true};
  CoScriptEnv *script = co_script_env_load(plan->script_path, &limits, error);
  CoWorld *world = script ? co_world_open(co_script_env_type(script), plan->env_config, error) : NULL;
  bool ok = world && bench_rate(world, COPIES, findings->options->seconds, rate, error);
  if (world) co_world_close(world);
  if (script) co_script_env_destroy(script);
  return ok;
}

static void measure(Findings *findings) {
  CoError error = {""};
  const Plan *plan = findings->plan;
  double rate = 0, strict = 0, bytes = 0;
  printf("\nspeed\n");
  bool ok = bench_rate(plan->world, COPIES, findings->options->seconds, &rate, &error);
  if (ok) printf("  %.0f steps/s on one core\n", rate);
  ok = ok && (!plan->script || (strict_rate(findings, &strict, &error) && garbage(plan, &bytes, &error)));
  if (ok && plan->script) printf("  %.0f steps/s with --strict\n  %.0f bytes of garbage a step\n", strict, bytes);
  if (!ok) verdict(findings, "play", error.text);
}

typedef struct Tally {
  double sum[PLAN_TEAMS], least[PLAN_TEAMS], most[PLAN_TEAMS]; // of returns
  double low, high;                                            // rewards
  int ended, open;
  double length;
} Tally;

// The team's reward is its agents' mean.
static double team_reward(const CoWorld *world, const float *rewards, int team) {
  double sum = 0;
  int first = co_world_first(world, team), agents = co_world_team(world, team)->agents;
  for (int i = 0; i < agents; i++) sum += (double)rewards[first + i];
  return sum / agents;
}

static void count_rewards(const CoVecEnv *vec, int env, double *returns, Tally *tally) {
  const CoSpec *spec = co_world_spec(co_vecenv_world(vec));
  const float *rewards = co_vecenv_rewards(vec) + env * spec->agents;
  for (int i = 0; i < spec->agents; i++) {
    tally->low = fmin(tally->low, (double)rewards[i]);
    tally->high = fmax(tally->high, (double)rewards[i]);
  }
  for (int t = 0; t < spec->teams && t < PLAN_TEAMS; t++) returns[t] += team_reward(co_vecenv_world(vec), rewards, t);
}

// One episode of every copy, so that short ones do not count more often.
static bool play_out(CoRandomPlay *play, int copies, double (*returns)[PLAN_TEAMS], uint8_t *running, Tally *tally,
                     CoError *error) {
  if (!co_vecenv_restart(play->vec, error)) return false;
  for (int t = 0; t < LONGEST && co_vecenv_running(play->vec); t++) {
    memcpy(running, co_vecenv_frame(play->vec, 0)->running, (size_t)copies);
    CoActions actions = co_random_actions(play);
    if (!co_vecenv_step(play->vec, &actions, error)) return false;
    for (int i = 0; i < copies; i++)
      if (running[i]) count_rewards(play->vec, i, returns[i], tally);
  }
  return true;
}

static void sum_up(const CoRandomPlay *play, int copies, double (*returns)[PLAN_TEAMS], Tally *tally) {
  for (int t = 0; t < PLAN_TEAMS; t++) tally->least[t] = INFINITY, tally->most[t] = -INFINITY;
  for (int i = 0; i < copies; i++) {
    tally->ended += co_vecenv_ending(play->vec)[i] == CO_TERMINATED;
    tally->open += co_vecenv_ending(play->vec)[i] == CO_PLAYING;
    tally->length += (double)co_vecenv_clock(play->vec)[i] / copies;
    for (int t = 0; t < PLAN_TEAMS; t++) {
      tally->sum[t] += returns[i][t];
      tally->least[t] = fmin(tally->least[t], returns[i][t]);
      tally->most[t] = fmax(tally->most[t], returns[i][t]);
    }
  }
}

static void print_tally(const Plan *plan, int episodes, const Tally *tally) {
  const CoSpec *spec = co_world_spec(plan->world);
  for (int t = 0; t < spec->teams && t < PLAN_TEAMS; t++) {
    printf("  return");
    if (spec->teams > 1 && spec->team_names) printf(" of %s", spec->team_names[t]);
    if (spec->teams > 1 && !spec->team_names) printf(" of team %d", t);
    printf(" %.3g, from %.3g to %.3g\n", tally->sum[t] / episodes, tally->least[t], tally->most[t]);
  }
  printf("  rewards from %.3g to %.3g\n", tally->low, tally->high);
  printf("  length %.1f steps; %.0f %% of the episodes end by themselves\n", tally->length,
         100.0 * tally->ended / episodes);
  if (tally->open) printf("  %d episodes had no end after %d steps: set a limit\n", tally->open, LONGEST);
}

static void play_randomly(Findings *findings) {
  const Plan *plan = findings->plan;
  int episodes = findings->options->episodes;
  CoError error = {""};
  CoRandomPlay play = {.vec = NULL};
  Tally tally = {.low = INFINITY, .high = -INFINITY};
  double(*returns)[PLAN_TEAMS] = calloc((size_t)episodes, sizeof *returns);
  uint8_t *running = calloc((size_t)episodes, 1);
  printf("\nrandom play, %d episodes\n", episodes);
  bool ok = ((returns && running) || co_fail(&error, "no memory for episodes")) &&
            co_random_begin(&play, plan->world, episodes, NULL, 2, &error) &&
            play_out(&play, episodes, returns, running, &tally, &error);
  if (ok) {
    sum_up(&play, episodes, returns, &tally);
    print_tally(plan, episodes, &tally);
  } else {
    verdict(findings, "play", error.text);
  }
  co_random_end(&play);
  free(returns);
  free(running);
}

static void ask_algorithms(Plan *plan) {
  const CoSpec *spec = co_world_spec(plan->world);
  printf("\nalgorithms\n");
  for (int i = 0; plan->registry.algos[i]; i++)
    for (int t = 0; t < spec->teams; t++) {
      const CoAlgoType *type = plan->registry.algos[i];
      CoError reason = {""};
      bool accepts = algo_accepts(type, plan->train.profile, co_world_team(plan->world, t), &reason);
      printf("  %-18s", t ? "" : type->name);
      if (spec->teams > 1 && spec->team_names) printf(" %s:", spec->team_names[t]);
      if (spec->teams > 1 && !spec->team_names) printf(" team %d:", t);
      printf(" %s%s\n", accepts ? "accepts" : "refuses: ", accepts ? "" : reason.text);
    }
  CoError error = {""};
  if (plan_choose(plan, &error)) printf("  cohort train takes %s: %s\n", plan->train.algo, plan->chosen);
}

static int check(Plan *plan, const CheckOptions *options) {
  Findings findings = {plan, options, 0};
  introduce(plan);
  keep_rules(&findings);
  if (plan->script) test_script(&findings);
  if (findings.failures == 0) measure(&findings);
  if (findings.failures == 0) play_randomly(&findings);
  ask_algorithms(plan);
  printf("\n%s\n", findings.failures ? "not well: see what FAILED above" : "all well");
  return findings.failures ? EXIT_FAILED : EXIT_OK;
}

static void help(void) {
  CoWriter text = {0};
  co_write_format(&text, "cohort check FILE.lua|ENV [--name value ...]: the rules that environments keep, the script's "
                         "own tests,\nits speed, and what a learner will find\n\noptions\n");
  co_settings_help(&settings, &text);
  co_write_format(&text, "\nand the environment's settings as for train\n");
  if (!text.failed) fwrite(text.data, 1, text.size, stdout);
  co_writer_free(&text);
}

static int run(Line *line, const CheckOptions *options) {
  CoError error = {""};
  PlanWishes wishes = {.command = &settings,
                       .data = options->data,
                       .place = line->places[0],
                       .strict = options->strict,
                       .patience = options->patience};
  Plan *plan = calloc(1, sizeof *plan);
  if (!plan) return EXIT_FAILED;
  bool ok = plan_make(plan, line, &wishes, &error);
  if (!ok) plan_quote(plan, &error);
  int code = ok ? check(plan, options) : say(&error, EXIT_USAGE);
  plan_free(plan);
  free(plan);
  return code;
}

int command_check(Line *line) {
  CoError error = {""};
  CheckOptions options;
  co_settings_defaults(&settings, &options);
  if (!entries_apply(&line->options, TAKER_COMMAND, &settings, &options, &error)) return say(&error, EXIT_USAGE);
  if (line->help) {
    help();
    return EXIT_OK;
  }
  if (line->place_count != 1) {
    co_fail(&error, "check takes one script or environment: cohort check my_env.lua");
    return say(&error, EXIT_USAGE);
  }
  return run(line, &options);
}
