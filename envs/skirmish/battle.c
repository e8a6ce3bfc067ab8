// One step of a battle: the state's units spread out into arrays, step_mul ticks, and back.
#include "skirmish/battle.h"

static void spread(Battle *battle, const State *state) {
  for (int i = 0; i < battle->units; i++) {
    const Unit *unit = &state->unit[i];
    battle->x[i] = unit->x;
    battle->y[i] = unit->y;
    battle->hp[i] = unit->hp;
    battle->shield[i] = unit->shield;
    battle->energy[i] = unit->energy;
    battle->cooldown[i] = unit->cooldown;
    battle->goal_x[i] = unit->goal_x;
    battle->goal_y[i] = unit->goal_y;
    battle->type[i] = &battle->world->types[unit->type];
    battle->calm[i] = unit->calm;
    battle->order[i] = unit->order;
    battle->target[i] = unit->target;
    battle->attacker[i] = unit->attacker;
    battle->detour[i] = unit->detour;
  }
}

static void collect(const Battle *battle, const State *state, Unit *after) {
  for (int i = 0; i < battle->units; i++)
    after[i] = (Unit){.x = battle->x[i],
                      .y = battle->y[i],
                      .hp = battle->hp[i],
                      .shield = battle->shield[i],
                      .energy = battle->energy[i],
                      .cooldown = battle->cooldown[i],
                      .goal_x = battle->goal_x[i],
                      .goal_y = battle->goal_y[i],
                      .least = state->unit[i].least,
                      .calm = battle->calm[i],
                      .type = state->unit[i].type,
                      .order = battle->order[i],
                      .target = battle->target[i],
                      .attacker = battle->attacker[i],
                      .action = state->unit[i].action,
                      .detour = battle->detour[i]};
}

void skirmish_fight(const World *world, State *state, CoRng *rng, Unit *after) {
  Battle battle;
  battle.world = world;
  battle.rng = rng;
  battle.units = skirmish_total(world);
  spread(&battle, state);
  for (int tick = 0; tick < world->config.step_mul; tick++) {
    battle.tick = state->tick++;
    skirmish_aim(&battle);
    skirmish_move(&battle);
    skirmish_strike(&battle);
  }
  collect(&battle, state, after);
}
