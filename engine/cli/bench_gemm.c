// Matrix products of this machine: the peak that other figures are shares of.
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "cohort/blas.h"

// GFLOP/s of C[m][n] = A[m][k] B[k][n], the best of several stretches.
static double measure(int m, int n, int k, double seconds) {
  size_t a_size = (size_t)m * (size_t)k, b_size = (size_t)k * (size_t)n, c_size = (size_t)m * (size_t)n;
  CoReal *numbers = malloc((a_size + b_size + c_size) * sizeof *numbers);
  if (!numbers) return 0;
  for (size_t i = 0; i < a_size + b_size; i++) numbers[i] = (CoReal)(i % 17) / 17;
  double flop = 2.0 * m * n * k, best = 0;
  int times = 1 + (int)(2e8 / flop);
  for (double began = bench_seconds(); bench_seconds() - began < seconds;) {
    double start = bench_seconds();
    for (int i = 0; i < times; i++)
      co_gemm(false, false, m, n, k, 1, numbers, k, numbers + a_size, n, 0, numbers + a_size + b_size, n);
    double rate = times * flop / (bench_seconds() - start) / 1e9;
    if (rate > best) best = rate;
  }
  free(numbers);
  return best;
}

// The better of a product that fits no near cache and one that does.
double bench_peak(void) {
  static double peak;
  if (peak > 0) return peak;
  double large = measure(1024, 1024, 1024, 1), small = measure(256, 256, 256, 1);
  return peak = large > small ? large : small;
}

bool bench_gemm(const BenchOptions *options, CoError *error) {
  (void)error;
  static const int shapes[][3] = {{1, 64, 64},     {32, 64, 64},    {256, 64, 64},     {1024, 64, 64},
                                  {1024, 192, 64}, {256, 256, 256}, {1024, 1024, 1024}};
  printf("\nmatrix products, C[m][n] = A[m][k] B[k][n]: GFLOP/s\n");
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
    printf("  %4d x %4d x %4d  %6.1f\n", shapes[i][0], shapes[i][1], shapes[i][2],
           measure(shapes[i][0], shapes[i][1], shapes[i][2], options->seconds / 4));
  printf("  peak, the better of the last two  %6.1f\n", bench_peak());
  return true;
}
