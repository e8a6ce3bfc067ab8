// Tabular methods against numbers by hand: first updates, true ends and cuts, masks, bandits, tiles, exact solutions.
#include <math.h>
#include <string.h>

#include "cohort/model.h"
#include "tabular.h"
#include "tabular/tiles.h"

// Values begin at 1. A true end that pays 4: 1 + 0.5 (4 - 1). Then state 0, which leads to state 1 for a reward of 2
// when time runs out: 1 + 0.5 (2 + 0.5 V - 1), V = 2.5 for the best action, 0.5 * 1.5 + 0.5 * 2.5 = 2 in the mean, and
// 1 where the best action is illegal.
START_TEST(an_end_is_an_end_and_a_cut_is_none) {
  const struct {
    const char *name;
    float expected, masked;
  } cases[] = {{"q_learning", 2.125f, 1.75f}, {"expected_sarsa", 2, 1.75f},  {"sarsa", 2, 1.75f},
               {"n_step_sarsa", 2, 1.75f},    {"mc_control", 2, 1.75f},      {"tile_sarsa", 2, 1.75f},
               {"td0", 2.125f, 2.125f},       {"n_step_td", 2.125f, 2.125f}, {"mc_prediction", 2.125f, 2.125f}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (int masked = 0; masked < 2; masked++) {
      Lab lab = build(cases[i].name, 4, COPIES, 1, half);
      feed(&lab, row(1, 0, 4, 0, 2, CO_TERMINATED));
      ck_assert_float_eq(value(&lab, 1, 0), 2.5f);
      CoDecision last = row(0, 1, 2, 0.5f, 1, CO_TRUNCATED);
      if (masked) last.next_mask = not_first;
      feed(&lab, last);
      float expected = masked ? cases[i].masked : cases[i].expected;
      ck_assert_msg(fabsf(value(&lab, 0, 1) - expected) < 1e-6f, "%s: %g, must be %g", cases[i].name,
                    (double)value(&lab, 0, 1), (double)expected);
      ck_assert_float_eq(value(&lab, 3, 1), 1);
      destroy(&lab);
    }
}
END_TEST

typedef struct Seen {
  CoUpdate all[4];
  int count;
} Seen;

static void see(void *user, const CoUpdate *update) {
  Seen *seen = user;
  ck_assert_int_lt(seen->count, 4);
  seen->all[seen->count++] = *update;
}

static void assert_update(const CoUpdate *update, int state, int action, double reward, double target, double after) {
  ck_assert_int_eq(update->state, state);
  ck_assert_int_eq(update->action, action);
  ck_assert_double_eq(update->reward, reward);
  ck_assert_double_eq_tol(update->target, target, 1e-6);
  ck_assert_double_eq(update->before, 1);
  ck_assert_double_eq_tol(update->after, after, 1e-6);
}

// The two updates above, as whoever observes is told of them.
START_TEST(an_observer_sees_the_arithmetic) {
  const struct {
    const char *name;
    double target;
  } cases[] = {{"q_learning", 3.25}, {"expected_sarsa", 3}, {"sarsa", 3},        {"n_step_sarsa", 3},
               {"mc_control", 3},    {"td0", 3.25},         {"n_step_td", 3.25}, {"mc_prediction", 3.25}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Lab lab = build(cases[i].name, 4, COPIES, 1, half);
    Seen seen = {.count = 0};
    const CoObserver observer = {see, &seen};
    feed_before(&lab, row(1, 0, 4, 0, 2, CO_TERMINATED), &observer);
    feed_before(&lab, row(0, 1, 2, 0.5f, 1, CO_TRUNCATED), &observer);
    ck_assert_msg(seen.count == 2, "%s: %d updates", cases[i].name, seen.count);
    assert_update(&seen.all[0], 1, 0, 4, 4, 2.5);
    assert_update(&seen.all[1], 0, 1, 2, cases[i].target, 1 + 0.5 * (cases[i].target - 1));
    destroy(&lab);
  }
}
END_TEST

// The target is the value of what is done next, here not the best.
START_TEST(sarsa_waits_for_the_next_action) {
  const char *const names[] = {"sarsa", "tile_sarsa"};
  for (int i = 0; i < 2; i++) {
    Lab lab = build(names[i], 4, COPIES, 1, half);
    feed(&lab, row(1, 0, 4, 0, 2, CO_TERMINATED));
    feed(&lab, row(0, 1, 2, 0.5f, 1, CO_PLAYING));
    ck_assert_float_eq(value(&lab, 0, 1), 1);
    CoDecision other = row(1, 0, 0, 0.5f, 2, CO_PLAYING);
    other.env = 1; // another copy's move is none of it
    feed(&lab, other);
    ck_assert_float_eq(value(&lab, 0, 1), 1);
    feed(&lab, row(1, 1, 0, 0.5f, 2, CO_PLAYING));
    ck_assert_float_eq(value(&lab, 0, 1), 1.75f);
    destroy(&lab);
  }
}
END_TEST

// Rewards 1, 2, then 4 at a true end; two of them before a value follows.
START_TEST(n_steps_are_looked_ahead) {
  const char *const names[] = {"n_step_sarsa", "n_step_td"};
  const char *const settings[] = {"lr", "0.5", "initial", "1", "n", "2", NULL};
  for (int i = 0; i < 2; i++) {
    Lab lab = build(names[i], 4, COPIES, 1, settings);
    feed(&lab, row(0, 0, 1, 0.5f, 1, CO_PLAYING));
    feed(&lab, row(1, 0, 2, 0.5f, 2, CO_PLAYING));
    ck_assert_float_eq(value(&lab, 1, 0), 1);
    feed(&lab, row(2, 1, 4, 0, 3, CO_TERMINATED));
    ck_assert_float_eq(value(&lab, 0, 0), 1.625f); // 1 + 0.5 (1 + 0.5 * 2 + 0.25 * 1 - 1)
    ck_assert_float_eq(value(&lab, 1, 0), 2.5f);   // 1 + 0.5 (2 + 0.5 * 4 - 1)
    ck_assert_float_eq(value(&lab, 2, 1), 2.5f);
    destroy(&lab);
  }
}
END_TEST

START_TEST(first_visits_are_averaged) {
  const char *const names[] = {"mc_control", "mc_prediction"};
  for (int i = 0; i < 2; i++) {
    Lab lab = build(names[i], 4, COPIES, 1, (const char *const[]){"initial", "7", NULL});
    feed(&lab, row(0, 0, 1, 1, 1, CO_PLAYING));
    feed(&lab, row(1, 1, 2, 1, 0, CO_PLAYING));
    ck_assert_float_eq(value(&lab, 1, 1), 7);
    feed(&lab, row(0, 0, 3, 0, 3, CO_TERMINATED));
    ck_assert_float_eq(value(&lab, 0, 0), 6); // not the second visit's 3
    ck_assert_float_eq(value(&lab, 1, 1), 5);
    feed(&lab, row(0, 0, 2, 0, 3, CO_TERMINATED));
    ck_assert_float_eq(value(&lab, 0, 0), 4);
    destroy(&lab);
  }
}
END_TEST

static CoWriter learnt(Lab *lab) {
  CoWriter writer = {0};
  lab->algo->save(lab->self, &writer);
  return writer;
}

// Random episodes in two copies, the same for both methods.
static void check_same(const char *one, const char *other) {
  const char *const settings[] = {"lr", "0.3", "n", "1", NULL};
  Lab a = build(one, 4, COPIES, 1, settings), b = build(other, 4, COPIES, 1, settings);
  CoRng rng = co_rng(5, "test", 0);
  int at[2] = {0};
  for (int i = 0; i < 2000; i++) {
    int env = i % 2, next = co_rng_int(&rng, 0, 3), dice = co_rng_int(&rng, 0, 9);
    int ending = dice == 0 ? CO_TERMINATED : dice == 1 ? CO_TRUNCATED : CO_PLAYING;
    float reward = (float)co_rng_unit(&rng);
    CoDecision d = row(at[env], co_rng_int(&rng, 0, 2), reward, ending == CO_TERMINATED ? 0 : 0.9f, next, ending);
    d.env = env;
    at[env] = next;
    feed(&a, d);
    feed(&b, d);
  }
  for (int s = 0; s < 4; s++)
    for (int action = 0; action < ACTIONS; action++) ck_assert_float_eq(value(&a, s, action), value(&b, s, action));
  ck_assert_float_ne(value(&a, 0, 0), 0);
  destroy(&a);
  destroy(&b);
}

START_TEST(one_of_n_steps_is_the_plain_method) {
  check_same("sarsa", "n_step_sarsa");
  check_same("td0", "n_step_td");
}
END_TEST

// One table holds 1 for state 1's first action, the other nothing: who chooses does not value. By the four ways of two
// coins and a tie: 0, 0, 0.5 and 0, halved by the mean of two tables.
START_TEST(double_q_values_by_the_other_table) {
  enum { SEEDS = 2000 };
  double sum = 0;
  for (int seed = 0; seed < SEEDS; seed++) {
    Lab lab = build("double_q_learning", 4, 1, (uint64_t)seed, (const char *const[]){"lr", "1", NULL});
    feed(&lab, row(1, 0, 1, 0, 2, CO_TERMINATED));
    ck_assert_float_eq(value(&lab, 1, 0), 0.5f);
    CoDecision cut = row(0, 1, 0, 0.5f, 1, CO_TRUNCATED);
    cut.next_mask = (const uint8_t[]){1, 1, 0};
    feed(&lab, cut);
    sum += (double)value(&lab, 0, 1);
    cut.action = 2;
    cut.next_mask = not_first;
    feed(&lab, cut);
    ck_assert_float_eq(value(&lab, 0, 2), 0);
    destroy(&lab);
  }
  ck_assert_double_eq_tol(sum / SEEDS, 0.0625, 0.01);
}
END_TEST

START_TEST(illegal_actions_are_never_chosen) {
  const char *const names[] = {"q_learning", "sarsa",         "expected_sarsa", "double_q_learning", "n_step_sarsa",
                               "mc_control", "td0",           "n_step_td",      "mc_prediction",     "tile_sarsa",
                               "ucb",        "bandit_greedy", "thompson",       "gradient_bandit"};
  const uint8_t mask[ACTIONS] = {0, 1, 0};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    for (int explore = 0; explore < 2; explore++) {
      Lab lab = build(names[i], 1, 1, 1, (const char *const[]){"epsilon", "0.5", "epsilon_start", "0.5", NULL});
      CoRng rng = co_rng(2, "test", 0);
      feed(&lab, row(0, 0, 1, 0, 0, CO_TERMINATED)); // the illegal action is the best
      for (int j = 0; j < 100; j++) ck_assert_int_eq(act(&lab, 0, mask, explore, &rng), 1);
      destroy(&lab);
    }
}
END_TEST

// Two copies of a bandit; the second is another one.
static Lab bandits(const char *name, const char *const *settings) {
  return build(name, 1, 2, 1, settings);
}
static void pay(Lab *lab, int env, int arm, float reward, int ending) {
  CoDecision d = row(0, arm, reward, ending == CO_TERMINATED ? 0 : 1, 0, ending);
  d.env = env;
  feed(lab, d);
}

START_TEST(arms_are_averaged_and_forgotten) {
  const char *const names[] = {"bandit_greedy", "ucb", "thompson"};
  for (int i = 0; i < 3; i++)
    for (int anew = 0; anew < 2; anew++) {
      Lab lab = bandits(names[i], (const char *const[]){"anew", anew ? "true" : "false", NULL});
      pay(&lab, 0, 1, 2, CO_PLAYING);
      pay(&lab, 1, 1, 9, CO_PLAYING);
      pay(&lab, 0, 1, 4, CO_PLAYING);
      ck_assert_float_eq(value(&lab, 0, 1), anew ? 3 : 5);
      pay(&lab, 0, 0, 1, CO_TRUNCATED);
      ck_assert_float_eq(value(&lab, 0, 1), anew ? 0 : 5);
      destroy(&lab);
    }
  Lab lab = bandits("bandit_greedy", (const char *const[]){"lr", "0.1", "initial", "5", "epsilon", "0", NULL});
  CoRng rng = co_rng(1, "test", 0);
  pay(&lab, 0, 2, 1, CO_PLAYING);
  ck_assert_float_eq_tol(value(&lab, 0, 2), 4.6f, 1e-6f);
  for (int i = 0; i < 50; i++) ck_assert_int_ne(act(&lab, 0, all, true, &rng), 2); // the others are still hoped for
  destroy(&lab);
}
END_TEST

// Bounds after the third pull of two arms, c = 1, t = 4: 1 + sqrt(ln 4 / 2) = 1.83 and 0.5 + sqrt(ln 4) = 1.68; with
// c = 2: 2.67 and 2.85.
START_TEST(the_upper_bound_is_pulled) {
  for (int c = 1; c <= 2; c++) {
    Lab lab = bandits("ucb", (const char *const[]){"c", c == 1 ? "1" : "2", NULL});
    CoRng rng = co_rng(1, "test", 0);
    const uint8_t two[ACTIONS] = {1, 1, 0};
    pay(&lab, 0, 0, 1, CO_PLAYING);
    ck_assert_int_eq(act(&lab, 0, two, true, &rng), 1); // never tried
    pay(&lab, 0, 0, 1, CO_PLAYING);
    pay(&lab, 0, 1, 0.5f, CO_PLAYING);
    ck_assert_int_eq(act(&lab, 0, two, true, &rng), c == 1 ? 0 : 1);
    destroy(&lab);
  }
}
END_TEST

// The first reward is the baseline itself; the second, 3 above it, moves preferences by 0.1 * 3 (1 - 1/3) and -1/3.
START_TEST(preferences_climb_against_the_baseline) {
  Lab lab = bandits("gradient_bandit", NULL);
  pay(&lab, 0, 0, 1, CO_PLAYING);
  ck_assert_float_eq(value(&lab, 0, 0), 0);
  pay(&lab, 0, 1, 4, CO_PLAYING);
  ck_assert_float_eq_tol(value(&lab, 0, 1), 0.2f, 1e-6f);
  ck_assert_float_eq_tol(value(&lab, 0, 2), -0.1f, 1e-6f);
  destroy(&lab);
  lab = bandits("gradient_bandit", (const char *const[]){"baseline", "false", NULL});
  CoDecision d = row(0, 1, 4, 1, 0, CO_PLAYING);
  d.mask = not_first;
  feed(&lab, d);
  ck_assert_float_eq(value(&lab, 0, 0), 0); // illegal: no part of it
  ck_assert_float_eq_tol(value(&lab, 0, 1), 0.2f, 1e-6f);
  ck_assert_float_eq_tol(value(&lab, 0, 2), -0.2f, 1e-6f);
  destroy(&lab);
}
END_TEST

// Beliefs of wins: Beta(2, 1) against Beta(1, 2), of which the first draws the higher number in 5 of 6 cases.
START_TEST(beliefs_are_drawn_from) {
  Lab lab = bandits("thompson", (const char *const[]){"belief", "beta", NULL});
  CoRng rng = co_rng(1, "test", 0);
  const uint8_t two[ACTIONS] = {1, 1, 0};
  int first = 0;
  pay(&lab, 0, 0, 1, CO_PLAYING);
  pay(&lab, 0, 1, 0, CO_PLAYING);
  for (int i = 0; i < 20000; i++) first += act(&lab, 0, two, true, &rng) == 0;
  ck_assert_double_eq_tol(first / 20000.0, 5.0 / 6, 0.01);
  destroy(&lab);
}
END_TEST

// Two tiles over [0, 1] by four tilings, each a fourth of a tile further.
START_TEST(tiles_are_shifted) {
  const CoTiles line = {.tilings = 4, .across = 2, .size = 1, .low = {0}, .scale = {2}};
  int found[4];
  co_tiles_find(&line, (const float[]){0.3f}, found);
  ck_assert_mem_eq(found, ((const int[]){0, 3, 7, 10}), sizeof found);
  co_tiles_find(&line, (const float[]){7}, found); // beyond the bounds: the last
  ck_assert_mem_eq(found, ((const int[]){1, 5, 8, 11}), sizeof found);
  co_tiles_find(&line, (const float[]){-7}, found);
  ck_assert_mem_eq(found, ((const int[]){0, 3, 6, 9}), sizeof found);
  ck_assert_uint_eq(co_tiles_count(&line, 12), 12);
  ck_assert_uint_eq(co_tiles_count(&line, 11), 0);
  const CoTiles plane = {.tilings = 4, .across = 2, .size = 2, .low = {0, 10}, .scale = {2, 0.2f}};
  co_tiles_find(&plane, (const float[]){0.3f, 16.5f}, found); // shifts 0 1 2 3 in one dimension, 0 3 2 1 in the other
  ck_assert_mem_eq(found, ((const int[]){1, 11, 22, 31}), sizeof found);
}
END_TEST

// Seats that play have fewer copies than there were in training.
START_TEST(a_save_fits_any_number_of_copies) {
  const char *const names[] = {"sarsa", "n_step_td", "mc_control", "tile_sarsa", "ucb"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    Lab from = build(names[i], 1, COPIES, 1, NULL);
    for (int env = 0; env < COPIES; env++) pay(&from, env, env % ACTIONS, 1, CO_PLAYING);
    CoWriter saved = learnt(&from);
    for (int copies = 1; copies <= 2 * COPIES; copies *= 2) {
      CoError error = {{0}};
      Lab to = build(names[i], 1, copies, 1, NULL);
      CoReader reader = co_reader(saved.data, saved.size, &error);
      check(to.algo->load(to.self, &reader), &error);
      ck_assert_uint_eq(reader.at, saved.size);
      CoWriter again = learnt(&to);
      ck_assert_int_eq(again.size == saved.size && !memcmp(again.data, saved.data, saved.size), copies == COPIES);
      co_writer_free(&again);
      destroy(&to);
    }
    co_writer_free(&saved);
    destroy(&from);
  }
}
END_TEST

// The starts' mean value when the solver has finished; rounds, at most 100,000.
static double solve(const char *name, const char *env, const char *const *env_settings, const char *gamma) {
  CoRegistry registry;
  CoError error;
  const char *variant;
  _Alignas(16) unsigned char config[1024];
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, env, &variant, &error);
  check(type && type->settings.bytes <= sizeof config, &error);
  co_settings_defaults(&type->settings, config);
  for (; env_settings && *env_settings; env_settings += 2)
    check(co_settings_set(&type->settings, config, env_settings[0], env_settings[1], &error), &error);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  Lab lab = {.algo = find(name)};
  set(&lab, (const char *const[]){"gamma", gamma, "tolerance", "1e-12", NULL});
  check(lab.algo->accepts(lab.config, co_world_team(world, 0), &error), &error);
  const CoAlgoSetup setup = {.spec = co_world_team(world, 0), .world = world, .num_envs = 1, .seed = 1};
  lab.self = lab.algo->create(lab.config, &setup, &error);
  check(lab.self, &error);
  CoRound round = {0};
  for (int i = 0; i < 100000 && !round.finished; i++) check(lab.algo->advance(lab.self, &round, &error), &error);
  ck_assert(round.finished);
  CoModel *model = co_model_create(world, &error);
  CoWriter saved = learnt(&lab);
  double start = 0, v;
  for (int s = 0; s < model->states; s++) {
    memcpy(&v, saved.data + (size_t)(model->states * model->actions) * sizeof(float) + (size_t)s * sizeof v, sizeof v);
    start += model->start[s] * v;
  }
  co_writer_free(&saved);
  co_model_destroy(model);
  destroy(&lab);
  co_world_close(world);
  return start;
}

