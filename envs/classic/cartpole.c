// CartPole: balance a pole on a cart by pushing it left or right (Barto, Sutton and Anderson, 1983; CartPole-v1).
#include <float.h>

#include "cohort/env.h"
#include "cohort/kernels.h"

extern const CoEnvType co_cartpole;

// Metres, kilograms, seconds, radians.
#define GRAVITY 9.8
#define POLE_MASS 0.1
#define MASS (POLE_MASS + 1.0) // of cart and pole
#define HALF_POLE 0.5
#define FORCE 10.0
#define STEP 0.02
#define TRACK 2.4
#define LEAN (12 * 2 * 3.141592653589793 / 360)
#define START 0.05

enum { LEFT, RIGHT, MOVES };

typedef struct State {
  double x, v, angle, spin; // position and speed of the cart; angle of the pole from upright, clockwise, and its speed
} State;

static const CoStateField state_fields[] = {
    {"x", CO_STATE_F64, offsetof(State, x), 1, sizeof(double)},
    {"v", CO_STATE_F64, offsetof(State, v), 1, sizeof(double)},
    {"angle", CO_STATE_F64, offsetof(State, angle), 1, sizeof(double)},
    {"spin", CO_STATE_F64, offsetof(State, spin), 1, sizeof(double)},
    {0},
};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[MOVES] = {"left", "right"};
  static const CoKey keys[] = {{"left", LEFT, NULL}, {"right", RIGHT, NULL}, {0}};
  static const float lows[] = {-(float)(2 * TRACK), -FLT_MAX, -(float)(2 * LEAN), -FLT_MAX};
  static const float highs[] = {(float)(2 * TRACK), FLT_MAX, (float)(2 * LEAN), FLT_MAX};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 4, .obs_low = -FLT_MAX, .obs_high = FLT_MAX};
  spec->obs_lows = lows;
  spec->obs_highs = highs;
  spec->actions = MOVES;
  spec->episode_limit = 500;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(State);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  State *s = state;
  s->x = co_rng_uniform(rng, -START, START);
  s->v = co_rng_uniform(rng, -START, START);
  s->angle = co_rng_uniform(rng, -START, START);
  s->spin = co_rng_uniform(rng, -START, START);
  return true;
}

// Florian, Correct equations for the dynamics of the cart-pole system (2007), without friction; explicit Euler.
static inline bool push(State *s, int action, double sine, double cosine) {
  double force = action == RIGHT ? FORCE : -FORCE;
  double thrust = (force + POLE_MASS * HALF_POLE * (s->spin * s->spin) * sine) / MASS;
  double twist = (GRAVITY * sine - cosine * thrust) / (HALF_POLE * (4.0 / 3.0 - POLE_MASS * (cosine * cosine) / MASS));
  double pull = thrust - POLE_MASS * HALF_POLE * twist * cosine / MASS;
  s->x += STEP * s->v;
  s->v += STEP * pull;
  s->angle += STEP * s->spin;
  s->spin += STEP * twist;
  return (s->x < -TRACK) | (s->x > TRACK) | (s->angle < -LEAN) | (s->angle > LEAN);
}

static inline void look(const State *s, float obs[4]) {
  obs[0] = (float)s->x;
  obs[1] = (float)s->v;
  obs[2] = (float)s->angle;
  obs[3] = (float)s->spin;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  State *s = state;
  outcome->rewards[0] = 1;
  outcome->terminated = push(s, actions->discrete[0], co_sin(s->angle), co_cos(s->angle));
  return true;
}

static bool observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)self, (void)worker, (void)agent, (void)error;
  look(state, obs);
  return true;
}

// Running copies, number by number side by side: the compiler makes one vector of eight.
enum { LANES = 64 };
typedef struct Lanes {
  double x[LANES], v[LANES], angle[LANES], spin[LANES], sine[LANES], cosine[LANES];
  int copy[LANES], action[LANES], over[LANES];
} Lanes;

