// The trainer's loop with a probe of an algorithm: rounds of every kind, budget, tests, rows, stopping, failing.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cohort/file.h"
#include "probe.h"
#include "suite.h"
#include "toy.h"

// The probe plays team 0 of the toy, a script team 1.
typedef struct Bench {
  CoWorld *world;
  CoTrainConfig config;
  ProbeConfig probe;
  CoSeat seats[2];
  CoTrainSetup setup;
  CoError error;
} Bench;

static void prepare(Bench *bench, ToyConfig toy_config, const char *experience) {
  *bench = (Bench){.world = NULL};
  if (!toy_config.actions) toy_config.actions = 3;
  bench->world = co_world_open(&toy, &toy_config, &bench->error);
  ck_assert_ptr_nonnull(bench->world);
  co_settings_defaults(&co_train_settings, &bench->config);
  co_settings_defaults(&probe.settings, &bench->probe);
  ck_assert(co_settings_set(&probe.settings, &bench->probe, "experience", experience, &bench->error));
  bench->config.num_envs = 3;
  bench->config.steps = 100;
  bench->config.test_interval = 0;
  bench->config.final_episodes = 0;
  bench->seats[0] = (CoSeat){.algo = &probe, .config = &bench->probe};
  bench->seats[1] = (CoSeat){.script = toy_scripts};
  bench->setup = (CoTrainSetup){.config = &bench->config, .world = bench->world, .seats = bench->seats};
}

static CoTrain *start(Bench *bench) {
  CoTrain *train = co_train_create(&bench->setup, &bench->error);
  ck_assert_msg(train, "%s", bench->error.text);
  return train;
}

static const Probe *inside(const CoTrain *train) {
  return co_train_algo(train, 0);
}

static void advance(Bench *bench, CoTrain *train, int count) {
  for (int i = 0; i < count; i++) ck_assert_msg(co_train_round(train, &bench->error), "%s", bench->error.text);
}

static void finish(Bench *bench, CoTrain *train) {
  co_train_destroy(train);
  co_world_close(bench->world);
}

START_TEST(a_round_is_an_episode_of_every_copy) {
  Bench bench;
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  CoTrain *train = start(&bench);
  advance(&bench, train, 3);
  CoTrainView view = co_train_view(train);
  ck_assert_int_eq(view.steps, 3 * 3 * 4);
  ck_assert_int_eq(view.episodes, 9);
  ck_assert_int_eq(view.updates, 3);
  ck_assert_int_eq(inside(train)->new_steps, view.steps);
  ck_assert_int_eq(inside(train)->new_episodes, 9);
  ck_assert_int_eq(co_train_store_count(train, 0), 9);
  ck_assert(view.has_return);
  ck_assert_double_eq(view.return_mean, 1 + 2 + 3 + 4);
  ck_assert_ptr_null(co_train_algo(train, 1));
  finish(&bench, train);
}
END_TEST

START_TEST(a_rollout_restarts_by_itself) {
  Bench bench;
  prepare(&bench, (ToyConfig){.length = 4}, "rollout");
  CoTrain *train = start(&bench);
  advance(&bench, train, 4); // 20 steps of every copy: five episodes each
  CoTrainView view = co_train_view(train);
  ck_assert_int_eq(view.steps, 3 * 20);
  ck_assert_int_eq(view.episodes, 3 * 5);
  ck_assert_int_eq(inside(train)->rounds, 4);
  finish(&bench, train);
}
END_TEST

START_TEST(decisions_come_as_they_are_made) {
  Bench bench;
  prepare(&bench, (ToyConfig){.length = 4}, "decisions");
  CoTrain *train = start(&bench);
  advance(&bench, train, 4); // a round is a step: a decision is complete at the agent's next one
  ck_assert_int_eq(inside(train)->rounds, 4);
  ck_assert_int_eq(inside(train)->decisions, 4 * 3 * 2);
  finish(&bench, train);
}
END_TEST

