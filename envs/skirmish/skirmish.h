// Skirmish, inside: the unit table, the map, the world and the state, and which file does what with them.
#ifndef SKIRMISH_SKIRMISH_H
#define SKIRMISH_SKIRMISH_H

#include "cohort/env.h"

enum {
  SIDE = 64,        // units a side may have
  UNITS = 2 * SIDE, // allies first, then enemies
  SIZE = 32,        // cells along each edge of a map
  CELLS = SIZE * SIZE,
  GROUPS = 16, // spawn groups a side may have
  NOBODY = -1,
  DIGITS = 9,        // targets that have a key
  SHIELD_DELAY = 160 // ticks without damage before a shield recovers
};

// Rows of the unit table.
enum { MARINE, MARAUDER, MEDIVAC, STALKER, ZEALOT, COLOSSUS, HYDRALISK, ZERGLING, BANELING, SPINE_CRAWLER, TYPES };

// Actions as SMAC numbers them.
enum { ACT_NONE, ACT_STOP, ACT_NORTH, ACT_SOUTH, ACT_EAST, ACT_WEST, ACT_TARGET };

// --- units.c: what each type of unit is. Lengths in cells, times in ticks (1/16 s of StarCraft II's normal speed). ---

typedef enum Race { TERRAN, PROTOSS, ZERG } Race;
enum { LIGHT = 1, ARMORED = 2, BIOLOGICAL = 4, MECHANICAL = 8, MASSIVE = 16, STRUCTURE = 32 };
typedef enum Plane { GROUND, CLIMBER, FLIER, PLANES } Plane; // climbers walk over cliffs; planes do not collide
typedef enum Blast { SINGLE, LINE, BURST } Blast;            // whom a hit hurts; a burst kills its own unit too

typedef struct UnitType {
  const char *name;
  Race race;
  Plane plane;
  int attributes;
  float hp, shield, armor;
  float energy, first_energy;
  float radius;     // of ranges, measured from edge to edge
  float separation; // of the disc that others cannot enter
  float speed;      // a tick
  float regen;      // hp a tick
  float range, sight;
  float damage, bonus; // of each hit
  int bonus_to, hits;  // attributes that the bonus is for
  float period;        // ticks from attack to attack
  Blast blast;
  bool heals;
  float gauge; // what SMAC divides the cooldown by
} UnitType;

int skirmish_type_find(const char *name);                  // its row, or -1
const char *const *skirmish_type_names(void);              // [TYPES], then NULL
void skirmish_types(bool smaclite, UnitType types[TYPES]); // the table, on SMAC's or SMAClite's clock

// --- terrain.c: where units can stand, and the way around obstacles. ---

typedef struct Terrain {
  uint32_t walk[SIZE], climb[SIZE]; // [y]: bit x is set where walkers, climbers can stand
  bool convex;                      // no straight line between cells leaves them: `turn` is not needed
  int x0, y0, x1, y1;               // the box around the cells for walkers, x1 and y1 exclusive
  int cells;                        // cells for walkers, numbered row by row
  int16_t nearest[CELLS];           // number of the cell, or of the nearest one for walkers
  int16_t place[CELLS];             // [cells] back from number to cell
  int16_t *turn;                    // [cells to][cells from] where to head: the first corner, or `to`
} Terrain;

bool skirmish_terrain_prepare(Terrain *terrain, CoError *error); // from walk and climb; owns turn
// Positions below are relative to the map's centre.
bool skirmish_terrain_allows(const Terrain *terrain, Plane plane, float x, float y);
void skirmish_terrain_way(const Terrain *terrain, float x, float y, float *goal_x, float *goal_y);
void skirmish_terrain_settle(const Terrain *terrain, float *x, float *y); // to the nearest cell's centre when outside

// --- map.c: a map file's facts. ---

typedef enum Plan { PLAN_ATTACK_MOVE, PLAN_HUNT, PLAN_NEAREST, PLAN_GUARD, PLAN_STAND, PLAN_PLAYER } Plan;

typedef struct Group {
  int type, count;
  float x, y;
} Group;

typedef struct Draw { // SMACv2's generated armies
  int count;          // types to draw from; 0: the map lists its armies
  int type[TYPES];
  double weight[TYPES];
  bool alone[TYPES]; // an army of nothing else is allowed
  double surrounded; // chance that the allies start surrounded; otherwise the armies mirror each other
} Draw;

typedef struct Map {
  int limit;
  int count[2]; // units of allies, enemies
  int groups[2];
  Group group[2][GROUPS];
  Draw draw;
  Plan plan;
  float goal_x, goal_y, spread_x, spread_y; // of attack_move: the point, and how far it may lie from there
  int bits[2];                              // type bits
  int bit[2][TYPES];                        // which bit a type sets; -1 for none
  int rank[2][TYPES];                       // order of types among allies
  bool unit_ranges, own_position;
  Terrain terrain;
} Map;

bool skirmish_map_read(const CoValue *value, Map *map, CoError *error);

// --- settings.c ---

