// Skirmish favours neither side: mirrored play draws exactly, and with random delays wins as often as it loses.
#include "unit/skirmish.h"

static const char *const scripts[] = {"attack_move", "heuristic", "heuristic_rest", "focus", "kite", NULL};

START_TEST(mirrored_play_draws_exactly) {
  const char *maps[] = {"3m", "8m", "25m", "2s3z", "3s5z", "1c3s5z", "MMM", "bane_vs_bane"};
  for (int m = 0; m < 8; m++) {
    Arena arena = arena_open(maps[m], "enemy=player spawn_jitter=0 cooldown_jitter=false");
    for (int k = 0; scripts[k]; k++) {
      arena_episode(&arena, scripts[k]);
      const float *info = co_env_info(arena.env);
      ck_assert_msg(info[WON] == 0 && info[DEAD_ALLIES] == info[DEAD_ENEMIES], "%s, %s", maps[m], scripts[k]);
      ck_assert(co_env_ending(arena.env) == CO_TRUNCATED || info[DRAWN] == 1);
    }
    arena_close(&arena);
  }
}
END_TEST

static void same(const float *a, const float *b, int count) {
  for (int i = 0; i < count; i++) ck_assert_msg(a[i] == b[i], "number %d: %g and %g", i, (double)a[i], (double)b[i]);
}

START_TEST(both_teams_see_the_same_in_mirrored_play) {
  Arena arena = arena_open("2s3z", "enemy=player spawn_jitter=0 cooldown_jitter=false obs_last_action=true");
  int size = co_world_spec(arena.world)->obs_size, steps = 0;
  float *a = malloc((size_t)size * sizeof *a), *b = malloc((size_t)size * sizeof *b), global[2][120];
  uint8_t masks[2][11];
  for (; co_env_ending(arena.env) == CO_PLAYING; steps++) {
    for (int i = 0; i < 5; i++) {
      ck_assert(co_env_observe(arena.env, i, a, NULL) && co_env_observe(arena.env, 5 + i, b, NULL));
      same(a, b, size);
      ck_assert(co_env_privileged(arena.env, i, a, NULL) && co_env_privileged(arena.env, 5 + i, b, NULL));
      same(a, b, size);
      ck_assert(co_env_available(arena.env, i, masks[0], NULL) && co_env_available(arena.env, 5 + i, masks[1], NULL));
      ck_assert_mem_eq(masks[0], masks[1], sizeof masks[0]);
    }
    for (int t = 0; t < 2; t++) ck_assert(co_env_global(arena.env, t, global[t], NULL));
    same(global[0], global[1], 120);
    arena_play(&arena, arena_script("heuristic_rest"));
    ck_assert(co_env_rewards(arena.env)[0] == co_env_rewards(arena.env)[9]);
  }
  ck_assert_int_gt(steps, 30);
  free(a), free(b);
  arena_close(&arena);
}
END_TEST

static double balance(const char *map, const char *script, int episodes) {
  Arena arena = arena_open(map, "enemy=player");
  int wins = 0, losses = 0;
  for (int k = 0; k < episodes; k++) {
    arena_episode(&arena, script);
    const float *info = co_env_info(arena.env);
    bool lost = co_env_ending(arena.env) == CO_TERMINATED && info[WON] == 0 && info[DRAWN] == 0;
    wins += info[WON] > 0;
    losses += lost;
  }
  arena_close(&arena);
  ck_assert_msg(wins > episodes / 4 && losses > episodes / 4, "%s: %d wins, %d losses", map, wins, losses);
  return 100. * (wins - losses) / episodes;
}

START_TEST(wins_and_losses_balance) {
  ck_assert(fabs(balance("3m", "attack_move", 4000)) < 3);
  ck_assert(fabs(balance("2s3z", "heuristic", 4000)) < 3);
}
END_TEST

CO_TESTS(mirrored_play_draws_exactly, both_teams_see_the_same_in_mirrored_play, wins_and_losses_balance)
