// Movement: where units want to go, what other bodies leave of it, and walls.
#include "skirmish/battle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3    // of pushing bodies apart
#define ARRIVED .5f // near enough to the point of an attack-move
#define BLOCKED .3f // of the way wanted: less than that sends a unit around
#define DETOUR 7    // ticks
#define MARGIN .04f // bodies this near may touch in the course of the rounds
#define LANES 16    // bodies looked at together
#define FAR_AWAY 1e9f

static void head(Battle *battle, int i, float goal_x, float goal_y, float speed) {
  if (battle->type[i]->plane == GROUND)
    skirmish_terrain_way(&battle->world->map.terrain, battle->x[i], battle->y[i], &goal_x, &goal_y);
  float dx = goal_x - battle->x[i], dy = goal_y - battle->y[i], length = sqrtf(dx * dx + dy * dy);
  float share = length > speed ? speed / length : 1;
  battle->step_x[i] = dx * share;
  battle->step_y[i] = dy * share;
}

// Around friends that stand in the way: mostly sideways, a little ahead.
static void veer(Battle *battle, int i) {
  float ahead = .5f, aside = battle->detour[i] > 0 ? .866f : -.866f, dx = battle->step_x[i], dy = battle->step_y[i];
  battle->step_x[i] = ahead * dx - aside * dy;
  battle->step_y[i] = ahead * dy + aside * dx;
  battle->detour[i] = (int8_t)(battle->detour[i] + (battle->detour[i] > 0 ? -1 : 1));
}

// Healers that come along keep to the pace of the slowest that moves.
static float pace(const Battle *battle, int i) {
  float slowest = battle->type[i]->speed;
  if (!battle->type[i]->heals) return slowest;
  int side = skirmish_side(battle->world, i), first = skirmish_first(battle->world, side);
  for (int j = first; j < first + battle->world->size[side]; j++)
    if (alive(battle, j) && battle->type[j]->speed > 0 && battle->type[j]->speed < slowest)
      slowest = battle->type[j]->speed;
  return slowest;
}

static void follow(Battle *battle, int i) {
  int target = battle->target[i];
  battle->ready[i] = within(battle, i, target, battle->type[i]->range);
  if (battle->ready[i] || battle->order[i] == HOLD) {
    battle->detour[i] = 0;
    return;
  }
  head(battle, i, battle->x[target], battle->y[target], battle->type[i]->speed);
  if (abs(battle->detour[i]) > 1) veer(battle, i);
}

static void go(Battle *battle, int i) {
  float dx = battle->goal_x[i] - battle->x[i], dy = battle->goal_y[i] - battle->y[i];
  bool charges = battle->order[i] == ATTACK_MOVE;
  if (charges && dx * dx + dy * dy <= ARRIVED * ARRIVED) return;
  if (dx == 0 && dy == 0)
    battle->order[i] = IDLE;
  else
    head(battle, i, battle->goal_x[i], battle->goal_y[i], charges ? pace(battle, i) : battle->type[i]->speed);
}

static void want(Battle *battle, int i) {
  battle->step_x[i] = battle->step_y[i] = 0;
  battle->ready[i] = false;
  int order = battle->order[i], target = battle->target[i];
  if (!alive(battle, i) || order == IDLE) return;
  bool gone = target == NOBODY || !alive(battle, target);
  if (order != MOVE && !gone)
    follow(battle, i);
  else if (order == ATTACK || order == HEAL)
    battle->order[i] = IDLE;
  else if (order != HOLD)
    go(battle, i);
}

enum { FIRM, STANDING, MOVING }; // stances

// Bodies of one plane, where they would be if there were no others.
typedef struct Crowd {
  int count, allies, pairs;
  _Alignas(64) float x[UNITS], y[UNITS], radius[UNITS]; // [count], then bodies far away up to a multiple of LANES
  float push_x[2][UNITS], push_y[2][UNITS];             // [by friends, by foes]: summed apart, so that no side is first
  uint8_t unit[UNITS], stance[UNITS];
  uint8_t pair[UNITS * (UNITS - 1) / 2][2];
} Crowd;

static void gather(Crowd *crowd, const Battle *battle, Plane plane) {
  crowd->count = crowd->allies = crowd->pairs = 0;
  for (int i = 0; i < battle->units; i++) {
    if (!alive(battle, i) || battle->type[i]->plane != plane) continue;
    int k = crowd->count++;
    crowd->x[k] = battle->x[i] + battle->step_x[i];
    crowd->y[k] = battle->y[i] + battle->step_y[i];
    crowd->radius[k] = battle->type[i]->separation;
    crowd->unit[k] = (uint8_t)i;
    crowd->stance[k] = battle->ready[i] ? FIRM : battle->step_x[i] != 0 || battle->step_y[i] != 0 ? MOVING : STANDING;
    crowd->allies += !skirmish_side(battle->world, i);
  }
  for (int k = crowd->count; k % LANES; k++) crowd->x[k] = crowd->y[k] = FAR_AWAY, crowd->radius[k] = 0;
}

