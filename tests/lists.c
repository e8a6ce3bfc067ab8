// No environments and no algorithms, for tests of the engine's rooms: the engine stands without the project's own.
#include "cohort/agent.h"

const CoEnvType *const co_env_list[] = {NULL};
const CoAlgoType *const co_algo_list[] = {NULL};
