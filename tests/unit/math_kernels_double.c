// The kernels' tests again, their arrays in double precision.
#include "math_kernels.c"
