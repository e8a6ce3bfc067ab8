// An ensemble of probabilistic networks: each predicts the mean and the deviation of numbers y from numbers x
// (Lakshminarayanan, Pritzel and Blundell, NeurIPS 2017). Where they have seen little they disagree.
#ifndef COHORT_AGENTS_MODEL_ENSEMBLE_H
#define COHORT_AGENTS_MODEL_ENSEMBLE_H

#include "cohort/body.h"
#include "cohort/optim.h"
#include "cohort/stats.h"

#define CO_ENSEMBLE_MOST 16

typedef struct CoEnsembleConfig {
  CoBodyConfig body; // first; dense layers alone
  int members, batch_size;
  double lr;
} CoEnsembleConfig;

typedef struct CoEnsemble {
  CoEnsembleConfig config;
  int inputs, outputs;
  CoParams params; // of all members
  CoBody body[CO_ENSEMBLE_MOST];
  CoDense head[CO_ENSEMBLE_MOST]; // means, then what the logarithms of variances are made of
  CoSharded *step;                // a shard a member
  CoOptim *optim;
  CoTape *tape; // for predictions, with `bound` at its beginning
  CoVar **bound;
  CoTapeMark mark;
  CoRunning seen_x, seen_y; // networks work in units of deviations from the mean of all that was seen
  double *moments;          // their numbers
  float *x, *y;             // [members][batch_size][inputs], [outputs]: the next update's rows, as they are
} CoEnsemble;

bool co_ensemble_init(CoEnsemble *ensemble, const CoEnsembleConfig *config, int inputs, int outputs, uint64_t seed,
                      CoPool *pool, CoError *error);
void co_ensemble_free(CoEnsemble *ensemble);

void co_ensemble_see(CoEnsemble *ensemble, const float *x, const float *y); // a row: for the units
// One step of every member on its rows of x and y. `loss`: the mean of -log density over members, but for a constant.
bool co_ensemble_update(CoEnsemble *ensemble, double *loss, CoError *error);
// A member's prediction from x[rows][inputs]: mean and deviation [rows][outputs], which live until the tape is rewound.
void co_ensemble_predict(CoEnsemble *ensemble, int member, const float *x, int rows, const float **mean,
                         const float **deviation);

void co_ensemble_save(const CoEnsemble *ensemble, CoWriter *writer);
bool co_ensemble_load(CoEnsemble *ensemble, CoReader *reader);

#endif
