// DDPG, TD3 and SAC by hand: first updates on networks that are straight lines, ends and cuts, smoothing, the
// temperature, noise, warm-up, when updates are due.
#include <math.h>
#include <string.h>

#include "cohort/metrics.h"
#include "policy/off_policy.h"
#include "suite.h"
#include "toy.h"

extern const CoAlgoType co_ddpg, co_td3, co_sac;

static const float low = -1, high = 3; // an action is 1 + 2 a
static const CoSpec line = {.agents = 1, .teams = 1, .obs_size = 1, .action_size = 1, .low = &low, .high = &high};

typedef struct Lab {
  const CoAlgoType *algo;
  unsigned char config[512];
  CoSpec spec;
  CoOffPolicy *self; // the learner
  CoReplay *replay;
  CoMetrics *metrics;
  CoLearning learning;
} Lab;

static void check(bool fine, const CoError *error) {
  ck_assert_msg(fine, "%s", error->text);
}

static void configure(Lab *lab, const char *const *pairs) {
  CoError error = {{0}};
  for (; pairs && pairs[0]; pairs += 2)
    if (co_settings_find(&lab->algo->settings, pairs[0]))
      check(co_settings_set(&lab->algo->settings, lab->config, pairs[0], pairs[1], &error), &error);
}

static CoDense layer(const CoActorNetwork *net, bool head) {
  return head ? net->head : net->body.dense[0];
}
static CoDense actor_layer(const Lab *lab, bool head) {
  return layer(lab->self->actor_net, head);
}
static CoDense critic_layer(const Lab *lab, int which, bool head) {
  return layer(lab->self->critic_net[which], head);
}

// Q(s, a) = level + slope a within [-1, 1].
static void set_critic(const Lab *lab, CoParams *params, int which, float level, float slope) {
  CoReal *weight = co_params_at(params, critic_layer(lab, which, false).weight);
  weight[lab->self->inputs] = 1;
  *co_params_at(params, critic_layer(lab, which, false).bias) = 10;
  *co_params_at(params, critic_layer(lab, which, true).weight) = slope;
  *co_params_at(params, critic_layer(lab, which, true).bias) = level - 10 * slope;
}

static CoReal *actor_output(const Lab *lab, CoParams *params) {
  return co_params_at(params, actor_layer(lab, true).bias);
}

// One hidden unit; all weights 0; batches of one row; steps so small that nothing moves between them.
static void prepare(Lab *lab, const CoAlgoType *algo, CoSpec spec, const char *const *pairs) {
  static const char *const plain[] = {
      "hidden", "1",   "layers",          "1", "batch_size", "1",    "buffer_size", "8",        "lr", "0.000001",
      "gamma",  "0.5", "learning_starts", "0", "tau",        "0.25", "actor_lr",    "0.000001", NULL};
  CoError error = {{0}};
  *lab = (Lab){.algo = algo, .spec = spec};
  ck_assert(algo->settings.bytes <= sizeof lab->config);
  co_settings_defaults(&algo->settings, lab->config);
  configure(lab, plain);
  configure(lab, pairs);
  CoAlgoSetup setup = {.spec = &lab->spec, .num_envs = 4, .seed = 1};
  CoReplayConfig replay = {.capacity = 8};
  lab->self = algo->create(lab->config, &setup, &error);
  lab->replay = co_replay_create(&lab->spec, &replay, &error);
  lab->metrics = co_metrics_create("", &error);
  check(lab->self && lab->replay && lab->metrics, &error);
  for (int i = 0; algo->metrics[i]; i++) check(co_metrics_declare(lab->metrics, algo->metrics[i], &error), &error);
  CoOffPolicy *self = lab->self;
  CoParams *sets[] = {&self->actor, &self->critic, &self->slow_actor, &self->slow_critic};
  for (int i = 0; i < 4; i++)
    if (sets[i]->size) memset(sets[i]->values, 0, sets[i]->size * sizeof(CoReal));
  lab->learning = (CoLearning){.replay = lab->replay, .metrics = lab->metrics};
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->self);
  co_replay_destroy(lab->replay);
  co_metrics_destroy(lab->metrics);
}

