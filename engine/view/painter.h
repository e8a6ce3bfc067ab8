// Private to the view room: what surfaces paint with, and the steps from a shape to pixels.
#ifndef COHORT_VIEW_PAINTER_H
#define COHORT_VIEW_PAINTER_H

#include "cohort/surface.h"
#include "foreign.h"

#define CO_CIRCLE 512 // points of the unit circle

typedef struct CoGlyphEntry {
  uint32_t letter;
  uint16_t height, phase; // height 0: a free place
  CoGlyph glyph;
  float advance; // pixels
  size_t first;  // of its shades
} CoGlyphEntry;

#define CO_GLYPHS 4096 // a power of two

typedef struct CoSprite {
  char *file;     // owned
  uint32_t *mips; // owned: premultiplied AARRGGBB, [height][width], then each level at half its sides; NULL: unreadable
  int width, height;
} CoSprite;

struct CoPainter {
  // A shape in the making: changes of coverage from one pixel to the next, of which a row's running sum is its
  // coverage.
  int32_t *cover;  // [height][width + 2], all 0 between shapes
  int *low, *high; // [height] columns that were touched
  int top, bottom; // rows that were
  float circle[CO_CIRCLE][2];
  CoFont *font;
  float capital;
  CoGlyphEntry *glyphs; // [CO_GLYPHS], hashed
  int glyph_count;
  uint8_t *shades; // [shade_room]
  size_t shade_count, shade_room;
  CoSprite *sprites; // [sprite_room]
  int sprite_count, sprite_room;
  char *folder;
};

// Where and how a canvas is being drawn: pixel = (x, y) + (scale_x, scale_y) * unit.
typedef struct CoBrush {
  CoSurface *surface;
  int left, top, right, bottom; // the part of the surface that may change
  CoArea area;
  double x, y, scale_x, scale_y, scale; // scale: the size of the others
  bool failed;
} CoBrush;

CoBrush co_brush(CoSurface *surface, CoArea area);
void co_brush_camera(CoBrush *brush, double left, double bottom, double w, double h);

// One pixel blended with a colour of strength `alpha` 0..255: per channel, rounded to nearest.
static inline uint32_t co_blend(uint32_t under, uint32_t over, uint32_t alpha) {
  uint32_t rest = 255 - alpha;
  uint32_t rb = (over & 0xff00ff) * alpha + (under & 0xff00ff) * rest + 0x800080;
  uint32_t g = (over >> 8 & 0xff) * alpha + (under >> 8 & 0xff) * rest + 0x80;
  rb = (rb + (rb >> 8 & 0xff00ff)) >> 8 & 0xff00ff;
  g = (g + (g >> 8)) >> 8 & 0xff;
  return 0xff000000 | rb | g << 8;
}

static inline uint32_t co_pack(CoColor color) {
  return 0xff000000 | (uint32_t)color.r << 16 | (uint32_t)color.g << 8 | color.b;
}

// raster.c: edges in pixels, in any order, closed contours; then the fill. Contours that turn in opposite directions
// cut holes.
void co_raster_edge(const CoBrush *brush, double x1, double y1, double x2, double y2);
void co_raster_fill(const CoBrush *brush, CoColor color);
void co_raster_rect(const CoBrush *brush, int left, int top, int right, int bottom, CoColor color);

void co_shape_draw(const CoBrush *brush, const CoCanvas *canvas, const CoShape *shape); // shapes.c
void co_text_draw(CoBrush *brush, const CoShape *shape, const char *text);              // text.c
void co_text_free(CoPainter *painter);
void co_sprite_draw(CoBrush *brush, const CoShape *shape, const char *file); // sprite.c
void co_sprite_free(CoPainter *painter);

#endif
