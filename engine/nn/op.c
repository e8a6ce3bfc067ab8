// The table of operations.
#include "op.h"

const CoOp co_ops[CO_OPS_COUNT] = {
#define X(name, twice) {#name, twice, co_back_##name},
    CO_OPS(X)
#undef X
};
