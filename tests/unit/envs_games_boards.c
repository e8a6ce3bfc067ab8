// Connect four, hex, othello and tic-tac-toe: published counts of their courses, rules by hand, exact values by
// minimax; and minimax itself against plain enumeration.
#include <math.h>
#include <string.h>

#include "planning.h"

#include "cohort/minimax.h"

extern const CoEnvType co_connect4, co_hex, co_othello, co_tictactoe;

static CoWorld *open(const CoEnvType *type, const char *settings) {
  CoError error;
  CoWorld *world = plan_world(type, settings, NULL, &error);
  if (!world) ck_abort_msg("%s", error.text);
  return world;
}

static CoEnv *begin(const CoWorld *world) {
  CoEnv *env = co_env_create(world, 1, NULL);
  ck_assert(env && co_env_reset(env, NULL));
  return env;
}

static void act(CoEnv *env, int action) {
  const int actions[2] = {action, action};
  uint8_t mask[128];
  ck_assert_int_eq(co_env_ending(env), CO_PLAYING);
  ck_assert(co_env_available(env, co_env_mover(env), mask, NULL) && mask[action]);
  ck_assert(co_env_step(env, &(CoActions){actions, NULL}, NULL));
}

static CoEnv *play(const CoWorld *world, const int *moves, int count) {
  CoEnv *env = begin(world);
  for (int i = 0; i < count; i++) act(env, moves[i]);
  return env;
}

// Courses of `depth` moves that have not ended before.
static int64_t courses(const CoWorld *world, const unsigned char *state, int depth) {
  enum { STATE = 128, ACTIONS = 128 };
  const CoEnvType *type = co_world_type(world);
  uint8_t mask[ACTIONS] = {0};
  int64_t sum = 0;
  int mover = co_world_mover(world, state);
  if (!depth) return 1;
  ck_assert(co_world_available(world, NULL, state, mover, mask, NULL));
  for (int a = 0; a < co_world_spec(world)->actions; a++) {
    if (!mask[a]) continue;
    _Alignas(16) unsigned char next[STATE];
    float rewards[2] = {0};
    CoOutcome outcome = {rewards, NULL, false};
    ck_assert_uint_le(co_world_state_bytes(world), sizeof next);
    memcpy(next, state, co_world_state_bytes(world));
    type->step(co_world_self(world), NULL, next, &(CoActions){(int[]){a, a}, NULL}, NULL, &outcome, NULL);
    ck_assert_float_eq(rewards[0], -rewards[1]);
    if (!outcome.terminated || depth == 1) sum += courses(world, next, depth - 1);
  }
  return sum;
}

static void counts(const CoEnvType *type, const char *settings, const int *expected, int depth) {
  CoWorld *world = open(type, settings);
  CoEnv *env = begin(world);
  for (int i = 0; i < depth; i++) ck_assert_int_eq((int)courses(world, co_env_state(env), i + 1), expected[i]);
  co_env_destroy(env);
  co_world_close(world);
}

START_TEST(courses_are_as_many_as_published) {
  counts(&co_tictactoe, "", (int[]){9, 72, 504, 3024, 15120, 54720, 148176, 200448, 127872}, 9);
  counts(&co_connect4, "", (int[]){7, 49, 343, 2401, 16807, 117649, 823536}, 7);
  counts(&co_othello, "size=8", (int[]){4, 12, 56, 244, 1396, 8200}, 6);
}
END_TEST

static float value_of(const CoEnvType *type, const char *settings, CoMinimaxConfig config, int64_t *nodes) {
  CoError error;
  CoWorld *world = open(type, settings);
  CoEnv *env = begin(world);
  CoMinimax *minimax = co_minimax_create(world, &config, &error);
  float value;
  if (!minimax || !co_minimax_value(minimax, co_env_state(env), &value, NULL, &error)) ck_abort_msg("%s", error.text);
  if (nodes) *nodes = co_minimax_nodes(minimax);
  co_minimax_destroy(minimax);
  co_env_destroy(env);
  co_world_close(world);
  return value;
}

