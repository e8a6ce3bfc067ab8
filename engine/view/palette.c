// A few colours for a picture of many: the commonest as they are, the rest by median cut (P. Heckbert, "Color image
// quantization for frame buffer display", 1982).
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reel.h"

#define PLACES 65536 // of the hash table, a power of two
#define DISTINCT 32768
#define BINS 32768 // 5 bits a channel
#define EXACT 128
#define NOTHING UINT32_MAX

typedef struct Tint {
  uint32_t color, count; // color NOTHING: a free place
  uint8_t index;
  bool exact;
} Tint;

typedef struct Bin {
  uint32_t count;
  uint64_t sums[3];
  uint8_t index;
} Bin;

typedef struct Box {
  int from, to; // of the list
  int axis;     // its longest
  uint64_t worth;
} Box;

struct CoPalette {
  Tint tints[PLACES];
  int distinct;
  Tint *order[DISTINCT]; // the commonest first
  Bin bins[BINS];
  uint32_t list[BINS]; // bins that are not empty, in the order of their boxes
};

CoPalette *co_palette_create(CoError *error) {
  CoPalette *palette = malloc(sizeof *palette);
  if (!palette) co_fail(error, "no memory for colours");
  return palette;
}

void co_palette_destroy(CoPalette *palette) {
  free(palette);
}

// The colour's place, a free one where it is new.
static Tint *place_of(CoPalette *palette, uint32_t color) {
  uint32_t at = color * 0x9e3779b1U >> 16;
  while (palette->tints[at].color != color && palette->tints[at].color != NOTHING) at = (at + 1) % PLACES;
  return &palette->tints[at];
}

static int level(uint32_t color, int axis) {
  return (int)(color >> (16 - 8 * axis) & 0xff);
}

static Bin *bin_of(CoPalette *palette, uint32_t color) {
  return &palette->bins[level(color, 0) >> 3 << 10 | level(color, 1) >> 3 << 5 | level(color, 2) >> 3];
}

static void add_to_bin(CoPalette *palette, uint32_t color, uint32_t count) {
  Bin *bin = bin_of(palette, color);
  bin->count += count;
  for (int axis = 0; axis < 3; axis++) bin->sums[axis] += (uint64_t)level(color, axis) * count;
}

// How often each colour occurs; those that come after the table is full go into the bins at once.
static void count_tints(CoPalette *palette, const uint32_t *pixels, size_t count) {
  memset(palette->bins, 0, sizeof palette->bins);
  for (int i = 0; i < PLACES; i++) palette->tints[i] = (Tint){.color = NOTHING};
  palette->distinct = 0;
  for (size_t i = 0, run = 1; i < count; i += run, run = 1) {
    uint32_t color = pixels[i] & 0xffffff;
    while (i + run < count && (pixels[i + run] & 0xffffff) == color) run++;
    Tint *tint = place_of(palette, color);
    if (tint->color == NOTHING && palette->distinct == DISTINCT) {
      add_to_bin(palette, color, (uint32_t)run);
      continue;
    }
    palette->distinct += tint->color == NOTHING;
    tint->color = color;
    tint->count += (uint32_t)run;
  }
}

static int commoner(const void *a, const void *b) {
  const Tint *left = *(const Tint *const *)a, *right = *(const Tint *const *)b;
  if (left->count != right->count) return left->count > right->count ? -1 : 1;
  return (left->color > right->color) - (left->color < right->color);
}

