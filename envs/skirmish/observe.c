// What agents and critics see: SMAC's vectors, number for number.
#include "skirmish/skirmish.h"

#include <math.h>
#include <string.h>

#define HALF (SIZE / 2)

// One agent's eyes. The second team sees the map turned by half a circle, so that both teams start on the left.
typedef struct Eye {
  const World *world;
  const State *state;
  const Unit *self;
  int side;
  float sign, scale, sight; // distances are divided by scale; beyond sight nothing is seen
} Eye;

static int health_size(const World *world, int side, bool shown) {
  return shown ? 1 + world->shields[side] : 0;
}

static int foe_size(const World *world, int side) {
  return 4 + health_size(world, !side, world->config.obs_all_health) + world->map.bits[!side];
}

static int friend_size(const World *world, int side) {
  return 4 + health_size(world, side, world->config.obs_all_health) + world->map.bits[side] +
         (world->config.obs_last_action ? world->actions : 0);
}

static int own_size(const World *world, int side) {
  const Config *config = &world->config;
  return health_size(world, side, config->obs_own_health) + (config->obs_own_position == POSITION_YES ? 2 : 0) +
         world->map.bits[side] + config->obs_timestep;
}

int skirmish_obs_size(const World *world, int side) {
  return 4 + (world->config.obs_pathing ? 8 : 0) + world->size[!side] * foe_size(world, side) +
         (world->size[side] - 1) * friend_size(world, side) + own_size(world, side);
}

static float *put_health(float *at, const World *world, const Unit *unit, int side) {
  const UnitType *type = skirmish_type(world, unit);
  *at++ = unit->hp / type->hp;
  if (world->shields[side]) *at++ = type->shield > 0 ? unit->shield / type->shield : 0;
  return at;
}

static float *put_type(float *at, const World *world, const Unit *unit, int side) {
  int bit = world->map.bit[side][unit->type];
  if (world->map.bits[side] > 0) at[bit] = 1;
  return at + world->map.bits[side];
}

// Distance and direction to the other unit, or false when it is out of sight.
static bool put_place(const Eye *eye, const Unit *other, float *at) {
  float dx = other->x - eye->self->x, dy = other->y - eye->self->y, square = dx * dx + dy * dy;
  if (other->hp <= 0 || square >= eye->sight * eye->sight) return false;
  at[0] = sqrtf(square) / eye->scale;
  at[1] = eye->sign * dx / eye->scale;
  at[2] = eye->sign * dy / eye->scale;
  return true;
}

static void put_other(const Eye *eye, const Unit *other, bool foe, float first, float *at) {
  const World *world = eye->world;
  int side = foe ? !eye->side : eye->side;
  if (!put_place(eye, other, at + 1)) return;
  at[0] = first;
  at += 4;
  if (world->config.obs_all_health) at = put_health(at, world, other, side);
  at = put_type(at, world, other, side);
  if (!foe && world->config.obs_last_action) at[other->action] = 1;
}

static float *put_pathing(const Eye *eye, float *at) {
  static const int places[8][2] = {{0, 2}, {0, -2}, {2, 0}, {-2, 0}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}};
  float far = eye->sign * (float)eye->world->config.move;
  for (int k = 0; k < 8; k++) {
    float x = eye->self->x + far * (float)places[k][0], y = eye->self->y + far * (float)places[k][1];
    bool outside = fabsf(x) > HALF || fabsf(y) > HALF; // 1 there, as in SMAC
    *at++ = (float)(outside || skirmish_terrain_allows(&eye->world->map.terrain, GROUND, x, y));
  }
  return at;
}

static void put_own(const Eye *eye, float *at) {
  const World *world = eye->world;
  const Config *config = &world->config;
  if (config->obs_own_health) at = put_health(at, world, eye->self, eye->side);
  if (config->obs_own_position == POSITION_YES) {
    *at++ = (eye->sign * eye->self->x + HALF) / SIZE;
    *at++ = (eye->sign * eye->self->y + HALF) / SIZE;
  }
  at = put_type(at, world, eye->self, eye->side);
  if (config->obs_timestep) at[config->obs_timestep - 1] = (float)eye->state->step / (float)world->map.limit;
}

