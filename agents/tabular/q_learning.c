// Q-learning on a table (Watkins, 1989; Sutton and Barto, section 6.5), one table for every agent.
#include <math.h>

#include "table.h"

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_table_create(sizeof(CoTable), true, config, setup, error);
}

// Q(s, a) += alpha (r + discount max_a' Q(s', a') - Q(s, a)), for every decision in turn.
static bool learn(void *self, CoLearning *learning, CoError *error) {
  (void)error;
  const CoTable *table = self;
  double wrong = 0;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    const CoUpdate update = co_table_update(d, d->reward + d->discount * co_table_best(table, d));
    wrong += fabs((double)co_table_move(co_table_q(table, d), table->config.lr, update, learning->observer));
  }
  co_metric_sum(learning->metrics, "td_error_abs", wrong, learning->decision_count);
  learning->updates += learning->decision_count;
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("0.99"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,
                                 CO_FIELDS_END};

const CoAlgoType co_q_learning = {.name = "q_learning",
                                  .summary = "Q-learning on a table, ties broken at random",
                                  .source = "Watkins 1989; Sutton and Barto, section 6.5",
                                  .settings = {"q_learning", sizeof(CoTableConfig), fields, NULL},
                                  .metrics = metrics,
                                  .accepts = co_table_accepts,
                                  .wants = co_table_wants,
                                  .create = create,
                                  .destroy = co_table_destroy,
                                  .act = co_table_act,
                                  .learn = learn,
                                  .epsilon = co_table_epsilon,
                                  .save = co_table_save,
                                  .load = co_table_load,
                                  .policy = co_table_policy,
                                  .inspect = co_table_inspect};
