// Cooperative micromanagement: StarCraft II's unit battles with the layout of SMAC (Samvelyan et al. 2019) and SMACv2
// (Ellis et al. 2023), and mechanics of our own.
#include "skirmish/skirmish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool choose_sizes(World *world, CoError *error) {
  const Config *config = &world->config;
  const Map *map = &world->map;
  int wanted[2] = {config->units, config->enemies};
  for (int side = 0; side < 2; side++) {
    if (wanted[side] > 0 && map->draw.count == 0)
      return co_fail(error, "%s is %d, must be 0: the map '%s' lists its armies", side ? "enemies" : "units",
                     wanted[side], config->map.name);
    world->size[side] = wanted[side] > 0 ? wanted[side] : map->count[side];
  }
  return true;
}

static bool in_army(const Map *map, int side, int type) {
  for (int i = 0; i < map->draw.count; i++)
    if (map->draw.type[i] == type) return true;
  for (int i = 0; i < map->groups[side]; i++)
    if (map->group[side][i].type == type) return true;
  return false;
}

static void look_through(World *world, int side) {
  const Map *map = &world->map;
  bool healers = false;
  for (int type = 0; type < TYPES; type++) {
    if (!in_army(map, side, type)) continue;
    world->shields[side] |= world->types[type].race == PROTOSS;
    healers |= world->types[type].heals;
  }
  if (side > 0 && world->plan != PLAN_PLAYER) return;
  if (world->size[!side] > world->targets) world->targets = world->size[!side];
  if (healers && world->size[side] > world->targets) world->targets = world->size[side];
}

static void find_home(World *world, int side) {
  const Map *map = &world->map;
  float sum = 0;
  for (int i = 0; i < map->groups[side]; i++) {
    const Group *group = &map->group[side][i];
    world->home[side][0] += group->x * (float)group->count;
    world->home[side][1] += group->y * (float)group->count;
    sum += (float)group->count;
  }
  if (sum == 0) return; // armies are drawn: the middle of the map
  world->home[side][0] /= sum;
  world->home[side][1] /= sum;
}

static void seat(World *world) {
  world->teams = world->plan == PLAN_PLAYER ? 2 : 1;
  world->agents = world->size[0] + (world->teams == 2 ? world->size[1] : 0);
  for (int side = 0; side < 2; side++) {
    look_through(world, side);
    find_home(world, side);
  }
  world->actions = ACT_TARGET + world->targets;
  for (int side = 0; side < world->teams; side++) {
    int obs = skirmish_obs_size(world, side), global = skirmish_global_size(world, side);
    if (obs > world->obs_size) world->obs_size = obs;
    if (global > world->global_size) world->global_size = global;
  }
}

// Agents of one type are alike. Where armies are drawn nobody knows the types beforehand.
static void sort_kinds(World *world) {
  for (int side = 0, agent = 0; side < world->teams; side++)
    for (int rank = 0; rank <= GROUPS; rank++)
      for (int i = 0; i < world->map.groups[side]; i++) {
        const Group *group = &world->map.group[side][i];
        if (world->map.rank[side][group->type] != rank) continue;
        for (int k = 0; k < group->count; k++) world->kind[agent++] = group->type;
      }
  for (int i = 0; i < world->agents; i++) world->team[i] = skirmish_side(world, i);
}

// For people. Keys for targets: the digits, as far as they go.
static void name_actions(World *world) {
  static const char *const names[ACT_TARGET] = {"none", "stop", "north", "south", "east", "west"};
  static const CoKey keys[] = {{"", ACT_STOP, NULL},      {"s", ACT_STOP, NULL},     {"up", ACT_NORTH, NULL},
                               {"down", ACT_SOUTH, NULL}, {"right", ACT_EAST, NULL}, {"left", ACT_WEST, NULL}};
  static const char *const digits[DIGITS] = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
  memcpy(world->action_names, names, sizeof names);
  memcpy(world->keys, keys, sizeof keys);
  for (int k = 0; k < world->targets; k++) {
    snprintf(world->target_names[k], sizeof world->target_names[k], "target %d", k + 1);
    world->action_names[ACT_TARGET + k] = world->target_names[k];
    if (k < DIGITS) world->keys[ACT_TARGET + k] = (CoKey){digits[k], ACT_TARGET + k, NULL};
  }
}

