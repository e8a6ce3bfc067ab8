// Sprites: PNG files, kept with their halves, quarters ... so that small ones are as smooth as large ones.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/file.h"
#include "cohort/kernels.h"
#include "painter.h"

#define SPRITES 512 // at most; more are crossed frames
#define FILE_LIMIT ((size_t)16 << 20)
#define LARGEST 4096

static inline int halved(int side) {
  return side > 1 ? side / 2 : 1;
}

// Pixels of an image and all its halves.
static size_t with_halves(int width, int height) {
  size_t count = 0;
  for (; width > 1 || height > 1; width = halved(width), height = halved(height))
    count += (size_t)width * (size_t)height;
  return count + 1;
}

static uint32_t premultiplied(const uint8_t *rgba) {
  uint32_t a = rgba[3];
  uint32_t r = (rgba[0] * a + 127) / 255, g = (rgba[1] * a + 127) / 255, b = (rgba[2] * a + 127) / 255;
  return a << 24 | r << 16 | g << 8 | b;
}

static uint32_t channel(uint32_t color, int shift) {
  return color >> shift & 0xff;
}

// Each pixel the mean of four; where a side is odd its last column is left out.
static void halve(const uint32_t *from, int width, int height, uint32_t *to) {
  int dx = width > 1, dy = height > 1;
  for (int y = 0; y < halved(height); y++)
    for (int x = 0; x < halved(width); x++) {
      const uint32_t *at = from + (size_t)(y << dy) * (size_t)width + (x << dx);
      const uint32_t four[4] = {at[0], at[dx], at[dy * width], at[dy * width + dx]};
      uint32_t mean = 0;
      for (int shift = 0; shift < 32; shift += 8) {
        uint32_t sum = 2;
        for (int i = 0; i < 4; i++) sum += channel(four[i], shift);
        mean |= sum / 4 << shift;
      }
      to[(size_t)y * (size_t)halved(width) + (size_t)x] = mean;
    }
}

static void fill_mips(CoSprite *sprite, const uint8_t *rgba) {
  int width = sprite->width, height = sprite->height;
  uint32_t *level = sprite->mips;
  for (size_t i = 0; i < (size_t)width * (size_t)height; i++) level[i] = premultiplied(rgba + 4 * i);
  while (width > 1 || height > 1) {
    uint32_t *next = level + (size_t)width * (size_t)height;
    halve(level, width, height, next);
    level = next;
    width = halved(width), height = halved(height);
  }
}

// Files of the sprites' folder and of those below it, and no others.
static bool within(const char *file) {
  return file[0] && file[0] != '/' && !strstr(file, "..");
}

static char *path_of(const char *folder, const char *file) {
  size_t bytes = strlen(folder) + strlen(file) + 2;
  char *path = malloc(bytes);
  if (path) snprintf(path, bytes, "%s/%s", folder, file);
  return path;
}

static void load(CoSprite *sprite, const char *folder) {
  size_t bytes = 0;
  char *path = within(sprite->file) ? path_of(folder, sprite->file) : NULL;
  char *data = path ? co_file_read(path, FILE_LIMIT, &bytes, NULL) : NULL;
  uint8_t *rgba = data ? co_png_decode(data, bytes, LARGEST, &sprite->width, &sprite->height, NULL) : NULL;
  if (rgba) sprite->mips = calloc(with_halves(sprite->width, sprite->height), sizeof *sprite->mips);
  if (rgba && sprite->mips) fill_mips(sprite, rgba);
  free(rgba);
  free(data);
  free(path);
}

// NULL when memory ran out.
static const CoSprite *find(CoPainter *painter, const char *file) {
  static const CoSprite none;
  for (int i = 0; i < painter->sprite_count; i++)
    if (!strcmp(painter->sprites[i].file, file)) return &painter->sprites[i];
  if (painter->sprite_count == SPRITES) return &none;
  if (painter->sprite_count == painter->sprite_room) {
    int room = 2 * painter->sprite_room + 16;
    CoSprite *larger = realloc(painter->sprites, (size_t)room * sizeof *larger);
    if (!larger) return NULL;
    painter->sprites = larger;
    painter->sprite_room = room;
  }
  CoSprite *sprite = &painter->sprites[painter->sprite_count];
  *sprite = (CoSprite){.file = strdup(file)};
  if (!sprite->file) return NULL;
  load(sprite, painter->folder);
  painter->sprite_count++;
  return sprite;
}

// One level of a sprite, and the way from a pixel (x, y) to it: u = u0 + ux x + uy y, in its pixels.
typedef struct Texture {
  const uint32_t *pixels; // [height][width]
  int width, height;
  double u0, ux, uy, v0, vx, vy;
  int64_t grow_u, grow_v; // how large one of its pixels is on the screen, in 1/65536
} Texture;

static int64_t held(int64_t x, int64_t high) {
  return x < 0 ? 0 : x > high ? high : x;
}

// The weighted mean of four, u and v in 1/65536; beyond the sprite its border goes on.
static uint32_t sample(const Texture *t, int64_t u, int64_t v) {
  u = held(u - 0x8000, (int64_t)(t->width - 1) << 16);
  v = held(v - 0x8000, (int64_t)(t->height - 1) << 16);
  const uint32_t *at = t->pixels + (v >> 16) * t->width + (u >> 16);
  ptrdiff_t right = (u >> 16) + 1 < t->width, below = (v >> 16) + 1 < t->height ? t->width : 0;
  uint32_t a = (uint32_t)(u >> 8 & 0xff), b = (uint32_t)(v >> 8 & 0xff), mean = 0;
  const uint32_t four[4] = {at[0], at[right], at[below], at[below + right]};
  const uint32_t weights[4] = {(256 - a) * (256 - b), a * (256 - b), (256 - a) * b, a * b};
  for (int shift = 0; shift < 32; shift += 8) {
    uint32_t sum = 1 << 15;
    for (int i = 0; i < 4; i++) sum += weights[i] * channel(four[i], shift);
    mean |= (sum >> 16) << shift;
  }
  return mean;
}

