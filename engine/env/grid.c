// Boards of cells: read from rows of letters, walked on, drawn.
#include "cohort/grid.h"

#include <string.h>

static bool read_row(CoGrid *grid, const CoValue *row, const char *letters, CoError *error) {
  const char *text = co_value_text(row, NULL, error);
  if (!text) return false;
  size_t length = strlen(text);
  if (length < 1 || length > CO_GRID_MOST || (grid->columns && length != (size_t)grid->columns))
    return grid->columns ? co_value_fail(row, error, "must be %d letters long, as the rows before", grid->columns)
                         : co_value_fail(row, error, "must be 1 to %d letters long", CO_GRID_MOST);
  if (text[strspn(text, letters)]) return co_value_fail(row, error, "must be made of the letters '%s'", letters);
  grid->columns = (int)length;
  memcpy(grid->cells + grid->rows++ * grid->columns, text, length);
  return true;
}

bool co_grid_read(CoGrid *grid, const CoSource *source, const char *letters, CoError *error) {
  static const char *const known[] = {"rows", NULL};
  const CoValue *root = source->value;
  if (!root) return co_fail(error, "the data file '%s' is not loaded", source->name);
  *grid = (CoGrid){.rows = 0};
  const CoValue *rows = co_value_only(root, known, error) ? co_value_list(root, "rows", 1, CO_GRID_MOST, error) : NULL;
  if (!rows) return false;
  for (int i = 0; i < rows->count; i++)
    if (!read_row(grid, &rows->items[i], letters, error)) return false;
  return true;
}

int co_grid_count(const CoGrid *grid, char letter) {
  int count = 0;
  for (int i = 0; i < co_grid_cells(grid); i++) count += grid->cells[i] == letter;
  return count;
}

int co_grid_find(const CoGrid *grid, char letter) {
  for (int i = 0; i < co_grid_cells(grid); i++)
    if (grid->cells[i] == letter) return i;
  return -1;
}

const char *const co_grid_names[] = {"up", "right", "down", "left"};
const CoKey co_grid_keys[] = {{"up", CO_GRID_UP, NULL},
                              {"right", CO_GRID_RIGHT, NULL},
                              {"down", CO_GRID_DOWN, NULL},
                              {"left", CO_GRID_LEFT, NULL},
                              {0}};

void co_grid_begin(CoCanvas *canvas, int rows, int columns) {
  float width = (float)columns, height = (float)rows, size = width + height;
  co_canvas_camera(canvas, -.15f, height + .15f, width + .15f, -.15f);
  co_canvas_color(canvas, (CoColor){24, 27, 34, 255});
  co_canvas_rect(canvas, -size, -size, 3 * size, 3 * size);
}

void co_grid_tile(CoCanvas *canvas, int columns, int cell, CoColor color) {
  co_canvas_color(canvas, color);
  co_canvas_rect(canvas, (float)(cell % columns) + .02f, (float)(cell / columns) + .02f, .96f, .96f);
}

void co_grid_disc(CoCanvas *canvas, int columns, int cell, float radius, CoColor color) {
  float x = (float)(cell % columns) + .5f, y = (float)(cell / columns) + .5f;
  co_canvas_color(canvas, (CoColor){24, 22, 24, 255});
  co_canvas_disc(canvas, x, y, radius + .04f);
  co_canvas_color(canvas, color);
  co_canvas_disc(canvas, x, y, radius);
}

void co_grid_label(CoCanvas *canvas, int columns, int cell, const char *text) {
  co_canvas_color(canvas, (CoColor){255, 255, 255, 220});
  co_canvas_text(canvas, (float)(cell % columns) + .5f, (float)(cell / columns) + .5f, .5f, CO_CENTER, text);
}
