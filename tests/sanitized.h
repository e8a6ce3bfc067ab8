// CO_SANITIZED: whether the address or the thread sanitizer watches (gcc's macros, clang's features).
#ifndef COHORT_TESTS_SANITIZED_H
#define COHORT_TESTS_SANITIZED_H

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) ||               \
    __has_feature(thread_sanitizer)
#define CO_SANITIZED 1
#else
#define CO_SANITIZED 0
#endif

#endif
