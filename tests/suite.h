// A test file's main function: CO_TESTS(first, second, ...) runs tests that START_TEST defined.
#ifndef COHORT_TESTS_SUITE_H
#define COHORT_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

// Check writes to a file, flushed, each time that an assertion holds, so as to name the last one before a crash. Tests
// that look at every cell of everything would take minutes over it (and the thread sanitizer's far longer): not here.
#define _mark_point(file, line) ((void)0)

static inline int co_run_tests(const char *file, const TTest *const *tests, size_t count) {
  Suite *suite = suite_create(file);
  TCase *tcase = tcase_create(file);
  tcase_set_timeout(tcase, 300);
  for (size_t i = 0; i < count; i++) tcase_add_test(tcase, tests[i]);
  suite_add_tcase(suite, tcase);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define CO_TESTS(...)                                                                                                  \
  int main(void) {                                                                                                     \
    const TTest *tests[] = {__VA_ARGS__};                                                                              \
    return co_run_tests(__FILE__, tests, sizeof tests / sizeof tests[0]);                                              \
  }

#endif
