// The project's own environments: one line adds one.
#include "cohort/env.h"

#define ENVS(X)                                                                                                        \
  X(skirmish)                                                                                                          \
  X(matrix)                                                                                                            \
  X(two_step)                                                                                                          \
  X(frozen_lake)                                                                                                       \
  X(tictactoe)

#define X(name) extern const CoEnvType co_##name;
ENVS(X)
#undef X

#define X(name) &co_##name,
const CoEnvType *const co_env_list[] = {ENVS(X) NULL};
