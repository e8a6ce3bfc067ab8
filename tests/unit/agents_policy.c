// Policy gradients by hand: first updates of A2C, PPO and REINFORCE on networks whose outputs are their biases alone,
// ends and cuts, masks, the Gaussian, scaled rewards, and what is saved.
#include <math.h>
#include <string.h>

#include "cohort/distributions.h"
#include "cohort/metrics.h"
#include "policy.h"
#include "toy.h"

extern const CoAlgoType co_a2c, co_ppo, co_reinforce;

// Returns 2 and 2, advantages -2 and -2; pi is (1/2, 1/2) and action 0 was done: its logit falls by 0.1 (-2) (1/2).
START_TEST(a2c_steps_down_the_books_gradient) {
  Lab lab;
  prepare(&lab, &co_a2c, two, NULL);
  learn(&lab);
  check_pair(policy_bias(&lab), -0.1, 0.1);
  near((double)*value_bias(&lab), 4 - 0.1 * 2);
  ck_assert_int_eq((int)lab.learning.updates, 1);
  destroy(&lab);
}
END_TEST

// The same with a successor of value 4: returns 3 and 4, advantages -1 and 0.
START_TEST(truncation_bootstraps) {
  Lab lab;
  prepare(&lab, &co_a2c, two, NULL);
  lab.discount[1] = 1;
  learn(&lab);
  check_pair(policy_bias(&lab), -0.025, 0.025);
  near((double)*value_bias(&lab), 4 - 0.1 * 0.5);
  destroy(&lab);
}
END_TEST

// One step each: advantages 1 + 2 - 4 and 2 - 4.
START_TEST(one_step_looks_one_step_ahead) {
  Lab lab;
  prepare(&lab, &co_a2c, two, (const char *const[]){"gae_lambda", "0", NULL});
  learn(&lab);
  check_pair(policy_bias(&lab), -0.1 * 0.75, 0.1 * 0.75);
  near((double)*value_bias(&lab), 4 - 0.1 * 1.5);
  destroy(&lab);
}
END_TEST

// The second agent's rows are noise: it is dead, or not asked.
START_TEST(who_does_not_act_does_not_count) {
  Lab lab;
  CoSpec spec = two;
  spec.agents = 2, spec.payoff = CO_PAYOFF_SHARED;
  prepare(&lab, &co_a2c, spec, NULL);
  for (int t = 0; t < STEPS; t++) lab.acting[2 * t + 1] = 0, lab.action[2 * t + 1] = 1, lab.obs[2 * t + 1] = 1e6f;
  learn(&lab);
  check_pair(policy_bias(&lab), -0.1, 0.1);
  near((double)*value_bias(&lab), 4 - 0.1 * 2);
  destroy(&lab);
}
END_TEST

// One decision of advantage `reward` - 4 whose action had the probability `before`, now 1/2.
static void clip_once(float reward, double before, double moved, double clipped) {
  Lab lab;
  CoError error = {{0}};
  double got;
  CoMetrics *metrics = co_metrics_create("", &error);
  for (int i = 0; co_ppo.metrics[i]; i++)
    check(metrics && co_metrics_declare(metrics, co_ppo.metrics[i], &error), &error);
  prepare(&lab, &co_ppo, two, (const char *const[]){"vf_coef", "0", NULL});
  lab.acting[0] = 0;
  lab.reward[1] = reward;
  lab.notes[1] = (float)log(before); // all that is noted where actions are discrete
  lab.learning.metrics = metrics;
  learn(&lab);
  check_pair(policy_bias(&lab), moved, -moved);
  ck_assert(co_metrics_find(metrics, "clip_fraction", &got));
  near(got, clipped);
  ck_assert(co_metrics_find(metrics, "approx_kl", &got));
  ck_assert_double_eq_tol(got, 0.5 / before - 1 - log(0.5 / before), 1e-6);
  co_metrics_destroy(metrics);
  destroy(&lab);
}

// Of the ratio r the gradient is A r (1 - pi), and nothing where the clipped objective is the smaller one.
START_TEST(ppo_clips_what_would_gain) {
  clip_once(5, 0.5, 0.1 * 0.5, 0);
  clip_once(5, 0.25, 0, 1);
  clip_once(3, 0.25, -0.1 * 2 * 0.5, 1);
  clip_once(3, 1, 0, 1);
  clip_once(5, 1, 0.1 * 0.5 * 0.5, 1);
}
END_TEST

