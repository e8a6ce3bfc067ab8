// Solvers of games against numbers by hand: Kuhn's first regrets, how the past fades, sampled walks that are right on
// average, values and exploitabilities that are known.
#include <math.h>
#include <string.h>

#include "suite.h"

#include "cohort/match.h"
#include "cohort/metrics.h"
#include "multi/game.h"

enum { JACK = 1, QUEEN, KING };
enum { BEGIN, P, B, PP, PB, HISTORIES = 11 }; // of kuhn_poker's index

typedef struct Lab {
  const CoAlgoType *algo;
  _Alignas(16) unsigned char config[256];
  CoWorld *world;
  CoMetrics *metrics;
  void *self;
} Lab;

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

// settings: name, value, ..., NULL
static Lab build(const char *game, const char *name, uint64_t seed, const char *const *settings) {
  CoRegistry registry;
  CoError error;
  const char *variant;
  unsigned char config[256];
  co_registry_init(&registry);
  Lab lab = {.algo = co_find_algo(&registry, name, &error)};
  const CoEnvType *type = co_find_env(&registry, game, &variant, &error);
  check(lab.algo && type, &error);
  co_settings_defaults(&type->settings, config);
  if (*variant) check(co_settings_set(&type->settings, config, type->variant, variant, &error), &error);
  co_settings_defaults(&lab.algo->settings, lab.config);
  for (; settings && *settings; settings += 2)
    check(co_settings_set(&lab.algo->settings, lab.config, settings[0], settings[1], &error), &error);
  lab.world = co_world_open(type, config, &error);
  check(lab.world && lab.algo->accepts(lab.config, co_world_team(lab.world, 0), &error), &error);
  const CoAlgoSetup setup = {.spec = co_world_team(lab.world, 0), .world = lab.world, .num_envs = 1, .seed = seed};
  lab.self = lab.algo->create(lab.config, &setup, &error);
  lab.metrics = co_metrics_create("", &error);
  check(lab.self && lab.metrics, &error);
  for (int i = 0; lab.algo->metrics[i]; i++)
    check(co_metrics_declare(lab.metrics, lab.algo->metrics[i], &error), &error);
  return lab;
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->self);
  co_metrics_destroy(lab->metrics);
  co_world_close(lab->world);
}

static void iterate(Lab *lab, int count) {
  for (int i = 0; i < count; i++) {
    CoRound round = {.budget = 1000000000, .metrics = lab->metrics};
    ck_assert(lab->algo->advance(lab->self, &round, NULL));
    ck_assert_int_eq((int)round.steps, 1);
  }
}

static double exploitability(Lab *lab) {
  return lab->algo->evaluate(lab->self, lab->metrics, NULL);
}

static double value(Lab *lab) {
  double mean;
  co_metrics_clear(lab->metrics);
  exploitability(lab);
  ck_assert(co_metrics_find(lab->metrics, "value", &mean));
  return mean;
}

static const CoTree *tree_of(const Lab *lab) {
  return ((const CoGame *)lab->self)->tree;
}

// As saved: the count, the average's numbers, the regrets, and what may follow.
static const double *regrets(const Lab *lab, CoWriter *saved) {
  lab->algo->save(lab->self, saved);
  ck_assert(!saved->failed);
  return (const double *)(const void *)(saved->data + 8) + tree_of(lab)->sequences;
}

// Of betting; that of passing is minus it, at uniform play.
static double regret(const Lab *lab, const double *all, int agent, int card, int history) {
  const CoTree *tree = tree_of(lab);
  int set = co_tree_find(tree, agent, card * HISTORIES + history);
  ck_assert_int_ge(set, 0);
  return all[tree->set[set].first + 1];
}

