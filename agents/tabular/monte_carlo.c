// Monte Carlo: the average of what followed the first visit of an episode; of states under play at random, and of
// actions with an epsilon-greedy policy that gets better by them (Sutton and Barto, sections 5.1 and 5.4).
#include <math.h>
#include <stdlib.h>

#include "trail.h"

enum { ROOM = 256 }; // steps of an episode at first, where there is no limit

typedef struct Learner {
  CoTrails trails;
  int32_t *first;  // [agents][states][columns] when it was seen first in the episode that is looked at
  int32_t *visits; // [agents][states][columns] episodes that had it
} Learner;

static void destroy(void *user) {
  Learner *self = user;
  if (!self) return;
  free(self->first);
  free(self->visits);
  co_trails_destroy(self);
}

static void *begin(bool actions, const void *config, const CoAlgoSetup *setup, CoError *error) {
  int limit = setup->spec->episode_limit, room = limit > 0 && limit < ROOM ? limit : ROOM;
  Learner *self = co_trails_create(sizeof *self, actions, room, config, setup, error);
  if (!self) return NULL;
  size_t size = co_table_size(&self->trails.table);
  self->first = calloc(size, sizeof *self->first);
  self->visits = calloc(size, sizeof *self->visits);
  if (self->first && self->visits) return self;
  co_fail(error, "no memory to count visits of %zu numbers", size);
  destroy(self);
  return NULL;
}

static void *create_prediction(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return begin(false, config, setup, error);
}

static void *create_control(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return begin(true, config, setup, error);
}

static size_t place(const CoTable *table, int agent, const CoTrailStep *step) { // of V(s) or Q(s, a)
  return (size_t)(co_table_row(table, agent, step->index) - table->q) + (size_t)(table->columns > 1 ? step->action : 0);
}

// From the end: G = r + gamma G, and where it is a first visit Q(s, a) += (G - Q(s, a)) / N(s, a), or alpha for 1 / N.
static void average(Learner *self, int agent, const CoTrail *trail, float follows, CoLearning *learning) {
  const CoTable *table = &self->trails.table;
  float G = follows;
  for (int t = trail->count - 1; t >= 0; t--) self->first[place(table, agent, &trail->steps[t])] = t;
  for (int t = trail->count - 1; t >= 0; t--) {
    const CoTrailStep *step = &trail->steps[t];
    size_t at = place(table, agent, step);
    G = step->reward + step->discount * G;
    if (self->first[at] != t) continue;
    double share = table->config.lr > 0 ? table->config.lr : 1.0 / ++self->visits[at];
    const CoUpdate update = {agent, step->index, step->action, (double)step->reward, (double)G, 0, 0};
    float wrong = co_table_move(&self->trails.table.q[at], share, update, learning->observer);
    co_metric(learning->metrics, "return_error_abs", fabs((double)wrong));
    learning->updates++;
  }
}

// Episodes that time cut off go on with what the table expects of their last state.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  const CoTable *table = &self->trails.table;
  double epsilon = co_table_epsilon(table, learning->steps);
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoTrail *trail = co_trail(&self->trails, d);
    if (!co_trail_push(trail, d, error)) return false;
    if (d->ending == CO_PLAYING) continue;
    float follows =
        table->columns > 1 ? co_table_expected(table, d, epsilon) : *co_table_row(table, d->agent, d->next_index);
    average(self, d->agent, trail, follows, learning);
    trail->count = 0;
  }
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_trails_save(self, writer);
  co_write(writer, self->visits, co_table_size(&self->trails.table) * sizeof *self->visits);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  size_t bytes = co_table_size(&self->trails.table) * sizeof *self->visits;
  return co_trails_load(self, reader) && co_read(reader, self->visits, bytes, "a table of visits");
}

static const char *const metrics[] = {"return_error_abs", NULL};

static const CoField prediction[] = {CO_TABLE_AVERAGES, CO_TABLE_GAMMA("1"), CO_TABLE_INITIAL, CO_FIELDS_END};
static const CoField control[] = {CO_TABLE_AVERAGES, CO_TABLE_GAMMA("0.99"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,
                                  CO_FIELDS_END};

const CoAlgoType co_mc_prediction = {.name = "mc_prediction",
                                     .summary = "predicts the values of states under play at random, by whole episodes",
                                     .source = "Sutton and Barto, section 5.1",
                                     .settings = {"mc_prediction", sizeof(CoTableConfig), prediction, NULL},
                                     .metrics = metrics,
                                     .accepts = co_table_accepts,
                                     .wants = co_table_wants,
                                     .create = create_prediction,
                                     .destroy = destroy,
                                     .act = co_table_act_randomly,
                                     .learn = learn,
                                     .save = save,
                                     .load = load,
                                     .inspect = co_table_inspect};

const CoAlgoType co_mc_control = {.name = "mc_control",
                                  .summary = "first-visit Monte Carlo control with an epsilon-greedy policy",
                                  .source = "Sutton and Barto, section 5.4",
                                  .settings = {"mc_control", sizeof(CoTableConfig), control, NULL},
                                  .metrics = metrics,
                                  .accepts = co_table_accepts,
                                  .wants = co_table_wants,
                                  .create = create_control,
                                  .destroy = destroy,
                                  .act = co_table_act,
                                  .learn = learn,
                                  .epsilon = co_table_epsilon,
                                  .save = save,
                                  .load = load,
                                  .policy = co_table_policy,
                                  .inspect = co_table_inspect};
