// What every registered algorithm keeps to, on the first environment of the project's that it accepts (and the first
// with continuous actions, where it takes both kinds; and once more where it can play the mean of its weights, or give
// each agent weights of its own): refusals in a sentence, the same seed the same bits whatever the threads, save and
// load, no allocation once warm, metrics declared.
#include <string.h>

#include "allocations.h"
#include "cohort/train.h"
#include "cohort/wrappers.h"
#include "suite.h"

enum { CONFIG = 4096, TEAMS = 2, EPISODE = 8 };
// Kinds of actions; then discrete ones again, with the setting that is wished for.
typedef enum Variant { DISCRETE, CONTINUOUS, AVERAGED, SEPARATE, VARIANTS } Variant;
static const char *const wishes[VARIANTS][2] = {
    [AVERAGED] = {"average_time", "64"}, [SEPARATE] = {"share_weights", "false"}};

// A small world, and an algorithm that trains in it.
typedef struct Lab {
  const CoAlgoType *algo;
  Variant variant;
  _Alignas(16) unsigned char algo_config[CONFIG], env_config[CONFIG];
  CoWorld *world;
  CoTrainConfig config;
  CoTrain *train;
} Lab;

// Check's own assertions allocate, so none where all is well.
static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

// Environments that need a file (maps) cannot be opened from their defaults alone, and are passed over. NULL: none.
static CoWorld *find_world(Lab *lab) {
  for (int i = 0; co_env_list[i]; i++) {
    const CoEnvType *type = co_env_list[i];
    ck_assert(type->settings.bytes <= CONFIG);
    co_settings_defaults(&type->settings, lab->env_config);
    CoWorld *world = co_world_open(type, lab->env_config, NULL);
    if (world && co_world_spec(world)->episode_limit > EPISODE) world = co_world_limit(world, EPISODE);
    if (world && co_world_spec(world)->teams <= (lab->algo->all_teams ? TEAMS : 1) &&
        (co_world_spec(world)->actions == 0) == (lab->variant == CONTINUOUS) &&
        (lab->variant != SEPARATE || co_world_spec(world)->agents > co_world_spec(world)->teams) &&
        lab->algo->accepts(lab->algo_config, co_world_team(world, 0), NULL))
      return world;
    if (world) co_world_close(world);
  }
  return NULL;
}

// Sizes that make the test quick, where the algorithm has such settings.
static void shrink(Lab *lab) {
  static const char *const small[][2] = {
      {"hidden", "8"},          {"shards", "4"},       {"num_steps", "16"},
      {"batch_size", "4"},      {"buffer_size", "16"}, {"target_update_interval", "3"},
      {"learning_starts", "8"}, {"population", "8"},   {"horizon", "4"},
      {"games", "4"},           {"simulations", "16"}, {"test_simulations", "16"}};
  const CoSettings *settings = &lab->algo->settings;
  ck_assert(settings->bytes <= CONFIG);
  co_settings_defaults(settings, lab->algo_config);
  for (size_t i = 0; i < sizeof small / sizeof small[0]; i++)
    if (co_settings_find(settings, small[i][0]))
      ck_assert(co_settings_set(settings, lab->algo_config, small[i][0], small[i][1], NULL));
  const char *const *wish = wishes[lab->variant];
  if (wish[0]) ck_assert(co_settings_set(settings, lab->algo_config, wish[0], wish[1], NULL));
}

// A variant of the i-th algorithm; the cases are counted from 0.
typedef struct Case {
  int number;
  const CoAlgoType *algo; // NULL: past the last
  Variant variant;
} Case;

static bool possible(const Case *c) {
  const char *wish = wishes[c->variant][0];
  if (wish && !co_settings_find(&c->algo->settings, wish)) return false;
  Lab lab = {.algo = c->algo, .variant = c->variant};
  shrink(&lab);
  CoWorld *world = find_world(&lab);
  if (world) co_world_close(world);
  return world;
}

