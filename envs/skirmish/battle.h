// A battle in progress: the units' numbers as arrays, so that loops over many units are vector code.
#ifndef SKIRMISH_BATTLE_H
#define SKIRMISH_BATTLE_H

#include "skirmish/skirmish.h"

// [UNITS] each, of which the first `units` are used.
typedef struct Battle {
  const World *world;
  CoRng *rng;
  int units, tick;
  float x[UNITS], y[UNITS];
  float step_x[UNITS], step_y[UNITS]; // what the unit wants to move in this tick; then what it does
  float hp[UNITS], shield[UNITS], energy[UNITS], cooldown[UNITS];
  float goal_x[UNITS], goal_y[UNITS];
  const UnitType *type[UNITS];
  int16_t calm[UNITS];
  uint8_t order[UNITS];
  int8_t target[UNITS], attacker[UNITS], detour[UNITS];
  bool ready[UNITS]; // its target is in range: it stands still to fire
} Battle;

static inline bool alive(const Battle *battle, int i) {
  return battle->hp[i] > 0;
}

static inline float distance2(const Battle *battle, int i, int j) {
  float dx = battle->x[j] - battle->x[i], dy = battle->y[j] - battle->y[i];
  return dx * dx + dy * dy;
}

// Whether the gap between the units' edges is at most `range`.
static inline bool within(const Battle *battle, int i, int j, float range) {
  float reach = range + battle->type[i]->radius + battle->type[j]->radius;
  return distance2(battle, i, j) <= reach * reach;
}

void skirmish_aim(Battle *battle);    // aim.c: whom units without orders for each step attack
void skirmish_move(Battle *battle);   // move.c
void skirmish_strike(Battle *battle); // strike.c

#endif