static int lesser(const void *a, const void *b) {
  uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static int axis_level(uint32_t bin, int axis) {
  return (int)(bin >> (10 - 5 * axis) & 31);
}

// Finds the box's longest axis and what it is worth to cut it.
static void judge(const CoPalette *palette, Box *box) {
  uint64_t count = 0;
  int longest = 0;
  for (int i = box->from; i < box->to; i++) count += palette->bins[palette->list[i]].count;
  for (int axis = 0; axis < 3; axis++) {
    int low = 31, high = 0;
    for (int i = box->from; i < box->to; i++) {
      int at = axis_level(palette->list[i], axis);
      low = at < low ? at : low;
      high = at > high ? at : high;
    }
    if (high - low > longest) {
      longest = high - low;
      box->axis = axis;
    }
  }
  box->worth = count * (uint64_t)longest;
}

// Cuts a box where half of its pixels lie on either side; the other half.
static Box cut(CoPalette *palette, Box *box) {
  uint64_t count = 0, sum = 0;
  for (int i = box->from; i < box->to; i++) {
    uint32_t bin = palette->list[i];
    count += palette->bins[bin].count;
    palette->list[i] = (uint32_t)axis_level(bin, box->axis) << 15 | bin;
  }
  qsort(palette->list + box->from, (size_t)(box->to - box->from), sizeof *palette->list, lesser);
  int middle = box->from;
  for (int i = box->from; i < box->to; i++) {
    palette->list[i] &= BINS - 1;
    if (sum * 2 < count) middle = i + 1;
    sum += palette->bins[palette->list[i]].count;
  }
  if (middle == box->to) middle--;
  Box rest = {.from = middle, .to = box->to};
  box->to = middle;
  return rest;
}

// The box's mean becomes colour number `index`.
static void settle(CoPalette *palette, const Box *box, int index, uint8_t *color) {
  uint64_t count = 0, sums[3] = {0};
  for (int i = box->from; i < box->to; i++) {
    Bin *bin = &palette->bins[palette->list[i]];
    count += bin->count;
    for (int axis = 0; axis < 3; axis++) sums[axis] += bin->sums[axis];
    bin->index = (uint8_t)index;
  }
  assert(count); // empty bins are in no box
  for (int axis = 0; axis < 3; axis++) color[axis] = (uint8_t)((sums[axis] + count / 2) / count);
}

static int cut_bins(CoPalette *palette, int first, uint8_t *colors) {
  Box boxes[CO_PALETTE_COLORS];
  int room = CO_PALETTE_COLORS - first, boxed = 1, listed = 0;
  for (uint32_t i = 0; i < BINS; i++)
    if (palette->bins[i].count) palette->list[listed++] = i;
  if (!listed) return first;
  boxes[0] = (Box){.to = listed};
  judge(palette, &boxes[0]);
  while (boxed < room) {
    int best = 0;
    for (int i = 1; i < boxed; i++)
      if (boxes[i].worth > boxes[best].worth) best = i;
    if (!boxes[best].worth) break;
    boxes[boxed] = cut(palette, &boxes[best]);
    judge(palette, &boxes[best]);
    judge(palette, &boxes[boxed++]);
  }
  for (int i = 0; i < boxed; i++) settle(palette, &boxes[i], first + i, colors + (size_t)(first + i) * 3);
  return first + boxed;
}

static int choose(CoPalette *palette, uint8_t *colors) {
  Tint **order = palette->order;
  int listed = 0, exact = palette->distinct <= CO_PALETTE_COLORS ? CO_PALETTE_COLORS : EXACT;
  for (int i = 0; i < PLACES; i++)
    if (palette->tints[i].color != NOTHING) order[listed++] = &palette->tints[i];
  qsort(order, (size_t)listed, sizeof *order, commoner);
  if (exact > listed) exact = listed;
  for (int i = 0; i < exact; i++) {
    order[i]->exact = true;
    order[i]->index = (uint8_t)i;
    for (int axis = 0; axis < 3; axis++) colors[3 * i + axis] = (uint8_t)level(order[i]->color, axis);
  }
  for (int i = exact; i < listed; i++) add_to_bin(palette, order[i]->color, order[i]->count);
  return cut_bins(palette, exact, colors);
}

int co_palette_make(CoPalette *palette, const uint32_t *pixels, size_t count, uint8_t *colors, uint8_t *indices) {
  count_tints(palette, pixels, count);
  int found = choose(palette, colors);
  uint32_t last = NOTHING;
  uint8_t index = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t color = pixels[i] & 0xffffff;
    if (color != last) {
      const Tint *tint = place_of(palette, color);
      index = tint->color != NOTHING && tint->exact ? tint->index : bin_of(palette, color)->index;
      last = color;
    }
    indices[i] = index;
  }
  return found;
}
