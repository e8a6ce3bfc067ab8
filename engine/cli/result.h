// What a finished run leaves: result.csv, and the summary of several seeds.
#ifndef COHORT_CLI_RESULT_H
#define COHORT_CLI_RESULT_H

#include "plan.h"

// One row a team, nothing of the clock.
bool result_write(const Plan *plan, const CoTrainView *view, const CoScore *scores, const char *folder, CoError *error);

// Numbers of a finished run: the final score's column, and the mean of a column's last `last` values in metrics.csv.
bool result_number(const char *folder, const char *column, double *value, CoError *error);
// All numbers of a column of result.csv or metrics.csv, in order: [count], to be freed.
double *run_column(const char *folder, const char *file, const char *column, int *count, CoError *error);
bool metrics_last(const char *folder, const char *column, int last, double *value, CoError *error);

// The run's greedy tests as one line of bars: win rate where there is one, else the return.
void curve_print(const char *folder, const char *label);

#endif