// How much of a screen pixel at u lies within 0 .. width: 0 to 255.
static uint32_t covered(int64_t u, int width, int64_t grow) {
  int64_t inside = u < ((int64_t)width << 16) - u ? u : ((int64_t)width << 16) - u;
  return (uint32_t)(held((inside * grow >> 16) + 0x8000, 0x10000) * 255 >> 16);
}

static uint32_t laid_over(uint32_t under, uint32_t over, uint32_t strength) {
  uint32_t rest = 255 - (channel(over, 24) * strength + 127) / 255, result = 0xff000000;
  for (int shift = 0; shift < 24; shift += 8) {
    uint32_t sum = (channel(over, shift) * strength + 127) / 255 + (channel(under, shift) * rest + 127) / 255;
    result |= (sum < 255 ? sum : 255) << shift;
  }
  return result;
}

static int64_t fixed(double x) {
  return (int64_t)floor(x * 65536 + 0.5);
}

static void paint(const CoBrush *brush, const Texture *t, double reach, double x, double y, uint32_t alpha) {
  int left = (int)fmax(floor(x - reach), brush->left), right = (int)fmin(ceil(x + reach), brush->right);
  int top = (int)fmax(floor(y - reach), brush->top), bottom = (int)fmin(ceil(y + reach), brush->bottom);
  for (int row = top; row < bottom; row++) {
    uint32_t *pixels = brush->surface->pixels + (size_t)row * (size_t)brush->surface->width;
    for (int column = left; column < right; column++) {
      double px = column + 0.5, py = row + 0.5;
      int64_t u = fixed(t->u0 + t->ux * px + t->uy * py), v = fixed(t->v0 + t->vx * px + t->vy * py);
      uint32_t strength = covered(u, t->width, t->grow_u) * covered(v, t->height, t->grow_v) / 255 * alpha / 255;
      if (strength) pixels[column] = laid_over(pixels[column], sample(t, u, v), strength);
    }
  }
}

// The level whose pixels are nearest to the screen's from above.
static Texture choose(const CoSprite *sprite, double w, double h) {
  Texture t = {.pixels = sprite->mips, .width = sprite->width, .height = sprite->height};
  while ((t.width > 1 || t.height > 1) && t.width >= 2 * w && t.height >= 2 * h) {
    t.pixels += (size_t)t.width * (size_t)t.height;
    t.width = halved(t.width), t.height = halved(t.height);
  }
  return t;
}

static void crossed(const CoBrush *brush, const CoShape *shape) {
  float x = shape->x - 0.5f * shape->w, y = shape->y - 0.5f * shape->h;
  const CoShape parts[3] = {
      {.kind = CO_SHAPE_FRAME, .color = shape->color, .x = x, .y = y, .w = shape->w, .h = shape->h},
      {.kind = CO_SHAPE_LINE, .color = shape->color, .x = x, .y = y, .w = x + shape->w, .h = y + shape->h},
      {.kind = CO_SHAPE_LINE, .color = shape->color, .x = x, .y = y + shape->h, .w = x + shape->w, .h = y},
  };
  for (int i = 0; i < 3; i++) co_shape_draw(brush, NULL, &parts[i]);
}

void co_sprite_draw(CoBrush *brush, const CoShape *shape, const char *file) {
  const CoSprite *sprite = find(brush->surface->painter, file);
  if (!sprite) brush->failed = true;
  if (!sprite || !sprite->mips) {
    crossed(brush, shape);
    return;
  }
  double w = fabs((double)shape->w) * brush->scale, h = fabs((double)shape->h) * brush->scale;
  double x = brush->x + brush->scale_x * (double)shape->x, y = brush->y + brush->scale_y * (double)shape->y;
  double reach = 0.5 * sqrt(w * w + h * h) + 1;
  bool seen =
      x + reach > brush->left && x - reach < brush->right && y + reach > brush->top && y - reach < brush->bottom;
  if (!seen || w < 0.01 || h < 0.01 || reach > 1e5) return;
  Texture t = choose(sprite, w, h);
  double angle = fmod((double)shape->more, 6.28318530717958647692), c = co_cos(angle), s = co_sin(angle);
  t.ux = c * t.width / w, t.uy = -s * t.width / w; // turned back by the angle, counterclockwise on the screen
  t.vx = s * t.height / h, t.vy = c * t.height / h;
  t.u0 = 0.5 * t.width - t.ux * x - t.uy * y;
  t.v0 = 0.5 * t.height - t.vx * x - t.vy * y;
  t.grow_u = fixed(w / t.width), t.grow_v = fixed(h / t.height);
  paint(brush, &t, reach, x, y, shape->color.a);
}

void co_sprite_free(CoPainter *painter) {
  for (int i = 0; i < painter->sprite_count; i++) {
    free(painter->sprites[i].file);
    free(painter->sprites[i].mips);
  }
  free(painter->sprites);
  painter->sprites = NULL;
  painter->sprite_count = painter->sprite_room = 0;
}
