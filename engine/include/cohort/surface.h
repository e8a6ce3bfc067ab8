// A surface: pixels in memory that canvases are drawn on without a display; a window shows these very pixels.
#ifndef COHORT_SURFACE_H
#define COHORT_SURFACE_H

#include "cohort/canvas.h"

// Shapes are covered exactly (in 1/256 of a pixel), blended in their order, with the same bits on every machine and at
// every optimisation level: golden pictures compare whole. What lies straight is kept sharp: rectangles, frames and
// one-pixel lines that run along an axis lie on whole pixels, so that cells of a grid meet without a seam. Lines are
// never thinner than a pixel; thicker ones have round ends, so that those that meet join. Texts are at most
// 400 pixels high; below 4 there are none.

typedef struct CoArea {
  int x, y, width, height; // pixels, from the surface's left upper corner
} CoArea;

typedef struct CoPainter CoPainter; // private: the font, glyphs and sprites met so far, scratch

typedef struct CoSurface {
  int width, height;
  uint32_t *pixels; // [height][width] 0xffRRGGBB (SDL_PIXELFORMAT_ARGB8888), upper row first
  CoPainter *painter;
} CoSurface;

#define CO_SURFACE_LARGEST 16384 // pixels a side

// Black at first. font: a TrueType file; NULL: DejaVu Sans where it was when the library was built.
CoSurface *co_surface_create(int width, int height, const char *font, CoError *error);
void co_surface_destroy(CoSurface *surface);                                       // NULL is fine
bool co_surface_resize(CoSurface *surface, int width, int height, CoError *error); // black again; keeps the rest
bool co_surface_sprites(CoSurface *surface, const char *folder, CoError *error);   // where sprites are ("." at first)
CoArea co_surface_whole(const CoSurface *surface);

void co_surface_clear(CoSurface *surface, CoColor color);
void co_surface_fill(CoSurface *surface, CoArea area, CoColor color); // blended by its alpha
// The canvas's shapes, its cameras in the middle of the area, nothing outside it. False when memory ran out: what
// needed it is left out.
bool co_surface_draw(CoSurface *surface, const CoCanvas *canvas, CoArea area);

// How wide a text is, in units of its height.
float co_surface_text_width(CoSurface *surface, const char *text);
// Where a pixel lies in the canvas's units, by the camera that its last shapes have: for the mouse.
void co_surface_locate(const CoCanvas *canvas, CoArea area, float pixel_x, float pixel_y, float *x, float *y);

bool co_surface_write_png(const CoSurface *surface, const char *path, CoError *error); // whole or not at all
CoSurface *co_surface_read_png(const char *path, const char *font, CoError *error);

#endif
