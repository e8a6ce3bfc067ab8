// Skirmish's mechanics tick by tick, against numbers worked out by hand from the unit table.
#include "unit/skirmish.h"

#define QUIET "spawn_jitter=0 cooldown_jitter=false"
#define PATIENT                                                                                                        \
  "return {limit = 100, terrain = 'open', order = {kind = 'stand'}, enemies = {{type = 'marine', count = 1, x = 30, "  \
  "y = 16}}, allies = {{type = 'marine', count = 1, x = 8, y = 16}, {type = 'medivac', count = 1, x = 10, y = 16}}}"

static void near(float found, double wanted) {
  ck_assert_msg(fabs((double)found - wanted) < 1e-4, "%.7g, not %.7g", (double)found, wanted);
}

START_TEST(units_move_at_their_speed) {
  const char *maps[] = {DUEL("marine", "marine"), DUEL("stalker", "marine"), PATIENT};
  const int agents[] = {0, 0, 1};
  const double far[] = {1.125, 1.47655, 1.375};
  const double way[4][2] = {{0, 1}, {0, -1}, {1, 0}, {-1, 0}};
  for (int m = 0; m < 3; m++)
    for (int fast = 0; fast < 2; fast++) {
      Arena arena = arena_open(maps[m], fast ? QUIET " clock=smaclite" : QUIET);
      for (int k = 0; k < 4; k++) {
        float x = arena_unit(&arena, agents[m])->x, y = arena_unit(&arena, agents[m])->y;
        arena_act(&arena, agents[m], ACT_NORTH + k);
        double length = fmin(far[m] * (fast ? 1.4 : 1), 2); // an order goes 2 cells
        near(arena_unit(&arena, agents[m])->x - x, way[k][0] * length);
        near(arena_unit(&arena, agents[m])->y - y, way[k][1] * length);
      }
      arena_close(&arena);
    }
}
END_TEST

// An order of 2 cells ends there: 14.2 ticks for a marine.
START_TEST(a_move_order_ends_at_its_point) {
  Arena arena = arena_open(DUEL("marine", "marine"), QUIET " step_mul=20");
  arena_act(&arena, 0, ACT_EAST);
  near(arena_unit(&arena, 0)->x, -6);
  arena_act(&arena, NOBODY, 0);
  near(arena_unit(&arena, 0)->x, -6);
  ck_assert_int_eq(arena_unit(&arena, 0)->order, IDLE);
  arena_close(&arena);
}
END_TEST

// 3m's ground ends at y = 24 (8 above the centre).
START_TEST(walls_stop_units_and_the_mask_knows) {
  Arena arena = arena_open("3m", QUIET);
  for (int i = 0; i < 12; i++) {
    uint8_t mask[9];
    ck_assert(co_env_available(arena.env, 1, mask, NULL));
    ck_assert_int_eq(mask[ACT_NORTH], arena_unit(&arena, 1)->y + 1 <= 8);
    if (!mask[ACT_NORTH]) break;
    arena_act(&arena, 1, ACT_NORTH);
    ck_assert(arena_unit(&arena, 1)->y <= 8);
  }
  ck_assert(arena_unit(&arena, 1)->y > 7);
  arena_close(&arena);
}
END_TEST

// Marines of radius .375 that start .05 apart: pushed into each other they stay .75 apart.
START_TEST(bodies_do_not_overlap) {
  Arena arena = arena_open(ARMIES("marine", 9, "marine", 1, "{kind = 'stand'}"), QUIET);
  for (int t = 0; t < 12; t++) {
    for (int i = 0; i < 9; i++) {
      float x = arena_unit(&arena, i)->x + 8, y = arena_unit(&arena, i)->y;
      arena.actions[i] = fabsf(x) < .1f && fabsf(y) < .1f ? ACT_STOP
                         : fabsf(x) > fabsf(y)            ? (x > 0 ? ACT_WEST : ACT_EAST)
                                                          : (y > 0 ? ACT_SOUTH : ACT_NORTH);
    }
    arena_step(&arena);
  }
  for (int i = 0; i < 9; i++)
    for (int j = 0; j < i; j++) {
      const Unit *a = arena_unit(&arena, i), *b = arena_unit(&arena, j);
      ck_assert_msg(hypotf(a->x - b->x, a->y - b->y) > .7f, "%d and %d", i, j);
    }
  arena_close(&arena);
}
END_TEST

