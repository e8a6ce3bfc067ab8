// Whom units attack that choose for themselves: attack-moving, guarding and holding ones, and hunting enemies.
#include "skirmish/battle.h"

#define BEAT 8    // ticks between two looks around
#define SCAN 5.f  // how far any unit looks around for foes, edge to edge ...
#define SLACK .5f // ... and how far beyond its weapon
#define CALL 5.f  // from how far friends come to help, centre to centre

static int side_of(const Battle *battle, int i) {
  return skirmish_side(battle->world, i);
}

static float scan(const Battle *battle, int i) {
  float weapon = battle->type[i]->range + SLACK;
  return battle->order[i] == HOLD ? battle->type[i]->range : weapon > SCAN ? weapon : SCAN;
}

// The nearest living foe whose edge lies within `range`, or NOBODY.
static int nearest_foe(const Battle *battle, int i, float range) {
  int side = !side_of(battle, i), first = skirmish_first(battle->world, side), best = NOBODY;
  float least = 4 * SIZE * SIZE;
  for (int j = first; j < first + battle->world->size[side]; j++) {
    float square = distance2(battle, i, j);
    if (square < least && alive(battle, j) && within(battle, i, j, range)) least = square, best = j;
  }
  return best;
}

static bool is_hurt(const Battle *battle, int i) {
  return alive(battle, i) && battle->hp[i] < battle->type[i]->hp && battle->type[i]->attributes & BIOLOGICAL;
}

// A healer keeps its patient until it is whole, then takes the worst hurt friend around.
static void find_patient(Battle *battle, int i) {
  if (battle->target[i] != NOBODY && is_hurt(battle, battle->target[i])) return;
  int side = side_of(battle, i), first = skirmish_first(battle->world, side), best = NOBODY;
  for (int j = first; j < first + battle->world->size[side]; j++)
    if (j != i && is_hurt(battle, j) && within(battle, i, j, scan(battle, i)) &&
        (best == NOBODY || battle->hp[j] < battle->hp[best]))
      best = j;
  battle->target[i] = (int8_t)best;
}

static bool attacked_by(const Battle *battle, int i, int j) {
  return battle->attacker[i] == j && alive(battle, j) && battle->target[j] == i && battle->order[j] != MOVE;
}

// The attacker of the nearest friend that is under fire.
static int called(const Battle *battle, int i) {
  int side = side_of(battle, i), first = skirmish_first(battle->world, side), best = NOBODY;
  float least = CALL * CALL;
  for (int j = first; j < first + battle->world->size[side]; j++) {
    int attacker = battle->attacker[j];
    if (attacker == NOBODY || !alive(battle, j) || !attacked_by(battle, j, attacker)) continue;
    float square = distance2(battle, i, j);
    if (square < least) least = square, best = attacker;
  }
  return best;
}

// Keep the target while it is in range, or near and nobody else is in range; else the nearest foe around, else whoever
// shoots at this unit, else whoever shoots at a friend.
static void find_foe(Battle *battle, int i) {
  int target = battle->target[i];
  float range = battle->type[i]->range;
  if (target != NOBODY && within(battle, i, target, range)) return;
  int near = nearest_foe(battle, i, scan(battle, i)), attacker = battle->attacker[i];
  if (target != NOBODY && (within(battle, i, target, scan(battle, i)) || attacked_by(battle, i, target))) {
    if (near != NOBODY && within(battle, i, near, range)) battle->target[i] = (int8_t)near;
    return;
  }
  if (near == NOBODY && battle->order[i] != HOLD) {
    bool hit = attacker != NOBODY && attacked_by(battle, i, attacker);
    near = hit ? attacker : called(battle, i);
  }
  battle->target[i] = (int8_t)near;
}

static void look(Battle *battle, int i, bool beat) {
  int target = battle->target[i];
  bool lost = target != NOBODY && !alive(battle, target);
  if (lost) battle->target[i] = NOBODY;
  if (!beat && !lost) return;
  if (battle->type[i]->heals)
    find_patient(battle, i);
  else
    find_foe(battle, i);
}

// Hunters attack the nearest foe on the map, those told "nearest" think again at every beat; healers go with them.
static void hunt(Battle *battle, int i) {
  bool busy = battle->order[i] == ATTACK && alive(battle, battle->target[i]) && battle->world->plan == PLAN_HUNT;
  if (busy) return;
  int foe = nearest_foe(battle, i, 2 * SIZE);
  if (foe == NOBODY) return;
  if (battle->type[i]->heals) {
    battle->order[i] = ATTACK_MOVE;
    battle->goal_x[i] = battle->x[foe];
    battle->goal_y[i] = battle->y[foe];
  } else {
    battle->order[i] = ATTACK;
    battle->target[i] = (int8_t)foe;
  }
}

void skirmish_aim(Battle *battle) {
  bool beat = battle->tick % BEAT == 0;
  bool hunts = beat && (battle->world->plan == PLAN_HUNT || battle->world->plan == PLAN_NEAREST);
  for (int i = hunts ? battle->world->size[0] : battle->units; i < battle->units; i++)
    if (alive(battle, i)) hunt(battle, i);
  for (int i = 0; i < battle->units; i++)
    if (alive(battle, i) && (battle->order[i] == ATTACK_MOVE || battle->order[i] == HOLD)) look(battle, i, beat);
}
