// Boards: a letter for each cell, moves that stay on the board, and how a board is drawn.
#ifndef COHORT_GRID_H
#define COHORT_GRID_H

#include "cohort/env.h"

#define CO_GRID_MOST 32 // rows, and columns

// Cells are numbered row by row from the top left.
typedef struct CoGrid {
  int rows, columns;
  char cells[CO_GRID_MOST * CO_GRID_MOST + 1]; // [rows][columns]
} CoGrid;

// A data file {rows = {"S.#", "..G"}}: rows of equal length, of these letters alone.
bool co_grid_read(CoGrid *grid, const CoSource *source, const char *letters, CoError *error);
static inline int co_grid_cells(const CoGrid *grid) {
  return grid->rows * grid->columns;
}
int co_grid_count(const CoGrid *grid, char letter);
int co_grid_find(const CoGrid *grid, char letter); // the first such cell, -1 when there is none
// The cell that lies so many columns to the right and rows down; at the edge as far as the board goes.
static inline int co_grid_move(const CoGrid *grid, int cell, int right, int down) {
  int x = cell % grid->columns + right, y = cell / grid->columns + down;
  x = x < 0 ? 0 : x < grid->columns ? x : grid->columns - 1;
  y = y < 0 ? 0 : y < grid->rows ? y : grid->rows - 1;
  return y * grid->columns + x;
}

// The four actions of most boards, for people too.
enum { CO_GRID_UP, CO_GRID_RIGHT, CO_GRID_DOWN, CO_GRID_LEFT, CO_GRID_ACTIONS };
extern const char *const co_grid_names[]; // [CO_GRID_ACTIONS]
extern const CoKey co_grid_keys[];        // the arrows
static inline int co_grid_go(const CoGrid *grid, int cell, int action) {
  return co_grid_move(grid, cell, (action == CO_GRID_RIGHT) - (action == CO_GRID_LEFT),
                      (action == CO_GRID_DOWN) - (action == CO_GRID_UP));
}

// Pictures, one unit a cell, rows counting downwards.
void co_grid_begin(CoCanvas *canvas, int rows, int columns); // camera and background
void co_grid_tile(CoCanvas *canvas, int columns, int cell, CoColor color);
void co_grid_disc(CoCanvas *canvas, int columns, int cell, float radius, CoColor color); // with a dark rim
void co_grid_label(CoCanvas *canvas, int columns, int cell, const char *text);

#endif
