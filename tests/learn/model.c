// Methods with a model: every one reaches its threshold with what it has learnt in the end, on fresh greedy episodes,
// on several seeds.
#include "score.h"

// The optimum is 7.93, an average of 100 starts scatters by 0.3. Q-learning needs some ten times the steps.
START_TEST(dyna_q_drives_the_taxi) {
  reaches("taxi", "dyna_q", 1, 50000, (const char *const[]){"planning", "50", "lr", "0.5", NULL}, 5, 7);
}
END_TEST

CO_TESTS(dyna_q_drives_the_taxi)
