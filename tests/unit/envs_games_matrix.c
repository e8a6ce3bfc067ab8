// Zero-sum matrix games and the prisoner's dilemma: payoffs, equilibria, and every strategy's answers by hand.
#include "planning.h"

#include "cohort/match.h"
#include "cohort/tree.h"

extern const CoEnvType co_zero_sum, co_prisoners_dilemma;

static CoWorld *open(const CoEnvType *type, const char *settings) {
  CoError error;
  CoWorld *world = plan_world(type, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

// No pure answer wins against the equilibrium, and what wins against uniform play of the biased game is rock.
START_TEST(equilibria_cannot_be_exploited) {
  static const struct {
    const char *settings;
    int actions;
    double mixed[3];
  } games[] = {{"game=pennies", 2, {0.5, 0.5}},
               {"game=rps", 3, {1.0 / 3, 1.0 / 3, 1.0 / 3}},
               {"game=biased_rps", 3, {0.25, 0.5, 0.25}}};
  for (int i = 0; i < 3; i++) {
    CoWorld *world = open(&co_zero_sum, games[i].settings);
    CoTree *tree = co_tree_create(world, NULL);
    double plan[8] = {0}, value[8], response[8];
    ck_assert_int_eq(tree->leaves, games[i].actions * games[i].actions);
    ck_assert_int_eq(tree->sets, 2);
    for (int agent = 0; agent < 2; agent++) {
      double policy[8];
      memcpy(policy + tree->set[agent].first, games[i].mixed, (size_t)games[i].actions * sizeof(double));
      co_tree_plan(tree, agent, policy, plan);
    }
    ck_assert_double_eq_tol(co_tree_exploitability(tree, plan, value), 0, 1e-15);
    ck_assert_double_eq_tol(co_tree_value(tree, 0, plan), 0, 1e-15);
    for (int s = 0; s < tree->sequences; s++)
      plan[s] = s == 0 || s == tree->sequence_first[1] ? 1 : 1.0 / games[i].actions;
    double best = co_tree_best_response(tree, 0, plan, value, response);
    ck_assert_double_eq_tol(best, i == 2 ? 1.0 / 3 : 0, 1e-15);
    if (i == 2) ck_assert_double_eq(response[tree->set[0].first], 1);
    co_tree_destroy(tree);
    co_world_close(world);
  }
}
END_TEST

// --- the prisoner's dilemma ---

static const CoScriptType *strategy(const char *name) {
  const CoScriptType *script = co_prisoners_dilemma.scripts;
  while (script->name && strcmp(script->name, name) != 0) script++;
  ck_assert_msg(script->name, "%s", name);
  return script;
}

// What the strategy does, round by round, against these moves: 'C' and 'D'.
static void answers(const char *name, const char *moves, char *out) {
  CoWorld *world = open(&co_prisoners_dilemma, "");
  CoEnv *env = co_env_create(world, 1, NULL);
  CoRng rng = co_rng(1, "test", 0);
  ck_assert(co_env_reset(env, NULL));
  for (; *moves; moves++, out++) {
    int actions[2] = {*moves == 'D', 0};
    ck_assert(strategy(name)->act(co_world_self(world), NULL, co_env_state(env), 1, &rng, &actions[1], NULL));
    *out = actions[1] ? 'D' : 'C';
    ck_assert(co_env_step(env, &(CoActions){actions, NULL}, NULL));
  }
  *out = '\0';
  co_env_destroy(env);
  co_world_close(world);
}

START_TEST(strategies_answer_as_they_are_defined) {
  static const struct {
    const char *name, *moves, *answers;
  } cases[] = {
      {"tit_for_tat", "CDDCDC", "CCDDCD"},
      {"suspicious_tit_for_tat", "CDDCDC", "DCDDCD"},
      {"always_cooperate", "CDDCDC", "CCCCCC"},
      {"always_defect", "CDDCDC", "DDDDDD"},
      {"grudger", "CCDCCC", "CCCDDD"},
      {"pavlov", "CDCDDC", "CCDDCD"}, // stays after C C, changes after C D, stays after D C, changes after D D ...
      {"tester", "CCCCCCC", "DCCDCDC"},
      {"tester", "CDCCDCC", "DCCCCDC"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char out[16];
    answers(cases[i].name, cases[i].moves, out);
    ck_assert_msg(!strcmp(out, cases[i].answers), "%s against %s: %s", cases[i].name, cases[i].moves, out);
  }
}
END_TEST

// Of 2,000 moves against a cooperator: one in ten, and one in two.
START_TEST(strategies_that_draw_draw_as_often_as_they_say) {
  CoWorld *world = open(&co_prisoners_dilemma, "rounds=2000");
  static const char *const names[] = {"joss", "coin"};
  for (int i = 0; i < 2; i++) {
    const CoSeat seats[2] = {{.script = strategy("always_cooperate")}, {.script = strategy(names[i])}};
    const CoMatchSetup setup = {.world = world, .seats = seats, .num_envs = 1, .seed = 1, .purpose = "t"};
    CoScore scores[2];
    CoMatch *match = co_match_create(&setup, NULL);
    ck_assert(match && co_match_play(match, 1, 0, NULL, scores, NULL));
    double defections = 1 - scores[0].return_mean / (3 * 2000);
    ck_assert_double_eq_tol(defections, i ? 0.5 : 0.1, 4 * sqrt(0.25 / 2000));
    ck_assert_double_eq_tol(scores[1].return_mean, 2000 * (3 + 2 * defections), 1e-6);
    co_match_destroy(match);
  }
  co_world_close(world);
}
END_TEST

START_TEST(the_four_payoffs_are_settings) {
  static const float expected[2][2][2] = {{{3, 3}, {0, 5}}, {{5, 0}, {1, 1}}};
  for (int other = 0; other < 2; other++) {
    CoWorld *world = open(&co_prisoners_dilemma, other ? "temptation=9 sucker=-2 rounds=1" : "rounds=1");
    CoEnv *env = co_env_create(world, 1, NULL);
    for (int i = 0; i < 4; i++) {
      const int actions[2] = {i / 2, i % 2};
      ck_assert(co_env_reset(env, NULL) && co_env_step(env, &(CoActions){actions, NULL}, NULL));
      ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
      for (int a = 0; a < 2; a++) {
        float pay = expected[i / 2][i % 2][a];
        if (other && pay == 5) pay = 9;
        if (other && pay == 0) pay = -2;
        ck_assert_float_eq(co_env_rewards(env)[a], pay);
      }
    }
    co_env_destroy(env);
    co_world_close(world);
  }
}
END_TEST

CO_TESTS(equilibria_cannot_be_exploited, strategies_answer_as_they_are_defined,
         strategies_that_draw_draw_as_often_as_they_say, the_four_payoffs_are_settings)