START_TEST(minimax_visits_the_whole_tree_of_tic_tac_toe) {
  int64_t plain, pruned, remembered;
  ck_assert_float_eq(value_of(&co_tictactoe, "", (CoMinimaxConfig){false, 0, 0}, &plain), 0);
  ck_assert_float_eq(value_of(&co_tictactoe, "", (CoMinimaxConfig){true, 0, 0}, &pruned), 0);
  ck_assert_float_eq(value_of(&co_tictactoe, "", (CoMinimaxConfig){true, 16, 0}, &remembered), 0);
  ck_assert_int_eq((int)plain, 549946);
  ck_assert_int_lt((int)pruned, 40000);
  ck_assert_int_lt((int)remembered, 5478); // fewer than there are positions
}
END_TEST

START_TEST(exact_values_are_the_known_ones) {
  const CoMinimaxConfig whole = {true, 18, 0};
  ck_assert_float_eq(value_of(&co_connect4, "rows=4 columns=4", whole, NULL), 0); // Tromp
  ck_assert_float_eq(value_of(&co_connect4, "rows=3 columns=4 connect=3", whole, NULL), 1);
  ck_assert_float_eq(value_of(&co_othello, "size=4", whole, NULL), -1); // 3 to 11
  // Strategy stealing: the first player wins.
  ck_assert_float_eq(value_of(&co_hex, "size=2", whole, NULL), 1);
  ck_assert_float_eq(value_of(&co_hex, "size=3", whole, NULL), 1);
}
END_TEST

