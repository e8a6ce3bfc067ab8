// SARSA: the target is the value of the action that is taken next (Rummery and Niranjan, 1994; Sutton and Barto,
// section 6.4).
#include "trail.h"

// A trail is one step: it waits until the next action is known.
static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_trails_create(sizeof(CoTrails), true, 1, config, setup, error);
}

// Q(s, a) += alpha (r + discount Q(s', a') - Q(s, a))
static void update(CoTrails *self, int agent, const CoTrailStep *step, float next, CoLearning *learning) {
  co_trail_learn(&self->table, agent, step, step->reward + step->discount * next, learning);
}

// A decision brings the action that the one before waits for. After an episode's last no action follows: where time
// ran out, what the policy would have done in the mean stands for it.
static bool learn(void *user, CoLearning *learning, CoError *error) {
  CoTrails *self = user;
  double epsilon = co_table_epsilon(self, learning->steps);
  for (int i = 0; i < learning->decision_count; i++) {
    const CoDecision *d = &learning->decisions[i];
    CoTrail *trail = co_trail(self, d);
    if (trail->count) update(self, d->agent, trail->steps, *co_table_q(&self->table, d), learning);
    trail->count = 0;
    if (!co_trail_push(trail, d, error)) return false;
    if (d->ending == CO_PLAYING) continue;
    update(self, d->agent, trail->steps, co_table_expected(&self->table, d, epsilon), learning);
    trail->count = 0;
  }
  return true;
}

static const char *const metrics[] = {"td_error_abs", NULL};

static const CoField fields[] = {CO_TABLE_LR, CO_TABLE_GAMMA("0.99"), CO_TABLE_INITIAL, CO_TABLE_EPSILON,
                                 CO_FIELDS_END};

const CoAlgoType co_sarsa = {.name = "sarsa",
                             .summary = "SARSA on a table: learns the value of what it does, exploration included",
                             .source = "Rummery and Niranjan 1994; Sutton and Barto, section 6.4",
                             .settings = {"sarsa", sizeof(CoTableConfig), fields, NULL},
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