static void stand(Arena *arena, int i, float x, float y) {
  State *state = arena_edit(arena);
  state->unit[i].x = x, state->unit[i].y = y;
  arena_commit(arena);
}

// Weapons reach from edge to edge: 5 + .375 + .375 between marines.
START_TEST(a_weapon_reaches_from_edge_to_edge) {
  for (int near_enough = 0; near_enough < 2; near_enough++) {
    Arena arena = arena_open(DUEL("marine", "marine"), QUIET " step_mul=1");
    stand(&arena, 0, 0, 0);
    stand(&arena, 1, near_enough ? 5.75f : 5.9f, 0);
    arena_act(&arena, 0, ACT_TARGET);
    near(arena_unit(&arena, 1)->hp, near_enough ? 39 : 45);
    near(arena_unit(&arena, 0)->x, near_enough ? 0 : 2.25 / 16); // else it walks there
    arena_close(&arena);
  }
}
END_TEST

// A marine fires every 13.7728 ticks: shots in ticks 1, 15, 29, 43 ... 1 + ceil(k * 13.7728).
START_TEST(weapons_keep_their_period) {
  Arena arena = arena_open(DUEL("marine", "colossus"), QUIET " step_mul=1");
  stand(&arena, 0, 0, 0);
  stand(&arena, 1, 5, 0);
  State *state = arena_edit(&arena);
  state->unit[1].cooldown = 1e6f;
  arena_commit(&arena);
  for (int tick = 1; tick <= 100; tick++) {
    arena_act(&arena, 0, ACT_TARGET);
    int shots = (int)floor((tick - 1) / 13.7728) + 1;
    near(arena_unit(&arena, 1)->shield, 150 - 6 * shots);
  }
  arena_close(&arena);
}
END_TEST

typedef struct Hit {
  const char *map;
  float hp, shield;              // of the target before
  double hp_after, shield_after; // after one attack
} Hit;

START_TEST(damage_takes_shields_first_then_hp_less_armor) {
  const Hit hits[] = {
      {DUEL("marine", "marine"), 45, 0, 39, 0},
      {DUEL("marine", "zealot"), 100, 50, 100, 44},        // shields have no armor
      {DUEL("marine", "zealot"), 100, 4, 99, 0},           // 6 - 4 - 1
      {DUEL("marine", "zealot"), 100, 5.5f, 99.5, 0},      // at least half a point
      {DUEL("marine", "zealot"), 100, 6, 100, 0},          // nothing left over
      {DUEL("marauder", "stalker"), 80, 0, 61, 0},         // 10 + 10 against armored, - 1
      {DUEL("zealot", "zealot"), 100, 50, 100, 34},        // 2 hits of 8
      {DUEL("zealot", "zealot"), 100, 10, 95, 0},          // 8; then 2 and 6 - 1
      {DUEL("stalker", "marauder"), 125, 0, 125 - 17, 0},  // 13 + 5 - 1
      {DUEL("zealot", "spine_crawler"), 300, 0, 288, 0},   // twice 8 - 2
      {DUEL("zergling", "spine_crawler"), 300, 0, 297, 0}, // 5 - 2
      {DUEL("spine_crawler", "stalker"), 80, 80, 80, 50},  // 25 + 5
      {DUEL("hydralisk", "hydralisk"), 80, 0, 68, 0},
  };
  for (size_t i = 0; i < sizeof hits / sizeof hits[0]; i++) {
    Arena arena = arena_open(hits[i].map, QUIET " step_mul=1");
    State *state = arena_edit(&arena);
    state->unit[0].x = 0, state->unit[1].x = 1.2f;
    state->unit[1].hp = hits[i].hp, state->unit[1].shield = hits[i].shield;
    state->unit[1].cooldown = 100;
    arena_commit(&arena);
    arena_act(&arena, 0, ACT_TARGET);
    float regen = skirmish_type(arena_world(&arena), arena_unit(&arena, 1))->regen;
    near(arena_unit(&arena, 1)->hp - regen, hits[i].hp_after);
    near(arena_unit(&arena, 1)->shield, hits[i].shield_after);
    arena_close(&arena);
  }
}
END_TEST

