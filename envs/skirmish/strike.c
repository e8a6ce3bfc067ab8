// Weapons, damage, recovery and death. All hits of a tick are decided before any of them counts.
#include "skirmish/battle.h"

#include <math.h>

#define LINE_ACROSS 1.4f // half the length and half the width of a line of fire
#define LINE_ALONG .15f
#define BURST_RADIUS 2.2f
#define LEAST_HIT .5f  // of hp, whatever the armor
#define HEALING .5625f // hp a tick: 9 a second, at 3 hp for each point of energy
#define HP_PER_ENERGY 3.f
#define RECHARGE .03515625f   // energy a tick: .5625 a second
#define SHIELD_RECOVERY .125f // a tick: 2 a second

typedef struct Salvo {
  int count;
  struct {
    int8_t from, to;
  } shot[UNITS];
} Salvo;

static void reload(Battle *battle, int i) {
  float jitter = battle->world->config.cooldown_jitter ? 3 * (float)(co_rng_next(battle->rng) >> 40) * 0x1p-24f - 1 : 0;
  battle->cooldown[i] += battle->type[i]->period + jitter;
}

static void fire(Battle *battle, Salvo *salvo) {
  salvo->count = 0;
  for (int i = 0; i < battle->units; i++) {
    if (battle->cooldown[i] > 0) battle->cooldown[i] -= 1;
    int target = battle->target[i], order = battle->order[i];
    bool fights = order == ATTACK || order == ATTACK_MOVE || order == HOLD;
    if (!alive(battle, i) || !fights || target == NOBODY || battle->cooldown[i] > 0 || battle->type[i]->heals) continue;
    if (!within(battle, i, target, battle->type[i]->range)) continue;
    salvo->shot[salvo->count].from = (int8_t)i;
    salvo->shot[salvo->count++].to = (int8_t)target;
    reload(battle, i);
  }
}

static void hit(Battle *battle, int from, int to) {
  const UnitType *gun = battle->type[from], *body = battle->type[to];
  float damage = gun->damage + (gun->bonus_to & body->attributes ? gun->bonus : 0);
  for (int k = 0; k < gun->hits; k++) {
    float absorbed = damage < battle->shield[to] ? damage : battle->shield[to], rest = damage - absorbed - body->armor;
    battle->shield[to] -= absorbed;
    if (absorbed < damage) battle->hp[to] -= rest > LEAST_HIT ? rest : LEAST_HIT;
  }
  battle->calm[to] = -1; // counted up to 0 at the end of this tick
  battle->attacker[to] = (int8_t)from;
}

// Whether the body of j lies on the line through the target, across the direction of fire.
static bool on_line(const Battle *battle, int from, int to, int j) {
  float dx = battle->x[to] - battle->x[from], dy = battle->y[to] - battle->y[from], length = sqrtf(dx * dx + dy * dy);
  if (length == 0) return false;
  float ex = battle->x[j] - battle->x[to], ey = battle->y[j] - battle->y[to], radius = battle->type[j]->radius;
  float along = fabsf(ex * dx + ey * dy) / length, across = fabsf(ex * dy - ey * dx) / length;
  return along <= LINE_ALONG + radius && across <= LINE_ACROSS + radius;
}

static bool in_burst(const Battle *battle, int from, int j) {
  float reach = BURST_RADIUS + battle->type[j]->radius;
  return distance2(battle, from, j) <= reach * reach;
}

// The dead of this tick still fire, and are still hit: `living` is from before the salvo.
static void splash(Battle *battle, const bool *living, int from, int to) {
  int side = !skirmish_side(battle->world, from), first = skirmish_first(battle->world, side);
  bool burst = battle->type[from]->blast == BURST;
  for (int j = first; j < first + battle->world->size[side]; j++)
    if (living[j] && (j == to || (burst ? in_burst(battle, from, j) : on_line(battle, from, to, j))))
      hit(battle, from, j);
}

static void hurt(Battle *battle, const Salvo *salvo) {
  bool living[UNITS];
  for (int i = 0; i < battle->units; i++) living[i] = alive(battle, i);
  for (int k = 0; k < salvo->count; k++) {
    int from = salvo->shot[k].from, to = salvo->shot[k].to;
    if (battle->type[from]->blast == SINGLE)
      hit(battle, from, to);
    else
      splash(battle, living, from, to);
  }
  for (int k = 0; k < salvo->count; k++)
    if (battle->type[salvo->shot[k].from]->blast == BURST) battle->hp[salvo->shot[k].from] = 0;
}

static bool can_heal(const Battle *battle, int i) {
  int order = battle->order[i], target = battle->target[i];
  if (!alive(battle, i) || !battle->type[i]->heals || (order != HEAL && order != ATTACK_MOVE && order != HOLD))
    return false;
  return target != NOBODY && battle->energy[i] > 0 && alive(battle, target) &&
         battle->hp[target] < battle->type[target]->hp && battle->type[target]->attributes & BIOLOGICAL &&
         within(battle, i, target, battle->type[i]->range);
}

static float smaller(float a, float b) {
  return a < b ? a : b;
}

static void heal(Battle *battle) {
  for (int i = 0; i < battle->units; i++) {
    if (!can_heal(battle, i)) continue;
    int target = battle->target[i];
    float most = smaller(HEALING, battle->energy[i] * HP_PER_ENERGY);
    float given = smaller(most, battle->type[target]->hp - battle->hp[target]);
    battle->hp[target] = smaller(battle->hp[target] + given, battle->type[target]->hp);
    battle->energy[i] -= given / HP_PER_ENERGY;
  }
}

static void recover(Battle *battle) {
  for (int i = 0; i < battle->units; i++) {
    const UnitType *type = battle->type[i];
    if (!alive(battle, i)) continue;
    if (battle->calm[i] < SHIELD_DELAY)
      battle->calm[i]++;
    else
      battle->shield[i] = smaller(battle->shield[i] + SHIELD_RECOVERY, type->shield);
    battle->hp[i] = smaller(battle->hp[i] + type->regen, type->hp);
    battle->energy[i] = smaller(battle->energy[i] + RECHARGE, type->energy);
  }
}

static void bury(Battle *battle) {
  for (int i = 0; i < battle->units; i++) {
    if (alive(battle, i)) continue;
    battle->hp[i] = battle->shield[i] = battle->energy[i] = 0;
    battle->order[i] = IDLE;
    battle->target[i] = battle->attacker[i] = NOBODY;
  }
}

void skirmish_strike(Battle *battle) {
  Salvo salvo;
  fire(battle, &salvo);
  if (salvo.count > 0) hurt(battle, &salvo);
  heal(battle);
  recover(battle);
  if (salvo.count > 0) bury(battle);
}