START_TEST(replay_holds_the_decisions) {
  Bench bench;
  prepare(&bench, (ToyConfig){.length = 4}, "replay");
  CoTrain *train = start(&bench);
  advance(&bench, train, 1); // 5 steps, 3 copies, 2 agents: 30 rows, of which 20 are kept
  ck_assert_int_eq(inside(train)->kept, 20);
  finish(&bench, train);
}
END_TEST

START_TEST(a_solver_has_its_own_loop) {
  Bench bench;
  CoScore scores[2];
  prepare(&bench, (ToyConfig){.length = 4}, "none");
  CoAlgoType solver = probe_solver();
  bench.seats[0].algo = &solver;
  bench.config.test_interval = 20;
  bench.config.steps = 1000;
  CoTrain *train = start(&bench);
  ck_assert_int_eq(co_train_run(train, NULL, NULL, scores, &bench.error), CO_TRAIN_DONE);
  CoTrainView view = co_train_view(train);
  ck_assert_int_eq(view.steps, 50); // it said that it had finished
  ck_assert_int_eq(view.updates, 15);
  ck_assert_double_eq(view.test->return_mean, 4); // its own verdict, at step 40
  finish(&bench, train);
}
END_TEST

START_TEST(nan_stops_the_run_with_the_step) {
  Bench bench;
  CoScore scores[2];
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  bench.probe.bad_at = 30;
  CoTrain *train = start(&bench);
  ck_assert_int_eq(co_train_run(train, NULL, NULL, scores, &bench.error), CO_TRAIN_FAILED);
  ck_assert_str_eq(bench.error.text, "step 36: loss is nan");
  finish(&bench, train);
}
END_TEST

START_TEST(an_environment_that_fails_ends_the_run) {
  Bench bench;
  CoScore scores[2];
  prepare(&bench, (ToyConfig){.length = 4, .fail = 3}, "episodes");
  CoTrain *train = start(&bench);
  ck_assert_int_eq(co_train_run(train, NULL, NULL, scores, &bench.error), CO_TRAIN_FAILED);
  ck_assert_ptr_nonnull(strstr(bench.error.text, "step 3 fails"));
  finish(&bench, train);
}
END_TEST

typedef struct Brake {
  atomic_int stop;
  int rounds, at;
  CoStop how;
} Brake;

static void brake(void *user, const CoTrainView *view) {
  Brake *b = user;
  (void)view;
  if (++b->rounds == b->at) atomic_store(&b->stop, (int)b->how);
}

START_TEST(a_stop_comes_after_the_round) {
  Bench bench;
  CoScore scores[2];
  Brake b = {.at = 2, .how = CO_STOP_ROUND};
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  bench.setup.stop = &b.stop;
  CoTrain *train = start(&bench);
  ck_assert_int_eq(co_train_run(train, brake, &b, scores, &bench.error), CO_TRAIN_STOPPED);
  ck_assert_int_eq(co_train_view(train).steps, 24);
  finish(&bench, train);
}
END_TEST

START_TEST(a_stop_at_once_drops_the_round) {
  Bench bench;
  Brake b = {.stop = CO_STOP_NOW};
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  bench.setup.stop = &b.stop;
  CoTrain *train = start(&bench);
  ck_assert(!co_train_round(train, &bench.error));
  ck_assert_str_eq(bench.error.text, "stopped");
  ck_assert_int_eq(inside(train)->rounds, 0);
  finish(&bench, train);
}
END_TEST

START_TEST(teams_that_learn_must_agree_on_rounds) {
  Bench bench;
  ProbeConfig other;
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  co_settings_defaults(&probe.settings, &other);
  other.experience = CO_EXPERIENCE_ROLLOUT;
  bench.seats[1] = (CoSeat){.algo = &probe, .config = &other};
  ck_assert_ptr_null(co_train_create(&bench.setup, &bench.error));
  ck_assert_ptr_nonnull(strstr(bench.error.text, "learn from different kinds of rounds"));
  bench.seats[0] = bench.seats[1] = (CoSeat){.algo = NULL};
  ck_assert_ptr_null(co_train_create(&bench.setup, &bench.error));
  ck_assert_ptr_nonnull(strstr(bench.error.text, "no team learns"));
  co_world_close(bench.world);
}
END_TEST

