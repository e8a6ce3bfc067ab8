// The matrix products' tests again, in double precision.
#include "math_blas.c"
