// MADDPG: discrete actions are drawn in proportion to the softmax of the logits, greedily the likeliest, never an
// illegal one; critics see all agents or their own.
#include <math.h>
#include <string.h>

#include "policy/off_policy.h"
#include "suite.h"

extern const CoAlgoType co_maddpg;

enum { ACTIONS = 3, DRAWS = 20000 };
static const CoSpec pair = {.agents = 2, .teams = 1, .obs_size = 1, .actions = ACTIONS, .payoff = CO_PAYOFF_SHARED};

static CoOffPolicy *create(const char *central, const char *share) {
  static _Alignas(16) unsigned char config[512];
  CoError error = {{0}};
  ck_assert(co_maddpg.settings.bytes <= sizeof config);
  co_settings_defaults(&co_maddpg.settings, config);
  ck_assert(co_settings_set(&co_maddpg.settings, config, "central_critic", central, &error));
  ck_assert(co_settings_set(&co_maddpg.settings, config, "share_weights", share, &error));
  ck_assert(co_settings_set(&co_maddpg.settings, config, "hidden", "4", &error));
  ck_assert(co_settings_set(&co_maddpg.settings, config, "learning_starts", "100", &error));
  CoOffPolicy *self = co_maddpg.create(config, &(CoAlgoSetup){.spec = &pair, .num_envs = 1, .seed = 1}, &error);
  if (!self) ck_abort_msg("%s", error.text);
  return self;
}

// The actor, or the k-th of several, says `logits` whatever it sees; the others say nothing.
static void set_actor(CoOffPolicy *self, int k, const float *logits) {
  memset(self->actor.values, 0, self->actor.size * sizeof(CoReal));
  memcpy(co_params_at(&self->actor, self->actor_net[k].head.bias), logits, ACTIONS * sizeof *logits);
}

static void count(CoOffPolicy *self, const uint8_t *mask, bool explore, int64_t steps, int *counts) {
  static const uint8_t on[2] = {1, 1};
  static const float obs[2] = {0.5f, -0.5f};
  CoRng rng = co_rng(3, "test", 0);
  const CoFrame frame = {
      .num_envs = 1, .agents = 2, .obs = obs, .mask = mask, .alive = on, .acting = on, .running = on};
  const CoActing how = {.explore = explore, .steps = steps, .rngs = &rng};
  memset(counts, 0, ACTIONS * sizeof *counts);
  for (int i = 0; i < DRAWS; i++) {
    int actions[2] = {-1, -1};
    ck_assert(co_maddpg.act(self, &frame, &how, actions, NULL, NULL));
    counts[actions[0]]++;
    ck_assert(mask[ACTIONS + actions[1]]);
  }
}

static void shares(const int *counts, double a, double b, double c) {
  const double expected[ACTIONS] = {a, b, c};
  for (int i = 0; i < ACTIONS; i++) ck_assert_double_eq_tol((double)counts[i] / DRAWS, expected[i], 0.015);
}

START_TEST(draws_from_the_softmax) {
  const uint8_t all[] = {1, 1, 1, 1, 1, 1}, some[] = {1, 0, 1, 0, 0, 1};
  CoOffPolicy *self = create("true", "true");
  int counts[ACTIONS];
  set_actor(self, 0, (const float[]){logf(2), logf(5), logf(3)});
  count(self, all, true, 1000, counts);
  shares(counts, 0.2, 0.5, 0.3);
  count(self, some, true, 1000, counts);
  shares(counts, 0.4, 0, 0.6);
  count(self, all, true, 0, counts); // before it learns: uniform
  shares(counts, 1.0 / 3, 1.0 / 3, 1.0 / 3);
  count(self, all, false, 1000, counts);
  shares(counts, 0, 1, 0);
  count(self, some, false, 0, counts);
  shares(counts, 0, 0, 1);
  co_maddpg.destroy(self);
}
END_TEST

// Own observation and number, the other's observation and action, own action; or without the other's.
START_TEST(critics_see_all_or_their_own) {
  CoOffPolicy *all = create("true", "true"), *own = create("false", "true");
  ck_assert_int_eq(all->critic_net[0]->body.inputs, 1 + 2 + (1 + ACTIONS) + ACTIONS);
  ck_assert_int_eq(own->critic_net[0]->body.inputs, 1 + 2 + ACTIONS);
  ck_assert_int_eq(all->actor_net->body.inputs, own->actor_net->body.inputs);
  co_maddpg.destroy(all);
  co_maddpg.destroy(own);
}
END_TEST

START_TEST(agents_may_have_weights_of_their_own) {
  const uint8_t all[] = {1, 1, 1, 1, 1, 1};
  CoOffPolicy *self = create("false", "false"), *same = create("false", "true");
  int counts[ACTIONS];
  ck_assert_uint_eq(self->actor.size, 2 * same->actor.size);
  ck_assert_uint_eq(self->critic.size, 2 * same->critic.size);
  set_actor(self, 0, (const float[]){logf(2), logf(5), logf(3)});
  count(self, all, true, 1000, counts);
  shares(counts, 0.2, 0.5, 0.3);
  set_actor(self, 1, (const float[]){logf(2), logf(5), logf(3)}); // not the first agent's
  count(self, all, true, 1000, counts);
  shares(counts, 1.0 / 3, 1.0 / 3, 1.0 / 3);
  co_maddpg.destroy(self);
  co_maddpg.destroy(same);
}
END_TEST

// Critics that say 10 and 20 whatever they see: each row gets its agent's answer, and moves its agent's weights alone.
START_TEST(rows_reach_their_agents_weights) {
  static const float obs[] = {0.1f, 0.2f, 0.3f};
  static const int agent[] = {1, 0, 1};
  CoOffPolicy *self = create("false", "false");
  CoTape *tape = co_tape_create((size_t)1 << 24, NULL);
  memset(self->critic.values, 0, self->critic.size * sizeof(CoReal));
  const int bias[] = {self->critic_net[0][0].head.bias, self->critic_net[0][1].head.bias};
  for (int k = 0; k < 2; k++) *co_params_at(&self->critic, bias[k]) = (CoReal)(10 + 10 * k);
  CoVar *const *bound = co_params_bind(tape, &self->critic);
  CoVar *seen = co_off_policy_inputs(self, tape, obs, agent, 3);
  CoVar *action = co_fill(tape, 3, ACTIONS, 0);
  CoVar *q = co_off_policy_least_q(self, tape, bound, seen, action), *gradients[2];
  for (int i = 0; i < 3; i++) ck_assert_float_eq(q->data[i], agent[i] ? 20 : 10);
  ck_assert(co_grad(tape, co_sum_all(tape, q), (CoVar *[]){bound[bias[0]], bound[bias[1]]}, 2, false, gradients, NULL));
  ck_assert_float_eq(gradients[0]->data[0], 1);
  ck_assert_float_eq(gradients[1]->data[0], 2);
  co_tape_destroy(tape);
  co_maddpg.destroy(self);
}
END_TEST

CO_TESTS(draws_from_the_softmax, critics_see_all_or_their_own, agents_may_have_weights_of_their_own,
         rows_reach_their_agents_weights)