START_TEST(a_search_of_some_moves_sees_what_lies_within) {
  CoError error;
  CoWorld *world = open(&co_connect4, "");
  CoEnv *env = play(world, (int[]){0, 6, 1, 6, 2, 6}, 6); // both have three in a row
  float value, values[7];
  int action;
  CoMinimax *one = co_minimax_create(world, &(CoMinimaxConfig){true, 10, 1}, &error);
  ck_assert(co_minimax_value(one, co_env_state(env), &value, &action, &error));
  ck_assert_float_eq(value, 1);
  ck_assert_int_eq(action, 3);
  CoMinimax *two = co_minimax_create(world, &(CoMinimaxConfig){true, 10, 2}, &error);
  ck_assert(co_minimax_values(two, co_env_state(env), values, &error));
  for (int a = 0; a < 7; a++) ck_assert_float_eq(values[a], a == 3 ? 1 : a == 6 ? 0 : -1);
  co_minimax_destroy(one);
  co_minimax_destroy(two);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

START_TEST(four_in_a_row_wins_in_every_direction) {
  static const struct {
    int moves[16], count;
  } games[] = {{{3, 0, 3, 0, 3, 0, 3}, 7},
               {{1, 1, 2, 2, 3, 3, 4}, 7},
               {{0, 1, 1, 2, 2, 3, 2, 3, 3, 6, 3}, 11},
               {{6, 5, 5, 4, 4, 3, 4, 3, 3, 0, 3}, 11}};
  CoWorld *world = open(&co_connect4, "");
  for (int i = 0; i < 4; i++) {
    CoEnv *env = play(world, games[i].moves, games[i].count);
    ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
    ck_assert_float_eq(co_env_rewards(env)[0], 1);
    co_env_destroy(env);
  }
  CoEnv *top = play(world, (int[]){0, 0, 0, 1, 0, 0, 1, 0}, 8); // the top of a column and the foot of the next: no row
  ck_assert_int_eq(co_env_ending(top), CO_PLAYING);
  uint8_t mask[7];
  ck_assert(co_env_available(top, 0, mask, NULL));
  ck_assert(!mask[0] && mask[1]);
  co_env_destroy(top);
  co_world_close(world);
}
END_TEST

START_TEST(small_boards_are_numbered_and_seen_from_the_own_side) {
  CoWorld *world = open(&co_connect4, "rows=4 columns=4");
  ck_assert_int_eq(co_world_spec(world)->states, 31 * 31 * 31 * 31);
  CoEnv *env = play(world, (int[]){0, 0, 3}, 3);
  float obs[32];
  ck_assert(co_env_observe(env, 1, obs, NULL));
  for (int i = 0; i < 32; i++) ck_assert_float_eq(obs[i], i == 1 || i == 16 || i == 16 + 12);
  // column 0: own above the other's, 3 + 2 of 31; column 3: the other's alone, 1 + 0
  ck_assert_int_eq(co_env_index(env, 1), 5 * 31 * 31 * 31 + 1);
  ck_assert_int_eq(co_env_index(env, 0), 4 * 31 * 31 * 31 + 2);
  co_env_destroy(env);
  co_world_close(world);
  world = open(&co_connect4, "");
  ck_assert_int_eq(co_world_spec(world)->states, 0);
  co_world_close(world);
}
END_TEST

START_TEST(a_board_that_does_not_fit_is_refused) {
  static const char *const wrong[][2] = {{"rows=15 columns=5", "columns times rows + 1"},
                                         {"rows=4 columns=4 connect=5", "connect is 5"}};
  for (int i = 0; i < 2; i++) {
    CoError error = {""};
    ck_assert_ptr_null(plan_world(&co_connect4, wrong[i][0], NULL, &error));
    ck_assert_msg(strstr(error.text, wrong[i][1]), "%s", error.text);
  }
}
END_TEST

START_TEST(hex_is_won_by_a_chain_and_never_drawn) {
  CoWorld *world = open(&co_hex, "size=3");
  CoEnv *down = play(world, (int[]){2, 0, 4, 1, 6}, 5); // the short diagonal is a chain
  ck_assert_int_eq(co_env_ending(down), CO_TERMINATED);
  ck_assert_float_eq(co_env_rewards(down)[0], 1);
  CoEnv *not = play(world, (int[]){0, 2, 4, 1, 8}, 5); // the long diagonal is none
  ck_assert_int_eq(co_env_ending(not ), CO_PLAYING);
  CoEnv *across = play(world, (int[]){0, 3, 1, 4, 2, 5}, 6);
  ck_assert_float_eq(co_env_rewards(across)[1], 1);
  CoRng rng = co_rng(1, "test", 0);
  CoEnv *env = begin(world);
  for (int game = 0; game < 500; game++) {
    ck_assert(co_env_reset(env, NULL));
    while (co_env_ending(env) == CO_PLAYING) {
      uint8_t mask[9];
      ck_assert(co_env_available(env, co_env_mover(env), mask, NULL));
      act(env, co_rng_choose(&rng, mask, 9));
    }
    ck_assert_float_eq(fabsf(co_env_rewards(env)[0]), 1);
  }
  co_env_destroy(env), co_env_destroy(down), co_env_destroy(not ), co_env_destroy(across);
  co_world_close(world);
}
END_TEST

START_TEST(othello_turns_what_is_enclosed_and_passes) {
  CoWorld *world = open(&co_othello, "size=4");
  CoEnv *env = begin(world);
  uint8_t mask[17];
  ck_assert(co_env_available(env, 0, mask, NULL));
  for (int a = 0; a < 17; a++) ck_assert_int_eq(mask[a], a == 1 || a == 4 || a == 11 || a == 14);
  act(env, 1); // black above white's upper left
  const int8_t *cell = (const int8_t *)co_env_state(env) + 1;
  ck_assert(cell[1] == 1 && cell[5] == 1 && cell[6] == 1 && cell[10] == 2);
  // White has one stone in a corner that black has walled in: white passes, black takes it.
  unsigned char bytes[sizeof(CoMoment) + 17];
  ck_assert_uint_eq(co_env_size(world), sizeof bytes);
  memcpy(bytes, co_env_bytes(env), sizeof bytes);
  const int8_t board[17] = {1, 0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  memcpy(bytes + sizeof(CoMoment), board, sizeof board);
  co_env_restore(env, bytes);
  ck_assert(co_env_available(env, 1, mask, NULL));
  for (int a = 0; a < 17; a++) ck_assert_int_eq(mask[a], a == 16);
  act(env, 16);
  ck_assert_int_eq(co_env_mover(env), 0);
  act(env, 0);
  ck_assert_int_eq(co_env_ending(env), CO_TERMINATED);
  ck_assert_float_eq(co_env_rewards(env)[0], 1);
  co_env_destroy(env);
  co_world_close(world);
}
END_TEST

CO_TESTS(courses_are_as_many_as_published, minimax_visits_the_whole_tree_of_tic_tac_toe,
         exact_values_are_the_known_ones, a_search_of_some_moves_sees_what_lies_within,
         four_in_a_row_wins_in_every_direction, small_boards_are_numbered_and_seen_from_the_own_side,
         a_board_that_does_not_fit_is_refused, hex_is_won_by_a_chain_and_never_drawn,
         othello_turns_what_is_enclosed_and_passes)
