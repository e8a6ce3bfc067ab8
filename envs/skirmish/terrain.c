// Terrain: rows of cells as bits, and a table of the first corner on the way from any cell to any other.
#include "skirmish/skirmish.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HALF (SIZE / 2)

static bool at(const uint32_t rows[SIZE], int x, int y) {
  return x >= 0 && x < SIZE && y >= 0 && y < SIZE && (rows[y] >> x & 1);
}

// A point on the line between cells lies in both, as it does in its mirror image.
static bool touches(const uint32_t rows[SIZE], float x, float y) {
  int right = (int)floorf(x), top = (int)floorf(y);
  if (at(rows, right, top)) return true;
  int left = right - (x == floorf(x)), bottom = top - (y == floorf(y));
  return at(rows, left, top) || at(rows, right, bottom) || at(rows, left, bottom);
}

bool skirmish_terrain_allows(const Terrain *terrain, Plane plane, float x, float y) {
  if (plane == FLIER) return fabsf(x) <= HALF && fabsf(y) <= HALF;
  return touches(plane == CLIMBER ? terrain->climb : terrain->walk, x + HALF, y + HALF);
}

static int cell_of(float x, float y) {
  int column = (int)floorf(x + HALF), row = (int)floorf(y + HALF);
  column = column < 0 ? 0 : column >= SIZE ? SIZE - 1 : column;
  row = row < 0 ? 0 : row >= SIZE ? SIZE - 1 : row;
  return row * SIZE + column;
}

static float centre(int column) {
  return (float)(column - HALF) + .5f;
}

void skirmish_terrain_settle(const Terrain *terrain, float *x, float *y) {
  int cell = terrain->place[terrain->nearest[cell_of(*x, *y)]];
  *x = centre(cell % SIZE);
  *y = centre(cell / SIZE);
}

void skirmish_terrain_way(const Terrain *terrain, float x, float y, float *goal_x, float *goal_y) {
  if (terrain->convex) return;
  int from = terrain->nearest[cell_of(x, y)], to = terrain->nearest[cell_of(*goal_x, *goal_y)];
  int turn = terrain->turn[to * terrain->cells + from];
  if (turn == to) return;
  *goal_x = centre(terrain->place[turn] % SIZE);
  *goal_y = centre(terrain->place[turn] / SIZE);
}

static void number(Terrain *terrain) {
  terrain->x0 = terrain->y0 = SIZE;
  terrain->x1 = terrain->y1 = terrain->cells = 0;
  for (int cell = 0; cell < CELLS; cell++) {
    int x = cell % SIZE, y = cell / SIZE;
    if (!at(terrain->walk, x, y)) continue;
    terrain->place[terrain->cells++] = (int16_t)cell;
    if (x < terrain->x0) terrain->x0 = x;
    if (y < terrain->y0) terrain->y0 = y;
    if (x >= terrain->x1) terrain->x1 = x + 1;
    if (y >= terrain->y1) terrain->y1 = y + 1;
  }
}

static void find_nearest(Terrain *terrain) {
  for (int cell = 0; cell < CELLS; cell++) {
    int best = 0, least = CELLS * 2;
    for (int i = 0; i < terrain->cells && least > 0; i++) {
      int dx = terrain->place[i] % SIZE - cell % SIZE, dy = terrain->place[i] / SIZE - cell / SIZE;
      if (dx * dx + dy * dy < least) least = dx * dx + dy * dy, best = i;
    }
    terrain->nearest[cell] = (int16_t)best;
  }
}

// Whether the line between two cells' centres stays on cells for walkers; through a corner both sides must be free.
static bool visible(const Terrain *terrain, int from, int to) {
  int x = from % SIZE, y = from / SIZE, end_x = to % SIZE, end_y = to / SIZE;
  int dx = abs(end_x - x), dy = abs(end_y - y), step_x = end_x > x ? 1 : -1, step_y = end_y > y ? 1 : -1;
  for (int lead = dx - dy; x != end_x || y != end_y;) { // lead > 0: the next edge crossed is a vertical one
    if (lead == 0 && !(at(terrain->walk, x + step_x, y) && at(terrain->walk, x, y + step_y))) return false;
    int across = lead >= 0, up = lead <= 0;
    x += across * step_x;
    y += up * step_y;
    lead += 2 * dx * up - 2 * dy * across;
    if (!at(terrain->walk, x, y)) return false;
  }
  return true;
}

