// Options (Sutton, Precup and Singh, 1999): ways of acting that last until they reach their landmark, found on the
// exact model; and what learners of values over actions and options share.
#ifndef COHORT_AGENTS_HIERARCHICAL_OPTIONS_H
#define COHORT_AGENTS_HIERARCHICAL_OPTIONS_H

#include "cohort/model.h"
#include "tabular/table.h"

// Without its landmarks the graph of states falls apart into regions (rooms). From a region each landmark on its border
// (a door) is an option's: it may begin in the region and at the region's other doors, goes the shortest way, and ends
// where it may not begin.
typedef struct CoOptions {
  int count, states;
  int *action; // [count][states] what the option does there; -1: it may not begin, and ends
  int *door;   // [count] the state that it goes to
} CoOptions;
bool co_options_find(CoOptions *options, const CoModel *model, const int *landmarks, int count, CoError *error);
void co_options_free(CoOptions *options);
static inline int co_option_action(const CoOptions *options, int option, int state) {
  return options->action[option * options->states + state];
}

enum { CO_LANDMARKS = 256 }; // bytes of the setting

// The first member of every config.
typedef struct CoOptionConfig {
  CoTableConfig table; // first
  char landmarks[CO_LANDMARKS];
} CoOptionConfig;

#define CO_OPTION_FIELDS                                                                                               \
  CO_TABLE_LR, CO_TABLE_GAMMA("0.9"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,                                              \
      CO_STRING(CoOptionConfig, landmarks, "",                                                                         \
                "states that options lead to, numbers with spaces between; empty: those that the environment names")

// The first member of every learner: columns of the table are the actions, then the options.
typedef struct CoOptionTable {
  CoTable table; // first; table.actions counts both
  int primitive; // actions alone
  CoOptions options;
  uint8_t *mask; // [table.actions] scratch
} CoOptionTable;

// Does the choice (an action, or an option beyond them) go on in a state that it has come to?
static inline bool co_option_goes_on(const CoOptionTable *self, int choice, int state) {
  return choice >= self->primitive && co_option_action(&self->options, choice - self->primitive, state) >= 0;
}
// max of Q(s', .) over the actions and options that may begin there; 0 at a true end.
float co_option_best(CoOptionTable *self, const CoDecision *d);

// Hooks, as co_table's. What act has chosen is in its memory and in its note.
bool co_option_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_option_wants(const void *config, const CoSpec *spec, CoWants *wants);
void *co_option_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error);
void co_option_destroy(void *self);
bool co_option_act(void *self, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                   CoError *error);

#endif
