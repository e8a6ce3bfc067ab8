// CartPole from below: swing the pole up by pushing the cart as hard as one likes, and hold it there over the middle of
// the track. CartPole's cart and pole; the task of Deisenroth and Rasmussen's PILCO (ICML 2011), as PETS has it.
#include <float.h>
#include <math.h>

#include "cart.h"
#include "cohort/kernels.h"
#include "cohort/solo.h"

extern const CoEnvType co_cartpole_swingup;

#define PI 3.141592653589793
#define HELD 2     // steps of 0.02 s that a force lasts
#define START 0.05 // as CartPole's
#define EFFORT 0.01

static const CoStateField state_fields[] = {CART_FIELDS, {0}};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const float low = -(float)CART_FORCE, none = 0, high = (float)CART_FORCE;
  static const float lows[] = {-(float)CART_TRACK, -FLT_MAX, -1, -1, -FLT_MAX},
                     highs[] = {(float)CART_TRACK, FLT_MAX, 1, 1, FLT_MAX};
  static const CoKey keys[] = {{"", 0, &none}, {"left", 0, &low}, {"right", 0, &high}, {0}};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 5, .action_size = 1, .low = &low, .high = &high};
  spec->obs_low = -FLT_MAX;
  spec->obs_high = FLT_MAX;
  spec->obs_lows = lows;
  spec->obs_highs = highs;
  spec->episode_limit = 200;
  spec->keys = keys;
  *state_bytes = sizeof(Cart);
  *described = state_fields;
}

// The pole hangs, nearly at rest.
static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  Cart *s = state;
  s->x = co_rng_uniform(rng, -START, START);
  s->v = co_rng_uniform(rng, -START, START);
  s->angle = PI + co_rng_uniform(rng, -START, START);
  s->spin = co_rng_uniform(rng, -START, START);
  return true;
}

// A buffer takes the cart's speed at the end of the track.
static inline void stop(Cart *s) {
  if (s->x < -CART_TRACK || s->x > CART_TRACK) s->x = s->x < 0 ? -CART_TRACK : CART_TRACK, s->v = 0;
}

// exp(-d^2 / l^2) - 0.01 (F / F_most)^2: d is how far the pole's tip is from where it shall be, l the pole's length.
static inline double worth(const Cart *s, double force) {
  const double length = 2 * CART_HALF_POLE, effort = force / CART_FORCE;
  double x = s->x + length * co_sin(s->angle), y = length * (co_cos(s->angle) - 1);
  return co_exp(-(x * x + y * y) / (length * length)) - EFFORT * (effort * effort);
}

static inline bool turn(const void *self, Cart *s, float pushed, CoRng *rng, float *reward) {
  (void)self, (void)rng;
  double force = fmin(fmax((double)pushed, -CART_FORCE), CART_FORCE);
  for (int i = 0; i < HELD; i++) {
    cart_push(s, force, co_sin(s->angle), co_cos(s->angle));
    stop(s);
  }
  *reward = (float)worth(s, force);
  return false;
}

CO_SOLO_STEP(step, turn, continuous)

static inline void look(const void *self, const Cart *s, float *obs) {
  (void)self;
  obs[0] = (float)s->x;
  obs[1] = (float)s->v;
  obs[2] = (float)co_cos(s->angle);
  obs[3] = (float)co_sin(s->angle);
  obs[4] = (float)s->spin;
}

CO_SOLO_OBSERVE(observe, look, 5)

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  cart_draw(state, canvas);
  return true;
}

const CoEnvType co_cartpole_swingup = {
    .name = "cartpole_swingup",
    .summary = "swing a pole up by pushing its cart, and hold it there",
    .source = "Barto, Sutton and Anderson (1983); Deisenroth and Rasmussen (2011); Chua et al. (2018)",
    .settings = {"cartpole_swingup", 0, fields, NULL},
    .describe = describe,
    .reset = reset,
    .step = step,
    .observe = observe,
    .draw = draw,
    .step_many = step_many,
    .observe_many = observe_many,
};
