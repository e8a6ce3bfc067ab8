// What the tabular methods share: settings, one table of values for every agent, epsilon-greedy acting, saving,
// showing.
#ifndef COHORT_AGENTS_TABULAR_TABLE_H
#define COHORT_AGENTS_TABULAR_TABLE_H

#include "cohort/agent.h"
#include "cohort/metrics.h"

// The first member of every method's config, so that rows with offsets into it serve them all.
typedef struct CoTableConfig {
  double lr, gamma, initial;
  double epsilon_start, epsilon_finish;
  int epsilon_anneal_time;
} CoTableConfig;

#define CO_TABLE_LR CO_ALIASED(CoTableConfig, lr, "alpha", CO_FIELD_NUMBER, "0.1", 1e-6, 1, "step size")
#define CO_TABLE_AVERAGES                                                                                              \
  CO_ALIASED(CoTableConfig, lr, "alpha", CO_FIELD_NUMBER, "0", 0, 1, "step size; 0: the average of all returns")
#define CO_TABLE_GAMMA(preset) CO_NUMBER(CoTableConfig, gamma, preset, 0, 1, "discount of a step")
#define CO_TABLE_INITIAL CO_NUMBER(CoTableConfig, initial, "0", -1e9, 1e9, "value that the table begins with")
#define CO_TABLE_EPSILON                                                                                               \
  CO_NUMBER(CoTableConfig, epsilon_start, "0.1", 0, 1, "share of random actions at the beginning"),                    \
      CO_NUMBER(CoTableConfig, epsilon_finish, "0.1", 0, 1, "share of random actions in the end"),                     \
      CO_INT(CoTableConfig, epsilon_anneal_time, "10000", 1, 2000000000, "steps until then, in a straight line")

// The first member of every learner, so that the hooks below serve them all.
typedef struct CoTable {
  CoTableConfig config;
  int agents, states, actions;
  int columns;      // numbers of a state: one an action (q), or one alone (v)
  const char *name; // which: "q", "v"
  float *q;         // [agents][states][columns]
  float *seen;      // [agents][columns] of the first copy, what act saw last
} CoTable;

static inline float *co_table_row(const CoTable *table, int agent, int state) {
  return table->q + ((size_t)agent * (size_t)table->states + (size_t)state) * (size_t)table->columns;
}

static inline size_t co_table_size(const CoTable *table) { // numbers in it
  return (size_t)table->agents * (size_t)table->states * (size_t)table->columns;
}

static inline float *co_table_q(const CoTable *table, const CoDecision *d) { // Q(s, a)
  return &co_table_row(table, d->agent, d->index)[d->action];
}

// value += share (target - value), told to whoever observes; what it was short of the target. `what` names the value,
// the reward and the target.
static inline float co_table_move(float *value, double share, CoUpdate what, const CoObserver *observer) {
  float before = *value, wrong = (float)what.target - before;
  *value = before + (float)share * wrong;
  if (observer) {
    what.before = (double)before, what.after = (double)*value;
    observer->update(observer->user, &what);
  }
  return wrong;
}

// What the decision is about, with the target that its value moves towards.
static inline CoUpdate co_table_update(const CoDecision *d, float target) {
  return (CoUpdate){d->agent, d->index, d->action, (double)d->reward, (double)target, 0, 0};
}

// An epsilon-greedy policy on q[actions] among the legal ones: its action, ties broken at random, and what it expects.
int co_greedy_choose(int actions, const float *q, const uint8_t *mask, double epsilon, CoRng *rng);
float co_greedy_expected(int actions, const float *q, const uint8_t *mask, double epsilon);
// What it expects of the decision's successor, and the most that a legal action there is worth; 0 at a true end.
float co_table_expected(const CoTable *table, const CoDecision *d, double epsilon);
float co_table_best(const CoTable *table, const CoDecision *d);

// Hooks. create: a zeroed learner of `bytes` that begins with a table of actions, or of values alone; NULL with a
// sentence. destroy frees the table and the learner.
bool co_table_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_table_wants(const void *config, const CoSpec *spec, CoWants *wants); // decisions, as they come
void *co_table_create(size_t bytes, bool actions, const void *config, const CoAlgoSetup *setup, CoError *error);
void co_table_destroy(void *table);
double co_table_epsilon(const void *table, int64_t steps);
bool co_table_act(void *table, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                  CoError *error);
bool co_table_act_randomly(void *table, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                           CoError *error); // every legal action alike: of predictors
void co_table_save(const void *table, CoWriter *writer);
bool co_table_load(void *table, CoReader *reader);
bool co_table_policy(const void *table, CoWriter *lua, CoError *error);
bool co_table_inspect(void *table, int i, CoInspection *out);

#endif
