// Off-policy control of continuous actions: every method reaches its threshold with its final weights, on fresh greedy
// episodes, on each seed.
#include <math.h>

#include "score.h"

#define SMALL "hidden", "64", "batch_size", "100"

// Random torques earn about -1200, a near-optimal policy -137.
static void swings_up(const char *algo) {
  reaches("pendulum", algo, 1, 20000, (const char *const[]){SMALL, NULL}, 5, -180);
}

START_TEST(ddpg_swings_the_pendulum_up) {
  swings_up("ddpg");
}
END_TEST

START_TEST(td3_swings_the_pendulum_up) {
  swings_up("td3");
}
END_TEST

START_TEST(sac_swings_the_pendulum_up) {
  swings_up("sac");
}
END_TEST

#define CAR SMALL, "updates_per_step", "0.5"

// Noise that forgets little from step to step rocks the car up the hill now and then; independent draws never do, and
// what is learnt from them is to stand still, which costs nothing.
START_TEST(sac_climbs_the_hill_with_correlated_noise) {
  static const char *const correlated[] = {CAR, "noise", "ou", "noise_theta", "0.05", NULL};
  reaches("mountain_car_continuous", "sac", 1, 50000, correlated, 5, 90);
}
END_TEST

START_TEST(sac_stands_still_with_independent_noise) {
  CoWorld *world = open_world("mountain_car_continuous");
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(5); seed++) {
    double got = train(world, "sac", seed, 1, 20000, (const char *const[]){CAR, NULL}, NULL);
    ck_assert_msg(fabs(got) < 5, "seed %d: %g", (int)seed, got);
  }
  co_world_close(world);
}
END_TEST

CO_TESTS(ddpg_swings_the_pendulum_up, td3_swings_the_pendulum_up, sac_swings_the_pendulum_up,
         sac_climbs_the_hill_with_correlated_noise, sac_stands_still_with_independent_noise)
