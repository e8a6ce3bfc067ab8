// Value iteration on the exact model (Bellman, 1957; Sutton and Barto, section 4.4). A round is one sweep, its steps
// the states that it went over.
#include <math.h>

#include "solver.h"

static void *create(const void *config, const CoAlgoSetup *setup, CoError *error) {
  return co_solver_create(sizeof(CoSolver), config, setup, error);
}

static double best(const CoSolver *self, int state) {
  double most = -INFINITY;
  for (int a = 0; a < self->model->actions; a++)
    if (co_solver_legal(self, state, a)) most = fmax(most, co_solver_backup(self, state, a));
  return most > -INFINITY ? most : 0; // ends, and what is never reached
}

// V(s) = max_a sum p (r + gamma V(s')), in place, for every state in turn.
static bool advance(void *user, CoRound *round, CoError *error) {
  (void)error;
  CoSolver *self = user;
  double change = 0;
  for (int s = 0; s < self->model->states; s++) {
    double value = best(self, s);
    change = fmax(change, fabs(value - self->value[s]));
    self->value[s] = value;
  }
  round->finished = change <= self->tolerance;
  co_solver_report(self, change, round);
  return true;
}

static const char *const metrics[] = {"change", "start_value", NULL};

static const CoField fields[] = {CO_SOLVER_FIELDS, CO_FIELDS_END};

const CoAlgoType co_value_iteration = {.name = "value_iteration",
                                       .summary = "optimal values by sweeps over the exact model",
                                       .source = "Bellman 1957; Sutton and Barto, section 4.4",
                                       .settings = {"value_iteration", sizeof(CoSolverConfig), fields, NULL},
                                       .metrics = metrics,
                                       .accepts = co_solver_accepts,
                                       .wants = co_solver_wants,
                                       .create = create,
                                       .destroy = co_solver_destroy,
                                       .act = co_table_act,
                                       .advance = advance,
                                       .save = co_solver_save,
                                       .load = co_solver_load,
                                       .policy = co_table_policy,
                                       .inspect = co_table_inspect};
