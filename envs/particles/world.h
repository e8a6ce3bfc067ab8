// The particle world of Lowe et al. (NIPS 2017) and Mordatch and Abbeel (2018): discs that are pushed and push back.
#ifndef COHORT_ENVS_PARTICLES_WORLD_H
#define COHORT_ENVS_PARTICLES_WORLD_H

#include "cohort/env.h"

#define CO_PARTICLES_FORCE 5.0 // of a full push

typedef struct CoParticle {
  double x, y, vx, vy;
} CoParticle;

// A step of 0.1: a quarter of the speed is lost, forces [count][2] and contacts between discs of that radius (mass 1)
// change it, then all move.
void co_particles_step(CoParticle *discs, double (*forces)[2], int count, double radius);
double co_particles_distance(double ax, double ay, double bx, double by);

// The five actions of a particle that says nothing: none, left, right, down, up; the push that one is; keys for people.
enum { CO_PARTICLES_ACTIONS = 5 };
extern const char *const co_particles_names[]; // [CO_PARTICLES_ACTIONS]
extern const CoKey co_particles_keys[];        // of those, and of continuous pushes
void co_particles_push(const CoActions *actions, int agent, double force[2]);

// Both numbers of a continuous action lie in [-1, 1].
extern const float co_particles_low[2], co_particles_high[2];

#endif
