// Overfitting, bias against variance: Plaat, appendix B; Geman, Bienenstock and Doursat (1992).
#include <math.h>

#include "cohort/cohort.h"

enum { MOST = 16, POINTS = 1000 }; // degrees + 1

typedef struct Settings {
  int points, degree, sets;
  double noise;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, points, "20", MOST, POINTS, "of a data set, evenly from -1 to 1"),
    CO_INT(Settings, degree, "12", 1, MOST - 1, "the largest of the polynomials"),
    CO_INT(Settings, sets, "2000", 2, 1e6, "data sets that expectations are taken over"),
    CO_NUMBER(Settings, noise, "0.3", 1e-6, 10, "standard deviation of a point from the curve"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "sets", "1000"}, {NULL, NULL, NULL}};

// Legendre's polynomials, as unlike each other as can be: n P_n = (2n - 1) x P_n-1 - (n - 1) P_n-2.
static void basis(double x, int terms, double *p) {
  for (int n = 0; n < terms; n++) p[n] = n < 2 ? (n ? x : 1) : ((2 * n - 1) * x * p[n - 1] - (n - 1) * p[n - 2]) / n;
}

static double place(int i, int points) {
  return 2.0 * i / (points - 1) - 1;
}

// The polynomial of least squares, fit[points], by elimination in (A'A) w = A'y.
static void regress(int points, int terms, const double *y, double *fit) {
  double a[MOST][MOST + 1] = {{0}}, p[MOST], w[MOST];
  for (int k = 0; k < points; k++) {
    basis(place(k, points), terms, p);
    for (int i = 0; i < terms; i++)
      for (int j = 0; j <= terms; j++) a[i][j] += p[i] * (j < terms ? p[j] : y[k]);
  }
  for (int k = 0; k < terms; k++)
    for (int i = k + 1; i < terms; i++)
      for (int j = terms; j >= k; j--) a[i][j] -= a[i][k] / a[k][k] * a[k][j];
  for (int k = terms - 1; k >= 0; k--) {
    w[k] = a[k][terms];
    for (int j = k + 1; j < terms; j++) w[k] -= a[k][j] * w[j];
    w[k] /= a[k][k];
  }
  for (int k = 0; k < points; k++) {
    basis(place(k, points), terms, p);
    fit[k] = 0;
    for (int i = 0; i < terms; i++) fit[k] += w[i] * p[i];
  }
}

static double mean_square(int n, const double *a, const double *b) {
  double sum = 0;
  for (int i = 0; i < n; i++) sum += (a[i] - b[i]) * (a[i] - b[i]) / n;
  return sum;
}

static void draw(const Settings *set, const double *curve, CoRng *rng, double *y) {
  for (int i = 0; i < set->points; i++) y[i] = curve[i] + set->noise * co_rng_normal(rng);
}

static void claim(CoExample *example, const char *what, double exact, double part, double got) {
  const CoClaim about = {
      .what = what, .expected = exact, .low = exact * (1 - part), .high = exact * (1 + part), .full = part == 0};
  co_example_claim(example, about, got);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const int n = set->points;
  double curve[POINTS], smooth[POINTS], y[POINTS], fresh[POINTS], fit[POINTS], noise = set->noise * set->noise;
  double train = 0, test = 0, exact = 0, least = INFINITY, least_exact = INFINITY, best = 0, best_exact = 0;
  CoRng rng = co_rng(seed, "overfitting", 0);
  for (int i = 0; i < n; i++) curve[i] = sin(3 * place(i, n));
  co_example_say(example, "degree    bias^2  variance   noise  their sum    test   train\n");
  for (int degree = 0; degree <= set->degree; degree++) {
    double variance = 0;
    train = test = 0;
    regress(n, degree + 1, curve, smooth); // what fits to noisy points are in the mean
    for (int k = 0; k < set->sets; k++) {
      draw(set, curve, &rng, y), draw(set, curve, &rng, fresh); // to learn from; to test on
      regress(n, degree + 1, y, fit);
      variance += mean_square(n, fit, smooth) / set->sets;
      train += mean_square(n, fit, y) / set->sets, test += mean_square(n, fit, fresh) / set->sets;
    }
    const double bias = mean_square(n, smooth, curve);
    exact = bias + noise * (degree + 1) / n + noise; // each weight costs noise / n of variance
    if (test < least) least = test, best = degree;
    if (exact < least_exact) least_exact = exact, best_exact = degree;
    co_example_say(example, "%6d %9.5f %9.5f %7.4f %10.5f %7.4f %7.4f\n", degree, bias, variance, noise,
                   bias + variance + noise, test, train);
    co_example_point(example, "test", degree, test), co_example_point(example, "train", degree, train);
    co_example_point(example, "bias^2", degree, bias), co_example_point(example, "variance", degree, variance);
  }
  const double left = exact - 2 * noise * (set->degree + 1) / n; // what a fit gains on its own points, it pays on fresh
  claim(example, "test, last", exact, 0.03, test);
  claim(example, "train, last", left, 0.05, train);
  claim(example, "best degree", best_exact, 0, best);
}

static const CoExampleType type = {
    .name = "overfitting",
    .chapter = 0,
    .idea = "Too few weights miss the curve, too many learn the noise: what is best on fresh data lies between.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"overfitting", sizeof(Settings), fields, profiles},
    .chart_x = "degree of the polynomial",
    .chart_y = "mean squared error",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
