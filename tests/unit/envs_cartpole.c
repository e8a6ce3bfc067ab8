// CartPole against numbers from a plain Python rendering of Gymnasium's equations, and its batched form.
#include <math.h>
#include <string.h>

#include "suite.h"

#include "cohort/vecenv.h"

extern const CoEnvType co_cartpole;

typedef struct Cart {
  double number[4]; // x, v, angle, spin
} Cart;

static CoEnv *place(const CoWorld *world, double x, double v, double angle, double spin) {
  CoEnv *env = co_env_create(world, 1, NULL);
  ck_assert(co_env_reset(env, NULL));
  unsigned char bytes[sizeof(CoMoment) + sizeof(Cart)];
  const Cart cart = {{x, v, angle, spin}};
  memcpy(bytes, co_env_bytes(env), sizeof bytes);
  memcpy(bytes + sizeof(CoMoment), &cart, sizeof cart);
  co_env_restore(env, bytes);
  return env;
}

static void push(CoEnv *env, int action) {
  ck_assert(co_env_step(env, &(CoActions){&action, NULL}, NULL));
}

static void check(const CoEnv *env, const double *wanted) {
  const Cart *cart = co_env_state(env);
  for (int k = 0; k < 4; k++) ck_assert_double_eq_tol(cart->number[k], wanted[k], 1e-14);
}

START_TEST(thirty_steps_as_in_python) {
  const double after[3][4] = {
      {0.009600000000000001, 0.17467919574755525, 0.030799999999999998, -0.2430687179600081},
      {0.033008390428920745, 0.36765098601918744, 0.0038214652462337543, -0.4882037724625794},
      {0.09523547579903803, -0.013393653996944949, -0.08525561179590585, -0.10611684786635328},
  };
  const int actions[] = {1, 0, 1, 1, 0, 0};
  CoWorld *world = co_world_open(&co_cartpole, NULL, NULL);
  CoEnv *env = place(world, 0.01, -0.02, 0.03, 0.04);
  for (int k = 0; k < 30; k++) {
    push(env, actions[k % 6]);
    ck_assert(co_env_rewards(env)[0] == 1 && co_env_ending(env) == CO_PLAYING);
    if (k == 0) check(env, after[0]);
    if (k == 9) check(env, after[1]);
    if (k == 29) check(env, after[2]);
  }
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// x' = x + .02 v, angle' = angle + .02 spin: just inside and just outside of 2.4 m and 12 degrees (.20943951 rad).
START_TEST(the_end_is_past_the_limits) {
  const struct {
    double x, v, angle, spin;
    bool ends;
  } cases[] = {{2.39, 0.4, 0, 0, false}, {2.39, 0.6, 0, 0, true}, {-2.39, -0.6, 0, 0, true},
               {0, 0, 0.2, 0.4, false},  {0, 0, 0.2, 0.5, true},  {0, 0, -0.2, -0.5, true}};
  CoWorld *world = co_world_open(&co_cartpole, NULL, NULL);
  for (int i = 0; i < 6; i++) {
    CoEnv *env = place(world, cases[i].x, cases[i].v, cases[i].angle, cases[i].spin);
    push(env, 0);
    ck_assert_int_eq(co_env_ending(env), cases[i].ends ? CO_TERMINATED : CO_PLAYING);
    ck_assert(co_env_rewards(env)[0] == 1); // the last step is paid for too
    co_env_destroy(env);
  }
  co_world_close(world);
}
END_TEST

START_TEST(starts_are_spread_over_a_tenth) {
  CoWorld *world = co_world_open(&co_cartpole, NULL, NULL);
  CoEnv *env = co_env_create(world, 3, NULL);
  double sum[4] = {0}, squares[4] = {0};
  enum { STARTS = 4000 };
  for (int i = 0; i < STARTS; i++) {
    ck_assert(co_env_reset(env, NULL));
    const Cart *cart = co_env_state(env);
    for (int k = 0; k < 4; k++) {
      if (fabs(cart->number[k]) > 0.05) ck_abort_msg("a start of %g", cart->number[k]);
      sum[k] += cart->number[k];
      squares[k] += cart->number[k] * cart->number[k];
    }
  }
  for (int k = 0; k < 4; k++) {
    ck_assert_double_eq_tol(sum[k] / STARTS, 0, 0.002);
    ck_assert_double_eq_tol(squares[k] / STARTS, 0.1 * 0.1 / 12, 5e-5); // the variance of a uniform draw
  }
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// Leaning against the fall keeps the pole up to the limit, which is no true end.
START_TEST(time_runs_out_after_500_steps) {
  CoWorld *world = co_world_open(&co_cartpole, NULL, NULL);
  CoEnv *env = place(world, 0, 0, 0.01, 0);
  int steps = 0;
  for (; co_env_ending(env) == CO_PLAYING; steps++) {
    const double *s = ((const Cart *)co_env_state(env))->number;
    push(env, s[2] + 0.25 * s[3] + 0.02 * s[0] + 0.05 * s[1] > 0);
  }
  ck_assert_int_eq(steps, 500);
  ck_assert_int_eq(co_env_ending(env), CO_TRUNCATED);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

// step_many and observe_many give the bits of step and observe, over many ends.
START_TEST(many_copies_are_as_one) {
  CoEnvType plain = co_cartpole;
  plain.step_many = NULL;
  plain.observe_many = NULL;
  enum { COPIES = 13, STEPS = 300 };
  CoWorld *worlds[] = {co_world_open(&co_cartpole, NULL, NULL), co_world_open(&plain, NULL, NULL)};
  CoVecEnv *vec[2];
  for (int w = 0; w < 2; w++) vec[w] = co_vecenv_create(worlds[w], COPIES, CO_VIEW_ALL, NULL, 7, "env", NULL);
  CoRng rng = co_rng(1, "actions", 0);
  int ends = 0;
  for (int t = 0; t < STEPS; t++) {
    int actions[COPIES];
    for (int i = 0; i < COPIES; i++) actions[i] = co_rng_int(&rng, 0, 1);
    for (int w = 0; w < 2; w++)
      if (!co_vecenv_restart(vec[w], NULL) || !co_vecenv_step(vec[w], &(CoActions){actions, NULL}, NULL)) ck_abort();
    const CoFrame *a = co_vecenv_frame(vec[0], 0), *b = co_vecenv_frame(vec[1], 0);
    if (memcmp(a->obs, b->obs, COPIES * 4 * sizeof(float)) != 0) ck_abort_msg("observations differ in step %d", t);
    for (int i = 0; i < COPIES; i++) {
      bool same = memcmp(co_vecenv_state(vec[0], i), co_vecenv_state(vec[1], i), sizeof(Cart)) == 0 &&
                  co_vecenv_rewards(vec[0])[i] == co_vecenv_rewards(vec[1])[i] &&
                  co_vecenv_ending(vec[0])[i] == co_vecenv_ending(vec[1])[i];
      if (!same) ck_abort_msg("copy %d differs in step %d", i, t);
      ends += co_vecenv_ending(vec[0])[i] == CO_TERMINATED;
    }
  }
  ck_assert_int_gt(ends, 100);
  for (int w = 0; w < 2; w++) co_vecenv_destroy(vec[w]), co_world_close(worlds[w]);
}
END_TEST

CO_TESTS(thirty_steps_as_in_python, the_end_is_past_the_limits, starts_are_spread_over_a_tenth,
         time_runs_out_after_500_steps, many_copies_are_as_one)
