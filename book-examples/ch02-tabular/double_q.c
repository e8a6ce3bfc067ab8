// Q-learning is an optimist, double Q-learning is not: Sutton and Barto, example 6.7; van Hasselt (2010).
#include <math.h>

#include "cohort/cohort.h"

enum { ARMS = 10, RIGHT = 0, LEFT, EPISODES = 300 };

typedef struct Settings {
  double alpha, epsilon;
  int runs;
} Settings;

static const CoField fields[] = {
    CO_NUMBER(Settings, alpha, "0.1", 0, 1, "step size"),
    CO_NUMBER(Settings, epsilon, "0.1", 0, 1, "share of random actions"),
    CO_INT(Settings, runs, "10000", 10, 1e7, "that the shares are the mean of"),
    CO_FIELDS_END,
};
static const CoProfile profiles[] = {{"quick", "runs", "1000"}, {NULL, NULL, NULL}};

// In A, right ends with 0 and left goes to B, from where ten actions all end with a draw of mean -0.1 and variance 1.
// Two tables of A's two values and B's ten; plain Q-learning uses the first alone.
typedef struct Tables {
  float A[2][2], B[2][ARMS];
} Tables;

static const uint8_t all[ARMS] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static int choose(const float (*q)[2], const float (*b)[ARMS], bool twice, double epsilon, CoRng *rng) {
  float sum[ARMS];
  int n = q ? 2 : ARMS;
  for (int a = 0; a < n; a++) sum[a] = q ? q[0][a] + (twice ? q[1][a] : 0) : b[0][a] + (twice ? b[1][a] : 0);
  return co_rng_unit(rng) < epsilon ? co_rng_int(rng, 0, n - 1) : co_argmax_random(n, sum, all, rng);
}

// One episode; whether it went left. Q1(s, a) <- Q1(s, a) + alpha (r + Q2(s', argmax_a' Q1(s', a')) - Q1(s, a)), or
// with 1 and 2 swapped, by a coin's fall; where there is one table it is both.
static bool learn(Tables *q, bool twice, const Settings *set, CoRng *rng) {
  int own = twice ? co_rng_int(rng, 0, 1) : 0, other = twice ? !own : 0;
  if (choose(q->A, NULL, twice, set->epsilon, rng) == RIGHT) {
    q->A[own][RIGHT] += (float)set->alpha * (0 - q->A[own][RIGHT]);
    return false;
  }
  float follows = q->B[other][co_argmax_random(ARMS, q->B[own], all, rng)];
  q->A[own][LEFT] += (float)set->alpha * (follows - q->A[own][LEFT]);
  int arm = choose(NULL, q->B, twice, set->epsilon, rng);
  own = twice ? co_rng_int(rng, 0, 1) : 0;
  q->B[own][arm] += (float)set->alpha * ((float)(co_rng_normal(rng) - 0.1) - q->B[own][arm]);
  return true;
}

static void run(CoExample *example, const void *settings, uint64_t seed) {
  const Settings *set = settings;
  double left[2][EPISODES] = {{0}};
  CoRng rng = co_rng(seed, "double_q", 0);
  for (int twice = 0; twice < 2; twice++)
    for (int i = 0; i < set->runs; i++) {
      Tables q = {.A = {{0}}};
      for (int episode = 0; episode < EPISODES; episode++)
        left[twice][episode] += (double)learn(&q, twice, set, &rng) / set->runs;
    }
  double most[2] = {0, 0}, late[2] = {0, 0};
  for (int twice = 0; twice < 2; twice++)
    for (int episode = 0; episode < EPISODES; episode++) {
      co_example_point(example, twice ? "double Q-learning" : "Q-learning", episode + 1, 100 * left[twice][episode]);
      most[twice] = fmax(most[twice], 100 * left[twice][episode]);
      if (episode >= EPISODES - 50) late[twice] += 2 * left[twice][episode];
    }
  co_example_say(example, "the best play goes left in %.1f %% of all episodes\n", 100 * set->epsilon / 2);
  CoClaim optimist = {.what = "Q-learning: left at most, %", .expected = 94.1, .low = 94.1 - 3, .high = 94.1 + 3};
  co_example_claim(example, optimist, most[0]);
  CoClaim later = {.what = "Q-learning: last 50 episodes, %", .expected = 12.5, .low = 12.5 - 2, .high = 12.5 + 2};
  co_example_claim(example, later, late[0]);
  CoClaim sober = {.what = "double Q-learning: last 50 episodes, %", .expected = 7.1, .low = 7.1 - 2, .high = 7.1 + 2};
  co_example_claim(example, sober, late[1]);
}

static const CoExampleType type = {
    .name = "double_q",
    .chapter = 2,
    .idea = "The largest of ten noisy guesses is too large: one table believes it, two tables check each other.",
    .seeds = 3,
    .settings = {"double_q", sizeof(Settings), fields, profiles},
    .chart_x = "episodes",
    .chart_y = "share of going left, %",
    .run = run,
};

int main(int argc, char **argv) {
  return co_example_main(&type, argc, argv);
}
