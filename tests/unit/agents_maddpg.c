// MADDPG: discrete actions are drawn in proportion to the softmax of the logits, greedily the likeliest, never an
// illegal one; critics see all agents or their own.
#include <math.h>
#include <string.h>

#include "policy/off_policy.h"
#include "suite.h"

extern const CoAlgoType co_maddpg;

enum { ACTIONS = 3, DRAWS = 20000 };
static const CoSpec pair = {.agents = 2, .teams = 1, .obs_size = 1, .actions = ACTIONS, .payoff = CO_PAYOFF_SHARED};

static CoOffPolicy *create(const char *central) {
  static _Alignas(16) unsigned char config[512];
  CoError error = {{0}};
  ck_assert(co_maddpg.settings.bytes <= sizeof config);
  co_settings_defaults(&co_maddpg.settings, config);
  ck_assert(co_settings_set(&co_maddpg.settings, config, "central_critic", central, &error));
  ck_assert(co_settings_set(&co_maddpg.settings, config, "hidden", "4", &error));
  ck_assert(co_settings_set(&co_maddpg.settings, config, "learning_starts", "100", &error));
  CoOffPolicy *self = co_maddpg.create(config, &(CoAlgoSetup){.spec = &pair, .num_envs = 1, .seed = 1}, &error);
  if (!self) ck_abort_msg("%s", error.text);
  return self;
}

// The actor says `logits` whatever it sees.
static void set_actor(CoOffPolicy *self, const float *logits) {
  memset(self->actor.values, 0, self->actor.size * sizeof(CoReal));
  memcpy(co_params_at(&self->actor, self->actor_net.head.bias), logits, ACTIONS * sizeof *logits);
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
  CoOffPolicy *self = create("true");
  int counts[ACTIONS];
  set_actor(self, (const float[]){logf(2), logf(5), logf(3)});
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
  CoOffPolicy *all = create("true"), *own = create("false");
  ck_assert_int_eq(all->critic_net[0].body.inputs, 1 + 2 + (1 + ACTIONS) + ACTIONS);
  ck_assert_int_eq(own->critic_net[0].body.inputs, 1 + 2 + ACTIONS);
  ck_assert_int_eq(all->actor_net.body.inputs, own->actor_net.body.inputs);
  co_maddpg.destroy(all);
  co_maddpg.destroy(own);
}
END_TEST

CO_TESTS(draws_from_the_softmax, critics_see_all_or_their_own)