static void look(const Eye *eye, int agent, float *obs) {
  const World *world = eye->world;
  uint8_t mask[ACT_TARGET + SIDE];
  memset(obs, 0, (size_t)world->obs_size * sizeof *obs);
  if (eye->self->hp <= 0) return;
  skirmish_mask(world, eye->state, agent, mask);
  for (int k = 0; k < 4; k++) *obs++ = mask[ACT_NORTH + k];
  if (world->config.obs_pathing) obs = put_pathing(eye, obs);
  const Unit *foes = eye->state->unit + skirmish_first(world, !eye->side);
  const Unit *friends = eye->state->unit + skirmish_first(world, eye->side);
  for (int k = 0; k < world->size[!eye->side]; k++, obs += foe_size(world, eye->side))
    put_other(eye, &foes[k], true, mask[ACT_TARGET + k], obs);
  for (int k = 0; k < world->size[eye->side]; k++) {
    if (&friends[k] == eye->self) continue;
    put_other(eye, &friends[k], false, 1, obs);
    obs += friend_size(world, eye->side);
  }
  put_own(eye, obs);
}

static Eye open_eye(const World *world, const State *state, int agent) {
  int side = skirmish_side(world, agent);
  const Unit *self = &state->unit[agent];
  bool set = world->config.ranges == RANGES_SMAC;
  float sight = set ? (float)world->config.sight : skirmish_type(world, self)->sight;
  return (Eye){world, state, self, side, side ? -1 : 1, sight, sight};
}

bool skirmish_observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  Eye eye = open_eye(self, state, agent);
  look(&eye, agent, obs);
  return true;
}

bool skirmish_privileged(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error) {
  (void)worker, (void)error;
  Eye eye = open_eye(self, state, agent);
  eye.sight = 4 * SIZE;
  look(&eye, agent, obs);
  return true;
}

static int ally_row(const World *world, int side) {
  return 4 + world->shields[side] + world->map.bits[side];
}
static int enemy_row(const World *world, int side) {
  return 3 + world->shields[!side] + world->map.bits[!side];
}

int skirmish_global_size(const World *world, int side) {
  const Config *config = &world->config;
  return world->size[side] * ally_row(world, side) + world->size[!side] * enemy_row(world, side) +
         (config->state_last_action ? world->size[side] * world->actions : 0) + config->state_timestep;
}

// hp, for own units the weapon's cooldown (or a healer's energy), place, shield, type.
static void put_row(const World *world, const Unit *unit, int side, int team, float *at) {
  const UnitType *type = skirmish_type(world, unit);
  const Terrain *terrain = &world->map.terrain;
  float sign = team ? -1 : 1;
  if (unit->hp <= 0) return;
  *at++ = unit->hp / type->hp;
  if (side == team) *at++ = (type->heals ? unit->energy : unit->cooldown > 0 ? unit->cooldown : 0) / type->gauge;
  *at++ = sign * unit->x / (float)(terrain->x1 - terrain->x0);
  *at++ = sign * unit->y / (float)(terrain->y1 - terrain->y0);
  if (world->shields[side]) *at++ = type->shield > 0 ? unit->shield / type->shield : 0;
  put_type(at, world, unit, side);
}

bool skirmish_global(const void *self, void *worker, const void *bytes, int team, float *out, CoError *error) {
  (void)worker, (void)error;
  const World *world = self;
  const State *state = bytes;
  const Unit *friends = state->unit + skirmish_first(world, team), *foes = state->unit + skirmish_first(world, !team);
  memset(out, 0, (size_t)world->global_size * sizeof *out);
  for (int k = 0; k < world->size[team]; k++, out += ally_row(world, team))
    put_row(world, &friends[k], team, team, out);
  for (int k = 0; k < world->size[!team]; k++, out += enemy_row(world, team))
    put_row(world, &foes[k], !team, team, out);
  for (int k = 0; k < world->size[team] && world->config.state_last_action; k++, out += world->actions)
    if (state->step > 0) out[friends[k].action] = 1;
  if (world->config.state_timestep) *out = (float)state->step / (float)world->map.limit;
  return true;
}
