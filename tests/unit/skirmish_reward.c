// Skirmish's rewards: SMAC's with its quirk, ours that cannot be farmed, and who has won.
#include "unit/skirmish.h"

#define QUIET "spawn_jitter=0 cooldown_jitter=false "

static float paid(const Arena *arena) {
  return co_env_rewards(arena->env)[0];
}

static void near(float found, double wanted) {
  ck_assert_msg(fabs((double)found - wanted) < 1e-5, "%.7g, not %.7g", (double)found, wanted);
}

START_TEST(killing_all_without_recovery_returns_20) {
  const char *rewards[] = {"reward=fixed", "reward=smac"};
  for (int k = 0; k < 2; k++) {
    Arena arena = arena_open("3m", rewards[k]);
    int won = 0;
    for (int episode = 0; episode < 30; episode++) {
      double total = arena_episode(&arena, "focus");
      if (co_env_info(arena.env)[WON] > 0) won++, ck_assert(fabs(total - 20) < 1e-5);
      if (co_env_info(arena.env)[WON] <= 0) ck_assert(total < 20 - 200 / 365. * 20 + 1e-5);
    }
    ck_assert_int_ge(won, 20);
    arena_close(&arena);
  }
}
END_TEST

// A stalker shoots a zealot's shield down, waits until 10 points or so have come back, and kills it.
START_TEST(only_ours_returns_20_when_shields_recover) {
  const char *rewards[] = {QUIET "reward=fixed", QUIET "reward=smac"};
  for (int k = 0; k < 2; k++) {
    Arena arena = arena_open(DUEL("stalker", "zealot"), rewards[k]);
    State *state = arena_edit(&arena);
    state->unit[0].x = 3;
    arena_commit(&arena);
    double total = 0, recovered = 0;
    for (int t = 0; co_env_ending(arena.env) == CO_PLAYING; t++) {
      float before = arena_unit(&arena, 1)->shield;
      arena_act(&arena, 0, t < 12 || t >= 42 ? ACT_TARGET : ACT_STOP);
      total += (double)paid(&arena);
      if (t >= 12 && t < 42) recovered += (double)(arena_unit(&arena, 1)->shield - before);
    }
    ck_assert(co_env_info(arena.env)[WON] == 1 && recovered > 5);
    near((float)total, k ? 20 + 2 * recovered * 20 / 360 : 20);
    arena_close(&arena);
  }
}
END_TEST

// A zealot whose shield has sunk to 10 and recovers a point in 8 ticks. Worth: 10 + 200 + 150.
static Arena recovering(const char *settings) {
  Arena arena = arena_open(DUEL("marine", "zealot"), settings);
  State *state = arena_edit(&arena);
  state->unit[1].shield = 10, state->unit[1].least = 110;
  arena_commit(&arena);
  return arena;
}

