// The project's own algorithms: one line adds one.
#include "cohort/agent.h"

#define ALGOS(X)                                                                                                       \
  X(q_learning)                                                                                                        \
  X(iql)                                                                                                               \
  X(vdn)                                                                                                               \
  X(qmix)                                                                                                              \
  X(qpd)

#define X(name) extern const CoAlgoType co_##name;
ALGOS(X)
#undef X

#define X(name) &co_##name,
const CoAlgoType *const co_algo_list[] = {ALGOS(X) NULL};
