// The canvas: shapes, points and texts in three growing arrays, which keep their memory from frame to frame.
#include "cohort/canvas.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct CoCanvas {
  CoShape *shapes; // [shape_room], owned
  float *points;   // [point_room], owned
  char *text;      // [text_room], owned: every string with its zero byte
  int shape_count, shape_room, point_count, point_room, text_count, text_room;
  CoColor color;
  float width;
  int viewer; // an agent, or -1: everyone
  bool failed;
};

CoCanvas *co_canvas_create(CoError *error) {
  CoCanvas *canvas = calloc(1, sizeof *canvas);
  if (!canvas) {
    co_fail(error, "no memory for a canvas");
    return NULL;
  }
  canvas->viewer = -1;
  co_canvas_clear(canvas);
  return canvas;
}

void co_canvas_destroy(CoCanvas *canvas) {
  if (!canvas) return;
  free(canvas->shapes);
  free(canvas->points);
  free(canvas->text);
  free(canvas);
}

void co_canvas_clear(CoCanvas *canvas) {
  canvas->shape_count = canvas->point_count = canvas->text_count = 0;
  canvas->color = (CoColor){255, 255, 255, 255};
  canvas->width = 0;
  canvas->failed = false;
}

void co_canvas_show_to(CoCanvas *canvas, int agent) {
  canvas->viewer = agent;
}

bool co_canvas_shows_to(const CoCanvas *canvas, int agent) {
  return canvas->viewer < 0 || canvas->viewer == agent;
}

// The array with room for `more` elements of `bytes` behind count; as it was (and failed) when memory runs out.
static void *grown(CoCanvas *canvas, void *array, int count, int more, int *room, size_t bytes) {
  if (more <= *room - count) return array;
  int64_t wanted = 2 * ((int64_t)count + more) + 64;
  void *larger = wanted <= INT32_MAX ? realloc(array, (size_t)wanted * bytes) : NULL;
  if (larger) *room = (int)wanted;
  canvas->failed |= !larger;
  return larger ? larger : array;
}

static bool grow_shapes(CoCanvas *c, int more) {
  c->shapes = grown(c, c->shapes, c->shape_count, more, &c->shape_room, sizeof *c->shapes);
  return more <= c->shape_room - c->shape_count;
}

static bool grow_points(CoCanvas *c, int more) {
  c->points = grown(c, c->points, c->point_count, more, &c->point_room, sizeof *c->points);
  return more <= c->point_room - c->point_count;
}

static bool grow_text(CoCanvas *c, int more) {
  c->text = grown(c, c->text, c->text_count, more, &c->text_room, 1);
  return more <= c->text_room - c->text_count;
}

static bool finite_all(const float *numbers, int count) {
  for (int i = 0; i < count; i++)
    if (!isfinite(numbers[i])) return false;
  return true;
}

static void add(CoCanvas *canvas, CoShape shape) {
  const float numbers[] = {shape.x, shape.y, shape.w, shape.h, shape.more, canvas->width};
  if (!finite_all(numbers, 6) || !grow_shapes(canvas, 1)) return;
  shape.color = canvas->color;
  shape.width = canvas->width;
  canvas->shapes[canvas->shape_count++] = shape;
}

// A shape with a string, whose bytes it keeps.
static void add_string(CoCanvas *canvas, CoShape shape, const char *string) {
  size_t bytes = strlen(string) + 1;
  if (bytes > INT32_MAX / 4 || !grow_text(canvas, (int)bytes)) {
    canvas->failed = true;
    return;
  }
  int before = canvas->shape_count;
  shape.first = canvas->text_count;
  shape.count = (int)bytes - 1;
  add(canvas, shape);
  if (canvas->shape_count == before) return;
  memcpy(canvas->text + canvas->text_count, string, bytes);
  canvas->text_count += (int)bytes;
}

void co_canvas_camera(CoCanvas *canvas, float left, float bottom, float right, float top) {
  if (right == left || top == bottom) return;
  add(canvas, (CoShape){.kind = CO_SHAPE_CAMERA, .x = left, .y = bottom, .w = right - left, .h = top - bottom});
}

void co_canvas_color(CoCanvas *canvas, CoColor color) {
  canvas->color = color;
}

void co_canvas_width(CoCanvas *canvas, float width) {
  canvas->width = width;
}

void co_canvas_line(CoCanvas *canvas, float x1, float y1, float x2, float y2) {
  add(canvas, (CoShape){.kind = CO_SHAPE_LINE, .x = x1, .y = y1, .w = x2, .h = y2});
}

