// Policy iteration on the exact model (Howard, 1960; Sutton and Barto, section 4.3), beginning with play at random. A
// round is one sweep of evaluation; the one that finds the values, or the last that is allowed, improves the policy.
#include <math.h>
#include <stdlib.h>

#include "solver.h"

typedef struct Config {
  CoSolverConfig solver;
  int sweeps;
} Config;

enum { ANY = -1 }; // every legal action alike

typedef struct Learner {
  CoSolver solver;
  int most;        // sweeps of an evaluation
  int32_t sweeps;  // of the present one so far
  int32_t *policy; // [states] an action, or ANY
} Learner;

static void destroy(void *user) {
  Learner *self = user;
  if (self) free(self->policy);
  co_solver_destroy(self);
}

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  Learner *self = co_solver_create(sizeof *self, config, setup, error);
  if (!self) return NULL;
  self->most = ((const Config *)config)->sweeps;
  self->policy = malloc((size_t)setup->spec->states * sizeof *self->policy);
  if (!self->policy) {
    co_fail(error, "no memory for a policy of %d states", setup->spec->states);
    destroy(self);
    return NULL;
  }
  for (int s = 0; s < setup->spec->states; s++) self->policy[s] = ANY;
  return self;
}

// sum_a pi(a|s) sum p (r + gamma V(s'))
static double worth(const Learner *self, int state) {
  double sum = 0;
  int legal = 0;
  for (int a = 0; a < self->solver.model->actions; a++) {
    if (!co_solver_legal(&self->solver, state, a) || (self->policy[state] != ANY && self->policy[state] != a)) continue;
    sum += co_solver_backup(&self->solver, state, a);
    legal++;
  }
  return legal ? sum / legal : 0;
}

// V(s) becomes what the policy is worth there, in place; the largest change.
static double evaluate(Learner *self) {
  double *value = self->solver.value, change = 0;
  for (int s = 0; s < self->solver.model->states; s++) {
    double now = worth(self, s);
    change = fmax(change, fabs(now - value[s]));
    value[s] = now;
  }
  return change;
}

// The greedy policy; an action stays while no other is better by more than the tolerance. True when all stay.
static bool improve(Learner *self) {
  const CoModel *model = self->solver.model;
  bool stable = true;
  for (int s = 0; s < model->states; s++) {
    int best = self->policy[s];
    double most = best == ANY ? -INFINITY : co_solver_backup(&self->solver, s, best) + self->solver.tolerance;
    for (int a = 0; a < model->actions; a++) {
      double value = co_solver_legal(&self->solver, s, a) ? co_solver_backup(&self->solver, s, a) : -INFINITY;
      if (value > most) most = value, best = a;
    }
    stable = stable && best == self->policy[s];
    self->policy[s] = best;
  }
  return stable;
}

static bool advance(void *user, CoRound *round, CoError *error) {
  (void)error;
  Learner *self = user;
  double change = evaluate(self);
  if (change <= self->solver.tolerance || ++self->sweeps == self->most) {
    round->finished = improve(self) && change <= self->solver.tolerance;
    self->sweeps = 0;
  }
  co_solver_report(&self->solver, change, round);
  return true;
}

static void save(const void *from, CoWriter *writer) {
  const Learner *self = from;
  co_solver_save(self, writer);
  co_write(writer, self->policy, (size_t)self->solver.model->states * sizeof *self->policy);
  co_write(writer, &self->sweeps, sizeof self->sweeps);
}

static bool load(void *user, CoReader *reader) {
  Learner *self = user;
  size_t bytes = (size_t)self->solver.model->states * sizeof *self->policy;
  return co_solver_load(self, reader) && co_read(reader, self->policy, bytes, "a policy") &&
         co_read(reader, &self->sweeps, sizeof self->sweeps, "the sweeps so far");
}

static const char *const metrics[] = {"change", "start_value", NULL};

static const CoField fields[] = {CO_SOLVER_FIELDS,
                                 CO_INT(Config, sweeps, "1000", 1, 2000000000,
                                        "the most that evaluate a policy: not all policies come to an end at gamma 1"),
                                 CO_FIELDS_END};

const CoAlgoType co_policy_iteration = {.name = "policy_iteration",
                                        .summary = "evaluates a policy on the exact model, improves it, and so on",
                                        .source = "Howard 1960; Sutton and Barto, section 4.3",
                                        .settings = {"policy_iteration", sizeof(Config), fields, NULL},
                                        .metrics = metrics,
                                        .accepts = co_solver_accepts,
                                        .wants = co_solver_wants,
                                        .create = create,
                                        .destroy = destroy,
                                        .act = co_table_act,
                                        .advance = advance,
                                        .save = save,
                                        .load = load,
                                        .policy = co_table_policy,
                                        .inspect = co_table_inspect};
