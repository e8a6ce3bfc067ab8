// Skirmish's interface against SMAC's: sizes, vectors, masks, on numbers worked out by hand.
#include "unit/skirmish.h"

// Sizes as published for SMAC's maps; worth = 10 a head + 200 + all enemies' hp and shield.
static const struct Row {
  const char *map;
  int agents, enemies, limit, obs, global, actions, worth;
} rows[] = {
    {"3m", 3, 3, 60, 30, 48, 9, 365},
    {"8m", 8, 8, 120, 80, 168, 14, 640},
    {"25m", 25, 25, 150, 250, 950, 31, 1575},
    {"5m_vs_6m", 5, 6, 70, 55, 98, 12, 530},
    {"8m_vs_9m", 8, 9, 120, 85, 179, 15, 695},
    {"10m_vs_11m", 10, 11, 150, 105, 243, 17, 805},
    {"27m_vs_30m", 27, 30, 180, 285, 1170, 36, 1850},
    {"MMM", 10, 10, 150, 160, 290, 16, 1015},
    {"MMM2", 10, 12, 180, 176, 322, 18, 1205},
    {"2s3z", 5, 5, 120, 80, 120, 11, 1020},
    {"3s5z", 8, 8, 150, 128, 216, 14, 1510},
    {"3s5z_vs_3s6z", 8, 9, 170, 136, 230, 15, 1670},
    {"3s_vs_3z", 3, 3, 150, 36, 54, 9, 680},
    {"3s_vs_4z", 3, 4, 200, 42, 61, 10, 840},
    {"3s_vs_5z", 3, 5, 250, 48, 68, 11, 1000},
    {"1c3s5z", 9, 9, 180, 162, 270, 15, 1870},
    {"2m_vs_1z", 2, 1, 150, 16, 26, 7, 360},
    {"corridor", 6, 24, 400, 156, 282, 30, 1280},
    {"6h_vs_8z", 6, 8, 150, 78, 140, 14, 1480},
    {"2s_vs_1sc", 2, 1, 300, 17, 27, 7, 510},
    {"so_many_baneling", 7, 32, 100, 202, 397, 38, 1480},
    {"bane_vs_bane", 24, 24, 200, 336, 984, 30, 1260},
    {"2c_vs_64zg", 2, 64, 400, 332, 342, 70, 3080},
};

START_TEST(the_sizes_of_all_maps_are_those_of_smac) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const struct Row *row = &rows[i];
    Arena arena = arena_open(row->map, "");
    const CoSpec *spec = co_world_spec(arena.world);
    ck_assert_msg(spec->agents == row->agents && arena_world(&arena)->size[1] == row->enemies, "%s", row->map);
    ck_assert_msg(spec->obs_size == row->obs, "%s: obs %d", row->map, spec->obs_size);
    ck_assert_msg(spec->global_size == row->global, "%s: global %d", row->map, spec->global_size);
    ck_assert_msg(spec->actions == row->actions && spec->episode_limit == row->limit, "%s", row->map);
    ck_assert_msg(arena_state(&arena)->worth[0] == (float)row->worth, "%s: worth %g", row->map,
                  (double)arena_state(&arena)->worth[0]);
    ck_assert_int_eq(spec->privileged_size, spec->obs_size);
    arena_close(&arena);
  }
}
END_TEST

// SMACv2, 5 against 5: 82 numbers without shields, 92 with; state 120 and 130.
START_TEST(the_sizes_of_drawn_battles_are_those_of_smac_v2) {
  const char *maps[] = {"10gen_terran", "10gen_zerg", "10gen_protoss"};
  for (int i = 0; i < 3; i++) {
    Arena arena = arena_open(maps[i], "");
    ck_assert_int_eq(co_world_spec(arena.world)->obs_size, i < 2 ? 82 : 92);
    ck_assert_int_eq(co_world_spec(arena.world)->global_size, i < 2 ? 120 : 130);
    arena_close(&arena);
    arena = arena_open(maps[i], "units=20 enemies=23");
    ck_assert_int_eq(co_world_spec(arena.world)->agents, 20);
    ck_assert_int_eq(co_world_spec(arena.world)->actions, 29);
    arena_close(&arena);
  }
}
END_TEST

