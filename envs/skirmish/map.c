// Map files: a table of armies, terrain, the enemies' order and the layout's details, with every fact checked.
#include "skirmish/skirmish.h"

#include <string.h>

static bool read_type(const CoValue *table, const char *key, int *type, CoError *error) {
  const CoValue *value = key ? co_value_find(table, key) : table;
  const char *name = co_value_text(table, key, error);
  if (!name) return false;
  *type = skirmish_type_find(name);
  if (*type >= 0) return true;
  const char *near = co_nearest(name, skirmish_type_names());
  if (near) return co_value_fail(value, error, "did you mean '%s'?", near);
  return co_value_fail(value, error,
                       "must be one of marine, marauder, medivac, stalker, zealot, colossus, hydralisk, zergling, "
                       "baneling, spine_crawler");
}

static bool read_point(const CoValue *table, float *x, float *y, CoError *error) {
  double column, row;
  if (!co_value_number(table, "x", 0, SIZE, &column, error) || !co_value_number(table, "y", 0, SIZE, &row, error))
    return false;
  *x = (float)(column - SIZE / 2);
  *y = (float)(row - SIZE / 2);
  return true;
}

// {first row, last row, first column, last column}, all inclusive.
static bool read_span(const CoValue *span, uint32_t rows[SIZE], bool set, CoError *error) {
  int edge[4];
  if (!co_value_list(span, NULL, 4, 4, error)) return false;
  for (int i = 0; i < 4; i++)
    if (!co_value_int(&span->items[i], NULL, i % 2 ? edge[i - 1] : 0, SIZE - 1, &edge[i], error)) return false;
  uint32_t bits = (uint32_t)((UINT64_C(1) << (edge[3] + 1)) - (UINT64_C(1) << edge[2]));
  for (int y = edge[0]; y <= edge[1]; y++) rows[y] = set ? rows[y] | bits : rows[y] & ~bits;
  return true;
}

static bool read_spans(const CoValue *list, uint32_t rows[SIZE], bool set, CoError *error) {
  for (int i = 0; i < list->count; i++)
    if (!read_span(&list->items[i], rows, set, error)) return false;
  return true;
}

// "open", or a list of spans where units can stand; cliffs are spans of these that only climbers cross.
static bool read_terrain(const CoValue *root, Terrain *terrain, CoError *error) {
  const CoValue *value = co_value_find(root, "terrain"), *cliffs = co_value_find(root, "cliffs");
  if (value && value->type == CO_VALUE_STRING) {
    if (strcmp(value->string, "open") != 0) return co_value_fail(value, error, "must be 'open' or a list of spans");
    memset(terrain->climb, 0xff, sizeof terrain->climb);
  } else if (!(value = co_value_list(root, "terrain", 1, CELLS, error)) ||
             !read_spans(value, terrain->climb, true, error)) {
    return false;
  }
  memcpy(terrain->walk, terrain->climb, sizeof terrain->walk);
  if (!cliffs) return true;
  if (!co_value_list(root, "cliffs", 1, CELLS, error) || !read_spans(cliffs, terrain->walk, false, error)) return false;
  for (int y = 0; y < SIZE; y++)
    if (terrain->walk[y]) return true;
  return co_value_fail(cliffs, error, "must leave some of the terrain free");
}

static bool read_group(const CoValue *value, const Map *map, const UnitType *types, Group *group, CoError *error) {
  static const char *const known[] = {"type", "count", "x", "y", NULL};
  if (!co_value_table(value, NULL, error) || !co_value_only(value, known, error)) return false;
  if (!read_type(value, "type", &group->type, error) || !co_value_int(value, "count", 1, SIDE, &group->count, error) ||
      !read_point(value, &group->x, &group->y, error))
    return false;
  if (skirmish_terrain_allows(&map->terrain, types[group->type].plane, group->x, group->y)) return true;
  return co_value_fail(co_value_find(value, "y"), error, "must, with x, be a place where a %s can stand",
                       types[group->type].name);
}

static bool read_army(const CoValue *root, const char *key, int side, Map *map, CoError *error) {
  const CoValue *list = co_value_list(root, key, 1, GROUPS, error);
  if (!list) return false;
  UnitType types[TYPES];
  skirmish_types(false, types);
  for (int i = 0; i < list->count; i++) {
    Group *group = &map->group[side][i];
    if (!read_group(&list->items[i], map, types, group, error)) return false;
    map->count[side] += group->count;
    if (map->count[side] > SIDE)
      return co_value_fail(co_value_find(&list->items[i], "count"), error, "must keep the army at %d units or fewer",
                           SIDE);
  }
  map->groups[side] = list->count;
  return true;
}

static bool read_draw(const CoValue *value, Map *map, CoError *error) {
  static const char *const known[] = {"allies", "enemies", "surrounded", "types", NULL};
  static const char *const row[] = {"type", "weight", "alone", NULL};
  Draw *draw = &map->draw;
  if (!co_value_table(value, NULL, error) || !co_value_only(value, known, error)) return false;
  const CoValue *types = co_value_list(value, "types", 1, TYPES, error);
  if (!types || !co_value_int(value, "allies", 1, SIDE, &map->count[0], error) ||
      !co_value_int(value, "enemies", 1, SIDE, &map->count[1], error) ||
      !co_value_number(value, "surrounded", 0, 1, &draw->surrounded, error))
    return false;
  bool possible = false;
  for (int i = 0; i < types->count; i++) {
    const CoValue *item = &types->items[i];
    if (!co_value_table(item, NULL, error) || !co_value_only(item, row, error) ||
        !read_type(item, "type", &draw->type[i], error) ||
        !co_value_number(item, "weight", 0.001, 1000, &draw->weight[i], error))
      return false;
    draw->alone[i] = true;
    if (co_value_find(item, "alone") && !co_value_bool(item, "alone", &draw->alone[i], error)) return false;
    possible |= draw->alone[i];
  }
  draw->count = types->count;
  return possible || co_value_fail(types, error, "must hold a type that an army may consist of alone");
}