// Advantages 1 and 3 become -+1 / sqrt(2); the actions differ, so both push the same way.
START_TEST(ppo_standardises_advantages) {
  Lab lab;
  prepare(&lab, &co_ppo, two, (const char *const[]){"norm_adv", "true", "gae_lambda", "0", NULL});
  lab.reward[0] = 3, lab.reward[1] = 7, lab.action[1] = 1;
  for (int i = 0; i < STEPS; i++) lab.notes[i] = (float)log(0.5);
  learn(&lab);
  check_pair(policy_bias(&lab), -0.1 * sqrt(0.5) / 2, 0.1 * sqrt(0.5) / 2);
  destroy(&lab);
}
END_TEST

static double second_epoch(const char *clip_vloss) {
  Lab lab;
  prepare(&lab, &co_ppo, two, (const char *const[]){"update_epochs", "2", "clip_vloss", clip_vloss, NULL});
  lab.reward[0] = lab.reward[1] = 0;
  lab.acting[0] = 0;
  learn(&lab);
  ck_assert_int_eq((int)lab.learning.updates, 2);
  double value = (double)*value_bias(&lab);
  destroy(&lab);
  return value;
}

// The target is 0: from 4 to 3.6, and on only where values may leave [3.8, 4.2].
START_TEST(ppo_clips_values) {
  near(second_epoch("true"), 3.6);
  near(second_epoch("false"), 3.24);
}
END_TEST

static const CoSpec three = {.agents = 1, .teams = 1, .obs_size = 1, .actions = 3};

START_TEST(masked_actions_are_never_chosen_nor_learnt) {
  Lab lab;
  prepare(&lab, &co_a2c, three, NULL);
  const uint8_t mask[] = {0, 1, 1}, one[] = {1};
  float obs = 0, *bias = policy_bias(&lab);
  int action, count[3] = {0};
  CoRng rng = co_rng(1, "test", 0);
  bias[0] = 9, bias[2] = (float)log(3);
  const CoFrame frame = {
      .num_envs = 1, .agents = 1, .obs = &obs, .mask = mask, .alive = one, .acting = one, .running = one};
  CoActing how = {.explore = true, .notes = lab.notes, .rngs = &rng};
  for (int i = 0; i < 4000; i++) {
    ck_assert(co_actor_act(lab.actor, &frame, &how, &action, NULL, NULL));
    ck_assert_double_eq_tol((double)lab.notes[CO_ACTOR_LOG_PROB], log(action == 1 ? 0.25 : 0.75), 1e-6);
    count[action]++;
  }
  ck_assert_int_eq(count[0], 0);
  ck_assert_int_lt(abs(count[1] - 1000), 110); // four deviations
  how.explore = false;
  ck_assert(co_actor_act(lab.actor, &frame, &how, &action, NULL, NULL));
  ck_assert_int_eq(action, 2);
  CoInspection pi;
  ck_assert(co_actor_inspect(lab.actor, 0, &pi));
  ck_assert_str_eq(pi.name, "pi");
  ck_assert_float_eq(pi.data[0], 0);
  for (int t = 0; t < STEPS; t++) lab.mask[t * 3] = 0, lab.action[t] = 1;
  learn(&lab);
  ck_assert_float_eq(policy_bias(&lab)[0], 9);
  near((double)policy_bias(&lab)[1], -0.1 * 2 * 0.75); // mean of A (1 - pi)
  destroy(&lab);
}
END_TEST

static const float low[] = {-1, -1}, high[] = {1, 1};
static const CoSpec control = {.agents = 1, .teams = 1, .obs_size = 1, .action_size = 2, .low = low, .high = high};

START_TEST(gaussian_as_in_closed_form) {
  Lab lab;
  prepare(&lab, &co_a2c, control, NULL);
  const float mean[] = {0.3f, -0.2f}, log_std[] = {0.5f, -1}, drawn[] = {1.5f, -0.4f};
  memcpy(policy_bias(&lab), mean, sizeof mean);
  memcpy(parameter(&lab, lab.actor->log_std), log_std, sizeof log_std);
  memcpy(lab.notes + CO_ACTOR_CONTROL, drawn, sizeof drawn);
  CoMoves moves = {.obs = lab.obs, .notes = lab.notes, .rows = 1};
  co_tape_rewind(lab.actor->tape, lab.actor->mark);
  CoJudged now = co_actor_judge(lab.actor, lab.actor->tape, lab.actor->bound, &moves, &(int){0}, 1);
  double expected = 0;
  for (int i = 0; i < 2; i++)
    expected += -0.5 * pow((double)(drawn[i] - mean[i]) / exp((double)log_std[i]), 2) - (double)log_std[i] -
                0.5 * log(2 * 3.141592653589793);
  near((double)co_item(now.log_prob), expected);
  near((double)co_item(now.log_prob), (double)co_gaussian_log_density(2, drawn, mean, log_std));
  near((double)co_item(now.entropy), (double)co_gaussian_entropy(2, log_std));
  near((double)co_item(now.value), 4);
  destroy(&lab);
}
END_TEST

