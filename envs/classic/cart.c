// The picture of a cart with a pole.
#include "cart.h"

#include "cohort/kernels.h"

void cart_draw(const Cart *s, CoCanvas *canvas) {
  const float half = .3f, axle = .25f, length = 2 * (float)CART_HALF_POLE, track = (float)CART_TRACK;
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
}
