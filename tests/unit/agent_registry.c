// The registry: names, aliases, variants, suggestions, and what an outside program adds. The lists are empty here.
#include <stdio.h>
#include <string.h>

#include "suite.h"

#include "cohort/agent.h"

static const CoEnvType skirmish = {.name = "skirmish", .variant = "map"};
static const CoEnvType taxi = {.name = "taxi", .aliases = "Taxi-v3 Taxi-v2"};
static const CoAlgoType qmix = {.name = "qmix"};
static CoRegistry registry;
static CoError error;

static void fill(void) {
  co_registry_init(&registry);
  ck_assert(co_register_env(&registry, &skirmish, &error));
  ck_assert(co_register_env(&registry, &taxi, &error));
  ck_assert(co_register_algo(&registry, &qmix, &error));
}

START_TEST(names_are_found) {
  const char *variant;
  fill();
  ck_assert_ptr_eq(co_find_env(&registry, "skirmish/3m", &variant, &error), &skirmish);
  ck_assert_str_eq(variant, "3m");
  ck_assert_ptr_eq(co_find_env(&registry, "skirmish", &variant, &error), &skirmish);
  ck_assert_str_eq(variant, "");
  ck_assert_ptr_eq(co_find_env(&registry, "Taxi-v3", &variant, &error), &taxi);
  ck_assert_ptr_eq(co_find_env(&registry, "Taxi-v2", &variant, &error), &taxi);
  ck_assert_ptr_eq(co_find_algo(&registry, "qmix", &error), &qmix);
}
END_TEST

START_TEST(the_nearest_is_suggested) {
  const char *variant;
  fill();
  ck_assert_ptr_null(co_find_env(&registry, "skirmsh/3m", &variant, &error));
  ck_assert_str_eq(error.text, "there is no environment named skirmsh; did you mean skirmish?");
  ck_assert_ptr_null(co_find_env(&registry, "xyz", &variant, &error));
  ck_assert_str_eq(error.text, "there is no environment named xyz");
  ck_assert_ptr_null(co_find_env(&registry, "Taxi", &variant, &error));
  ck_assert_ptr_null(co_find_env(&registry, "", &variant, &error));
  ck_assert_ptr_null(co_find_algo(&registry, "qmixx", &error));
  ck_assert_str_eq(error.text, "there is no algorithm named qmixx; did you mean qmix?");
}
END_TEST

START_TEST(a_variant_needs_its_setting) {
  const char *variant;
  fill();
  ck_assert_ptr_null(co_find_env(&registry, "taxi/big", &variant, &error));
  ck_assert_ptr_nonnull(strstr(error.text, "no variants"));
}
END_TEST

START_TEST(names_are_taken_once) {
  static const CoEnvType again = {.name = "Taxi-v3"};
  static const CoAlgoType same = {.name = "qmix"};
  fill();
  ck_assert(!co_register_env(&registry, &again, &error));
  ck_assert(!co_register_algo(&registry, &same, &error));
}
END_TEST

START_TEST(a_full_registry_says_so) {
  static CoEnvType types[CO_REGISTRY_MOST];
  static char names[CO_REGISTRY_MOST][16];
  fill();
  for (int i = 0; i < CO_REGISTRY_MOST; i++) {
    snprintf(names[i], sizeof names[i], "n%d", i);
    types[i].name = names[i];
    ck_assert_int_eq(co_register_env(&registry, &types[i], &error), i < CO_REGISTRY_MOST - 2);
  }
  ck_assert_ptr_nonnull(strstr(error.text, "256"));
}
END_TEST

CO_TESTS(names_are_found, the_nearest_is_suggested, a_variant_needs_its_setting, names_are_taken_once,
         a_full_registry_says_so)