// Advantages -2 and -2 on draws one deviation from the mean, to either side: the mean stays in its second number only;
// the logarithm's gradient z^2 - 1 is 0 in the first, -1 in the second.
START_TEST(gaussian_steps_down_its_gradient) {
  Lab lab;
  prepare(&lab, &co_a2c, control, NULL);
  for (int t = 0; t < STEPS; t++) lab.notes[3 * t + CO_ACTOR_CONTROL] = 1;
  learn(&lab);
  check_pair(policy_bias(&lab), 0.1 * -2, 0);
  check_pair(parameter(&lab, lab.actor->log_std), 0, 0.1 * 2);
  destroy(&lab);
}
END_TEST

START_TEST(controls_keep_to_their_bounds) {
  Lab lab;
  prepare(&lab, &co_a2c, control, (const char *const[]){"log_std", "1", NULL});
  const uint8_t one[] = {1};
  const float mean[] = {0, 0}, log_std[] = {1, 1};
  float obs = 0, action[2];
  int outside = 0;
  CoRng rng = co_rng(1, "test", 0);
  memcpy(parameter(&lab, lab.actor->log_std), log_std, sizeof log_std);
  const CoFrame frame = {.num_envs = 1, .agents = 1, .obs = &obs, .alive = one, .acting = one, .running = one};
  const CoActing how = {.explore = true, .notes = lab.notes, .rngs = &rng};
  for (int i = 0; i < 200; i++) {
    ck_assert(co_actor_act(lab.actor, &frame, &how, NULL, action, NULL));
    const float *drawn = lab.notes + CO_ACTOR_CONTROL;
    for (int j = 0; j < 2; j++) ck_assert_float_eq(action[j], fmaxf(-1, fminf(1, drawn[j])));
    outside += fabsf(drawn[0]) > 1;
    near((double)lab.notes[CO_ACTOR_LOG_PROB], (double)co_gaussian_log_density(2, drawn, mean, log_std));
  }
  ck_assert_int_gt(outside, 100);
  destroy(&lab);
}
END_TEST

// Sums 2 and 6 (gamma 0) have the deviation 2: the rewards that count are 1 and 3.
START_TEST(rewards_are_scaled) {
  Lab lab;
  prepare(&lab, &co_a2c, two, (const char *const[]){"norm_reward", "true", "gamma", "0", NULL});
  lab.reward[0] = 2, lab.reward[1] = 6;
  *value_bias(&lab) = 0;
  learn(&lab);
  near((double)*value_bias(&lab), 0.1 * 2);
  destroy(&lab);
}
END_TEST

START_TEST(the_rate_falls_in_a_straight_line) {
  Lab lab;
  prepare(&lab, &co_a2c, two, (const char *const[]){"lr_anneal_time", "8", NULL});
  lab.learning.steps = 8;
  learn(&lab);
  check_pair(policy_bias(&lab), -0.25 * 0.1, 0.25 * 0.1); // a quarter was left before these two steps
  lab.learning.steps = 20;
  learn(&lab);
  check_pair(policy_bias(&lab), -0.25 * 0.1, 0.25 * 0.1);
  destroy(&lab);
}
END_TEST

START_TEST(statistics_are_saved) {
  static const char *const pairs[] = {"norm_obs", "true", "norm_reward", "true", NULL};
  Lab lab, other;
  CoError error = {{0}};
  CoWriter saved = {0}, again = {0};
  prepare(&lab, &co_ppo, two, pairs);
  prepare(&other, &co_ppo, two, pairs);
  lab.obs[0] = 3, lab.obs[1] = 5;
  learn(&lab);
  co_actor_save(lab.actor, &saved);
  CoReader reader = co_reader(saved.data, saved.size, &error);
  check(co_actor_load(other.actor, &reader), &error);
  co_actor_save(other.actor, &again);
  ck_assert_uint_eq(saved.size, again.size);
  ck_assert(!memcmp(saved.data, again.data, saved.size));
  float mean, scale;
  co_normaliser_numbers(other.actor->scale, &mean, &scale);
  near((double)mean, 4);
  near((double)scale, 1);
  co_writer_free(&saved);
  co_writer_free(&again);
  destroy(&lab);
  destroy(&other);
}
END_TEST

