// Solvers: values on the exact model, and a table of backups that acts.
#include "solver.h"

#include <stdlib.h>

bool co_solver_accepts(const void *config, const CoSpec *spec, CoError *error) {
  if (!co_table_accepts(config, spec, error)) return false;
  if (spec->agents != 1) return co_fail(error, "solves for one agent, this environment has %d", spec->agents);
  return spec->modelled || co_fail(error, "needs an exact model, this environment has no outcomes");
}

void co_solver_wants(const void *config, const CoSpec *spec, CoWants *wants) {
  (void)config, (void)spec;
  *wants = (CoWants){.experience = CO_EXPERIENCE_NONE};
}

void co_solver_destroy(void *user) {
  CoSolver *solver = user;
  if (!solver) return;
  co_model_destroy(solver->model);
  free(solver->value);
  co_table_destroy(solver);
}

void *co_solver_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error) {
  CoSolver *solver = co_table_create(bytes, true, config, setup, error);
  if (!solver) return NULL;
  solver->tolerance = ((const CoSolverConfig *)config)->tolerance;
  solver->value = calloc((size_t)setup->spec->states, sizeof *solver->value);
  solver->model = solver->value ? co_model_create(setup->world, error) : NULL;
  if (solver->model) return solver;
  if (!solver->value) co_fail(error, "no memory for the values of %d states", setup->spec->states);
  co_solver_destroy(solver);
  return NULL;
}

double co_solver_backup(const CoSolver *solver, int state, int action) {
  const CoModel *model = solver->model;
  int pair = state * model->actions + action;
  double sum = 0;
  for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++) {
    double follows = model->terminated[i] ? 0 : solver->value[model->next[i]];
    sum += model->probability[i] * (model->reward[i] + solver->table.config.gamma * follows);
  }
  return sum;
}

void co_solver_report(CoSolver *solver, double change, CoRound *round) {
  const CoModel *model = solver->model;
  double start = 0;
  for (int s = 0; s < model->states; s++) {
    float *q = co_table_row(&solver->table, 0, s);
    for (int a = 0; a < model->actions; a++) q[a] = (float)co_solver_backup(solver, s, a);
    start += model->start[s] * solver->value[s];
  }
  round->steps = model->states;
  round->iterations = 1;
  co_metric(round->metrics, "change", change);
  co_metric(round->metrics, "start_value", start);
}

void co_solver_save(const void *from, CoWriter *writer) {
  const CoSolver *solver = from;
  co_table_save(solver, writer);
  co_write(writer, solver->value, (size_t)solver->model->states * sizeof *solver->value);
}

bool co_solver_load(void *user, CoReader *reader) {
  CoSolver *solver = user;
  size_t bytes = (size_t)solver->model->states * sizeof *solver->value;
  return co_table_load(solver, reader) && co_read(reader, solver->value, bytes, "the values of states");
}