START_TEST(solutions_are_exact) {
  const char *const names[] = {"value_iteration", "policy_iteration"};
  for (int i = 0; i < 2; i++) {
    ck_assert_double_eq_tol(solve(names[i], "frozen_lake", NULL, "1"), 14.0 / 17, 1e-9);
    ck_assert_double_eq_tol(solve(names[i], "frozen_lake", (const char *const[]){"slippery", "false", NULL}, "0.5"),
                            0.03125, 1e-12); // six steps
    ck_assert_double_eq_tol(solve(names[i], "cliff_walking", NULL, "1"), -13, 1e-9);
    ck_assert_double_eq_tol(solve(names[i], "taxi", NULL, "1"), 7.93, 1e-9);
    ck_assert_double_eq_tol(solve(names[i], "random_walk", NULL, "1"), 0.5, 1e-9);
    ck_assert_double_eq_tol(solve(names[i], "blackjack", (const char *const[]){"sab", "true", NULL}, "1"), -0.0431,
                            5e-5);
  }
}
END_TEST

START_TEST(what_does_not_fit_is_refused) {
  const struct {
    const char *name;
    CoSpec spec;
    const char *reason;
  } cases[] = {
      {"sarsa", {.agents = 1, .actions = 2}, "numbered states"},
      {"td0", {.agents = 1, .states = 2, .action_size = 1}, "discrete actions"},
      {"value_iteration", {.agents = 1, .states = 2, .actions = 2}, "exact model"},
      {"policy_iteration", {.agents = 2, .states = 2, .actions = 2, .modelled = true}, "one agent"},
      {"ucb", {.agents = 1, .states = 2, .actions = 2}, "one state"},
      {"tile_sarsa", {.agents = 1, .actions = 2, .obs_size = 400}, "400"},
      {"tile_sarsa", {.agents = 1, .actions = 2, .obs_size = 16, .obs_high = 1}, "too many"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    CoError error = {{0}};
    Lab lab = {.algo = find(cases[i].name)};
    set(&lab, NULL);
    ck_assert(!lab.algo->accepts(lab.config, &cases[i].spec, &error));
    ck_assert_msg(strstr(error.text, cases[i].reason), "%s: %s", cases[i].name, error.text);
  }
}
END_TEST

CO_TESTS(an_end_is_an_end_and_a_cut_is_none, an_observer_sees_the_arithmetic, sarsa_waits_for_the_next_action,
         n_steps_are_looked_ahead, first_visits_are_averaged, one_of_n_steps_is_the_plain_method,
         double_q_values_by_the_other_table, illegal_actions_are_never_chosen, arms_are_averaged_and_forgotten,
         the_upper_bound_is_pulled, preferences_climb_against_the_baseline, beliefs_are_drawn_from, tiles_are_shifted,
         a_save_fits_any_number_of_copies, solutions_are_exact, what_does_not_fit_is_refused)
