// cohort train: its own options, and training one seed.
#ifndef COHORT_CLI_TRAIN_H
#define COHORT_CLI_TRAIN_H

#include "plan.h"

typedef struct TrainOptions {
  char file[1024], resume[1024], data[1024];
  int seeds, jobs, patience, trace;
  bool any_core, strict;
  const Entry *picks; // [pick_count] of a sweep: what replaces the experiment's lists; NULL: none
  int pick_count;
} TrainOptions;
extern const CoSettings train_options;

const char *train_place(const Line *line, const TrainOptions *options); // ENV of the line; NULL: none
const char *train_file(const Line *line, const TrainOptions *options);  // experiment file; NULL: none
bool train_plan(Plan *plan, const Line *line, const TrainOptions *options, bool names_only, CoError *error);
int train_one(const Line *line, const TrainOptions *options, const char *label);
bool train_sweep(Line *line, const TrainOptions *options, int *code); // false: the line names no sweep
int train_seeds(Line *line, const TrainOptions *options);

#endif
