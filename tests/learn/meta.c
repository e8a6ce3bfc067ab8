// Meta-learning: what the slow learner has made of itself, on fresh tasks, on each seed.
#include "score.h"

static CoWorld *bandit(void) {
  extern const CoEnvType co_bandit;
  static const char *const settings[] = {"kind", "bernoulli", "arms", "5", "pulls", "10", "recall", "true", NULL};
  CoError error = {{0}};
  unsigned char config[CONFIG];
  co_settings_defaults(&co_bandit.settings, config);
  for (int i = 0; settings[i]; i += 2)
    check(co_settings_set(&co_bandit.settings, config, settings[i], settings[i + 1], &error), &error);
  CoWorld *world = co_world_open(&co_bandit, config, &error);
  check(world, &error);
  return world;
}

// Ten pulls of five arms: by chance 5, at best 6.66 (book-examples/ch09-meta/rl2_bandit.c computes it). In the short
// form half the steps bring four fifths of the way from the one to the other.
START_TEST(rl2_learns_within_ten_pulls) {
  const char *const settings[] = {"gamma",
                                  "1",
                                  "gae_lambda",
                                  "0.95",
                                  "lr",
                                  "0.003",
                                  "ent_coef",
                                  "0.05",
                                  "update_epochs",
                                  "8",
                                  "lr_anneal_time",
                                  at_length() ? "3000000" : "1500000",
                                  "timeout_terminal",
                                  "true",
                                  "final_episodes",
                                  "5000",
                                  NULL};
  const double threshold = at_length() ? 6.5 : 6.3;
  CoWorld *world = bandit();
  for (uint64_t seed = 1; seed <= (uint64_t)seeds_of(3); seed++) {
    double got = train(world, "rl2", seed, 256, at_length() ? 3000000 : 1500000, settings, NULL);
    ck_assert_msg(got >= threshold, "seed %d: %g", (int)seed, got);
  }
  co_world_close(world);
}
END_TEST

CO_TESTS(rl2_learns_within_ten_pulls)
