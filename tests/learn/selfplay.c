// AlphaZero against exact play, on several seeds: no game lost, whichever best reply comes and wherever it begins.
#include <string.h>

#include "planning.h"

#include "cohort/judge.h"
#include "cohort/train.h"

enum { SEEDS = 3, CONFIG = 1024 };

extern const CoEnvType co_tictactoe, co_connect4, co_hex;
extern const CoAlgoType co_alphazero;

typedef struct Run {
  CoWorld *world;
  _Alignas(16) unsigned char config[CONFIG];
  CoTrain *train;
} Run;

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

// settings: name, value, ..., NULL
static void train(Run *run, const CoEnvType *game, const char *board, uint64_t seed, int steps,
                  const char *const *settings) {
  CoError error = {""};
  CoTrainConfig config;
  CoSeat seats[2];
  co_settings_defaults(&co_train_settings, &config);
  config.seed = seed, config.steps = steps, config.threads = 2;
  config.test_interval = 0;
  co_settings_defaults(&co_alphazero.settings, run->config);
  for (; *settings; settings += 2)
    check(co_settings_set(&co_alphazero.settings, run->config, settings[0], settings[1], &error), &error);
  run->world = plan_world(game, board, NULL, &error);
  check(run->world, &error);
  for (int i = 0; i < 2; i++) seats[i] = (CoSeat){.algo = &co_alphazero, .config = run->config};
  run->train = co_train_create(&(CoTrainSetup){.config = &config, .world = run->world, .seats = seats}, &error);
  check(run->train, &error);
  while (!co_train_done(run->train)) check(co_train_round(run->train, &error), &error);
}

static void end(Run *run) {
  co_train_destroy(run->train);
  co_world_close(run->world);
}

static CoJudge *judge_of(Run *run, int agent) {
  CoError error = {""};
  const CoSeat seat = {.algo = &co_alphazero, .config = run->config, .self = co_train_algo(run->train, 0)};
  CoJudge *judge = co_judge_create(run->world, &seat, agent, 1, &error);
  check(judge, &error);
  return judge;
}

static CoEnv *begin(const Run *run) {
  CoEnv *env = co_env_create(run->world, 1, NULL);
  ck_assert(env && co_env_reset(env, NULL));
  return env;
}

static void act(CoEnv *env, int action) {
  ck_assert(co_env_step(env, &(CoActions){(int[]){action, action}, NULL}, NULL));
}

static float worst(Run *run, int agent, uint64_t seed) {
  CoError error = {""};
  CoJudge *judge = judge_of(run, agent);
  CoEnv *env = begin(run);
  CoVerdict verdict;
  check(co_judge(judge, env, false, &verdict, &error), &error);
  printf("%s, seed %d, agent %d: worst %g, exact %g, %d decisions\n", co_world_type(run->world)->name, (int)seed, agent,
         (double)verdict.worst, (double)verdict.exact, (int)verdict.decisions);
  co_env_destroy(env);
  co_judge_destroy(judge);
  return verdict.worst;
}

// Of `games` positions some random moves from the start: how many it loses that best play would not.
static int fails(Run *run, int agent, int games, uint64_t seed) {
  CoError error = {""};
  CoJudge *judge = judge_of(run, agent);
  CoEnv *env = begin(run);
  CoRng rng = co_rng(seed, "openings", (uint64_t)agent);
  int count = 0;
  for (int i = 0; i < games; i++) {
    uint8_t mask[64];
    CoVerdict verdict;
    ck_assert(co_env_reset(env, NULL));
    for (int moves = co_rng_int(&rng, 1, 4); moves > 0; moves--) {
      ck_assert(co_env_available(env, co_env_mover(env), mask, NULL));
      act(env, co_rng_choose(&rng, mask, co_world_spec(run->world)->actions));
    }
    check(co_judge(judge, env, false, &verdict, &error), &error);
    count += verdict.worst < 0 && verdict.worst < verdict.exact;
  }
  printf("%s, seed %d, agent %d: %d of %d openings lost that were not\n", co_world_type(run->world)->name, (int)seed,
         agent, count, games);
  co_env_destroy(env);
  co_judge_destroy(judge);
  return count;
}

START_TEST(tic_tac_toe_is_never_lost) {
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    Run run;
    train(&run, &co_tictactoe, "", seed, 60000, (const char *[]){NULL});
    for (int agent = 0; agent < 2; agent++) {
      ck_assert_float_eq(worst(&run, agent, seed), 0);
      ck_assert_int_eq(fails(&run, agent, 500, seed), 0);
    }
    end(&run);
  }
}
END_TEST

START_TEST(hex_is_opened_and_played_to_win) {
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    Run run;
    train(&run, &co_hex, "size=3", seed, 60000, (const char *[]){NULL});
    ck_assert_float_eq(worst(&run, 0, seed), 1);
    end(&run);
  }
}
END_TEST

START_TEST(connect_four_on_four_columns_is_never_lost) {
  static const char *const settings[] = {"hidden", "128", "conv_layers", "0", "random_opening", "10", NULL};
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    Run run;
    train(&run, &co_connect4, "rows=4 columns=4", seed, 100000, settings);
    for (int agent = 0; agent < 2; agent++) ck_assert_float_eq(worst(&run, agent, seed), 0);
    end(&run);
  }
}
END_TEST

CO_TESTS(tic_tac_toe_is_never_lost, connect_four_on_four_columns_is_never_lost, hex_is_opened_and_played_to_win)
