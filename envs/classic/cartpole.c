// CartPole: balance a pole on a cart by pushing it left or right (Barto, Sutton and Anderson, 1983; CartPole-v1).
#include <float.h>

#include "cart.h"
#include "cohort/kernels.h"

extern const CoEnvType co_cartpole;

#define LEAN (12 * 2 * 3.141592653589793 / 360)
#define START 0.05

enum { LEFT, RIGHT, MOVES };

static const CoStateField state_fields[] = {CART_FIELDS, {0}};

static const CoField fields[] = {CO_FIELDS_END};

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **described) {
  (void)self;
  static const char *const names[MOVES] = {"left", "right"};
  static const CoKey keys[] = {{"left", LEFT, NULL}, {"right", RIGHT, NULL}, {0}};
  static const float lows[] = {-(float)(2 * CART_TRACK), -FLT_MAX, -(float)(2 * LEAN), -FLT_MAX};
  static const float highs[] = {(float)(2 * CART_TRACK), FLT_MAX, (float)(2 * LEAN), FLT_MAX};
  *spec = (CoSpec){.agents = 1, .teams = 1, .obs_size = 4, .obs_low = -FLT_MAX, .obs_high = FLT_MAX};
  spec->obs_lows = lows;
  spec->obs_highs = highs;
  spec->actions = MOVES;
  spec->episode_limit = 500;
  spec->action_names = names;
  spec->keys = keys;
  *state_bytes = sizeof(Cart);
  *described = state_fields;
}

static bool reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error) {
  (void)self, (void)worker, (void)error;
  Cart *s = state;
  s->x = co_rng_uniform(rng, -START, START);
  s->v = co_rng_uniform(rng, -START, START);
  s->angle = co_rng_uniform(rng, -START, START);
  s->spin = co_rng_uniform(rng, -START, START);
  return true;
}

static inline bool push(Cart *s, int action, double sine, double cosine) {
  cart_push(s, action == RIGHT ? CART_FORCE : -CART_FORCE, sine, cosine);
  return (s->x < -CART_TRACK) | (s->x > CART_TRACK) | (s->angle < -LEAN) | (s->angle > LEAN);
}

static inline void look(const Cart *s, float obs[4]) {
  obs[0] = (float)s->x;
  obs[1] = (float)s->v;
  obs[2] = (float)s->angle;
  obs[3] = (float)s->spin;
}

static bool step(const void *self, void *worker, void *state, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)self, (void)worker, (void)rng, (void)error;
  Cart *s = state;
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
  const Cart *s = co_many_state(many, copy);
  lanes->x[lane] = s->x;
  lanes->v[lane] = s->v;
  lanes->angle[lane] = s->angle;
  lanes->spin[lane] = s->spin;
  lanes->copy[lane] = copy;
  lanes->action[lane] = many->actions.discrete[copy];
}

static inline Cart state_of(const Lanes *lanes, int lane) {
  return (Cart){lanes->x[lane], lanes->v[lane], lanes->angle[lane], lanes->spin[lane]};
}

static void push_lanes(Lanes *lanes, int count) {
  co_sin_cos_many((size_t)count, lanes->angle, lanes->sine, lanes->cosine);
  for (int i = 0; i < count; i++) {
    Cart s = state_of(lanes, i);
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
  for (int next = 0, count = 0; next < many->runners; count = 0) {
    for (; next < many->runners && count < LANES; next++) enter(&lanes, count++, many, many->runner[next]);
    push_lanes(&lanes, count);
    for (int i = 0; i < count; i++) {
      *(Cart *)co_many_state(many, lanes.copy[i]) = state_of(&lanes, i);
      many->rewards[lanes.copy[i]] = 1;
      many->terminated[lanes.copy[i]] = (uint8_t)lanes.over[i];
    }
  }
  return true;
}

static bool observe_many(const void *self, void *worker, const CoMany *many, int team, float *obs, CoError *error) {
  (void)self, (void)worker, (void)team, (void)error;
  for (int k = 0; k < many->runners; k++) look(co_many_state(many, many->runner[k]), obs + 4 * many->runner[k]);
  return true;
}

static bool draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error) {
  (void)self, (void)worker, (void)error;
  cart_draw(state, canvas);
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
