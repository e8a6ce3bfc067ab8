// Learning to fit sines quickly: Plaat, chapter 9; Finn, Abbeel and Levine (2017), Nichol, Achiam and Schulman (2018).
#include <math.h>

#include "cohort/cohort.h"

enum { MAML, FOMAML, REPTILE, PRETRAINING, METHODS, BATCH = 25, TESTS = 20, LATER = 10 };
static const char *const names[] = {"MAML", "first order", "Reptile", "pretraining"};
#define BAND(name, least, most) .what = name, .expected = NAN, .low = least, .high = most, .full = most < 4
static const CoClaim claims[METHODS][2] = { // after one step, after ten
    {{BAND("MAML, 1 step", 0, 0.65)}, {BAND("MAML, 10 steps", 0, 0.3)}},
    {{BAND("first order, 1 step", 0, 1.3)}, {BAND("first order, 10 steps", 0, 0.45)}},
    {{BAND("Reptile, 1 step", 0, 1.7)}, {BAND("Reptile, 10 steps", 0, 0.45)}},
    {{BAND("pretraining, 1 step", 1.95, 4)}, {BAND("pretraining, 10 steps", 0.9, 4)}}};

typedef struct Settings {
  int shots, iterations, inner;
  double alpha, beta;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, shots, "10", 1, 1000, "points that a sine is learnt from"),
    CO_INT(Settings, iterations, "5000", 10, 1e9, "of meta-learning"),
    CO_INT(Settings, inner, "16", 1, 1000, "Reptile: steps on each sine"),
    CO_NUMBER(Settings, alpha, "0.01", 1e-6, 1, "step size on a sine"),
    CO_NUMBER(Settings, beta, "0.003", 1e-6, 1, "step size of Adam on the shared weights"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "iterations", "100"}, {NULL, NULL, NULL}};

// a sin(x - b) at points of [-5, 5]: a in [0.1, 5] and b in [0, pi] are the task.
typedef struct Sines {
  int count, shots;
  CoReal *x[2], *y[2]; // [count][shots] to learn from; as many to be judged by
  CoRng rng;
} Sines;

static Sines begin(CoExample *example, int count, int shots, CoRng rng) {
  const int n = count * shots;
  CoReal *all = co_example_memory(example, 4 * (size_t)n, sizeof *all);
  return (Sines){count, shots, {all, all + n}, {all + 2 * n, all + 3 * n}, rng};
}

static void draw(Sines *s) {
  for (int i = 0; i < s->count; i++) {
    const double a = co_rng_uniform(&s->rng, 0.1, 5), b = co_rng_uniform(&s->rng, 0, 3.14159265358979);
    for (int k = 0; k < 2; k++)
      for (int j = i * s->shots; j < (i + 1) * s->shots; j++)
        s->x[k][j] = (CoReal)co_rng_uniform(&s->rng, -5, 5), s->y[k][j] = (CoReal)(a * sin((double)s->x[k][j] - b));
  }
}

// The sum of the sines' mean squared errors on the points of set k.
static CoVar *loss(const CoNetwork *net, const CoAdapted *adapted, const Sines *s, int k) {
  CoTape *tape = net->tape;
  const int rows = s->count * s->shots;
  CoVar *said = co_adapt_outputs(tape, adapted, &net->body, net->head, co_constant(tape, rows, 1, s->x[k]));
  CoVar *squares = co_squared(tape, said, co_constant(tape, rows, 1, s->y[k]));
  return co_affine(tape, co_sum_all(tape, squares), (CoReal)(1.0 / s->shots), 0);
}

static CoAdapted adapt(const CoNetwork *net, const Sines *s, int steps, double alpha, CoAdaptOrder order) {
  CoAdapted out = co_adapt_begin(net->tape, &net->params, net->weights, s->count);
  for (int i = 0; i < steps; i++) out = co_adapt_step(net->tape, &out, loss(net, &out, s, 0), alpha, order);
  return out;
}

// What an iteration of each method steps down.
static CoVar *objective(CoNetwork *net, const Settings *set, int method, const Sines *s) {
  CoTape *tape = co_example_tape(net);
  const int steps = method == PRETRAINING ? 0 : method == REPTILE ? set->inner : 1;
  const CoAdapted shared = adapt(net, s, 0, 0, CO_ADAPT_FIRST);
  const CoAdapted own = adapt(net, s, steps, set->alpha, method == MAML ? CO_ADAPT_SECOND : CO_ADAPT_FIRST);
  if (method == REPTILE) return co_adapt_distance(tape, &shared, &own);
  return co_affine(tape, loss(net, &own, s, 1), (CoReal)(1.0 / s->count), 0);
}

static double error_after(CoNetwork *net, const Settings *set, Sines s, int steps) { // a copy: always the same sines
  double sum = 0;
  for (int i = 0; i < TESTS; i++) {
    draw(&s), co_example_tape(net);
    const CoAdapted own = adapt(net, &s, steps, set->alpha, CO_ADAPT_FIRST);
    sum += (double)co_item(loss(net, &own, &s, 1)) / s.count / TESTS;
  }
  return sum;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  Sines test = begin(example, BATCH, set->shots, co_rng(seed, "fresh sines", 0));
  for (int i = 0; i < METHODS; i++) {
    Sines train = begin(example, BATCH, set->shots, co_rng(seed, "sines", 0)); // the same for all methods
    const CoBodyConfig body = {.hidden = 40, .layers = 2, .activation = CO_ACTIVATION_RELU};
    CoNetwork *net = co_example_body(example, &body, (const int[]){1, 0, 0}, 1, set->beta, &train.rng);
    for (int n = 1; n <= set->iterations; n++) {
      draw(&train);
      co_example_descend(example, net, objective(net, set, i, &train));
      if (n % (set->iterations / 10) == 0) co_example_point(example, names[i], n, error_after(net, set, test, 1));
    }
    const double once = error_after(net, set, test, 1), later = error_after(net, set, test, LATER);
    co_example_say(example, "%-12s error %.3f, after a step %.3f, after ten %.3f\n", names[i],
                   error_after(net, set, test, 0), once, later);
    co_example_claim(example, claims[i][0], once), co_example_claim(example, claims[i][1], later);
  }
}

static const CoExampleType type = {
    .name = "maml_sine",
    .chapter = 9,
    .idea = "Weights from which one step on ten points fits any sine: what is learnt is where to begin.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"maml_sine", sizeof(Settings), fields, profiles},
    .chart_x = "iterations",
    .chart_y = "mean squared error after one step",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