static bool read_plan(const CoValue *order, Map *map, CoError *error) {
  static const char *const kinds[] = {"attack_move", "hunt", "nearest", "guard", "stand", NULL};
  static const char *const known[] = {"kind", "x", "y", "spread_x", "spread_y", NULL};
  static const char *const bare[] = {"kind", NULL};
  const char *kind = co_value_text(order, "kind", error);
  if (!kind) return false;
  int plan = 0;
  while (kinds[plan] && strcmp(kinds[plan], kind) != 0) plan++;
  if (!kinds[plan])
    return co_value_fail(co_value_find(order, "kind"), error, "must be attack_move, hunt, nearest, guard or stand");
  map->plan = (Plan)plan;
  if (plan != PLAN_ATTACK_MOVE) return co_value_only(order, bare, error);
  double spread[2] = {0, 0};
  if (!co_value_only(order, known, error) || !read_point(order, &map->goal_x, &map->goal_y, error) ||
      (co_value_find(order, "spread_x") && !co_value_number(order, "spread_x", 0, SIZE, &spread[0], error)) ||
      (co_value_find(order, "spread_y") && !co_value_number(order, "spread_y", 0, SIZE, &spread[1], error)))
    return false;
  map->spread_x = (float)spread[0];
  map->spread_y = (float)spread[1];
  return true;
}

static bool has_type(const Map *map, int side, int type) {
  for (int i = 0; i < map->draw.count; i++)
    if (map->draw.type[i] == type) return true;
  for (int i = 0; i < map->groups[side]; i++)
    if (map->group[side][i].type == type) return true;
  return false;
}

// The order of the one-hot's bits; every type of that side has one, or none has.
static bool read_bits(const CoValue *root, const char *key, int side, Map *map, CoError *error) {
  const CoValue *list = co_value_list(root, key, 1, TYPES, error);
  if (!list) return false;
  for (int i = 0; i < TYPES; i++) map->bit[side][i] = -1;
  for (int i = 0; i < list->count; i++) {
    int type;
    if (!read_type(&list->items[i], NULL, &type, error)) return false;
    if (map->bit[side][type] >= 0) return co_value_fail(&list->items[i], error, "which is there already");
    map->bit[side][type] = i;
  }
  map->bits[side] = list->count;
  for (int i = 0; i < TYPES; i++)
    if (map->bit[side][i] < 0 && has_type(map, side, i))
      return co_value_fail(list, error, "must name each type of unit: '%s' is missing", skirmish_type_names()[i]);
  return true;
}

// Types come in the order in which the map names them.
static void rank(Map *map, int side) {
  int next = 0;
  for (int i = 0; i < map->groups[side]; i++) {
    int type = map->group[side][i].type;
    if (map->rank[side][type] == 0) map->rank[side][type] = ++next;
  }
  for (int i = 0; i < map->draw.count; i++) map->rank[side][map->draw.type[i]] = ++next;
}

static bool read_layout(const CoValue *root, Map *map, CoError *error) {
  const CoValue *enemy = co_value_find(root, "enemy_type_bits");
  if (co_value_find(root, "type_bits")) {
    if (!read_bits(root, "type_bits", 0, map, error) ||
        !read_bits(root, enemy ? "enemy_type_bits" : "type_bits", 1, map, error))
      return false;
    if (map->bits[0] != map->bits[1])
      return co_value_fail(enemy, error, "must have as many types as type_bits: %d", map->bits[0]);
  } else if (enemy) {
    return co_value_fail(enemy, error, "must come with type_bits");
  }
  for (int side = 0; side < 2; side++) rank(map, side);
  return (!co_value_find(root, "unit_ranges") || co_value_bool(root, "unit_ranges", &map->unit_ranges, error)) &&
         (!co_value_find(root, "own_position") || co_value_bool(root, "own_position", &map->own_position, error));
}

bool skirmish_map_read(const CoValue *root, Map *map, CoError *error) {
  static const char *const known[] = {"limit",     "terrain",         "cliffs",      "allies",       "enemies", "order",
                                      "type_bits", "enemy_type_bits", "unit_ranges", "own_position", "draw",    NULL};
  if (!co_value_only(root, known, error) || !co_value_int(root, "limit", 1, 100000, &map->limit, error) ||
      !read_terrain(root, &map->terrain, error))
    return false;
  const CoValue *draw = co_value_find(root, "draw"), *order = co_value_table(root, "order", error);
  if (!order || !read_plan(order, map, error)) return false;
  if (draw && (co_value_find(root, "allies") || co_value_find(root, "enemies")))
    return co_value_fail(draw, error, "must not stand beside allies and enemies: a map draws its armies or lists them");
  if (draw ? !read_draw(draw, map, error)
           : !read_army(root, "allies", 0, map, error) || !read_army(root, "enemies", 1, map, error))
    return false;
  return read_layout(root, map, error) && skirmish_terrain_prepare(&map->terrain, error);
}
