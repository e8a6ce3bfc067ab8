// Methods with a model: every one reaches its threshold with what it has learnt in the end, on fresh greedy episodes,
// on each seed.
#include "score.h"

// The optimum is 7.93, an average of 100 starts scatters by 0.3. Q-learning needs some ten times the steps.
START_TEST(dyna_q_drives_the_taxi) {
  reaches("taxi", "dyna_q", 1, 50000, (const char *const[]){"planning", "50", "lr", "0.5", NULL}, 5, 7);
}
END_TEST

// Random torques earn about -1200, a near-optimal policy -140. Nothing is learned: the threshold is the planner's.
START_TEST(mpc_swings_the_pendulum_up) {
  reaches("pendulum", "mpc", 1, 1, (const char *const[]){"final_episodes", "25", NULL}, 1, -180);
}
END_TEST

// From 3,000 samples, with small networks, so that the test is quick.
START_TEST(pets_swings_the_pendulum_up) {
  reaches("pendulum", "pets", 1, 3000, (const char *const[]){"hidden", "32", "final_episodes", "25", NULL}, 2, -190);
}
END_TEST

// From two pictures of 12 x 12 shades and 3,000 samples, a thousand of them random.
START_TEST(a_world_model_swings_the_pendulum_up_from_pixels) {
  reaches_in(open_world_with("pendulum", "pixels", "12"), "world_model", 1, 3000,
             (const char *const[]){"final_episodes", "15", NULL}, 2, -350);
}
END_TEST

// A maze pays 1 at its goal: .38 by chance. All of these are new ones; a sixth of the steps of the example
// (book-examples/ch05-model/vin.c), which gets to .96 and more.
START_TEST(a_value_iteration_network_finds_its_way) {
  reaches("random_maze", "vin", 8, 20000, NULL, 2, 0.7);
}
END_TEST

CO_TESTS(dyna_q_drives_the_taxi, mpc_swings_the_pendulum_up, pets_swings_the_pendulum_up,
         a_world_model_swings_the_pendulum_up_from_pixels, a_value_iteration_network_finds_its_way)
