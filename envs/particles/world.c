// The particle world's physics: damped motion, soft contact (Lowe et al., NIPS 2017).
#include "world.h"

#include <math.h>

#include "cohort/kernels.h"

#define TIME 0.1
#define DAMPING 0.25
#define CONTACT_FORCE 100.0
#define CONTACT_MARGIN 0.001

double co_particles_distance(double ax, double ay, double bx, double by) {
  return sqrt((ax - bx) * (ax - bx) + (ay - by) * (ay - by));
}

// margin log(1 + exp(depth / margin)): about the depth where discs overlap, about 0 where they do not.
static double penetration(double depth) {
  double z = depth / CONTACT_MARGIN;
  return CONTACT_MARGIN * (fmax(z, 0) + co_log(1 + co_exp(-fabs(z))));
}

// Discs whose centres meet are not pushed apart: there is no direction.
static void contact(const CoParticle *a, const CoParticle *b, double radius, double *force_a, double *force_b) {
  double distance = co_particles_distance(a->x, a->y, b->x, b->y);
  if (distance == 0) return;
  double push = CONTACT_FORCE * penetration(2 * radius - distance) / distance;
  double x = push * (a->x - b->x), y = push * (a->y - b->y);
  force_a[0] += x, force_a[1] += y;
  force_b[0] -= x, force_b[1] -= y;
}

void co_particles_step(CoParticle *discs, double (*forces)[2], int count, double radius) {
  for (int a = 0; a < count; a++)
    for (int b = a + 1; b < count; b++) contact(&discs[a], &discs[b], radius, forces[a], forces[b]);
  for (int i = 0; i < count; i++) {
    CoParticle *disc = &discs[i];
    disc->vx = disc->vx * (1 - DAMPING) + forces[i][0] * TIME;
    disc->vy = disc->vy * (1 - DAMPING) + forces[i][1] * TIME;
    disc->x += disc->vx * TIME;
    disc->y += disc->vy * TIME;
  }
}

const char *const co_particles_names[] = {"none", "left", "right", "down", "up"};
static const float rest[2] = {0, 0}, left[2] = {-1, 0}, right[2] = {1, 0}, down[2] = {0, -1}, up[2] = {0, 1};
const CoKey co_particles_keys[] = {{"", 0, rest},     {"left", 1, left}, {"right", 2, right},
                                   {"down", 3, down}, {"up", 4, up},     {0}};
const float co_particles_low[2] = {-1, -1}, co_particles_high[2] = {1, 1};

void co_particles_push(const CoActions *actions, int agent, double force[2]) {
  const float *push =
      actions->discrete ? co_particles_keys[actions->discrete[agent]].values : actions->continuous + (size_t)agent * 2;
  for (int i = 0; i < 2; i++) force[i] = CO_PARTICLES_FORCE * fmin(fmax((double)push[i], -1), 1);
}