// Both shoot in the same tick, both die.
START_TEST(hits_of_one_tick_count_together) {
  Arena arena = arena_open(DUEL("marine", "marine"), QUIET " enemy=player");
  State *state = arena_edit(&arena);
  state->unit[0].x = -2, state->unit[1].x = 2;
  state->unit[0].hp = state->unit[1].hp = 3;
  arena_commit(&arena);
  arena.actions[0] = arena.actions[1] = ACT_TARGET;
  arena_step(&arena);
  ck_assert(arena_unit(&arena, 0)->hp == 0 && arena_unit(&arena, 1)->hp == 0);
  ck_assert(co_env_ending(arena.env) == CO_TERMINATED);
  ck_assert(co_env_info(arena.env)[DRAWN] == 1 && co_env_info(arena.env)[WON] == 0);
  arena_close(&arena);
}
END_TEST

// Hit in the first tick: 160 quiet ticks, then 1/8 a tick.
START_TEST(shields_recover_after_ten_seconds) {
  Arena arena = arena_open(DUEL("marine", "zealot"), QUIET " step_mul=1");
  stand(&arena, 0, 0, 0);
  stand(&arena, 1, 5, 0);
  arena_act(&arena, 0, ACT_TARGET);
  near(arena_unit(&arena, 1)->shield, 44);
  for (int tick = 1; tick <= 170; tick++) {
    if (co_env_ending(arena.env)) break;
    State *state = arena_edit(&arena);
    ((CoMoment *)(void *)arena.bytes)->clock = 0; // the battle must not run out of time
    state->unit[0].x = -10;
    arena_commit(&arena);
    arena_act(&arena, NOBODY, 0);
    near(arena_unit(&arena, 1)->shield, 44 + (tick > 160 ? (tick - 160) * .125 : 0));
  }
  arena_close(&arena);
}
END_TEST

START_TEST(zerg_heal_slowly) {
  Arena arena = arena_open(DUEL("hydralisk", "marine"), QUIET);
  State *state = arena_edit(&arena);
  state->unit[0].hp = 40;
  arena_commit(&arena);
  arena_act(&arena, NOBODY, 0);
  near(arena_unit(&arena, 0)->hp, 40 + .2734 / 2);
  arena_close(&arena);
}
END_TEST

// 9 hp a second for 3 energy a second, less .5625 a second that comes back.
START_TEST(a_medivac_turns_energy_into_hp) {
  Arena arena = arena_open(PATIENT, QUIET);
  State *state = arena_edit(&arena);
  state->unit[0].hp = 20;
  arena_commit(&arena);
  arena_act(&arena, 1, ACT_TARGET);
  near(arena_unit(&arena, 0)->hp, 24.5);
  near(arena_unit(&arena, 1)->energy, 50 - 1.5 + .28125);
  state = arena_edit(&arena);
  state->unit[0].hp = 44.5f;
  arena_commit(&arena);
  arena_act(&arena, 1, ACT_TARGET);
  near(arena_unit(&arena, 0)->hp, 45);
  near(arena_unit(&arena, 1)->energy, 48.78125 - .5 / 3 + .28125);
  state = arena_edit(&arena);
  state->unit[0].hp = 20, state->unit[1].energy = 0;
  arena_commit(&arena);
  arena_act(&arena, 1, ACT_TARGET); // what comes back in a tick heals 3 times as much in the next
  near(arena_unit(&arena, 0)->hp, 20 + 7 * .03515625 * 3);
  arena_close(&arena);
}
END_TEST

START_TEST(medivacs_heal_no_machines) {
  Arena arena = arena_open("return {limit = 100, terrain = 'open', order = {kind = 'stand'}, enemies = {{type = "
                           "'marine', count = 1, x = 30, y = 16}}, allies = {{type = 'stalker', count = 1, x = 8, y = "
                           "16}, {type = 'medivac', count = 1, x = 10, y = 16}}}",
                           QUIET);
  State *state = arena_edit(&arena);
  state->unit[0].hp = 20;
  arena_commit(&arena);
  arena_act(&arena, 1, ACT_TARGET);
  ck_assert(arena_unit(&arena, 0)->hp == 20 && arena_unit(&arena, 1)->energy == 50 + 8 * .03515625f);
  arena_close(&arena);
}
END_TEST