// Of agent 0 after one iteration against uniform play, by hand. With a jack: betting wins 1 or loses 2 by halves
// against either card, -1/2 in 2 of 6 deals; passing loses 1, or 3/2 after a bet, -5/4 in 2 of 6 deals: regrets are
// half the difference, 1/8. And so on.
static const struct {
  int card, history;
  double regret;
} first[] = {{JACK, BEGIN, 1.0 / 8}, {QUEEN, BEGIN, 1.0 / 8}, {KING, BEGIN, 1.0 / 8},
             {JACK, PB, -1.0 / 12},  {QUEEN, PB, 1.0 / 12},   {KING, PB, 1.0 / 4}};

START_TEST(first_regrets_are_those_by_hand) {
  static const char *const variants[] = {"plain", "plus", "linear", "discounted"};
  for (int v = 0; v < 4; v++) {
    Lab lab = build("kuhn_poker", "cfr", 1, (const char *const[]){"variant", variants[v], NULL});
    CoWriter saved = {0};
    iterate(&lab, 1);
    const double *all = regrets(&lab, &saved);
    for (int i = 0; i < 6; i++)
      ck_assert_double_eq_tol(regret(&lab, all, 0, first[i].card, first[i].history), first[i].regret, 1e-12);
    co_writer_free(&saved);
    destroy(&lab);
  }
}
END_TEST

// Agent 1's first regret after a pass, with a jack: at once, against uniform play; in turn, against agent 0's new
// policy, which always bets first and so never passes.
START_TEST(the_second_agent_answers_at_once_or_in_turn) {
  for (int turn = 0; turn < 2; turn++) {
    Lab lab = build("kuhn_poker", "cfr", 1,
                    (const char *const[]){"variant", "plain", "alternating", turn ? "true" : "false", NULL});
    CoWriter saved = {0};
    iterate(&lab, 1);
    const double *all = regrets(&lab, &saved);
    // Passing: -1 in both deals. Betting: folded to 1/2, called 1/2: (1 - 2) / 2. Reached by half of two deals in six.
    ck_assert_double_eq_tol(regret(&lab, all, 1, JACK, P), turn ? 0 : (-0.5 + 1) / 12, 1e-12);
    // After a bet with a queen: folding -1; calling 2 against the jack, -2 against the king.
    ck_assert_double_eq_tol(regret(&lab, all, 1, QUEEN, B), (turn ? 1 : 0.5) / 6, 1e-12);
    co_writer_free(&saved);
    destroy(&lab);
  }
}
END_TEST

// After two iterations, both agents at once: R1 fades by the variant's factors before R2's part is added, which is the
// same for all.
START_TEST(the_past_fades) {
  static const char *const variants[] = {"plain", "plus", "linear", "discounted"};
  static const double above[] = {1, 1, 0.5, 0.5}, below[] = {1, 0, 0.5, 0.5}, average[] = {1, 0.5, 0.5, 0.25};
  Lab plain = build("kuhn_poker", "cfr", 1, (const char *const[]){"variant", "plain", "alternating", "false", NULL});
  CoWriter one = {0}, two = {0};
  iterate(&plain, 1);
  const double *before = regrets(&plain, &one);
  iterate(&plain, 1);
  const double *after = regrets(&plain, &two);
  int count = tree_of(&plain)->sequences;
  for (int v = 0; v < 4; v++) {
    Lab lab =
        build("kuhn_poker", "cfr", 1, (const char *const[]){"variant", variants[v], "alternating", "false", NULL});
    CoWriter saved = {0};
    iterate(&lab, 2);
    const double *all = regrets(&lab, &saved);
    for (int s = 0; s < count; s++) {
      double factor = before[s] > 0 ? above[v] : below[v];
      ck_assert_double_eq_tol(all[s], before[s] * factor + after[s] - before[s], 1e-12);
      double mine = all[s - count], first_plan = before[s - count]; // the averages lie before the regrets
      ck_assert_double_eq_tol(mine, first_plan * average[v] + after[s - count] - first_plan, 1e-12);
    }
    co_writer_free(&saved);
    destroy(&lab);
  }
  co_writer_free(&one), co_writer_free(&two);
  destroy(&plain);
}
END_TEST

