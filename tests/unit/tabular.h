// A tabular method in a world of numbered states that is nowhere: decisions are fed to it by hand.
#ifndef COHORT_TESTS_UNIT_TABULAR_H
#define COHORT_TESTS_UNIT_TABULAR_H

#include "suite.h"

#include "cohort/agent.h"

enum { COPIES = 4, ACTIONS = 3 };

typedef struct Lab {
  const CoAlgoType *algo;
  _Alignas(16) unsigned char config[256];
  CoSpec spec;
  void *self;
} Lab;

static const uint8_t all[ACTIONS] = {1, 1, 1}, not_first[ACTIONS] = {0, 1, 1};
static const char *const half[] = {
    "lr", "0.5",   "initial", "1", "epsilon_start", "0.5", "epsilon_finish", "0.5", "tilings",
    "1",  "tiles", "4",       NULL}; // what a method does not know is passed over

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

static const CoAlgoType *find(const char *name) {
  CoRegistry registry;
  CoError error;
  co_registry_init(&registry);
  const CoAlgoType *algo = co_find_algo(&registry, name, &error);
  check(algo, &error);
  return algo;
}

static void set(Lab *lab, const char *const *settings) {
  co_settings_defaults(&lab->algo->settings, lab->config);
  for (; settings && *settings; settings += 2)
    if (co_settings_find(&lab->algo->settings, settings[0]))
      ck_assert(co_settings_set(&lab->algo->settings, lab->config, settings[0], settings[1], NULL));
}

// In a world of so many states; observations are one number in [0, 4).
static Lab build(const char *name, int states, int copies, uint64_t seed, const char *const *settings) {
  CoError error;
  Lab lab = {.algo = find(name)};
  lab.spec = (CoSpec){
      .agents = 1, .teams = 1, .states = states, .actions = ACTIONS, .obs_size = 1, .obs_high = 4, .episode_limit = 9};
  set(&lab, settings);
  check(lab.algo->accepts(lab.config, &lab.spec, &error), &error);
  const CoAlgoSetup setup = {.spec = &lab.spec, .num_envs = copies, .seed = seed};
  lab.self = lab.algo->create(lab.config, &setup, &error);
  check(lab.self, &error);
  return lab;
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->self);
}

// From a state, an action; a reward, what of the next state counts, and how it goes on there.
static CoDecision row(int state, int action, float reward, float discount, int next, int ending) {
  static const float places[] = {0.5f, 1.5f, 2.5f, 3.5f};
  return (CoDecision){.ticks = 1,
                      .index = state,
                      .action = action,
                      .reward = reward,
                      .discount = discount,
                      .next_index = next,
                      .ending = ending,
                      .obs = &places[state],
                      .next_obs = &places[next],
                      .mask = all,
                      .next_mask = all};
}

static void feed_before(Lab *lab, CoDecision d, const CoObserver *observer) {
  CoLearning learning = {.decisions = &d, .decision_count = 1, .observer = observer};
  ck_assert(lab->algo->learn(lab->self, &learning, NULL));
}

static void feed(Lab *lab, CoDecision d) {
  feed_before(lab, d, NULL);
}

static int act(Lab *lab, int state, const uint8_t *mask, bool explore, CoRng *rng) {
  const float obs = (float)state + 0.5f;
  const uint8_t one = 1;
  const CoFrame frame = {.num_envs = 1,
                         .agents = 1,
                         .obs = &obs,
                         .mask = mask,
                         .alive = &one,
                         .acting = &one,
                         .index = &state,
                         .running = &one};
  const CoActing how = {.explore = explore, .rngs = rng};
  int action = -1;
  ck_assert(lab->algo->act(lab->self, &frame, &how, &action, NULL, NULL));
  return action;
}

static float value(Lab *lab, int state, int action) {
  CoRng rng = co_rng(1, "test", 0);
  CoInspection seen;
  act(lab, state, all, false, &rng);
  ck_assert(lab->algo->inspect(lab->self, 0, &seen) && !lab->algo->inspect(lab->self, 1, &(CoInspection){0}));
  return seen.data[seen.cols > 1 ? action : 0];
}

#endif