static void remember(Lab *lab, float control, float reward, float discount) {
  const float obs[4] = {0.5f};
  co_replay_add(lab->replay,
                &(CoDecision){.control = &control, .reward = reward, .discount = discount, .obs = obs, .next_obs = obs},
                1);
}

// One step of play, so one update.
static void learn(Lab *lab) {
  CoError error = {{0}};
  co_metrics_clear(lab->metrics);
  lab->learning.steps++;
  lab->learning.new_steps = 1;
  check(lab->algo->learn(lab->self, &lab->learning, &error), &error);
}

static double metric(const Lab *lab, const char *name) {
  double value;
  ck_assert_msg(co_metrics_find(lab->metrics, name, &value), "no %s", name);
  return value;
}

static void near(double got, double expected) {
  ck_assert_msg(fabs(got - expected) < 2e-5 * (1 + fabs(expected)), "%.9g, not %.9g", got, expected);
}

// After Adam's first step its first moment is a tenth of the gradient.
static double gradient(const CoOptim *optim, const CoParams *params, int number) {
  CoWriter saved = {0};
  CoReal first;
  co_optim_save(optim, &saved);
  size_t head = saved.size - 2 * params->size * sizeof first;
  memcpy(&first, saved.data + head + params->items[number].offset * sizeof first, sizeof first);
  co_writer_free(&saved);
  return 10 * (double)first;
}

// a = 0.5 was done, Q = 5; of the slow networks a' = 0.5, Q' = 11.5, so y = 1 + 0.5 * 11.5.
static void prepare_ddpg(Lab *lab) {
  prepare(lab, &co_ddpg, line, NULL);
  set_critic(lab, &lab->self->critic, 0, 4, 2);
  set_critic(lab, &lab->self->slow_critic, 0, 10, 3);
  *actor_output(lab, &lab->self->actor) = (float)atanh(0.2);
  *actor_output(lab, &lab->self->slow_actor) = (float)atanh(0.5);
}

START_TEST(ddpg_steps_down_its_gradients) {
  Lab lab;
  prepare_ddpg(&lab);
  remember(&lab, 2, 1, 0.5f);
  learn(&lab);
  ck_assert_int_eq((int)lab.learning.updates, 1);
  near(metric(&lab, "q_mean"), 5);
  near(metric(&lab, "critic_loss"), 0.5 * (5 - 6.75) * (5 - 6.75));
  near(gradient(lab.self->critic_optim, &lab.self->critic, critic_layer(&lab, 0, true).bias), 5 - 6.75);
  near(metric(&lab, "actor_loss"), -(4 + 2 * 0.2));
  near(gradient(lab.self->actor_optim, &lab.self->actor, actor_layer(&lab, true).bias), -2 * (1 - 0.2 * 0.2));
  near((double)*co_params_at(&lab.self->slow_critic, critic_layer(&lab, 0, true).weight), 3 + 0.25 * (2 - 3));
  near((double)*actor_output(&lab, &lab.self->slow_actor), atanh(0.5) + 0.25 * (atanh(0.2) - atanh(0.5)));
  destroy(&lab);
}
END_TEST

START_TEST(nothing_follows_a_true_end) {
  Lab lab;
  prepare_ddpg(&lab);
  remember(&lab, 2, 1, 0);
  learn(&lab);
  near(metric(&lab, "critic_loss"), 0.5 * (5 - 1) * (5 - 1));
  destroy(&lab);
}
END_TEST

