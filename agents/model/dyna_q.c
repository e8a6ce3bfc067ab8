// Dyna-Q: Q-learning that also learns from steps which a remembered model takes (Sutton, 1990; Sutton and Barto,
// section 8.2), one table and one model for every agent.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../tabular/table.h"

typedef struct Config {
  CoTableConfig table; // first
  int planning;
} Config;

// What followed a state and an action when they were last seen.
typedef struct Outcome {
  int32_t next;
  float reward, discount; // CoDecision's: 0 at a true end
} Outcome;

typedef struct Learner {
  CoTable table; // first
  int planning;
  Outcome *model; // [agents][states][actions]
  uint8_t *tried; // [agents][states][actions] 1 where the model knows what follows
  uint8_t *legal; // [agents][states][actions] as last seen
  int32_t *known; // [agents][states] the first `count` are states in which something was tried
  int32_t *count; // [agents]
  CoRng rng;
} Learner;

static size_t row_of(const Learner *self, int agent, int state) {
  return ((size_t)agent * (size_t)self->table.states + (size_t)state) * (size_t)self->table.actions;
}

// Q(s, a) += alpha (r + discount max_a' Q(s', a') - Q(s, a))
static float learn_from(Learner *self, const CoDecision *d, const CoObserver *observer) {
  CoTable *table = &self->table;
  const CoUpdate update = co_table_update(d, d->reward + d->discount * co_table_best(table, d));
  return co_table_move(co_table_q(table, d), table->config.lr, update, observer);
}

// Model(s, a) = r, discount, s'
static void remember(Learner *self, const CoDecision *d) {
  size_t states = (size_t)self->table.states, actions = (size_t)self->table.actions;
  size_t row = row_of(self, d->agent, d->index), next = row_of(self, d->agent, d->next_index);
  int32_t *known = self->known + (size_t)d->agent * states;
  if (!memchr(self->tried + row, 1, actions)) known[self->count[d->agent]++] = d->index;
  self->model[row + (size_t)d->action] = (Outcome){d->next_index, d->reward, d->discount};
  self->tried[row + (size_t)d->action] = 1;
  memcpy(self->legal + row, d->mask, actions);
  memcpy(self->legal + next, d->next_mask, actions);
}

// A step of the model, from a state that is known, with an action that was tried there.
static void plan(Learner *self, int agent, const CoObserver *observer) {
  int state = self->known[agent * self->table.states + co_rng_int(&self->rng, 0, self->count[agent] - 1)];
  size_t row = row_of(self, agent, state);
  int action = co_rng_choose(&self->rng, self->tried + row, self->table.actions);
  const Outcome *follows = &self->model[row + (size_t)action];
  const CoDecision imagined = {.agent = agent,
                               .index = state,
                               .action = action,
                               .reward = follows->reward,
                               .discount = follows->discount,
                               .next_index = follows->next,
                               .next_mask = self->legal + row_of(self, agent, follows->next)};
  learn_from(self, &imagined, observer);
}

static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  double wrong = 0;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    wrong += fabs((double)learn_from(self, d, learning->observer));
    remember(self, d);
    for (int n = 0; n < self->planning; n++) plan(self, d->agent, learning->observer);
  }
  co_metric_sum(learning->metrics, "td_error_abs", wrong, learning->decision_count);
  learning->updates += (int64_t)learning->decision_count * (1 + self->planning);
  return true;
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->model);
  free(self->tried);
  free(self->known);
  co_table_destroy(self);
}

static void *create(const void *from, const CoAlgoSetup *setup, CoError *error) {
  const Config *config = from;
  Learner *self = co_table_create(sizeof *self, true, config, setup, error);
  if (!self) return NULL;
  size_t agents = (size_t)self->table.agents, states = (size_t)self->table.states, pairs = co_table_size(&self->table);
  self->planning = config->planning;
  self->rng = co_rng(setup->seed, "planning", (uint64_t)setup->team);
  self->model = calloc(pairs, sizeof *self->model);
  self->tried = calloc(2 * pairs, sizeof *self->tried);
  self->known = calloc(agents * (states + 1), sizeof *self->known);
  if (self->model && self->tried && self->known) {
    self->legal = self->tried + pairs;
    self->count = self->known + agents * states;
    return self;
  }
  co_fail(error, "no memory for %d models of %d states", self->table.agents, self->table.states);
  destroy(self);
  return NULL;
}

static void save(const void *user, CoWriter *writer) {
  const Learner *self = user;
  size_t pairs = co_table_size(&self->table), known = (size_t)self->table.agents * (size_t)(self->table.states + 1);
  co_table_save(self, writer);
  co_write(writer, self->model, pairs * sizeof *self->model);
  co_write(writer, self->tried, 2 * pairs * sizeof *self->tried);
  co_write(writer, self->known, known * sizeof *self->known);
  co_write(writer, &self->rng, sizeof self->rng);
}

// Whether the model leads nowhere but to states: every known one with an action that was tried, none more than there
// are.
static bool sound(const Learner *self) {
  int states = self->table.states, actions = self->table.actions;
  for (int agent = 0; agent < self->table.agents; agent++) {
    if (self->count[agent] < 0 || self->count[agent] > states) return false;
    for (int i = 0; i < self->count[agent]; i++) {
      int state = self->known[agent * states + i];
      if (state < 0 || state >= states || !memchr(self->tried + row_of(self, agent, state), 1, (size_t)actions))
        return false;
    }
  }
  for (size_t i = 0; i < co_table_size(&self->table); i++)
    if (self->tried[i] > 1 || self->legal[i] > 1 || self->model[i].next < 0 || self->model[i].next >= states)
      return false;
  return true;
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  size_t pairs = co_table_size(&self->table), known = (size_t)self->table.agents * (size_t)(self->table.states + 1);
  return co_table_load(self, reader) && co_read(reader, self->model, pairs * sizeof *self->model, "the model") &&
         co_read(reader, self->tried, 2 * pairs * sizeof *self->tried, "what was tried") &&
         co_read(reader, self->known, known * sizeof *self->known, "the states that are known") &&
         co_read(reader, &self->rng, sizeof self->rng, "the random stream of planning") &&
         (sound(self) || co_fail(reader->error, "saved: a model that leads to states which do not exist"));
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {
    CO_TABLE_LR,
    CO_TABLE_GAMMA("0.95"),
    CO_TABLE_INITIAL,
    CO_TABLE_EPSILON,
    CO_ALIASED(Config, planning, "n", CO_FIELD_INT, "5", 0, 1000000, "updates from the model after each of experience"),
    CO_FIELDS_END,
};

const CoAlgoType co_dyna_q = {.name = "dyna_q",
                              .summary = "Dyna-Q: Q-learning from experience and from a model of it",
                              .source = "Sutton, 1990; Sutton and Barto, section 8.2",
                              .settings = {"dyna_q", sizeof(Config), fields, NULL},
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
