// Shapes as contours of edges, in pixels.
#include <math.h>

#include "cohort/kernels.h"
#include "painter.h"

#define PI 3.14159265358979323846

typedef struct Point {
  double x, y;
} Point;

static Point place(const CoBrush *brush, float x, float y) {
  return (Point){brush->x + brush->scale_x * (double)x, brush->y + brush->scale_y * (double)y};
}

static bool seen(const CoBrush *brush, Point at, double reach) {
  return at.x + reach > brush->left && at.x - reach < brush->right && at.y + reach > brush->top &&
         at.y - reach < brush->bottom;
}

// The whole pixel edge nearest to a position.
static int whole(double pixels) {
  return (int)floor(fmin(fmax(pixels, -1e6), 1e6) + 0.5);
}

// The pixel of a one-pixel line: the first behind the edge, but within the area at its far end.
static int row_of(double pixels, int last) {
  int at = whole(pixels);
  return at == last ? at - 1 : at;
}

static double thickness(const CoBrush *brush, const CoShape *shape) {
  return fmax(fabs((double)shape->width) * brush->scale, 1);
}

// How many points make a circle that stays within a 128th of a pixel.
static int corners(double radius) {
  int count = 8;
  while (count < CO_CIRCLE && count * count < 640 * radius) count *= 2;
  return count;
}

// A circle; turned the other way it cuts a hole.
static void circle(const CoBrush *brush, Point at, double radius, bool hole) {
  const float(*unit)[2] = (const float(*)[2])brush->surface->painter->circle;
  int step = CO_CIRCLE / corners(radius);
  Point from = {at.x + radius, at.y};
  for (int i = step; i <= CO_CIRCLE; i += step) {
    const float *point = unit[i % CO_CIRCLE];
    Point to = {at.x + radius * (double)point[0], at.y + radius * (double)point[1]};
    if (hole)
      co_raster_edge(brush, to.x, to.y, from.x, from.y);
    else
      co_raster_edge(brush, from.x, from.y, to.x, to.y);
    from = to;
  }
}

static void disc(const CoBrush *brush, const CoShape *shape) {
  Point at = place(brush, shape->x, shape->y);
  double radius = fabs((double)shape->w) * brush->scale;
  if (!seen(brush, at, radius)) return;
  circle(brush, at, radius, false);
  co_raster_fill(brush, shape->color);
}

static void ring(const CoBrush *brush, const CoShape *shape) {
  Point at = place(brush, shape->x, shape->y);
  double radius = fabs((double)shape->w) * brush->scale, half = 0.5 * thickness(brush, shape);
  if (!seen(brush, at, radius + half)) return;
  circle(brush, at, radius + half, false);
  if (radius > half) circle(brush, at, radius - half, true);
  co_raster_fill(brush, shape->color);
}

// A contour in the making.
typedef struct Pen {
  const CoBrush *brush;
  Point first, last;
  bool down;
} Pen;

static void to(Pen *pen, double x, double y) {
  if (pen->down)
    co_raster_edge(pen->brush, pen->last.x, pen->last.y, x, y);
  else
    pen->first = (Point){x, y};
  pen->last = (Point){x, y};
  pen->down = true;
}

static void close_contour(Pen *pen) {
  to(pen, pen->first.x, pen->first.y);
}

static void arc(const CoBrush *brush, const CoShape *shape) {
  Point at = place(brush, shape->x, shape->y);
  double radius = fabs((double)shape->w) * brush->scale, half = 0.5 * thickness(brush, shape);
  double from = fmod((double)shape->h, 2 * PI), sweep = (double)shape->more - (double)shape->h;
  if (!seen(brush, at, radius + half)) return;
  if (fabs(sweep) >= 2 * PI) {
    ring(brush, shape);
    return;
  }
  int steps = 1 + (int)(fabs(sweep) / (2 * PI) * corners(radius + half));
  double inside = fmax(radius - half, 0);
  Pen pen = {.brush = brush};
  for (int i = 0; i <= steps; i++) { // y grows downwards, angles counterclockwise
    double angle = from + sweep * i / steps;
    to(&pen, at.x + (radius + half) * co_cos(angle), at.y - (radius + half) * co_sin(angle));
  }
  for (int i = steps; i >= 0; i--) {
    double angle = from + sweep * i / steps;
    to(&pen, at.x + inside * co_cos(angle), at.y - inside * co_sin(angle));
  }
  close_contour(&pen);
  co_raster_fill(brush, shape->color);
}

// Half a circle around `at`, from a quarter turn left of the direction (x, y) backwards to a quarter turn right.
static void cap(Pen *pen, Point at, double half, Point direction) {
  const float(*unit)[2] = (const float(*)[2])pen->brush->surface->painter->circle;
  int step = CO_CIRCLE / corners(half);
  for (int i = CO_CIRCLE / 4; i <= 3 * CO_CIRCLE / 4; i += step) {
    double c = (double)unit[i][0], s = (double)unit[i][1];
    to(pen, at.x + half * (direction.x * c - direction.y * s), at.y + half * (direction.y * c + direction.x * s));
  }
}