START_TEST(both_teams_learn) {
  Bench bench;
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  bench.seats[1] = bench.seats[0];
  CoTrain *train = start(&bench);
  advance(&bench, train, 2);
  const Probe *other = co_train_algo(train, 1);
  ck_assert_ptr_ne(other, inside(train));
  ck_assert_int_eq(other->rounds, 2);
  ck_assert_int_eq(co_train_store_count(train, 1), 6);
  finish(&bench, train);
}
END_TEST

static void make_folder(char path[64]) {
  snprintf(path, 64, "trainer-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(path));
}

static char *text_of(const char *folder, const char *name, size_t *bytes) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  char *text = co_file_read(path, 1 << 24, bytes, NULL);
  ck_assert_msg(text, "no %s", path);
  return text;
}

static void remove_folder(const char *path) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf ./%s", path);
  ck_assert_int_eq(system(command), 0);
}

START_TEST(rows_hold_means_of_the_interval) {
  Bench bench;
  char folder[64];
  size_t bytes;
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  make_folder(folder);
  bench.setup.folder = folder;
  bench.config.steps = 48;
  bench.config.log_interval = 24;
  bench.config.test_interval = 48;
  bench.config.test_nepisode = 2;
  CoTrain *train = start(&bench);
  CoScore scores[2];
  ck_assert_int_eq(co_train_run(train, NULL, NULL, scores, &bench.error), CO_TRAIN_DONE);
  char *csv = text_of(folder, "metrics.csv", &bytes);
  char *first = strchr(csv, '\n') + 1, *second = strchr(first, '\n') + 1;
  first[-1] = second[-1] = '\0';
  ck_assert_str_eq(csv, "t_env,episode,updates,epsilon,return_mean,ep_length_mean,steps_mean,noise_mean,loss,"
                        "test_return_mean,test_ep_length_mean,test_steps_mean,test_noise_mean");
  ck_assert_int_eq(strncmp(first, "24,6,2,0.76,10,4,4,", 19), 0);
  ck_assert_ptr_nonnull(strstr(first, ",0.75,,,,")); // loss (1 + 1/2) / 2, no test yet
  ck_assert_int_eq(strncmp(second, "48,12,4,0.52,10,4,4,", 20), 0);
  ck_assert_ptr_nonnull(strstr(second, ",0.291666667,10,4,4,"));
  free(csv);
  finish(&bench, train);
  remove_folder(folder);
}
END_TEST

// Runs up to `steps` in the folder, in one life or several.
static void live(Bench *bench, const char *folder, int steps, int lives) {
  bench->setup.folder = folder;
  for (int life = 1; life <= lives; life++) {
    CoScore scores[2];
    bench->config.steps = steps * life / lives;
    CoTrain *train = start(bench);
    ck_assert_int_eq(co_train_run(train, NULL, NULL, scores, &bench->error), CO_TRAIN_DONE);
    co_train_destroy(train);
  }
}

// The newest checkpoint's body, which holds everything, and the metrics.
static void compare(const char *one, const char *other) {
  CoCheckpoint a, b;
  CoError error;
  size_t bytes, other_bytes;
  ck_assert_int_eq(co_checkpoint_read(one, &a, &error), CO_FOUND_ONE);
  ck_assert_int_eq(co_checkpoint_read(other, &b, &error), CO_FOUND_ONE);
  ck_assert_int_eq(a.steps, b.steps);
  CoReader x, y;
  ck_assert(co_checkpoint_algo(&a, 0, &x, &error) && co_checkpoint_algo(&b, 0, &y, &error));
  ck_assert_uint_eq(x.size, y.size);
  ck_assert_mem_eq(x.data, y.data, x.size);
  co_checkpoint_free(&a);
  co_checkpoint_free(&b);
  char *csv = text_of(one, "metrics.csv", &bytes), *other_csv = text_of(other, "metrics.csv", &other_bytes);
  ck_assert_str_eq(csv, other_csv);
  free(csv);
  free(other_csv);
}

