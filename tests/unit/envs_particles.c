// The particle world by hand: pushes, damping, contact; simple_spread's layout and both of its rewards.
#include "planning.h"

extern const CoEnvType co_simple_spread, co_simple_speaker_listener;

enum { MOST = 8 };
typedef struct State { // as simple_spread's table of fields says
  double agent[MOST][4], landmark[MOST][2];
} State;

static CoWorld *open(const char *settings) {
  CoError error;
  CoWorld *world = plan_world(&co_simple_spread, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

typedef struct Stepped {
  float rewards[3], info[3];
} Stepped;

static Stepped step(const CoWorld *world, State *state, const int *discrete, const float *continuous) {
  Stepped stepped = {{0}, {0}};
  const CoActions actions = {discrete, continuous};
  CoOutcome outcome = {stepped.rewards, stepped.info, false};
  CoRng rng = co_rng(1, "unused", 0);
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, state, &actions, &rng, &outcome, NULL));
  ck_assert(!outcome.terminated);
  return stepped;
}

static void at(const State *state, int agent, double x, double y, double vx, double vy) {
  const double expected[4] = {x, y, vx, vy};
  for (int i = 0; i < 4; i++) ck_assert_double_eq_tol(state->agent[agent][i], expected[i], 1e-12);
}

// v' = .75 v + .1 * 5 u, x' = x + .1 v'.
START_TEST(pushes_move_what_is_damped) {
  CoWorld *world = open("");
  State state = {{{0, 0, 1, -2}, {5, 5, 0, 0}, {-5, 5, 0, 0}}, {{0}}};
  step(world, &state, (const int[]){2, 3, 0}, NULL);
  at(&state, 0, .125, -.15, 1.25, -1.5);
  at(&state, 1, 5, 4.95, 0, -.5);
  at(&state, 2, -5, 5, 0, 0);
  step(world, &state, (const int[]){1, 4, 0}, NULL);
  at(&state, 0, .125 + .04375, -.15 - .1125, .4375, -1.125);
  at(&state, 1, 5, 4.95 + .0125, 0, .125);
  co_world_close(world);
}
END_TEST

START_TEST(continuous_pushes_are_the_same_and_bounded) {
  CoWorld *world = open("actions=continuous");
  State state = {{{0, 0, 0, 0}, {5, 5, 0, 0}, {-5, 5, 0, 0}}, {{0}}};
  step(world, &state, NULL, (const float[]){1, .5f, -7, 0, 0, 0});
  at(&state, 0, .05, .025, .5, .25);
  at(&state, 1, 4.95, 5, -.5, 0);
  co_world_close(world);
}
END_TEST

// Discs that overlap by .1 push each other with 100 * .1, those just touching with 100 * .001 log 2.
START_TEST(discs_push_each_other) {
  CoWorld *world = open("");
  State state = {{{0, 0, 0, 0}, {.2, 0, 0, 0}, {9, 9, 0, 0}}, {{0}}};
  step(world, &state, (const int[]){0, 0, 0}, NULL);
  at(&state, 0, -.1, 0, -1, 0);
  at(&state, 1, .3, 0, 1, 0);
  State touching = {{{0, 0, 0, 0}, {0, .3, 0, 0}, {9, 9, 0, 0}}, {{0}}};
  step(world, &touching, (const int[]){0, 0, 0}, NULL);
  at(&touching, 0, 0, -.001 * log(2), 0, -.01 * log(2));
  at(&touching, 2, 9, 9, 0, 0);
  State same = {{{0, 0, 0, 0}, {0, 0, 0, 0}, {9, 9, 0, 0}}, {{0}}};
  step(world, &same, (const int[]){0, 0, 0}, NULL);
  at(&same, 0, 0, 0, 0, 0);
  co_world_close(world);
}
END_TEST