// An episode of two steps in which the lone agent of team 1 is paid -1 and -2, cut by time where `limit`.
static void play(CoWorld *world, CoEpisodes *store, CoActor *actor) {
  CoVecEnv *vec = co_vecenv_create(world, 1, CO_VIEW_OBS, NULL, 1, "env", NULL);
  float notes[NOTES];
  CoRng rng = co_rng(1, "act", 0);
  const CoActing how = {.explore = true, .notes = notes, .rngs = &rng};
  ck_assert(co_vecenv_restart(vec, NULL));
  while (co_vecenv_running(vec)) {
    int actions[3] = {0};
    ck_assert(co_actor_act(actor, co_vecenv_frame(vec, 1), &how, actions + 2, NULL, NULL));
    ck_assert(co_episodes_before(store, vec, &(CoActions){actions, NULL}, notes, NULL));
    ck_assert(co_vecenv_step(vec, &(CoActions){actions, NULL}, NULL));
    ck_assert(co_episodes_after(store, vec, NULL));
  }
  co_vecenv_destroy(vec);
}

// Returns G and advantages A (gamma 0.5): the logits rise by 0.1 times the mean of A (1[a] - pi).
static void reinforce_once(bool limit, const char *baseline, double a0, double a1, double value) {
  CoWorld *world = toy_world((ToyConfig){.length = limit ? 0 : 2, .limit = limit ? 2 : 0});
  const CoEpisodesConfig config = {.capacity = 1, .views = CO_VIEW_OBS, .num_envs = 1, .notes = 1};
  CoEpisodes *store = co_episodes_create(world, 1, &config, NULL);
  Lab lab;
  const CoBatch *batch;
  int64_t steps;
  double expected[3] = {0}, advantage[] = {a0, a1};
  prepare(&lab, &co_reinforce, *co_world_team(world, 1), (const char *const[]){"baseline", baseline, NULL});
  play(world, store, lab.actor);
  ck_assert(co_episodes_unpack(store, &(int){0}, 1, 1, NULL, &batch, &steps, NULL));
  for (int t = 0; t < 2; t++)
    for (int i = 0; i < 3; i++) {
      int legal = batch->mask[3 * t] + batch->mask[3 * t + 1] + batch->mask[3 * t + 2];
      double pi = batch->mask[3 * t + i] ? 1.0 / legal : 0;
      expected[i] += 0.05 * advantage[t] * ((batch->action[t] == i) - pi);
    }
  lab.learning = (CoLearning){.steps = 2, .new_steps = 2, .episodes = 1, .new_episodes = 1, .store = store};
  CoError error = {{0}};
  check(co_reinforce.learn(lab.actor, &lab.learning, &error), &error);
  for (int i = 0; i < 3; i++) near((double)policy_bias(&lab)[i], expected[i]);
  near((double)*value_bias(&lab), value);
  destroy(&lab);
  co_episodes_destroy(store);
  co_world_close(world);
}

START_TEST(reinforce_steps_up_its_returns) {
  reinforce_once(false, "false", -2, -2, 4);
  reinforce_once(true, "false", -2, -2, 4);            // nothing is known of what follows
  reinforce_once(false, "true", -6, -6, 4 - 0.1 * 6);  // less the value, 4
  reinforce_once(true, "true", -5, -4, 4 - 0.1 * 4.5); // returns -1 and 0
}
END_TEST

CO_TESTS(a2c_steps_down_the_books_gradient, truncation_bootstraps, one_step_looks_one_step_ahead,
         who_does_not_act_does_not_count, ppo_clips_what_would_gain, ppo_standardises_advantages, ppo_clips_values,
         masked_actions_are_never_chosen_nor_learnt, gaussian_as_in_closed_form, gaussian_steps_down_its_gradient,
         controls_keep_to_their_bounds, rewards_are_scaled, the_rate_falls_in_a_straight_line, statistics_are_saved,
         reinforce_steps_up_its_returns)
