// Adaptation: meta-gradients by hand on a quadratic, against central differences on a network, tasks kept apart.
#include <math.h>

#include "cohort/adapt.h"
#include "suite.h"

enum { TASKS = 2, SHOTS = 3, STEPS = 2, MOST = 64 };

static CoTape *new_tape(void) {
  CoTape *tape = co_tape_create((size_t)1 << 24, NULL);
  ck_assert_ptr_nonnull(tape);
  return tape;
}

typedef struct Line {
  CoTape *tape;
  CoParams params;
  CoDense layer;
  CoVar **bound;
} Line;

// u = w + b at x = 1, w = 3, b = 2.
static Line line(void) {
  Line line = {.tape = new_tape()};
  line.layer = co_dense_add(&line.params, "line", 1, 1);
  ck_assert(co_params_allocate(&line.params, NULL));
  *co_params_at(&line.params, line.layer.weight) = 3;
  *co_params_at(&line.params, line.layer.bias) = 2;
  line.bound = co_params_bind(line.tape, &line.params);
  return line;
}

static void end(Line *line) {
  co_params_free(&line->params);
  co_tape_destroy(line->tape);
}

// The sum of (u - c_i)^2 / 2 over the tasks i, whose goals c are 1 and -3.
static CoVar *bowl(const Line *line, const CoAdapted *adapted) {
  static const CoReal goal[TASKS] = {1, -3};
  CoVar *u = co_adapt_dense(line->tape, adapted, line->layer, co_fill(line->tape, TASKS, 1, 1));
  CoVar *apart = co_squared(line->tape, u, co_constant(line->tape, TASKS, 1, goal));
  return co_affine(line->tape, co_sum_all(line->tape, apart), 0.5, 0);
}

static double slope(const Line *line, CoVar *loss) {
  CoVar *grads[2];
  ck_assert(co_grad(line->tape, loss, line->bound, 2, false, grads, NULL));
  ck_assert_double_eq_tol(co_item(grads[0]), co_item(grads[1]), 1e-12);
  return co_item(grads[0]);
}

// A step of lr 1/8 takes u - c to (1 - 2/8)(u - c), for w and b both move. So dL/dw is (3/4)^2 of the sum of u - c,
// which is 4 + 8, to second order, and 3/4 of it to first.
START_TEST(a_step_down_a_bowl) {
  const double expected[] = {[CO_ADAPT_FIRST] = 0.75 * 12, [CO_ADAPT_SECOND] = 0.75 * 0.75 * 12};
  for (int order = CO_ADAPT_FIRST; order <= CO_ADAPT_SECOND; order++) {
    Line net = line();
    CoAdapted shared = co_adapt_begin(net.tape, &net.params, net.bound, TASKS);
    CoAdapted moved = co_adapt_step(net.tape, &shared, bowl(&net, &shared), 0.125, (CoAdaptOrder)order);
    ck_assert_double_eq_tol(moved.weights[0]->data[0], 3 - 4 / 8.0, 1e-12); // each task by its own gradient
    ck_assert_double_eq_tol(moved.weights[0]->data[1], 3 - 8 / 8.0, 1e-12);
    ck_assert_double_eq_tol(slope(&net, bowl(&net, &moved)), expected[order], 1e-12);
    end(&net);
  }
}
END_TEST

// Reptile's gradient: the shared weight less the mean of 2.5 and 2. The distance: for w and b each, (0.25 + 1) / 2 / 2.
START_TEST(reptile_goes_to_the_mean) {
  Line net = line();
  CoAdapted shared = co_adapt_begin(net.tape, &net.params, net.bound, TASKS);
  CoAdapted moved = co_adapt_step(net.tape, &shared, bowl(&net, &shared), 0.125, CO_ADAPT_FIRST);
  CoVar *distance = co_adapt_distance(net.tape, &shared, &moved);
  ck_assert_double_eq_tol(co_item(distance), 2 * 1.25 / 4, 1e-12);
  ck_assert_double_eq_tol(slope(&net, distance), 3 - 2.25, 1e-12);
  end(&net);
}
END_TEST

