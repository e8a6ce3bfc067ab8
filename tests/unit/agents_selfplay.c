// Tree search: the formulas of UCT and P-UCT by hand, forced moves, exact values in the limit; a judge's verdict on
// perfect and on weak players.
#include <math.h>
#include <string.h>

#include "planning.h"

#include "cohort/judge.h"
#include "selfplay/search.h"

extern const CoEnvType co_connect4, co_tictactoe, co_hex;
extern const CoAlgoType co_mcts, co_minimax;

typedef struct Lab {
  CoWorld *world;
  CoEnv *env;
  CoVecEnv *vec;
  const CoAlgoType *algo;
  unsigned char config[1024];
  void *self;
} Lab;

static void check(bool fine, const CoError *error) {
  if (!fine) ck_abort_msg("%s", error->text);
}

// settings: name, value, ..., NULL
static Lab build(const CoEnvType *game, const char *board, const CoAlgoType *algo, const char *const *settings) {
  CoError error = {""};
  Lab lab = {.world = plan_world(game, board, NULL, &error), .algo = algo};
  check(lab.world, &error);
  co_settings_defaults(&algo->settings, lab.config);
  for (; settings && *settings; settings += 2)
    check(co_settings_set(&algo->settings, lab.config, settings[0], settings[1], &error), &error);
  const CoSpec *spec = co_world_team(lab.world, 0);
  check(algo->accepts(lab.config, spec, &error), &error);
  lab.self =
      algo->create(lab.config, &(CoAlgoSetup){.spec = spec, .world = lab.world, .num_envs = 1, .seed = 1}, &error);
  lab.env = co_env_create(lab.world, 1, &error);
  lab.vec = co_vecenv_create(lab.world, 1, 0, NULL, 1, "t", &error);
  check(lab.self && lab.env && lab.vec && co_env_reset(lab.env, &error), &error);
  return lab;
}

static void destroy(Lab *lab) {
  lab->algo->destroy(lab->self);
  co_env_destroy(lab->env);
  co_vecenv_destroy(lab->vec);
  co_world_close(lab->world);
}

static void play(CoEnv *env, const int *moves, int count) {
  for (int i = 0; i < count; i++) ck_assert(co_env_step(env, &(CoActions){(int[]){moves[i], moves[i]}, NULL}, NULL));
}

// What the player does where lab->env stands.
static int act(Lab *lab) {
  CoError error = {""};
  CoRng rng = co_rng(5, "t", 0);
  int action;
  check(co_vecenv_restore(lab->vec, 0, co_env_bytes(lab->env), (float[1]){0}, &error), &error);
  const CoFrame *frame = co_vecenv_frame(lab->vec, co_env_mover(lab->env));
  check(lab->algo->act(lab->self, frame, &(CoActing){.rngs = &rng}, &action, NULL, &error), &error);
  return action;
}

START_TEST(search_wins_and_blocks) {
  static const char *const ways[] = {"uct", "puct"};
  for (int i = 0; i < 2; i++) {
    Lab lab = build(&co_connect4, "", &co_mcts, (const char *[]){"selection", ways[i], "simulations", "2000", NULL});
    play(lab.env, (int[]){0, 6, 1, 6, 2, 6}, 6); // both have three in a row
    ck_assert_int_eq(act(&lab), 3);
    ck_assert(co_env_reset(lab.env, NULL));
    play(lab.env, (int[]){0, 6, 1, 6, 4, 6}, 6); // the other alone has
    ck_assert_int_eq(act(&lab), 6);
    CoInspection seen;
    ck_assert(lab.algo->inspect(lab.self, 0, &seen));
    float sum = 0;
    for (int a = 0; a < 7; a++) sum += seen.data[a];
    ck_assert_float_eq_tol(sum, 1, 1e-5f);
    destroy(&lab);
  }
}
END_TEST

