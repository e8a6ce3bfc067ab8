// Optimisers over a block of parameters, and the sharded update that feeds them.
#ifndef COHORT_OPTIM_H
#define COHORT_OPTIM_H

#include "cohort/params.h"
#include "cohort/pool.h"

typedef enum CoOptimKind {
  CO_SGD,        // with momentum
  CO_RMSPROP,    // PyTorch's: g / (sqrt(v) + epsilon)
  CO_RMSPROP_TF, // TensorFlow's: g / sqrt(v + epsilon), v starts at 1
  CO_ADAM,
  CO_ADAMW, // decoupled weight decay
} CoOptimKind;
#define CO_OPTIM_CHOICES "sgd rmsprop rmsprop_tf adam adamw"

typedef struct CoOptimConfig {
  CoOptimKind kind;
  double lr;
  double decay;    // RMSProp's alpha, Adam's beta2
  double momentum; // SGD's, RMSProp's; Adam's beta1
  double epsilon;
  double weight_decay;
} CoOptimConfig;
CoOptimConfig co_optim_defaults(CoOptimKind kind); // PyTorch's (TensorFlow's for the TF form), lr 1e-3

typedef struct CoOptim CoOptim;
CoOptim *co_optim_create(const CoOptimConfig *config, size_t size, CoError *error);
void co_optim_destroy(CoOptim *optim);
void co_optim_rate(CoOptim *optim, double lr);
void co_optim_step(CoOptim *optim, CoReal *values, const CoReal *gradient); // [size]
void co_optim_save(const CoOptim *optim, CoWriter *writer);
bool co_optim_load(CoOptim *optim, CoReader *reader);

double co_clip_norm(size_t size, CoReal *gradient, double limit); // scales to the norm `limit`; returns the norm before
void co_clip_value(size_t size, CoReal *gradient, double limit);

// One update is cut into a fixed number of shards. Each shard builds its part of the loss on a tape of its own, on any
// thread; the shards' gradients are summed in their order, so the result does not depend on the number of threads.
typedef struct CoSharded CoSharded;

// A shard's part of the loss (a sum whose total over shards is the loss), [1][1]; NULL for an empty shard. bound[i] are
// the leaves of the parameter set; stats[CO_SHARD_STATS] starts at zero and is summed over the shards.
#define CO_SHARD_STATS 8
typedef CoVar *(*CoShardLoss)(void *user, int shard, CoTape *tape, CoVar *const *bound, double *stats);

// Tapes for `shards` shards (one a thread) and gradient blocks for `params`, or for any set that is not larger: steps
// of several sets by turns share the memory, which stays close.
CoSharded *co_sharded_create(const CoParams *params, int shards, CoPool *pool, CoError *error);
void co_sharded_destroy(CoSharded *sharded);
CoTape *co_sharded_tape(CoSharded *sharded, int thread); // for work of the algorithm's own between updates
int co_sharded_shards(const CoSharded *sharded);
CoPool *co_sharded_pool(const CoSharded *sharded);
size_t co_sharded_memory(const CoSharded *sharded); // peak bytes of the tapes
// Fills the summed gradient (returned, [size], until the next call), *value (the loss) and stats. False when the loss
// is not a finite number: training has diverged.
bool co_sharded_gradient(CoSharded *sharded, const CoParams *params, CoShardLoss loss, void *user, CoReal **gradient,
                         double *value, double stats[CO_SHARD_STATS], CoError *error);

// One step down the gradient of a sharded loss, clipped to the norm `limit`. A norm that is no finite number is an
// error, as a loss is.
typedef struct CoDescent {
  double loss, grad_norm, stats[CO_SHARD_STATS]; // grad_norm: before it was clipped
} CoDescent;
bool co_sharded_descend(CoSharded *sharded, CoParams *params, CoOptim *optim, double limit, CoShardLoss loss,
                        void *user, CoDescent *out, CoError *error);

#endif
