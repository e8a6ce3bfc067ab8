// Intra-option Q-learning: every step teaches all options that would have taken it (Sutton, Precup and Singh, 1999,
// section 6.2).
#include <math.h>

#include "options.h"

extern const CoAlgoType co_intra_option_q;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_option_create(sizeof(CoOptionTable), config, setup, error);
}

// Would the choice have done the same there?
static bool agrees(const CoOptionTable *self, int choice, const CoDecision *d) {
  return choice < self->primitive ? choice == d->action
                                  : co_option_action(&self->options, choice - self->primitive, d->index) == d->action;
}

// Q(s, o) += alpha (r + gamma U(s', o) - Q(s, o)), U(s', o) = Q(s', o) while o goes on, the best that may begin
// otherwise.
static float update(CoOptionTable *self, int choice, const CoDecision *d, float best, const CoObserver *observer) {
  bool on = d->discount > 0 && co_option_goes_on(self, choice, d->next_index);
  float next = on ? co_table_row(&self->table, 0, d->next_index)[choice] : best;
  CoUpdate what = co_table_update(d, d->reward + d->discount * next);
  what.action = choice;
  return co_table_move(&co_table_row(&self->table, 0, d->index)[choice], self->table.config.lr, what, observer);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  CoOptionTable *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    float best = co_option_best(self, d);
    for (int choice = 0; choice < self->table.actions; choice++) {
      if (!agrees(self, choice, d)) continue;
      co_metric(learning->metrics, "td_error_abs", fabs((double)update(self, choice, d, best, learning->observer)));
      learning->updates++;
    }
  }
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_OPTION_FIELDS, CO_FIELDS_END};

const CoAlgoType co_intra_option_q = {.name = "intra_option_q",
                                      .summary = "Q-learning over actions and options, step by step",
                                      .source = "Sutton, Precup and Singh 1999, section 6.2",
                                      .settings = {"intra_option_q", sizeof(CoOptionConfig), fields, NULL},
                                      .metrics = metrics,
                                      .accepts = co_option_accepts,
                                      .wants = co_option_wants,
                                      .create = create,
                                      .destroy = co_option_destroy,
                                      .act = co_option_act,
                                      .learn = learn,
                                      .epsilon = co_table_epsilon,
                                      .save = co_table_save,
                                      .load = co_table_load,
                                      .inspect = co_table_inspect};