// The engine's row of an episode of one step, paid -1: Q = 4, Q' = 10, gamma 0.5.
static double loss_of_episode(const CoAlgoType *algo, ToyConfig config) {
  CoWorld *world = toy_continuous_world(config);
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_OBS, NULL, 1, "env", NULL);
  const CoDecisionsConfig single = {.num_envs = 1, .n_step = 1, .gamma = 0.5};
  CoDecisions *decisions = co_decisions_create(world, 1, &single, NULL);
  const float still[6] = {0};
  const CoActions actions = {NULL, still};
  Lab lab;
  int count;
  prepare(&lab, algo, *co_world_team(world, 1), (const char *const[]){"alpha", "1e-9", NULL});
  for (int j = 0; j < lab.self->form.critics; j++) {
    set_critic(&lab, &lab.self->critic, j, 4, 0);
    set_critic(&lab, &lab.self->slow_critic, j, 10, 0);
  }
  ck_assert(co_vecenv_restart(vec, NULL));
  co_decisions_before(decisions, vec, &actions, NULL);
  ck_assert(co_vecenv_step(vec, &actions, NULL));
  co_decisions_after(decisions, vec);
  const CoDecision *rows = co_decisions_rows(decisions, &count);
  ck_assert_int_eq(count, 1);
  co_replay_add(lab.replay, rows, count);
  learn(&lab);
  double loss = metric(&lab, "critic_loss") / lab.self->form.critics;
  destroy(&lab);
  co_decisions_destroy(decisions);
  co_vecenv_destroy(vec);
  co_world_close(world);
  return loss;
}

START_TEST(truncation_bootstraps_and_termination_does_not) {
  const CoAlgoType *const algos[] = {&co_ddpg, &co_td3, &co_sac};
  for (int i = 0; i < 3; i++) {
    near(loss_of_episode(algos[i], (ToyConfig){.length = 1}), 0.5 * (4 + 1) * (4 + 1));
    near(loss_of_episode(algos[i], (ToyConfig){.limit = 1}), 0);
  }
}
END_TEST

// a' is 1 less the noise, or 1 again: clipped to 0.3 either way, then to the range. The lesser Q' is 8 + a'.
START_TEST(td3_smooths_its_target) {
  Lab lab;
  int seen[2] = {0};
  prepare(&lab, &co_td3, line,
          (const char *const[]){"policy_noise", "10", "noise_clip", "0.3", "policy_delay", "100", NULL});
  set_critic(&lab, &lab.self->slow_critic, 0, 10, 1);
  set_critic(&lab, &lab.self->slow_critic, 1, 8, 1);
  *actor_output(&lab, &lab.self->slow_actor) = 20;
  remember(&lab, 1, 1, 0.5f);
  for (int i = 0; i < 40; i++) {
    learn(&lab);
    double y = sqrt(metric(&lab, "critic_loss")); // two critics that say 0
    int below = fabs(y - (1 + 0.5 * 8.7)) < 0.01, at = fabs(y - (1 + 0.5 * 9)) < 0.01;
    ck_assert_msg(below || at, "%g", y);
    seen[at]++;
  }
  ck_assert_int_gt(seen[0], 8);
  ck_assert_int_gt(seen[1], 8);
  destroy(&lab);
}
END_TEST

START_TEST(td3_delays_its_actor) {
  Lab lab;
  prepare(&lab, &co_td3, line, (const char *const[]){"policy_delay", "3", NULL});
  CoReal *bias = actor_output(&lab, &lab.self->actor);
  for (int j = 0; j < 2; j++) set_critic(&lab, &lab.self->critic, j, 4, j ? -2 : 2);
  remember(&lab, 1, 1, 0.5f);
  for (int i = 1; i <= 6; i++) {
    learn(&lab);
    near((double)*bias * 1e6, i / 3); // up with the first critic, a rate at a time
    ck_assert((*co_params_at(&lab.self->slow_critic, critic_layer(&lab, 0, true).weight) > 0) == (i >= 3));
  }
  destroy(&lab);
}
END_TEST

