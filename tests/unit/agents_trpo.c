// TRPO by hand and against exact answers: products with the Fisher matrix of small policies, divergences, a natural
// step, the line search, and the bound at every update.
#include <math.h>
#include <string.h>

#include "cohort/distributions.h"
#include "cohort/metrics.h"
#include "policy.h"
#include "policy/fisher.h"

extern const CoAlgoType co_trpo;

enum { MOST = 160 }; // numbers in the block of a small policy: each parameter begins a line of 16

static const float low[] = {-1, -1}, high[] = {1, 1};
static const CoSpec control = {.agents = 1, .teams = 1, .obs_size = 1, .action_size = 2, .low = low, .high = high};
static const CoSpec three = {.agents = 1, .teams = 1, .obs_size = 1, .actions = 3};

// Two decisions of a policy with random weights; of the second one an action is masked.
static CoMoves decide(Lab *lab, CoSpec spec, const char *shards) {
  static int rows[] = {0, 1};
  CoRng rng = co_rng(3, "trpo", 0);
  prepare(lab, &co_trpo, spec, (const char *const[]){"hidden", "2", "shards", shards, NULL});
  CoParams *params = &lab->actor->params;
  for (size_t i = 0; i < params->size; i++) params->values[i] = (float)co_rng_normal(&rng);
  lab->obs[0] = 0.5f, lab->obs[1] = -1.5f;
  lab->mask[3] = 0, lab->action[1] = 1;
  return (CoMoves){.obs = lab->obs,
                   .mask = spec.actions ? lab->mask : NULL,
                   .action = spec.actions ? lab->action : NULL,
                   .notes = lab->notes,
                   .rows = 2,
                   .decision = rows,
                   .count = 2};
}

// F += share g g', where g is the gradient of one number.
static void outer(const Lab *lab, CoTape *tape, CoVar *const *bound, CoVar *number, double share,
                  double fisher[MOST][MOST]) {
  const CoParams *params = &lab->actor->params;
  CoVar *grads[16];
  CoReal flat[MOST] = {0};
  ck_assert(params->count <= 16 && co_grad(tape, number, bound, params->count, false, grads, NULL));
  for (int i = 0; i < params->count; i++)
    for (int j = 0; j < grads[i]->rows * grads[i]->cols; j++)
      flat[params->items[i].offset + (size_t)j] = grads[i]->data[j];
  for (size_t i = 0; i < params->size; i++)
    for (size_t j = 0; j < params->size; j++) fisher[i][j] += share * (double)flat[i] * (double)flat[j];
}

// As it is defined: the mean over decisions of E[(d log pi(a|s)) (d log pi(a|s))'], the expectation summed over
// actions; of the Gaussian in closed form, d m d m' / s^2 and 2 for every logarithm of s.
static void exact(const Lab *lab, const CoMoves *moves, double fisher[MOST][MOST]) {
  const CoActor *actor = lab->actor;
  CoTape *tape = co_tape_create((size_t)1 << 24, NULL);
  CoVar **bound = co_params_bind(tape, &actor->params);
  memset(fisher, 0, sizeof(double[MOST][MOST]));
  for (int i = 0; i < moves->count; i++) {
    CoVar *policy = co_actor_judge_policy(actor, tape, bound, moves, moves->decision + i, 1).policy;
    for (int a = 0; a < policy->cols; a++) {
      double log_p = (double)policy->data[a], log_s = actor->actions ? 0 : (double)parameter(lab, actor->log_std)[a];
      double weight = actor->actions ? exp(log_p) : exp(-2 * log_s);
      if (weight > 0) outer(lab, tape, bound, co_slice(tape, policy, a, 1), weight / moves->count, fisher);
    }
  }
  for (int a = 0; a < actor->action_size; a++) {
    size_t at = actor->params.items[actor->log_std].offset + (size_t)a;
    fisher[at][at] += 2;
  }
  co_tape_destroy(tape);
}

static void compare(CoSpec spec, const char *shards) {
  static double fisher[MOST][MOST];
  Lab lab;
  CoError error = {{0}};
  CoMoves moves = decide(&lab, spec, shards);
  size_t size = lab.actor->params.size;
  ck_assert_uint_le(size, MOST);
  exact(&lab, &moves, fisher);
  CoReference reference = co_reference(lab.actor, &moves);
  double most = 0;
  for (size_t i = 0; i < size; i++) {
    CoReal unit[MOST] = {0}, column[MOST];
    unit[i] = 1;
    check(co_fisher_product(&reference, unit, column, &error), &error);
    for (size_t j = 0; j < size; j++) {
      most = fmax(most, fabs(fisher[i][j]));
      ck_assert_double_eq_tol((double)column[j], fisher[i][j], 2e-6 * (1 + fabs(fisher[i][j])));
    }
  }
  ck_assert_double_gt(most, 0.05);
  destroy(&lab);
}

