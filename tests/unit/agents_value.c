// Deep Q-learning by hand: projections, quantiles, noise; first updates of networks whose outputs are their biases
// alone, with every setting; ends, masks, priorities, the rhythm of updates.
#include <math.h>
#include <string.h>

#include "cohort/metrics.h"
#include "suite.h"
#include "value/dqn.h"

extern const CoAlgoType co_dqn;

static void near(double got, double expected) {
  ck_assert_msg(fabs(got - expected) < 1e-6 * (1 + fabs(expected)), "%.9g, not %.9g", got, expected);
}

static void check(bool fine, const CoError *error) {
  ck_assert_msg(fine, "%s", error->text);
}

static void check_row(const CoReal *got, const double *expected, int count) {
  for (int i = 0; i < count; i++) near((double)got[i], expected[i]);
}

START_TEST(projections_by_hand) {
  const CoSupport support = {3, 0, 2};
  const CoReal p[] = {0.2f, 0.3f, 0.5f};
  CoReal out[3];
  co_support_project(&support, 0.5, 1, p, out); // 0.5, 1.5 and 2.5, the last beyond the end
  check_row(out, (const double[]){0.1, 0.1 + 0.15, 0.15 + 0.5}, 3);
  co_support_project(&support, 1, 0, p, out); // a true end
  check_row(out, (const double[]){0, 1, 0}, 3);
  co_support_project(&support, -1, 0.5, p, out); // -1, -0.5 and 0
  check_row(out, (const double[]){1, 0, 0}, 3);
  co_support_project(&support, 0.25, 0.5, p, out); // 0.25, 0.75 and 1.25
  check_row(out, (const double[]){0.15 + 0.075, 0.05 + 0.225 + 0.375, 0.125}, 3);
  near(co_support_at(&support, 0), 0);
  near(co_support_at(&support, 2), 2);
}
END_TEST

// Quantiles 0 and 1 at levels 1/4 and 3/4, samples 1/2 and 3.
START_TEST(quantile_loss_by_hand) {
  const CoReal theta[] = {0, 1}, y[] = {0.5f, 3};
  CoTape *tape = co_tape_create((size_t)1 << 24, NULL);
  CoVar *quantiles = co_leaf(tape, 1, 2, theta), *gradient;
  CoVar *loss = co_quantile_huber(tape, quantiles, y);
  ck_assert(loss->rows == 1 && loss->cols == 1);
  near((double)co_item(loss), (0.25 * 0.125 + 0.25 * 2.5) / 2 + (0.25 * 0.125 + 0.75 * 1.5) / 2);
  ck_assert(co_grad(tape, loss, &quantiles, 1, false, &gradient, NULL));
  check_row(gradient->data, (const double[]){-(0.25 * 0.5 + 0.25 * 1) / 2, (0.25 * 0.5 - 0.75 * 1) / 2}, 2);
  co_tape_destroy(tape);
}
END_TEST

// mu (1, 2) and 3, sigma (0.5, -1) and 2, x (1, -1), f(e_in) (2, 3), f(e_out) 4 (then 0): -1 + 3 + 4 (1 + 3 + 2).
START_TEST(noisy_layers_by_hand) {
  const CoReal mu[] = {1, 2}, sigma[] = {0.5f, -1}, x[] = {1, -1, 1, -1}, one[] = {2, 3, 4}, two[] = {2, 3, 2, 3, 4, 0};
  CoParams params = {0};
  CoNoisy layer = co_noisy_add(&params, "layer", 2, 1, true), plain = co_noisy_add(&params, "plain", 2, 1, false);
  ck_assert_str_eq(params.items[0].name, "layer.weight_mu");
  ck_assert_str_eq(params.items[3].name, "layer.bias_sigma");
  ck_assert_uint_eq(co_noisy_numbers(&layer), 3);
  ck_assert_uint_eq(co_noisy_numbers(&plain), 0);
  ck_assert(co_params_allocate(&params, NULL));
  memcpy(co_params_at(&params, layer.mean.weight), mu, sizeof mu);
  memcpy(co_params_at(&params, layer.deviation.weight), sigma, sizeof sigma);
  *co_params_at(&params, layer.mean.bias) = 3;
  *co_params_at(&params, layer.deviation.bias) = 2;
  CoTape *tape = co_tape_create((size_t)1 << 24, NULL);
  CoVar **bound = co_params_bind(tape, &params), *in = co_constant(tape, 2, 2, x);
  CoNoise none = {0}, shared = {one, 1}, each = {two, 2};
  check_row(co_noisy(tape, bound, &layer, in, &none)->data, (const double[]){2, 2}, 2);
  check_row(co_noisy(tape, bound, &layer, in, &shared)->data, (const double[]){26, 26}, 2);
  check_row(co_noisy(tape, bound, &layer, in, &each)->data, (const double[]){26, 2}, 2);
  ck_assert_ptr_eq(shared.next, one + 3);
  ck_assert_ptr_eq(each.next, two + 6);
  co_tape_destroy(tape);
  co_params_free(&params);
}
END_TEST

