// Cards and chips on a table, as the card games draw them.
#ifndef COHORT_ENVS_GAMES_CARDS_H
#define COHORT_ENVS_GAMES_CARDS_H

#include <stdio.h>

#include "cohort/canvas.h"

static inline void show_table(CoCanvas *canvas) {
  co_canvas_camera(canvas, 0, 0, 8, 6);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -16, -16, 48, 48);
  co_canvas_color(canvas, (CoColor){28, 84, 58, 255});
  co_canvas_rect(canvas, .2f, .2f, 7.6f, 5.6f);
}

// Around (x, y); face NULL: its back, "": no card there.
static inline void show_card(CoCanvas *canvas, float x, float y, const char *face, CoColor ink) {
  const float w = 1.2f, h = 1.7f;
  if (face && !face[0]) {
    co_canvas_color(canvas, (CoColor){255, 255, 255, 50});
    co_canvas_width(canvas, .04f);
    co_canvas_frame(canvas, x - w / 2, y - h / 2, w, h);
    return;
  }
  co_canvas_color(canvas, face ? (CoColor){244, 242, 234, 255} : (CoColor){150, 62, 62, 255});
  co_canvas_rect(canvas, x - w / 2, y - h / 2, w, h);
  co_canvas_color(canvas, face ? ink : (CoColor){206, 150, 120, 255});
  co_canvas_width(canvas, .05f);
  co_canvas_frame(canvas, x - .44f * w, y - .44f * h, .88f * w, .88f * h);
  if (face) co_canvas_text(canvas, x, y, .8f, CO_CENTER, face);
}

// How many chips lie there, in their owner's colour, and the number beside them.
static inline void show_chips(CoCanvas *canvas, float x, float y, int chips, CoColor color) {
  char text[16];
  for (int i = 0; i < chips; i++) {
    co_canvas_color(canvas, co_color_mix(color, (CoColor){0, 0, 0, 255}, i % 2 ? .25f : 0));
    co_canvas_disc(canvas, x + .11f * (float)i, y, .17f);
  }
  snprintf(text, sizeof text, "%d", chips);
  co_canvas_color(canvas, (CoColor){255, 255, 255, 255});
  co_canvas_text(canvas, x - .55f, y, .5f, CO_CENTER, text);
}

// What is said or paid under the table's edge.
static inline void show_line(CoCanvas *canvas, float y, const char *text) {
  co_canvas_color(canvas, (CoColor){236, 238, 244, 255});
  co_canvas_text(canvas, 4, y, .42f, CO_CENTER, text);
}

#endif
