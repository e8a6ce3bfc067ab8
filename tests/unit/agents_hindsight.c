// Hindsight by hand, on two bits: what is replayed of an episode, with which goals, rewards and ends.
#include <string.h>

#include "planning.h"

#include "cohort/check.h"
#include "cohort/train.h"

extern const CoEnvType co_bit_flip;
extern const CoAlgoType co_dqn, co_ddpg;

enum { BITS = 2, DRAWS = 400 };

typedef struct Lab {
  CoWorld *world;
  CoHindsight *hindsight;
  CoReplay *replay;
} Lab;

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

static Lab build(int goals, bool final) {
  CoError error;
  Lab lab = {.world = plan_world(&co_bit_flip, "bits=2", NULL, &error)};
  const CoHindsightConfig config = {1, goals, final, 0.5, 7};
  const CoReplayConfig replay = {64, false, 0};
  lab.hindsight = co_hindsight_create(lab.world, 0, &config, &error);
  lab.replay = co_replay_create(co_world_team(lab.world, 0), &replay, &error);
  check(lab.hindsight && lab.replay, &error);
  return lab;
}

static void destroy(Lab *lab) {
  co_hindsight_destroy(lab->hindsight);
  co_replay_destroy(lab->replay);
  co_world_close(lab->world);
}

// Flips bit `action` of `bits`, with the goal 11, which is never reached.
static void flip(Lab *lab, int bits, int action, int ending) {
  static const uint8_t all[BITS] = {1, 1};
  const int next = bits ^ 1 << action;
  const float obs[4] = {(float)(bits & 1), (float)(bits >> 1), 1, 1};
  const float after[4] = {(float)(next & 1), (float)(next >> 1), 1, 1};
  const CoDecision row = {.ticks = 1,
                          .ending = ending,
                          .action = action,
                          .reward = -1,
                          .discount = 0.5f,
                          .obs = obs,
                          .next_obs = after,
                          .achieved = after,
                          .mask = all,
                          .next_mask = all};
  CoError error;
  check(co_hindsight_add(lab->hindsight, &row, 1, lab->replay, &error), &error);
}

static const CoRows *sample(Lab *lab) {
  CoRng rng = co_rng(1, "test", 0);
  CoError error;
  const CoRows *rows = co_replay_sample(lab->replay, DRAWS, 0, &rng, &error);
  check(rows, &error);
  return rows;
}

static int number(const float *bits) {
  return (int)bits[0] + 2 * (int)bits[1];
}

// From 00 to 01 and back, cut off there: with 00 as the goal the first step earns -1 and the second ends it.
START_TEST(the_goal_is_what_was_achieved_in_the_end) {
  Lab lab = build(1, true);
  flip(&lab, 0, 0, CO_PLAYING);
  ck_assert_int_eq(co_replay_count(lab.replay), 0);
  flip(&lab, 1, 0, CO_TRUNCATED);
  ck_assert_int_eq(co_replay_count(lab.replay), 4);
  const CoRows *rows = sample(&lab);
  int seen[2][2] = {{0}};
  for (int i = 0; i < DRAWS; i++) {
    const float *obs = rows->obs + 4 * i, *next = rows->next_obs + 4 * i;
    int goal = number(obs + 2), second = number(obs) == 1;
    ck_assert(goal == 3 || goal == 0);
    ck_assert_int_eq(number(next + 2), goal);
    ck_assert_int_eq(number(next), second ? 0 : 1);
    bool arrives = goal == 0 && second;
    ck_assert_float_eq(rows->reward[i], arrives ? 0 : -1);
    ck_assert_float_eq(rows->discount[i], arrives ? 0 : 0.5f);
    ck_assert_int_eq(rows->action[i], 0);
    seen[goal == 0][second]++;
  }
  for (int i = 0; i < 4; i++) ck_assert_int_gt(seen[i / 2][i % 2], DRAWS / 8);
  destroy(&lab);
}
END_TEST

// By way of 01, 00, 10: a step's goals are what it or a later one achieved, each of them as often.
START_TEST(a_goal_lies_at_the_step_or_later) {
  Lab lab = build(20, false);
  flip(&lab, 0, 0, CO_PLAYING);
  flip(&lab, 1, 0, CO_PLAYING);
  flip(&lab, 0, 1, CO_TRUNCATED);
  ck_assert_int_eq(co_replay_count(lab.replay), 63);
  const CoRows *rows = sample(&lab);
  int last = 0, earlier = 0;
  for (int i = 0; i < DRAWS; i++) {
    int goal = number(rows->obs + 4 * i + 2), next = number(rows->next_obs + 4 * i);
    if (goal == 3) continue; // as it was
    ck_assert_float_eq(rows->discount[i], goal == next ? 0 : 0.5f);
    if (next == 2) ck_assert_int_eq(goal, 2); // the last step
    if (next == 0) ck_assert(goal == 0 || goal == 2);
    last += next == 1 && goal == 2, earlier += next == 1 && goal == 1;
  }
  ck_assert(last > 0 && earlier > 0);
  destroy(&lab);
}
END_TEST

