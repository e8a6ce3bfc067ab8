// The files that a run adds rows to: metrics.csv, TensorBoard events, and timing.csv with whatever is the clock's.
#ifndef COHORT_TRAIN_RECORD_H
#define COHORT_TRAIN_RECORD_H

#include "cohort/metrics.h"

#define CO_RECORD_FILES 2 // metrics.csv and events: what a checkpoint vouches for

typedef struct CoRecordTiming {
  double seconds;            // since this process took up the run
  double steps_s, updates_s; // since the last row
} CoRecordTiming;

typedef struct CoRecord CoRecord;
// Files are cut to the sizes in `keep`; 0: begun anew, with the columns of all metrics. timing.csv is only added to.
CoRecord *co_record_open(const char *folder, const CoMetrics *const *metrics, int count,
                         const uint64_t keep[CO_RECORD_FILES], CoError *error);
void co_record_close(CoRecord *record);                                                            // NULL is fine
bool co_record_row(CoRecord *record, int64_t steps, const CoRecordTiming *timing, CoError *error); // timing or NULL
bool co_record_flush(CoRecord *record, uint64_t sizes[CO_RECORD_FILES], CoError *error);           // to the disk

#endif
