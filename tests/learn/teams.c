// Teams on environments of several agents: every method reaches its threshold with its final weights, on fresh greedy
// episodes, on each of three seeds.
#include "score.h"

// Random play earns -52.
START_TEST(maddpg_spreads_out) {
  reaches("simple_spread/discrete", "maddpg", 1, 150000, NULL, 3, -40);
  reaches("simple_spread/continuous", "maddpg", 1, 150000, NULL, 3, -40);
}
END_TEST

CO_TESTS(maddpg_spreads_out)
