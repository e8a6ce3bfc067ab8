// Scripted players, for either team: how hard a map is can be told without learning.
#include "skirmish/skirmish.h"

#include <math.h>

typedef struct Seat {
  const World *world;
  const State *state;
  const Unit *self;
  const UnitType *type;
  int agent, side;
  int first, count;                // those whom its actions name
  uint8_t mask[ACT_TARGET + SIDE]; // [actions]
} Seat;

static Seat take(const void *self, const void *state, int agent) {
  Seat seat = {.world = self, .state = state, .agent = agent};
  seat.side = skirmish_side(seat.world, agent);
  seat.self = &seat.state->unit[agent];
  seat.type = skirmish_type(seat.world, seat.self);
  int whom = seat.type->heals ? seat.side : !seat.side;
  seat.first = skirmish_first(seat.world, whom);
  seat.count = seat.world->size[whom];
  skirmish_mask(seat.world, seat.state, agent, seat.mask);
  return seat;
}

static const Unit *other(const Seat *seat, int k) {
  return &seat->state->unit[seat->first + k];
}

static float distance2(const Unit *a, const Unit *b) {
  float dx = b->x - a->x, dy = b->y - a->y;
  return dx * dx + dy * dy;
}

// Whom SMAC's heuristic considers: hurt friends that are no healers themselves; living foes, for marauders no healers.
static bool eligible(const Seat *seat, int k) {
  const Unit *unit = other(seat, k);
  const UnitType *type = skirmish_type(seat->world, unit);
  if (unit->hp <= 0) return false;
  if (seat->type->heals) return unit->hp < type->hp && !type->heals;
  return !type->heals || seat->self->type != MARAUDER;
}

static int nearest(const Seat *seat) {
  int best = NOBODY;
  for (int k = 0; k < seat->count; k++)
    if (eligible(seat, k) &&
        (best == NOBODY || distance2(seat->self, other(seat, k)) < distance2(seat->self, other(seat, best))))
      best = k;
  return best;
}

// The target of its last attack as long as that is eligible, else the nearest.
static int kept(const Seat *seat) {
  int k = seat->self->target - seat->first;
  bool keeps = seat->self->order != ATTACK_MOVE && seat->self->target != NOBODY && k >= 0 && k < seat->count;
  return keeps && eligible(seat, k) ? k : nearest(seat);
}

// The legal target with the least hp + shield.
static int weakest(const Seat *seat) {
  int best = NOBODY;
  float least = INFINITY;
  for (int k = 0; k < seat->count; k++) {
    float left = other(seat, k)->hp + other(seat, k)->shield;
    if (seat->mask[ACT_TARGET + k] && eligible(seat, k) && left < least) least = left, best = k;
  }
  return best;
}

static int idle(const Seat *seat) {
  return seat->self->hp > 0 ? ACT_STOP : ACT_NONE;
}

// One legal move towards (or away from) a unit, along the axis where more is to be gained; else stop.
static int walk(const Seat *seat, const Unit *goal, bool away) {
  float sign = (seat->side != 0) != away ? -1 : 1;
  float dx = sign * (goal->x - seat->self->x), dy = sign * (goal->y - seat->self->y);
  int across = dx > 0 ? ACT_EAST : ACT_WEST, along = dy > 0 ? ACT_NORTH : ACT_SOUTH;
  bool wide = fabsf(dx) > fabsf(dy);
  int first = wide ? across : along, second = wide ? along : across;
  return seat->mask[first] ? first : seat->mask[second] ? second : ACT_STOP;
}

static bool act_random(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                       CoError *error) {
  (void)worker, (void)error;
  Seat seat = take(self, state, agent);
  *action = co_rng_choose(rng, seat.mask, seat.world->actions);
  return true;
}

static bool act_stop(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                     CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  *action = idle(&seat);
  return true;
}

static bool act_heuristic(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                          CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  int target = seat.self->hp > 0 ? kept(&seat) : NOBODY;
  *action = target == NOBODY ? idle(&seat) : skirmish_chase(seat.world, target);
  return true;
}

static bool act_heuristic_rest(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                               CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  int target = seat.self->hp > 0 ? kept(&seat) : NOBODY;
  if (target == NOBODY)
    *action = idle(&seat);
  else if (seat.mask[ACT_TARGET + target])
    *action = ACT_TARGET + target;
  else
    *action = walk(&seat, other(&seat, target), false);
  return true;
}

// The weakest in reach, else towards the nearest.
static int focus(const Seat *seat) {
  int target = weakest(seat);
  if (target != NOBODY) return ACT_TARGET + target;
  target = nearest(seat);
  return target == NOBODY ? idle(seat) : skirmish_chase(seat->world, target);
}

static bool act_focus(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                      CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  *action = seat.self->hp > 0 ? focus(&seat) : ACT_NONE;
  return true;
}

// Back off while the weapon reloads from foes that it outranges, when they come near.
static bool act_kite(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                     CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  int near = seat.self->hp > 0 && !seat.type->heals ? nearest(&seat) : NOBODY;
  float ticks = (float)seat.world->config.step_mul, safe = seat.type->range + seat.type->radius;
  *action = seat.self->hp > 0 ? focus(&seat) : ACT_NONE;
  if (near == NOBODY || seat.self->cooldown < ticks / 2 || distance2(seat.self, other(&seat, near)) > safe * safe)
    return true;
  if (skirmish_type(seat.world, other(&seat, near))->range < seat.type->range)
    *action = walk(&seat, other(&seat, near), true);
  return true;
}

static bool act_attack_move(const void *self, void *worker, const void *state, int agent, CoRng *rng, int *action,
                            CoError *error) {
  (void)worker, (void)rng, (void)error;
  Seat seat = take(self, state, agent);
  *action = seat.self->hp > 0 ? skirmish_charge(seat.world) : ACT_NONE;
  return true;
}

const CoScriptType skirmish_scripts[] = {
    {"attack_move", "the enemies' own order: attack-move to the other side's start", act_attack_move},
    {"random", "any action that the mask allows", act_random},
    {"stop", "stands still", act_stop},
    {"heuristic", "SMAC's: attacks the nearest enemy, anywhere, until it is dead", act_heuristic},
    {"heuristic_rest", "the same within the mask: walks there first", act_heuristic_rest},
    {"focus", "attacks the weakest enemy in reach, else goes to the nearest", act_focus},
    {"kite", "focus, and backs off from melee units while reloading", act_kite},
    {NULL, NULL, NULL},
};
