// CartPole from below: rewards by hand, the end of the track, and the same mechanics as CartPole's.
#include <math.h>
#include <string.h>

#include "classic/cart.h"
#include "cohort/kernels.h"
#include "cohort/rng.h"
#include "suite.h"

static CoWorld *open_world(void) {
  for (int i = 0; co_env_list[i]; i++)
    if (!strcmp(co_env_list[i]->name, "cartpole_swingup")) return co_world_open(co_env_list[i], "", NULL);
  return NULL;
}

// One step of force `push` from `from`; the reward.
static double step(CoWorld *world, Cart *state, float push) {
  float reward = 0;
  CoOutcome outcome = {.rewards = &reward};
  const CoActions actions = {.continuous = &push};
  CoRng rng = co_rng(1, "test", 0);
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, state, &actions, &rng, &outcome, NULL));
  ck_assert(!outcome.terminated);
  return (double)reward;
}

// Upright in the middle, at rest, without force nothing moves: 1. Upright half a metre aside: the tip is that far away,
// exp(-0.25). Hanging in the middle it is two metres away: exp(-4).
START_TEST(the_tip_is_what_counts) {
  CoWorld *world = open_world();
  Cart upright = {0, 0, 0, 0}, aside = {.5, 0, 0, 0}, hanging = {0, 0, 3.141592653589793, 0};
  ck_assert_double_eq_tol(step(world, &upright, 0), 1, 1e-6);
  ck_assert_double_eq_tol(step(world, &aside, 0), exp(-.25), 1e-6);
  ck_assert_double_eq_tol(step(world, &hanging, 0), exp(-4), 1e-6);
  co_world_close(world);
}
END_TEST

// A force of twice the most is the most, is held for two of CartPole's steps, and costs 0.01.
START_TEST(a_force_is_bounded_and_held) {
  CoWorld *world = open_world();
  Cart got = {0, 0, 2, 0}, same = got, expected = got;
  double reward = step(world, &got, 20);
  ck_assert_double_eq(step(world, &same, 10), reward);
  for (int i = 0; i < 2; i++) cart_push(&expected, 10, co_sin(expected.angle), co_cos(expected.angle));
  ck_assert(!memcmp(&got, &expected, sizeof got));
  double x = got.x + co_sin(got.angle), y = co_cos(got.angle) - 1;
  ck_assert_double_eq_tol(reward, exp(-(x * x + y * y)) - 0.01, 1e-6);
  co_world_close(world);
}
END_TEST

START_TEST(the_track_ends) {
  CoWorld *world = open_world();
  Cart state = {2.39, 3, 0, 0};
  step(world, &state, 0);
  ck_assert_double_eq(state.x, CART_TRACK);
  co_world_close(world);
}
END_TEST

CO_TESTS(the_tip_is_what_counts, a_force_is_bounded_and_held, the_track_ends)
