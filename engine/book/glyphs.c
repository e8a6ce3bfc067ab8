// Generated alphabets, for examples that learn to read from few examples: a letter is some strokes of a pen, as in
// Lake, Salakhutdinov and Tenenbaum (2015).
#include <math.h>

#include "cohort/example.h"

enum { STROKES = 3, DOTS = 48 }; // of a letter; of a stroke
#define THICK 1.4                // pixels from a dot's middle to where the ink ends

// A stroke is an arc through the plane of the letter, [0, 1]^2: from p past q to r.
typedef struct Stroke {
  double p[2], q[2], r[2];
} Stroke;

// How the hand holds the paper.
typedef struct Hold {
  double turn, size, right, down;
} Hold;

static void move(Stroke *stroke, double low, double high, CoRng *rng) {
  double *ends[] = {stroke->p, stroke->q, stroke->r};
  for (int i = 0; i < 6; i++) ends[i / 2][i % 2] += co_rng_uniform(rng, low, high);
}

static void dab(CoReal *image, int side, double x, double y) {
  for (int row = (int)(y - THICK); row <= (int)(y + THICK); row++)
    for (int col = (int)(x - THICK); col <= (int)(x + THICK); col++) {
      if (row < 0 || row >= side || col < 0 || col >= side) continue;
      const double ink = fmin(1, THICK - hypot(col + 0.5 - x, row + 0.5 - y));
      CoReal *pixel = &image[row * side + col];
      *pixel = (CoReal)fmax((double)*pixel, ink);
    }
}

// a(u) = (1 - u)^2 p + 2 u (1 - u) q + u^2 r, about the middle of the letter.
static double along(double u, double p, double q, double r) {
  return (1 - u) * (1 - u) * p + 2 * u * (1 - u) * q + u * u * r - 0.5;
}

static void ink(const Stroke *s, const Hold *hold, CoReal *image, int side) {
  for (int k = 0; k < DOTS; k++) {
    const double u = k / (DOTS - 1.0), x = along(u, s->p[0], s->q[0], s->r[0]), y = along(u, s->p[1], s->q[1], s->r[1]);
    dab(image, side, side * (0.5 + hold->right + hold->size * (x - hold->turn * y)),
        side * (0.5 + hold->down + hold->size * (y + hold->turn * x)));
  }
}

void co_example_glyph(uint64_t alphabet, int letter, double shake, CoRng *hand, int side, CoReal *image) {
  CoRng pen = co_rng(alphabet, "letter", (uint64_t)letter);
  const Hold hold = {3 * shake * co_rng_normal(hand), 1 + 2 * shake * co_rng_normal(hand), shake * co_rng_normal(hand),
                     shake * co_rng_normal(hand)};
  for (int i = 0; i < side * side; i++) image[i] = 0;
  for (int i = 0; i < STROKES; i++) {
    Stroke stroke = {{0}, {0}, {0}};
    move(&stroke, 0.12, 0.88, &pen);
    move(&stroke, -shake, shake, hand);
    ink(&stroke, &hold, image, side);
  }
}