#define HEADER(member, kind, count)                                                                                    \
  { #member, kind, offsetof(State, member), count, sizeof(((State *)0)->member) / (count) }
#define UNIT(member, kind)                                                                                             \
  { "unit." #member, kind, offsetof(State, unit) + offsetof(Unit, member), 0, sizeof(Unit) }

static const CoStateField fields[] = {
    HEADER(tick, CO_STATE_I32, 1), HEADER(step, CO_STATE_I32, 1), HEADER(worth, CO_STATE_F32, 2),
    UNIT(x, CO_STATE_F32),         UNIT(y, CO_STATE_F32),         UNIT(hp, CO_STATE_F32),
    UNIT(shield, CO_STATE_F32),    UNIT(energy, CO_STATE_F32),    UNIT(cooldown, CO_STATE_F32),
    UNIT(goal_x, CO_STATE_F32),    UNIT(goal_y, CO_STATE_F32),    UNIT(least, CO_STATE_F32),
    UNIT(calm, CO_STATE_I16),      UNIT(type, CO_STATE_U8),       UNIT(order, CO_STATE_U8),
    UNIT(target, CO_STATE_I8),     UNIT(attacker, CO_STATE_I8),   UNIT(action, CO_STATE_U8),
    UNIT(detour, CO_STATE_I8),     {NULL, CO_STATE_I8, 0, 0, 0},
};
_Static_assert(sizeof(Unit) == 44 && sizeof(State) == 16, "the state has no padding");
_Static_assert(sizeof fields <= sizeof((World *)0)->fields, "a world has room for the table");

static void list_fields(World *world) {
  memcpy(world->fields, fields, sizeof fields);
  for (CoStateField *field = world->fields; field->name; field++)
    if (field->count == 0) field->count = skirmish_total(world);
  world->state_bytes = sizeof(State) + (size_t)skirmish_total(world) * sizeof(Unit);
}

// Both sides' type bits in the allies' order, where they have the same types.
static void match_bits(Map *map) {
  for (int type = 0; type < TYPES; type++)
    if ((map->bit[0][type] < 0) != (map->bit[1][type] < 0)) return;
  memcpy(map->bit[1], map->bit[0], sizeof map->bit[0]);
}

static bool prepare(World *world, CoError *error) {
  Config *config = &world->config;
  if (!config->map.value)
    return co_fail(error, "skirmish has no map: name one, as in skirmish/3m (map '%s' is not loaded)",
                   config->map.name);
  if (!skirmish_map_read(config->map.value, &world->map, error) || !choose_sizes(world, error)) return false;
  config->map.value = NULL; // borrowed, and read
  skirmish_types(config->clock == CLOCK_SMACLITE, world->types);
  world->plan = config->enemy == ENEMY_MAP ? world->map.plan : (Plan)(config->enemy - 1);
  if (config->ranges == RANGES_MAP) config->ranges = world->map.unit_ranges ? RANGES_UNIT : RANGES_SMAC;
  if (config->obs_own_position == POSITION_MAP)
    config->obs_own_position = world->map.own_position ? POSITION_YES : POSITION_NO;
  if (config->type_bits == BITS_FIXED) match_bits(&world->map);
  seat(world);
  sort_kinds(world);
  list_fields(world);
  name_actions(world);
  return true;
}

static void close_world(void *self) {
  World *world = self;
  free(world->map.terrain.turn);
  free(world);
}

static void *open_world(const CoEnvType *type, const void *config, CoError *error) {
  (void)type;
  World *world = calloc(1, sizeof *world);
  if (!world) {
    co_fail(error, "out of memory for skirmish");
    return NULL;
  }
  world->config = *(const Config *)config;
  if (prepare(world, error)) return world;
  close_world(world);
  return NULL;
}

static void describe(const void *self, CoSpec *spec, size_t *state_bytes, const CoStateField **table) {
  static const char *const infos[INFOS + 1] = {"battle_won",   "draw",         "dead_allies", "dead_enemies",
                                               "damage_taken", "damage_dealt", "illegal",     NULL};
  static const char *const sides[] = {"allies", "enemies"};
  const World *world = self;
  *spec = (CoSpec){.agents = world->agents,
                   .teams = world->teams,
                   .team = world->team,
                   .kind = world->map.draw.count ? NULL : world->kind,
                   .obs_size = world->obs_size,
                   .obs_low = -1,
                   .obs_high = 1,
                   .actions = world->actions,
                   .global_size = world->global_size,
                   .privileged_size = world->obs_size,
                   .episode_limit = world->map.limit,
                   .payoff = CO_PAYOFF_SHARED,
                   .infos = infos,
                   .team_names = sides,
                   .action_names = world->action_names,
                   .keys = world->keys};
  *state_bytes = world->state_bytes;
  *table = world->fields;
}

static bool step(const void *self, void *worker, void *bytes, const CoActions *actions, CoRng *rng, CoOutcome *outcome,
                 CoError *error) {
  (void)worker;
  const World *world = self;
  State *state = bytes;
  Unit after[UNITS];
  for (int i = 0; i < world->agents; i++)
    if (!skirmish_order(world, state, i, actions->discrete[i], &outcome->info[ILLEGAL], error)) return false;
  skirmish_fight(world, state, rng, after);
  outcome->terminated = skirmish_judge(world, state, after, outcome);
  for (int i = 0; i < skirmish_total(world); i++) {
    float left = after[i].hp + after[i].shield;
    if (left < after[i].least) after[i].least = left;
  }
  memcpy(state->unit, after, (size_t)skirmish_total(world) * sizeof *after);
  state->step++;
  return true;
}

static bool available(const void *self, void *worker, const void *state, int agent, uint8_t *mask, CoError *error) {
  (void)worker, (void)error;
  skirmish_mask(self, state, agent, mask);
  return true;
}

static bool is_alive(const void *self, const void *state, int agent) {
  (void)self;
  return ((const State *)state)->unit[agent].hp > 0;
}

extern const CoEnvType co_skirmish;
const CoEnvType co_skirmish = {
    .name = "skirmish",
    .summary = "teams of units in battle: SMAC's maps, layout and rewards",
    .source = "Samvelyan et al., The StarCraft Multi-Agent Challenge (2019); Ellis et al., SMACv2 (2023)",
    .variant = "map",
    .settings = {"skirmish", sizeof(Config), skirmish_fields, skirmish_profiles},
    .open = open_world,
    .close = close_world,
    .describe = describe,
    .reset = skirmish_reset,
    .step = step,
    .observe = skirmish_observe,
    .available = available,
    .alive = is_alive,
    .global = skirmish_global,
    .privileged = skirmish_privileged,
    .scripts = skirmish_scripts,
    .draw = skirmish_draw,
};