// The first possible case from a number on.
static Case from(int number) {
  Case c = {number, co_algo_list[number / VARIANTS], (Variant)(number % VARIANTS)};
  return !c.algo || possible(&c) ? c : from(number + 1);
}

static void prepare(Lab *lab, const Case *c, uint64_t seed, int threads) {
  CoError error = {{0}};
  *lab = (Lab){.algo = c->algo, .variant = c->variant};
  shrink(lab);
  lab->world = find_world(lab);
  co_settings_defaults(&co_train_settings, &lab->config);
  lab->config.seed = seed, lab->config.threads = threads, lab->config.num_envs = 4, lab->config.test_interval = 0;
  CoSeat seats[TEAMS];
  for (int i = 0; i < TEAMS; i++) seats[i] = (CoSeat){.algo = c->algo, .config = lab->algo_config};
  CoTrainSetup setup = {.config = &lab->config, .world = lab->world, .seats = seats};
  lab->train = co_train_create(&setup, &error);
  check(lab->train, &error);
}

static void destroy(Lab *lab) {
  co_train_destroy(lab->train);
  co_world_close(lab->world);
}

// Undeclared metrics are asserted against on the way.
static void rounds(Lab *lab, int count) {
  CoError error = {{0}};
  for (int i = 0; i < count; i++) check(co_train_round(lab->train, &error), &error);
}

static CoWriter learnt(const Lab *lab) {
  CoWriter writer = {0};
  lab->algo->save(co_train_algo(lab->train, 0), &writer);
  ck_assert(!writer.failed && writer.size > 0);
  return writer;
}

static bool equal(const CoWriter *a, const CoWriter *b) {
  return a->size == b->size && !memcmp(a->data, b->data, a->size);
}

static CoWriter train(const Case *c, uint64_t seed, int threads) {
  Lab lab;
  prepare(&lab, c, seed, threads);
  rounds(&lab, 12);
  ck_assert_int_gt((int)co_train_view(lab.train).updates, 0);
  CoWriter result = learnt(&lab);
  destroy(&lab);
  return result;
}

START_TEST(refuses_a_wrong_spec_with_a_sentence) {
  const CoSpec nothing = {.agents = 1, .teams = 1};
  for (int i = 0; co_algo_list[i]; i++) {
    _Alignas(16) unsigned char config[CONFIG];
    CoError error = {{0}};
    co_settings_defaults(&co_algo_list[i]->settings, config);
    ck_assert_msg(!co_algo_list[i]->accepts(config, &nothing, &error), "%s", co_algo_list[i]->name);
    ck_assert_msg(strchr(error.text, ' '), "%s says: %s", co_algo_list[i]->name, error.text);
  }
}
END_TEST

START_TEST(defaults_pass_their_own_check) {
  for (int i = 0; co_algo_list[i]; i++) {
    const CoAlgoType *algo = co_algo_list[i];
    _Alignas(16) unsigned char config[CONFIG];
    CoError error = {{0}};
    ck_assert(algo->name && algo->summary && algo->source);
    co_settings_defaults(&algo->settings, config);
    check(co_settings_check(&algo->settings, config, &error), &error);
    for (int j = 0; co_profile_names[j]; j++)
      check(co_settings_profile(&algo->settings, config, co_profile_names[j], &error), &error);
    check(co_settings_check(&algo->settings, config, &error), &error);
  }
}
END_TEST

// Solvers of exact models draw nothing, whatever the seed, and a planner with the true one learns nothing.
static bool draws(const CoAlgoType *algo) {
  static const char *const solvers[] = {"value_iteration", "policy_iteration", "cfr",
                                        "fictitious_play", "minimax",          "mpc"};
  for (size_t i = 0; i < sizeof solvers / sizeof solvers[0]; i++)
    if (!strcmp(algo->name, solvers[i])) return false;
  return true;
}

START_TEST(every_algorithm_has_an_environment) {
  for (int i = 0; co_algo_list[i]; i++)
    ck_assert_msg(from(VARIANTS * i).algo == co_algo_list[i], "no environment for %s", co_algo_list[i]->name);
}
END_TEST