enum { REWARD_FIXED, REWARD_SMAC, REWARD_SPARSE, REWARD_NEGATIVE };
enum { WON, DRAWN, DEAD_ALLIES, DEAD_ENEMIES, DAMAGE_TAKEN, DAMAGE_DEALT, ILLEGAL, INFOS }; // what a step reports
enum { RANGES_MAP, RANGES_SMAC, RANGES_UNIT };
enum { POSITION_MAP, POSITION_NO, POSITION_YES };
enum { ENEMY_MAP }; // then the plans, in their order
enum { CLOCK_SC2, CLOCK_SMACLITE };
enum { BITS_FIXED, BITS_SMAC };
enum { ILLEGAL_ERROR, ILLEGAL_STOP };
enum { STEPS_OFF, STEPS_FIXED, STEPS_SMAC };

typedef struct Config {
  CoSource map;
  int units, enemies;
  int enemy, reward;
  double reward_scale, reward_win, reward_defeat, reward_death, reward_loss;
  int step_mul, clock, type_bits, ranges, illegal, obs_timestep, obs_own_position;
  double sight, attack, move;
  bool cooldown_jitter;
  double spawn_jitter;
  bool obs_all_health, obs_own_health, obs_last_action, obs_pathing, state_last_action, state_timestep;
  bool draw_ranges;
} Config;

extern const CoField skirmish_fields[];
extern const CoProfile skirmish_profiles[];

// --- The world (skirmish.c) and the state. ---

typedef struct World {
  Config config;
  Map map;
  UnitType types[TYPES];
  Plan plan;   // of the enemies
  int size[2]; // units of allies, enemies
  bool shields[2];
  float home[2][2]; // x, y: the middle of each side's starting places
  int teams, agents, actions, targets;
  int obs_size, global_size;
  int team[UNITS], kind[UNITS];
  CoStateField fields[32];
  size_t state_bytes;
  const char *action_names[ACT_TARGET + SIDE];
  char target_names[SIDE][24];
  CoKey keys[ACT_TARGET + DIGITS + 1];
} World;

typedef enum Order { IDLE, MOVE, ATTACK, HEAL, ATTACK_MOVE, HOLD } Order;

typedef struct Unit {
  float x, y; // from the map's centre, so that mirrored armies have mirrored bits
  float hp, shield, energy;
  float cooldown;       // ticks until the weapon is ready; ready at 0 or less
  float goal_x, goal_y; // of MOVE and ATTACK_MOVE
  float least;          // the least hp + shield it ever had
  int16_t calm;         // ticks without damage, up to SHIELD_DELAY
  uint8_t type, order;
  int8_t target, attacker; // numbers among all units, or NOBODY
  uint8_t action;          // the last one
  int8_t detour;           // one more than the ticks left of walking around friends; below 0 on their other side
} Unit;

typedef struct State {
  int32_t tick, step;
  float worth[2]; // all that each team can earn, unscaled
  Unit unit[];    // [agents of both sides]
} State;

static inline int skirmish_side(const World *world, int unit) {
  return unit >= world->size[0];
}
static inline int skirmish_first(const World *world, int side) {
  return side ? world->size[0] : 0;
}
static inline int skirmish_total(const World *world) {
  return world->size[0] + world->size[1];
}
static inline const UnitType *skirmish_type(const World *world, const Unit *unit) {
  return &world->types[unit->type];
}

// --- spawn.c ---
bool skirmish_reset(const void *self, void *worker, void *state, CoRng *rng, CoError *error);

// --- orders.c: what an agent may do, and what its action makes of its unit. ---
bool skirmish_legal(const World *world, const State *state, int agent, int action);
void skirmish_mask(const World *world, const State *state, int agent, uint8_t *mask); // [actions]
// An illegal action is an error, or, where the settings say so, counted while the unit stops.
bool skirmish_order(const World *world, State *state, int agent, int action, float *illegal, CoError *error);
// Private action numbers, for scripts: attack (or heal) target k wherever it is; attack-move to the others' home.
static inline int skirmish_chase(const World *world, int target) {
  return world->actions + target;
}
static inline int skirmish_charge(const World *world) {
  return world->actions + world->targets;
}
float skirmish_reach(const World *world, const Unit *unit); // how far the mask lets it attack, centre to centre

// --- battle.c: step_mul ticks. ---
void skirmish_fight(const World *world, State *state, CoRng *rng, Unit *after); // [units]: the units after the step

// --- reward.c ---
bool skirmish_judge(const World *world, const State *state, const Unit *after, CoOutcome *outcome); // whether it ended

// --- observe.c ---
int skirmish_obs_size(const World *world, int side);
int skirmish_global_size(const World *world, int side);
bool skirmish_observe(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error);
bool skirmish_privileged(const void *self, void *worker, const void *state, int agent, float *obs, CoError *error);
bool skirmish_global(const void *self, void *worker, const void *state, int team, float *out, CoError *error);

// --- draw.c ---
bool skirmish_draw(const void *self, void *worker, const void *state, CoCanvas *canvas, CoError *error);

// --- scripts.c ---
extern const CoScriptType skirmish_scripts[];

#endif