static void check(const float *found, const float *wanted, int count) {
  for (int i = 0; i < count; i++)
    ck_assert_msg(fabsf(found[i] - wanted[i]) < 1e-6f, "number %d is %g, not %g", i, (double)found[i],
                  (double)wanted[i]);
}

// 2s3z: stalkers 0 and 1 and the zealots 2 to 4 of each side. Only ally 2 and enemies 0 and 4 are near ally 0.
static void place(Arena *arena) {
  State *state = arena_edit(arena);
  for (int i = 0; i < 10; i++) state->unit[i].x = 12, state->unit[i].y = (float)i - 4.5f;
  state->unit[0].x = state->unit[0].y = 0;
  state->unit[0].hp = 40, state->unit[0].shield = 20, state->unit[0].cooldown = 7;
  state->unit[2].x = -3, state->unit[2].y = -4, state->unit[2].hp = 25, state->unit[2].action = 3;
  state->unit[5].x = 6, state->unit[5].y = 0, state->unit[5].shield = 40;   // a stalker, distance 6: in reach
  state->unit[9].x = 0, state->unit[9].y = 8.9375f, state->unit[9].hp = 50; // a zealot in sight
  state->step = 30;
  arena_commit(arena);
}

START_TEST(an_observation_holds_what_smac_puts_there) {
  const float ninth = 1 / 9.f;
  for (int smac = 0; smac < 2; smac++) {
    Arena arena = arena_open("2s3z", smac ? "type_bits=smac" : "");
    place(&arena);
    float obs[80], wanted[80] = {1, 1, 1, 1}; // all moves are possible
    float *enemy = wanted + 4, *ally = wanted + 44, *own = wanted + 76;
    memcpy(enemy, (float[]){1, 6 * ninth, 6 * ninth, 0, 1, .5f, 1, 0}, 8 * sizeof(float));
    memcpy(enemy + 32, (float[]){0, 8.9375f * ninth, 0, 8.9375f * ninth, .5f, 1, 0, 1}, 8 * sizeof(float));
    if (smac) enemy[6] = 0, enemy[7] = 1, enemy[38] = 1, enemy[39] = 0; // zealots come first there
    memcpy(ally + 8, (float[]){1, 5 * ninth, -3 * ninth, -4 * ninth, .25f, 1, 0, 1}, 8 * sizeof(float));
    memcpy(own, (float[]){.5f, .25f, 1, 0}, 4 * sizeof(float));
    ck_assert(co_env_observe(arena.env, 0, obs, NULL));
    check(obs, wanted, 80);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(the_unrestricted_view_sees_the_whole_map) {
  Arena arena = arena_open("2s3z", "");
  place(&arena);
  float obs[80], all[80];
  ck_assert(co_env_observe(arena.env, 0, obs, NULL) && co_env_privileged(arena.env, 0, all, NULL));
  for (int i = 0; i < 80; i++) ck_assert(obs[i] == 0 || obs[i] == all[i]);
  const float *last = all + 4 + 8; // enemy 1: (12, 1.5)
  check(last, (float[]){0, sqrtf(144 + 2.25f) / 9, 12 / 9.f, 1.5f / 9, 1, 1, 1, 0}, 8);
  arena_close(&arena);
}
END_TEST

START_TEST(the_global_state_holds_what_smac_puts_there) {
  Arena arena = arena_open("2s3z", "state_timestep=true");
  place(&arena);
  ck_assert_int_eq(co_world_spec(arena.world)->global_size, 121);
  float global[121], ally[] = {.5f, 7 / 35.f, 0, 0, .25f, 1, 0}, enemy[] = {1, 6 / 32.f, 0, .5f, 1, 0};
  ck_assert(co_env_global(arena.env, 0, global, NULL));
  check(global, ally, 7);
  check(global + 14, (float[]){.25f, 0, -3 / 32.f, -4 / 16.f, 1, 0, 1}, 7);
  check(global + 35, enemy, 6);
  for (int i = 0; i < 55; i++) // last actions: 3 for ally 2, 0 for the others
    ck_assert(global[65 + i] == (i % 11 == (i / 11 == 2 ? 3 : 0)));
  ck_assert(global[120] == 30 / 120.f);
  arena_close(&arena);
}
END_TEST

START_TEST(settings_change_what_an_agent_sees) {
  const struct {
    const char *settings;
    int size;
  } variants[] = {{"", 80},
                  {"obs_last_action=true", 80 + 4 * 11},
                  {"obs_all_health=false", 80 - 2 * 9},
                  {"obs_own_health=false", 78},
                  {"obs_own_position=yes", 82},
                  {"obs_pathing=true", 88},
                  {"obs_timestep=fixed", 81},
                  {"obs_timestep=smac", 82}};
  for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
    Arena arena = arena_open("2s3z", variants[i].settings);
    float obs[128];
    ck_assert_msg(co_world_spec(arena.world)->obs_size == variants[i].size, "%s", variants[i].settings);
    place(&arena);
    ck_assert(co_env_observe(arena.env, 0, obs, NULL));
    if (strstr(variants[i].settings, "timestep")) ck_assert(obs[variants[i].size - 1] == .25f);
    if (strstr(variants[i].settings, "last_action")) ck_assert(obs[4 + 40 + 19 + 8 + 3] == 1);
    if (strstr(variants[i].settings, "position")) ck_assert(obs[78] == .5f && obs[79] == .5f);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(sight_ends_before_its_limit_and_reach_includes_it) {
  const float places[] = {5.9990234375f, 6, 6.0009765625f, 8.9990234375f, 9};
  Arena arena = arena_open(DUEL("marine", "marine"), "spawn_jitter=0");
  for (int i = 0; i < 5; i++) {
    State *state = arena_edit(&arena);
    state->unit[0].x = 0, state->unit[1].x = places[i];
    arena_commit(&arena);
    float obs[10];
    uint8_t mask[7];
    ck_assert(co_env_observe(arena.env, 0, obs, NULL) && co_env_available(arena.env, 0, mask, NULL));
    ck_assert_int_eq(mask[ACT_TARGET], places[i] <= 6);
    ck_assert_int_eq(obs[4 + 1] > 0, places[i] < 9);
    ck_assert(obs[4] == (float)mask[ACT_TARGET]);
  }
  arena_close(&arena);
}
END_TEST

START_TEST(unit_ranges_are_each_types_own) {
  Arena arena = arena_open(DUEL("zealot", "colossus"), "ranges=unit spawn_jitter=0");
  State *state = arena_edit(&arena);
  state->unit[0].x = 0, state->unit[1].x = 2.0625f;
  arena_commit(&arena);
  uint8_t mask[7];
  ck_assert(co_env_available(arena.env, 0, mask, NULL));
  ck_assert_int_eq(mask[ACT_TARGET], 0); // melee units reach 2
  ck_assert(skirmish_reach(arena_world(&arena), arena_unit(&arena, 0)) == 2);
  ck_assert(skirmish_reach(arena_world(&arena), arena_unit(&arena, 1)) == 7);
  arena_close(&arena);
}
END_TEST

START_TEST(the_dead_see_nothing_and_do_nothing) {
  Arena arena = arena_open("2s3z", "");
  State *state = arena_edit(&arena);
  state->unit[1].hp = state->unit[1].shield = 0;
  arena_commit(&arena);
  float obs[80], global[120];
  uint8_t mask[11];
  ck_assert(co_env_observe(arena.env, 1, obs, NULL) && co_env_available(arena.env, 1, mask, NULL));
  ck_assert(co_env_global(arena.env, 0, global, NULL));
  for (int i = 0; i < 80; i++) ck_assert(obs[i] == 0);
  for (int i = 0; i < 7; i++) ck_assert(global[7 + i] == 0);
  for (int i = 0; i < 11; i++) ck_assert_int_eq(mask[i], i == ACT_NONE);
  ck_assert(!co_env_alive(arena.env, 1) && co_env_alive(arena.env, 0));
  ck_assert(co_env_privileged(arena.env, 1, obs, NULL));
  for (int i = 0; i < 80; i++) ck_assert(obs[i] == 0);
  ck_assert(co_env_available(arena.env, 0, mask, NULL));
  ck_assert(!mask[ACT_NONE] && mask[ACT_STOP]);
  arena_close(&arena);
}
END_TEST

// MMM: agent 9 is the medivac, whose actions name the 10 allies; itself it cannot heal.
START_TEST(a_medivac_heals_where_others_attack) {
  Arena arena = arena_open("MMM", "");
  State *state = arena_edit(&arena);
  for (int i = 0; i < 10; i++) state->unit[i].x = i < 5 ? 0.f : -7.f, state->unit[i].y = 0;
  state->unit[9].x = 0;
  state->unit[1].hp = 0;
  arena_commit(&arena);
  uint8_t mask[16];
  ck_assert(co_env_available(arena.env, 9, mask, NULL));
  for (int k = 0; k < 10; k++) ck_assert_int_eq(mask[ACT_TARGET + k], k < 5 && k != 1);
  arena_close(&arena);
}
END_TEST

START_TEST(an_illegal_action_is_an_error_or_a_stop) {
  CoError error = {""};
  Arena arena = arena_open("3m", "");
  int attack[3] = {1, ACT_TARGET, 1};
  ck_assert(!co_env_step(arena.env, &(CoActions){.discrete = attack}, &error));
  ck_assert_str_eq(error.text, "action 6 (attack or heal) of agent 1, a living marine, is not available in step 0");
  arena_close(&arena);
  arena = arena_open("3m", "illegal=stop");
  ck_assert(co_env_step(arena.env, &(CoActions){.discrete = attack}, &error));
  ck_assert_int_eq(arena_unit(&arena, 1)->action, ACT_STOP);
  ck_assert(co_env_info(arena.env)[ILLEGAL] == 1);
  arena_close(&arena);
}
END_TEST

START_TEST(agents_of_a_type_have_one_kind) {
  Arena arena = arena_open("MMM2", "enemy=player");
  const CoSpec *spec = co_world_spec(arena.world);
  ck_assert_int_eq(spec->teams, 2);
  ck_assert_int_eq(spec->agents, 22);
  for (int i = 0; i < 22; i++) {
    ck_assert_int_eq(spec->kind[i], arena_unit(&arena, i)->type);
    ck_assert_int_eq(spec->team[i], i >= 10);
  }
  ck_assert_int_eq(spec->kind[0], MARAUDER);
  ck_assert_int_eq(spec->kind[9], MEDIVAC);
  arena_close(&arena);
}
END_TEST

CO_TESTS(the_sizes_of_all_maps_are_those_of_smac, the_sizes_of_drawn_battles_are_those_of_smac_v2,
         an_observation_holds_what_smac_puts_there, the_unrestricted_view_sees_the_whole_map,
         the_global_state_holds_what_smac_puts_there, settings_change_what_an_agent_sees,
         sight_ends_before_its_limit_and_reach_includes_it, unit_ranges_are_each_types_own,
         the_dead_see_nothing_and_do_nothing, a_medivac_heals_where_others_attack,
         an_illegal_action_is_an_error_or_a_stop, agents_of_a_type_have_one_kind)
