// n-step TD: predicts the values of states under play at random, n rewards at a time (Sutton and Barto, section 7.1).
#include "trail.h"

typedef struct Config {
  CoTableConfig table;
  int n;
} Config;

typedef struct Learner {
  CoTrails trails; // of n steps
  int n;
} Learner;

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  int n = ((const Config *)config)->n;
  Learner *self = co_trails_create(sizeof *self, false, n, config, setup, error);
  if (self) self->n = n;
  return self;
}

// V(s) += alpha (r_1 + ... + gamma^(n-1) r_n + gamma^n V(s_n) - V(s)), for the first of the steps that d ends.
static void update(CoTable *table, const CoDecision *d, const CoTrail *trail, CoLearning *learning) {
  float last = *co_table_row(table, d->agent, d->next_index);
  co_trail_learn(table, d->agent, trail->steps, co_trail_return(trail->steps, trail->count, last), learning);
}

// At an episode's end the steps that are left have fewer than n rewards.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoTrail *trail = co_trail(&self->trails, d);
    if (!co_trail_push(trail, d, error)) return false;
    while (trail->count == self->n || (trail->count && d->ending != CO_PLAYING)) {
      update(&self->trails.table, d, trail, learning);
      co_trail_drop(trail, 1);
    }
  }
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("1"), CO_TABLE_INITIAL,
                                 CO_INT(Config, n, "4", 1, 4096, "rewards before a value follows"), CO_FIELDS_END};

const CoAlgoType co_n_step_td = {.name = "n_step_td",
                                 .summary = "predicts the values of states under play at random, n rewards at a time",
                                 .source = "Sutton and Barto, section 7.1",
                                 .settings = {"n_step_td", sizeof(Config), fields, NULL},
                                 .metrics = metrics,
                                 .accepts = co_table_accepts,
                                 .wants = co_table_wants,
                                 .create = create,
                                 .destroy = co_trails_destroy,
                                 .act = co_table_act_randomly,
                                 .learn = learn,
                                 .save = co_trails_save,
                                 .load = co_trails_load,
                                 .inspect = co_table_inspect};
