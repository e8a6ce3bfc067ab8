// Acrobot: two links, a motor at the joint between them; swing the free end up (Sutton, 1996; Acrobot-v1).
#include "cohort/kernels.h"
#include "cohort/solo.h"

extern const CoEnvType co_acrobot;

// Both links are 1 m long, weigh 1 kg with their centre in the middle, and have a moment of inertia of 1 kg m^2.
#define PI 3.141592653589793
#define HALF_PI (PI / 2)
#define STEP 0.2
#define GRAVITY 9.8
#define CENTRE 0.5
#define TOP_SPEED_1 (4 * PI)
#define TOP_SPEED_2 (9 * PI)

typedef struct State {
  double angle[2]; // of the first link from hanging down, of the second from the first's direction
  double spin[2];
} State;

static const CoStateField state_fields[] = {
    {"angle", CO_STATE_F64, offsetof(State, angle), 2, sizeof(double)},
    {"spin", CO_STATE_F64, offsetof(State, spin), 2, sizeof(double)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[] = {"pull", "rest", "push"};
  static const CoKey keys[] = {{"", 1, NULL}, {"left", 0, NULL}, {"right", 2, NULL}, {0}};
  static const float lows[] = {-1, -1, -1, -1, -(float)TOP_SPEED_1, -(float)TOP_SPEED_2};
  static const float highs[] = {1, 1, 1, 1, (float)TOP_SPEED_1, (float)TOP_SPEED_2};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 6, .actions = 3, .episode_limit = 500};
  spec->obs_low = -(float)TOP_SPEED_2;
  spec->obs_high = (float)TOP_SPEED_2;
  spec->obs_lows = lows;
  spec->obs_highs = highs;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  State *s = state;
  for (int i = 0; i < 2; i++) s->angle[i] = co_rng_uniform(rng, -0.1, 0.1);
  for (int i = 0; i < 2; i++) s->spin[i] = co_rng_uniform(rng, -0.1, 0.1);
  return true;
}

// The equations of motion as Sutton and Barto's book has them (the first edition's example 11.3).
static inline State slope(const State *s, double torque) {
  double sine = co_sin(s->angle[1]), cosine = co_cos(s->angle[1]), v1 = s->spin[0], v2 = s->spin[1];
  double d1 = CENTRE * CENTRE + (1 + CENTRE * CENTRE + 2 * CENTRE * cosine) + 2;
  double d2 = CENTRE * CENTRE + CENTRE * cosine + 1;
  double phi2 = CENTRE * GRAVITY * co_cos(s->angle[0] + s->angle[1] - HALF_PI);
  double phi1 = -CENTRE * (v2 * v2) * sine - 2 * CENTRE * v2 * v1 * sine +
                (CENTRE + 1) * GRAVITY * co_cos(s->angle[0] - HALF_PI) + phi2;
  double a2 = (torque + d2 / d1 * phi1 - CENTRE * (v1 * v1) * sine - phi2) / (CENTRE * CENTRE + 1 - d2 * d2 / d1);
  return (State){{v1, v2}, {-(d2 * a2 + phi1) / d1, a2}};
}

static inline State along(const State *s, double time, const State *k) {
  return (State){{s->angle[0] + time * k->angle[0], s->angle[1] + time * k->angle[1]},
                 {s->spin[0] + time * k->spin[0], s->spin[1] + time * k->spin[1]}};
}

static inline double wrapped(double angle) {
  while (angle > PI) angle -= 2 * PI;
  while (angle < -PI) angle += 2 * PI;
  return angle;
}

static inline double clip(double x, double most) {
  return x < -most ? -most : x > most ? most : x;
}

// Runge and Kutta's fourth-order step; true when the free end is a link's length above the fixed one.
static inline bool swing(State *s, double torque) {
  State k1 = slope(s, torque), at = along(s, STEP / 2, &k1);
  State k2 = slope(&at, torque);
  at = along(s, STEP / 2, &k2);
  State k3 = slope(&at, torque);
  at = along(s, STEP, &k3);
  State k4 = slope(&at, torque), sum = along(&k1, 2, &k2);
  sum = along(&sum, 2, &k3);
  sum = along(&sum, 1, &k4);
  *s = along(s, STEP / 6, &sum);
  for (int i = 0; i < 2; i++) s->angle[i] = wrapped(s->angle[i]);
  s->spin[0] = clip(s->spin[0], TOP_SPEED_1);
  s->spin[1] = clip(s->spin[1], TOP_SPEED_2);
  return -co_cos(s->angle[0]) - co_cos(s->angle[1] + s->angle[0]) > 1;
}

static inline bool turn(const void *self, State *s, int action, CoRng *rng, float *reward) {
  (void)self, (void)rng;
  bool up = swing(s, action - 1);
  *reward = up ? 0 : -1;
  return up;
}

CO_SOLO_STEP(step, turn, discrete)

static inline void look(const void *self, const State *s, float *obs) {
  (void)self;
  for (int i = 0; i < 2; i++) {
    obs[2 * i] = (float)co_cos(s->angle[i]);
    obs[2 * i + 1] = (float)co_sin(s->angle[i]);
    obs[4 + i] = (float)s->spin[i];
  }
}

CO_SOLO_OBSERVE(observe, look, 6)

static void show_link(float x, float y, float end_x, float end_y, CoCanvas *canvas) {
  co_canvas_color(canvas, (CoColor){86, 176, 190, 255});
  co_canvas_width(canvas, .2f);
  co_canvas_line(canvas, x, y, end_x, end_y);
  co_canvas_disc(canvas, end_x, end_y, .1f);
  co_canvas_color(canvas, (CoColor){236, 206, 90, 255});
  co_canvas_disc(canvas, x, y, .1f);
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  double both = s->angle[0] + s->angle[1];
  float x = (float)co_sin(s->angle[0]), y = -(float)co_cos(s->angle[0]);
  co_canvas_camera(canvas, -2.25f, -2.25f, 2.25f, 2.25f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  co_canvas_color(canvas, (CoColor){214, 84, 76, 255});
  co_canvas_width(canvas, .03f);
  co_canvas_line(canvas, -2.25f, 1, 2.25f, 1);
  show_link(0, 0, x, y, canvas);
  show_link(x, y, x + (float)co_sin(both), y - (float)co_cos(both), canvas);
  return true;
}

const CoEnvType co_acrobot = {
    .name = "acrobot",
    .summary = "swing the free end of two links above a line",
    .source = "Sutton, Generalization in Reinforcement Learning (1996); Gymnasium, Acrobot-v1",
    .aliases = "Acrobot-v1",
    .settings = {"acrobot", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};