// One simulation at a time, positions valued by a given number: the search goes where the formula, computed anew from
// the counts, says.
static void follows(bool prior) {
  const double c = 0.9;
  const float p[9] = {.3f, .05f, .05f, .1f, .2f, .1f, .05f, .05f, .1f};
  CoError error = {""};
  CoSearchRules rules;
  CoSearch search;
  CoWorld *world = plan_world(&co_tictactoe, "", NULL, &error);
  CoEnv *env = co_env_create(world, 1, &error);
  ck_assert(co_env_reset(env, NULL));
  check(co_search_rules(&rules, world, 200, c, prior, &error) && co_search_create(&search, &rules, &error), &error);
  co_search_begin(&search, co_env_state(env));
  for (int i = 0; i < 200; i++) {
    const CoNode *root = search.nodes, *child = root + root->first;
    int best = 0;
    double most = -INFINITY;
    for (int a = 0; root->first && a < 9; a++) {
      double n = child[a].visits, q = n > 0 ? (double)child[a].total / n : 0, big = root->visits;
      double bound = prior ? q + c * (double)p[a] * sqrt(big) / (1 + n) : n > 0 ? q + c * sqrt(log(big) / n) : 1e9;
      if (bound > most + 1e-5) most = bound, best = a;
    }
    co_search_start(&search);
    ck_assert(co_search_descend(&search, &error));
    if (root->first) ck_assert_int_eq(search.nodes[search.path[1]].action, best);
    if (!search.ended) ck_assert(co_search_expand(&search, prior ? p : NULL, &error));
    co_search_backup(&search, search.ended ? 0 : (float)(search.path[search.depth] % 7 - 3) / 4);
  }
  ck_assert_int_eq(search.nodes[0].visits, 200);
  co_search_free(&search), co_search_rules_free(&rules);
  co_env_destroy(env), co_world_close(world);
}

START_TEST(selection_follows_the_formulas) {
  follows(false);
  follows(true);
}
END_TEST

static CoVerdict judge(const Lab *lab, int agent, bool every) {
  CoError error = {""};
  CoVerdict verdict = {0};
  const CoSeat seat = {.algo = lab->algo, .config = lab->config, .self = lab->self};
  CoJudge *judge = co_judge_create(lab->world, &seat, agent, 1, &error);
  check(judge && co_judge(judge, lab->env, every, &verdict, &error), &error);
  co_judge_destroy(judge);
  return verdict;
}

START_TEST(minimax_is_perfect_whatever_the_other_does) {
  Lab lab = build(&co_tictactoe, "", &co_minimax, NULL);
  for (int agent = 0; agent < 2; agent++) {
    CoVerdict verdict = judge(&lab, agent, true);
    ck_assert_float_eq(verdict.worst, 0);
    ck_assert_float_eq(verdict.exact, 0);
    ck_assert_int_gt((int)verdict.decisions, 20);
  }
  destroy(&lab);
}
END_TEST

START_TEST(a_judge_tells_enough_simulations_from_too_few) {
  Lab few = build(&co_tictactoe, "", &co_mcts, (const char *[]){"simulations", "5", NULL});
  Lab many = build(&co_tictactoe, "", &co_mcts, (const char *[]){"simulations", "5000", NULL});
  for (int agent = 0; agent < 2; agent++) {
    ck_assert_float_eq(judge(&few, agent, false).worst, -1);
    ck_assert_float_eq(judge(&many, agent, false).worst, 0);
  }
  destroy(&few), destroy(&many);
  Lab hex = build(&co_hex, "size=3", &co_mcts, (const char *[]){"simulations", "5000", NULL});
  CoVerdict first = judge(&hex, 0, true), second = judge(&hex, 1, false);
  ck_assert_float_eq(first.exact, 1);
  ck_assert_float_eq(first.worst, 1);
  ck_assert_float_eq(second.exact, -1);
  destroy(&hex);
}
END_TEST

START_TEST(games_that_cannot_be_searched_are_refused) {
  CoError error = {""};
  const CoSpec together = {.actions = 2, .payoff = CO_PAYOFF_ZERO_SUM};
  const CoSpec shared = {.actions = 2, .turns = true, .payoff = CO_PAYOFF_SHARED};
  const CoSpec hidden = {.actions = 2, .turns = true, .payoff = CO_PAYOFF_ZERO_SUM, .perfect_recall = true};
  ck_assert(!co_search_accepts(&together, &error) && strstr(error.text, "turns"));
  ck_assert(!co_search_accepts(&shared, &error) && strstr(error.text, "zero-sum"));
  ck_assert(!co_search_accepts(&hidden, &error) && strstr(error.text, "hides"));
}
END_TEST

CO_TESTS(search_wins_and_blocks, selection_follows_the_formulas, minimax_is_perfect_whatever_the_other_does,
         a_judge_tells_enough_simulations_from_too_few, games_that_cannot_be_searched_are_refused)
