// Blackjack: the dealer's results, what hands are worth, and play that agrees with the exact model.
#include "planning.h"

extern const CoEnvType co_blackjack;

typedef struct State {
  int total, ace, natural, shown, dealer;
} State;

enum { STICK, HIT, BUST = 22, NATURAL = 23 };

static double chance(int card) {
  return card == 10 ? 4 / 13.0 : 1 / 13.0;
}

// Forward over (total with aces as 1, is there an ace, cards are two or more), another way than the environment's.
static void dealer(int shown, double results[24]) {
  double share[32][2][2] = {{{0}}};
  share[shown][shown == 1][0] = 1;
  for (int hard = 0; hard < 22; hard++)
    for (int ace = 0; ace < 2; ace++)
      for (int more = 0; more < 2; more++) {
        double p = share[hard][ace][more];
        int total = ace && hard + 10 <= 21 ? hard + 10 : hard;
        if (p == 0) continue;
        if (total >= 17) {
          results[total > 21 ? BUST : total] += p;
          continue;
        }
        for (int card = 1; card <= 10; card++) {
          bool natural = !more && ((shown == 1 && card == 10) || (shown == 10 && card == 1));
          if (natural)
            results[NATURAL] += p * chance(card);
          else
            share[hard + card][ace || card == 1][1] += p * chance(card);
        }
      }
  for (int hard = 22; hard < 32; hard++)
    for (int i = 0; i < 4; i++) results[BUST] += share[hard][i / 2][i % 2];
}

static int ask(const CoWorld *world, State state, int action, CoTransition *out, State *states, float *rewards) {
  for (int i = 0; i < 16; i++) out[i] = (CoTransition){.state = &states[i], .rewards = &rewards[i]};
  return co_blackjack.outcomes(co_world_self(world), NULL, &state, &(CoActions){&action, NULL}, out, 16, NULL);
}

START_TEST(the_dealer_ends_as_often_as_counted) {
  CoError error;
  CoWorld *world = plan_world(&co_blackjack, "", NULL, &error);
  CoTransition out[16];
  State states[16];
  float rewards[16];
  for (int shown = 1; shown <= 10; shown++) {
    double results[24] = {0}, sum = 0;
    dealer(shown, results);
    int count = ask(world, (State){.total = 20, .shown = shown}, STICK, out, states, rewards);
    for (int i = 0; i < count; i++) {
      ck_assert_double_eq_tol(out[i].probability, results[states[i].dealer], 1e-14);
      ck_assert(out[i].terminated);
      sum += out[i].probability;
    }
    ck_assert_double_eq_tol(sum, 1, 1e-14);
    if (shown == 6) ck_assert_double_eq_tol(results[BUST], 0.4232, 5e-5);
    if (shown == 10) ck_assert_double_eq_tol(results[BUST], 0.2121, 5e-5);
  }
  co_world_close(world);
}
END_TEST

START_TEST(cards_make_these_totals) {
  CoError error;
  CoWorld *world = plan_world(&co_blackjack, "", NULL, &error);
  CoTransition out[16];
  State states[16];
  float rewards[16];
  ck_assert_int_eq(ask(world, (State){.total = 16, .ace = 1, .shown = 5}, HIT, out, states, rewards), 10);
  const int soft[10][2] = {{17, 1}, {18, 1}, {19, 1}, {20, 1}, {21, 1}, {12, 0}, {13, 0}, {14, 0}, {15, 0}, {16, 0}};
  for (int i = 0; i < 10; i++) {
    ck_assert_double_eq_tol(out[i].probability, chance(i + 1), 1e-15);
    ck_assert_int_eq(states[i].total, soft[i][0]);
    ck_assert_int_eq(states[i].ace, soft[i][1]);
    ck_assert(!out[i].terminated && rewards[i] == 0);
  }
  ask(world, (State){.total = 13, .shown = 5}, HIT, out, states, rewards);
  for (int i = 0; i < 10; i++) {
    ck_assert_int_eq(out[i].terminated, i == 8 || i == 9);
    ck_assert_float_eq(rewards[i], i >= 8 ? -1 : 0);
  }
  ask(world, (State){.total = 10, .shown = 5}, HIT, out, states, rewards);
  ck_assert(states[0].total == 21 && states[0].ace && !states[0].natural);
  co_world_close(world);
}
END_TEST

