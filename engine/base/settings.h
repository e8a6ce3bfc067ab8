// What the two halves of the settings share: lists of words.
#ifndef COHORT_BASE_SETTINGS_H
#define COHORT_BASE_SETTINGS_H

#include "cohort/settings.h"

// The next word of a list separated by spaces: moves *list on, returns the word's start and its length, NULL at the
// end.
const char *co_next_word(const char **list, size_t *bytes);

#endif
