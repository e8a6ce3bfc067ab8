// Tile coding on a dense grid.
#include "tiles.h"

#include <stdint.h>

size_t co_tiles_count(const CoTiles *tiles, size_t most) {
  size_t count = (size_t)tiles->tilings;
  for (int i = 0; i < tiles->size; i++) {
    count *= (size_t)tiles->across + 1;
    if (count > most) return 0;
  }
  return count;
}

// In parts of a tile, of which a tile has `tilings`.
static int part(const CoTiles *tiles, int i, float x) {
  float tilings = (float)tiles->tilings, at = (x - tiles->low[i]) * tiles->scale[i] * tilings;
  float last = (float)tiles->across * tilings - 1;
  return (int)(at < 0 ? 0 : at > last ? last : at);
}

void co_tiles_find(const CoTiles *tiles, const float *x, int *found) {
  for (int k = 0; k < tiles->tilings; k++) found[k] = k;
  for (int i = 0; i < tiles->size; i++) {
    int at = part(tiles, i, x[i]);
    for (int k = 0; k < tiles->tilings; k++) {
      int shift = (2 * i + 1) * k % tiles->tilings;
      found[k] = found[k] * (tiles->across + 1) + (at + shift) / tiles->tilings;
    }
  }
}
