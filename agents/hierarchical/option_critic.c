// The option-critic in a table: options whose policies and endings are learnt by gradients along with their values
// (Bacon, Harb and Precup, AAAI 2017).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/distributions.h"
#include "cohort/kernels.h"
#include "tabular/table.h"

extern const CoAlgoType co_option_critic;

enum { ACTIONS = 64, OPTIONS = 64 }; // the most

typedef struct Config {
  CoTableConfig table; // first: the critics' step size, epsilon over options
  int options;
  double lr_intra, lr_term, temperature, margin;
} Config;

typedef struct Learner {
  CoTable table; // first: Q(s, o); its columns are the options
  Config config;
  int actions;
  float *values;     // [agents][states][options][actions] Q(s, o, a)
  float *preference; // [agents][states][options][actions] pi_o(a | s) = softmax(preference / temperature)
  float *ending;     // [agents][states][options] beta_o(s) = sigmoid(ending)
} Learner;

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (!co_table_accepts(config, spec, error)) return false;
  return spec->actions <= ACTIONS || co_fail(error, "takes at most %d actions, not %d", ACTIONS, spec->actions);
}

static void wants(const void *config, const CoSpec *spec, CoWants *wants) {
  co_table_wants(config, spec, wants);
  wants->memory = sizeof(int32_t);
  wants->notes = 1;
}

static void destroy(void *user) {
  Learner *self = user;
  if (self) free(self->values);
  co_table_destroy(self);
}

static size_t pairs(const Learner *self) { // (agent, state, option)
  return co_table_size(&self->table);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  CoSpec over = *setup->spec;
  CoAlgoSetup wide = *setup;
  over.actions = config->options;
  wide.spec = &over;
  Learner *self = co_table_create(sizeof *self, true, config, &wide, error);
  if (!self) return NULL;
  self->config = *config;
  self->actions = setup->spec->actions;
  size_t triples = pairs(self) * (size_t)self->actions;
  self->values = calloc(2 * triples + pairs(self), sizeof *self->values);
  if (!self->values) {
    co_fail(error, "no memory for %d options", config->options);
    destroy(self);
    return NULL;
  }
  self->preference = self->values + triples;
  self->ending = self->preference + triples;
  for (size_t i = 0; i < triples; i++) self->values[i] = (float)config->table.initial;
  return self;
}

static size_t pair(const Learner *self, int agent, int state, int option) {
  return (size_t)(co_table_row(&self->table, agent, state) - self->table.q) + (size_t)option;
}

static double beta(const Learner *self, int agent, int state, int option) {
  return co_sigmoid((double)self->ending[pair(self, agent, state, option)]);
}

// pi_o(. | s) among the legal actions.
static void policy(const Learner *self, int agent, int state, int option, const uint8_t *mask, float *p) {
  const float *preference = self->preference + pair(self, agent, state, option) * (size_t)self->actions;
  co_softmax(self->actions, preference, mask, (float)self->config.temperature, p);
}

// The best option; with probability epsilon any.
static int choose(const Learner *self, const float *q, double epsilon, CoRng *rng) {
  uint8_t all[OPTIONS];
  memset(all, 1, sizeof all);
  return co_greedy_choose(self->table.columns, q, all, epsilon, rng);
}

// Policies and endings are stochastic, in tests too: they are what has been learnt.
static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  const Learner *self = user;
  double random = how->explore ? co_table_epsilon(self, how->steps) : 0;
  for (int at = 0; at < frame->num_envs * frame->agents; at++) {
    if (!frame->acting[at]) continue;
    float p[ACTIONS];
    int state = frame->index[at], agent = at % frame->agents;
    const float *q = co_table_row(&self->table, agent, state);
    CoRng *rng = &how->rngs[at / frame->agents];
    int32_t *option = (int32_t *)how->memory + at; // counted from 1: 0 when an episode begins
    if (!*option || co_rng_unit(rng) < beta(self, agent, state, *option - 1))
      *option = 1 + choose(self, q, random, rng);
    policy(self, agent, state, *option - 1, frame->mask + (size_t)at * (size_t)self->actions, p);
    discrete[at] = co_categorical_sample(self->actions, p, rng);
    how->notes[at] = (float)(*option - 1);
    if (at == agent) memcpy(self->table.seen + agent * self->table.columns, q, (size_t)self->table.columns * sizeof *q);
  }
  return true;
}

