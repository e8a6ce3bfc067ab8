// Experience and exact models on the project's own environments, with answers known beforehand.
#include "suite.h"
#include "worlds.h"

#include "cohort/decisions.h"
#include "cohort/model.h"

// Optimal values at gamma 1, where every policy's play ends.
static double value_of_start(const CoModel *model) {
  double *value = calloc((size_t)model->states, sizeof *value), change = 1;
  while (change > 1e-14) {
    change = 0;
    for (int s = 0; s < model->states; s++) {
      double best = 0;
      for (int a = 0; a < model->actions; a++) {
        double sum = 0;
        int pair = s * model->actions + a;
        for (int64_t i = model->first[pair]; i < model->first[pair + 1]; i++)
          sum += model->probability[i] * (model->reward[i] + (model->terminated[i] ? 0 : value[model->next[i]]));
        if (sum > best) best = sum;
      }
      change += best - value[s];
      value[s] = best;
    }
  }
  double start = 0;
  for (int s = 0; s < model->states; s++) start += model->start[s] * value[s];
  free(value);
  return start;
}

static CoWorld *world_named(const char *name, const char *const *settings) {
  CoRegistry registry;
  const char *variant;
  unsigned char config[1024]; // the largest is a data file's name
  co_registry_init(&registry);
  const CoEnvType *type = co_find_env(&registry, name, &variant, NULL);
  ck_assert(type && type->settings.bytes <= sizeof config);
  co_settings_defaults(&type->settings, config);
  for (; settings && *settings; settings += 2)
    ck_assert(co_settings_set(&type->settings, config, settings[0], settings[1], NULL));
  return co_world_open(type, config, NULL);
}

static double solve(const char *map, const char *slippery) {
  CoWorld *world = world_named("FrozenLake-v1", (const char *const[]){"map", map, "slippery", slippery, NULL});
  CoModel *model = co_model_create(world, NULL);
  ck_assert_ptr_nonnull(model);
  double start = value_of_start(model);
  co_model_destroy(model);
  co_world_close(world);
  return start;
}

START_TEST(frozen_lake_has_its_known_value) {
  ck_assert_double_eq_tol(solve("4x4", "true"), 14.0 / 17, 1e-9);
  ck_assert_double_eq_tol(solve("4x4", "false"), 1, 1e-12);
  ck_assert_double_eq_tol(solve("8x8", "false"), 1, 1e-12);
  ck_assert_double_eq_tol(solve("8x8", "true"), 1, 1e-6); // hugging the upper and the right edge never falls in
}
END_TEST

typedef struct Game {
  CoWorld *world;
  CoVecEnv *vec;
  CoDecisions *seats[2];
  CoDecision last[2]; // the seat's newest row
  int rows[2];
} Game;

// Plays the moves, each by whose turn it is.
static Game play_moves(const int *moves, int count, double gamma) {
  Game game = {.world = world_named("tictactoe", NULL)};
  game.vec = co_vecenv_create(game.world, 1, CO_VIEW_ALL, NULL, 1, "env", NULL);
  for (int s = 0; s < 2; s++)
    game.seats[s] = co_decisions_create(game.world, s, &(CoDecisionsConfig){1, 1, gamma, false, 0}, NULL);
  ck_assert(co_vecenv_restart(game.vec, NULL));
  for (int i = 0; i < count; i++) {
    CoActions actions = {(const int[]){moves[i], moves[i]}, NULL};
    for (int s = 0; s < 2; s++) co_decisions_before(game.seats[s], game.vec, &actions, NULL);
    ck_assert(co_vecenv_step(game.vec, &actions, NULL));
    for (int s = 0; s < 2; s++) {
      int rows;
      co_decisions_after(game.seats[s], game.vec);
      const CoDecision *row = co_decisions_rows(game.seats[s], &rows);
      if (rows) game.last[s] = *row;
      game.rows[s] += rows;
    }
  }
  return game;
}

static void end(Game *game) {
  co_decisions_destroy(game->seats[0]);
  co_decisions_destroy(game->seats[1]);
  co_vecenv_destroy(game->vec);
  co_world_close(game->world);
}

