// TD(0): predicts the values of states under play at random (Sutton, 1988; Sutton and Barto, section 6.1).
#include <math.h>

#include "table.h"

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_table_create(sizeof(CoTable), false, config, setup, error);
}

// V(s) += alpha (r + discount V(s') - V(s)); discount is 0 at a true end.
static bool learn(void *self, CoLearning *learning, CoError *error) {
  (void)error;
  const CoTable *table = self;
  double wrong = 0;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    float *v = co_table_row(table, d->agent, d->index), next = *co_table_row(table, d->agent, d->next_index);
    const CoUpdate update = co_table_update(d, d->reward + d->discount * next);
    wrong += fabs((double)co_table_move(v, table->config.lr, update, learning->observer));
  }
  co_metric_sum(learning->metrics, "td_error_abs", wrong, learning->decision_count);
  learning->updates += learning->decision_count;
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("1"), CO_TABLE_INITIAL, CO_FIELDS_END};

const CoAlgoType co_td0 = {.name = "td0",
                           .summary = "predicts the values of states under play at random, step by step",
                           .source = "Sutton 1988; Sutton and Barto, section 6.1",
                           .settings = {"td0", sizeof(CoTableConfig), fields, NULL},
                           .metrics = metrics,
                           .accepts = co_table_accepts,
                           .wants = co_table_wants,
                           .create = create,
                           .destroy = co_table_destroy,
                           .act = co_table_act_randomly,
                           .learn = learn,
                           .save = co_table_save,
                           .load = co_table_load,
                           .inspect = co_table_inspect};