START_TEST(an_episode_under_way_is_saved) {
  Lab a = build(4, false), b = build(4, false);
  CoError error;
  CoWriter saved = {0};
  flip(&b, 2, 0, CO_TRUNCATED); // another past
  co_replay_destroy(b.replay);
  b.replay = co_replay_create(co_world_team(b.world, 0), &(CoReplayConfig){64, false, 0}, &error);
  flip(&a, 0, 0, CO_PLAYING);
  co_hindsight_save(a.hindsight, &saved);
  CoReader reader = co_reader(saved.data, saved.size, &error);
  check(co_hindsight_load(b.hindsight, &reader), &error);
  ck_assert_uint_eq(reader.at, saved.size);
  reader = co_reader(saved.data, saved.size - 1, &error);
  Lab c = build(4, false);
  ck_assert(!co_hindsight_load(c.hindsight, &reader));
  flip(&a, 1, 1, CO_TRUNCATED);
  flip(&b, 1, 1, CO_TRUNCATED);
  const CoRows *one = sample(&a), *two = sample(&b);
  ck_assert(!memcmp(one->obs, two->obs, DRAWS * 4 * sizeof(float)));
  ck_assert(!memcmp(one->reward, two->reward, DRAWS * sizeof(float)));
  co_writer_free(&saved);
  destroy(&a);
  destroy(&b);
  destroy(&c);
}
END_TEST

static const char *refusal(const CoAlgoType *algo, const CoSpec *spec, const char *n_step) {
  static CoError error;
  _Alignas(16) unsigned char config[4096];
  co_settings_defaults(&algo->settings, config);
  ck_assert(co_settings_set(&algo->settings, config, "hindsight", "4", NULL));
  if (n_step) ck_assert(co_settings_set(&algo->settings, config, "n_step", n_step, NULL));
  ck_assert(!algo->accepts(config, spec, &error));
  return error.text;
}

START_TEST(hindsight_needs_goals_and_single_steps) {
  const float low[] = {-1}, high[] = {1};
  CoSpec spec = {.agents = 1, .teams = 1, .obs_size = 4, .actions = 2};
  ck_assert_str_eq(refusal(&co_dqn, &spec, NULL), "hindsight is 4, but this environment has no goals");
  spec.goal_size = 2;
  ck_assert_str_eq(refusal(&co_dqn, &spec, "3"), "hindsight needs rows of one step, n_step is 3");
  spec.agents = 2;
  ck_assert_str_eq(refusal(&co_dqn, &spec, NULL), "hindsight is for one agent, this environment has 2");
  CoSpec steered = {.agents = 1, .teams = 1, .obs_size = 4, .action_size = 1, .low = low, .high = high};
  ck_assert_str_eq(refusal(&co_ddpg, &steered, NULL), "hindsight is 4, but this environment has no goals");
}
END_TEST

static float wrong_reward(const void *self, const float *achieved, const float *desired, bool *terminated) {
  return co_bit_flip.goal_reward(self, achieved, desired, terminated) - 1;
}

// The first rule that is broken; "": none.
static const char *broken(const CoEnvType *type) {
  static CoError error;
  CoWorld *world = plan_world(type, "", NULL, &error);
  bool kept = true;
  error.text[0] = '\0';
  for (const CoCheck *rule = co_checks; kept && rule->name; rule++) kept = rule->run(world, &error);
  co_world_close(world);
  return kept ? "" : error.text;
}

// What goals earn is held against play.
START_TEST(goals_that_earn_otherwise_than_play_are_found) {
  CoEnvType wrong = co_bit_flip;
  wrong.goal_reward = wrong_reward;
  ck_assert_str_eq(broken(&co_bit_flip), "");
  ck_assert_ptr_nonnull(strstr(broken(&wrong), "goal_reward says -2, the step earned -1"));
}
END_TEST

CO_TESTS(the_goal_is_what_was_achieved_in_the_end, a_goal_lies_at_the_step_or_later, an_episode_under_way_is_saved,
         hindsight_needs_goals_and_single_steps, goals_that_earn_otherwise_than_play_are_found)
