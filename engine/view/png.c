// Surfaces and charts as PNG files.
#include <stdlib.h>

#include "cohort/chart.h"
#include "cohort/file.h"
#include "cohort/surface.h"
#include "foreign.h"

#define FILE_LIMIT ((size_t)256 << 20)

bool co_surface_write_png(const CoSurface *surface, const char *path, CoError *error) {
  size_t count = (size_t)surface->width * (size_t)surface->height, bytes = 0;
  uint8_t *rgb = malloc(3 * count), *data = NULL;
  for (size_t i = 0; rgb && i < count; i++) {
    rgb[3 * i] = (uint8_t)(surface->pixels[i] >> 16);
    rgb[3 * i + 1] = (uint8_t)(surface->pixels[i] >> 8);
    rgb[3 * i + 2] = (uint8_t)surface->pixels[i];
  }
  if (rgb) data = co_png_encode(rgb, surface->width, surface->height, &bytes);
  bool ok = data ? co_file_write(path, data, bytes, error) : co_fail(error, "%s: no memory for the picture", path);
  free(data);
  free(rgb);
  return ok;
}

CoSurface *co_surface_read_png(const char *path, const char *font, CoError *error) {
  size_t bytes = 0;
  int width, height;
  char *data = co_file_read(path, FILE_LIMIT, &bytes, error);
  if (!data) return NULL;
  uint8_t *rgba = co_png_decode(data, bytes, CO_SURFACE_LARGEST, &width, &height, error);
  free(data);
  if (!rgba) {
    co_fail_within(error, "%s", path);
    return NULL;
  }
  CoSurface *surface = co_surface_create(width, height, font, error);
  for (size_t i = 0; surface && i < (size_t)width * (size_t)height; i++)
    surface->pixels[i] = 0xff000000U | (uint32_t)rgba[4 * i] << 16 | (uint32_t)rgba[4 * i + 1] << 8 | rgba[4 * i + 2];
  free(rgba);
  return surface;
}

bool co_chart_write_png(const CoChart *chart, int width, int height, const char *path, CoError *error) {
  CoCanvas *canvas = co_canvas_create(error);
  CoSurface *surface = canvas ? co_surface_create(width, height, NULL, error) : NULL;
  bool ok = surface != NULL;
  if (ok) {
    co_chart_draw(chart, (float)width, (float)height, canvas);
    ok = (co_surface_draw(surface, canvas, co_surface_whole(surface)) && !co_canvas_failed(canvas)) ||
         co_fail(error, "no memory for the chart");
  }
  ok = ok && co_surface_write_png(surface, path, error);
  co_surface_destroy(surface);
  co_canvas_destroy(canvas);
  return ok;
}
