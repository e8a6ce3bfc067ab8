// The start of a battle: armies in compact grids, mirrored for the enemies, or drawn as SMACv2 draws them.
#include "skirmish/skirmish.h"

#include <string.h>

static Unit fresh(const World *world, int type, float x, float y) {
  const UnitType *kind = &world->types[type];
  return (Unit){.x = x,
                .y = y,
                .hp = kind->hp,
                .shield = kind->shield,
                .energy = kind->first_energy,
                .least = kind->hp + kind->shield,
                .calm = SHIELD_DELAY,
                .type = (uint8_t)type,
                .target = NOBODY,
                .attacker = NOBODY};
}

// Place k of n in a square grid around 0: columns from left to right, the last one shorter and centred.
static void grid(int k, int n, float gap, float *x, float *y) {
  int rows = 1;
  while (rows * rows < n) rows++;
  int columns = (n + rows - 1) / rows, column = k / rows, row = k % rows;
  int here = column < columns - 1 ? rows : n - (columns - 1) * rows;
  *x = ((float)column - .5f * (float)(columns - 1)) * gap;
  *y = ((float)row - .5f * (float)(here - 1)) * gap;
}

// Bodies that keep each other off their places.
static bool share(const World *world, const Group *a, const Group *b) {
  bool fly = world->types[a->type].plane == FLIER;
  return a->x == b->x && a->y == b->y && fly == (world->types[b->type].plane == FLIER);
}

// Groups at one point share one grid; fliers have their own, above. The enemies' grids are the allies' turned by half a
// circle.
static void line_up(const World *world, int side, Unit *units) {
  const Map *map = &world->map;
  const Group *groups = map->group[side];
  int done = 0;
  for (int g = 0; g < map->groups[side]; g++) {
    int before = 0, all = 0;
    float widest = 0;
    for (int h = 0; h < map->groups[side]; h++) {
      if (!share(world, &groups[h], &groups[g])) continue;
      float width = 2 * world->types[groups[h].type].separation;
      widest = width > widest ? width : widest;
      before += h < g ? groups[h].count : 0;
      all += groups[h].count;
    }
    for (int k = 0; k < groups[g].count; k++) {
      float x, y;
      grid(before + k, all, widest + .05f, &x, &y);
      units[done++] = fresh(world, groups[g].type, side ? groups[g].x - x : groups[g].x + x,
                            side ? groups[g].y - y : groups[g].y + y);
    }
  }
}

static bool fit(const Draw *draw, const int *rows, int count) {
  for (int i = 0; i < count; i++)
    if (draw->alone[rows[i]]) return true;
  return false;
}

static void draw_rows(const Draw *draw, int *rows, int from, int count, CoRng *rng) {
  do {
    for (int i = from; i < count; i++) rows[i] = co_rng_weighted(rng, draw->weight, draw->count);
  } while (count > from && !fit(draw, rows, count));
}

// The enemies have the allies' types, and draws of their own beyond; a part that could not stand alone is drawn anew.
static void draw_types(const World *world, Unit *units, CoRng *rng) {
  const Draw *draw = &world->map.draw;
  int rows[SIDE] = {0}, allies = world->size[0], enemies = world->size[1];
  draw_rows(draw, rows, 0, allies, rng);
  for (int i = 0; i < allies; i++) units[i] = fresh(world, draw->type[rows[i]], 0, 0);
  if (enemies > allies) draw_rows(draw, rows, allies, enemies, rng);
  while (enemies < allies && !fit(draw, rows, enemies)) draw_rows(draw, rows, 0, enemies, rng);
  for (int i = 0; i < enemies; i++) units[allies + i] = fresh(world, draw->type[rows[i]], 0, 0);
}

static float between(CoRng *rng, float low, float high) {
  return (float)co_rng_uniform(rng, low, high);
}

#define MARGIN 2.f // from the map's edge

// Allies anywhere in the left half, enemies mirrored.
static void place_mirrored(const World *world, Unit *units, CoRng *rng) {
  const float half = SIZE / 2;
  int most = world->size[0] > world->size[1] ? world->size[0] : world->size[1];
  for (int i = 0; i < most; i++) {
    float x = between(rng, MARGIN - half, 0), y = between(rng, MARGIN - half, half - MARGIN);
    if (i < world->size[0]) units[i].x = x, units[i].y = y;
    if (i < world->size[1]) units[world->size[0] + i].x = -x, units[world->size[0] + i].y = y;
  }
}

