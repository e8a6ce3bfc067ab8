// Walking to a goal that only rewards tell of: Plaat, chapter 9; Finn, Abbeel and Levine (2017), section 5.3.
#include <math.h>

#include "cohort/cohort.h"

enum { STEPS = 100, GOALS = 20, WALKS = 10, COPIES = GOALS * WALKS, ROWS = COPIES * STEPS, TESTS = 10 };
#define SIGMA ((CoReal)0.5) // deviation of a move, where 1 is full speed

typedef struct Settings {
  int iterations;
  double alpha, beta;
} Settings;

static const CoField fields[] = {
    CO_INT(Settings, iterations, "200", 1, 1e9, "of meta-learning, each on 20 goals, with 10 walks before their step"),
    CO_NUMBER(Settings, alpha, "0.5", 0, 100, "size of the step for a goal"),
    CO_NUMBER(Settings, beta, "0.005", 1e-6, 1, "step size of Adam on the shared weights"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "iterations", "5"}, {NULL, NULL, NULL}};
static const CoClaim claims[] = {
    {.what = "before the step", .expected = -38.26, .low = -70, .high = -34, .full = true},
    {.what = "after it", .expected = NAN, .low = -22, .high = 0, .full = true},
    {.what = "gained by it", .expected = NAN, .low = 15, .high = 150},
};

typedef struct Walks { // of all copies, those to one goal side by side; rows are [COPIES][STEPS]
  CoVecEnv *vec;
  CoRng goals[COPIES], rng;                       // who draws the goal; who draws all else
  CoReal x[ROWS * 2], move[ROWS * 2], gain[ROWS]; // where, what was done (in full speeds), its advantage
  double mean;                                    // return of an episode
} Walks;

// Rewards become advantages: returns less their mean over the walks to the same goal, over their deviation.
static void judge(CoReal *gain) {
  double squares = 1e-8;
  for (int i = WALKS * STEPS - 2; i >= 0; i--) gain[i] += i % STEPS < STEPS - 1 ? (CoReal)0.99 * gain[i + 1] : 0;
  for (int t = 0; t < STEPS; t++) {
    CoReal mean = 0;
    for (int i = t; i < WALKS * STEPS; i += STEPS) mean += gain[i] / WALKS;
    for (int i = t; i < WALKS * STEPS; i += STEPS) gain[i] -= mean, squares += pow((double)gain[i], 2);
  }
  for (int i = 0; i < WALKS * STEPS; i++) gain[i] /= (CoReal)sqrt(squares / (WALKS * STEPS));
}

static void walk(Walks *w, CoNetwork *net, const CoAdapted *own) {
  const CoTapeMark mark = co_tape_mark(net->tape);
  float control[COPIES * 2];
  w->mean = 0, co_vecenv_reset_tasks(w->vec, NULL, w->goals, NULL);
  for (int t = 0; t < STEPS; t++) {
    const float *obs = co_vecenv_frame(w->vec, 0)->obs;
    co_tape_rewind(net->tape, mark);
    CoVar *mean = co_adapt_outputs(net->tape, own, &net->body, net->head, co_constant(net->tape, COPIES, 2, obs));
    for (int i = 0; i < COPIES * 2; i++) {
      const int at = (i / 2 * STEPS + t) * 2 + i % 2;
      w->x[at] = obs[i], w->move[at] = mean->data[i] + SIGMA * (CoReal)co_rng_normal(&w->rng);
      control[i] = (float)w->move[at] / 10; // full speed is 0.1
    }
    co_vecenv_step(w->vec, &(CoActions){.continuous = control}, NULL);
    const float *reward = co_vecenv_rewards(w->vec);
    for (int i = 0; i < COPIES; i++) w->mean += (double)(w->gain[i * STEPS + t] = reward[i]) / COPIES;
  }
  for (int goal = 0; goal < GOALS; goal++) judge(w->gain + goal * WALKS * STEPS);
}

// The sum over goals of -E[r A], r = pi / pi as it is now: it is 1, but has the gradient of log pi, and (as log pi
// itself has not) the square of that in its second one (Rothfuss et al., 2019).
static CoVar *loss(const Walks *w, CoNetwork *net, const CoAdapted *own) {
  CoTape *t = net->tape;
  CoVar *mean = co_adapt_outputs(t, own, &net->body, net->head, co_constant(t, ROWS, 2, w->x));
  CoVar *squares = co_sum_rows(t, co_squared(t, mean, co_constant(t, ROWS, 2, w->move)));
  CoVar *log_pi = co_affine(t, squares, -1 / (2 * SIGMA * SIGMA), 0);
  CoVar *ratio = co_exp_of(t, co_sub(t, log_pi, co_stop(t, log_pi)));
  return co_affine(t, co_weighted_sum(t, ratio, w->gain), (CoReal)(-1.0 / (WALKS * STEPS)), 0);
}

static void adapt(Walks *w, const Settings *set, CoNetwork *net, CoExample *example, bool learns, double got[2]) {
  CoTape *tape = co_example_tape(net);
  for (int i = 0; i < COPIES; i++) w->goals[i] = i % WALKS ? w->goals[i - 1] : co_rng(co_rng_next(&w->rng), "goal", 0);
  const CoAdapted shared = co_adapt_begin(tape, &net->params, net->weights, GOALS);
  walk(w, net, &shared), got[0] += w->mean;
  const CoAdapted own = co_adapt_step(tape, &shared, loss(w, net, &shared), set->alpha, CO_ADAPT_SECOND);
  walk(w, net, &own), got[1] += w->mean;
  if (learns) co_example_descend(example, net, co_affine(tape, loss(w, net, &own), (CoReal)(1.0 / GOALS), 0));
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  const CoBodyConfig body = {.hidden = 32, .layers = 2, .activation = CO_ACTIVATION_TANH};
  Walks *w = co_example_memory(example, 1, sizeof *w);
  w->rng = co_rng(seed, "walks", 0);
  CoNetwork *net = co_example_body(example, &body, (const int[]){2, 0, 0}, 2, set->beta, &w->rng);
  CoWorld *world = co_example_open(example, "navigation", "horizon %d near 0", STEPS); // all walks are of one length
  w->vec = co_vecenv_create(world, COPIES, CO_VIEW_OBS, NULL, seed, "walks", NULL);
  for (int i = 1; i <= set->iterations; i++) {
    double got[2] = {0};
    adapt(w, set, net, example, true, got);
    co_example_point(example, "before the step", i, got[0]), co_example_point(example, "after it", i, got[1]);
  }
  double fresh[2] = {0};
  for (int i = 0; i < TESTS; i++) adapt(w, set, net, example, false, fresh);
  co_vecenv_destroy(w->vec);
  for (int i = 0; i < 3; i++) co_example_claim(example, claims[i], (i < 2 ? fresh[i] : fresh[1] - fresh[0]) / TESTS);
}

static const CoExampleType type = {
    .name = "maml_navigation",
    .chapter = 9,
    .idea = "Weights from which one step, after ten walks, leads to any goal of a square.",
    .cost = CO_COST_MINUTES,
    .seeds = 5,
    .settings = {"maml_navigation", sizeof(Settings), fields, profiles},
    .chart_x = "iterations",
    .chart_y = "return",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