START_TEST(same_seed_same_bits_for_any_threads) {
  for (Case c = from(0); c.algo; c = from(c.number + 1)) {
    CoWriter one = train(&c, 7, 1);
    for (int threads = 1; threads <= 4; threads *= 2) {
      CoWriter again = train(&c, 7, threads);
      ck_assert_msg(equal(&one, &again), "%s with %d threads", c.algo->name, threads);
      co_writer_free(&again);
    }
    CoWriter other = train(&c, 8, 1);
    ck_assert_msg(equal(&one, &other) != draws(c.algo), "%s with another seed", c.algo->name);
    co_writer_free(&other);
    co_writer_free(&one);
  }
}
END_TEST

// Scores of play: a pure function of what act does.
static CoScore play(Lab *lab, bool explore) {
  CoError error = {{0}};
  CoScore scores[TEAMS] = {{0}};
  CoSeat seats[TEAMS];
  for (int i = 0; i < TEAMS; i++)
    seats[i] = (CoSeat){.algo = lab->algo, .config = lab->algo_config, .self = co_train_algo(lab->train, 0)};
  CoMatchSetup setup = {
      .world = lab->world, .seats = seats, .num_envs = 4, .seed = 3, .purpose = "t", .explore = explore};
  CoMatch *match = co_match_create(&setup, &error);
  check(match && co_match_play(match, 20, 100, NULL, scores, &error), &error);
  co_match_destroy(match);
  return scores[0];
}

START_TEST(what_is_loaded_acts_and_is_as_what_was_saved) {
  for (Case c = from(0); c.algo; c = from(c.number + 1)) {
    Lab lab, other;
    CoError error = {{0}};
    prepare(&lab, &c, 1, 1);
    prepare(&other, &c, 2, 1);
    rounds(&lab, 20);
    rounds(&other, 4);
    CoWriter saved = learnt(&lab);
    CoReader reader = co_reader(saved.data, saved.size, &error);
    check(lab.algo->load(co_train_algo(other.train, 0), &reader), &error);
    ck_assert_uint_eq(reader.at, saved.size);
    CoWriter loaded = learnt(&other);
    ck_assert_msg(equal(&saved, &loaded), "%s", lab.algo->name);
    for (int explore = 0; explore < 2; explore++) {
      CoScore a = play(&lab, explore), b = play(&other, explore);
      ck_assert_msg(!memcmp(&a, &b, sizeof a), "%s", lab.algo->name);
    }
    co_writer_free(&saved);
    co_writer_free(&loaded);
    destroy(&lab);
    destroy(&other);
  }
}
END_TEST

// Whatever is cut off is noticed.
START_TEST(a_torn_save_is_refused) {
  for (Case c = from(0); c.algo; c = from(c.number + 1)) {
    Lab lab;
    CoError error = {{0}};
    prepare(&lab, &c, 1, 1);
    CoWriter saved = learnt(&lab);
    CoReader reader = co_reader(saved.data, saved.size - 1, &error);
    ck_assert_msg(!lab.algo->load(co_train_algo(lab.train, 0), &reader), "%s", lab.algo->name);
    ck_assert_uint_gt(strlen(error.text), 0);
    co_writer_free(&saved);
    destroy(&lab);
  }
}
END_TEST

START_TEST(a_warm_round_allocates_nothing) {
  for (Case c = from(0); c.algo; c = from(c.number + 1)) {
    Lab lab;
    prepare(&lab, &c, 1, 2);
    rounds(&lab, 40);
    long before = co_allocations;
    rounds(&lab, 20);
    ck_assert_msg(co_allocations == before, "%s: %ld allocations", lab.algo->name, co_allocations - before);
    destroy(&lab);
  }
}
END_TEST

CO_TESTS(refuses_a_wrong_spec_with_a_sentence, defaults_pass_their_own_check, every_algorithm_has_an_environment,
         same_seed_same_bits_for_any_threads, what_is_loaded_acts_and_is_as_what_was_saved, a_torn_save_is_refused,
         a_warm_round_allocates_nothing)
