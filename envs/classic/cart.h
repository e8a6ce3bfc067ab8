// A cart with a pole: the mechanics and the picture of CartPole in all its forms (Barto, Sutton and Anderson, 1983).
#ifndef COHORT_ENVS_CLASSIC_CART_H
#define COHORT_ENVS_CLASSIC_CART_H

#include "cohort/env.h"

// Metres, kilograms, seconds, radians.
#define CART_GRAVITY 9.8
#define CART_POLE_MASS 0.1
#define CART_MASS (CART_POLE_MASS + 1.0) // of cart and pole
#define CART_HALF_POLE 0.5
#define CART_FORCE 10.0
#define CART_STEP 0.02
#define CART_TRACK 2.4

typedef struct Cart {
  double x, v, angle, spin; // position and speed of the cart; angle of the pole from upright, clockwise, and its speed
} Cart;

#define CART_FIELDS                                                                                                    \
  {"x", CO_STATE_F64, offsetof(Cart, x), 1, sizeof(double)},                                                           \
      {"v", CO_STATE_F64, offsetof(Cart, v), 1, sizeof(double)},                                                       \
      {"angle", CO_STATE_F64, offsetof(Cart, angle), 1, sizeof(double)}, {                                             \
    "spin", CO_STATE_F64, offsetof(Cart, spin), 1, sizeof(double)                                                      \
  }

// Florian, Correct equations for the dynamics of the cart-pole system (2007), without friction; explicit Euler.
static inline void cart_push(Cart *s, double force, double sine, double cosine) {
  double thrust = (force + CART_POLE_MASS * CART_HALF_POLE * (s->spin * s->spin) * sine) / CART_MASS;
  double twist = (CART_GRAVITY * sine - cosine * thrust) /
                 (CART_HALF_POLE * (4.0 / 3.0 - CART_POLE_MASS * (cosine * cosine) / CART_MASS));
  double pull = thrust - CART_POLE_MASS * CART_HALF_POLE * twist * cosine / CART_MASS;
  s->x += CART_STEP * s->v;
  s->v += CART_STEP * pull;
  s->angle += CART_STEP * s->spin;
  s->spin += CART_STEP * twist;
}

void cart_draw(const Cart *s, CoCanvas *canvas);

#endif
