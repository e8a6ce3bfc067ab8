// Q-learning on a table (Watkins, 1989; Sutton and Barto, section 6.5), one table for every agent.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "cohort/distributions.h"
#include "cohort/metrics.h"

typedef struct Config {
  double lr, gamma, initial;
  double epsilon_start, epsilon_finish;
  int epsilon_anneal_time;
} Config;

typedef struct Learner {
  Config config;
  int agents, states, actions;
  float *q;    // [agents][states][actions]
  float *seen; // [agents][actions] of the first copy, what act saw last
} Learner;

static float *row(const Learner *self, int agent, int state) {
  return self->q + ((size_t)agent * (size_t)self->states + (size_t)state) * (size_t)self->actions;
}

static bool accepts(const void *config, const CoSpec *spec, CoError *error) {
  (void)config;
  if (spec->states < 1) return co_fail(error, "needs numbered states, this environment has none");
  if (spec->actions < 1) return co_fail(error, "needs discrete actions, this environment's are continuous");
  return true;
}

static void wants(const void *config, const CoSpec *spec, CoWants *out) {
  (void)spec;
  *out = (CoWants){.experience = CO_EXPERIENCE_DECISIONS, .rollout = 1, .gamma = ((const Config *)config)->gamma};
}

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->q);
  free(self->seen);
  free(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  const CoSpec *spec = setup->spec;
  size_t rows = (size_t)spec->agents * (size_t)spec->states, actions = (size_t)spec->actions;
  Learner *self = calloc(1, sizeof *self);
  if (self) {
    *self = (Learner){*(const Config *)config, spec->agents, spec->states, spec->actions, NULL, NULL};
    self->q = malloc(rows * actions * sizeof *self->q);
    self->seen = calloc((size_t)spec->agents * actions, sizeof *self->seen);
  }
  if (!self || !self->q || !self->seen) {
    co_fail(error, "no memory for a table of %zu rows of %zu actions", rows, actions);
    destroy(self);
    return NULL;
  }
  for (size_t i = 0; i < rows * actions; i++) self->q[i] = (float)self->config.initial;
  return self;
}

static double epsilon(const void *from, int64_t steps) {
  const Config *c = &((const Learner *)from)->config;
  if (steps >= c->epsilon_anneal_time) return c->epsilon_finish;
  return c->epsilon_start + (c->epsilon_finish - c->epsilon_start) * (double)steps / c->epsilon_anneal_time;
}

// Epsilon-greedy; ties are broken at random, or the first action would be favoured while nothing is known.
static bool act(void *user, const CoFrame *frame, const CoActing *how, int *discrete, float *continuous,
                CoError *error) {
  (void)continuous, (void)error;
  Learner *self = user;
  double random = how->explore ? epsilon(self, how->steps) : 0;
  for (int env = 0; env < frame->num_envs; env++)
    for (int i = 0; i < self->agents; i++) {
      int at = env * self->agents + i;
      if (!frame->acting[at]) continue;
      const uint8_t *mask = frame->mask + (size_t)at * (size_t)self->actions;
      const float *q = row(self, i, frame->index[at]);
      CoRng *rng = &how->rngs[env];
      bool explore = random > 0 && co_rng_unit(rng) < random;
      discrete[at] = explore ? co_rng_choose(rng, mask, self->actions) : co_argmax_random(self->actions, q, mask, rng);
      if (!env) memcpy(self->seen + (size_t)i * (size_t)self->actions, q, (size_t)self->actions * sizeof *q);
    }
  return true;
}

// max over the successor's legal actions; nothing follows a true end.
static float best(const Learner *self, const CoDecision *d) {
  const float *next = row(self, d->agent, d->next_index);
  int action = d->discount > 0 ? co_argmax(self->actions, next, d->next_mask) : -1;
  return action < 0 ? 0 : next[action];
}

// Q(s, a) += alpha (r + discount max_a' Q(s', a') - Q(s, a)), for every decision in turn.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  (void)error;
  Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    float *q = &row(self, d->agent, d->index)[d->action];
    float td_error = d->reward + d->discount * best(self, d) - *q;
    *q += (float)self->config.lr * td_error;
    co_metric(learning->metrics, "td_error_abs", fabs((double)td_error));
  }
  learning->updates += learning->decision_count;
  return true;
}

static size_t table_bytes(const Learner *self) {
  return (size_t)self->agents * (size_t)self->states * (size_t)self->actions * sizeof *self->q;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_write(writer, self->q, table_bytes(self));
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  return co_read(reader, self->q, table_bytes(self), "the table of q_learning");
}

static bool inspect(void *user, int i, CoInspection *out) {
  Learner *self = user;
  *out = (CoInspection){"q", self->seen, self->agents, self->actions};
  return i == 0;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {
    CO_ALIASED(Config, lr, "alpha", CO_FIELD_NUMBER, "0.1", 1e-6, 1, "step size"),
    CO_NUMBER(Config, gamma, "0.99", 0, 1, "discount of a step"),
    CO_NUMBER(Config, initial, "0", -1e9, 1e9, "value that the table begins with"),
    CO_NUMBER(Config, epsilon_start, "0.1", 0, 1, "share of random actions at the beginning"),
    CO_NUMBER(Config, epsilon_finish, "0.1", 0, 1, "share of random actions in the end"),
    CO_INT(Config, epsilon_anneal_time, "10000", 1, 2000000000, "steps until then, in a straight line"),
    CO_FIELDS_END};

const CoAlgoType co_q_learning = {.name = "q_learning",
                                  .summary = "Q-learning on a table, ties broken at random",
                                  .source = "Watkins 1989; Sutton and Barto, section 6.5",
                                  .settings = {"q_learning", sizeof(Config), fields, NULL},
                                  .metrics = metrics,
                                  .accepts = accepts,
                                  .wants = wants,
                                  .create = create,
                                  .destroy = destroy,
                                  .act = act,
                                  .learn = learn,
                                  .epsilon = epsilon,
                                  .save = save,
                                  .load = load,
                                  .inspect = inspect};