// In pieces and in one go, in the middle of episodes and of log intervals.
static void check_resume(const char *experience, int nature) {
  Bench bench;
  char whole[64], pieces[64];
  prepare(&bench, (ToyConfig){.length = 7, .nature = nature, .death = 5}, experience);
  bench.config.log_interval = 40;
  bench.config.test_interval = 70;
  bench.config.test_nepisode = 2;
  bench.config.checkpoint_interval = 60;
  make_folder(whole);
  make_folder(pieces);
  live(&bench, whole, 240, 1);
  live(&bench, pieces, 240, 3);
  compare(whole, pieces);
  co_world_close(bench.world);
  remove_folder(whole);
  remove_folder(pieces);
}

START_TEST(every_kind_of_experience_resumes) {
  static const char *const kinds[] = {"decisions", "replay", "rollout", "episodes"};
  for (int i = 0; i < 8; i++) check_resume(kinds[i / 2], i % 2);
}
END_TEST

START_TEST(another_identity_is_refused) {
  Bench bench;
  char folder[64];
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  make_folder(folder);
  live(&bench, folder, 20, 1);
  bench.setup.identity = 1;
  ck_assert_ptr_null(co_train_create(&bench.setup, &bench.error));
  ck_assert_ptr_nonnull(strstr(bench.error.text, "other settings"));
  co_world_close(bench.world);
  remove_folder(folder);
}
END_TEST

START_TEST(matches_count_every_copy_once) {
  Bench bench;
  CoScore scores[2];
  prepare(&bench, (ToyConfig){.length = 4}, "episodes");
  const CoSeat seats[2] = {{.script = toy_scripts}, {.algo = NULL}};
  const CoMatchSetup setup = {
      .world = bench.world, .seats = seats, .num_envs = co_match_copies(10, 4), .seed = 1, .purpose = "match"};
  ck_assert_int_eq(setup.num_envs, 4); // three waves of four, of which the last counts two
  ck_assert_int_eq(co_match_copies(100, 32), 25);
  ck_assert_int_eq(co_match_copies(32, 32), 32);
  ck_assert_int_eq(co_match_copies(1, 32), 1);
  CoMatch *match = co_match_create(&setup, &bench.error);
  ck_assert_ptr_nonnull(match);
  ck_assert(co_match_play(match, 10, 0, NULL, scores, &bench.error));
  ck_assert_int_eq(scores[0].episodes, 10);
  ck_assert_int_eq(scores[0].won, -1);
  ck_assert_double_eq(scores[0].return_mean, 10);
  ck_assert_double_eq(scores[1].return_mean, -10);
  ck_assert_double_eq(scores[0].return_error, 0);
  ck_assert_double_eq(scores[0].length_mean, 4);
  ck_assert_double_eq(scores[0].info_mean[0], 4);
  co_match_destroy(match);
  co_world_close(bench.world);
}
END_TEST

CO_TESTS(a_round_is_an_episode_of_every_copy, a_rollout_restarts_by_itself, decisions_come_as_they_are_made,
         replay_holds_the_decisions, a_solver_has_its_own_loop, nan_stops_the_run_with_the_step,
         an_environment_that_fails_ends_the_run, a_stop_comes_after_the_round, a_stop_at_once_drops_the_round,
         teams_that_learn_must_agree_on_rounds, both_teams_learn, rows_hold_means_of_the_interval,
         every_kind_of_experience_resumes, another_identity_is_refused, matches_count_every_copy_once)