void co_canvas_disc(CoCanvas *canvas, float x, float y, float radius) {
  add(canvas, (CoShape){.kind = CO_SHAPE_DISC, .x = x, .y = y, .w = radius});
}

void co_canvas_ring(CoCanvas *canvas, float x, float y, float radius) {
  add(canvas, (CoShape){.kind = CO_SHAPE_RING, .x = x, .y = y, .w = radius});
}

void co_canvas_arc(CoCanvas *canvas, float x, float y, float radius, float from, float to) {
  add(canvas, (CoShape){.kind = CO_SHAPE_ARC, .x = x, .y = y, .w = radius, .h = from, .more = to});
}

void co_canvas_rect(CoCanvas *canvas, float x, float y, float w, float h) {
  add(canvas, (CoShape){.kind = CO_SHAPE_RECT, .x = x, .y = y, .w = w, .h = h});
}

void co_canvas_frame(CoCanvas *canvas, float x, float y, float w, float h) {
  add(canvas, (CoShape){.kind = CO_SHAPE_FRAME, .x = x, .y = y, .w = w, .h = h});
}

void co_canvas_polygon(CoCanvas *canvas, const float *points, int count) {
  assert(count >= 0 && count <= INT32_MAX / 8);
  if (count < 3 || !finite_all(points, 2 * count) || !grow_points(canvas, 2 * count)) return;
  int before = canvas->shape_count;
  add(canvas, (CoShape){.kind = CO_SHAPE_POLYGON, .first = canvas->point_count, .count = count});
  if (canvas->shape_count == before) return;
  memcpy(canvas->points + canvas->point_count, points, (size_t)(2 * count) * sizeof *points);
  canvas->point_count += 2 * count;
}

void co_canvas_text(CoCanvas *canvas, float x, float y, float height, CoAlign align, const char *text) {
  add_string(canvas, (CoShape){.kind = CO_SHAPE_TEXT, .x = x, .y = y, .h = height, .align = align}, text);
}

void co_canvas_bar(CoCanvas *canvas, float x, float y, float w, float h, float share) {
  const float numbers[] = {x, y, w, h, share};
  if (!finite_all(numbers, 5)) return;
  CoColor full = canvas->color, dark = co_color_mix(full, (CoColor){0, 0, 0, full.a}, 0.7f);
  float part = w * fminf(fmaxf(share, 0), 1);
  co_canvas_color(canvas, dark);
  co_canvas_rect(canvas, x, y, w, h);
  co_canvas_color(canvas, full);
  if (part != 0) co_canvas_rect(canvas, x, y, part, h);
}

void co_canvas_sprite(CoCanvas *canvas, float x, float y, float w, float h, float angle, const char *file) {
  add_string(canvas, (CoShape){.kind = CO_SHAPE_SPRITE, .x = x, .y = y, .w = w, .h = h, .more = angle}, file);
}

bool co_canvas_failed(const CoCanvas *canvas) {
  return canvas->failed;
}

const CoShape *co_canvas_shapes(const CoCanvas *canvas, int *count) {
  *count = canvas->shape_count;
  return canvas->shapes;
}

const float *co_canvas_points(const CoCanvas *canvas, const CoShape *polygon) {
  assert(polygon->kind == CO_SHAPE_POLYGON);
  return canvas->points + polygon->first;
}

const char *co_canvas_string(const CoCanvas *canvas, const CoShape *shape) {
  assert(shape->kind == CO_SHAPE_TEXT || shape->kind == CO_SHAPE_SPRITE);
  return canvas->text + shape->first;
}

void co_canvas_append(CoCanvas *canvas, const CoCanvas *other) {
  assert(canvas != other);
  if (other->failed) canvas->failed = true;
  if (!other->shape_count || !grow_shapes(canvas, other->shape_count + 1)) return;
  if (!grow_points(canvas, other->point_count) || !grow_text(canvas, other->text_count)) return;
  if (other->shapes[0].kind != CO_SHAPE_CAMERA) // what it began with
    canvas->shapes[canvas->shape_count++] = (CoShape){.kind = CO_SHAPE_CAMERA, .w = 1, .h = 1};
  for (int i = 0; i < other->shape_count; i++) {
    CoShape shape = other->shapes[i];
    shape.first += shape.kind == CO_SHAPE_POLYGON ? canvas->point_count : canvas->text_count;
    canvas->shapes[canvas->shape_count++] = shape;
  }
  if (other->point_count)
    memcpy(canvas->points + canvas->point_count, other->points, (size_t)other->point_count * sizeof *canvas->points);
  if (other->text_count) memcpy(canvas->text + canvas->text_count, other->text, (size_t)other->text_count);
  canvas->point_count += other->point_count;
  canvas->text_count += other->text_count;
}
