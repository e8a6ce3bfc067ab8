// Pendulum: swing a pendulum up and hold it there with a weak motor (Pendulum-v1).
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "cohort/solo.h"

extern const CoEnvType co_pendulum;

#define PI 3.141592653589793
#define STEP 0.05
#define TOP_SPEED 8.0
#define TORQUE 2.0
#define VIEW 1.25f // pictures reach from -VIEW to VIEW
#define SOFT 0.5f  // how far from its axis a rod is seen in them

typedef struct Config {
  double g;
  int pixels;
} Config;

static const CoField fields[] = {
    CO_NUMBER(Config, g, "10", 0, 1000, "gravity, m/s^2; the rod is 1 m long and weighs 1 kg"),
    CO_INT(Config, pixels, "0", 0, 256,
           "side of two grey pictures, now and a step before, that are seen instead of numbers; 0: numbers"),
    CO_FIELDS_END,
};

typedef struct State {
  double angle, spin; // from upright, counterclockwise; it is not wrapped
  double torque;      // the last step's, for pictures
} State;

static const CoStateField state_fields[] = {
    {"angle", CO_STATE_F64, offsetof(State, angle), 1, sizeof(double)},
    {"spin", CO_STATE_F64, offsetof(State, spin), 1, sizeof(double)},
    {"torque", CO_STATE_F64, offsetof(State, torque), 1, sizeof(double)},
    {0},
};

static int seen(const Config *c) {
  return c->pixels ? 2 * c->pixels * c->pixels : 3;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  const int pixels = ((const Config *)self)->pixels;
  static const float low = -(float)TORQUE, none = 0, high = (float)TORQUE;
  static const float lows[] = {-1, -1, -(float)TOP_SPEED}, highs[] = {1, 1, (float)TOP_SPEED};
  static const CoKey keys[] = {{"", 0, &none}, {"left", 0, &high}, {"right", 0, &low}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = seen(self), .action_size = 1, .low = &low, .high = &high};
  spec->obs_low = -(float)TOP_SPEED;
  spec->obs_high = (float)TOP_SPEED;
  spec->obs_lows = lows;
  spec->obs_highs = highs;
  if (pixels) {
    memcpy(spec->obs_shape, (const int[]){2, pixels, pixels}, sizeof spec->obs_shape);
    spec->obs_low = 0, spec->obs_high = 1;
    spec->obs_lows = spec->obs_highs = NULL;
  }
  spec->episode_limit = 200;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  State *s = state;
  s->angle = co_rng_uniform(rng, -PI, PI);
  s->spin = co_rng_uniform(rng, -1, 1);
  s->torque = 0;
  return true;
}

static inline double clip(double x, double most) {
  return x < -most ? -most : x > most ? most : x;
}

// What the state before the step and the torque cost; then the step (semi-implicit Euler).
static inline double swing(State *s, double torque, double g) {
  double wrapped = s->angle - 2 * PI * floor((s->angle + PI) / (2 * PI));
  double u = s->torque = clip(torque, TORQUE);
  double cost = wrapped * wrapped + 0.1 * (s->spin * s->spin) + 0.001 * (u * u);
  s->spin = clip(s->spin + (3 * g / 2 * co_sin(s->angle) + 3 * u) * STEP, TOP_SPEED);
  s->angle += s->spin * STEP;
  return cost;
}

static inline bool turn(const Config *c, State *s, float torque, CoRng *rng, float *reward) {
  (void)rng;
  *reward = -(float)swing(s, (double)torque, c->g);
  return false;
}

CO_SOLO_STEP(step, turn, continuous)

// A rod as [side][side] shades from the top left: 1 on its axis, less with the distance from it.
static void paint(int side, double angle, float *shade) {
  float x = -(float)co_sin(angle), y = (float)co_cos(angle);
  for (int row = 0; row < side; row++)
    for (int col = 0; col < side; col++) {
      float right = VIEW * ((float)(2 * col + 1) / (float)side - 1),
            up = VIEW * (1 - (float)(2 * row + 1) / (float)side);
      float along = fminf(fmaxf(right * x + up * y, 0), 1), dx = right - along * x, dy = up - along * y;
      *shade++ = fmaxf(1 - sqrtf(dx * dx + dy * dy) / SOFT, 0);
    }
}

// The step before is known from the state, at an episode's beginning too: the angle has just grown by spin * STEP.
static inline void look(const Config *c, const State *s, float *obs) {
  if (c->pixels) {
    paint(c->pixels, s->angle, obs);
    paint(c->pixels, s->angle - s->spin * STEP, obs + c->pixels * c->pixels);
    return;
  }
  obs[0] = (float)co_cos(s->angle);
  obs[1] = (float)co_sin(s->angle);
  obs[2] = (float)s->spin;
}

CO_SOLO_OBSERVE(observe, look, seen(self))

// The rod, and the motor's torque as an arc with a head.
static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  float x = -(float)co_sin(s->angle), y = (float)co_cos(s->angle), from = (float)PI / 2;
  float to = from + (float)s->torque, head_x = .45f * (float)co_cos((double)to),
        head_y = .45f * (float)co_sin((double)to);
  co_canvas_camera(canvas, -1.3f, -1.3f, 1.3f, 1.3f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  co_canvas_color(canvas, (CoColor){43, 48, 56, 255});
  co_canvas_disc(canvas, 0, 0, 1.14f);
  co_canvas_color(canvas, (CoColor){250, 204, 60, 255});
  co_canvas_width(canvas, .04f);
  co_canvas_arc(canvas, 0, 0, .45f, from < to ? from : to, from < to ? to : from);
  if (fabs(s->torque) > 0.05) co_canvas_disc(canvas, head_x, head_y, .05f);
  co_canvas_color(canvas, (CoColor){214, 96, 84, 255});
  co_canvas_width(canvas, .16f);
  co_canvas_line(canvas, 0, 0, x, y);
  co_canvas_disc(canvas, x, y, .08f);
  co_canvas_disc(canvas, 0, 0, .08f);
  co_canvas_color(canvas, (CoColor){235, 238, 245, 255});
  co_canvas_disc(canvas, 0, 0, .05f);
  return true;
}

const CoEnvType co_pendulum = {
    .name = "pendulum",
    .summary = "swing a pendulum up and hold it there with a weak motor",
    .source = "Gymnasium, Pendulum-v1",
    .aliases = "Pendulum-v1",
    .settings = {"pendulum", sizeof(Config), fields, NULL},
    .open = co_config_copy,
    .close = free,
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};
