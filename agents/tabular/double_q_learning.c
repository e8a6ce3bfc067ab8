// Double Q-learning: one table chooses the best action, the other values it (van Hasselt, 2010; Sutton and Barto,
// section 6.7).
#include <math.h>
#include <stdlib.h>

#include "cohort/distributions.h"
#include "table.h"

typedef struct Learner {
  CoTable table; // the mean of both: what acts
  float *q[2];   // [agents][states][actions]
  CoRng rng;     // whose turn it is, and ties
} Learner;

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->q[0]);
  free(self->q[1]);
  co_table_destroy(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_table_create(sizeof *self, true, config, setup, error);
  if (!self) return NULL;
  size_t size = co_table_size(&self->table);
  self->rng = co_rng(setup->seed, "double q", (uint64_t)setup->team);
  for (int i = 0; i < 2; i++)
    if (!(self->q[i] = malloc(size * sizeof *self->q[i]))) {
      co_fail(error, "no memory for two tables of %zu numbers", size);
      destroy(self);
      return NULL;
    }
  for (size_t i = 0; i < size; i++) self->q[0][i] = self->q[1][i] = self->table.q[i];
  return self;
}

// The other table's value of the action that one's own holds for the best; nothing follows a true end.
static float follow(Learner *self, const CoDecision *d, const float *own, const float *other) {
  ptrdiff_t row = co_table_row(&self->table, d->agent, d->next_index) - self->table.q;
  int best = d->discount > 0 ? co_argmax_random(self->table.actions, own + row, d->next_mask, &self->rng) : -1;
  return best < 0 ? 0 : other[row + best];
}

// By a coin's fall: Q1(s, a) += alpha (r + discount Q2(s', argmax_a' Q1(s', a')) - Q1(s, a)), or with 1 and 2 swapped.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  double wrong = 0;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    int coin = co_rng_int(&self->rng, 0, 1);
    float *own = self->q[coin], *other = self->q[!coin], *mean = co_table_q(&self->table, d);
    ptrdiff_t at = mean - self->table.q;
    const CoUpdate update = co_table_update(d, d->reward + d->discount * follow(self, d, own, other));
    wrong += fabs((double)co_table_move(&own[at], self->table.config.lr, update, learning->observer));
    *mean = (own[at] + other[at]) / 2;
  }
  co_metric_sum(learning->metrics, "td_error_abs", wrong, learning->decision_count);
  learning->updates += learning->decision_count;
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  for (int i = 0; i < 2; i++) co_write(writer, self->q[i], co_table_size(&self->table) * sizeof *self->q[i]);
  co_write(writer, &self->rng, sizeof self->rng);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  size_t size = co_table_size(&self->table);
  for (int i = 0; i < 2; i++) co_read(reader, self->q[i], size * sizeof *self->q[i], "a table of values");
  for (size_t i = 0; i < size; i++) self->table.q[i] = (self->q[0][i] + self->q[1][i]) / 2;
  return co_read(reader, &self->rng, sizeof self->rng, "a stream");
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("0.99"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,
                                 CO_FIELDS_END};

const CoAlgoType co_double_q_learning = {.name = "double_q_learning",
                                         .summary = "Q-learning on two tables, without its optimism",
                                         .source = "van Hasselt 2010; Sutton and Barto, section 6.7",
                                         .settings = {"double_q_learning", sizeof(CoTableConfig), fields, NULL},
                                         .metrics = metrics,
                                         .accepts = co_table_accepts,
                                         .wants = co_table_wants,
                                         .create = create,
                                         .destroy = destroy,
                                         .act = co_table_act,
                                         .learn = learn,
                                         .epsilon = co_table_epsilon,
                                         .save = save,
                                         .load = load,
                                         .policy = co_table_policy,
                                         .inspect = co_table_inspect};