// A line of any direction: a bar, with round ends where they would be seen.
static void stroke(const CoBrush *brush, Point a, Point b, double width, CoColor color) {
  double half = 0.5 * width, length = sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
  Point u = length > 0 ? (Point){(b.x - a.x) / length, (b.y - a.y) / length} : (Point){1, 0};
  Pen pen = {.brush = brush};
  if (width < 1.5) {
    to(&pen, a.x - half * u.y, a.y + half * u.x);
    to(&pen, a.x + half * u.y, a.y - half * u.x);
    to(&pen, b.x + half * u.y, b.y - half * u.x);
    to(&pen, b.x - half * u.y, b.y + half * u.x);
  } else {
    cap(&pen, a, half, u);
    cap(&pen, b, half, (Point){-u.x, -u.y});
  }
  close_contour(&pen);
  co_raster_fill(brush, color);
}

// A one-pixel line along an axis, on whole pixels.
static void hairline(const CoBrush *brush, Point a, Point b, CoColor color) {
  int last_x = brush->area.x + brush->area.width, last_y = brush->area.y + brush->area.height;
  int x1 = row_of(fmin(a.x, b.x), last_x), x2 = row_of(fmax(a.x, b.x), last_x);
  int y1 = row_of(fmin(a.y, b.y), last_y), y2 = row_of(fmax(a.y, b.y), last_y);
  co_raster_rect(brush, x1, y1, x2 + 1, y2 + 1, color);
}

static void line(const CoBrush *brush, const CoShape *shape) {
  Point a = place(brush, shape->x, shape->y), b = place(brush, shape->w, shape->h);
  if (shape->width == 0 && (shape->x == shape->w || shape->y == shape->h))
    hairline(brush, a, b, shape->color);
  else
    stroke(brush, a, b, thickness(brush, shape), shape->color);
}

// Left, top, right, bottom, on whole pixels and at least one pixel large where it has a size.
typedef struct Box {
  int left, top, right, bottom;
} Box;

static Box box(const CoBrush *brush, const CoShape *shape) {
  Point a = place(brush, shape->x, shape->y), b = place(brush, shape->x + shape->w, shape->y + shape->h);
  Box box = {whole(fmin(a.x, b.x)), whole(fmin(a.y, b.y)), whole(fmax(a.x, b.x)), whole(fmax(a.y, b.y))};
  if (box.left == box.right && shape->w != 0) box.right++;
  if (box.top == box.bottom && shape->h != 0) box.bottom++;
  return box;
}

static void rect(const CoBrush *brush, const CoShape *shape) {
  Box b = box(brush, shape);
  co_raster_rect(brush, b.left, b.top, b.right, b.bottom, shape->color);
}

// The outline's middle lies on the rectangle's edge.
static void frame(const CoBrush *brush, const CoShape *shape) {
  Box b = box(brush, shape);
  int width = whole(thickness(brush, shape)), half = width / 2;
  int left = b.left - half, top = b.top - half, right = b.right - half, bottom = b.bottom - half;
  if (right == brush->area.x + brush->area.width) right--;
  if (bottom == brush->area.y + brush->area.height) bottom--;
  co_raster_rect(brush, left, top, right + width, top + width, shape->color);
  if (bottom > top) co_raster_rect(brush, left, bottom, right + width, bottom + width, shape->color);
  co_raster_rect(brush, left, top + width, left + width, bottom, shape->color);
  if (right > left) co_raster_rect(brush, right, top + width, right + width, bottom, shape->color);
}

static void polygon(const CoBrush *brush, const CoCanvas *canvas, const CoShape *shape) {
  const float *points = co_canvas_points(canvas, shape);
  Pen pen = {.brush = brush};
  for (int i = 0; i < shape->count; i++) {
    Point at = place(brush, points[2 * i], points[2 * i + 1]);
    to(&pen, at.x, at.y);
  }
  close_contour(&pen);
  co_raster_fill(brush, shape->color);
}

void co_shape_draw(const CoBrush *brush, const CoCanvas *canvas, const CoShape *shape) {
  switch (shape->kind) {
  case CO_SHAPE_LINE:
    line(brush, shape);
    break;
  case CO_SHAPE_DISC:
    disc(brush, shape);
    break;
  case CO_SHAPE_RING:
    ring(brush, shape);
    break;
  case CO_SHAPE_ARC:
    arc(brush, shape);
    break;
  case CO_SHAPE_RECT:
    rect(brush, shape);
    break;
  case CO_SHAPE_FRAME:
    frame(brush, shape);
    break;
  case CO_SHAPE_POLYGON:
    polygon(brush, canvas, shape);
    break;
  default:
    break; // cameras, texts and sprites are others' work
  }
}