// A natural against 7 and against an ace, under each set of rules: what the dealer's 20, 21 and natural leave of it.
START_TEST(naturals_pay_by_the_rules) {
  const struct {
    const char *settings;
    float against_20, against_21, against_natural;
  } cases[] = {{"", 1, 0, 0}, {"natural=true", 1.5f, 0, 0}, {"sab=true", 1, 1, 0}, {"natural=true sab=true", 1, 1, 0}};
  for (int k = 0; k < 4; k++) {
    CoError error;
    CoWorld *world = plan_world(&co_blackjack, cases[k].settings, NULL, &error);
    CoTransition out[16];
    State states[16];
    float rewards[16];
    int count = ask(world, (State){.total = 21, .ace = 1, .natural = 1, .shown = 1}, STICK, out, states, rewards);
    for (int i = 0; i < count; i++) {
      if (states[i].dealer == 20) ck_assert_float_eq(rewards[i], cases[k].against_20);
      if (states[i].dealer == 21) ck_assert_float_eq(rewards[i], cases[k].against_21);
      if (states[i].dealer == NATURAL) ck_assert_float_eq(rewards[i], cases[k].against_natural);
      if (states[i].dealer == BUST) ck_assert_float_eq(rewards[i], cases[k].against_20);
    }
    co_world_close(world);
  }
}
END_TEST

START_TEST(the_best_policy_loses_4_3_in_100) {
  ck_assert_double_eq_tol(plan_optimum(&co_blackjack, "sab=true", 1), -0.0431, 5e-5);
  ck_assert(plan_optimum(&co_blackjack, "", 1) < -0.0431);
  ck_assert(plan_optimum(&co_blackjack, "natural=true", 1) > -0.0431);
}
END_TEST

// The book's figure of the optimal policy: where it hits.
START_TEST(the_best_policy_is_the_books) {
  Plan plan = plan_solve(&co_blackjack, "sab=true", 1);
  for (int shown = 1; shown <= 10; shown++) {
    int hard = shown == 2 || shown == 3 ? 13 : shown >= 4 && shown <= 6 ? 12 : 17; // the least total to stick on
    int soft = shown == 9 || shown == 10 || shown == 1 ? 19 : 18;
    for (int total = 12; total <= 20; total++)
      for (int ace = 0; ace < 2; ace++) {
        int state = (total * 11 + shown) * 2 + ace;
        bool sticks =
            plan_backup(plan.model, plan.value, state, STICK, 1) > plan_backup(plan.model, plan.value, state, HIT, 1);
        if (ace && shown == 1 && total == 18) continue; // all but a tie
        ck_assert_msg(sticks == (total >= (ace ? soft : hard)), "%d, ace %d, against %d", total, ace, shown);
      }
  }
  plan_free(&plan);
}
END_TEST

// What play deals is what the model says: the mean return of sticking at once.
START_TEST(play_agrees_with_the_model) {
  enum { HANDS = 200000 };
  CoError error;
  CoWorld *world = plan_world(&co_blackjack, "", NULL, &error);
  CoModel *model = co_model_create(world, &error);
  CoEnv *env = co_env_create(world, 1, &error);
  double mean = 0, expected = 0;
  const double none[1024] = {0};
  for (int s = 0; s < model->states; s++)
    if (model->start[s] > 0) expected += model->start[s] * plan_backup(model, none, s, STICK, 1);
  const int stick = STICK;
  for (int i = 0; i < HANDS; i++) {
    ck_assert(co_env_reset(env, &error) && co_env_step(env, &(CoActions){&stick, NULL}, &error));
    mean += (double)co_env_rewards(env)[0] / HANDS;
  }
  ck_assert_double_eq_tol(mean, expected, 4 / sqrt(HANDS));
  co_env_destroy(env);
  co_model_destroy(model);
  co_world_close(world);
}
END_TEST

CO_TESTS(the_dealer_ends_as_often_as_counted, cards_make_these_totals, naturals_pay_by_the_rules,
         the_best_policy_loses_4_3_in_100, the_best_policy_is_the_books, play_agrees_with_the_model)
