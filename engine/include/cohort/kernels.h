// Elementwise functions as polynomials of our own: the same bits in vector body and tail, on every x86-64 machine.
#ifndef COHORT_KERNELS_H
#define COHORT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/real.h"

// Scalars. Errors are relative to the exact result, as the tests measure them; a NaN gives a NaN; denormals count.
float co_expf(float x);     // 1e-7; denormal below -87.3, 0 below -104, infinite above 88.72
float co_logf(float x);     // 1e-7; log 0 is -inf, below 0 NaN
float co_tanhf(float x);    // 2e-7; odd, 1 from 9.25 on
float co_sigmoidf(float x); // 2e-7; from 6e-39 (never 0, so that its logarithm is finite) to 1
float co_sinf(float x);     // 7e-8 for |x| <= 1e4
float co_cosf(float x);
double co_exp(double x); // 1e-15, as its neighbours; the same ranges as C's
double co_log(double x);
double co_tanh(double x);
double co_sigmoid(double x); // from 1e-308 to 1
double co_sin(double x);     // absolute error 3e-16 for |x| <= 1e6
double co_cos(double x);
double co_atan2(double y, double x); // 1e-15; finite arguments, signed zeros as in C

// Arrays: y[n] = f(x[n]); y may be x, or lie apart from it. Equal to the scalar form bit for bit.
void co_exp_many(size_t n, const CoReal *x, CoReal *y);
void co_log_many(size_t n, const CoReal *x, CoReal *y);
void co_tanh_many(size_t n, const CoReal *x, CoReal *y);
void co_sigmoid_many(size_t n, const CoReal *x, CoReal *y);
void co_sin_cos_many(size_t n, const double *x, double *sines, double *cosines); // all three lie apart

// Sums of fixed association (32 lanes, then a tree): the same bits at every optimisation level.
CoReal co_sum(size_t n, const CoReal *x);
CoReal co_dot(size_t n, const CoReal *x, const CoReal *y);
double co_dot_double(size_t n, const CoReal *x, const CoReal *y); // 16 lanes of double, whatever CoReal is
void co_axpy(size_t n, CoReal a, const CoReal *x, CoReal *y);     // y += a x; y lies apart from x

// IEEE half precision, round to nearest even; 65520 and above become infinite. Any NaN becomes the quiet one.
void co_half_pack(size_t n, const float *x, uint16_t *half);
void co_half_unpack(size_t n, const uint16_t *half, float *x);

#endif
