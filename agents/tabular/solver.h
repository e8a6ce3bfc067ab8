// What the solvers by dynamic programming share: the exact model, values of its states, greedy acting on their backups.
#ifndef COHORT_AGENTS_TABULAR_SOLVER_H
#define COHORT_AGENTS_TABULAR_SOLVER_H

#include "cohort/model.h"
#include "table.h"

// The first member of every solver's config.
typedef struct CoSolverConfig {
  CoTableConfig table;
  double tolerance;
} CoSolverConfig;

#define CO_SOLVER_FIELDS                                                                                               \
  CO_TABLE_GAMMA("0.99"), CO_NUMBER(CoSolverConfig, tolerance, "1e-9", 0, 1e9,                                         \
                                    "values are found when a sweep changes none of them by more")

// The first member of every solver. What acts is table.q, in float: it holds actions for equal that differ by rounding.
typedef struct CoSolver {
  CoTable table;
  double tolerance;
  CoModel *model;
  double *value; // [states]
} CoSolver;

// sum over what may follow of p (r + gamma V(s')), and 0 for V at an end.
double co_solver_backup(const CoSolver *solver, int state, int action);
static inline bool co_solver_legal(const CoSolver *solver, int state, int action) {
  return solver->model->legal[state * solver->model->actions + action];
}
// Closes a round: the table's rows from the values, what the round used, the metrics "change" and "start_value".
void co_solver_report(CoSolver *solver, double change, CoRound *round);

// Hooks, as co_table's.
bool co_solver_accepts(const void *config, const CoSpec *spec, CoError *error);
void co_solver_wants(const void *config, const CoSpec *spec, CoWants *wants);
void *co_solver_create(size_t bytes, const void *config, const CoAlgoSetup *setup, CoError *error);
void co_solver_destroy(void *solver);
void co_solver_save(const void *solver, CoWriter *writer);
bool co_solver_load(void *solver, CoReader *reader);

#endif