// log pi of tanh(m + s z)
static double log_prob(double m, double log_std, double z) {
  double t = tanh(m + exp(log_std) * z);
  return -0.5 * z * z - log_std - 0.5 * log(2 * 3.141592653589793) - log(1 - t * t);
}

// The stream draws the row, then a' and at last a. Q_j = 4 + 3 a, min Q'_j = 8.
START_TEST(sac_steps_down_its_gradients) {
  Lab lab;
  const double m = 0.3, log_std = -0.5, s = exp(log_std), alpha = 0.2;
  prepare(&lab, &co_sac, line, (const char *const[]){"alpha", "0.2", "alpha_lr", "0.1", NULL});
  for (int j = 0; j < 2; j++) {
    set_critic(&lab, &lab.self->critic, j, 4, 3);
    set_critic(&lab, &lab.self->slow_critic, j, j ? 8 : 10, 0);
  }
  CoReal *out = actor_output(&lab, &lab.self->actor);
  out[0] = (float)m, out[1] = (float)log_std;
  remember(&lab, 1, 1, 0.5f);
  CoRng rng = lab.self->rng;
  co_rng_int(&rng, 0, 0);
  double next = log_prob(m, log_std, co_rng_normal(&rng)), z = co_rng_normal(&rng), t = tanh(m + s * z);
  learn(&lab);
  double y = 1 + 0.5 * (8 - alpha * next), now = log_prob(m, log_std, z);
  near(metric(&lab, "critic_loss"), (4 - y) * (4 - y));
  near(metric(&lab, "actor_loss"), alpha * now - (4 + 3 * t));
  near(metric(&lab, "alpha"), alpha);
  near(metric(&lab, "entropy"), -now);
  CoWriter saved = {0};
  float head[2], end[2]; // of the temperature: its logarithm is saved before its optimiser, which ends with its moments
  lab.algo->save(lab.self, &saved);
  memcpy(end, saved.data + saved.size - sizeof end, sizeof end);
  memcpy(head, saved.data + saved.size - sizeof end - 36 - sizeof *head, sizeof *head);
  near(10 * (double)end[0], -alpha * (now - 1));
  near((double)head[0], log(alpha) + (now > 1 ? 0.1 : -0.1));
  co_writer_free(&saved);
  lab.learning.updates = 0;
  double by_mean = alpha * 2 * t - 3 * (1 - t * t), by_log_std = alpha * (2 * t * s * z - 1) - 3 * (1 - t * t) * s * z;
  CoWriter optim = {0};
  float moments[2];
  co_optim_save(lab.self->actor_optim, &optim);
  size_t at = optim.size - 2 * lab.self->actor.size * sizeof(CoReal) +
              lab.self->actor.items[actor_layer(&lab, true).bias].offset * sizeof(CoReal);
  memcpy(moments, optim.data + at, sizeof moments);
  near(10 * (double)moments[0], by_mean);
  near(10 * (double)moments[1], by_log_std);
  co_writer_free(&optim);
  destroy(&lab);
}
END_TEST

// The price of entropy rises where there is too little of it, and falls where there is too much.
START_TEST(temperature_seeks_its_entropy) {
  for (int wide = 0; wide < 2; wide++) {
    Lab lab;
    prepare(&lab, &co_sac, line, (const char *const[]){"alpha", "1", "alpha_lr", "0.001", NULL});
    actor_output(&lab, &lab.self->actor)[1] = wide ? -0.2f : -4;
    remember(&lab, 1, 1, 0);
    double before = 0;
    for (int i = 0; i < 20; i++) learn(&lab), before = i ? before : metric(&lab, "alpha");
    ck_assert((metric(&lab, "alpha") < before) == (wide == 1));
    destroy(&lab);
  }
}
END_TEST