typedef struct Net {
  CoTape *tape;
  CoParams params;
  CoBody body;
  CoDense head;
  CoReal x[2][TASKS * SHOTS * 2], y[2][TASKS * SHOTS]; // what is adapted to; what the result is judged by
} Net;

static CoVar *loss(const Net *net, const CoAdapted *adapted, int set) {
  CoTape *t = net->tape;
  CoVar *x = co_constant(t, TASKS * SHOTS, 2, net->x[set]);
  CoVar *y = co_adapt_outputs(t, adapted, &net->body, net->head, x);
  return co_affine(t, co_sum_all(t, co_squared(t, y, co_constant(t, TASKS * SHOTS, 1, net->y[set]))), 1.0 / SHOTS, 0);
}

static CoVar *meta_loss(const Net *net, CoVar **bound, CoAdaptOrder order) {
  CoAdapted adapted = co_adapt_begin(net->tape, &net->params, bound, TASKS);
  for (int i = 0; i < STEPS; i++) adapted = co_adapt_step(net->tape, &adapted, loss(net, &adapted, 0), 0.1, order);
  return loss(net, &adapted, 1);
}

static double value(const Net *net) {
  co_tape_clear(net->tape);
  return co_item(meta_loss(net, co_params_bind(net->tape, &net->params), CO_ADAPT_FIRST));
}

static void gradient(Net *net, CoAdaptOrder order, double *out) {
  CoVar *grads[8];
  co_tape_clear(net->tape);
  CoVar **bound = co_params_bind(net->tape, &net->params);
  ck_assert(co_grad(net->tape, meta_loss(net, bound, order), bound, net->params.count, false, grads, NULL));
  memset(out, 0, net->params.size * sizeof *out);
  co_params_gather(&net->params, grads, out);
}

static Net network(uint64_t seed) {
  static const int none[3] = {0};
  const CoBodyConfig config = {.hidden = 3, .layers = 2, .activation = CO_ACTIVATION_TANH}; // smooth: no kinks
  Net net = {.tape = new_tape()};
  CoRng rng = co_rng(seed, "adapt", 0);
  net.body = co_body_add(&net.params, "net", &config, none, 2);
  net.head = co_body_head_add(&net.params, "net", &net.body, 1);
  ck_assert(co_params_allocate(&net.params, NULL));
  ck_assert_uint_le(net.params.size, MOST);
  co_body_init(&net.params, &net.body, CO_INIT_TORCH, 1, &rng);
  co_dense_init(&net.params, net.head, CO_INIT_TORCH, 1, &rng);
  for (int set = 0; set < 2; set++) {
    for (int i = 0; i < TASKS * SHOTS * 2; i++) net.x[set][i] = co_rng_normal(&rng);
    for (int i = 0; i < TASKS * SHOTS; i++) net.y[set][i] = co_rng_normal(&rng);
  }
  return net;
}

// Through two steps: second order is the gradient, first order is not.
START_TEST(second_order_against_differences) {
  for (uint64_t seed = 0; seed < 10; seed++) {
    Net net = network(seed);
    double exact[MOST], first[MOST], apart = 0;
    gradient(&net, CO_ADAPT_FIRST, first);
    gradient(&net, CO_ADAPT_SECOND, exact);
    for (size_t i = 0; i < net.params.size; i++) {
      const double h = 1e-5, kept = net.params.values[i];
      net.params.values[i] = kept + h;
      const double above = value(&net);
      net.params.values[i] = kept - h;
      const double below = value(&net);
      net.params.values[i] = kept;
      ck_assert_double_eq_tol(exact[i], (above - below) / (2 * h), 1e-8 * fmax(1, fabs(exact[i])));
      apart = fmax(apart, fabs(exact[i] - first[i]));
    }
    ck_assert_double_gt(apart, 0.01);
    co_params_free(&net.params);
    co_tape_destroy(net.tape);
  }
}
END_TEST

CO_TESTS(a_step_down_a_bowl, reptile_goes_to_the_mean, second_order_against_differences)