START_TEST(products_are_the_exact_fisher_matrix) {
  compare(three, "1");
  compare(three, "3"); // of which one is empty
  compare(control, "1");
  compare(control, "2");
}
END_TEST

// Against the distributions' own divergences, after the weights have moved.
START_TEST(divergences_as_in_closed_form) {
  for (int kind = 0; kind < 2; kind++) {
    Lab lab;
    CoMoves moves = decide(&lab, kind ? control : three, "1");
    CoReference reference = co_reference(lab.actor, &moves);
    CoParams *params = &lab.actor->params;
    for (size_t i = 0; i < params->size; i++) params->values[i] += 0.1f * (float)(i % 5);
    CoTape *tape = lab.actor->tape;
    CoVar *const *bound = lab.actor->bound;
    CoJudged now = co_actor_judge_policy(lab.actor, tape, bound, &moves, moves.decision, 2);
    double expected = 0, got = (double)co_item(co_reference_divergence(&reference, tape, bound, &now, 0, 2));
    for (size_t i = 0; i < 2; i++) {
      const float *old = reference.policy + i * (size_t)reference.width;
      const float *new = now.policy->data + i *(size_t)reference.width;
      float p[3], q[3];
      for (int a = 0; a < reference.width; a++) p[a] = expf(old[a]), q[a] = expf(new[a]);
      expected +=
          (double)(kind ? co_gaussian_divergence(2, old, reference.log_std, new, parameter(&lab, lab.actor->log_std))
                        : co_categorical_divergence(3, p, q));
    }
    ck_assert_double_gt(expected, 0.01);
    ck_assert_double_eq_tol(got, expected, 1e-5);
    destroy(&lab);
  }
}
END_TEST

// One step of steepest descent for the value, an exact natural step for the policy, metrics to read.
static CoMetrics *one_update(Lab *lab, CoSpec spec) {
  CoError error = {{0}};
  CoMetrics *metrics = co_metrics_create("", &error);
  for (int i = 0; co_trpo.metrics[i]; i++)
    check(metrics && co_metrics_declare(metrics, co_trpo.metrics[i], &error), &error);
  prepare(lab, &co_trpo, spec,
          (const char *const[]){"cg_damping", "0", "gae_lambda", "0", "value_epochs", "1", "max_kl", "0.01", NULL});
  lab->learning.metrics = metrics;
  return metrics;
}

static double metric(const CoMetrics *metrics, const char *name) {
  double value;
  ck_assert_msg(co_metrics_find(metrics, name, &value), "no %s", name);
  return value;
}

// Advantages -1 and -2 count as 1 / sqrt(2) and its negative. With pi = (1/2, 1/2) the gradient is (1, -1) / sqrt(8), F
// halves it, and the step of divergence 0.01 is sqrt(2 * 0.01) (1, -1): a divergence of log cosh of that, to be exact.
START_TEST(a_natural_step_by_hand) {
  Lab lab;
  CoMetrics *metrics = one_update(&lab, two);
  double step = sqrt(0.02);
  lab.action[1] = 1;
  for (int t = 0; t < STEPS; t++) lab.notes[t] = (float)log(0.5);
  learn(&lab);
  check_pair(policy_bias(&lab), step, -step);
  ck_assert_double_eq_tol(metric(metrics, "kl"), log(cosh(step)), 1e-7);
  ck_assert_double_eq_tol(metric(metrics, "improvement"), sqrt(0.5) * tanh(step), 1e-6);
  ck_assert_double_eq(metric(metrics, "backtracks"), 0);
  near((double)*value_bias(&lab), 4 - 0.1 * 1.5); // targets 3 and 2
  ck_assert_int_eq((int)lab.learning.updates, 2);
  co_metrics_destroy(metrics);
  destroy(&lab);
}
END_TEST

// KL of N(0, 1) from N(m, s), l = log s.
static double gaussian(double m, double l) {
  return l + (1 + m * m) / (2 * exp(2 * l)) - 0.5;
}