START_TEST(a_fixed_temperature_stays) {
  Lab lab;
  prepare(&lab, &co_sac, line, (const char *const[]){"alpha", "0.7", "autotune", "false", NULL});
  remember(&lab, 1, 1, 0);
  for (int i = 0; i < 5; i++) learn(&lab);
  near(metric(&lab, "alpha"), 0.7);
  destroy(&lab);
}
END_TEST

static const uint8_t one[] = {1, 1, 1, 1};
static const float blank[8] = {0};
static const CoFrame frame = {.num_envs = 1, .agents = 1, .obs = blank, .alive = one, .acting = one, .running = one};

static float act(const Lab *lab, bool explore, int64_t steps, void *memory, CoRng *rng) {
  float action = NAN;
  const CoActing how = {.explore = explore, .steps = steps, .memory = memory, .rngs = rng};
  ck_assert(lab->algo->act(lab->self, &frame, &how, NULL, &action, NULL));
  return action;
}

START_TEST(warm_up_is_uniform_within_the_bounds) {
  Lab lab;
  CoRng rng = co_rng(1, "test", 0);
  double sum = 0, square = 0;
  prepare(&lab, &co_ddpg, line, (const char *const[]){"learning_starts", "100", "exploration_noise", "0", NULL});
  *actor_output(&lab, &lab.self->actor) = (float)atanh(0.5);
  for (int i = 0; i < 4000; i++) {
    double x = ((double)act(&lab, true, 99, NULL, &rng) - 1) / 2;
    ck_assert(x >= -1 && x <= 1);
    sum += x, square += x * x;
  }
  ck_assert_double_eq_tol(sum / 4000, 0, 0.04);
  ck_assert_double_eq_tol(square / 4000, 1.0 / 3, 0.02);
  near((double)act(&lab, true, 100, NULL, &rng), 1 + 2 * 0.5);
  near((double)act(&lab, false, 0, NULL, NULL), 1 + 2 * 0.5);
  destroy(&lab);
}
END_TEST

// Mean, deviation and correlation with the step before of what the noise adds, in units of half the range.
static void measure_noise(const CoAlgoType *algo, const char *kind, double moments[3]) {
  enum { STEPS = 40000 };
  Lab lab;
  float memory = 0;
  CoRng rng = co_rng(1, "test", 0);
  double last = 0, sum = 0, square = 0, product = 0;
  prepare(&lab, algo, line,
          (const char *const[]){"noise", kind, "noise_theta", "0.2", "exploration_noise", "0.1", NULL});
  CoWants wants;
  algo->wants(lab.config, &lab.spec, &wants);
  ck_assert_int_eq(wants.memory, strcmp(kind, "ou") ? 0 : (int)sizeof memory);
  if (lab.self->form.gaussian) actor_output(&lab, &lab.self->actor)[1] = (float)log(0.1);
  for (int i = 0; i < STEPS; i++) {
    double x = ((double)act(&lab, true, 0, &memory, &rng) - 1) / 2;
    if (lab.self->form.gaussian) x = atanh(x);
    sum += x, square += x * x, product += x * last, last = x;
  }
  moments[0] = sum / STEPS, moments[1] = sqrt(square / STEPS), moments[2] = product / square;
  destroy(&lab);
}

START_TEST(noise_has_its_deviation_and_correlation) {
  const CoAlgoType *const algos[] = {&co_ddpg, &co_td3, &co_sac};
  for (int i = 0; i < 3; i++) {
    double white[3], ou[3];
    measure_noise(algos[i], "gaussian", white);
    measure_noise(algos[i], "ou", ou);
    ck_assert_double_eq_tol(white[0], 0, 0.003);
    ck_assert_double_eq_tol(ou[0], 0, 0.006);
    ck_assert_double_eq_tol(white[1], 0.1, 0.002);
    ck_assert_double_eq_tol(ou[1], 0.1, 0.005);
    ck_assert_double_eq_tol(white[2], 0, 0.02);
    ck_assert_double_eq_tol(ou[2], 0.8, 0.02);
  }
}
END_TEST