START_TEST(a_recovering_shield_pays_only_in_smac) {
  const char *settings[] = {QUIET "reward=smac", QUIET "reward=fixed", QUIET "reward=smac_negative",
                            QUIET "reward=sparse"};
  const double wanted[] = {20 / 360., 0, -20 / 360., 0};
  for (int k = 0; k < 4; k++) {
    Arena arena = recovering(settings[k]);
    arena_act(&arena, NOBODY, 0);
    near(paid(&arena), wanted[k]);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(the_same_health_is_not_paid_for_twice) {
  Arena arena = recovering(QUIET "step_mul=1");
  State *state = arena_edit(&arena);
  state->unit[1].shield = 19, state->unit[0].x = 3;
  arena_commit(&arena);
  double total = 0;
  for (int tick = 0; tick < 29; tick++) { // shots in ticks 1, 15 and 29: 19, 13, 7, 1
    arena_act(&arena, 0, ACT_TARGET);
    total += (double)paid(&arena);
    if (tick == 0) ck_assert(paid(&arena) == 0);
    if (tick == 14) near(paid(&arena), 3 * 20 / 360.); // 13 to 7, of which 10 to 7 is new
  }
  near((float)total, 9 * 20 / 360.);
  arena_close(&arena);
}
END_TEST

START_TEST(losses_count_where_settings_say_so) {
  const char *settings[] = {QUIET "step_mul=1 reward=smac_negative",
                            QUIET "step_mul=1 reward=smac_negative reward_loss=1", QUIET "step_mul=1 reward=smac",
                            QUIET "step_mul=1 reward=smac_negative reward_scale=0"};
  const double wanted[] = {-3 * 20 / 255., -6 * 20 / 255., 0, -3};
  for (int k = 0; k < 4; k++) {
    Arena arena = arena_open(DUEL("marine", "marine"), settings[k]);
    State *state = arena_edit(&arena);
    state->unit[0].x = 4;
    arena_commit(&arena);
    arena_act(&arena, NOBODY, 0);
    ck_assert(arena_unit(&arena, 0)->hp == 39);
    near(paid(&arena), wanted[k]);
    ck_assert(co_env_info(arena.env)[DAMAGE_TAKEN] == 6 && co_env_info(arena.env)[DAMAGE_DEALT] == 0);
    arena_close(&arena);
  }
}
END_TEST

// Both have 3 hp left and face each other; `cooldown` keeps one of them, or none, from firing.
static Arena showdown(const char *settings, int late) {
  Arena arena = arena_open(DUEL("marine", "marine"), settings);
  State *state = arena_edit(&arena);
  for (int i = 0; i < 2; i++) state->unit[i].x = i ? 2.f : -2.f, state->unit[i].hp = 3, state->unit[i].least = 3;
  if (late >= 0) state->unit[late].cooldown = 50;
  arena_commit(&arena);
  arena_act(&arena, 0, ACT_TARGET);
  return arena;
}

START_TEST(wins_defeats_and_draws_are_told_apart) {
  const struct {
    const char *settings;
    int late;
    double reward;
    int won, drawn;
  } cases[] = {
      {QUIET "reward=fixed", 1, 213 * 20 / 255., 1, 0},
      {QUIET "reward=fixed", 0, 0, 0, 0},
      {QUIET "reward=fixed", NOBODY, 13 * 20 / 255., 0, 1},
      {QUIET "reward=smac", 1, 213 * 20 / 255., 1, 0},
      {QUIET "reward=sparse", 1, 1, 1, 0},
      {QUIET "reward=sparse", 0, -1, 0, 0},
      {QUIET "reward=sparse", NOBODY, 0, 0, 1},
      {QUIET "reward=fixed reward_defeat=-51", 0, -51 * 20 / 255., 0, 0},
      {QUIET "reward=fixed reward_win=0 reward_death=0", 1, 3 * 20 / 45., 1, 0},
  };
  for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    Arena arena = showdown(cases[k].settings, cases[k].late);
    ck_assert_int_eq(co_env_ending(arena.env), CO_TERMINATED);
    near(paid(&arena), cases[k].reward);
    ck_assert(co_env_info(arena.env)[WON] == (float)cases[k].won);
    ck_assert(co_env_info(arena.env)[DRAWN] == (float)cases[k].drawn);
    arena_close(&arena);
  }
}
END_TEST

START_TEST(medivacs_alone_cannot_go_on) {
  Arena arena = arena_open("MMM", QUIET);
  State *state = arena_edit(&arena);
  for (int i = 10; i < 19; i++) state->unit[i].hp = 0;
  arena_commit(&arena);
  arena_act(&arena, NOBODY, 0);
  ck_assert(co_env_ending(arena.env) == CO_TERMINATED && co_env_info(arena.env)[WON] == 1);
  ck_assert(arena_unit(&arena, 19)->hp == 150);
  near(paid(&arena), 200 * 20 / 1015.);
  arena_close(&arena);
}
END_TEST

START_TEST(both_teams_have_their_own_reward) {
  Arena arena = arena_open(ARMIES("marine", 2, "zealot", 1, "{kind = 'stand'}"), QUIET "enemy=player step_mul=1");
  State *state = arena_edit(&arena);
  state->unit[0].x = 5, state->unit[1].x = 7.2f, state->unit[1].y = 0;
  arena_commit(&arena);
  for (int i = 0; i < 3; i++) arena.actions[i] = i < 2 ? ACT_TARGET : ACT_TARGET + 1;
  arena_step(&arena);
  const float *rewards = co_env_rewards(arena.env);
  near(rewards[0], 12 * 20 / 360.);
  near(rewards[1], 12 * 20 / 360.);
  near(rewards[2], 16 * 20 / 310.); // 2 marines: 20 + 200 + 90
  arena_close(&arena);
}
END_TEST

CO_TESTS(killing_all_without_recovery_returns_20, only_ours_returns_20_when_shields_recover,
         a_recovering_shield_pays_only_in_smac, the_same_health_is_not_paid_for_twice,
         losses_count_where_settings_say_so, wins_defeats_and_draws_are_told_apart, medivacs_alone_cannot_go_on,
         both_teams_have_their_own_reward)
