// Exclusive or, which no line divides: Plaat, appendix B; Minsky and Papert (1969).
#include <math.h>

#include "cohort/cohort.h"

typedef struct Settings {
  int hidden, updates;
  double lr;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, hidden, "8", 1, 1000, "neurons between input and output"),
    CO_INT(Settings, updates, "1000", 100, 1e9, "how many, of all four cases at once"),
    CO_NUMBER(Settings, lr, "0.02", 1e-6, 1, "step size of Adam"),
    CO_FIELDS_END,
};

static const CoReal cases[4][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, answers[4] = {0, 1, 1, 0};

// The mean of -log p of the right answer, where p = sigmoid(z) is that of a 1: softplus(z) - y z.
static CoVar *cross_entropy(CoTape *tape, CoVar *z, CoVar *y) {
  return co_mean_all(tape, co_sub(tape, co_softplus(tape, z), co_mul(tape, y, z)));
}

// hidden 0: a straight line, z = w x + b.
static double learn(CoExample *example, const Settings *set, int hidden, uint64_t seed, const char *curve) {
  CoNetwork *net = co_example_network(example);
  CoDense first = co_dense_add(&net->params, "first", 2, hidden ? hidden : 1);
  CoDense second = hidden ? co_dense_add(&net->params, "second", hidden, 1) : first;
  CoRng rng = co_rng(seed, "xor", (uint64_t)hidden);
  co_example_allocate(example, net, CO_ADAM, set->lr);
  co_dense_init(&net->params, first, CO_INIT_XAVIER, 1, &rng);
  if (hidden) co_dense_init(&net->params, second, CO_INIT_XAVIER, 1, &rng);
  double loss = 0;
  for (int i = 0; i < set->updates; i++) {
    CoTape *tape = co_example_tape(net);
    CoVar *z = co_dense(tape, net->weights, first, co_constant(tape, 4, 2, cases[0]));
    if (hidden) z = co_dense(tape, net->weights, second, co_tanh_of(tape, z));
    loss = co_example_descend(example, net, cross_entropy(tape, z, co_constant(tape, 4, 1, answers)));
    if (i % (set->updates / 100) == 0) co_example_point(example, curve, i, loss);
    if (i < set->updates - 1) continue;
    co_example_say(example, "%-14s", curve);
    for (int k = 0; k < 4; k++) co_example_say(example, "  %.3f", 1 / (1 + exp(-(double)z->data[k])));
    co_example_say(example, "   (%g %g %g %g is right)\n", (double)answers[0], (double)answers[1], (double)answers[2],
                   (double)answers[3]);
  }
  return loss;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  double line = learn(example, set, 0, seed, "a line"), hidden = learn(example, set, set->hidden, seed, "hidden layer");
  // By symmetry the best line answers 1/2 to everything.
  co_example_claim(example, (CoClaim){.what = "loss of a line", .expected = log(2), .low = 0.693, .high = 0.694}, line);
  co_example_claim(example, (CoClaim){.what = "loss with a hidden layer", .expected = 0, .low = 0, .high = 0.05},
                   hidden);
}

static const CoExampleType type = {
    .name = "xor",
    .chapter = 0,
    .idea = "No line divides exclusive or; a hidden layer bends the plane until one does.",
    .cost = CO_COST_SECONDS,
    .seeds = 5,
    .settings = {"xor", sizeof(Settings), fields, NULL},
    .chart_x = "updates",
    .chart_y = "cross-entropy",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
