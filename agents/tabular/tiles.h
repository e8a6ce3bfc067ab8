// Tile coding: overlapping grids over a vector, each shifted a little, so that near vectors share most of their tiles
// (Sutton and Barto, section 9.5.4).
#ifndef COHORT_AGENTS_TABULAR_TILES_H
#define COHORT_AGENTS_TABULAR_TILES_H

#include <stdbool.h>
#include <stddef.h>

#define CO_TILES_MOST 16 // numbers of a vector

typedef struct CoTiles {
  int tilings, across;                            // grids; tiles from the lower bound to the upper one
  int size;                                       // numbers of a vector
  float low[CO_TILES_MOST], scale[CO_TILES_MOST]; // scale: tiles a unit
} CoTiles;

// Tiles of all tilings: each tiling has one more in every dimension than fit, because it is shifted. 0: beyond `most`.
size_t co_tiles_count(const CoTiles *tiles, size_t most);
// The tile that x[size] falls into, of every tiling; beyond the bounds the outermost one. Tiling k is shifted in
// dimension i by (2 i + 1) k parts of a tile, modulo a tile, of `tilings` parts.
void co_tiles_find(const CoTiles *tiles, const float *x, int *found); // [tilings]

#endif
