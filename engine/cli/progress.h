// What a run shows while it goes: one line rewritten on a terminal, plain lines elsewhere.
#ifndef COHORT_CLI_PROGRESS_H
#define COHORT_CLI_PROGRESS_H

#include "cohort/train.h"

typedef struct Progress {
  const char *label; // before every plain line; NULL: none
  bool terminal;
  bool shown; // a line stands on the terminal, unfinished
  double began, last;
  int64_t first_steps, last_steps;
  double rate; // steps/s, smoothed
} Progress;

void progress_begin(Progress *progress, const char *label, int64_t steps);
void progress_show(void *progress, const CoTrainView *view); // for co_train_run
void progress_end(Progress *progress);
void print_score(const CoSpec *spec, const CoScore *score); // one line

#endif