// U(o, s') = (1 - beta_o(s')) Q(s', o) + beta_o(s') max_o' Q(s', o'); 0 at a true end.
static double follows(const Learner *self, const CoDecision *d, int option) {
  const float *q = co_table_row(&self->table, d->agent, d->next_index);
  double ends = beta(self, d->agent, d->next_index, option);
  if (d->discount == 0) return 0;
  return (1 - ends) * (double)q[option] + ends * (double)q[co_argmax(self->table.columns, q, NULL)];
}

// Q(s, o, a) and Q(s, o) += alpha (r + gamma U(o, s') - themselves).
static void judge(const Learner *self, const CoDecision *d, int option, CoLearning *learning) {
  CoUpdate what = co_table_update(d, (float)((double)d->reward + (double)d->discount * follows(self, d, option)));
  float *value = &self->values[pair(self, d->agent, d->index, option) * (size_t)self->actions + (size_t)d->action];
  co_table_move(value, self->config.table.lr, what, NULL);
  what.action = option;
  float wrong = co_table_move(&co_table_row(&self->table, d->agent, d->index)[option], self->config.table.lr, what,
                              learning->observer);
  co_metric(learning->metrics, "td_error_abs", fabs((double)wrong));
}

// theta += alpha grad log pi_o(a | s) (Q(s, o, a) - Q(s, o)). The temperature's factor is the step size's.
static void steer(const Learner *self, const CoDecision *d, int option) {
  float p[ACTIONS], *preference = self->preference + pair(self, d->agent, d->index, option) * (size_t)self->actions;
  double value =
      (double)self->values[pair(self, d->agent, d->index, option) * (size_t)self->actions + (size_t)d->action];
  double advantage = value - (double)co_table_row(&self->table, d->agent, d->index)[option];
  policy(self, d->agent, d->index, option, d->mask, p);
  for (int a = 0; a < self->actions; a++)
    preference[a] += (float)(self->config.lr_intra * advantage * ((a == d->action) - (double)p[a]));
}

// vartheta -= alpha grad beta_o(s') (Q(s', o) - max_o' Q(s', o') + margin): an option ends where another is better.
static double end(const Learner *self, const CoDecision *d, int option) {
  const float *q = co_table_row(&self->table, d->agent, d->next_index);
  double b = beta(self, d->agent, d->next_index, option);
  double advantage = (double)(q[option] - q[co_argmax(self->table.columns, q, NULL)]) + self->config.margin;
  if (d->discount > 0)
    self->ending[pair(self, d->agent, d->next_index, option)] -=
        (float)(self->config.lr_term * b * (1 - b) * advantage);
  return b;
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  const Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    int option = (int)d->notes[0];
    judge(self, d, option, learning);
    steer(self, d, option);
    co_metric(learning->metrics, "termination", end(self, d, option));
    learning->updates++;
  }
  return true;
}

static size_t numbers(const Learner *self) {
  return pairs(self) * (size_t)(2 * self->actions + 1);
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  co_table_save(self, writer);
  co_write(writer, self->values, numbers(self) * sizeof *self->values);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_table_load(self, reader) &&
         co_read(reader, self->values, numbers(self) * sizeof *self->values, "policies and endings of options");
}

static const char *const metrics[] = {"td_error_abs", "termination", NULL};

static const CoField fields[] = {
    CO_ALIASED(CoTableConfig, lr, "alpha lr_critic", CO_FIELD_NUMBER, "0.5", 1e-6, 1, "step size of the values"),
    CO_TABLE_GAMMA("0.99"),
    CO_TABLE_INITIAL,
    CO_TABLE_EPSILON,
    CO_ALIASED(Config, options, "noptions", CO_FIELD_INT, "4", 1, OPTIONS, "options"),
    CO_NUMBER(Config, lr_intra, "0.25", 0, 100, "step size of the options' policies"),
    CO_NUMBER(Config, lr_term, "0.25", 0, 100, "step size of their endings"),
    CO_NUMBER(Config, temperature, "0.01", 1e-4, 100, "of the options' policies"),
    CO_NUMBER(Config, margin, "0", 0, 100, "how much better another option must be for one to end"),
    CO_FIELDS_END,
};

const CoAlgoType co_option_critic = {.name = "option_critic",
                                     .summary = "options in a table, their policies and endings learnt by gradients",
                                     .source = "Bacon, Harb and Precup, AAAI 2017",
                                     .settings = {"option_critic", sizeof(Config), fields, NULL},
                                     .metrics = metrics,
                                     .accepts = accepts,
                                     .wants = wants,
                                     .create = create,
                                     .destroy = destroy,
                                     .act = act,
                                     .learn = learn,
                                     .epsilon = co_table_epsilon,
                                     .save = save,
                                     .load = load,
                                     .inspect = co_table_inspect};
