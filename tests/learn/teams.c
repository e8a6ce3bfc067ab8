// Teams on environments of several agents: every method reaches its threshold with its final weights, on fresh greedy
// episodes, on each seed.
#include "score.h"

// Random play earns -52.
START_TEST(maddpg_spreads_out) {
  reaches("simple_spread/discrete", "maddpg", 1, 300000, NULL, 3, -35);
}
END_TEST

START_TEST(so_it_does_with_continuous_pushes) {
  reaches("simple_spread/continuous", "maddpg", 1, 150000, NULL, 1, -45);
}
END_TEST

CO_TESTS(maddpg_spreads_out, so_it_does_with_continuous_pushes)
