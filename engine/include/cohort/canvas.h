// A canvas: what an environment draws, kept as a list of shapes in the environment's own units.
#ifndef COHORT_CANVAS_H
#define COHORT_CANVAS_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/error.h"

// `draw` hooks and scripts write shapes; the view room turns the list into pixels, in a window or without a display
// alike. Nothing here knows SDL2, fonts or files. Lengths are in units of the camera's rectangle, angles in radians,
// counterclockwise as the camera shows it. Later shapes lie over earlier ones.

typedef struct CoColor {
  uint8_t r, g, b, a; // a: 255 is opaque
} CoColor;

// "red", "#c33", "#cc3333", "#cc333380". False with a sentence that suggests the nearest name. NULL-terminated names:
// co_color_names.
bool co_color_find(const char *name, CoColor *out, CoError *error);
extern const char *const co_color_names[];
CoColor co_color_team(int team);                        // teams' colours: told apart by colour-blind people too
CoColor co_color_mix(CoColor a, CoColor b, float part); // part 0: a, 1: b
CoColor co_color_fade(CoColor color, float alpha);      // alpha 0..1, times the colour's own

typedef enum CoShapeKind {
  CO_SHAPE_CAMERA, // x, y: left, bottom; w, h: right - left, top - bottom (either may be negative: turned over)
  CO_SHAPE_LINE,   // x, y to w, h
  CO_SHAPE_DISC,   // x, y, radius w
  CO_SHAPE_RING,   // x, y, radius w, line width
  CO_SHAPE_ARC,    // x, y, radius w, from h to `more`, line width
  CO_SHAPE_RECT,   // x, y: corner; w, h; filled
  CO_SHAPE_FRAME,  // likewise, its outline
  CO_SHAPE_POLYGON,
  CO_SHAPE_TEXT,   // x, y, height h of a line of letters (capitals have 0.63 of it), align
  CO_SHAPE_SPRITE, // x, y: centre; w, h; angle `more`; text: file name
} CoShapeKind;

typedef enum CoAlign { CO_LEFT, CO_CENTER, CO_RIGHT } CoAlign; // of a text; vertically it is centred on y

typedef struct CoShape {
  CoShapeKind kind;
  CoColor color;
  float x, y, w, h, more;
  float width;      // of lines; 0: one pixel
  int first, count; // polygons: in co_canvas_points; texts and sprites: bytes in co_canvas_text
  CoAlign align;
} CoShape;

typedef struct CoCanvas CoCanvas;
CoCanvas *co_canvas_create(CoError *error);
void co_canvas_destroy(CoCanvas *canvas); // NULL is fine
void co_canvas_clear(CoCanvas *canvas);   // no shapes; colour white, width 0, camera 0 0 1 1; keeps its memory
// For whose eyes: a `draw` hook leaves out what that agent may not know, a card of the other's. CO_EVERYONE (-1), as a
// canvas begins: all there is to see.
void co_canvas_show_to(CoCanvas *canvas, int agent);
bool co_canvas_shows_to(const CoCanvas *canvas, int agent); // it is drawn for this agent, or for everyone

// The rectangle that is shown, as large as fits, its proportions kept: (left, bottom) to (right, top). Rows that count
// downwards: bottom > top. May be set again: later shapes are in the new one.
void co_canvas_camera(CoCanvas *canvas, float left, float bottom, float right, float top);
void co_canvas_color(CoCanvas *canvas, CoColor color); // of the shapes that follow
void co_canvas_width(CoCanvas *canvas, float width);   // of the lines that follow
void co_canvas_line(CoCanvas *canvas, float x1, float y1, float x2, float y2);
void co_canvas_disc(CoCanvas *canvas, float x, float y, float radius);
void co_canvas_ring(CoCanvas *canvas, float x, float y, float radius);
void co_canvas_arc(CoCanvas *canvas, float x, float y, float radius, float from, float to);
void co_canvas_rect(CoCanvas *canvas, float x, float y, float w, float h);
void co_canvas_frame(CoCanvas *canvas, float x, float y, float w, float h);
void co_canvas_polygon(CoCanvas *canvas, const float *points, int count); // [count][2], simple, convex or not
void co_canvas_text(CoCanvas *canvas, float x, float y, float height, CoAlign align, const char *text); // UTF-8
// A share 0..1 of a bar, the rest dark: health, shields, progress.
void co_canvas_bar(CoCanvas *canvas, float x, float y, float w, float h, float share);
// A picture by file name (PNG, in the script's folder or below it), drawn over (w, h) around its centre with the alpha
// of the colour; one that cannot be read is a crossed frame.
void co_canvas_sprite(CoCanvas *canvas, float x, float y, float w, float h, float angle, const char *file);

// Numbers that are not finite and shapes after memory ran out are left out; co_canvas_failed tells of the latter.
bool co_canvas_failed(const CoCanvas *canvas);
const CoShape *co_canvas_shapes(const CoCanvas *canvas, int *count);
const float *co_canvas_points(const CoCanvas *canvas, const CoShape *polygon); // [count][2]
const char *co_canvas_string(const CoCanvas *canvas, const CoShape *shape);    // of a text or sprite
void co_canvas_append(CoCanvas *canvas, const CoCanvas *other);                // the other's shapes, cameras too

#endif
