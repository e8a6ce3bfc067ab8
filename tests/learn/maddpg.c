// What the critics of MADDPG know, exactly, on a matrix game.
#include "lab.h"
#include "policy/off_policy.h"

enum { SIDE = 3 };

// Q_i after uniform data: of a joint action its payoff where the critic sees all, the mean over the other's moves where
// it does not. `agent` plays `own`, the other `other`.
static double value(const CoOffPolicy *base, int agent, int own, int other) {
  CoTape *tape = base->tape;
  CoTapeMark mark = co_tape_mark(tape);
  const float obs[2] = {1, 1};
  float beside[2 + SIDE] = {1, 1}, action[SIDE] = {0};
  action[own] = 1, beside[2 + other] = 1;
  CoVar *view = co_off_policy_inputs(base, tape, obs, &agent, 1);
  if (base->form.beside) view = co_off_policy_pair(tape, view, co_constant(tape, 1, base->form.beside, beside));
  CoVar *q = co_off_policy_least_q(base, tape, base->judge, view, co_constant(tape, 1, SIDE, action));
  double got = (double)co_item(q);
  co_tape_rewind(tape, mark);
  return got;
}

static CoWorld *climbing(void) {
  CoError error = {{0}};
  unsigned char config[256];
  const CoEnvType *type = co_env_list[0];
  for (int i = 0; strcmp(type->name, "matrix") != 0; i++) type = co_env_list[i];
  ck_assert(type->settings.bytes <= sizeof config);
  co_settings_defaults(&type->settings, config);
  CoWorld *world = co_world_open(type, config, &error);
  check(world, &error);
  return world;
}

static Lab fitted(const char *central) {
  const char *const settings[] = {"central_critic", central, "learning_starts", "0", "updates_per_step", "1", NULL};
  Lab lab = prepare("maddpg", climbing(), 1, settings);
  CoError error = {{0}};
  CoLearning learning = {.new_steps = 1, .store = lab.store};
  for (int i = 0; i < 4000; i++) {
    learning.steps++;
    check(lab.algo->learn(lab.self, &learning, &error), &error);
  }
  ck_assert_int_eq((int)learning.updates, 4000);
  return lab;
}

START_TEST(central_critics_know_the_payoff) {
  Lab lab = fitted("true");
  for (int i = 0; i < SIDE * SIDE; i++) {
    double expected = (double)lab.payoff[i];
    ck_assert_double_eq_tol(value(lab.self, 0, i / SIDE, i % SIDE), expected, 0.3);
    ck_assert_double_eq_tol(value(lab.self, 1, i % SIDE, i / SIDE), expected, 0.3);
  }
  destroy(&lab);
}
END_TEST

START_TEST(own_critics_know_means) {
  Lab lab = fitted("false");
  for (int own = 0; own < SIDE; own++) {
    double row = 0, column = 0;
    for (int other = 0; other < SIDE; other++)
      row += (double)lab.payoff[own * SIDE + other] / SIDE, column += (double)lab.payoff[other * SIDE + own] / SIDE;
    ck_assert_double_eq_tol(value(lab.self, 0, own, 0), row, 0.3);
    ck_assert_double_eq_tol(value(lab.self, 1, own, 0), column, 0.3);
  }
  destroy(&lab);
}
END_TEST

CO_TESTS(central_critics_know_the_payoff, own_critics_know_means)