// f(e) = sign(e) sqrt(|e|): a mean of 0 and a mean square of E|e| = sqrt(2 / pi).
START_TEST(noise_has_its_moments) {
  CoParams params = {0};
  CoNoisy layer = co_noisy_add(&params, "layer", 20000, 20000, true);
  CoReal *out = malloc(40000 * sizeof *out);
  CoRng rng = co_rng(1, "test", 0);
  double sum = 0, squares = 0;
  ck_assert_ptr_eq(co_noisy_draw(&layer, (CoRng *[]){&rng}, 1, out), out + 40000);
  for (int i = 0; i < 40000; i++) sum += (double)out[i], squares += (double)out[i] * (double)out[i];
  ck_assert_double_lt(fabs(sum / 40000), 0.02);
  ck_assert_double_lt(fabs(squares / 40000 - 0.7978846), 0.015);
  free(out);
  co_params_free(&params);
}
END_TEST

enum { ACTIONS = 3 };

// A learner whose replay has what `add` put there; steepest descent of rate 0.1, all weights 0.
typedef struct Lab {
  CoDqnConfig config;
  CoSpec spec;
  CoDqn *dqn;
  CoReplay *replay;
  CoLearning learning;
} Lab;

static void prepare(Lab *lab, const char *const *pairs) {
  static const char *const plain[] = {"hidden",
                                      "1",
                                      "layers",
                                      "1",
                                      "optimizer",
                                      "sgd",
                                      "lr",
                                      "0.1",
                                      "max_grad_norm",
                                      "1e9",
                                      "double_q",
                                      "false",
                                      "batch_size",
                                      "1",
                                      "learning_starts",
                                      "0",
                                      "train_interval",
                                      "1",
                                      "buffer_size",
                                      "8",
                                      "target_update_interval",
                                      "1000000",
                                      "loss",
                                      "huber",
                                      NULL};
  CoError error = {{0}};
  CoWants wants;
  *lab = (Lab){.spec = {.agents = 1, .teams = 1, .obs_size = 1, .actions = ACTIONS}};
  co_settings_defaults(&co_dqn.settings, &lab->config);
  for (const char *const *p = plain; p[0]; p += 2)
    check(co_settings_set(&co_dqn.settings, &lab->config, p[0], p[1], &error), &error);
  for (; pairs && pairs[0]; pairs += 2)
    check(co_settings_set(&co_dqn.settings, &lab->config, pairs[0], pairs[1], &error), &error);
  co_dqn.wants(&lab->config, &lab->spec, &wants);
  ck_assert_int_eq(wants.experience, CO_EXPERIENCE_REPLAY);
  ck_assert_int_eq(wants.n_step, lab->config.n_step);
  CoAlgoSetup setup = {.spec = &lab->spec, .num_envs = 4, .seed = 1};
  lab->dqn = co_dqn.create(&lab->config, &setup, &error);
  check(lab->dqn, &error);
  memset(lab->dqn->params.values, 0, lab->dqn->params.size * sizeof(CoReal));
  memset(lab->dqn->target.values, 0, lab->dqn->target.size * sizeof(CoReal));
  lab->replay = co_replay_create(&lab->spec, &(CoReplayConfig){wants.capacity, wants.prioritised, wants.alpha}, &error);
  check(lab->replay, &error);
  lab->learning = (CoLearning){.steps = 1, .new_steps = 1, .replay = lab->replay};
}

static void destroy(Lab *lab) {
  co_dqn.destroy(lab->dqn);
  co_replay_destroy(lab->replay);
}

// Action 0 was done; the last action is illegal now and then.
static void add(Lab *lab, double reward, double discount) {
  const float obs = 0;
  const uint8_t mask[ACTIONS] = {1, 1, 0};
  CoDecision row = {.reward = (float)reward, .discount = (float)discount, .obs = &obs, .next_obs = &obs};
  row.mask = row.next_mask = mask;
  co_replay_add(lab->replay, &row, 1);
}

