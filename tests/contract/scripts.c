// The environments of scripts/envs keep every rule that those in C keep, pass their own tests and hide no state.
#include "suite.h"
#include "worlds.h"

static void check_rules(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)script, (void)user;
  CoError error = {""};
  for (const CoCheck *rule = co_checks; rule->name; rule++)
    if (!rule->run(world, &error)) ck_abort_msg("%s: %s: %s", name, rule->name, error.text);
}

START_TEST(rules_are_kept) {
  worlds_scripts(check_rules, NULL);
}
END_TEST

typedef struct Tally {
  const char *script;
  int passed;
} Tally;

static void hear(void *user, const char *test, const char *failure) {
  Tally *tally = user;
  if (*failure) ck_abort_msg("%s: %s: %s", tally->script, test, failure);
  tally->passed++;
}

static void run_tests(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)user;
  CoError error = {""};
  Tally tally = {name, 0};
  if (!co_script_env_tests(script, world, hear, &tally, &error)) ck_abort_msg("%s: %s", name, error.text);
  if (tally.passed == 0) ck_abort_msg("%s has no tests", name);
}

START_TEST(their_own_tests_pass) {
  worlds_scripts(run_tests, NULL);
}
END_TEST

static void report(void *user, const char *sentence) {
  ck_abort_msg("%s: %s", (const char *)user, sentence);
}

static void seek(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)user;
  CoError error = {""};
  if (!co_script_env_hidden(script, world, 1, 200, report, (void *)name, &error))
    ck_abort_msg("%s: %s", name, error.text);
}

START_TEST(no_state_is_hidden) {
  worlds_scripts(seek, NULL);
}
END_TEST

// What issue and README promise of them: who plays, in what way.
static void check_kind(const char *name, const CoScriptEnv *script, const CoWorld *world, void *user) {
  (void)script;
  int *seen = user;
  const CoEnvType *type = co_world_type(world);
  const CoSpec *spec = co_world_spec(world);
  if (!type->draw || !spec->keys) ck_abort_msg("%s has no picture or no keys", name);
  seen[0]++;
  seen[1] += spec->action_size > 0;
  seen[2] += type->mover && spec->payoff == CO_PAYOFF_ZERO_SUM;
  seen[3] += spec->teams == 2 && type->available && !type->mover;
  seen[4] += type->alive && spec->payoff == CO_PAYOFF_SHARED && spec->global_size > 0;
  seen[5] += type->outcomes != NULL;
}

START_TEST(there_is_one_of_every_kind) {
  int seen[6] = {0};
  worlds_scripts(check_kind, seen);
  ck_assert_int_ge(seen[0], 8);
  for (int i = 1; i < 6; i++) ck_assert_msg(seen[i] > 0, "kind %d is missing", i);
}
END_TEST

CO_TESTS(rules_are_kept, their_own_tests_pass, no_state_is_hidden, there_is_one_of_every_kind)