// Walks from the beginning with many streams: the mean of what they add is what the whole tree adds.
START_TEST(sampled_regrets_are_right_on_average) {
  enum { WALKS = 50000 };
  static const char *const samplings[] = {"external", "outcome"};
  for (int k = 0; k < 2; k++) {
    Lab lab = build("kuhn_poker", "mccfr", 1, (const char *const[]){"sampling", samplings[k], NULL});
    CoWriter begin = {0}, saved = {0};
    regrets(&lab, &begin);
    double mean[6] = {0};
    for (int walk = 0; walk < WALKS; walk++) {
      CoRng rng = co_rng(1, "walk", (uint64_t)walk);
      memcpy(begin.data + begin.size - 16, &rng, sizeof rng);
      CoReader reader = co_reader(begin.data, begin.size, NULL);
      ck_assert(lab.algo->load(lab.self, &reader));
      iterate(&lab, 1);
      co_writer_clear(&saved);
      const double *all = regrets(&lab, &saved);
      for (int i = 0; i < 6; i++) mean[i] += regret(&lab, all, 0, first[i].card, first[i].history) / WALKS;
    }
    for (int i = 0; i < 6; i++) ck_assert_double_eq_tol(mean[i], first[i].regret, k ? 0.06 : 0.02);
    co_writer_free(&begin), co_writer_free(&saved);
    destroy(&lab);
  }
}
END_TEST

// Bets by card, [agent's history]: of the average strategy.
static double bets(const Lab *lab, int agent, int card, int history) {
  const CoGame *game = lab->self;
  const CoTreeSet *set = &game->tree->set[co_tree_find(game->tree, agent, card * HISTORIES + history)];
  return game->average[set->first + 1] / (game->average[set->first] + game->average[set->first + 1]);
}

START_TEST(kuhn_is_solved) {
  static const char *const variants[] = {"plain", "plus", "linear", "discounted"};
  for (int v = 0; v < 4; v++) {
    Lab lab = build("kuhn_poker", "cfr", 1, (const char *const[]){"variant", variants[v], NULL});
    iterate(&lab, 300);
    ck_assert_double_eq_tol(value(&lab), -1.0 / 18, 1e-3);
    iterate(&lab, 20000);
    ck_assert_double_eq_tol(value(&lab), -1.0 / 18, 1e-4);
    ck_assert_double_lt(exploitability(&lab), v ? 1e-4 : 1e-3);
    double bluff = bets(&lab, 0, JACK, BEGIN);
    ck_assert_double_le(bluff, 1.0 / 3 + 0.01);
    ck_assert_double_eq_tol(bets(&lab, 0, KING, BEGIN), 3 * bluff, 0.02);
    ck_assert_double_eq_tol(bets(&lab, 0, QUEEN, PB), bluff + 1.0 / 3, 0.02);
    ck_assert_double_eq_tol(bets(&lab, 1, JACK, P), 1.0 / 3, 0.02);
    ck_assert_double_eq_tol(bets(&lab, 1, QUEEN, B), 1.0 / 3, 0.02);
    destroy(&lab);
  }
}
END_TEST

// The value that linear programming finds is -0.0856; both ways to see the cards have it.
START_TEST(leduc_is_solved) {
  Lab lab = build("leduc_poker", "cfr", 1, NULL);
  double was = exploitability(&lab);
  ck_assert_double_gt(was, 2); // uniform play
  for (int i = 0; i < 3; i++) {
    iterate(&lab, i == 0 ? 100 : i == 1 ? 900 : 9000);
    ck_assert_double_lt(exploitability(&lab), was / 4);
    was = exploitability(&lab);
  }
  ck_assert_double_lt(was, 2e-5);
  ck_assert_double_eq_tol(value(&lab), -0.0856, 1e-4);
  destroy(&lab);
}
END_TEST