// Allies in the middle, enemies in one to four groups on the diagonals.
static void place_surrounded(const World *world, Unit *units, CoRng *rng) {
  const float gap = 1.5f, inner = 2, outer = SIZE / 2 - MARGIN;
  for (int i = 0; i < world->size[0]; i++) grid(i, world->size[0], gap, &units[i].x, &units[i].y);
  int corners[4] = {0, 1, 2, 3}, groups = co_rng_int(rng, 1, 4);
  co_rng_shuffle(rng, corners, 4);
  float away = between(rng, inner, outer);
  for (int i = 0; i < world->size[1]; i++) {
    Unit *unit = &units[world->size[0] + i];
    int corner = corners[i % groups], members = (world->size[1] - i % groups + groups - 1) / groups;
    grid(i / groups, members, gap, &unit->x, &unit->y);
    unit->x += corner & 1 ? away : -away;
    unit->y += corner & 2 ? away : -away;
  }
}

static void scatter(const World *world, Unit *units, CoRng *rng) {
  float reach = (float)world->config.spawn_jitter;
  for (int i = 0; i < skirmish_total(world); i++) {
    Unit *unit = &units[i];
    if (reach > 0) {
      unit->x += between(rng, -reach, reach);
      unit->y += between(rng, -reach, reach);
    }
    if (!skirmish_terrain_allows(&world->map.terrain, skirmish_type(world, unit)->plane, unit->x, unit->y))
      skirmish_terrain_settle(&world->map.terrain, &unit->x, &unit->y);
  }
}

static bool precedes(const World *world, int side, const Unit *a, const Unit *b) {
  const int *rank = world->map.rank[side];
  if (rank[a->type] != rank[b->type]) return rank[a->type] < rank[b->type];
  bool before = a->x != b->x ? a->x < b->x : a->y < b->y, same = a->x == b->x && a->y == b->y;
  return !same && before != (side > 0);
}

// SMAC numbers allies by type, then from left to right, then upwards. Enemies have the same order, turned by half a
// circle, so that neither side gains from what players make of numbers.
static void sort_units(const World *world, int side, Unit *units) {
  for (int i = 1; i < world->size[side]; i++) {
    Unit unit = units[i];
    int k = i;
    for (; k > 0 && precedes(world, side, &unit, &units[k - 1]); k--) units[k] = units[k - 1];
    units[k] = unit;
  }
}

static void give_orders(const World *world, Unit *units, CoRng *rng) {
  const Map *map = &world->map;
  bool given = map->plan == PLAN_ATTACK_MOVE;
  float x = given ? map->goal_x : world->home[0][0], y = given ? map->goal_y : world->home[0][1];
  if (map->spread_x > 0) x += between(rng, -map->spread_x, map->spread_x);
  if (map->spread_y > 0) y += between(rng, -map->spread_y, map->spread_y);
  for (int i = world->size[0]; i < skirmish_total(world); i++) {
    Unit *unit = &units[i];
    bool guards = world->plan == PLAN_GUARD;
    unit->goal_x = guards ? unit->x : x;
    unit->goal_y = guards ? unit->y : y;
    unit->order = (uint8_t)(world->plan == PLAN_ATTACK_MOVE || guards ? ATTACK_MOVE
                            : world->plan == PLAN_STAND               ? HOLD
                                                                      : IDLE);
  }
}

// All that destroying that side is worth.
static float worth(const World *world, const Unit *units, int side) {
  float sum = (float)world->config.reward_win;
  int first = skirmish_first(world, side);
  for (int i = first; i < first + world->size[side]; i++) sum += units[i].least + (float)world->config.reward_death;
  return sum;
}

bool skirmish_reset(const void *self, void *worker, void *bytes, CoRng *rng, CoError *error) {
  (void)worker, (void)error;
  const World *world = self;
  State *state = bytes;
  if (world->map.draw.count == 0) {
    line_up(world, 0, state->unit);
    line_up(world, 1, state->unit + world->size[0]);
  } else {
    draw_types(world, state->unit, rng);
    if (co_rng_unit(rng) < world->map.draw.surrounded)
      place_surrounded(world, state->unit, rng);
    else
      place_mirrored(world, state->unit, rng);
  }
  scatter(world, state->unit, rng);
  for (int side = 0; side < 2; side++) sort_units(world, side, state->unit + skirmish_first(world, side));
  if (world->plan != PLAN_PLAYER) give_orders(world, state->unit, rng);
  state->worth[0] = worth(world, state->unit, 1);
  state->worth[1] = worth(world, state->unit, 0);
  state->tick = state->step = 0;
  return true;
}