static void learn(Lab *lab) {
  CoError error = {{0}};
  check(co_dqn.learn(lab->dqn, &lab->learning, &error), &error);
}

static CoReal *bias(CoParams *params, const CoNoisy *stream) {
  return co_params_at(params, stream[1].mean.bias);
}

static CoReal *online(Lab *lab) {
  return bias(&lab->dqn->params, lab->dqn->network.advantage);
}

static void set(CoReal *bias_of, double a, double b, double c) {
  bias_of[0] = (CoReal)a, bias_of[1] = (CoReal)b, bias_of[2] = (CoReal)c;
}

static void set_target(Lab *lab, double a, double b, double c) {
  set(bias(&lab->dqn->target, lab->dqn->network.advantage), a, b, c);
}

// What follows is worth 4, the best of the legal: y = 1 + 0.5 * 4 = 3, Q = 2.5 moves by 0.1 * 0.5.
START_TEST(the_first_update) {
  Lab lab;
  prepare(&lab, NULL);
  set(online(&lab), 2.5, 0, 9);
  set_target(&lab, 2, 4, 9);
  add(&lab, 1, 0.5);
  learn(&lab);
  check_row(online(&lab), (const double[]){2.55, 0, 9}, ACTIONS);
  check_row(bias(&lab.dqn->target, lab.dqn->network.advantage), (const double[]){2, 4, 9}, ACTIONS);
  ck_assert_int_eq((int)lab.learning.updates, 1);
  destroy(&lab);
}
END_TEST

// An error of 2: the Huber loss moves by 0.1, the square by 0.1 * 2.
START_TEST(losses_of_large_errors) {
  for (int squared = 0; squared < 2; squared++) {
    Lab lab;
    prepare(&lab, (const char *const[]){"loss", squared ? "squared" : "huber", NULL});
    add(&lab, 2, 0);
    learn(&lab);
    near((double)online(&lab)[0], squared ? 0.2 : 0.1);
    destroy(&lab);
  }
}
END_TEST

// y = 1 whatever follows.
START_TEST(an_end_does_not_bootstrap) {
  Lab lab;
  prepare(&lab, NULL);
  set(online(&lab), 0.5, 0, 0);
  set_target(&lab, 100, 100, 100);
  add(&lab, 1, 0);
  learn(&lab);
  near((double)online(&lab)[0], 0.55);
  destroy(&lab);
}
END_TEST

// The online network prefers action 1 of the legal ones, which the target values with 2 instead of its own best 4.
START_TEST(double_q_values_what_the_online_network_chooses) {
  Lab lab;
  prepare(&lab, (const char *const[]){"double_q", "true", NULL});
  set(online(&lab), 1.5, 3, 9);
  set_target(&lab, 4, 2, 9);
  add(&lab, 1, 0.5);
  learn(&lab);
  near((double)online(&lab)[0], 1.5 + 0.1 * (2 - 1.5));
  destroy(&lab);
}
END_TEST

// Q = V + A - mean of the two legal A: 1 + 0.5 - 0.25; y = 1 moves V by 0.1 of the error, A by halves of it.
START_TEST(duelling_streams) {
  Lab lab;
  prepare(&lab, (const char *const[]){"dueling", "true", NULL});
  ck_assert_str_eq(lab.dqn->params.items[0].name, "value_head.0.weight");
  ck_assert_str_eq(lab.dqn->params.items[6].name, "advantage_head.2.weight");
  CoReal *value = bias(&lab.dqn->params, lab.dqn->network.value);
  *value = 1;
  set(online(&lab), 0.5, 0, 9);
  add(&lab, 1, 0);
  learn(&lab);
  near((double)*value, 1 - 0.1 * 0.25);
  check_row(online(&lab), (const double[]){0.5 - 0.1 * 0.125, 0.1 * 0.125, 9}, ACTIONS);
  destroy(&lab);
}
END_TEST

// Values 0 and 1 with probability 1/2 each; a return of 0.75 at the end: the logits' gradient is p - (0.25, 0.75).
START_TEST(distributions_step_down_their_divergence) {
  Lab lab;
  prepare(&lab, (const char *const[]){"distribution", "c51", "atoms", "2", "v_min", "0", "v_max", "1", NULL});
  add(&lab, 0.75, 0);
  learn(&lab);
  check_row(online(&lab), (const double[]){-0.025, 0.025, 0, 0, 0, 0}, 6);
  near((double)lab.dqn->errors[0], 0.25 * log(0.25) + 0.75 * log(0.75) - log(0.5));
  destroy(&lab);
}
END_TEST

