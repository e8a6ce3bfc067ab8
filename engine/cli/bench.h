// cohort bench: what its parts share. Figures go to stdout; nothing passes or fails.
#ifndef COHORT_CLI_BENCH_H
#define COHORT_CLI_BENCH_H

#include "plan.h"

typedef struct BenchOptions {
  char data[1024];
  double seconds; // for each figure
  int steps;      // of the training figure
} BenchOptions;

// A world by name with a profile's settings; the plan owns it.
bool bench_open(Plan *plan, const char *env, const char *algo, const char *profile, bool strict,
                const BenchOptions *options, CoError *error);

// An environment of given sizes whose episodes have given lengths: what an update costs depends on nothing else.
#define BENCH_AGENTS 64
typedef struct BenchShape {
  int agents, obs_size, actions, global_size, privileged_size;
  int shortest, longest;  // of an episode, uniformly drawn
  int kind[BENCH_AGENTS]; // [agents]
} BenchShape;
CoWorld *bench_shape_open(const BenchShape *shape, CoError *error);

// A learner with a store that random play has filled with `episodes` episodes.
typedef struct Rig {
  const CoWorld *world;
  const CoAlgoType *algo;
  const void *config;
  void *self;
  CoWants wants;
  CoEpisodes *store;
  CoMetrics *metrics;
  int64_t updates, steps;
} Rig;
bool rig_fill(Rig *rig, int episodes, CoForm form, CoError *error); // of world, algo and config
bool rig_learn(Rig *rig, CoError *error);                           // what one episode more makes it learn
void rig_free(Rig *rig);

// Environment steps a second of random legal play in `copies` copies, on one thread.
bool bench_rate(const CoWorld *world, int copies, double seconds, double *rate, CoError *error);

double bench_seconds(void); // processor time of this process: other work on the machine disturbs it less than the clock
double bench_peak(void);    // GFLOP/s of 1024^3 or of 256^3, whichever is more; measured once

bool bench_gemm(const BenchOptions *options, CoError *error);
bool bench_env(const BenchOptions *options, CoError *error);
bool bench_tabular(const BenchOptions *options, CoError *error);
bool bench_update(const BenchOptions *options, CoError *error);
bool bench_train(const BenchOptions *options, CoError *error);
bool bench_ppo(const BenchOptions *options, CoError *error);
bool bench_games(const BenchOptions *options, CoError *error);
bool bench_selfplay(const BenchOptions *options, CoError *error);
bool bench_memory(const BenchOptions *options, CoError *error);
bool bench_control(const BenchOptions *options, CoError *error);

#endif