// Every 10 steps, half an update a step, none for the first 25 steps: floor((steps - 25) / 2) in all.
START_TEST(updates_come_due) {
  static const int expected[] = {0, 0, 2, 7, 12, 17};
  Lab lab;
  CoError error = {{0}};
  prepare(&lab, &co_ddpg, line, (const char *const[]){"learning_starts", "25", "updates_per_step", "0.5", NULL});
  remember(&lab, 1, 1, 0);
  for (int i = 0; i < 6; i++) {
    lab.learning.steps += 10;
    lab.learning.new_steps = 10;
    check(co_ddpg.learn(lab.self, &lab.learning, &error), &error);
    ck_assert_int_eq((int)lab.learning.updates, expected[i]);
  }
  destroy(&lab);
}
END_TEST

START_TEST(agents_see_their_number_and_act_in_turn) {
  Lab lab;
  CoSpec spec = line;
  float actions[2] = {7, 7};
  const uint8_t second[] = {0, 1};
  const float obs[] = {3, 4};
  spec.agents = 2;
  prepare(&lab, &co_ddpg, spec, NULL);
  co_tape_rewind(lab.self->tape, lab.self->mark);
  const CoVar *x = co_off_policy_inputs(lab.self, lab.self->tape, obs, (const int[]){1, 0}, 2);
  ck_assert_int_eq(x->cols, 3);
  ck_assert(!memcmp(x->data, (const float[]){3, 0, 1, 4, 1, 0}, 6 * sizeof(float)));
  CoFrame two = frame;
  two.agents = 2, two.acting = second, two.obs = obs;
  ck_assert(co_ddpg.act(lab.self, &two, &(CoActing){.explore = false}, NULL, actions, NULL));
  ck_assert_float_eq(actions[0], 7);
  ck_assert_float_eq(actions[1], 1);
  destroy(&lab);
}
END_TEST

START_TEST(viewers_see_actions_and_values) {
  Lab lab;
  CoInspection seen;
  prepare(&lab, &co_sac, line, NULL);
  CoReal *out = actor_output(&lab, &lab.self->actor);
  out[0] = (float)atanh(0.5), out[1] = (float)log(0.3);
  set_critic(&lab, &lab.self->critic, 0, 4, 2);
  set_critic(&lab, &lab.self->critic, 1, 9, 2);
  near((double)act(&lab, false, 0, NULL, NULL), 2);
  const struct {
    const char *name;
    double value;
  } expected[] = {{"action", 0.5}, {"value", 5}, {"std", 0.3}};
  for (int i = 0; i < 3; i++) {
    ck_assert(lab.algo->inspect(lab.self, i, &seen));
    ck_assert_str_eq(seen.name, expected[i].name);
    near((double)seen.data[0], expected[i].value);
  }
  ck_assert(!lab.algo->inspect(lab.self, 3, &seen));
  destroy(&lab);
}
END_TEST

START_TEST(actions_without_bounds_are_refused) {
  CoError error = {{0}};
  CoSpec spec = line;
  const float none = INFINITY;
  spec.high = &none;
  ck_assert(!co_sac.accepts(NULL, &spec, &error));
  ck_assert_str_eq(error.text, "needs actions between bounds, number 0 has [-1, inf]");
}
END_TEST

CO_TESTS(ddpg_steps_down_its_gradients, nothing_follows_a_true_end, truncation_bootstraps_and_termination_does_not,
         td3_smooths_its_target, td3_delays_its_actor, sac_steps_down_its_gradients, temperature_seeks_its_entropy,
         a_fixed_temperature_stays, warm_up_is_uniform_within_the_bounds, noise_has_its_deviation_and_correlation,
         updates_come_due, agents_see_their_number_and_act_in_turn, viewers_see_actions_and_values,
         actions_without_bounds_are_refused)
