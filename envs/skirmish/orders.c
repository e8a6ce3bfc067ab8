// Orders: which actions the mask allows (SMAC's rules), and what an action makes of its unit.
#include "skirmish/skirmish.h"

#include <string.h>

static const float heading[4][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}}; // north, south, east, west

// The second team sees the map turned by half a circle.
static void ahead(const Unit *unit, int side, int action, float far, float *x, float *y) {
  float sign = side ? -far : far;
  *x = unit->x + sign * heading[action - ACT_NORTH][0];
  *y = unit->y + sign * heading[action - ACT_NORTH][1];
}

// A move is allowed when the point half way can be stood on: on SMAC's grid, which is the walkers' for fliers too.
static bool free_ahead(const World *world, const Unit *unit, int side, int action) {
  float x, y;
  ahead(unit, side, action, (float)world->config.move / 2, &x, &y);
  Plane plane = skirmish_type(world, unit)->plane == CLIMBER ? CLIMBER : GROUND;
  return skirmish_terrain_allows(&world->map.terrain, plane, x, y);
}

float skirmish_reach(const World *world, const Unit *unit) {
  if (world->config.ranges == RANGES_SMAC) return (float)world->config.attack;
  float range = skirmish_type(world, unit)->range;
  return range > 2 ? range : 2;
}

// The first of those whom the agent's actions name: its foes, or for a healer its friends.
static int aims(const World *world, const Unit *unit, int side, int *count) {
  int whom = skirmish_type(world, unit)->heals ? side : !side;
  *count = world->size[whom];
  return skirmish_first(world, whom);
}

static bool in_reach(const World *world, const Unit *unit, const Unit *target, float reach) {
  float dx = target->x - unit->x, dy = target->y - unit->y;
  if (target->hp <= 0 || dx * dx + dy * dy > reach * reach) return false;
  return !skirmish_type(world, unit)->heals || !skirmish_type(world, target)->heals;
}

bool skirmish_legal(const World *world, const State *state, int agent, int action) {
  const Unit *unit = &state->unit[agent];
  if (unit->hp <= 0 || action <= ACT_STOP) return (unit->hp <= 0) == (action == ACT_NONE);
  int side = skirmish_side(world, agent), count;
  if (action < ACT_TARGET) return free_ahead(world, unit, side, action);
  int first = aims(world, unit, side, &count), k = action - ACT_TARGET;
  return k < count && in_reach(world, unit, &state->unit[first + k], skirmish_reach(world, unit));
}

void skirmish_mask(const World *world, const State *state, int agent, uint8_t *mask) {
  const Unit *unit = &state->unit[agent];
  memset(mask, 0, (size_t)world->actions);
  mask[unit->hp > 0 ? ACT_STOP : ACT_NONE] = 1;
  if (unit->hp <= 0) return;
  int side = skirmish_side(world, agent), count, first = aims(world, unit, side, &count);
  for (int action = ACT_NORTH; action < ACT_TARGET; action++) mask[action] = free_ahead(world, unit, side, action);
  float reach = skirmish_reach(world, unit);
  for (int k = 0; k < count; k++) mask[ACT_TARGET + k] = in_reach(world, unit, &state->unit[first + k], reach);
}

static void move(const World *world, Unit *unit, int side, int action) {
  unit->order = MOVE;
  ahead(unit, side, action, (float)world->config.move, &unit->goal_x, &unit->goal_y);
}

static void aim(const World *world, State *state, int agent, int k) {
  Unit *unit = &state->unit[agent];
  int count, first = aims(world, unit, skirmish_side(world, agent), &count);
  bool alive = k < count && state->unit[first + k].hp > 0;
  unit->order = (uint8_t)(!alive ? IDLE : skirmish_type(world, unit)->heals ? HEAL : ATTACK);
  unit->target = (int8_t)(alive ? first + k : NOBODY);
}

static void charge(const World *world, Unit *unit, int side) {
  if (unit->order != ATTACK_MOVE) unit->target = NOBODY;
  unit->order = ATTACK_MOVE;
  unit->goal_x = world->home[!side][0];
  unit->goal_y = world->home[!side][1];
}

static bool refuse(const World *world, const State *state, int agent, int action, CoError *error) {
  static const char *const names[] = {"no-op", "stop", "north", "south", "east", "west", "attack or heal"};
  const char *name = action >= 0 && action < world->actions ? names[action < ACT_TARGET ? action : ACT_TARGET] : "none";
  return co_fail(error, "action %d (%s) of agent %d, a %s %s, is not available in step %d", action, name, agent,
                 state->unit[agent].hp > 0 ? "living" : "dead", skirmish_type(world, &state->unit[agent])->name,
                 (int)state->step);
}

bool skirmish_order(const World *world, State *state, int agent, int action, float *illegal, CoError *error) {
  Unit *unit = &state->unit[agent];
  int side = skirmish_side(world, agent), seen = action;
  bool private = action >= world->actions && action <= skirmish_charge(world) && unit->hp > 0;
  if (!private && (action < 0 || action >= world->actions || !skirmish_legal(world, state, agent, action))) {
    if (world->config.illegal == ILLEGAL_ERROR) return refuse(world, state, agent, action, error);
    *illegal += 1;
    seen = action = unit->hp > 0 ? ACT_STOP : ACT_NONE;
  }
  if (action == skirmish_charge(world))
    charge(world, unit, side), seen = ACT_STOP;
  else if (private)
    aim(world, state, agent, action - world->actions), seen = ACT_TARGET + action - world->actions;
  else if (action >= ACT_TARGET)
    aim(world, state, agent, action - ACT_TARGET);
  else if (action >= ACT_NORTH)
    move(world, unit, side, action);
  else
    unit->order = IDLE;
  unit->action = (uint8_t)seen;
  return true;
}
