// What every registered environment keeps to, in each of its variants: a newcomer is picked up untouched.
#include "allocations.h"
#include "suite.h"
#include "worlds.h"

enum { STEPS = 40 };

static void check(const char *name, const CoWorld *world, void *user) {
  const CoCheck *rule = user;
  CoError error = {""};
  if (!rule->run(world, &error)) ck_abort_msg("%s: %s: %s", name, rule->name, error.text);
}

START_TEST(rules_are_kept) {
  for (const CoCheck *rule = co_checks; rule->name; rule++) worlds_each(check, (void *)rule);
}
END_TEST

static void play(CoRandomPlay *random, const char *name) {
  CoError error = {""};
  for (int t = 0; t < STEPS; t++)
    if (!co_random_step(random, &error)) ck_abort_msg("%s: %s", name, error.text);
}

static void check_allocations(const char *name, const CoWorld *world, void *user) {
  (void)user;
  CoRandomPlay random = random_begin(world, 2, NULL);
  play(&random, name);
  long before = co_allocations;
  play(&random, name);
  long after = co_allocations;
  if (after != before) ck_abort_msg("%s: %ld allocations in %d steps", name, after - before, STEPS);
  co_random_end(&random);
}

START_TEST(warm_steps_allocate_nothing) {
  worlds_each(check_allocations, NULL);
}
END_TEST

CO_TESTS(rules_are_kept, warm_steps_allocate_nothing)
