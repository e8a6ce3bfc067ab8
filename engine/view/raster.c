// Exact coverage of polygons in integers: each edge adds what it changes to the pixels it crosses, a row's running sum
// is the coverage (the signed areas of R. Levien's font-rs, in 1/256 of a pixel so that no machine rounds differently).
#include <stdlib.h>

#include "painter.h"

#define ONE 256              // of a pixel's side
#define FULL (2 * ONE * ONE) // a covered pixel

static inline int least(int a, int b) {
  return a < b ? a : b;
}

static inline int most(int a, int b) {
  return a > b ? a : b;
}

typedef struct Row {
  int32_t *cover;
  int sign;
} Row;

// A piece within one pixel: `dy` high, its ends `a` and `b` right of the pixel's left edge.
static inline void cell(Row row, int column, int dy, int a, int b) {
  int right = row.sign * dy * (a + b);
  row.cover[column] += row.sign * dy * 2 * ONE - right;
  row.cover[column + 1] += right;
}

// A piece within one row, from left to right.
static void across(Row row, int x1, int y1, int x2, int y2) {
  int column = x1 / ONE, x = x1, y = y1;
  int64_t dx = x2 - x1, dy = y2 - y1;
  for (; (column + 1) * ONE < x2; column++) {
    int next = (column + 1) * ONE, below = y1 + (int)(dy * (next - x1) / dx);
    cell(row, column, below - y, x - column * ONE, ONE);
    x = next;
    y = below;
  }
  cell(row, column, y2 - y, x - column * ONE, x2 - column * ONE);
}

static void piece(const CoBrush *brush, int row, int x1, int y1, int x2, int y2) {
  CoPainter *painter = brush->surface->painter;
  int32_t *cover = painter->cover + (size_t)row * (size_t)(brush->surface->width + 2);
  int low = least(x1, x2) / ONE, high = most(x1, x2) / ONE + 1;
  painter->low[row] = least(painter->low[row], low);
  painter->high[row] = most(painter->high[row], high);
  if (x1 <= x2)
    across((Row){cover, 1}, x1, y1, x2, y2);
  else
    across((Row){cover, -1}, x2, y2, x1, y1);
}

// An edge downwards, in 1/256 of pixels from the brush's corner.
static void downwards(const CoBrush *brush, int x1, int y1, int x2, int y2, bool up) {
  int x = x1, y = y1;
  int64_t dx = x2 - x1, dy = y2 - y1;
  CoPainter *painter = brush->surface->painter;
  painter->top = least(painter->top, y1 / ONE);
  painter->bottom = most(painter->bottom, (y2 + ONE - 1) / ONE);
  while (y < y2) {
    int row = y / ONE, below = least((row + 1) * ONE, y2);
    int next = below == y2 ? x2 : x1 + (int)(dx * (below - y1) / dy);
    if (up)
      piece(brush, row, next, below, x, y);
    else
      piece(brush, row, x, y, next, below);
    x = next;
    y = below;
  }
}

static int fixed(double pixels) {
  return (int)(pixels * ONE + 0.5);
}

// The part between two ends that lie in the brush's part of the surface.
static void inner(const CoBrush *brush, double x1, double y1, double x2, double y2) {
  int a = fixed(x1), b = fixed(y1), c = fixed(x2), d = fixed(y2);
  if (b < d) downwards(brush, a, b, c, d, false);
  if (b > d) downwards(brush, c, d, a, b, true);
}

static double held(double x, double low, double high) {
  return x < low ? low : x > high ? high : x;
}

// What lies left or right of the brush's part runs down its border instead: nothing that is seen changes.
void co_raster_edge(const CoBrush *brush, double x1, double y1, double x2, double y2) {
  double width = brush->right - brush->left, height = brush->bottom - brush->top;
  x1 -= brush->left, x2 -= brush->left, y1 -= brush->top, y2 -= brush->top;
  double dx = x2 - x1, dy = y2 - y1, begin = held(y1, 0, height), end = held(y2, 0, height);
  if (begin == end) return;
  double from = begin == y1 ? x1 : x1 + dx * ((begin - y1) / dy);
  double to = end == y2 ? x2 : x1 + dx * ((end - y1) / dy);
  const double borders[2] = {dx < 0 ? width : 0, dx < 0 ? 0 : width}; // as the edge meets them
  double x = from, y = begin;
  for (int i = 0; i < 2 && dx != 0; i++) {
    double border = borders[i];
    if ((from < border) == (to < border)) continue;
    double crossing = held(y1 + dy * ((border - x1) / dx), begin < end ? y : end, begin < end ? end : y);
    inner(brush, held(x, 0, width), y, border, crossing);
    x = border;
    y = crossing;
  }
  inner(brush, held(x, 0, width), y, held(to, 0, width), end);
}

static void fill_row(uint32_t *pixels, int32_t *cover, int from, int to, int last, uint32_t over, int alpha) {
  int32_t sum = 0;
  for (int column = from; column < to; column++) {
    sum += cover[column];
    cover[column] = 0;
    int64_t covered = (int64_t)least(abs(sum), FULL) * alpha;
    uint32_t strength = (uint32_t)((covered + FULL / 2) / FULL);
    if (strength == 255)
      pixels[column] = over;
    else if (strength)
      pixels[column] = co_blend(pixels[column], over, strength);
  }
  for (int column = to; column <= last; column++) cover[column] = 0;
}

void co_raster_fill(const CoBrush *brush, CoColor color) {
  CoPainter *painter = brush->surface->painter;
  int stride = brush->surface->width + 2, width = brush->right - brush->left;
  for (int row = painter->top; row < painter->bottom; row++) {
    uint32_t *pixels =
        brush->surface->pixels + (size_t)(brush->top + row) * (size_t)brush->surface->width + brush->left;
    int low = painter->low[row], high = painter->high[row];
    fill_row(pixels, painter->cover + (size_t)row * (size_t)stride, low, least(high + 1, width), high, co_pack(color),
             color.a);
    painter->low[row] = stride;
    painter->high[row] = -1;
  }
  painter->top = brush->surface->height;
  painter->bottom = 0;
}

void co_raster_rect(const CoBrush *brush, int left, int top, int right, int bottom, CoColor color) {
  uint32_t over = co_pack(color);
  left = most(left, brush->left), right = least(right, brush->right);
  top = most(top, brush->top), bottom = least(bottom, brush->bottom);
  for (int y = top; y < bottom; y++) {
    uint32_t *row = brush->surface->pixels + (size_t)y * (size_t)brush->surface->width;
    if (color.a == 255)
      for (int x = left; x < right; x++) row[x] = over;
    else
      for (int x = left; x < right; x++) row[x] = co_blend(row[x], over, color.a);
  }
}
