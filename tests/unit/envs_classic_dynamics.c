// Mountain car, pendulum and acrobot: one step from many states against other forms of the same equations, with C's own
// sine and cosine; ends, ranges and rewards.
#include "planning.h"

extern const CoEnvType co_mountain_car, co_mountain_car_continuous, co_pendulum, co_acrobot;

enum { STATES = 2000 };
static const double pi = 3.14159265358979323846, tolerance = 1e-12;

typedef struct Stepped {
  float reward;
  bool terminated;
} Stepped;

static Stepped step(const CoWorld *world, double *state, int action, float force) {
  Stepped stepped = {0, false};
  const CoActions actions = {&action, &force};
  CoOutcome outcome = {&stepped.reward, NULL, false};
  CoRng rng = co_rng(1, "unused", 0);
  ck_assert(co_world_type(world)->step(co_world_self(world), NULL, state, &actions, &rng, &outcome, NULL));
  stepped.terminated = outcome.terminated;
  return stepped;
}

static CoWorld *open(const CoEnvType *type) {
  CoError error;
  CoWorld *world = plan_world(type, "", NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static void check_car(const double *state, double x, double v, double push) {
  v = fmin(fmax(v + push - 0.0025 * cos(3 * x), -0.07), 0.07);
  x = fmin(fmax(x + v, -1.2), 0.6);
  ck_assert_double_eq_tol(state[0], x, tolerance);
  ck_assert_double_eq_tol(state[1], x == -1.2 && v < 0 ? 0 : v, tolerance);
}

START_TEST(cars_roll_as_written) {
  CoWorld *car = open(&co_mountain_car), *throttle = open(&co_mountain_car_continuous);
  CoRng rng = co_rng(1, "cars", 0);
  int ends = 0, walls = 0;
  for (int i = 0; i < STATES; i++) {
    double x = co_rng_uniform(&rng, -1.2, 0.6), v = co_rng_uniform(&rng, -0.07, 0.07);
    double state[2] = {x, v};
    int action = co_rng_int(&rng, 0, 2);
    Stepped stepped = step(car, state, action, 0);
    check_car(state, x, v, 0.001 * (action - 1));
    ck_assert_float_eq(stepped.reward, -1);
    ck_assert_int_eq(stepped.terminated, state[0] >= 0.5 && state[1] >= 0);
    float force = (float)co_rng_uniform(&rng, -3, 3);
    double other[2] = {x, v}, given = (double)force;
    stepped = step(throttle, other, 0, force);
    check_car(other, x, v, 0.0015 * fmin(fmax(given, -1), 1));
    ck_assert_int_eq(stepped.terminated, other[0] >= 0.45 && other[1] >= 0);
    ck_assert_float_eq_tol(stepped.reward, (float)((stepped.terminated ? 100 : 0) - 0.1 * given * given), 1e-5f);
    ends += stepped.terminated;
    walls += state[0] == -1.2;
  }
  ck_assert(ends > 0 && walls > 0);
  co_world_close(car);
  co_world_close(throttle);
}
END_TEST

START_TEST(the_car_stops_at_the_left_end_and_not_at_the_right) {
  CoWorld *car = open(&co_mountain_car);
  double left[2] = {-1.19, -0.07}, right[2] = {0.49, 0.05}, back[2] = {0.58, -0.01};
  ck_assert(!step(car, left, 0, 0).terminated);
  ck_assert(left[0] == -1.2 && left[1] == 0);
  ck_assert(step(car, right, 2, 0).terminated);
  ck_assert(right[1] > 0);
  ck_assert(!step(car, back, 1, 0).terminated); // past the goal, but rolling back
  co_world_close(car);
}
END_TEST

START_TEST(pendulums_swing_as_written) {
  CoWorld *world = open(&co_pendulum);
  CoRng rng = co_rng(1, "pendulums", 0);
  for (int i = 0; i < STATES; i++) {
    double angle = co_rng_uniform(&rng, -20, 20), spin = co_rng_uniform(&rng, -8, 8);
    float force = (float)co_rng_uniform(&rng, -3, 3);
    double state[3] = {angle, spin, 0}, torque = fmin(fmax((double)force, -2), 2);
    double wrapped = atan2(sin(angle), cos(angle)); // the reward is for where the step began
    Stepped stepped = step(world, state, 0, force);
    ck_assert_float_eq_tol(stepped.reward, (float)-(wrapped * wrapped + 0.1 * spin * spin + 0.001 * torque * torque),
                           3e-6f);
    spin = fmin(fmax(spin + 0.05 * (15 * sin(angle) + 3 * torque), -8), 8);
    ck_assert_double_eq_tol(state[1], spin, tolerance);
    ck_assert_double_eq_tol(state[0], angle + 0.05 * spin, tolerance);
    ck_assert(!stepped.terminated);
  }
  co_world_close(world);
}
END_TEST

// d1 a1 + d2 a2 + phi1 = 0 and d2 a1 + d3 a2 + h + phi2 = torque, by Cramer's rule.
static void accelerate(const double s[4], double torque, double out[4]) {
  double c2 = cos(s[1]), s2 = sin(s[1]);
  double d1 = 3.5 + c2, d2 = 1.25 + 0.5 * c2, d3 = 1.25;
  double phi2 = 4.9 * sin(s[0] + s[1]), h = 0.5 * s[2] * s[2] * s2;
  double phi1 = -0.5 * s2 * s[3] * (s[3] + 2 * s[2]) + 14.7 * sin(s[0]) + phi2;
  double right = torque - h - phi2, determinant = d1 * d3 - d2 * d2;
  out[0] = s[2];
  out[1] = s[3];
  out[2] = (-phi1 * d3 - d2 * right) / determinant;
  out[3] = (d1 * right + d2 * phi1) / determinant;
}

static void runge_kutta(double s[4], double torque) {
  static const double share[4] = {0, 0.5, 0.5, 1}, weight[4] = {1, 2, 2, 1};
  double k[4] = {0}, sum[4] = {0}, at[4];
  for (int stage = 0; stage < 4; stage++) {
    for (int i = 0; i < 4; i++) at[i] = s[i] + 0.2 * share[stage] * k[i];
    accelerate(at, torque, k);
    for (int i = 0; i < 4; i++) sum[i] += weight[stage] * k[i] / 6;
  }
  for (int i = 0; i < 4; i++) s[i] += 0.2 * sum[i];
  for (int i = 0; i < 2; i++) s[i] = atan2(sin(s[i]), cos(s[i]));
  s[2] = fmin(fmax(s[2], -4 * pi), 4 * pi);
  s[3] = fmin(fmax(s[3], -9 * pi), 9 * pi);
}

START_TEST(acrobots_swing_as_written) {
  CoWorld *world = open(&co_acrobot);
  CoRng rng = co_rng(1, "acrobots", 0);
  int ends = 0;
  for (int i = 0; i < STATES; i++) {
    double state[4] = {co_rng_uniform(&rng, -pi, pi), co_rng_uniform(&rng, -pi, pi), co_rng_uniform(&rng, -4, 4),
                       co_rng_uniform(&rng, -9, 9)};
    double expected[4];
    memcpy(expected, state, sizeof expected);
    int action = co_rng_int(&rng, 0, 2);
    Stepped stepped = step(world, state, action, 0);
    runge_kutta(expected, action - 1);
    for (int k = 0; k < 4; k++) ck_assert_double_eq_tol(state[k], expected[k], tolerance);
    bool over = -cos(expected[0]) - cos(expected[0] + expected[1]) > 1;
    ck_assert_int_eq(stepped.terminated, over);
    ck_assert_float_eq(stepped.reward, over ? 0 : -1);
    ends += over;
  }
  ck_assert(ends > STATES / 20 && ends < STATES / 2);
  co_world_close(world);
}
END_TEST

// Starts fill their ranges, and what is seen is the state.
START_TEST(starts_and_sights) {
  const struct {
    const CoEnvType *type;
    double low[4], high[4];
    int numbers, limit;
  } cases[] = {{&co_mountain_car, {-0.6, 0}, {-0.4, 0}, 2, 200},
               {&co_mountain_car_continuous, {-0.6, 0}, {-0.4, 0}, 2, 999},
               {&co_pendulum, {-3.1415926535897931, -1}, {3.1415926535897931, 1}, 2, 200},
               {&co_acrobot, {-0.1, -0.1, -0.1, -0.1}, {0.1, 0.1, 0.1, 0.1}, 4, 500}};
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    CoWorld *world = open(cases[c].type);
    CoRng rng = co_rng(1, "starts", 0);
    double least[4] = {9, 9, 9, 9}, most[4] = {-9, -9, -9, -9}, state[4] = {0};
    for (int i = 0; i < STATES; i++) {
      ck_assert(cases[c].type->reset(co_world_self(world), NULL, state, &rng, NULL));
      for (int k = 0; k < cases[c].numbers; k++) {
        least[k] = fmin(least[k], state[k]);
        most[k] = fmax(most[k], state[k]);
      }
    }
    for (int k = 0; k < cases[c].numbers; k++) {
      double width = cases[c].high[k] - cases[c].low[k];
      ck_assert(least[k] >= cases[c].low[k] && least[k] <= cases[c].low[k] + 0.01 * width);
      ck_assert(most[k] <= cases[c].high[k] && most[k] >= cases[c].high[k] - 0.01 * width);
    }
    ck_assert_int_eq(co_world_spec(world)->episode_limit, cases[c].limit);
    co_world_close(world);
  }
}
END_TEST

START_TEST(angles_are_seen_as_cosine_and_sine) {
  CoWorld *pendulum = open(&co_pendulum), *acrobot = open(&co_acrobot);
  const double one[3] = {7, -2.5, 0}, two[4] = {0.3, -2.9, 1.5, -20};
  float seen[6];
  ck_assert(co_world_observe(pendulum, NULL, one, 0, seen, NULL));
  const double first[3] = {cos(7), sin(7), -2.5};
  for (int k = 0; k < 3; k++) ck_assert_float_eq_tol(seen[k], (float)first[k], 1e-7f);
  ck_assert(co_world_observe(acrobot, NULL, two, 0, seen, NULL));
  const double second[6] = {cos(0.3), sin(0.3), cos(-2.9), sin(-2.9), 1.5, -20};
  for (int k = 0; k < 6; k++) ck_assert_float_eq_tol(seen[k], (float)second[k], 1e-7f);
  co_world_close(pendulum);
  co_world_close(acrobot);
}
END_TEST

// How far a dot lies from the nearest of many points of the rod.
static double nearest(double angle, double right, double up) {
  double best = 9;
  for (int i = 0; i <= 1000; i++) best = fmin(best, hypot(right + i * sin(angle) / 1000, up - i * cos(angle) / 1000));
  return best;
}

// Pictures reach 1.25 each way and fade from the rod to a distance of .5; the second one is what the first was a step
// before.
START_TEST(a_pendulum_is_seen_in_pictures) {
  enum { SIDE = 7, PIXELS = SIDE * SIDE };
  CoError error;
  CoWorld *world = plan_world(&co_pendulum, "pixels=7", NULL, &error);
  const CoSpec *spec = co_world_spec(world);
  CoRng rng = co_rng(1, "pictures", 0);
  float before[2 * PIXELS], after[2 * PIXELS];
  ck_assert_int_eq(spec->obs_size, 2 * PIXELS);
  ck_assert(spec->obs_shape[0] == 2 && spec->obs_shape[1] == SIDE && spec->obs_shape[2] == SIDE);
  for (int i = 0; i < 50; i++) {
    double state[3] = {co_rng_uniform(&rng, -9, 9), co_rng_uniform(&rng, -8, 8), 0}, angle = state[0];
    ck_assert(co_world_observe(world, NULL, state, 0, before, NULL));
    step(world, state, 0, 1);
    ck_assert(co_world_observe(world, NULL, state, 0, after, NULL));
    for (int k = 0; k < PIXELS; k++) {
      double right = 1.25 * ((k % SIDE * 2 + 1) / (double)SIDE - 1),
             up = 1.25 * (1 - (k / SIDE * 2 + 1) / (double)SIDE);
      ck_assert_double_eq_tol((double)before[k], fmax(1 - 2 * nearest(angle, right, up), 0), 1e-3);
      ck_assert_float_eq_tol(after[PIXELS + k], before[k], 1e-5f);
    }
  }
  co_world_close(world);
}
END_TEST

CO_TESTS(cars_roll_as_written, the_car_stops_at_the_left_end_and_not_at_the_right, pendulums_swing_as_written,
         acrobots_swing_as_written, starts_and_sights, angles_are_seen_as_cosine_and_sine,
         a_pendulum_is_seen_in_pictures)