// Agents 0 and 1 overlap by .29 and are thrown together as hard as contact parts them, so nobody moves: the landmarks
// are 3, 4 and 0 away from their nearest, one pair touches.
START_TEST(rewards_as_defined) {
  CoWorld *world = open(""), *local = open("reward=local local_ratio=0.25");
  const double v = 2.9 / .75;
  const State scene = {{{0, 0, v, 0}, {.01, 0, -v, 0}, {0, 4, 0, 0}}, {{-3, 0}, {0, 8}, {0, 4}}};
  State state = scene, again = scene;
  Stepped shared = step(world, &state, (const int[]){0, 0, 0}, NULL);
  Stepped own = step(local, &again, (const int[]){0, 0, 0}, NULL);
  at(&state, 1, .01, 0, 0, 0);
  for (int i = 0; i < 3; i++) ck_assert_float_eq_tol(shared.rewards[i], -3 - 4 - 0 - 1, 1e-5f);
  for (int i = 0; i < 3; i++) ck_assert_float_eq_tol(own.rewards[i], -.75f * 7 - (i < 2 ? .25f : 0), 1e-5f);
  const float info[3] = {7, 1, 1}; // distance, touching, occupied
  for (int i = 0; i < 3; i++) ck_assert_float_eq_tol(shared.info[i], info[i], 1e-5f);
  co_world_close(world);
  co_world_close(local);
}
END_TEST

START_TEST(observations_as_laid_out) {
  CoWorld *world = open("");
  const State state = {{{1, 2, .5, .25}, {3, 5, 0, 0}, {7, 4, 0, 0}}, {{0, 0}, {1, 1}, {-1, 2}}};
  const float expected[18] = {.5f, .25f, 1, 2, -1, -2, 0, -1, -2, 0, 2, 3, 6, 2};
  float obs[18];
  CoError error;
  ck_assert_int_eq(co_world_spec(world)->obs_size, 18);
  ck_assert(co_world_observe(world, NULL, &state, 0, obs, &error));
  for (int i = 0; i < 18; i++) ck_assert_float_eq(obs[i], expected[i]);
  co_world_close(world);
}
END_TEST

enum { NONE, LEFT, RIGHT, DOWN, UP, RED, GREEN, BLUE };

// One word is heard a step after it is said; who hears moves, by the same pushes; both pay the square of the distance.
START_TEST(one_speaks_the_other_moves) {
  CoError error;
  CoWorld *world = plan_world(&co_simple_speaker_listener, "", NULL, &error);
  struct { // as its table of fields says
    double listener[4], landmark[3][2];
    int32_t goal, said;
  } state = {{1, 2, .5, 0}, {{0, 0}, {1, 1}, {-1, 2}}, 2, 0};
  const float told[11] = {0, 0, 1}, silent[11] = {.5f, 0, -1, -2, 0, -1, -2, 0};
  const uint8_t words[8] = {0, 0, 0, 0, 0, 1, 1, 1}, moves[8] = {1, 1, 1, 1, 1, 0, 0, 0};
  const float heard[11] = {-.125f, 0, -.9875f, -2, .0125f, -1, -1.9875f, 0, 0, 1, 0};
  float obs[11], rewards[2] = {0}, info[2] = {0};
  uint8_t mask[8];
  for (int i = 0; i < 2; i++) {
    ck_assert(co_world_available(world, NULL, &state, i, mask, &error));
    ck_assert_mem_eq(mask, i ? moves : words, sizeof mask);
    ck_assert(co_world_observe(world, NULL, &state, i, obs, &error));
    for (int k = 0; k < 11; k++) ck_assert_float_eq(obs[k], (i ? silent : told)[k]);
  }
  const CoActions actions = {(const int[]){GREEN, LEFT}, NULL};
  CoOutcome outcome = {rewards, info, false};
  CoRng rng = co_rng(1, "unused", 0);
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, &state, &actions, &rng, &outcome, NULL));
  ck_assert(!outcome.terminated);
  for (int i = 0; i < 2; i++) ck_assert_float_eq_tol(rewards[i], -1.9875f * 1.9875f, 1e-5f);
  ck_assert_float_eq_tol(info[0], 1.9875f, 1e-5f);
  ck_assert_float_eq(info[1], 0);
  ck_assert(co_world_observe(world, NULL, &state, 1, obs, &error));
  for (int k = 0; k < 11; k++) ck_assert_float_eq_tol(obs[k], heard[k], 1e-5f);
  co_world_close(world);
}
END_TEST

CO_TESTS(one_speaks_the_other_moves, pushes_move_what_is_damped, continuous_pushes_are_the_same_and_bounded,
         discs_push_each_other, rewards_as_defined, observations_as_laid_out)
