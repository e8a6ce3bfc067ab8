// What stb does for the view room: PNG to and from pixels, and letters as shades.
#ifndef COHORT_VIEW_FOREIGN_H
#define COHORT_VIEW_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

#include "cohort/error.h"

// PNG of data[bytes], at most `largest` pixels a side, as pixels [height][width][4], red first; free() it. NULL with
// the reason in error.
uint8_t *co_png_decode(const void *data, size_t bytes, int largest, int *width, int *height, CoError *error);
// The file of pixels [height][width][3]; free() it. NULL when memory ran out.
uint8_t *co_png_encode(const uint8_t *pixels, int width, int height, size_t *bytes);

// A TrueType font. Heights are of a line: from the deepest descender to the highest ascender.
typedef struct CoFont CoFont;
CoFont *co_font_open(const char *path, CoError *error);
void co_font_close(CoFont *font);                           // NULL is fine
float co_font_capital(const CoFont *font);                  // height of a capital letter, of the line's height
float co_font_advance(const CoFont *font, uint32_t letter); // from one letter to the next, of the line's height

typedef struct CoGlyph {
  int width, height;
  int x, y; // left upper corner from the pen, which stands on the base line; y grows downwards
} CoGlyph;
// How large a letter is in a line `height` pixels high, its pen `shift` (0..1) right of a pixel's edge.
CoGlyph co_font_measure(const CoFont *font, uint32_t letter, int height, float shift);
// Its shades 0..255 into out [glyph.height][glyph.width].
void co_font_render(const CoFont *font, uint32_t letter, int height, float shift, CoGlyph glyph, uint8_t *out);

#endif
