// What learning tests share: training from scratch, and the mean return of fresh greedy episodes at the end.
#ifndef COHORT_TESTS_LEARN_SCORE_H
#define COHORT_TESTS_LEARN_SCORE_H

#include <string.h>

#include "cohort/train.h"
#include "suite.h"

enum { CONFIG = 1024, EPISODES = 100 };

static inline void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

// A run of `steps` steps and the score of its final episodes. settings: pairs of name and text, the algorithm's or the
// trainer's. With a folder it keeps a row of metrics of every round.
static inline CoTrain *trained(const CoWorld *world, const char *name, uint64_t seed, int num_envs, int steps,
                               const char *const *settings, const char *folder, CoScore *score) {
  CoRegistry registry;
  CoError error = {{0}};
  CoTrainConfig config;
  unsigned char algo_config[CONFIG];
  co_registry_init(&registry);
  co_settings_defaults(&co_train_settings, &config);
  config.seed = seed, config.num_envs = num_envs, config.steps = steps;
  config.test_interval = 0, config.final_episodes = EPISODES;
  config.log_interval = 1, config.checkpoint_interval = steps;
  const CoAlgoType *algo = co_find_algo(&registry, name, &error);
  check(algo && algo->settings.bytes <= CONFIG, &error);
  co_settings_defaults(&algo->settings, algo_config);
  for (; settings && settings[0]; settings += 2) {
    const bool own = co_settings_find(&algo->settings, settings[0]);
    check(co_settings_set(own ? &algo->settings : &co_train_settings, own ? (void *)algo_config : (void *)&config,
                          settings[0], settings[1], &error),
          &error);
  }
  CoSeat seat = {.algo = algo, .config = algo_config};
  CoTrainSetup setup = {.config = &config, .world = world, .seats = &seat, .folder = folder};
  CoTrain *run = co_train_create(&setup, &error);
  check(run && co_train_run(run, NULL, NULL, score, &error) == CO_TRAIN_DONE, &error);
  return run;
}

// The mean return of those episodes.
static inline double train(const CoWorld *world, const char *name, uint64_t seed, int num_envs, int steps,
                           const char *const *settings, const char *folder) {
  CoScore score;
  co_train_destroy(trained(world, name, seed, num_envs, steps, settings, folder, &score));
  return score.return_mean;
}

// With one setting that is not the usual, or NULL.
static inline CoWorld *open_world_with(const char *name, const char *setting, const char *text) {
  CoRegistry registry;
  CoError error = {{0}};
  const char *variant;
  unsigned char config[CONFIG];
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, name, &variant, &error);
  check(type && type->settings.bytes <= CONFIG, &error);
  co_settings_defaults(&type->settings, config);
  if (*variant) check(co_settings_set(&type->settings, config, type->variant, variant, &error), &error);
  if (setting) check(co_settings_set(&type->settings, config, setting, text, &error), &error);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  return world;
}

static inline CoWorld *open_world(const char *name) {
  return open_world_with(name, NULL, NULL);
}

// Whether to take one's time: where COHORT_SEEDS is "all" (scripts/test long).
static inline bool at_length(void) {
  const char *wish = getenv("COHORT_SEEDS");
  return wish && !strcmp(wish, "all");
}

// How many of a test's seeds are run: all, or two.
static inline int seeds_of(int all) {
  return all < 2 || at_length() ? all : 2;
}

// Closes the world.
static inline void reaches_in(CoWorld *world, const char *algo, int num_envs, int steps, const char *const *settings,
                              int seeds, double threshold) {
  const char *env = co_world_type(world)->name;
  for (int seed = 1; seed <= seeds_of(seeds); seed++) {
    double got = train(world, algo, (uint64_t)seed, num_envs, steps, settings, NULL);
    ck_assert_msg(got >= threshold, "%s on %s, seed %d: %g, must reach %g", algo, env, seed, got, threshold);
  }
  co_world_close(world);
}

static inline void reaches(const char *env, const char *algo, int num_envs, int steps, const char *const *settings,
                           int seeds, double threshold) {
  reaches_in(open_world(env), algo, num_envs, steps, settings, seeds, threshold);
}

#endif
