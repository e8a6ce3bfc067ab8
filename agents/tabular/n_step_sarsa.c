// n-step SARSA: n rewards, then the value of the action taken (Sutton and Barto, section 7.2).
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
  Learner *self = co_trails_create(sizeof *self, true, n, config, setup, error);
  if (self) self->n = n;
  return self;
}

// Q(s, a) += alpha (r_1 + ... + gamma^(n-1) r_n + gamma^n Q(s_n, a_n) - Q(s, a)), for the first of the steps.
static void update(CoTable *table, int agent, const CoTrail *trail, float last, CoLearning *learning) {
  co_trail_learn(table, agent, trail->steps, co_trail_return(trail->steps, trail->count, last), learning);
}

// At an episode's end the steps that are left have fewer than n rewards. Where time ran out, what the policy would have
// done in the mean follows.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  Learner *self = user;
  CoTable *table = &self->trails.table;
  double epsilon = co_table_epsilon(table, learning->steps);
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoTrail *trail = co_trail(&self->trails, d);
    if (trail->count == self->n) {
      update(table, d->agent, trail, *co_table_q(table, d), learning);
      co_trail_drop(trail, 1);
    }
    if (!co_trail_push(trail, d, error)) return false;
    for (; d->ending != CO_PLAYING && trail->count; co_trail_drop(trail, 1))
      update(table, d->agent, trail, co_table_expected(table, d, epsilon), learning);
  }
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR,      CO_TABLE_GAMMA("0.99"),
                                 CO_TABLE_INITIAL, CO_INT(Config, n, "4", 1, 4096, "rewards before a value follows"),
                                 CO_TABLE_EPSILON, CO_FIELDS_END};

const CoAlgoType co_n_step_sarsa = {.name = "n_step_sarsa",
                                    .summary = "SARSA that looks n rewards ahead",
                                    .source = "Sutton and Barto, section 7.2",
                                    .settings = {"n_step_sarsa", sizeof(Config), fields, NULL},
                                    .metrics = metrics,
                                    .accepts = co_table_accepts,
                                    .wants = co_table_wants,
                                    .create = create,
                                    .destroy = co_trails_destroy,
                                    .act = co_table_act,
                                    .learn = learn,
                                    .epsilon = co_table_epsilon,
                                    .save = co_trails_save,
                                    .load = co_trails_load,
                                    .policy = co_table_policy,
                                    .inspect = co_table_inspect};
