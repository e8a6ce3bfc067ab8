// Tabular Q-learning against exact answers: the frozen lake's optimal value, and tic-tac-toe from the second seat,
// which is learnt only when a waiting player is credited with what its own moves brought.
#include <math.h>
#include <string.h>

#include "cohort/model.h"
#include "cohort/train.h"
#include "suite.h"

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

static CoWorld *open_world(const CoRegistry *registry, const char *name) {
  CoError error = {{0}};
  const char *variant;
  unsigned char config[1024];
  const CoEnvType *type = co_find_env(registry, name, &variant, &error);
  check(type && type->settings.bytes <= sizeof config, &error);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  return world;
}

// The last team learns, the others play at random. Its scores after `steps`; its table into q, when asked for.
static CoScore train(const char *name, int steps, const char *const *settings, float *q, size_t count) {
  CoRegistry registry;
  CoError error = {{0}};
  CoTrainConfig config;
  CoScore scores[2];
  unsigned char algo_config[1024];
  co_registry_init(&registry);
  co_settings_defaults(&co_train_settings, &config);
  config.steps = steps, config.test_interval = 0, config.final_episodes = 2000;
  const CoAlgoType *algo = co_find_algo(&registry, "q_learning", &error);
  co_settings_defaults(&algo->settings, algo_config);
  for (int i = 0; settings[i]; i += 2)
    check(co_settings_set(&algo->settings, algo_config, settings[i], settings[i + 1], &error), &error);
  CoWorld *world = open_world(&registry, name);
  int last = co_world_spec(world)->teams - 1;
  CoSeat seats[2] = {{0}};
  seats[last] = (CoSeat){.algo = algo, .config = algo_config};
  CoTrainSetup setup = {.config = &config, .world = world, .seats = seats};
  CoTrain *run = co_train_create(&setup, &error);
  check(run && co_train_run(run, NULL, NULL, scores, &error) == CO_TRAIN_DONE, &error);
  CoWriter table = {0};
  algo->save(co_train_algo(run, last), &table);
  if (q) {
    ck_assert_uint_eq(table.size, count * sizeof *q);
    memcpy(q, table.data, table.size);
  }
  co_writer_free(&table);
  co_train_destroy(run);
  co_world_close(world);
  return scores[last];
}

static double backup(const CoModel *model, const double *value, int state, int action, double gamma) {
  double sum = 0;
  int64_t at = (int64_t)state * model->actions + action;
  for (int64_t i = model->first[at]; i < model->first[at + 1]; i++)
    sum += model->probability[i] * (model->reward[i] + (model->terminated[i] ? 0 : gamma * value[model->next[i]]));
  return sum;
}

// The start's value under the policy, or with policy NULL the best possible.
static double evaluate(const CoModel *model, const int *policy, double gamma) {
  double value[64] = {0}, start = 0;
  for (int sweep = 0; sweep < 2000; sweep++)
    for (int s = 0; s < model->states; s++) {
      double best = -INFINITY;
      for (int a = 0; a < model->actions; a++)
        if (!policy || a == policy[s]) best = fmax(best, backup(model, value, s, a, gamma));
      value[s] = model->reached[s] ? best : 0;
    }
  for (int s = 0; s < model->states; s++) start += model->start[s] * value[s];
  return start;
}

START_TEST(frozen_lake_is_learnt_to_its_exact_optimum) {
  const char *const settings[] = {"epsilon_start", "1",    "epsilon_finish",      "0.2",    "lr", "0.02",
                                  "gamma",         "0.99", "epsilon_anneal_time", "200000", NULL};
  float q[64];
  int policy[16];
  CoError error = {{0}};
  CoRegistry registry;
  train("frozen_lake", 400000, settings, q, 64);
  co_registry_init(&registry);
  CoWorld *world = open_world(&registry, "frozen_lake");
  CoModel *model = co_model_create(world, &error);
  check(model, &error);
  for (int s = 0; s < 16; s++) {
    policy[s] = 0;
    for (int a = 1; a < 4; a++)
      if (q[4 * s + a] > q[4 * s + policy[s]]) policy[s] = a;
  }
  double optimum = evaluate(model, NULL, 0.99), learnt = evaluate(model, policy, 0.99);
  ck_assert_double_eq_tol(optimum, 0.542, 0.001); // the known value
  ck_assert_double_gt(learnt, 0.97 * optimum);
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

START_TEST(tic_tac_toe_is_learnt_from_the_second_seat) {
  const char *const settings[] = {"epsilon_start", "0.3", "epsilon_finish",      "0.05",   "lr", "0.2",
                                  "gamma",         "1",   "epsilon_anneal_time", "400000", NULL};
  CoScore score = train("tictactoe", 600000, settings, NULL, 0);
  ck_assert_double_gt(score.return_mean, 0.75); // random play: -0.3
}
END_TEST

CO_TESTS(frozen_lake_is_learnt_to_its_exact_optimum, tic_tac_toe_is_learnt_from_the_second_seat)
