// Surfaces: pixels, the camera that places a canvas on them, and the order of drawing.
#include "cohort/surface.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cohort/kernels.h"
#include "painter.h"

static void free_pixels(CoSurface *surface) {
  CoPainter *painter = surface->painter;
  free(surface->pixels);
  free(painter->cover);
  free(painter->low);
  free(painter->high);
  surface->pixels = NULL;
  painter->cover = NULL;
  painter->low = painter->high = NULL;
}

static bool make_pixels(CoSurface *surface, int width, int height) {
  CoPainter *painter = surface->painter;
  size_t rows = (size_t)height;
  free_pixels(surface);
  surface->width = width;
  surface->height = height;
  surface->pixels = malloc(rows * (size_t)width * sizeof *surface->pixels);
  painter->cover = calloc(rows * (size_t)(width + 2), sizeof *painter->cover);
  painter->low = malloc(rows * sizeof *painter->low);
  painter->high = malloc(rows * sizeof *painter->high);
  if (!surface->pixels || !painter->cover || !painter->low || !painter->high) return false;
  for (size_t i = 0; i < rows; i++) {
    painter->low[i] = width + 2;
    painter->high[i] = -1;
  }
  painter->top = height;
  painter->bottom = 0;
  co_surface_clear(surface, (CoColor){0, 0, 0, 255});
  return true;
}

static bool resize(CoSurface *surface, int width, int height, CoError *error) {
  if (width < 1 || height < 1 || width > CO_SURFACE_LARGEST || height > CO_SURFACE_LARGEST)
    return co_fail(error, "a picture of %d x %d pixels: must be 1 to %d a side", width, height, CO_SURFACE_LARGEST);
  if (make_pixels(surface, width, height)) return true;
  free_pixels(surface);
  surface->width = surface->height = 0; // draws nothing
  return co_fail(error, "no memory for a picture of %d x %d pixels", width, height);
}

static bool prepare(CoPainter *painter, const char *font, CoError *error) {
  for (int i = 0; i < CO_CIRCLE; i++) {
    double angle = 2 * 3.14159265358979323846 * i / CO_CIRCLE;
    painter->circle[i][0] = (float)co_cos(angle);
    painter->circle[i][1] = (float)co_sin(angle);
  }
  painter->folder = strdup(".");
  painter->glyphs = calloc(CO_GLYPHS, sizeof *painter->glyphs);
  if (!painter->folder || !painter->glyphs) return co_fail(error, "no memory for a surface");
  if (!(painter->font = co_font_open(font ? font : COHORT_FONT, error))) return false;
  painter->capital = co_font_capital(painter->font);
  return true;
}

CoSurface *co_surface_create(int width, int height, const char *font, CoError *error) {
  CoSurface *surface = calloc(1, sizeof *surface);
  if (surface) surface->painter = calloc(1, sizeof *surface->painter);
  if (!surface || !surface->painter) {
    co_fail(error, "no memory for a surface");
    free(surface);
    return NULL;
  }
  if (prepare(surface->painter, font, error) && resize(surface, width, height, error)) return surface;
  co_surface_destroy(surface);
  return NULL;
}

void co_surface_destroy(CoSurface *surface) {
  if (!surface) return;
  free_pixels(surface);
  co_text_free(surface->painter);
  co_sprite_free(surface->painter);
  free(surface->painter->folder);
  free(surface->painter);
  free(surface);
}

bool co_surface_resize(CoSurface *surface, int width, int height, CoError *error) {
  return resize(surface, width, height, error);
}

bool co_surface_sprites(CoSurface *surface, const char *folder, CoError *error) {
  char *copy = strdup(folder);
  if (!copy) return co_fail(error, "no memory for a folder's name");
  free(surface->painter->folder);
  surface->painter->folder = copy;
  co_sprite_free(surface->painter);
  return true;
}

CoArea co_surface_whole(const CoSurface *surface) {
  return (CoArea){0, 0, surface->width, surface->height};
}

void co_surface_clear(CoSurface *surface, CoColor color) {
  uint32_t packed = co_pack(color);
  size_t count = (size_t)surface->width * (size_t)surface->height;
  for (size_t i = 0; i < count; i++) surface->pixels[i] = packed;
}

void co_surface_fill(CoSurface *surface, CoArea area, CoColor color) {
  CoBrush brush = co_brush(surface, area);
  co_raster_rect(&brush, brush.left, brush.top, brush.right, brush.bottom, color);
}

static int held(int x, int high) {
  return x < 0 ? 0 : x > high ? high : x;
}

CoBrush co_brush(CoSurface *surface, CoArea area) {
  assert(abs(area.x) <= CO_SURFACE_LARGEST && abs(area.y) <= CO_SURFACE_LARGEST);
  CoBrush brush = {.surface = surface, .area = area};
  brush.left = held(area.x, surface->width);
  brush.right = held(area.x + area.width, surface->width);
  brush.top = held(area.y, surface->height);
  brush.bottom = held(area.y + area.height, surface->height);
  co_brush_camera(&brush, 0, 0, 1, 1);
  return brush;
}

// As large as fits, in the area's middle; y upwards on the screen where h is positive.
void co_brush_camera(CoBrush *brush, double left, double bottom, double w, double h) {
  const CoArea *area = &brush->area;
  brush->scale = fmin(area->width / fabs(w), area->height / fabs(h));
  brush->scale_x = w > 0 ? brush->scale : -brush->scale;
  brush->scale_y = h > 0 ? -brush->scale : brush->scale;
  brush->x = area->x + 0.5 * area->width - brush->scale_x * (left + 0.5 * w);
  brush->y = area->y + 0.5 * area->height - brush->scale_y * (bottom + 0.5 * h);
}

static void look(CoBrush *brush, const CoShape *camera) {
  co_brush_camera(brush, (double)camera->x, (double)camera->y, (double)camera->w, (double)camera->h);
}

bool co_surface_draw(CoSurface *surface, const CoCanvas *canvas, CoArea area) {
  CoBrush brush = co_brush(surface, area);
  if (brush.left >= brush.right || brush.top >= brush.bottom) return true;
  int count;
  const CoShape *shapes = co_canvas_shapes(canvas, &count);
  for (int i = 0; i < count; i++) {
    const CoShape *shape = &shapes[i];
    if (shape->kind == CO_SHAPE_CAMERA)
      look(&brush, shape);
    else if (shape->kind == CO_SHAPE_TEXT)
      co_text_draw(&brush, shape, co_canvas_string(canvas, shape));
    else if (shape->kind == CO_SHAPE_SPRITE)
      co_sprite_draw(&brush, shape, co_canvas_string(canvas, shape));
    else
      co_shape_draw(&brush, canvas, shape);
  }
  return !brush.failed;
}

void co_surface_locate(const CoCanvas *canvas, CoArea area, float pixel_x, float pixel_y, float *x, float *y) {
  CoBrush brush = {.area = area};
  co_brush_camera(&brush, 0, 0, 1, 1);
  int count;
  const CoShape *shapes = co_canvas_shapes(canvas, &count);
  for (int i = 0; i < count; i++)
    if (shapes[i].kind == CO_SHAPE_CAMERA) look(&brush, &shapes[i]);
  *x = (float)(((double)pixel_x - brush.x) / brush.scale_x);
  *y = (float)(((double)pixel_y - brush.y) / brush.scale_y);
}