// Which of the LANES bodies from `first` on are near body a, as bits.
static uint32_t near(const Crowd *crowd, int a, int first) {
  const float *x = crowd->x + first, *y = crowd->y + first, *radius = crowd->radius + first;
  float ax = crowd->x[a], ay = crowd->y[a], ar = crowd->radius[a] + MARGIN;
  uint32_t bits = 0;
  for (uint32_t k = 0; k < LANES; k++) {
    float dx = x[k] - ax, dy = y[k] - ay, reach = radius[k] + ar;
    bits |= (dx * dx + dy * dy < reach * reach ? 1U : 0U) << k;
  }
  return bits;
}

static void find_pairs(Crowd *crowd) {
  for (int a = 0; a < crowd->count; a++)
    for (int first = (a + 1) / LANES * LANES; first < crowd->count; first += LANES)
      for (uint32_t bits = near(crowd, a, first); bits; bits &= bits - 1) {
        int b = first + __builtin_ctz(bits);
        if (b <= a) continue;
        crowd->pair[crowd->pairs][0] = (uint8_t)a;
        crowd->pair[crowd->pairs++][1] = (uint8_t)b;
      }
}

// How much of an overlap body a undoes. One that fires does not give way, one that stands gives way to friends only.
static float yields(const Crowd *crowd, int a, int b, bool friends) {
  int first = crowd->stance[a] + friends >= MOVING, second = crowd->stance[b] + friends >= MOVING;
  return first == second ? .5f : (float)first;
}

static bool push_pair(Crowd *crowd, int a, int b) {
  float dx = crowd->x[b] - crowd->x[a], dy = crowd->y[b] - crowd->y[a], reach = crowd->radius[a] + crowd->radius[b];
  float square = dx * dx + dy * dy;
  if (square >= reach * reach) return false;
  bool foes = a < crowd->allies && b >= crowd->allies;
  float length = sqrtf(square), share = yields(crowd, a, b, !foes);
  if (length == 0) dx = a < crowd->allies ? 1 : -1;
  float depth = length > 0 ? (reach - length) / length : reach;
  crowd->push_x[foes][a] -= share * depth * dx;
  crowd->push_y[foes][a] -= share * depth * dy;
  crowd->push_x[foes][b] += (1 - share) * depth * dx;
  crowd->push_y[foes][b] += (1 - share) * depth * dy;
  return true;
}

// One round: all pushes are found from the same places, then made at once.
static bool push_apart(Crowd *crowd) {
  size_t bytes = (size_t)crowd->count * sizeof(float);
  for (int k = 0; k < 2; k++) {
    memset(crowd->push_x[k], 0, bytes);
    memset(crowd->push_y[k], 0, bytes);
  }
  bool touched = false;
  for (int k = 0; k < crowd->pairs; k++) touched |= push_pair(crowd, crowd->pair[k][0], crowd->pair[k][1]);
  for (int k = 0; k < crowd->count && touched; k++) {
    crowd->x[k] += crowd->push_x[0][k] + crowd->push_x[1][k];
    crowd->y[k] += crowd->push_y[0][k] + crowd->push_y[1][k];
  }
  return touched;
}

// A chaser that friends hold up goes around, on the side to which they push it first; it keeps to that side (1 or -1
// when it is on its straight way again) until its target is in range.
static void notice(Battle *battle, int i, float moved_x, float moved_y) {
  float dx = battle->step_x[i], dy = battle->step_y[i];
  if (abs(battle->detour[i]) > 1 || battle->target[i] == NOBODY || battle->order[i] == MOVE) return;
  if (moved_x * dx + moved_y * dy >= BLOCKED * (dx * dx + dy * dy)) return;
  bool left = battle->detour[i] != 0 ? battle->detour[i] > 0 : dx * moved_y - dy * moved_x >= 0;
  battle->detour[i] = left ? DETOUR : -DETOUR;
}

// As far as walls let it: the whole way, else along one axis.
static void land(Battle *battle, int i, float x, float y) {
  const Terrain *terrain = &battle->world->map.terrain;
  Plane plane = battle->type[i]->plane;
  if (!skirmish_terrain_allows(terrain, plane, x, y)) {
    if (skirmish_terrain_allows(terrain, plane, x, battle->y[i]))
      y = battle->y[i];
    else if (skirmish_terrain_allows(terrain, plane, battle->x[i], y))
      x = battle->x[i];
    else
      x = battle->x[i], y = battle->y[i];
  }
  battle->x[i] = x;
  battle->y[i] = y;
}

void skirmish_move(Battle *battle) {
  for (int i = 0; i < battle->units; i++) want(battle, i);
  for (Plane plane = GROUND; plane < PLANES; plane++) {
    Crowd crowd;
    gather(&crowd, battle, plane);
    find_pairs(&crowd);
    for (int round = 0; round < ROUNDS && crowd.pairs > 0; round++)
      if (!push_apart(&crowd)) break;
    for (int k = 0; k < crowd.count; k++) {
      int i = crowd.unit[k];
      notice(battle, i, crowd.x[k] - battle->x[i], crowd.y[k] - battle->y[i]);
      land(battle, i, crowd.x[k], crowd.y[k]);
    }
  }
}