// Quantiles 0, 0 and samples 1, 1 (an end): each moves by 0.1 times its level.
START_TEST(quantiles_step_down_their_loss) {
  Lab lab;
  prepare(&lab, (const char *const[]){"distribution", "quantile", "atoms", "2", NULL});
  add(&lab, 1, 0);
  learn(&lab);
  check_row(online(&lab), (const double[]){0.1 * 0.25, 0.1 * 0.75, 0, 0, 0, 0}, 6);
  destroy(&lab);
}
END_TEST

// Errors of 1 and 3: after an update of both, the second is drawn three times as often.
START_TEST(errors_become_priorities) {
  Lab lab;
  prepare(&lab, (const char *const[]){"prioritised", "true", "per_alpha", "1", "batch_size", "64", "lr", "1e-6", NULL});
  add(&lab, 1, 0);
  add(&lab, -3, 0);
  learn(&lab);
  CoRng rng = co_rng(1, "test", 0);
  const CoRows *rows = co_replay_sample(lab.replay, 8000, 0.5, &rng, NULL);
  int second = 0;
  for (int i = 0; i < rows->count; i++) {
    second += rows->reward[i] < 0;
    near((double)rows->weight[i], rows->reward[i] < 0 ? sqrt(1.0 / 3) : 1);
  }
  ck_assert_int_le(abs(second - 6000), 2);
  destroy(&lab);
}
END_TEST

// The same errors, drawn 1 : 3 and weighted with beta 1: the bias moves in proportion 1 : -3, as if they had been drawn
// alike.
START_TEST(weights_make_up_for_priorities) {
  Lab lab;
  prepare(&lab, (const char *const[]){"prioritised", "true", "per_alpha", "1", "per_beta", "1", "batch_size", "400",
                                      "loss", "squared", NULL});
  add(&lab, 1, 0);
  add(&lab, -3, 0);
  lab.dqn->config.lr = 1e-30;
  learn(&lab);
  lab.dqn->config.lr = 0.1;
  learn(&lab); // 100 rows of error 1 and weight 1, 300 of error -3 and weight 1/3
  near((double)online(&lab)[0], 0.1 * (100 * 1 - 300 * 3 / 3.0) / 400);
  destroy(&lab);
}
END_TEST

START_TEST(the_rhythm_of_updates) {
  Lab lab;
  prepare(&lab, (const char *const[]){"learning_starts", "10", "train_interval", "4", "gradient_steps", "3",
                                      "target_update_interval", "16", NULL});
  add(&lab, 1, 0);
  for (lab.learning.steps = 3; lab.learning.steps <= 48; lab.learning.steps += 3) {
    lab.learning.new_steps = 3; // three copies
    learn(&lab);
    int rounds = lab.learning.steps < 10 ? 0 : (int)lab.learning.steps / 4 - 2;
    ck_assert_int_eq((int)lab.learning.updates, 3 * rounds);
    const CoReal copied = bias(&lab.dqn->target, lab.dqn->network.advantage)[0];
    if (lab.learning.steps < 16) ck_assert(copied == 0);
    if (lab.learning.steps == 18) ck_assert(copied == online(&lab)[0] && copied > 0);
    if (lab.learning.steps == 21) ck_assert(copied < online(&lab)[0]);
  }
  destroy(&lab);
}
END_TEST

START_TEST(soft_copies) {
  Lab lab;
  prepare(&lab, (const char *const[]){"target_update_interval", "1", "tau", "0.25", NULL});
  add(&lab, 1, 0);
  learn(&lab);
  near((double)bias(&lab.dqn->target, lab.dqn->network.advantage)[0], 0.25 * 0.1);
  destroy(&lab);
}
END_TEST

// One copy acts `times` times; counts[ACTIONS]. Returns the last q of action 0.
static double act(Lab *lab, bool explore, int times, int *counts) {
  static const uint8_t mask[ACTIONS] = {1, 1, 0}, one = 1;
  float obs = 1;
  CoRng rng = co_rng(5, "act", 0);
  CoFrame frame = {.num_envs = 1, .agents = 1, .obs = &obs, .mask = mask, .running = &one, .acting = &one};
  CoActing how = {.explore = explore, .rngs = &rng};
  CoInspection q;
  memset(counts, 0, ACTIONS * sizeof *counts);
  for (int i = 0; i < times; i++) {
    int action = -1;
    ck_assert(co_dqn.act(lab->dqn, &frame, &how, &action, NULL, NULL));
    ck_assert(action >= 0 && action < ACTIONS);
    counts[action]++;
  }
  ck_assert(co_dqn.inspect(lab->dqn, 0, &q));
  ck_assert_str_eq(q.name, "q");
  ck_assert(q.rows == 4 && q.cols == ACTIONS);
  return (double)q.data[0];
}

