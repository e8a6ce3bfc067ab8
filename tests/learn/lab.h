// A laboratory for cooperative algorithms: a game of two agents whose every course is in the store once, so that what
// is learnt can be computed by hand.
#ifndef COHORT_TESTS_LEARN_LAB_H
#define COHORT_TESTS_LEARN_LAB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/agent.h"
#include "suite.h"

// An algorithm, a store that holds every course of the game once, and batches of all of them.
typedef struct Lab {
  const CoAlgoType *algo;
  void *self;
  CoWorld *world;
  CoVecEnv *vec;
  CoEpisodes *store;
  int actions, courses;
  float payoff[9]; // of a one-shot game
  unsigned char config[1024];
} Lab;

static void check(bool fine, const CoError *error) {
  ck_assert_msg(fine, "%s", error->text);
}

static void configure(Lab *lab, const char *name, const char *const *settings) {
  CoError error = {{0}};
  for (int i = 0; co_algo_list[i]; i++)
    if (!strcmp(co_algo_list[i]->name, name)) lab->algo = co_algo_list[i];
  ck_assert(lab->algo && lab->algo->settings.bytes <= sizeof lab->config);
  char courses[16];
  snprintf(courses, sizeof courses, "%d", lab->courses);
  const char *const common[] = {"batch_size", courses, "shards", "1", "hidden", "32", "lr", "0.002", NULL};
  co_settings_defaults(&lab->algo->settings, lab->config);
  for (int i = 0; common[i]; i += 2)
    check(co_settings_set(&lab->algo->settings, lab->config, common[i], common[i + 1], &error), &error);
  for (int i = 0; settings && settings[i]; i += 2)
    check(co_settings_set(&lab->algo->settings, lab->config, settings[i], settings[i + 1], &error), &error);
}

// Copy i plays the i-th course: its actions are the digits of i, the first action instead of an illegal one.
static void fill(Lab *lab, int steps) {
  CoError error = {{0}};
  int joint[64], actions = lab->actions;
  check(co_vecenv_restart(lab->vec, &error), &error);
  for (int t = 0; t < steps; t++) {
    for (int i = 0; i < lab->courses; i++) {
      int digits = t ? i / (actions * actions) : i % (actions * actions);
      joint[2 * i] = digits / actions, joint[2 * i + 1] = digits % actions;
    }
    const uint8_t *mask = co_vecenv_frame(lab->vec, 0)->mask;
    for (int i = 0; i < 2 * lab->courses; i++)
      if (!mask[i * actions + joint[i]]) joint[i] = 0;
    CoActions chosen = {joint, NULL};
    check(co_episodes_before(lab->store, lab->vec, &chosen, NULL, &error), &error);
    check(co_vecenv_step(lab->vec, &chosen, &error), &error);
    check(co_episodes_after(lab->store, lab->vec, &error), &error);
    for (int i = 0; steps == 1 && i < lab->courses; i++) lab->payoff[i] = co_vecenv_rewards(lab->vec)[2 * i];
  }
  ck_assert_int_eq(co_episodes_count(lab->store), lab->courses);
}

// The world becomes the lab's.
static Lab prepare(const char *name, CoWorld *world, uint64_t seed, const char *const *settings) {
  CoError error = {{0}};
  Lab lab = {.world = world};
  const CoSpec *spec = co_world_team(lab.world, 0);
  int joint = spec->actions * spec->actions, steps = spec->episode_limit;
  lab.actions = spec->actions;
  lab.courses = steps == 2 ? joint * joint : joint;
  configure(&lab, name, settings);
  lab.vec = co_vecenv_create(lab.world, lab.courses, CO_VIEW_OBS | CO_VIEW_GLOBAL, NULL, seed, "test", &error);
  CoEpisodesConfig store = {.capacity = lab.courses, .views = CO_VIEW_OBS | CO_VIEW_GLOBAL, .num_envs = lab.courses};
  lab.store = co_episodes_create(lab.world, 0, &store, &error);
  check(lab.vec && lab.store, &error);
  CoAlgoSetup setup = {.spec = spec, .world = lab.world, .num_envs = lab.courses, .seed = seed};
  lab.self = lab.algo->create(lab.config, &setup, &error);
  check(lab.self, &error);
  fill(&lab, steps);
  return lab;
}

static inline void train(Lab *lab, int updates) {
  CoError error = {{0}};
  CoLearning learning = {.new_episodes = 1, .store = lab->store};
  for (int i = 0; i < updates; i++) {
    learning.episodes++;
    check(lab->algo->learn(lab->self, &learning, &error), &error);
  }
  ck_assert_int_eq((int)learning.updates, updates);
}

// Plays the game greedily; q gets the agents' values [2][actions] at every step. Returns the payoff.
static inline float play(Lab *lab, float *q) {
  CoError error = {{0}};
  CoWants wants;
  lab->algo->wants(lab->config, co_world_team(lab->world, 0), &wants);
  unsigned char *memory = calloc((size_t)lab->courses * 2, (size_t)wants.memory);
  CoRng rngs[64] = {{0, 0}};
  CoActing how = {.memory = memory, .rngs = rngs};
  float payoff = 0;
  int joint[128];
  CoActions chosen = {joint, NULL};
  check(co_vecenv_restart(lab->vec, &error), &error);
  while (co_vecenv_running(lab->vec)) {
    CoInspection seen;
    check(lab->algo->act(lab->self, co_vecenv_frame(lab->vec, 0), &how, joint, NULL, &error), &error);
    for (int i = 0; lab->algo->inspect(lab->self, i, &seen) && strcmp(seen.name, "q") != 0; i++) continue;
    memcpy(q, seen.data, 2 * (size_t)seen.cols * sizeof *q);
    q += 2 * seen.cols;
    check(co_vecenv_step(lab->vec, &chosen, &error), &error);
    payoff += co_vecenv_rewards(lab->vec)[0];
  }
  free(memory);
  return payoff;
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->self);
  co_episodes_destroy(lab->store);
  co_vecenv_destroy(lab->vec);
  co_world_close(lab->world);
}

#endif