static const int around[8][3] = {{1, 0, 5}, {-1, 0, 5}, {0, 1, 5},  {0, -1, 5},
                                 {1, 1, 7}, {1, -1, 7}, {-1, 1, 7}, {-1, -1, 7}}; // dx, dy, about 5 times the length

// The number of the neighbour in that direction, or NOBODY where no walker can go.
static int neighbour(const Terrain *terrain, int from, int direction) {
  int x = terrain->place[from] % SIZE, y = terrain->place[from] / SIZE;
  int dx = around[direction][0], dy = around[direction][1];
  bool free = at(terrain->walk, x + dx, y + dy) && at(terrain->walk, x + dx, y) && at(terrain->walk, x, y + dy);
  return free ? terrain->nearest[(y + dy) * SIZE + x + dx] : NOBODY;
}

typedef struct Search {
  int16_t near[CELLS][8]; // [cells] neighbours
  int length[CELLS];      // [cells] way to the goal; -1 where none is known
  int16_t next[CELLS];    // [cells] the next cell on it
  int16_t queue[CELLS];   // [cells] a ring of cells whose neighbours may find a shorter way
  bool queued[CELLS];
} Search;

static void measure(Search *search, int cells, int goal) {
  memset(search->length, -1, sizeof search->length);
  int head = 0, waiting = 1;
  search->queue[0] = search->next[goal] = (int16_t)goal;
  for (search->length[goal] = 0; waiting > 0; waiting--) {
    int from = search->queue[head];
    head = (head + 1) % cells;
    search->queued[from] = false;
    for (int d = 0; d < 8; d++) {
      int to = search->near[from][d], length = search->length[from] + around[d][2];
      if (to == NOBODY || (search->length[to] >= 0 && search->length[to] <= length)) continue;
      search->length[to] = length;
      search->next[to] = (int16_t)from;
      if (search->queued[to]) continue;
      search->queued[to] = true;
      search->queue[(head + waiting++ - 1) % cells] = (int16_t)to;
    }
  }
}

// The first corner from each cell: as far along the way as can be seen, found from the goal outwards.
static int corner(const Terrain *terrain, const Search *search, int16_t *turn, int from, int goal) {
  if (turn[from] >= 0) return turn[from];
  if (search->length[from] < 0 || visible(terrain, terrain->place[from], terrain->place[goal]))
    return turn[from] = (int16_t)goal;
  int next = search->next[from], beyond = corner(terrain, search, turn, next, goal);
  bool seen = visible(terrain, terrain->place[from], terrain->place[beyond]);
  return turn[from] = (int16_t)(seen ? beyond : next);
}

static bool find_turns(Terrain *terrain, Search *search) {
  size_t cells = (size_t)terrain->cells;
  terrain->turn = malloc(cells * cells * sizeof *terrain->turn);
  if (!terrain->turn) return false;
  memset(terrain->turn, -1, cells * cells * sizeof *terrain->turn);
  for (int i = 0; i < terrain->cells; i++)
    for (int d = 0; d < 8; d++) search->near[i][d] = (int16_t)neighbour(terrain, i, d);
  for (int goal = 0; goal < terrain->cells; goal++) {
    measure(search, terrain->cells, goal);
    for (int from = 0; from < terrain->cells; from++)
      corner(terrain, search, terrain->turn + (size_t)goal * cells, from, goal);
  }
  return true;
}

// One span a row, no row missing, and edges that never turn inwards.
static bool is_convex(const Terrain *terrain) {
  int left[SIZE], right[SIZE];
  for (int y = terrain->y0; y < terrain->y1; y++) {
    uint32_t row = terrain->walk[y];
    if (row == 0) return false;
    left[y] = __builtin_ctz(row);
    right[y] = 31 - __builtin_clz(row);
    if (__builtin_popcount(row) != right[y] - left[y] + 1) return false;
    if (y < terrain->y0 + 2) continue;
    if (left[y] + left[y - 2] < 2 * left[y - 1] || right[y] + right[y - 2] > 2 * right[y - 1]) return false;
  }
  return true;
}

bool skirmish_terrain_prepare(Terrain *terrain, CoError *error) {
  number(terrain);
  find_nearest(terrain);
  terrain->convex = is_convex(terrain);
  if (terrain->convex) return true;
  Search *search = calloc(1, sizeof *search);
  bool done = search && find_turns(terrain, search);
  free(search);
  return done || co_fail(error, "out of memory for a map's paths");
}