// Five zealots in a column before a colossus: the line hurts those whose bodies it meets, 1.4 + .5 to each side.
START_TEST(a_colossus_hits_along_a_line) {
  Arena arena = arena_open(ARMIES("colossus", 1, "zealot", 5, "{kind = 'stand'}"), QUIET " step_mul=1");
  const float places[5][2] = {{5, 0}, {5, 1.8f}, {5, -1.95f}, {5.6f, 1}, {5.7f, -1}};
  const bool hit[5] = {true, true, false, true, false};
  stand(&arena, 0, 0, 0);
  for (int i = 0; i < 5; i++) stand(&arena, 1 + i, places[i][0], places[i][1]);
  arena_act(&arena, 0, ACT_TARGET);
  for (int i = 0; i < 5; i++) near(arena_unit(&arena, 1 + i)->shield, hit[i] ? 20 : 50); // 2 hits of 10 + 5
  arena_close(&arena);
}
END_TEST

// A baneling bursts at .25 from edge to edge, hurts within 2.2 and spares its own side.
START_TEST(a_baneling_bursts) {
  Arena arena = arena_open(ARMIES("baneling", 2, "zealot", 3, "{kind = 'stand'}"), QUIET " step_mul=1");
  const float places[3] = {1, -2.6f, 2.75f};
  stand(&arena, 0, 0, 0);
  stand(&arena, 1, 0, 1);
  for (int i = 0; i < 3; i++) stand(&arena, 2 + i, places[i], 0);
  arena_act(&arena, 0, ACT_TARGET);
  ck_assert(arena_unit(&arena, 0)->hp == 0 && arena_unit(&arena, 1)->hp == 30);
  near(arena_unit(&arena, 2)->shield, 15);
  near(arena_unit(&arena, 3)->shield, 15);
  near(arena_unit(&arena, 4)->shield, 50);
  arena_close(&arena);
}
END_TEST

// The enemies' order: at 5.5 from edge to edge a marine turns from its way and shoots; allies never do of themselves.
START_TEST(attack_moving_enemies_pick_fights_and_allies_do_not) {
  Arena arena = arena_open("3m", QUIET);
  while (co_env_ending(arena.env) == CO_PLAYING) {
    arena_act(&arena, NOBODY, 0);
    for (int i = 0; i < 3; i++) ck_assert_int_eq(arena_unit(&arena, i)->order, IDLE);
  }
  ck_assert(co_env_info(arena.env)[DEAD_ALLIES] == 3 && co_env_info(arena.env)[DEAD_ENEMIES] == 0);
  ck_assert(co_env_rewards(arena.env)[0] == 0);
  for (int i = 3; i < 6; i++) ck_assert(arena_unit(&arena, i)->x < -.5f && arena_unit(&arena, i)->x > -3);
  arena_close(&arena);
}
END_TEST

// A target that is near is kept although another comes nearer, until it dies.
START_TEST(an_enemy_keeps_its_target) {
  Arena arena = arena_open(ARMIES("marine", 2, "marine", 1, "{kind = 'guard'}"), QUIET);
  stand(&arena, 0, 3, 1);
  stand(&arena, 1, 2, 0);
  arena_act(&arena, NOBODY, 0);
  ck_assert_int_eq(arena_unit(&arena, 2)->target, 0);
  stand(&arena, 1, 5, 0);
  arena_act(&arena, NOBODY, 0);
  ck_assert_int_eq(arena_unit(&arena, 2)->target, 0);
  State *state = arena_edit(&arena);
  state->unit[0].hp = 1;
  arena_commit(&arena);
  arena_act(&arena, 1, ACT_STOP);
  arena_act(&arena, 1, ACT_STOP);
  ck_assert_int_eq(arena_unit(&arena, 2)->target, 1);
  arena_close(&arena);
}
END_TEST

