// Texts: letters as shades, each kept once it was met; the base line lies on a whole pixel, letters on quarters.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "painter.h"

#define PHASES 4    // places of a letter within a pixel
#define SMALLEST 4  // pixels high: below nothing can be read
#define TALLEST 400 // taller texts are drawn this tall
#define SHADES ((size_t)8 << 20)

// The next letter of UTF-8, and moves on; bytes that are none give U+FFFD, one by one.
static uint32_t next_letter(const char **text) {
  const unsigned char *at = (const unsigned char *)*text;
  int more = at[0] < 0x80 ? 0 : at[0] >> 5 == 6 ? 1 : at[0] >> 4 == 14 ? 2 : at[0] >> 3 == 30 ? 3 : -1;
  uint32_t letter = more == 0 ? at[0] : more > 0 ? at[0] & (0x3fU >> more) : 0xfffd;
  for (int i = 1; i <= more; i++) {
    if (at[i] >> 6 != 2) { // the string's end as well
      *text += i;
      return 0xfffd;
    }
    letter = letter << 6 | (at[i] & 0x3f);
  }
  *text += more > 0 ? more + 1 : 1;
  return letter < ' ' ? ' ' : letter;
}

static void forget(CoPainter *painter) {
  memset(painter->glyphs, 0, CO_GLYPHS * sizeof *painter->glyphs);
  painter->glyph_count = 0;
  painter->shade_count = 0;
}

static bool make_room(CoPainter *painter, size_t bytes) {
  if (painter->glyph_count >= CO_GLYPHS / 4 * 3 || painter->shade_count + bytes > SHADES) forget(painter);
  if (painter->shade_count + bytes <= painter->shade_room) return true;
  size_t room = 2 * (painter->shade_count + bytes) + 4096;
  uint8_t *shades = realloc(painter->shades, room);
  if (!shades) return false;
  painter->shades = shades;
  painter->shade_room = room;
  return true;
}

static CoGlyphEntry *place_of(CoPainter *painter, uint32_t letter, int height, int phase) {
  uint32_t at = (letter * 0x9e3779b1U) ^ (uint32_t)(height * PHASES + phase) * 0x85ebca6bU;
  for (at ^= at >> 15;; at++) {
    CoGlyphEntry *entry = &painter->glyphs[at % CO_GLYPHS];
    if (!entry->height || (entry->letter == letter && entry->height == height && entry->phase == phase)) return entry;
  }
}

static const CoGlyphEntry *find(CoPainter *painter, uint32_t letter, int height, int phase) {
  CoGlyphEntry *entry = place_of(painter, letter, height, phase);
  if (entry->height) return entry;
  float shift = (float)phase / PHASES;
  CoGlyph glyph = co_font_measure(painter->font, letter, height, shift);
  size_t bytes = (size_t)glyph.width * (size_t)glyph.height;
  if (!make_room(painter, bytes)) return NULL;
  entry = place_of(painter, letter, height, phase); // all may have been forgotten
  *entry = (CoGlyphEntry){letter, (uint16_t)height, (uint16_t)phase, glyph, 0, painter->shade_count};
  entry->advance = co_font_advance(painter->font, letter) * (float)height;
  if (bytes) co_font_render(painter->font, letter, height, shift, glyph, painter->shades + entry->first);
  painter->shade_count += bytes;
  painter->glyph_count++;
  return entry;
}

static void stamp(const CoBrush *brush, const CoGlyphEntry *entry, int x, int y, CoColor color) {
  const CoGlyph *glyph = &entry->glyph;
  const uint8_t *shades = brush->surface->painter->shades + entry->first;
  int left = x + glyph->x, top = y + glyph->y;
  int from = left < brush->left ? brush->left - left : 0, upper = top < brush->top ? brush->top - top : 0;
  int to = left + glyph->width > brush->right ? brush->right - left : glyph->width;
  int lower = top + glyph->height > brush->bottom ? brush->bottom - top : glyph->height;
  for (int row = upper; row < lower; row++) {
    uint32_t *pixels = brush->surface->pixels + (size_t)(top + row) * (size_t)brush->surface->width + left;
    for (int column = from; column < to; column++) {
      uint32_t shade = shades[row * glyph->width + column] * (uint32_t)color.a;
      if (shade) pixels[column] = co_blend(pixels[column], co_pack(color), (shade + 127) / 255);
    }
  }
}

static float width_of(const CoFont *font, const char *text) {
  float width = 0;
  while (*text) width += co_font_advance(font, next_letter(&text));
  return width;
}

float co_surface_text_width(CoSurface *surface, const char *text) {
  return width_of(surface->painter->font, text);
}

void co_text_draw(CoBrush *brush, const CoShape *shape, const char *text) {
  CoPainter *painter = brush->surface->painter;
  double tall = fabs((double)shape->h) * brush->scale;
  int height = (int)(fmin(tall, TALLEST) + 0.5);
  if (height < SMALLEST) return;
  double x = brush->x + brush->scale_x * (double)shape->x, y = brush->y + brush->scale_y * (double)shape->y;
  if (shape->align != CO_LEFT) {
    double width = (double)(width_of(painter->font, text) * (float)height);
    x -= shape->align == CO_CENTER ? 0.5 * width : width;
  }
  y += 0.5 * (double)(painter->capital * (float)height);
  if (fabs(x) > 1e6 || y + height < brush->top || y - height > brush->bottom) return;
  int base = (int)floor(y + 0.5);
  while (*text && x < brush->right + height) {
    double place = floor(x * PHASES + 0.5);
    int pixel = (int)floor(place / PHASES), phase = (int)(place - (double)pixel * PHASES);
    const CoGlyphEntry *entry = find(painter, next_letter(&text), height, phase);
    if (!entry) {
      brush->failed = true;
      return;
    }
    stamp(brush, entry, pixel, base, shape->color);
    x += (double)entry->advance;
  }
}

void co_text_free(CoPainter *painter) {
  co_font_close(painter->font);
  free(painter->glyphs);
  free(painter->shades);
}
