// The trainer: one loop for all algorithms, with tests, metrics, checkpoints and exact resume hanging on it.
#ifndef COHORT_TRAIN_H
#define COHORT_TRAIN_H

#include "cohort/match.h"
#include "cohort/metrics.h"

typedef struct CoTrainConfig {
  char env[256], algo[256], profile[32], out[1024];
  int steps; // environment steps of all copies
  uint64_t seed;
  int num_envs, threads;
  int test_interval, test_nepisode, log_interval, checkpoint_interval, final_episodes;
  bool timeout_terminal;
  CoForm store;
} CoTrainConfig;
extern const CoSettings co_train_settings;
extern const char *const co_profile_names[]; // NULL-terminated; the first is the default

// What decides the result: not the budget, the threads, the place or the checkpoints.
uint64_t co_train_identity(const CoTrainConfig *config);

// Everything is borrowed and outlives the trainer. seats[team]: with an algorithm and no `self` that team learns (the
// trainer creates the algorithm and owns it); with a `self` it plays as it is, greedily.
typedef struct CoTrainSetup {
  const CoTrainConfig *config;
  const CoWorld *world;
  const CoSeat *seats;        // [teams]
  const char *folder;         // run folder, which exists; NULL: nothing is written
  uint64_t identity;          // of all settings: a checkpoint of another identity is refused
  bool any_core;              // go on under another BLAS core than the checkpoint's; the bits will differ
  const atomic_int *stop;     // CoStop; NULL: never
  double (*seconds)(void);    // the caller's clock, for timing.csv and to space checkpoints; NULL: neither
  const CoObserver *observer; // sees every tabular update; NULL: nobody
} CoTrainSetup;

// Where a run stands: what a progress line shows.
typedef struct CoTrainView {
  int64_t steps, budget, episodes, updates;
  bool has_return;
  double return_mean;  // of the first learning team, over the current log interval (or the last one)
  const CoScore *test; // the last test's; episodes 0: none yet
  bool row, tested;    // this round wrote a row of metrics; and a test's
} CoTrainView;

typedef enum CoTrainEnd {
  CO_TRAIN_DONE,
  CO_TRAIN_FAILED,  // with a sentence
  CO_TRAIN_STOPPED, // asked to, with a checkpoint of the last round
  CO_TRAIN_DROPPED, // asked to stop now: the last checkpoint is older
} CoTrainEnd;

// A folder that holds a checkpoint goes on from the newest valid one; a torn one is passed over. NULL with a sentence
// when none of the existing ones is whole, or it belongs to other settings or another BLAS core.
typedef struct CoTrain CoTrain;
CoTrain *co_train_create(const CoTrainSetup *setup, CoError *error);
void co_train_destroy(CoTrain *train);

// One round: one episode of every copy, or a rollout, or one round of the algorithm's own; then learning, and whatever
// has come due: test, row of metrics, checkpoint. False with a sentence, also when a metric is no longer finite.
bool co_train_round(CoTrain *train, CoError *error);
bool co_train_done(const CoTrain *train); // the budget is used up
CoTrainView co_train_view(const CoTrain *train);
// The mean of a metric in the newest row that had it, of the first learning team. False: there was none.
bool co_train_metric(const CoTrain *train, const char *name, double *mean);
void *co_train_algo(const CoTrain *train, int team);         // NULL where the team does not learn
int64_t co_train_resumed(const CoTrain *train);              // steps of the checkpoint that it went on from; 0: none
int64_t co_train_checkpointed(const CoTrain *train);         // steps at the last checkpoint
size_t co_train_store_bytes(const CoTrain *train, int team); // memory of its episode store
int co_train_store_count(const CoTrain *train, int team);    // episodes in it

// Writes a checkpoint (and the weights) now. Nothing without a folder.
bool co_train_save(CoTrain *train, CoError *error);
// The last row of metrics, the final weights, and their scores [teams] on fresh episodes (final_episodes; none:
// episodes 0).
// The checkpoint stays as it was, so that the run can still be extended.
bool co_train_finish(CoTrain *train, CoScore *scores, CoError *error);

// Rounds until done, stopped or failed; then a checkpoint, and co_train_finish when done. `progress` (or NULL) is
// called after every round.
CoTrainEnd co_train_run(CoTrain *train, void (*progress)(void *user, const CoTrainView *view), void *user,
                        CoScore *scores, CoError *error);

// The newest valid checkpoint of a run folder.
typedef enum CoFound { CO_FOUND_NONE, CO_FOUND_ONE, CO_FOUND_BROKEN } CoFound;
typedef struct CoCheckpoint {
  char *data; // owned
  uint64_t serial, identity;
  int64_t steps;
  char version[32], core[64];
  char slot; // 'a' or 'b'
  CoReader body;
} CoCheckpoint;
CoFound co_checkpoint_read(const char *folder, CoCheckpoint *checkpoint, CoError *error); // BROKEN: sentence
void co_checkpoint_free(CoCheckpoint *checkpoint);
bool co_checkpoint_write(const char *folder, const CoCheckpoint *head, const CoWriter *body, CoError *error);
// The part of it that a team's algorithm saved, for its load hook.
bool co_checkpoint_algo(const CoCheckpoint *checkpoint, int team, CoReader *part, CoError *error);

#endif