// A stalker at 6.4 edge to edge is out of a zealot's sight of foes; shot, the zealot comes.
START_TEST(an_enemy_answers_its_attacker) {
  Arena arena = arena_open(DUEL("stalker", "zealot"), QUIET);
  stand(&arena, 0, 1.2f, 0);
  for (int t = 0; t < 3; t++) {
    arena_act(&arena, 0, skirmish_chase(arena_world(&arena), 0));
    stand(&arena, 0, 1.2f, 0);
  }
  ck_assert_int_eq(arena_unit(&arena, 1)->target, NOBODY); // it stands, whatever happens
  arena_close(&arena);
  arena = arena_open(ARMIES("stalker", 1, "zealot", 1, "{kind = 'guard'}"), QUIET);
  stand(&arena, 0, 1.2f, 0);
  for (int t = 0; t < 3; t++) arena_act(&arena, 0, skirmish_chase(arena_world(&arena), 0));
  ck_assert_int_eq(arena_unit(&arena, 1)->target, 0);
  ck_assert(arena_unit(&arena, 1)->x < 8);
  arena_close(&arena);
}
END_TEST

START_TEST(hunters_come_from_anywhere) {
  Arena arena = arena_open(ARMIES("marine", 1, "zergling", 3, "{kind = 'hunt'}"), QUIET);
  int steps = 0;
  for (; co_env_ending(arena.env) == CO_PLAYING; steps++) arena_act(&arena, NOBODY, 0);
  ck_assert(steps > 10 && steps < 30 && co_env_info(arena.env)[DEAD_ALLIES] == 1);
  arena_close(&arena);
}
END_TEST

// Zerglings must walk around corridor's corner and 2c_vs_64zg's cliff.
START_TEST(walkers_find_the_way_around) {
  const char *maps[] = {"corridor", "2c_vs_64zg", "so_many_baneling"};
  for (int m = 0; m < 3; m++) {
    Arena arena = arena_open(maps[m], QUIET);
    int first = arena_world(&arena)->size[0], total = skirmish_total(arena_world(&arena));
    while (co_env_ending(arena.env) == CO_PLAYING) {
      arena_act(&arena, NOBODY, 0);
      for (int i = first; i < total; i++)
        ck_assert(skirmish_terrain_allows(&arena_world(&arena)->map.terrain, GROUND, arena_unit(&arena, i)->x,
                                          arena_unit(&arena, i)->y));
    }
    ck_assert_msg(co_env_ending(arena.env) == CO_TERMINATED, "%s", maps[m]);
    ck_assert(co_env_info(arena.env)[DEAD_ALLIES] == (float)first);
    arena_close(&arena);
  }
}
END_TEST

// Nobody is home: zerglings attack-moving from the upper room of corridor end at the point in the lower one.
START_TEST(an_attack_move_goes_to_its_point) {
  Arena arena = arena_open("corridor", QUIET);
  State *state = arena_edit(&arena);
  for (int i = 0; i < 6; i++) state->unit[i].x = 13, state->unit[i].y = -15; // far off, beyond walls
  arena_commit(&arena);
  for (int t = 0; t < 60; t++) arena_act(&arena, NOBODY, 0);
  for (int i = 6; i < 30; i++) {
    float dx = arena_unit(&arena, i)->x - (4.47f - 16), dy = arena_unit(&arena, i)->y - (4.33f - 16);
    ck_assert_msg(hypotf(dx, dy) < 3, "zergling %d is at %g, %g", i, (double)dx, (double)dy);
  }
  arena_close(&arena);
}
END_TEST

CO_TESTS(units_move_at_their_speed, a_move_order_ends_at_its_point, walls_stop_units_and_the_mask_knows,
         bodies_do_not_overlap, a_weapon_reaches_from_edge_to_edge, weapons_keep_their_period,
         damage_takes_shields_first_then_hp_less_armor, hits_of_one_tick_count_together,
         shields_recover_after_ten_seconds, zerg_heal_slowly, a_medivac_turns_energy_into_hp, medivacs_heal_no_machines,
         a_colossus_hits_along_a_line, a_baneling_bursts, attack_moving_enemies_pick_fights_and_allies_do_not,
         an_enemy_keeps_its_target, an_enemy_answers_its_attacker, hunters_come_from_anywhere,
         walkers_find_the_way_around, an_attack_move_goes_to_its_point)
