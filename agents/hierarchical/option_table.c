// A table of values of actions and options: what it accepts, choosing, and carrying out what was chosen.
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum { MOST = CO_LANDMARKS / 2 };

// The setting's numbers, or the environment's landmarks. Returns how many; -1 with a sentence.
static int read_landmarks(const CoOptionConfig *config, const CoSpec *spec, int out[MOST], CoError *error) {
  int count = 0;
  if (!config->landmarks[0])
    for (const int *at = spec->landmarks; at && *at >= 0 && count < MOST; at++) out[count++] = *at;
  for (const char *at = config->landmarks + strspn(config->landmarks, " "); *at; at += strspn(at, " ")) {
    char *end;
    long state = strtol(at, &end, 10);
    if (end == at || (*end && *end != ' ') || state < 0 || state >= spec->states) {
      co_fail(error, "landmarks is '%s', must be states from 0 to %d with spaces between", config->landmarks,
              spec->states - 1);
      return -1;
    }
    out[count++] = (int)state;
    at = end;
  }
  return count;
}

bool co_option_accepts(const void *config, const CoSpec *spec, CoError *error) {
  int landmarks[MOST];
  if (!co_table_accepts(config, spec, error)) return false;
  if (spec->agents != 1) return co_fail(error, "plans for one agent, this environment has %d", spec->agents);
  if (!spec->modelled) return co_fail(error, "finds options on an exact model, this environment has no outcomes");
  int count = read_landmarks(config, spec, landmarks, error);
  return count > 0 || (!count && co_fail(error, "needs landmarks that options lead to, this environment names none: "
                                                "give their states, as --landmarks \"25 51\""));
}

void co_option_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  co_table_wants(config, spec, wants);
  wants->memory = sizeof(int32_t);
  wants->notes = 1;
}

static bool find_options(CoOptions *options, const CoOptionConfig *config, const CoAlgoSetup *setup, CoError *error) {
  int landmarks[MOST], count = read_landmarks(config, setup->spec, landmarks, error);
  CoModel *model = co_model_create(setup->world, error);
  bool found = model && co_options_find(options, model, landmarks, count, error);
  co_model_destroy(model);
  return found;
}

void *co_option_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoOptions options = {0};
  CoOptionTable *self = NULL;
  if (find_options(&options, config, setup, error)) {
    CoSpec both = *setup->spec;
    CoAlgoSetup wide = *setup;
    both.actions += options.count;
    wide.spec = &both;
    self = co_table_create(bytes, true, config, &wide, error);
  }
  if (!self) {
    co_options_free(&options);
    return NULL;
  }
  self->options = options;
  self->primitive = setup->spec->actions;
  self->mask = calloc((size_t)self->table.actions, 1);
  if (self->mask) return self;
  co_fail(error, "no memory for %d options", options.count);
  co_option_destroy(self);
  return NULL;
}

void co_option_destroy(void *user) {
  CoOptionTable *self = user;
  if (!self) return;
  co_options_free(&self->options);
  free(self->mask);
  co_table_destroy(self);
}

// What may begin: legal actions, options whose region this is.
static const uint8_t *beginnings(CoOptionTable *self, int state, const uint8_t *legal) {
  memcpy(self->mask, legal, (size_t)self->primitive);
  for (int i = 0; i < self->options.count; i++)
    self->mask[self->primitive + i] = co_option_action(&self->options, i, state) >= 0;
  return self->mask;
}

float co_option_best(CoOptionTable *self, const CoDecision *d) {
  if (d->discount == 0) return 0;
  const uint8_t *mask = beginnings(self, d->next_index, d->next_mask);
  return co_greedy_expected(self->table.actions, co_table_row(&self->table, 0, d->next_index), mask, 0);
}

bool co_option_act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                   CoError *error) {
  (void)continuous, (void)error;
  CoOptionTable *self = user;
  double random = how->explore ? co_table_epsilon(self, how->steps) : 0;
  for (int env = 0; env < frame->num_envs; env++) {
    if (!frame->acting[env]) continue;
    int state = frame->index[env];
    int32_t *chosen = (int32_t *)how->memory + env; // counted from 1: 0 when an episode begins
    const float *q = co_table_row(&self->table, 0, state);
    const uint8_t *mask = beginnings(self, state, frame->mask + (size_t)env * (size_t)self->primitive);
    if (!co_option_goes_on(self, *chosen - 1, state))
      *chosen = 1 + co_greedy_choose(self->table.actions, q, mask, random, &how->rngs[env]);
    int choice = *chosen - 1, option = choice - self->primitive;
    how->notes[env] = (float)choice;
    discrete[env] = option < 0 ? choice : co_option_action(&self->options, option, state);
    if (!env) memcpy(self->table.seen, q, (size_t)self->table.columns * sizeof *q);
  }
  return true;
}
