// Expected SARSA: the target is what the policy expects of the successor (van Seijen et al., 2009; Sutton and Barto,
// section 6.6).
#include <math.h>

#include "table.h"

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_table_create(sizeof(CoTable), true, config, setup, error);
}

// Q(s, a) += alpha (r + discount sum_a' pi(a'|s') Q(s', a') - Q(s, a)), pi epsilon-greedy among the legal actions.
static bool learn(void *self, CoLearning *learning, CoError *error) {
  (void)error;
  const CoTable *table = self;
  double epsilon = co_table_epsilon(table, learning->steps);
  double wrong = 0;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    const CoUpdate update = co_table_update(d, d->reward + d->discount * co_table_expected(table, d, epsilon));
    wrong += fabs((double)co_table_move(co_table_q(table, d), table->config.lr, update, learning->observer));
  }
  co_metric_sum(learning->metrics, "td_error_abs", wrong, learning->decision_count);
  learning->updates += learning->decision_count;
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("0.99"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,
                                 CO_FIELDS_END};

const CoAlgoType co_expected_sarsa = {.name = "expected_sarsa",
                                      .summary = "SARSA with the expectation over the next action",
                                      .source = "van Seijen et al. 2009; Sutton and Barto, section 6.6",
                                      .settings = {"expected_sarsa", sizeof(CoTableConfig), fields, NULL},
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