static inline void enter(Lanes *lanes, int lane, const CoMany *many, int copy) {
  const State *s = co_many_state(many, copy);
  lanes->x[lane] = s->x;
  lanes->v[lane] = s->v;
  lanes->angle[lane] = s->angle;
  lanes->spin[lane] = s->spin;
  lanes->copy[lane] = copy;
  lanes->action[lane] = many->actions.discrete[copy];
}

static inline State state_of(const Lanes *lanes, int lane) {
  return (State){lanes->x[lane], lanes->v[lane], lanes->angle[lane], lanes->spin[lane]};
}

static void push_lanes(Lanes *lanes, int count) {
  co_sin_cos_many((size_t)count, lanes->angle, lanes->sine, lanes->cosine);
  for (int i = 0; i < count; i++) {
    State s = state_of(lanes, i);
    lanes->over[i] = push(&s, lanes->action[i], lanes->sine[i], lanes->cosine[i]);
    lanes->x[i] = s.x;
    lanes->v[i] = s.v;
    lanes->angle[i] = s.angle;
    lanes->spin[i] = s.spin;
  }
}

static bool step_many(const void *self, void *worker, const CoMany *many, CoError *error) {
  (void)self, (void)worker, (void)error;
  Lanes lanes = {.x = {0}};
  for (int next = 0, count = 0; next < many->count; count = 0) {
    for (; next < many->count && count < LANES; next++)
      if (many->running[next]) enter(&lanes, count++, many, next);
    push_lanes(&lanes, count);
    for (int i = 0; i < count; i++) {
      *(State *)co_many_state(many, lanes.copy[i]) = state_of(&lanes, i);
      many->rewards[lanes.copy[i]] = 1;
      many->terminated[lanes.copy[i]] = (uint8_t)lanes.over[i];
    }
  }
  return true;
}

static bool observe_many(const void *self, void *worker, const CoMany *many, int team, float *obs, CoError *error) {
  (void)self, (void)worker, (void)team, (void)error;
  for (int i = 0; i < many->count; i++)
    if (many->running[i]) look(co_many_state(many, i), obs + 4 * i);
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  const State *s = state;
  const float half = .3f, axle = .25f, length = 2 * (float)HALF_POLE, track = (float)TRACK;
  float x = (float)s->x, tip_x = x + length * (float)co_sin(s->angle), tip_y = axle + length * (float)co_cos(s->angle);
  co_canvas_camera(canvas, -2.8f, -.9f, 2.8f, 1.9f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -9, -9, 18, 18);
  co_canvas_color(canvas, (CoColor){96, 104, 120, 255});
  co_canvas_width(canvas, .03f);
  co_canvas_line(canvas, -track - half, 0, track + half, 0);
  co_canvas_color(canvas, (CoColor){214, 84, 76, 255});
  co_canvas_line(canvas, -track, -.12f, -track, .12f);
  co_canvas_line(canvas, track, -.12f, track, .12f);
  co_canvas_color(canvas, (CoColor){86, 156, 214, 255});
  co_canvas_rect(canvas, x - half, .08f, 2 * half, .26f);
  co_canvas_color(canvas, (CoColor){52, 58, 70, 255});
  co_canvas_disc(canvas, x - .17f, .08f, .08f);
  co_canvas_disc(canvas, x + .17f, .08f, .08f);
  co_canvas_color(canvas, (CoColor){224, 170, 104, 255});
  co_canvas_width(canvas, .09f);
  co_canvas_line(canvas, x, axle, tip_x, tip_y);
  co_canvas_color(canvas, (CoColor){235, 238, 245, 255});
  co_canvas_disc(canvas, x, axle, .06f);
  return true;
}

const CoEnvType co_cartpole = {
    .name = "cartpole",
    .summary = "balance a pole on a cart",
    .source = "Barto, Sutton and Anderson (1983); Gymnasium, CartPole-v1",
    .aliases = "CartPole-v1",
    .settings = {"cartpole", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
    .observes_whole = true,
};