// The better draw is the mean, the worse one ten deviations away: the gradients of m and l are in the ratio 1 : 10, F
// is 1 and 2, and a narrower Gaussian is farther than the quadratic model says, so that the full step is refused.
START_TEST(the_line_search_keeps_the_bound) {
  Lab lab;
  CoMetrics *metrics = one_update(&lab, control);
  const float zero[] = {0, 0};
  lab.notes[3 + CO_ACTOR_CONTROL] = 10;
  for (int t = 0; t < STEPS; t++)
    lab.notes[3 * t] = co_gaussian_log_density(2, lab.notes + 3 * t + CO_ACTOR_CONTROL, zero, zero);
  double g = 1, h = 10, scale = sqrt(0.02 / (g * g + h * h / 2)), m = -scale * g, l = -scale * h / 2;
  ck_assert_double_gt(gaussian(m, l), 0.01);
  ck_assert_double_lt(gaussian(0.8 * m, 0.8 * l), 0.01);
  learn(&lab);
  ck_assert_double_eq_tol((double)policy_bias(&lab)[0], 0.8 * m, 1e-6);
  ck_assert_double_eq_tol((double)parameter(&lab, lab.actor->log_std)[0], 0.8 * l, 1e-6);
  ck_assert_double_eq_tol((double)parameter(&lab, lab.actor->log_std)[1], 0, 1e-6);
  ck_assert_double_eq_tol(metric(metrics, "kl"), gaussian(0.8 * m, 0.8 * l), 1e-6);
  ck_assert_double_eq(metric(metrics, "backtracks"), 1);
  co_metrics_destroy(metrics);
  destroy(&lab);
}
END_TEST

// Where no try gains the policy stays as it is: equal advantages have no gradient.
START_TEST(nothing_to_gain_nothing_moved) {
  Lab lab;
  CoMetrics *metrics = one_update(&lab, two);
  lab.reward[0] = 0, lab.reward[1] = 2; // 0 + 2 - 4 and 2 - 4
  for (int t = 0; t < STEPS; t++) lab.notes[t] = (float)log(0.5);
  learn(&lab);
  check_pair(policy_bias(&lab), 0, 0);
  ck_assert_double_eq(metric(metrics, "kl"), 0);
  ck_assert_double_eq(metric(metrics, "backtracks"), 10);
  co_metrics_destroy(metrics);
  destroy(&lab);
}
END_TEST

static void act(Lab *lab, CoRng *rng) {
  static const uint8_t one[] = {1};
  for (int t = 0; t < STEPS; t++) {
    const CoFrame frame = {.num_envs = 1,
                           .agents = 1,
                           .obs = lab->obs + t,
                           .mask = lab->mask + (size_t)t * 2,
                           .alive = one,
                           .acting = one,
                           .running = one};
    const CoActing how = {.explore = true, .notes = lab->notes + t, .rngs = rng};
    lab->obs[t] = (float)co_rng_normal(rng);
    lab->reward[t] = (float)co_rng_normal(rng);
    ck_assert(co_actor_act(lab->actor, &frame, &how, lab->action + t, NULL, NULL));
  }
}

static void probabilities(const Lab *lab, float p[STEPS * 2]) {
  CoTape *tape = lab->actor->tape;
  co_tape_rewind(tape, lab->actor->mark);
  CoVar *x = co_actor_inputs(lab->actor, tape, lab->obs, NULL, STEPS);
  const CoVar *pi = co_softmax_rows(tape, co_actor_policy_of(lab->actor, tape, lab->actor->bound, x), NULL);
  memcpy(p, pi->data, STEPS * 2 * sizeof *p);
}

// Divergences by the distributions' own function, of the policies before and after.
START_TEST(every_update_keeps_the_bound) {
  Lab lab;
  CoRng rng = co_rng(5, "trpo", 0);
  float before[STEPS * 2], after[STEPS * 2];
  double most = 0;
  prepare(&lab, &co_trpo, two, (const char *const[]){"hidden", "8", "cg_damping", "0.001", "max_kl", "0.01", NULL});
  co_actor_init(lab.actor, &rng);
  for (int i = 0; i < 200; i++) {
    act(&lab, &rng);
    probabilities(&lab, before);
    learn(&lab);
    probabilities(&lab, after);
    double kl = 0;
    for (int t = 0; t < STEPS; t++)
      kl += (double)co_categorical_divergence(2, before + (size_t)t * 2, after + (size_t)t * 2) / STEPS;
    ck_assert_double_le(kl, 0.01 + 1e-6);
    most = fmax(most, kl);
  }
  ck_assert_double_gt(most, 0.005);
  destroy(&lab);
}
END_TEST

CO_TESTS(products_are_the_exact_fisher_matrix, divergences_as_in_closed_form, a_natural_step_by_hand,
         the_line_search_keeps_the_bound, nothing_to_gain_nothing_moved, every_update_keeps_the_bound)
