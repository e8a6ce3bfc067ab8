// Backpropagation against differences: Plaat, appendix B. Who writes a gradient by hand checks it so.
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int inputs, hidden, rows;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, inputs, "4", 1, 100, "numbers that the network is given"),
    CO_INT(Settings, hidden, "8", 1, 1000, "neurons of its hidden layer"),
    CO_INT(Settings, rows, "16", 1, 10000, "cases in the loss"),
    CO_FIELDS_END,
};

typedef struct Problem {
  CoNetwork *net;
  CoDense first, second;
  int rows, inputs;
  const CoReal *x, *y; // [rows][inputs], [rows][1]
} Problem;

// The mean of (y - w2 tanh(w1 x + b1) - b2)^2. With a mistake, nothing goes back through w1's layer.
static CoVar *loss(const Problem *p, CoTape *tape, bool mistake) {
  CoVar *const *weights = p->net->weights;
  CoVar *h = co_tanh_of(tape, co_dense(tape, weights, p->first, co_constant(tape, p->rows, p->inputs, p->x)));
  CoVar *got = co_dense(tape, weights, p->second, mistake ? co_stop(tape, h) : h);
  return co_mean_all(tape, co_squared(tape, got, co_constant(tape, p->rows, 1, p->y)));
}

static double loss_now(const Problem *p) {
  return (double)co_item(loss(p, co_example_tape(p->net), false));
}

// |g - d| / |d|, where d_i = (L(w_i + h) - L(w_i - h)) / 2 h, weight by weight.
static double difference(const Problem *p, const CoReal *gradient, double h) {
  CoReal *weights = p->net->params.values;
  double apart = 0, length = 0;
  for (size_t i = 0; i < p->net->params.size; i++) {
    const CoReal kept = weights[i];
    const CoReal above = weights[i] = (CoReal)((double)kept + h);
    const double high = loss_now(p);
    const CoReal below = weights[i] = (CoReal)((double)kept - h);
    const double low = loss_now(p), slope = (high - low) / ((double)above - (double)below);
    weights[i] = kept;
    apart += pow((double)gradient[i] - slope, 2), length += slope * slope;
  }
  return sqrt(apart / length);
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const int numbers = set->rows * set->inputs;
  CoRng rng = co_rng(seed, "gradient_check", 0);
  CoReal *x = co_example_memory(example, (size_t)(numbers + set->rows), sizeof *x);
  for (int i = 0; i < numbers + set->rows; i++) x[i] = (CoReal)co_rng_normal(&rng);
  Problem p = {.net = co_example_network(example), .rows = set->rows, .inputs = set->inputs, .x = x, .y = x + numbers};
  p.first = co_dense_add(&p.net->params, "first", set->inputs, set->hidden);
  p.second = co_dense_add(&p.net->params, "second", set->hidden, 1);
  co_example_allocate(example, p.net, CO_SGD, 1);
  co_dense_init(&p.net->params, p.first, CO_INIT_TORCH, 1, &rng);
  co_dense_init(&p.net->params, p.second, CO_INIT_TORCH, 1, &rng);
  double least = INFINITY, least_wrong = INFINITY;
  co_example_say(example, "      h      right   with a mistake\n");
  for (int k = 0; k <= 20; k++) {
    const double h = pow(10, -5 + k / 4.0);
    double right = difference(&p, co_example_gradient(example, p.net, loss(&p, co_example_tape(p.net), false)), h);
    double wrong = difference(&p, co_example_gradient(example, p.net, loss(&p, co_example_tape(p.net), true)), h);
    least = fmin(least, right), least_wrong = fmin(least_wrong, wrong);
    if (k % 2 == 0) co_example_say(example, "%9.5f  %9.5f  %9.5f\n", h, right, wrong);
    co_example_point(example, "right", log10(h), log10(right));
    co_example_point(example, "with a mistake", log10(h), log10(wrong));
  }
  co_example_claim(example, (CoClaim){.what = "least difference", .expected = 0, .low = 0, .high = 1e-3}, least);
  co_example_claim(example, (CoClaim){.what = "with a mistake", .expected = NAN, .low = 0.1, .high = 1}, least_wrong);
}

static const CoExampleType type = {
    .name = "gradient_check",
    .chapter = 0,
    .idea = "A gradient equals what small steps say, where steps are neither so long that the loss bends nor too "
            "short for the computer's numbers.",
    .cost = CO_COST_SECONDS,
    .seeds = 3,
    .settings = {"gradient_check", sizeof(Settings), fields, NULL},
    .chart_x = "log10 of the step h",
    .chart_y = "log10 of the relative difference",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