// Epsilon is 1 at step 0: a fair coin between the legal two; without exploring the better of them.
START_TEST(acting_explores_among_the_legal) {
  Lab lab;
  int counts[ACTIONS];
  prepare(&lab, NULL);
  set(online(&lab), 1, 2, 9);
  act(&lab, true, 2000, counts);
  ck_assert(abs(counts[0] - 1000) < 120 && counts[2] == 0);
  near(act(&lab, false, 10, counts), 1);
  ck_assert_int_eq(counts[1], 10);
  near(co_dqn.epsilon(lab.dqn, 0), 1);
  near(co_dqn.epsilon(lab.dqn, 5000), 0.525);
  near(co_dqn.epsilon(lab.dqn, 20000), 0.05);
  destroy(&lab);
}
END_TEST

// Two actions of equal mean and noise of their own: each is the better one half of the time. No noise in tests.
START_TEST(noise_explores) {
  Lab lab;
  int counts[ACTIONS];
  prepare(&lab, (const char *const[]){"noisy", "true", NULL});
  CoReal *deviation = co_params_at(&lab.dqn->params, lab.dqn->network.advantage[1].deviation.bias);
  set(online(&lab), 1, 1, 1);
  set(deviation, 1, 1, 1);
  near(co_dqn.epsilon(lab.dqn, 0), 0);
  ck_assert(fabs(act(&lab, true, 2000, counts) - 1) > 1e-3);
  ck_assert(abs(counts[0] - 1000) < 120 && counts[2] == 0);
  near(act(&lab, false, 10, counts), 1);
  ck_assert_int_eq(counts[0], 10);
  destroy(&lab);
}
END_TEST

// An update takes 0 to 0.1, of which the mean of two steps makes half.
START_TEST(the_mean_of_the_weights_plays) {
  Lab lab;
  int counts[ACTIONS];
  prepare(&lab, (const char *const[]){"average_time", "2", NULL});
  co_params_copy(&lab.dqn->mean, &lab.dqn->params);
  add(&lab, 1, 0);
  learn(&lab);
  near(act(&lab, true, 1, counts), 0.1);
  near(act(&lab, false, 1, counts), 0.05);
  destroy(&lab);
}
END_TEST

START_TEST(wrong_settings_are_answered_with_a_sentence) {
  CoDqnConfig config;
  CoError error;
  CoSpec spec = {.agents = 1, .teams = 1, .obs_size = 4, .action_size = 1};
  co_settings_defaults(&co_dqn.settings, &config);
  ck_assert(!co_dqn.accepts(&config, &spec, &error));
  ck_assert_str_eq(error.text, "needs discrete actions, this environment has none");
  spec.actions = 2, spec.action_size = 0, spec.obs_shape[0] = 1, spec.obs_shape[1] = spec.obs_shape[2] = 2;
  ck_assert(!co_dqn.accepts(&config, &spec, &error));
  ck_assert_str_eq(error.text, "conv_kernel is 3, but convolution 1 of 1 gets an image of 2 x 2");
  config.distribution = CO_DQN_C51, config.v_min = config.v_max = 1;
  ck_assert_ptr_null(co_dqn.create(&config, &(CoAlgoSetup){.spec = &spec, .num_envs = 1}, &error));
  ck_assert_str_eq(error.text, "v_min is 1, must lie below v_max, 1");
}
END_TEST

CO_TESTS(projections_by_hand, quantile_loss_by_hand, noisy_layers_by_hand, noise_has_its_moments, the_first_update,
         losses_of_large_errors, an_end_does_not_bootstrap, double_q_values_what_the_online_network_chooses,
         duelling_streams, distributions_step_down_their_divergence, quantiles_step_down_their_loss,
         errors_become_priorities, weights_make_up_for_priorities, the_rhythm_of_updates, soft_copies,
         acting_explores_among_the_legal, noise_explores, the_mean_of_the_weights_plays,
         wrong_settings_are_answered_with_a_sentence)