START_TEST(samplers_solve_kuhn) {
  static const char *const samplings[] = {"external", "outcome"};
  for (int k = 0; k < 2; k++)
    for (uint64_t seed = 1; seed <= 3; seed++) {
      Lab lab = build("kuhn_poker", "mccfr", seed, (const char *const[]){"sampling", samplings[k], NULL});
      iterate(&lab, 100000);
      ck_assert_double_lt(exploitability(&lab), k ? 0.03 : 0.01);
      ck_assert_double_eq_tol(value(&lab), -1.0 / 18, k ? 0.02 : 0.01);
      destroy(&lab);
    }
}
END_TEST

// By hand, the first answers to uniform play. Agent 0 with a jack: betting -1/2, passing and folding -1; a queen:
// betting 1/2, passing and calling 0; a king: both 3/2, and the first move is passing.
START_TEST(fictitious_play_answers_best) {
  Lab lab = build("kuhn_poker", "fictitious_play", 1, NULL);
  iterate(&lab, 1);
  for (int card = JACK; card <= KING; card++) ck_assert_double_eq(bets(&lab, 0, card, BEGIN), card != KING);
  ck_assert_double_eq(bets(&lab, 1, JACK, B), 0);
  ck_assert_double_eq(bets(&lab, 1, KING, B), 1);
  iterate(&lab, 20000);
  ck_assert_double_lt(exploitability(&lab), 0.01);
  ck_assert_double_eq_tol(value(&lab), -1.0 / 18, 0.01);
  destroy(&lab);
}
END_TEST

// One solver plays both seats, each with its own strategy: the mean of many games is the game's value.
START_TEST(one_solver_sits_in_both_seats) {
  CoError error;
  Lab lab = build("kuhn_poker", "cfr", 1, NULL);
  iterate(&lab, 1000);
  CoScore scores[2];
  CoSeat seat = {.algo = lab.algo, .config = lab.config, .self = lab.self}, seats[2] = {seat, seat};
  CoMatchSetup setup = {.world = lab.world, .seats = seats, .num_envs = 50, .seed = 1, .purpose = "t"};
  CoMatch *match = co_match_create(&setup, &error);
  check(match && co_match_play(match, 40000, 0, NULL, scores, &error), &error);
  ck_assert_double_eq_tol(scores[0].return_mean, -1.0 / 18, 4 * scores[0].return_error);
  ck_assert_double_lt(scores[0].return_error, 0.01);
  co_match_destroy(match);
  destroy(&lab);
}
END_TEST

START_TEST(what_is_no_such_game_is_refused) {
  static const struct {
    CoSpec spec;
    const char *reason;
  } cases[] = {
      {{.agents = 1, .actions = 2, .states = 3, .modelled = true, .payoff = CO_PAYOFF_ZERO_SUM}, "information sets"},
      {{.agents = 1, .actions = 2, .states = 3, .modelled = true, .perfect_recall = true}, "zero-sum"},
      {{.agents = 1, .actions = 2, .states = 3, .perfect_recall = true, .payoff = CO_PAYOFF_ZERO_SUM}, "exact model"}};
  static const char *const names[] = {"cfr", "mccfr", "fictitious_play"};
  for (int i = 0; i < 9; i++) {
    CoError error = {""};
    Lab lab = build("kuhn_poker", names[i / 3], 1, NULL);
    ck_assert(!lab.algo->accepts(lab.config, &cases[i % 3].spec, &error));
    ck_assert_msg(strstr(error.text, cases[i % 3].reason), "%s", error.text);
    destroy(&lab);
  }
}
END_TEST

CO_TESTS(first_regrets_are_those_by_hand, the_second_agent_answers_at_once_or_in_turn, the_past_fades,
         sampled_regrets_are_right_on_average, kuhn_is_solved, leduc_is_solved, samplers_solve_kuhn,
         fictitious_play_answers_best, one_solver_sits_in_both_seats, what_is_no_such_game_is_refused)