// X . .    The loser's last row is its own move, and holds what X's answer brought.
// X O .
// X . O
START_TEST(the_loser_is_told) {
  Game game = play_moves((const int[]){0, 4, 3, 8, 6}, 5, 0.5);
  ck_assert_int_eq(co_vecenv_ending(game.vec)[0], CO_TERMINATED);
  ck_assert_int_eq(game.rows[0], 3);
  ck_assert_int_eq(game.rows[1], 2);
  ck_assert_int_eq(game.last[0].action, 6);
  ck_assert_float_eq(game.last[0].reward, 1);
  ck_assert_int_eq(game.last[0].ticks, 1);
  ck_assert_float_eq(game.last[0].discount, 0);
  ck_assert_int_eq(game.last[1].action, 8);
  ck_assert_float_eq(game.last[1].reward, -0.5f);
  ck_assert_int_eq(game.last[1].ticks, 2);
  ck_assert_float_eq(game.last[1].discount, 0);
  end(&game);
}
END_TEST

START_TEST(a_move_lasts_until_the_next_own_one) {
  Game game = play_moves((const int[]){0, 4}, 2, 0.5);
  const CoDecision *row = &game.last[0];
  ck_assert_int_eq(game.rows[0], 1);
  ck_assert_int_eq(game.rows[1], 0);
  ck_assert_float_eq(row->discount, 0.25f);
  ck_assert_float_eq(row->reward, 0);
  ck_assert_int_eq(row->index, 0);
  ck_assert_float_eq(row->obs[0], 0);
  ck_assert_float_eq(row->next_obs[0], 1);     // its own stone
  ck_assert_float_eq(row->next_obs[9 + 4], 1); // and the other's answer
  ck_assert_int_eq(row->next_index, 6561 + 2 * 81);
  ck_assert(!row->next_mask[0] && !row->next_mask[4] && row->next_mask[3]);
  end(&game);
}
END_TEST

START_TEST(a_draw_pays_nobody) {
  Game game = play_moves((const int[]){0, 1, 2, 4, 3, 5, 7, 6, 8}, 9, 1);
  ck_assert_int_eq(co_vecenv_ending(game.vec)[0], CO_TERMINATED);
  for (int s = 0; s < 2; s++) {
    ck_assert_float_eq(game.last[s].reward, 0);
    ck_assert_float_eq(game.last[s].discount, 0);
  }
  end(&game);
}
END_TEST

// The rewards of all rows add up to the rewards of all steps, in every environment.
static void check_sums(const char *name, const CoWorld *world, void *user) {
  (void)user;
  CoRandomPlay random = random_begin(world, 2, NULL);
  CoDecisions *seats[16];
  const CoSpec *spec = co_world_spec(world);
  double told[16] = {0}, paid[16] = {0}, size = 1;
  for (int s = 0; s < spec->teams; s++)
    seats[s] = co_decisions_create(world, s, &(CoDecisionsConfig){2, 1, 1, false, 0}, NULL);
  for (int ended = 0, limit = 4000; ended < 4 && limit > 0; limit--) {
    ck_assert(co_vecenv_restart(random.vec, NULL));
    CoActions actions = co_random_actions(&random);
    for (int s = 0; s < spec->teams; s++) co_decisions_before(seats[s], random.vec, &actions, NULL);
    ck_assert(co_vecenv_step(random.vec, &actions, NULL));
    ended += 2 - co_vecenv_running(random.vec);
    for (int s = 0; s < spec->teams; s++) {
      int rows, first = co_world_first(world, s), agents = co_world_team(world, s)->agents;
      co_decisions_after(seats[s], random.vec);
      const CoDecision *row = co_decisions_rows(seats[s], &rows);
      for (int k = 0; k < rows; k++) told[s] += (double)row[k].reward;
      for (int k = 0; k < 2 * agents; k++)
        paid[s] += (double)co_vecenv_rewards(random.vec)[k / agents * spec->agents + first + k % agents];
      size += paid[s] < 0 ? -paid[s] : paid[s];
    }
  }
  for (int s = 0; s < spec->teams; s++) {
    double waiting = told[s] - paid[s];
    co_decisions_destroy(seats[s]);
    if (co_vecenv_running(random.vec) == 0 && (waiting > 1e-4 * size || waiting < -1e-4 * size))
      ck_abort_msg("%s: team %d was told %g and paid %g", name, s, told[s], paid[s]);
  }
  co_random_end(&random);
}

START_TEST(nothing_is_lost_or_paid_twice) {
  worlds_each(check_sums, NULL);
}
END_TEST

CO_TESTS(frozen_lake_has_its_known_value, the_loser_is_told, a_move_lasts_until_the_next_own_one, a_draw_pays_nobody,
         nothing_is_lost_or_paid_twice)
