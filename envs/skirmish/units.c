// The unit table: StarCraft II's units as SMAC's maps have them, times in seconds of the "normal" game speed.
#include <string.h>

#include "skirmish/skirmish.h"

// clang-format off
// A paragraph a unit, which the formatter would make a page.
static const UnitType table[TYPES] = {
    [MARINE] = {.name = "marine", .race = TERRAN, .attributes = LIGHT | BIOLOGICAL, .hp = 45,
               .radius = .375f, .separation = .375f, .speed = 2.25f, .sight = 9, .range = 5, .damage = 6, .hits = 1,
               .period = .8608f, .gauge = 15},
    [MARAUDER] = {.name = "marauder", .race = TERRAN, .attributes = ARMORED | BIOLOGICAL, .hp = 125, .armor = 1,
                  .radius = .5625f, .separation = .5625f, .speed = 2.25f, .sight = 10, .range = 6, .damage = 10,
                  .bonus = 10, .bonus_to = ARMORED, .hits = 1, .period = 1.5f, .gauge = 25},
    [MEDIVAC] = {.name = "medivac", .race = TERRAN, .attributes = ARMORED | MECHANICAL, .plane = FLIER, .hp = 150,
                 .armor = 1, .radius = .75f, .separation = .75f, .speed = 2.75f, .sight = 11, .range = 4,
                 .heals = true, .energy = 200, .first_energy = 50, .gauge = 200},
    [STALKER] = {.name = "stalker", .race = PROTOSS, .attributes = ARMORED | MECHANICAL, .hp = 80, .shield = 80,
                 .armor = 1, .radius = .625f, .separation = .625f, .speed = 2.9531f, .sight = 10, .range = 6,
                 .damage = 13, .bonus = 5, .bonus_to = ARMORED, .hits = 1, .period = 1.87f, .gauge = 35},
    [ZEALOT] = {.name = "zealot", .race = PROTOSS, .attributes = LIGHT | BIOLOGICAL, .hp = 100, .shield = 50,
                .armor = 1, .radius = .5f, .separation = .375f, .speed = 2.25f, .sight = 9, .range = .1f,
                .damage = 8, .hits = 2, .period = 1.2f, .gauge = 22},
    [COLOSSUS] = {.name = "colossus", .race = PROTOSS, .attributes = ARMORED | MECHANICAL | MASSIVE,
                  .plane = CLIMBER, .hp = 200, .shield = 150, .armor = 1, .radius = 1, .separation = .75f,
                  .speed = 2.25f, .sight = 10, .range = 7, .damage = 10, .bonus = 5, .bonus_to = LIGHT, .hits = 2,
                  .period = 1.5f, .blast = LINE, .gauge = 24},
    [HYDRALISK] = {.name = "hydralisk", .race = ZERG, .attributes = LIGHT | BIOLOGICAL, .hp = 80, .regen = .2734f,
                   .radius = .625f, .separation = .625f, .speed = 2.25f, .sight = 9, .range = 5, .damage = 12,
                   .hits = 1, .period = .83f, .gauge = 10},
    [ZERGLING] = {.name = "zergling", .race = ZERG, .attributes = LIGHT | BIOLOGICAL, .hp = 35, .regen = .2734f,
                  .radius = .375f, .separation = .375f, .speed = 2.9531f, .sight = 8, .range = .1f, .damage = 5,
                  .hits = 1, .period = .696f, .gauge = 11},
    [BANELING] = {.name = "baneling", .race = ZERG, .attributes = BIOLOGICAL, .hp = 30, .regen = .2734f,
                  .radius = .375f, .separation = .375f, .speed = 2.5f, .sight = 8, .range = .25f, .damage = 20,
                  .bonus = 15, .bonus_to = LIGHT, .hits = 1, .blast = BURST, .gauge = 1},
    [SPINE_CRAWLER] = {.name = "spine_crawler", .race = ZERG, .attributes = ARMORED | BIOLOGICAL | STRUCTURE,
                       .hp = 300, .armor = 2, .regen = .2734f, .radius = 1.1f, .separation = 1.1f, .sight = 11,
                       .range = 7, .damage = 25, .bonus = 5, .bonus_to = ARMORED, .hits = 1, .period = 1.85f,
                       .gauge = 15},
};
// clang-format on

static const char *const names[TYPES + 1] = {"marine",   "marauder",  "medivac",  "stalker",  "zealot",
                                             "colossus", "hydralisk", "zergling", "baneling", "spine_crawler"};

const char *const *skirmish_type_names(void) {
  return names;
}

int skirmish_type_find(const char *name) {
  for (int i = 0; i < TYPES; i++)
    if (strcmp(table[i].name, name) == 0) return i;
  return -1;
}

// SMAClite runs "normal" seconds with the numbers of "faster" ones: movement, weapons and regeneration 1.4 times as
// fast, shields, energy and healing as here.
void skirmish_types(bool smaclite, UnitType types[TYPES]) {
  const float haste = smaclite ? 1.4f : 1, ticks = 16;
  for (int i = 0; i < TYPES; i++) {
    types[i] = table[i];
    types[i].speed = table[i].speed * haste / ticks;
    types[i].regen = table[i].regen * haste / ticks;
    types[i].period = table[i].period * ticks / haste;
  }
}
