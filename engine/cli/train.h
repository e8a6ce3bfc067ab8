// cohort train: its own options, and training one seed.
#ifndef COHORT_CLI_TRAIN_H
#define COHORT_CLI_TRAIN_H

#include "plan.h"

typedef struct TrainOptions {
  char file[1024], resume[1024], data[1024];
  int seeds, jobs;
  bool any_core;
} TrainOptions;
extern const CoSettings train_options;

const char *train_place(const Line *line, const TrainOptions *options); // ENV of the line; NULL: none
const char *train_file(const Line *line, const TrainOptions *options);  // experiment file; NULL: none
bool train_plan(Plan *plan, const Line *line, const TrainOptions *options, bool names_only, CoError *error);
int train_one(const Line *line, const TrainOptions *options, const char *label);
int train_seeds(Line *line, const TrainOptions *options);

#endif
