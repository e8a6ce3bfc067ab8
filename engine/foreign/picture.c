// Pictures of a copy: its drawing as pixels in the caller's memory, or in a window.
#include <stdio.h>
#include <string.h>

#include "foreign.h"

#define SMALLEST 16
#define LARGEST 4096

static const CoColor ground = {20, 24, 31, 255};

static bool find_sprites(const Stage *stage, CoSurface *surface, CoError *error) {
  char folder[sizeof stage->script_path];
  snprintf(folder, sizeof folder, "%s", stage->script_path);
  char *slash = strrchr(folder, '/');
  if (!slash) return true;
  slash[slash == folder] = '\0';
  return co_surface_sprites(surface, folder, error);
}

static bool prepare(CoForeign *foreign, int width, int height, CoError *error) {
  Picture *picture = &foreign->picture;
  if (picture->surface)
    return (picture->surface->width == width && picture->surface->height == height) ||
           co_surface_resize(picture->surface, width, height, error);
  return (picture->canvas || (picture->canvas = co_canvas_create(error))) &&
         (picture->worker || co_world_worker_open(foreign->stage.world, &picture->worker, error)) &&
         (picture->surface = co_surface_create(width, height, NULL, error)) &&
         find_sprites(&foreign->stage, picture->surface, error);
}

static bool draw(CoForeign *foreign, int copy, int width, int height, CoError *error) {
  const CoEnvType *type = foreign->stage.type;
  Picture *picture = &foreign->picture;
  if (!type->draw) return co_fail(error, "%s does not draw itself", foreign->stage.name);
  if (width < SMALLEST || width > LARGEST || height < SMALLEST || height > LARGEST)
    return co_fail(error, "the picture is %dx%d, must be %d to %d a side", width, height, SMALLEST, LARGEST);
  if (!co_call_names(foreign, copy, error) || !prepare(foreign, width, height, error)) return false;
  co_canvas_clear(picture->canvas);
  co_surface_clear(picture->surface, ground);
  return type->draw(co_world_self(foreign->stage.world), picture->worker, co_vecenv_state(foreign->vec, copy),
                    picture->canvas, error) &&
         (co_surface_draw(picture->surface, picture->canvas, co_surface_whole(picture->surface)) ||
          co_fail(error, "no memory for a picture"));
}

static void copy_pixels(const CoSurface *surface, uint8_t *rgba) {
  size_t count = (size_t)surface->width * (size_t)surface->height;
  for (size_t i = 0; i < count; i++) {
    uint32_t pixel = surface->pixels[i];
    rgba[4 * i] = (uint8_t)(pixel >> 16);
    rgba[4 * i + 1] = (uint8_t)(pixel >> 8);
    rgba[4 * i + 2] = (uint8_t)pixel;
    rgba[4 * i + 3] = (uint8_t)(pixel >> 24);
  }
}

int co_foreign_render(CoForeign *foreign, int32_t copy, int32_t width, int32_t height, uint8_t *rgba) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  bool ok = rgba && draw(foreign, copy, width, height, &foreign->error);
  if (ok) copy_pixels(foreign->picture.surface, rgba);
  return co_call_leave(foreign, ok, 0);
}

// What a person did meanwhile: closing the window counts, whatever else not.
static void listen(Picture *picture) {
  CoEvent event;
  while (picture->window && co_window_event(picture->window, 0, &event)) {
    if (event.kind != CO_EVENT_QUIT) continue;
    co_window_destroy(picture->window);
    picture->window = NULL;
    picture->closed = true;
  }
}

static bool show(CoForeign *foreign, int copy, int width, int height, CoError *error) {
  Picture *picture = &foreign->picture;
  listen(picture);
  if (picture->closed) return true;
  return draw(foreign, copy, width, height, error) &&
         (picture->window || (picture->window = co_window_create(foreign->stage.name, width, height, error))) &&
         co_window_show(picture->window, picture->surface, error);
}

int co_foreign_show(CoForeign *foreign, int32_t copy, int32_t width, int32_t height) {
  if (!co_call_enter(foreign)) return CO_FOREIGN_BUSY;
  bool ok = show(foreign, copy, width, height, &foreign->error);
  return co_call_leave(foreign, ok, !foreign->picture.closed);
}

void co_picture_close(CoForeign *foreign) {
  Picture *picture = &foreign->picture;
  co_window_destroy(picture->window);
  co_surface_destroy(picture->surface);
  co_canvas_destroy(picture->canvas);
  if (foreign->stage.world) co_world_worker_close(foreign->stage.world, picture->worker);
}
