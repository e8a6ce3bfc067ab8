// The number type of math and nn: float, and double in the build that checks gradients.
#ifndef COHORT_REAL_H
#define COHORT_REAL_H

#ifdef CO_REAL_IS_DOUBLE
typedef double CoReal;
#else
typedef float CoReal;
#endif

#endif
