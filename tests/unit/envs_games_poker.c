// Kuhn and Leduc poker: rules by hand, the published sizes of their trees, Kuhn's equilibria in closed form, and best
// responses against all pure strategies.
#include "planning.h"

#include "cohort/canvas.h"
#include "cohort/tree.h"

extern const CoEnvType co_kuhn_poker, co_leduc_poker;

enum { PASS, BET };
enum { FOLD, CALL, RAISE };
enum { JACK = 1, QUEEN, KING };
enum { BEGIN, P, B, PP, PB, HISTORIES = 11 };

static CoWorld *open(const CoEnvType *type, const char *settings) {
  CoError error;
  CoWorld *world = plan_world(type, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static CoTree *expand(const CoWorld *world) {
  CoError error;
  CoTree *tree = co_tree_create(world, &error);
  if (!tree) ck_abort_msg("%s", error.text);
  return tree;
}

// Both hands' cards come first in the states; the rest is as after a reset.
static CoEnv *dealt(const CoWorld *world, const int8_t *cards, int count) {
  CoEnv *env = co_env_create(world, 1, NULL);
  ck_assert(co_env_reset(env, NULL));
  unsigned char bytes[sizeof(CoMoment) + 64];
  ck_assert_uint_le(co_env_size(world), sizeof bytes);
  memcpy(bytes, co_env_bytes(env), co_env_size(world));
  memcpy(bytes + sizeof(CoMoment), cards, (size_t)count);
  co_env_restore(env, bytes);
  return env;
}

static void act(CoEnv *env, int action) {
  const int actions[2] = {action, action};
  ck_assert_int_eq(co_env_ending(env), CO_PLAYING);
  ck_assert(co_env_step(env, &(CoActions){actions, NULL}, NULL));
}

START_TEST(kuhn_pays_the_winner) {
  static const struct {
    int moves[3], count, won; // by the first agent with the higher card
  } games[] = {{{PASS, PASS}, 2, 1},
               {{BET, PASS}, 2, 1},
               {{BET, BET}, 2, 2},
               {{PASS, BET, PASS}, 3, -1},
               {{PASS, BET, BET}, 3, 2}};
  CoWorld *world = open(&co_kuhn_poker, "");
  for (int i = 0; i < 5; i++)
    for (int low = 0; low < 2; low++) {
      CoEnv *env = dealt(world, low ? (int8_t[]){JACK, QUEEN} : (int8_t[]){KING, QUEEN}, 2);
      bool shown = games[i].moves[games[i].count - 1] == BET || i == 0;
      for (int k = 0; k < games[i].count; k++) {
        ck_assert_int_eq(co_env_mover(env), k % 2);
        act(env, games[i].moves[k]);
      }
      ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
      ck_assert_float_eq(co_env_rewards(env)[0], (float)(low && shown ? -games[i].won : games[i].won));
      co_env_destroy(env);
    }
  co_world_close(world);
}
END_TEST

START_TEST(nature_deals_kuhn_two_different_cards) {
  CoWorld *world = open(&co_kuhn_poker, "");
  CoEnv *env = co_env_create(world, 3, NULL);
  int count[3][3] = {{0}};
  for (int i = 0; i < 6000; i++) {
    ck_assert(co_env_reset(env, NULL));
    for (int k = 0; k < 2; k++) {
      ck_assert_int_eq(co_env_mover(env), CO_CHANCE);
      act(env, 0);
      ck_assert_int_eq((int)co_env_clock(env), 0);
    }
    const int8_t *card = co_env_state(env);
    count[card[0] - 1][card[1] - 1]++;
  }
  for (int i = 0; i < 9; i++) ck_assert_int_eq(count[i / 3][i % 3] > 850 && count[i / 3][i % 3] < 1150, i / 3 != i % 3);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// Cards 1 and 2 are jacks, 3 and 4 queens, 5 and 6 kings.
START_TEST(leduc_pays_the_winner) {
  static const struct {
    int8_t cards[3];
    int moves[8], count;
    float won;
  } games[] = {
      {{1, 3, 5}, {RAISE, FOLD}, 2, 1},
      {{1, 3, 5}, {RAISE, RAISE, FOLD}, 3, -3},
      {{1, 3, 5}, {CALL, CALL, CALL, CALL}, 4, -1},
      {{1, 3, 2}, {CALL, CALL, CALL, CALL}, 4, 1}, // a pair of jacks
      {{3, 4, 6}, {RAISE, CALL, RAISE, CALL}, 4, 0},
      {{5, 3, 1}, {RAISE, CALL, CALL, RAISE, FOLD}, 5, -3},
      {{5, 3, 1}, {CALL, RAISE, RAISE, CALL, CALL, RAISE, RAISE, CALL}, 8, 13},
      {{5, 3, 4}, {RAISE, RAISE, CALL, RAISE, RAISE, CALL}, 6, -13}, // a pair of queens
  };
  CoWorld *world = open(&co_leduc_poker, "");
  for (size_t i = 0; i < sizeof games / sizeof games[0]; i++) {
    CoEnv *env = dealt(world, games[i].cards, 3);
    for (int k = 0; k < games[i].count; k++) {
      uint8_t mask[3];
      ck_assert(co_env_available(env, co_env_mover(env), mask, NULL));
      ck_assert(mask[games[i].moves[k]]);
      act(env, games[i].moves[k]);
    }
    ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
    ck_assert_float_eq(co_env_rewards(env)[0], games[i].won);
    ck_assert_float_eq(co_env_rewards(env)[1], -games[i].won);
    co_env_destroy(env);
  }
  co_world_close(world);
}
END_TEST

// A bet is needed to fold to, and a round has two raises; the second round begins with the first agent.
START_TEST(leduc_allows_what_its_rules_say) {
  static const int moves[] = {CALL, RAISE, RAISE, CALL, RAISE}, turns[] = {0, 1, 0, 1, 0, 1};
  static const uint8_t masks[][3] = {{0, 1, 1}, {0, 1, 1}, {1, 1, 1}, {1, 1, 0}, {0, 1, 1}, {1, 1, 1}};
  CoWorld *world = open(&co_leduc_poker, "");
  CoEnv *env = dealt(world, (int8_t[]){1, 3, 5}, 3);
  for (int k = 0; k < 6; k++) {
    uint8_t mask[3];
    ck_assert_int_eq(co_env_mover(env), turns[k]);
    ck_assert(co_env_available(env, turns[k], mask, NULL));
    ck_assert_mem_eq(mask, masks[k], sizeof mask);
    if (k < 5) act(env, moves[k]);
  }
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// Histories and information sets as OpenSpiel counts them.
START_TEST(trees_have_their_published_sizes) {
  static const struct {
    const CoEnvType *type;
    const char *settings;
    int nodes, leaves, sets;
  } games[] = {{&co_kuhn_poker, "", 58, 30, 12},
               {&co_leduc_poker, "", 9457, 5520, 936},
               {&co_leduc_poker, "suits=false", 9457, 5520, 288}};
  for (int i = 0; i < 3; i++) {
    CoWorld *world = open(games[i].type, games[i].settings);
    CoTree *tree = expand(world);
    double mass = 0;
    ck_assert_int_eq(tree->nodes, games[i].nodes);
    ck_assert_int_eq(tree->leaves, games[i].leaves);
    ck_assert_int_eq(tree->sets, games[i].sets);
    ck_assert_int_eq(tree->set_first[1], games[i].sets / 2);
    for (int n = 0; n < tree->nodes; n++)
      if (tree->node[n].mover == CO_CHANCE)
        for (int k = 0; k < tree->node[n].count; k++) mass += tree->probability[tree->node[n].first + k];
    ck_assert_double_eq_tol(mass, i ? 157 : 4, 1e-9); // nature's turns
    co_tree_destroy(tree);
    co_world_close(world);
  }
}
END_TEST

// A policy of Kuhn's by the probability of betting, [agent][card][whether it follows a bet].
static void kuhn_policy(const CoTree *tree, const double (*bets)[3][2], double *policy) {
  for (int i = 0; i < tree->sets; i++) {
    const CoTreeSet *set = &tree->set[i];
    int history = set->index % HISTORIES;
    double bet = bets[set->agent][set->index / HISTORIES - 1][history == PB || history == B];
    policy[set->first] = 1 - bet;
    policy[set->first + 1] = bet;
  }
}

static void both_plans(const CoTree *tree, const double *policy, double *plan) {
  for (int agent = 0; agent < 2; agent++) co_tree_plan(tree, agent, policy, plan);
}

// The first agent bluffs with a jack with probability a in [0, 1/3], bets a king three times as often, and calls with
// a queen with a + 1/3; the second calls with a queen and bluffs with a jack with 1/3.
START_TEST(kuhns_equilibria_are_exact) {
  CoWorld *world = open(&co_kuhn_poker, "");
  CoTree *tree = expand(world);
  double policy[64], plan[64], value[64];
  for (int k = -1; k <= 4; k++) {
    double a = k / 9.0;
    double bets[2][3][2] = {{{fmax(a, 0), 0}, {0, a + 1.0 / 3}, {fmax(3 * a, 0), 1}},
                            {{1.0 / 3, 0}, {0, 1.0 / 3}, {1, 1}}};
    if (k == 4) bets[0][2][0] = 1; // 3 a would be above 1
    kuhn_policy(tree, (const double(*)[3][2])bets, policy);
    both_plans(tree, policy, plan);
    double lost = co_tree_exploitability(tree, plan, value);
    if (k >= 0 && k <= 3) {
      ck_assert_double_eq_tol(lost, 0, 1e-15);
      ck_assert_double_eq_tol(co_tree_value(tree, 0, plan), -1.0 / 18, 1e-15);
    } else {
      ck_assert_double_gt(lost, 1e-3);
    }
  }
  co_tree_destroy(tree);
  co_world_close(world);
}
END_TEST

// The best of all pure strategies of an agent: a bit for each of its six information sets.
static double best_of_all(const CoTree *tree, int agent, const double *plan) {
  double best = -100, policy[64], own[64];
  for (int bits = 0; bits < 64; bits++) {
    memcpy(own, plan, sizeof own);
    for (int i = tree->set_first[agent]; i < tree->set_first[agent + 1]; i++) {
      int bet = bits >> (i - tree->set_first[agent]) & 1;
      policy[tree->set[i].first] = !bet;
      policy[tree->set[i].first + 1] = bet;
    }
    co_tree_plan(tree, agent, policy, own);
    best = fmax(best, co_tree_value(tree, agent, own));
  }
  return best;
}

START_TEST(best_responses_beat_all_pure_strategies) {
  CoWorld *world = open(&co_kuhn_poker, "");
  CoTree *tree = expand(world);
  CoRng rng = co_rng(1, "test", 0);
  double policy[64], plan[64] = {0}, value[64], response[64];
  for (int t = 0; t < 100; t++) {
    for (int i = 0; i < tree->sets; i++) {
      policy[tree->set[i].first] = co_rng_unit(&rng);
      policy[tree->set[i].first + 1] = 1 - policy[tree->set[i].first];
    }
    both_plans(tree, policy, plan);
    for (int agent = 0; agent < 2; agent++) {
      double best = co_tree_best_response(tree, agent, plan, value, response);
      ck_assert_double_eq_tol(best, best_of_all(tree, agent, plan), 1e-12);
      double own[64];
      memcpy(own, plan, sizeof own);
      co_tree_plan(tree, agent, response, own);
      ck_assert_double_eq_tol(best, co_tree_value(tree, agent, own), 1e-12);
    }
  }
  co_tree_destroy(tree);
  co_world_close(world);
}
END_TEST

// Shares of a plan give its policy back.
START_TEST(policies_and_plans_are_one) {
  CoWorld *world = open(&co_leduc_poker, "");
  CoTree *tree = expand(world);
  CoRng rng = co_rng(2, "test", 0);
  double *policy = calloc(3 * (size_t)tree->sequences, sizeof *policy), *plan = policy + tree->sequences,
         *again = plan + tree->sequences;
  for (int i = 0; i < tree->sets; i++) {
    const CoTreeSet *set = &tree->set[i];
    double sum = 0;
    for (int k = 0; k < set->moves; k++) sum += policy[set->first + k] = 0.01 + co_rng_unit(&rng);
    for (int k = 0; k < set->moves; k++) policy[set->first + k] /= sum;
  }
  both_plans(tree, policy, plan);
  for (int agent = 0; agent < 2; agent++) co_tree_policy(tree, agent, plan, again);
  for (int i = 0; i < tree->sequences; i++) ck_assert_double_eq_tol(policy[i], again[i], 1e-12);
  ck_assert_double_eq_tol(co_tree_value(tree, 0, plan), -co_tree_value(tree, 1, plan), 1e-12);
  free(policy);
  co_tree_destroy(tree);
  co_world_close(world);
}
END_TEST

static int faces(const CoCanvas *canvas, const char *face) {
  int count, found = 0;
  const CoShape *shapes = co_canvas_shapes(canvas, &count);
  for (int i = 0; i < count; i++)
    found += shapes[i].kind == CO_SHAPE_TEXT && !strcmp(co_canvas_string(canvas, &shapes[i]), face);
  return found;
}

START_TEST(the_others_card_is_not_drawn) {
  static const CoEnvType *const types[] = {&co_kuhn_poker, &co_leduc_poker};
  for (int i = 0; i < 2; i++) {
    CoWorld *world = open(types[i], "");
    CoEnv *env = dealt(world, i ? (int8_t[]){1, 6} : (int8_t[]){JACK, KING}, 2);
    CoCanvas *canvas = co_canvas_create(NULL);
    for (int viewer = CO_EVERYONE; viewer < 2; viewer++) {
      co_canvas_clear(canvas);
      co_canvas_show_to(canvas, viewer);
      ck_assert(types[i]->draw(co_world_self(world), NULL, co_env_state(env), canvas, NULL));
      ck_assert_int_eq(faces(canvas, "J"), viewer != 1);
      ck_assert_int_eq(faces(canvas, "K"), viewer != 0);
    }
    co_canvas_destroy(canvas);
    co_env_destroy(env);
    co_world_close(world);
  }
}
END_TEST

CO_TESTS(kuhn_pays_the_winner, nature_deals_kuhn_two_different_cards, leduc_pays_the_winner,
         leduc_allows_what_its_rules_say, trees_have_their_published_sizes, kuhns_equilibria_are_exact,
         best_responses_beat_all_pure_strategies, policies_and_plans_are_one, the_others_card_is_not_drawn)
