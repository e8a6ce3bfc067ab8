// Skirmish's scripted players: they keep to the mask where they say so, and are as good as they should be.
#include "unit/skirmish.h"

// heuristic_rest, kite, random and stop never step outside the mask, dead or alive, on either team.
START_TEST(scripts_keep_to_their_numbers) {
  const char *maps[] = {"MMM", "3s_vs_5z", "2c_vs_64zg", "10gen_zerg"};
  for (int m = 0; m < 4; m++)
    for (const CoScriptType *script = co_skirmish.scripts; script->name; script++) {
      Arena arena = arena_open(maps[m], "enemy=player illegal=error");
      const CoSpec *spec = co_world_spec(arena.world);
      bool bold = strcmp(script->name, "heuristic") == 0 || strcmp(script->name, "focus") == 0 ||
                  strcmp(script->name, "kite") == 0 || strcmp(script->name, "attack_move") == 0;
      for (int t = 0; t < 30 && co_env_ending(arena.env) == CO_PLAYING; t++) {
        arena_play(&arena, script);
        int most = bold ? skirmish_charge(arena_world(&arena)) : spec->actions - 1;
        for (int i = 0; i < spec->agents; i++) ck_assert(arena.actions[i] >= 0 && arena.actions[i] <= most);
      }
      arena_close(&arena);
    }
}
END_TEST

static double wins(const char *map, const char *script, int episodes) {
  Arena arena = arena_open(map, "");
  int won = 0;
  for (int k = 0; k < episodes; k++) {
    arena_episode(&arena, script);
    won += co_env_info(arena.env)[WON] > 0;
  }
  arena_close(&arena);
  return 100. * won / episodes;
}

// Random play loses, SMAC's heuristic wins some, focus fire wins on marines, kiting beats melee units.
START_TEST(better_scripts_win_more) {
  ck_assert(wins("3m", "random", 200) < 2);
  ck_assert(wins("8m", "random", 100) < 1);
  double heuristic = wins("3m", "heuristic", 200), focus = wins("3m", "focus", 200);
  ck_assert_msg(heuristic > 30 && heuristic < 90, "%g", heuristic);
  ck_assert_msg(focus > 85, "%g", focus);
  ck_assert(wins("3s_vs_3z", "heuristic", 50) < 10);
  ck_assert(wins("3s_vs_3z", "kite", 50) > 80);
}
END_TEST

// SMAC's heuristic: the nearest enemy anywhere, kept until it dies.
START_TEST(the_heuristic_keeps_its_target) {
  Arena arena = arena_open(ARMIES("marine", 1, "zealot", 2, "{kind = 'stand'}"), "spawn_jitter=0");
  const CoScriptType *script = arena_script("heuristic");
  State *state = arena_edit(&arena);
  state->unit[1].x = 8, state->unit[2].x = 7, state->unit[1].y = state->unit[2].y = 0;
  arena_commit(&arena);
  arena_play(&arena, script);
  ck_assert_int_eq(arena.actions[0], skirmish_chase(arena_world(&arena), 1));
  state = arena_edit(&arena);
  state->unit[1].x = 5;
  arena_commit(&arena);
  arena_play(&arena, script);
  ck_assert_int_eq(arena.actions[0], skirmish_chase(arena_world(&arena), 1));
  state = arena_edit(&arena);
  state->unit[2].hp = 0;
  arena_commit(&arena);
  arena_play(&arena, script);
  ck_assert_int_eq(arena.actions[0], skirmish_chase(arena_world(&arena), 0));
  ck_assert_int_eq(arena_unit(&arena, 0)->action, ACT_TARGET);
  arena_close(&arena);
}
END_TEST

START_TEST(marauders_leave_medivacs_alone) {
  Arena arena = arena_open("MMM", "spawn_jitter=0");
  State *state = arena_edit(&arena);
  state->unit[19].x = state->unit[0].x + 1, state->unit[19].y = state->unit[0].y;
  arena_commit(&arena);
  arena_play(&arena, arena_script("heuristic"));
  ck_assert_int_ne(arena_unit(&arena, 0)->target, 19); // a marauder
  ck_assert_int_eq(arena_unit(&arena, 2)->target, 19); // a marine
  ck_assert_int_eq(arena.actions[9], ACT_STOP);        // a medivac, nobody is hurt
  state = arena_edit(&arena);
  state->unit[4].hp = 20;
  arena_commit(&arena);
  arena_play(&arena, arena_script("heuristic"));
  ck_assert_int_eq(arena.actions[9], skirmish_chase(arena_world(&arena), 4));
  arena_close(&arena);
}
END_TEST

START_TEST(focus_takes_the_weakest_in_reach) {
  Arena arena = arena_open(ARMIES("marine", 1, "zealot", 3, "{kind = 'stand'}"), "spawn_jitter=0");
  State *state = arena_edit(&arena);
  for (int i = 1; i < 4; i++) state->unit[i].x = -8.f + 2 * (float)i, state->unit[i].y = 0;
  state->unit[2].hp = 30, state->unit[3].hp = 10, state->unit[3].x = 0; // the last one is out of reach
  arena_commit(&arena);
  arena_play(&arena, arena_script("focus"));
  ck_assert_int_eq(arena.actions[0], ACT_TARGET + 1);
  arena_close(&arena);
}
END_TEST

CO_TESTS(scripts_keep_to_their_numbers, better_scripts_win_more, the_heuristic_keeps_its_target,
         marauders_leave_medivacs_alone, focus_takes_the_weakest_in_reach)
